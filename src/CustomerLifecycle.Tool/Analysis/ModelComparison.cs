using CustomerLifecycle.Value;

namespace CustomerLifecycle.Tool;

/// <summary>How the purchase model was chosen.</summary>
/// <param name="Choice">The models and the recommended one.</param>
/// <param name="CalibrationEnd">The last day that the compared fits knew; null when nothing was held out.</param>
/// <param name="End">The last day of the hold-out period; null when there was none.</param>
internal sealed record ModelComparison(ModelChoice Choice, LocalDate? CalibrationEnd, LocalDate? End)
{
    /// <summary>A hold-out period shorter than this says nothing about a forecast.</summary>
    private const int FewestDays = 28;

    /// <summary>Compares on the days after the calibration end, which is two thirds of the way unless given; on the past alone when too little would be left on either side.</summary>
    public static ModelComparison Of(PurchaseLog log, Shop shop, PurchaseSummary summary, AnalysisOptions options, CancellationToken cancellationToken)
    {
        var end = shop.AsOf;
        var calibrationEnd = options.CalibrateUntil ?? DayReader.DateOf(shop.FirstDay + ((shop.AsOfDay - shop.FirstDay) * 2 / 3));
        if (Period.DaysBetween(calibrationEnd, end) >= FewestDays)
        {
            var heldOut = log.Summarise(calibrationEnd, end);
            if (ShopAnalysis.HasEnough(heldOut)) return new(ModelChoice.Of(heldOut, options.Models, options: null, cancellationToken), calibrationEnd, end);
        }

        return new(ModelChoice.Of(summary, options.Models, options: null, cancellationToken), CalibrationEnd: null, End: null);
    }

    /// <summary>The chosen model, fitted to all days.</summary>
    public ModelFit<IPurchaseModel> Refit(PurchaseSummary summary, CancellationToken cancellationToken) =>
        CalibrationEnd is null ? Choice.Recommended.Fit : Choice.Recommended.Refit(summary, options: null, cancellationToken);
}
