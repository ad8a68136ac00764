namespace CustomerLifecycle.Tool.Tests;

public class ChartTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.003)]
    [InlineData(0.3)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(99.99)]
    [InlineData(12345)]
    [InlineData(1e12)]
    public void Scale_FromZero_EndsOnARoundTickAtOrAboveTheLargest(double largest)
    {
        var scale = Scale.FromZero(largest, 0, 100);
        var ticks = scale.Ticks();

        Assert.True(scale.To >= largest * 0.999999);
        Assert.InRange(ticks.Length, 2, 8);
        Assert.Equal(0, ticks[0]);
        Assert.Equal(scale.To, ticks[^1], scale.To * 1e-9);
        Assert.Equal(100, scale[scale.To], 1e-9);
    }

    [Theory]
    [InlineData(0, 1, "0")]
    [InlineData(20000, 5000, "20,000")]
    [InlineData(0.25, 0.05, "0.25")]
    [InlineData(0.5, 0.1, "0.5")]
    [InlineData(-1.5, 0.5, "−1.5")]
    public void Tick_HasNoMoreDigitsThanItsStepNeeds(double value, double step, string text) => Assert.Equal(text, Language.Tick(value, step));

    [Theory]
    [InlineData("2024-01-01", "2024-02-01", 1)]
    [InlineData("2024-01-15", "2024-12-15", 3)]
    [InlineData("2020-03-01", "2025-12-31", 3)]
    [InlineData("1900-01-01", "2199-12-31", 2)]
    public void DayTicks_OfAnySpan_AreFewAndWithinIt(string from, string to, int fewest)
    {
        int first = DayReader.DayOf(NodaTime.Text.LocalDatePattern.Iso.Parse(from).Value), last = DayReader.DayOf(NodaTime.Text.LocalDatePattern.Iso.Parse(to).Value);

        foreach (var language in new[] { Language.English, Language.Chinese })
        {
            var ticks = DayTick.Between(first, last, language);

            Assert.InRange(ticks.Count, fewest, 12);
            Assert.All(ticks, tick => Assert.InRange(tick.Day, first, last));
            Assert.Equal(ticks.Count, ticks.Select(tick => tick.Day).Distinct().Count());
        }
    }

    [Fact]
    public void Text_OfADrawing_IsEscaped()
    {
        var svg = new Svg(10, 10);
        svg.Text(1, 1, "<b>&\"", "label");

        Assert.Contains("&lt;b&gt;&amp;&quot;</text>", svg.Render("id", "<t>", "d"), StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", svg.Render("id", "<t>", "d"), StringComparison.Ordinal);
    }
}
