namespace ErpStore;

/// <summary>Instants as two whole numbers: ticks of 100 ns since 1970, and the nanoseconds above them.</summary>
internal static class Ticks
{
    public static long Of(Instant instant) => instant.ToUnixTimeTicks();

    public static long RestOf(Instant instant) => (instant - Instant.FromUnixTimeTicks(Of(instant))).SubsecondNanoseconds;

    public static Instant ToInstant(long ticks, long rest) => Instant.FromUnixTimeTicks(ticks).PlusNanoseconds(rest);

    /// <summary>The first whole tick not before an instant: a lease never ends early.</summary>
    public static long Ceiling(Instant instant) => RestOf(instant) == 0 ? Of(instant) : Of(instant) + 1;
}
