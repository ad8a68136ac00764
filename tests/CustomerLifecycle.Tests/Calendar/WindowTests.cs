using static CustomerLifecycle.Tests.LocalCalendarTests;

namespace CustomerLifecycle.Tests;

public class WindowTests
{
    public static TheoryData<string> Zones => [.. OddZones];

    public static TheoryData<string, string, string, bool> Cases => new()
    {
        { "last 7 days", "2026-06-24T12:00:00.001Z", "UTC", true },
        { "last 7 days", "2026-06-24T12:00:00Z", "UTC", false },
        { "last 7 days", "2026-07-01T12:00:00Z", "UTC", true },
        { "last 7 days", "2026-07-01T12:00:00.001Z", "UTC", false },
        { "between 30 and 90 days ago", "2026-06-01T12:00:00Z", "UTC", true },
        { "between 30 and 90 days ago", "2026-04-02T12:00:00Z", "UTC", false },
        { "this day", "2026-06-30T16:30:00Z", "UTC", false },
        { "this day", "2026-06-30T16:30:00Z", "Asia/Shanghai", true },
        { "previous 7 days", "2026-07-01T00:00:00Z", "UTC", false },
        { "previous 7 days", "2026-06-24T00:00:00Z", "UTC", true },
        { "previous 1 month", "2026-05-31T16:00:00Z", "Asia/Shanghai", true },
        { "previous 1 month", "2026-06-30T15:59:59Z", "Asia/Shanghai", true },
        { "previous 1 month", "2026-06-30T16:00:00Z", "Asia/Shanghai", false },
        { "last 1 year", "2025-07-01T12:00:01Z", "UTC", true },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Contains_AtNoonOfFirstJuly2026(string window, string occurred, string zone, bool expected) =>
        Assert.Equal(expected, Named(window).Contains(LocalCalendar.ForZone(zone), At(occurred), At("2026-07-01T12:00:00Z")));

    [Fact]
    public void Last_OneMonthOnMarch31_NeverBringsBackWhatLeftInMarch()
    {
        var month = Window.Last(1, CalendarUnit.Month);

        Assert.False(month.Contains(LocalCalendar.Utc, At("2026-02-28T12:00:01Z"), At("2026-03-31T12:00:00Z")));
        Assert.Equal(At("2026-03-28T12:30:00Z"), month.Leaves(LocalCalendar.Utc, At("2026-02-28T12:30:00Z")));
        Assert.Equal([new Interval(At("2026-03-01T00:00:00Z"), At("2026-03-31T12:00:00Z") + Duration.Epsilon)], month.At(LocalCalendar.Utc, At("2026-03-31T12:00:00Z")));
    }

    [Fact]
    public void Between_TwoInstants_NeverLetsGo()
    {
        var window = Window.Between(At("2026-01-01T00:00:00Z"), At("2026-02-01T00:00:00Z"));

        Assert.Equal(At("2026-01-01T00:00:00Z"), window.Enters(LocalCalendar.Utc, At("2026-01-01T00:00:00Z")));
        Assert.Null(window.Enters(LocalCalendar.Utc, At("2026-02-01T00:00:00Z")));
        Assert.Null(window.Leaves(LocalCalendar.Utc, At("2026-01-01T00:00:00Z")));
        Assert.Throws<ArgumentException>(() => Window.Between(At("2026-01-01T00:00:00Z"), At("2026-01-01T00:00:00Z")));
    }

    /// <summary>One meaning, three ways: asked directly, by the instants of entering and leaving, and by the stretches for a store.</summary>
    [Theory]
    [MemberData(nameof(Zones))]
    public void Contains_AndEntersAndLeaves_AndAt_Agree(string zone)
    {
        var calendar = LocalCalendar.ForZone(zone);
        var random = new Random(7);
        foreach (var now in Instants.Around(calendar.Zone, seed: 2, count: 150))
        {
            foreach (var window in Some(random))
            {
                var stretches = window.At(calendar, now);
                foreach (var occurred in Interesting(stretches, now, random, calendar))
                {
                    var contains = window.Contains(calendar, occurred, now);
                    Assert.True(contains == stretches.Any(stretch => stretch.Contains(occurred)), $"{window} in {zone} at {now}: event of {occurred}, contains says {contains}");

                    if (window.Enters(calendar, occurred) is not { } enters) continue;
                    Assert.True(enters >= occurred);
                    if (!(window.Leaves(calendar, occurred) <= enters)) Assert.True(window.Contains(calendar, occurred, enters));
                    if (enters > occurred) Assert.False(window.Contains(calendar, occurred, enters - Duration.Epsilon));
                    if (window.Leaves(calendar, occurred) is { } leaves) Assert.False(window.Contains(calendar, occurred, leaves));
                }
            }
        }
    }

    [Fact]
    public void At_SoFarBackThatTheCalendarEnds_StartsAtTheBeginningOfTime()
    {
        var now = Instant.FromUtc(1, 6, 1, 0, 0);

        Assert.All(
            Enum.GetValues<CalendarUnit>().Where(unit => unit >= CalendarUnit.Day),
            unit => Assert.All(
                new[] { Window.Last(Window.MaxCount(unit), unit), Window.LastCalendar(Window.MaxCount(unit), unit), Window.Previous(Window.MaxCount(unit), unit) },
                window => Assert.False(Assert.Single(window.At(LocalCalendar.Utc, now)).HasStart)));
    }

    [Theory]
    [InlineData("last 90 days")]
    [InlineData("last 3 calendar months")]
    [InlineData("previous 2 weeks")]
    [InlineData("this quarter")]
    [InlineData("between 30 and 90 days ago")]
    public void ToString_IsTheConditionLanguage(string text) => Assert.Equal(text, Named(text).ToString());

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(10_001)]
    public void Last_OutsideTheLimits_IsRefused(int years) => Assert.Throws<ArgumentOutOfRangeException>(() => Window.Last(years, CalendarUnit.Year));

