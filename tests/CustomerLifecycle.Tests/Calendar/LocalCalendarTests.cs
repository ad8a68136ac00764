using NodaTime.Text;

namespace CustomerLifecycle.Tests;

public class LocalCalendarTests
{
    /// <summary>Zones whose clocks do odd things: none, twice a year, half an hour, at midnight, over midnight, a whole day.</summary>
    internal static readonly string[] OddZones =
        ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "America/Sao_Paulo", "America/St_Johns", "Pacific/Apia", "Asia/Kathmandu", "America/Caracas"];

    public static TheoryData<string> Zones => [.. OddZones];

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z")]
    [InlineData("Africa/Cairo", "2024-04-26", "2024-04-25T22:00:00Z")] // clocks went from 24:00 to 01:00
    [InlineData("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z")] // the same
    [InlineData("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z")] // this day was skipped
    [InlineData("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z")]
    public void StartOf_ADay_IsItsFirstInstant(string zone, string day, string expected) =>
        Assert.Equal(At(expected), LocalCalendar.ForZone(zone).StartOf(Day(day)));

    [Fact]
    public void EndOf_ASkippedDay_IsItsStart()
    {
        var apia = LocalCalendar.ForZone("Pacific/Apia");

        Assert.Equal(apia.StartOf(Day("2011-12-30")), apia.EndOf(Day("2011-12-30")));
        Assert.Equal(apia.EndOf(Day("2011-12-29")), apia.StartOf(Day("2011-12-31")));
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29T02:30:00", "2026-03-29T01:30:00Z")] // skipped: forward by the gap, 03:30
    [InlineData("Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T00:30:00Z")] // twice: the first
    [InlineData("Pacific/Apia", "2011-12-30T12:00:00", "2011-12-30T22:00:00Z")] // forward by a whole day
    public void At_ALocalTimeThatIsNoOneInstant_IsLenient(string zone, string local, string expected) =>
        Assert.Equal(At(expected), LocalCalendar.ForZone(zone).At(LocalDateTimePattern.ExtendedIso.Parse(local).Value));

    [Theory]
    [InlineData("2025-03-01T16:00:00Z", "Asia/Shanghai", "2025-03-02")]
    [InlineData("2025-03-01T04:59:59Z", "America/New_York", "2025-02-28")]
    public void DayOf_AnInstant_IsTheLocalDay(string instant, string zone, string expected) =>
        Assert.Equal(Day(expected), LocalCalendar.ForZone(zone).DayOf(At(instant)));

    [Theory]
    [InlineData(CalendarUnit.Day, "2026-05-20", "2026-05-20", "2026-05-20")]
    [InlineData(CalendarUnit.Week, "2026-07-05", "2026-06-29", "2026-07-05")]
    [InlineData(CalendarUnit.Month, "2028-02-20", "2028-02-01", "2028-02-29")]
    [InlineData(CalendarUnit.Quarter, "2026-05-20", "2026-04-01", "2026-06-30")]
    [InlineData(CalendarUnit.Year, "2026-05-20", "2026-01-01", "2026-12-31")]
    public void FirstAndLastDayOf_AUnit_EncloseTheDay(CalendarUnit unit, string day, string first, string last)
    {
        Assert.Equal(Day(first), LocalCalendar.Utc.FirstDayOf(unit, Day(day)));
        Assert.Equal(Day(last), LocalCalendar.Utc.LastDayOf(unit, Day(day)));
    }

    [Theory]
    [InlineData(IsoDayOfWeek.Monday, "2026-06-29")]
    [InlineData(IsoDayOfWeek.Saturday, "2026-07-04")]
    [InlineData(IsoDayOfWeek.Sunday, "2026-07-05")]
    public void FirstDayOf_AWeek_FollowsTheWeekStart(IsoDayOfWeek weekStart, string expected) =>
        Assert.Equal(Day(expected), new LocalCalendar(DateTimeZone.Utc, weekStart).FirstDayOf(CalendarUnit.Week, Day("2026-07-05")));

    [Theory]
    [InlineData("UTC", "2026-01-31T10:00:00Z", 1, 0, "2026-02-28T10:00:00Z")] // clamps
    [InlineData("UTC", "2028-02-29T10:00:00Z", 12, 0, "2029-02-28T10:00:00Z")]
    [InlineData("UTC", "2028-02-29T10:00:00Z", 13, 0, "2029-03-29T10:00:00Z")] // clamps once, not at each part
    [InlineData("Europe/Berlin", "2026-03-28T12:00:00Z", 0, 1, "2026-03-29T11:00:00Z")] // a local day of 23 hours
    [InlineData("Europe/Berlin", "2026-02-28T01:30:00Z", 1, 1, "2026-03-29T01:30:00Z")] // 02:30 was skipped
    public void Add_ATermByTheCalendar_ClampsAndIsLenient(string zone, string start, int months, int days, string expected) =>
        Assert.Equal(At(expected), LocalCalendar.ForZone(zone).Add(At(start), new Term(Duration.Zero, months, days)));

    [Fact]
    public void Add_AnExactTerm_KnowsNoClocks() =>
        Assert.Equal(At("2026-03-29T12:00:00Z"), LocalCalendar.ForZone("Europe/Berlin").Add(At("2026-03-28T12:00:00Z"), Term.OfDays(1)));

    [Fact]
    public void Add_BeyondTheYear9999_Overflows()
    {
        var late = At("9990-06-01T00:00:00Z");

        Assert.Throws<OverflowException>(() => LocalCalendar.Utc.Add(late, Term.OfYears(10)));
        Assert.Throws<OverflowException>(() => LocalCalendar.Utc.Add(late, Term.OfCalendarDays(Term.MaxDays)));
        Assert.Throws<OverflowException>(() => LocalCalendar.Utc.Add(late, Term.OfDays(Term.MaxDays)));
        Assert.Null(LocalCalendar.Utc.RollOn(late, 10, CalendarUnit.Year));
        Assert.Null(LocalCalendar.Utc.RollOn(late, 3_652_425, CalendarUnit.Day));
    }

    [Theory]
    [InlineData("2026-01-31T12:00:00Z", 1, CalendarUnit.Month, "2026-03-01T00:00:00Z")]
    [InlineData("2026-02-28T12:00:01Z", 1, CalendarUnit.Month, "2026-03-28T12:00:01Z")]
    [InlineData("2028-02-29T12:00:00Z", 1, CalendarUnit.Year, "2029-03-01T00:00:00Z")]
    [InlineData("2026-08-31T12:00:00Z", 1, CalendarUnit.Quarter, "2026-12-01T00:00:00Z")]
    [InlineData("2026-06-24T12:00:00Z", 2, CalendarUnit.Week, "2026-07-08T12:00:00Z")]
    public void RollOn_ToADayThatTheMonthLacks_IsTheStartOfTheNext(string start, int count, CalendarUnit unit, string expected) =>
        Assert.Equal(At(expected), LocalCalendar.Utc.RollOn(At(start), count, unit));

    [Theory]
    [InlineData(LeapDayRule.February28, "2025-02-28")]
    [InlineData(LeapDayRule.March1, "2025-03-01")]
    public void NextOccasion_Of29February_FollowsTheRule(LeapDayRule rule, string expected) =>
        Assert.Equal(Day(expected), new LocalCalendar(DateTimeZone.Utc, leapDay: rule).NextOccasion(new AnnualDate(2, 29), Day("2025-01-10")));

    [Fact]
    public void NextOccasion_FromTheDayItself_IsThatDay() =>
        Assert.Equal(Day("2025-12-31"), LocalCalendar.Utc.NextOccasion(new AnnualDate(12, 31), Day("2025-12-31")));

    [Theory]
    [InlineData(12, 28, "2025-12-28")]
    [InlineData(1, 3, "2026-01-03")]
    [InlineData(1, 4, "2026-01-04")]
    public void NextOccasion_InAWindowOverTheNewYear_IsFound(int month, int day, string expected) =>
        Assert.Equal(Day(expected), LocalCalendar.Utc.NextOccasion(new AnnualDate(month, day), Day("2025-12-28")));

    [Theory]
    [InlineData("2000-02-29", "2027-02-28", true)]
    [InlineData("2000-02-29", "2027-03-01", false)]
    [InlineData("2000-02-29", "2028-02-29", true)]
    [InlineData("2026-07-01", "2026-07-01", false)] // a day is not its own anniversary
    [InlineData("2026-07-01", "2025-07-01", false)]
    public void IsAnniversary_OfADay(string origin, string day, bool expected) =>
        Assert.Equal(expected, LocalCalendar.Utc.IsAnniversary(Day(origin), Day(day)));

    [Fact]
    public void NextAnniversary_FromTheDayItself_IsAYearLater()
    {
        Assert.Equal(Day("2027-07-01"), LocalCalendar.Utc.NextAnniversary(Day("2026-07-01"), Day("2026-07-01")));
        Assert.Equal(Day("2027-07-01"), LocalCalendar.Utc.NextAnniversary(Day("2026-07-01"), Day("2020-01-01")));
        Assert.Equal(Day("2030-07-01"), LocalCalendar.Utc.NextAnniversary(Day("2026-07-01"), Day("2029-07-02")));
    }

    [Theory]
    [InlineData("2000-02-29", "2025-02-28", LeapDayRule.February28, 25)]
    [InlineData("2000-02-29", "2025-02-28", LeapDayRule.March1, 24)]
    [InlineData("2008-07-02", "2026-07-01", LeapDayRule.February28, 17)]
    [InlineData("2008-07-02", "2008-07-02", LeapDayRule.February28, 0)]
    public void Age_GoesUpOnAnniversaries(string birth, string on, LeapDayRule rule, int expected) =>
        Assert.Equal(expected, new LocalCalendar(DateTimeZone.Utc, leapDay: rule).Age(Day(birth), Day(on)));

    [Fact]
    public void Age_BeforeBirth_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LocalCalendar.Utc.Age(Day("2026-01-01"), Day("2025-03-15")));

    [Theory]
    [InlineData("2024-02-29", "2025-02-27", "2024-02-29", "2025-02-27")]
    [InlineData("2024-02-29", "2025-02-28", "2025-02-28", "2026-02-27")]
    [InlineData("2024-02-29", "2028-02-28", "2027-02-28", "2028-02-28")]
    public void YearFrom_AJoiningDay_EndsBeforeTheAnniversary(string origin, string day, string first, string last) =>
        Assert.Equal(new DateInterval(Day(first), Day(last)), LocalCalendar.Utc.YearFrom(Day(origin), Day(day)));

    [Theory]
    [MemberData(nameof(Zones))]
    public void Units_TileTheLine_WhateverTheClocksDo(string zone)
    {
        var calendar = LocalCalendar.ForZone(zone, IsoDayOfWeek.Sunday);
        foreach (var instant in Instants.Around(calendar.Zone, seed: 1))
        {
            foreach (var unit in Enum.GetValues<CalendarUnit>())
            {
                var start = calendar.StartOf(unit, instant);
                var next = calendar.NextStartOf(unit, instant);

                Assert.True(start <= instant && instant < next, $"{unit} at {instant}: {start} to {next}");
                Assert.Equal(start, calendar.StartOf(unit, next - Duration.Epsilon));
                Assert.True(calendar.StartOf(unit, next) > start, $"{unit} at {instant}: nothing begins at {next}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Zones))]
    public void Years_FromAJoiningDay_FollowOneAnother(string zone)
    {
        var calendar = LocalCalendar.ForZone(zone, leapDay: LeapDayRule.March1);
        var origin = Day("2008-02-29");
        for (var (year, i) = (calendar.YearFrom(origin, origin), 0); i < 20; i++)
        {
            var next = calendar.YearFrom(origin, year.End.PlusDays(1));
            Assert.Equal(year.End.PlusDays(1), next.Start);
            Assert.True(calendar.IsAnniversary(origin, next.Start));
            Assert.Equal(i + 1, calendar.Age(origin, next.Start));
            year = next;
        }
    }

    [Fact]
    public void ForZone_OfUnknownName_SaysWhatToUse() =>
        Assert.Contains("Europe/Berlin", Assert.Throws<ArgumentException>(() => LocalCalendar.ForZone("Middle/Earth")).Message, StringComparison.Ordinal);

    internal static Instant At(string text) => InstantPattern.ExtendedIso.Parse(text).Value;

    private static LocalDate Day(string text) => LocalDatePattern.Iso.Parse(text).Value;
}
