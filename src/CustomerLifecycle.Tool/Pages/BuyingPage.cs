using System.Globalization;
using CustomerLifecycle.Statistics;
using CustomerLifecycle.Value;

namespace CustomerLifecycle.Tool;

/// <summary>How customers come back: week by week, added up, and how often.</summary>
internal sealed class BuyingPage : IReportPage
{
    private const int LatelyWeeks = 13;

    public ReportPart? Make(ShopAnalysis analysis, Language language)
    {
        if (analysis.Purchases is not { } fit) return null;

        var blocks = new List<Block>();
        if (Tracking.Of(analysis.Shop, analysis.Log, analysis.TrackedPurchases!.Model) is { } tracking)
        {
            if (analysis.HoldOut is { } holdOut) blocks.Add(new Paragraph(Texts.TrackingNote.In(language, language.Day(holdOut.CalibrationEnd))));
            blocks.Add(Weekly(analysis, tracking, language));
            blocks.Add(Cumulative(analysis, tracking, language));
        }

        blocks.Add(Histogram(FrequencyTable.Of(fit.Model, analysis.Summary, Bins(analysis.Summary)), language));
        return new() { Id = "buying", Title = Texts.Buying.In(language), Blocks = blocks };
    }

    private static Figure Weekly(ShopAnalysis analysis, Tracking tracking, Language language)
    {
        double[] actual = Tracking.Weekly(tracking.Actual), expected = Tracking.Weekly(tracking.Expected);
        var lately = Math.Min(LatelyWeeks, tracking.Ends.Count);
        return new(
            "weekly",
            Texts.WeeklyTitle.In(language, Language.Count(actual.TakeLast(lately).Sum()), Language.Count(expected.TakeLast(lately).Sum()), lately),
            Texts.WeeklyCaption.In(language),
            Over(analysis, tracking, actual, expected, Texts.PerWeek, isWide: true, language),
            Numbers(tracking, actual, expected, Texts.PerWeek, language),
            IsWide: true);
    }

    private static Figure Cumulative(ShopAnalysis analysis, Tracking tracking, Language language)
    {
        return new(
            "cumulative",
            Texts.CumulativeTitle.In(language, Language.Count(tracking.Actual[^1]), Language.Count(tracking.Expected[^1]), Difference(tracking.Expected[^1], tracking.Actual[^1])),
            Texts.CumulativeCaption.In(language),
            Over(analysis, tracking, tracking.Actual, tracking.Expected, Texts.RepeatPurchasesSoFar, isWide: false, language),
            Numbers(tracking, tracking.Actual, tracking.Expected, Texts.RepeatPurchasesSoFar, language));
    }

    /// <summary>How far a forecast is from the fact, with its sign.</summary>
    public static string Difference(double expected, double actual) =>
        actual == 0 ? "–" : ((expected / actual) - 1).ToString("+0.0%;\u22120.0%;0.0%", CultureInfo.InvariantCulture);

    private static Svg Over(ShopAnalysis analysis, Tracking tracking, IReadOnlyList<double> actual, IReadOnlyList<double> expected, Phrase yLabel, bool isWide, Language language)
    {
        var from = analysis.Shop.FirstDay;
        var to = tracking.Ends[^1];
        return new LineChart
        {
            Series =
            [
                new(Texts.Actual.In(language), "actual", Points(tracking, actual)),
                new(Texts.Expected.In(language), "expected", Points(tracking, expected)),
            ],
            XTicks = [.. DayTick.Between(from, to, language, isWide ? 12 : 5).Select(tick => ((double)tick.Day, tick.Label))],
            XRange = (from, to),
            XLabel = "",
            IsWide = isWide,
            YLabel = yLabel.In(language),
            Marker = analysis.HoldOut is { } holdOut ? (DayReader.DayOf(holdOut.CalibrationEnd), Texts.CalibrationEnd.In(language)) : null,
        }.Draw();
    }

    private static (double X, double Y)[] Points(Tracking tracking, IReadOnlyList<double> values) => [.. values.Select((value, week) => ((double)tracking.Ends[week], value))];

    private static Table Numbers(Tracking tracking, IReadOnlyList<double> actual, IReadOnlyList<double> expected, Phrase name, Language language) => new(
        name.In(language),
        [new(Texts.WeekEnding.In(language), IsNumber: false), new(Texts.Actual.In(language)), new(Texts.Expected.In(language))],
        [.. tracking.Ends.Select((end, week) => (IReadOnlyList<string>)[language.Day(DayReader.DateOf(end - 1)), Language.Count(actual[week]), Language.Count(expected[week])])]);

    /// <summary>As many classes as hold all but one customer in a hundred, within what can be read.</summary>
    private static int Bins(PurchaseSummary summary)
    {
        const int fewest = 8, most = 16;
        const double tail = 0.01;
        return Math.Clamp((int)(Quantiles.Of(summary.Frequency, 1 - tail) ?? 0) + 2, fewest, most);
    }

    private static Figure Histogram(FrequencyTable histogram, Language language)
    {
        var customers = histogram.Observed.Sum();
        var bars = histogram.Observed.Select((observed, n) => new Bar(Label(n, histogram.Observed.Count, language), observed, histogram.Expected[n])).ToArray();
        return new(
            "frequency",
            Texts.HistogramTitle.In(language, Language.Percent((double)histogram.Observed[0] / customers), Language.Percent(histogram.Expected[0] / customers)),
            Texts.HistogramCaption.In(language),
            new BarChart
            {
                Bars = bars,
                XLabel = Texts.RepeatPurchases.In(language),
                YLabel = Texts.Customers.In(language),
                ValueName = Texts.Observed.In(language),
                ExpectedName = Texts.Expected.In(language),
            }.Draw(),
            new(
                Texts.Customers.In(language),
                [new(Texts.RepeatPurchases.In(language)), new(Texts.Observed.In(language)), new(Texts.Expected.In(language))],
                [.. bars.Select(bar => (IReadOnlyList<string>)[bar.Label, Language.Count(bar.Value), Language.Count(bar.Expected!.Value)])]));
    }

    /// <summary>A class of a histogram whose last one is open.</summary>
    public static string Label(int n, int count, Language language)
    {
        var number = n.ToString(CultureInfo.InvariantCulture);
        return n == count - 1 ? Texts.AndMore.In(language, number) : number;
    }
}