    private static IEnumerable<Window> Some(Random random)
    {
        var unit = (CalendarUnit)random.Next(8);
        var count = 1 + random.Next(unit < CalendarUnit.Day ? 48 : 14);
        yield return Window.Last(count, unit);
        yield return Window.LastCalendar(count, unit);
        yield return Window.Previous(count, unit);
        yield return Window.BetweenAgo(random.Next(count), count, unit);
    }

    private static IEnumerable<Instant> Interesting(IReadOnlyList<Interval> stretches, Instant now, Random random, LocalCalendar calendar)
    {
        yield return now;
        foreach (var stretch in stretches)
        {
            foreach (var edge in new[] { stretch.Start, stretch.End })
            {
                yield return edge;
                yield return edge - Duration.Epsilon;
                for (var i = 0; i < 6; i++) yield return edge + Duration.FromMinutes(random.Next(-200, 200));
                var change = calendar.Zone.GetZoneInterval(edge);
                if (change.HasStart && change.Start > edge - Duration.FromDays(3)) yield return change.Start + Duration.FromMinutes(random.Next(-90, 90));
                if (change.HasEnd && change.End < edge + Duration.FromDays(3)) yield return change.End + Duration.FromMinutes(random.Next(-90, 90));
            }
        }
    }

    private static Window Named(string text)
    {
        var words = text.Split(' ');
        return words switch
        {
            ["this", var unit] => Window.This(Unit(unit)),
            ["previous", var count, var unit] => Window.Previous(Count(count), Unit(unit)),
            ["last", var count, "calendar", var unit] => Window.LastCalendar(Count(count), Unit(unit)),
            ["last", var count, var unit] => Window.Last(Count(count), Unit(unit)),
            ["between", var near, "and", var far, var unit, "ago"] => Window.BetweenAgo(Count(near), Count(far), Unit(unit)),
            _ => throw new ArgumentException("Not a window of these tests.", nameof(text)),
        };
    }

    private static int Count(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static CalendarUnit Unit(string text) => Enum.Parse<CalendarUnit>(text.TrimEnd('s'), ignoreCase: true);
}
