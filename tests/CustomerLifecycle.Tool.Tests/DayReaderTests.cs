using System.Text;

namespace CustomerLifecycle.Tool.Tests;

public class DayReaderTests
{
    [Theory]
    [InlineData("2024-02-29", "2024-02-29", -1)]
    [InlineData("2024/2/9", "2024-02-09", -1)]
    [InlineData("2024.12.31", "2024-12-31", -1)]
    [InlineData("20240229", "2024-02-29", -1)]
    [InlineData("2024-02-29T23:59:59", "2024-02-29", 86399)]
    [InlineData("2024-02-29 8:05", "2024-02-29", 29100)]
    [InlineData("2024-02-29T08:05:07.123456", "2024-02-29", 29107)]
    [InlineData("2024-02-28T23:30:00Z", "2024-02-29", 1800)]
    [InlineData("2024-02-29T23:30:00-02:00", "2024-03-01", 9000)]
    [InlineData("2024-02-29T00:30+0800", "2024-02-28", 63000)]
    public void Read_OfWhatIsIso_GivesDayAndSecond(string text, string day, int second)
    {
        // One hour east of Greenwich.
        var reader = new DayReader(null, DateTimeZone.ForOffset(Offset.FromHours(1)));

        Assert.Null(reader.Read(Encoding.UTF8.GetBytes(text), out var found, out var foundSecond));
        Assert.Equal(NodaTime.Text.LocalDatePattern.Iso.Parse(day).Value, DayReader.DateOf(found));
        Assert.Equal(second, foundSecond);
    }

    [Theory]
    [InlineData("2023-02-29")]
    [InlineData("2024-00-10")]
    [InlineData("2024-13-01")]
    [InlineData("2024-1")]
    [InlineData("2024-01-01x")]
    [InlineData("2024-01-01T")]
    [InlineData("2024-01-01T24:00")]
    [InlineData("2024-01-01T10:00:")]
    [InlineData("2024-01-01T10:00:00.")]
    [InlineData("2024-01-01T10:00+")]
    [InlineData("2024-01-01T10:00+01:")]
    [InlineData("2024-01-01T10:00+19:00")]
    [InlineData("2024-01/01")]
    [InlineData("24-01-01")]
    [InlineData("1899-12-31")]
    [InlineData("9999-12-31")]
    [InlineData("2024－01－01")]
    public void Read_OfAnythingElse_SaysWhyNot(string text) =>
        Assert.NotNull(new DayReader(null, DateTimeZone.Utc).Read(Encoding.UTF8.GetBytes(text), out _, out _));

    [Fact]
    public void Read_OfEveryDay_IsTheDayThatItNames()
    {
        var reader = new DayReader(null, DateTimeZone.Utc);
        for (var date = new LocalDate(1900, 1, 1); date.Year < 2200; date = date.PlusDays(17))
        {
            Assert.Null(reader.Read(Encoding.UTF8.GetBytes(NodaTime.Text.LocalDatePattern.Iso.Format(date)), out var day, out _));
            Assert.Equal(date, DayReader.DateOf(day));
        }
    }

    [Fact]
    public void Read_OfBytesAtRandom_NeverThrows()
    {
        var random = new Random(7);
        var reader = new DayReader(null, DateTimeZoneProviders.Tzdb["Pacific/Apia"]);
        const string letters = "0123456789-/.:T +Zz";
        for (var round = 0; round < 40_000; round++)
        {
            var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(26)).Select(_ => letters[random.Next(letters.Length)])));
            reader.Read(text, out _, out _);
            var changed = "2011-12-30T10:00:00+13:00"u8.ToArray();
            changed[random.Next(changed.Length)] = (byte)letters[random.Next(letters.Length)];
            reader.Read(changed.AsSpan(0, random.Next(changed.Length + 1)), out _, out _);
        }
    }
}
