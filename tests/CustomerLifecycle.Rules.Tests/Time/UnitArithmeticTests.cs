namespace CustomerLifecycle.Rules.Tests.Time;

public class UnitArithmeticTests
{
    [Theory]
    [InlineData("UTC")]
    [InlineData("Asia/Shanghai")]
    [InlineData("America/New_York")]
    [InlineData("Pacific/Apia")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Africa/Casablanca")]
    [InlineData("America/Sao_Paulo")]
    public void Leniently_AroundEveryChangeOfTheClock_IsWhatNodaTimeSays(string id)
    {
        var zone = DateTimeZoneProviders.Tzdb[id];
        foreach (var interval in zone.GetZoneIntervals(Instant.FromUtc(1900, 1, 1, 0, 0), Instant.FromUtc(2060, 1, 1, 0, 0)).Where(interval => interval.HasStart))
            for (var minutes = -1800; minutes <= 1800; minutes += 15)
            {
                var local = interval.Start.InUtc().LocalDateTime.PlusMinutes(minutes).PlusNanoseconds(minutes % 2);

                Assert.Equal(local.InZoneLeniently(zone).ToInstant(), UnitArithmetic.Leniently(local, zone));
            }
    }

    [Fact]
    public void Later_ByMonths_AllocatesNothing()
    {
        // A zone of its own: NodaTime's cache of each is small, and other tests run beside this one.
        var calendar = new LocalCalendar(DateTimeZoneProviders.Tzdb["Europe/Lisbon"]);
        var start = Instant.FromUtc(2025, 1, 31, 12, 0);
        Shift(calendar, start);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Shift(calendar, start);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Shift(LocalCalendar calendar, Instant start)
    {
        for (var hours = 0; hours < 10_000; hours++) UnitArithmetic.Later(start + Duration.FromHours(hours), 1, RuleUnit.Month, calendar);
    }
}
