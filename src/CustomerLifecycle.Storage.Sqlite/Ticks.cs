namespace CustomerLifecycle.Storage.Sqlite;

/// <summary>Instants as the database holds them: whole ticks since 1970, and the nanoseconds above them.</summary>
internal static class Ticks
{
    private const long NanosecondsPerTick = 100;

    public static long Of(Instant instant) => instant.ToUnixTimeTicks();

    public static long RestOf(Instant instant) => (instant - Instant.FromUnixTimeTicks(Of(instant))).SubsecondNanoseconds % NanosecondsPerTick;

    public static Instant ToInstant(long ticks, long rest) => Instant.FromUnixTimeTicks(ticks).PlusNanoseconds(rest);

    /// <summary>The first whole tick not before an instant: a lease never ends early.</summary>
    public static long Ceiling(Instant instant) => RestOf(instant) == 0 ? Of(instant) : Of(instant) + 1;
}
