namespace CustomerLifecycle.Storage.PostgreSql;

/// <summary>Instants as the database holds them.</summary>
internal static class Ticks
{
    private const long NanosecondsPerTick = 100;

    // What timestamptz can hold, on the safe side: 4713 BC is its first year.
    private static readonly long FirstMicrosecond = Instant.FromUtc(-4000, 1, 1, 0, 0).ToUnixTimeTicks() / 10;

    public static long Of(Instant instant) => instant.ToUnixTimeTicks();

    public static short RestOf(Instant instant) => (short)((instant - Instant.FromUnixTimeTicks(Of(instant))).SubsecondNanoseconds % NanosecondsPerTick);

    public static Instant ToInstant(long ticks, long rest) => Instant.FromUnixTimeTicks(ticks).PlusNanoseconds(rest);

    /// <summary>Whole microseconds since 1970, for the columns that reports read.</summary>
    public static long Microseconds(Instant instant) => Math.Max(FirstMicrosecond, FloorDivide(instant.ToUnixTimeTicks(), 10));

    public static Instant FromMicroseconds(long microseconds) => Instant.FromUnixTimeTicks(microseconds * 10);

    /// <summary>Microseconds of a duration, never too few: a lease never ends early.</summary>
    public static long Ceiling(Duration duration) => (long)Math.Ceiling(duration.TotalNanoseconds / 1_000);

    private static long FloorDivide(long value, long by) => (value / by) - (value % by < 0 ? 1 : 0);
}
