namespace CustomerLifecycle.Tool;

/// <summary>How good a forecast was that did not know the hold-out period.</summary>
internal sealed class ForecastPage : IReportPage
{
    public ReportPart? Make(ShopAnalysis analysis, Language language)
    {
        if (analysis.Options.CalibrateUntil is null) return null;
        if (analysis.HoldOut is not { } holdOut) return new() { Id = "forecast", Title = Texts.Forecast.In(language), Blocks = [new Note(Texts.NoForecast.In(language))] };

        Note[] boundary = holdOut.Fit.Convergence.IsBoundary ? [new(Texts.BoundaryCalibration.In(language))] : [];
        return new()
        {
            Id = "forecast",
            Title = Texts.Forecast.In(language),
            Blocks =
            [
                new Paragraph(Texts.ForecastLead.In(language, language.Day(holdOut.CalibrationEnd), language.Day(holdOut.End), Language.Count(holdOut.Validation.Customers))),
                .. boundary,
                new Facts(
                [
                    new(Language.Count(holdOut.Validation.PredictedTotal), Texts.FactPredicted.In(language), Texts.FactPredictedRemark.In(language, BuyingPage.Difference(holdOut.Validation.PredictedTotal, holdOut.Validation.ActualTotal))),
                    new(Language.Count(holdOut.Validation.ActualTotal), Texts.FactHappened.In(language)),
                    new(Language.Number(holdOut.Validation.MeanAbsoluteError), Texts.FactMae.In(language), Texts.PerCustomer.In(language)),
                    new(Language.Number(holdOut.Validation.RootMeanSquaredError), Texts.FactRmse.In(language), Texts.PerCustomer.In(language)),
                    new(holdOut.Validation.Correlation is { } correlation ? Language.Number(correlation) : "–", Texts.FactCorrelation.In(language), Texts.FactCorrelationRemark.In(language)),
                ]),
                ByFrequency(holdOut, language),
            ],
            Summary = [SummaryJson.Member("holdOut", Summarise(holdOut), SummaryJson.Default.HoldOutSummary)],
        };
    }

    private static Figure ByFrequency(HoldOut holdOut, Language language)
    {
        var bars = holdOut.ByFrequency.Select(c => (Class: c, Label: BuyingPage.Label(c.Frequency, HoldOut.Classes, language))).ToArray();
        return new(
            "by-frequency",
            Texts.ByFrequencyTitle.In(language),
            Texts.ByFrequencyCaption.In(language),
            new LineChart
            {
                Series =
                [
                    new(Texts.Actual.In(language), "actual", [.. bars.Select((bar, i) => ((double)i, bar.Class.ActualMean ?? 0))]),
                    new(Texts.Expected.In(language), "expected", [.. bars.Select((bar, i) => ((double)i, bar.Class.ExpectedMean ?? 0))]),
                ],
                XTicks = [.. bars.Select((bar, i) => ((double)i, bar.Label))],
                XRange = (0, Math.Max(1, bars.Length - 1)),
                XLabel = Texts.RepeatsBefore.In(language),
                YLabel = Texts.MeanPurchases.In(language),
                IsWide = true,
            }.Draw(),
            new(
                Texts.ByFrequencyCaption.In(language),
                [new(Texts.RepeatsBefore.In(language)), new(Texts.Customers.In(language)), new(Texts.Actual.In(language)), new(Texts.Expected.In(language))],
                [.. bars.Select(bar => (IReadOnlyList<string>)[bar.Label, Language.Count(bar.Class.Customers), Language.Number(bar.Class.ActualMean ?? 0), Language.Number(bar.Class.ExpectedMean ?? 0)])]),
            IsWide: true);
    }

    private static HoldOutSummary Summarise(HoldOut holdOut) => new(
        NodaTime.Text.LocalDatePattern.Iso.Format(holdOut.CalibrationEnd), NodaTime.Text.LocalDatePattern.Iso.Format(holdOut.End), holdOut.Validation.Customers,
        holdOut.Validation.ActualTotal, holdOut.Validation.PredictedTotal, holdOut.Validation.MeanAbsoluteError, holdOut.Validation.RootMeanSquaredError, holdOut.Validation.Correlation,
        [.. holdOut.ByFrequency.Select(c => new HoldOutClassSummary(c.Frequency, c.Frequency == HoldOut.Classes - 1, c.Customers, c.ActualMean ?? 0, c.ExpectedMean ?? 0))],
        ModelsPage.Summarise(holdOut.Fit.Model.Name, ModelsPage.Week, holdOut.Fit));
}
