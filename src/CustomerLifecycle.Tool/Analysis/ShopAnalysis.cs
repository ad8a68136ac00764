using CustomerLifecycle.Segmentation;
using CustomerLifecycle.Value;

namespace CustomerLifecycle.Tool;

/// <summary>What the analysis is asked for beyond the data.</summary>
internal sealed record AnalysisOptions
{
    /// <summary>The last day of a calibration period; the days after it test the forecast. Null for no test.</summary>
    public LocalDate? CalibrateUntil { get; init; }

    /// <summary>What a year costs the value of money: 0.10 is 10 %.</summary>
    public double DiscountPerYear { get; init; } = 0.10;

    /// <summary>The purchase model to use; several to choose from on a hold-out period.</summary>
    public IReadOnlyList<PurchaseModelKind> Models { get; init; } = [PurchaseModelKind.BgNbd];

    /// <summary>The simulated shop's truth; null for real data.</summary>
    public KnownTruth? Truth { get; init; }
}

/// <summary>One shop analysed: everything that the pages of the report may show.</summary>
internal sealed class ShopAnalysis
{
    /// <summary>Customers with repeat purchases that a model needs at least.</summary>
    public const int FewestRepeatCustomers = 10;

    /// <summary>Classes of each RFM score.</summary>
    public const int RfmClasses = 5;

    private ShopAnalysis()
    {
    }

    public required PurchaseData Data { get; init; }

    public required Shop Shop { get; init; }

    public required AnalysisOptions Options { get; init; }

    public required IReadOnlyList<RfmFeatures> RfmFeatures { get; init; }

    public required IReadOnlyList<RfmScore> RfmScores { get; init; }

    /// <summary>All purchase days, for the models.</summary>
    public required PurchaseLog Log { get; init; }

    /// <summary>The rows that the models were fitted to, as of the report's day; customers in the order of <see cref="Shop"/>.</summary>
    public required PurchaseSummary Summary { get; init; }

    /// <summary>Null when there are too few repeat customers.</summary>
    public required ModelFit<IPurchaseModel>? Purchases { get; init; }

    /// <summary>Null when there are no amounts or too few repeat customers.</summary>
    public required ModelFit<GammaGammaModel>? Spend { get; init; }

    /// <summary>Scores of each customer; null when there is no purchase model.</summary>
    public required CustomerForecasts? Forecasts { get; init; }

    /// <summary>How the purchase model was chosen; null when it was given, or when there is none.</summary>
    public required ModelComparison? Comparison { get; init; }

    /// <summary>How good a forecast made earlier was; null when none was asked for or could be made.</summary>
    public required HoldOut? HoldOut { get; init; }

    /// <summary>The purchase model that did not see the days after the calibration period, where there is one.</summary>
    public ModelFit<IPurchaseModel>? TrackedPurchases => HoldOut?.Fit ?? Purchases;

    /// <exception cref="InputException">The calibration period does not fit the data.</exception>
    public static ShopAnalysis Of(PurchaseData data, AnalysisOptions options, IProgress<AnalysisStep>? progress = null, CancellationToken cancellationToken = default)
    {
        progress?.Report(AnalysisStep.Summarising);
        var shop = Shop.Of(data.Log, data.AsOf, data.HasAmounts);
        if (options.CalibrateUntil is { } until) MustBeInside(until, shop);

        var features = shop.Features();
        var scores = new RfmScorer(RfmRule.Rank(RfmClasses)).Score(features);

        cancellationToken.ThrowIfCancellationRequested();
        var log = LogOf(shop);
        var summary = log.Summarise(data.AsOf);
        progress?.Report(AnalysisStep.Fitting);
        var comparison = options.Models.Count > 1 && HasEnough(summary) ? ModelComparison.Of(log, shop, summary, options, cancellationToken) : null;
        var kind = comparison?.Choice.Recommended.Kind ?? options.Models[0];
        var purchases = comparison is null ? FitPurchases(kind, summary, cancellationToken) : comparison.Refit(summary, cancellationToken);
        var spend = data.HasAmounts ? FitSpend(summary, cancellationToken) : null;
        var holdOut = options.CalibrateUntil is { } calibrationEnd ? HoldOut.Of(log, calibrationEnd, data.AsOf, kind, cancellationToken) : null;

        progress?.Report(AnalysisStep.Scoring);
        return new()
        {
            Data = data,
            Shop = shop,
            Options = options,
            RfmFeatures = features,
            RfmScores = scores,
            Log = log,
            Summary = summary,
            Purchases = purchases,
            Spend = spend,
            Forecasts = purchases is null ? null : CustomerForecasts.Of(summary, purchases.Model, spend?.Model, options.DiscountPerYear, cancellationToken),
            Comparison = comparison,
            HoldOut = holdOut,
        };
    }

    /// <summary>Fits the purchase model, where there is enough to fit it to.</summary>
    public static ModelFit<IPurchaseModel>? FitPurchases(PurchaseModelKind kind, PurchaseSummary summary, CancellationToken cancellationToken) =>
        HasEnough(summary) ? kind.Fit(summary, options: null, cancellationToken) : null;

    /// <summary>Whether enough customers have bought more than once for a purchase model.</summary>
    public static bool HasEnough(PurchaseSummary summary)
    {
        var repeaters = 0;
        foreach (var frequency in summary.Frequency)
            if (frequency > 0) repeaters++;
        return repeaters >= FewestRepeatCustomers;
    }

    private static ModelFit<GammaGammaModel>? FitSpend(PurchaseSummary summary, CancellationToken cancellationToken)
    {
        var spenders = 0;
        for (var i = 0; i < summary.Count; i++)
            if (summary.Frequency[i] > 0 && summary.MeanSpend[i] > 0) spenders++;
        return spenders < FewestRepeatCustomers ? null : GammaGammaModel.Fit(summary, cancellationToken: cancellationToken);
    }

    private static PurchaseLog LogOf(Shop shop)
    {
        var builder = new PurchaseLogBuilder();
        for (var customer = 0; customer < shop.Customers.Count; customer++)
        {
            var id = new CustomerId(shop.Customers[customer]);
            var days = shop.DaysOf(customer);
            var totals = shop.TotalsOf(customer);
            for (var i = 0; i < days.Length; i++) builder.Add(id, DayReader.DateOf(days[i]), totals[i]);
        }

        return builder.Build();
    }

    private static void MustBeInside(LocalDate until, Shop shop)
    {
        if (until >= shop.AsOf)
            throw new InputException($"--calibrate-until {until:uuuu-MM-dd} is not before the last day {shop.AsOf:uuuu-MM-dd}. Give an earlier day, so that days are left to test the forecast on.");
        if (DayReader.DayOf(until) < shop.FirstDay)
            throw new InputException($"--calibrate-until {until:uuuu-MM-dd} lies before the first purchase on {DayReader.DateOf(shop.FirstDay):uuuu-MM-dd}. Give a later day, so that there is something to learn from.");
    }
}

/// <summary>What the analysis is doing, for the progress display.</summary>
internal enum AnalysisStep
{
    Summarising,
    Fitting,
    Scoring,
}
