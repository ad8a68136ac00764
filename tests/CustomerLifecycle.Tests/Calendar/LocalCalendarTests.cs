namespace CustomerLifecycle.Tests;

public class LocalCalendarTests
{
    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z")]
    [InlineData("Africa/Cairo", "2024-04-26", "2024-04-25T22:00:00Z")] // clocks went from 24:00 to 01:00
    [InlineData("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z")] // this day was skipped
    [InlineData("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z")]
    public void StartOf_AnyDay_IsItsFirstInstant(string zone, string day, string expected)
    {
        var calendar = new LocalCalendar(DateTimeZoneProviders.Tzdb[zone]);

        var start = calendar.StartOf(NodaTime.Text.LocalDatePattern.Iso.Parse(day).Value);

        Assert.Equal(expected, NodaTime.Text.InstantPattern.ExtendedIso.Format(start));
    }
}
