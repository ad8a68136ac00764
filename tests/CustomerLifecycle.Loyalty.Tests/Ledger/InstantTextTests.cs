using NodaTime.Text;

namespace CustomerLifecycle.Loyalty.Tests;

public class InstantTextTests
{
    [Fact]
    public void Format_OfAnyInstant_IsWhatThePatternWritesAndComesBack()
    {
        var random = new Random(1);
        var instants = new List<Instant> { Instant.MinValue, Instant.FromUtc(1, 1, 1, 0, 0), Instant.FromUtc(9999, 12, 31, 23, 59, 59), Instant.FromUtc(2024, 2, 29, 0, 0), Instant.FromUtc(-1, 1, 1, 0, 0), default };
        for (var i = 0; i < 20_000; i++)
        {
            var instant = Instant.FromUnixTimeSeconds(random.NextInt64(-62_135_596_800, 253_402_300_800));
            instants.Add(i % 4 == 0 ? instant.PlusNanoseconds(random.Next(1_000_000_000)) : instant);
        }

        foreach (var instant in instants)
        {
            var text = InstantText.Format(instant);
            Assert.Equal(InstantPattern.ExtendedIso.Format(instant), text);
            Assert.Equal(instant, InstantText.Parse(text));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("2024-02-30T00:00:00Z")]
    [InlineData("2023-02-29T00:00:00Z")]
    [InlineData("2024-13-01T00:00:00Z")]
    [InlineData("2024-00-01T00:00:00Z")]
    [InlineData("2024-01-01T25:00:00Z")]
    [InlineData("2024-01-01T00:60:00Z")]
    [InlineData("2024-01-01 00:00:00Z")]
    [InlineData("2024-01-01T00:00:00z")]
    [InlineData("２024-01-01T00:00:00Z")]
    public void Parse_OfWhatIsNoInstant_Throws(string text)
    {
        Assert.ThrowsAny<FormatException>(() => InstantText.Parse(text));
    }
}
