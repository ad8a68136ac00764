using CustomerLifecycle.Benchmarks.Guard;

namespace CustomerLifecycle.Benchmarks.HotPaths;

/// <summary>The first instant of each of ten thousand local days: what every expiry, window and review asks for.</summary>
public class CalendarStartOfDay : HotPath
{
    private const int Days = 10_000;
    private static readonly LocalDate First = new(2000, 1, 1);
    private readonly DateTimeZone _zone = DateTimeZoneProviders.Tzdb["Europe/Berlin"];
    private readonly LocalDate[] _days = new LocalDate[Days];
    private LocalCalendar _calendar = LocalCalendar.Utc;

    public override string Name => "calendar start of day";

    public override string Unit => "day";

    public override int Units => Days;

    public override void Setup()
    {
        _calendar = new LocalCalendar(_zone);
        for (var i = 0; i < Days; i++) _days[i] = First.PlusDays((i * 7919) % Days);
    }

    /// <summary>By hand, for a zone that never skips a midnight: midnight less the offset that holds then.</summary>
    public override double Yardstick()
    {
        long sum = 0;
        foreach (var day in _days) sum ^= day.AtMidnight().InZoneStrictly(_zone).ToInstant().ToUnixTimeSeconds();
        return sum;
    }

    public override double Library()
    {
        long sum = 0;
        foreach (var day in _days) sum ^= _calendar.StartOf(day).ToUnixTimeSeconds();
        return sum;
    }
}
