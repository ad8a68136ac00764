using CustomerLifecycle.Value;

namespace CustomerLifecycle.Tool;

/// <summary>How good a forecast was that was made at the end of the calibration period and knew nothing later.</summary>
/// <param name="CalibrationEnd">The last day that the model knew.</param>
/// <param name="End">The last day that was forecast.</param>
/// <param name="Fit">The model.</param>
/// <param name="Validation">Forecast and fact over all customers.</param>
/// <param name="ByFrequency">The same by repeat purchases before; only classes that have customers.</param>
internal sealed record HoldOut(LocalDate CalibrationEnd, LocalDate End, ModelFit<IPurchaseModel> Fit, HoldOutValidation Validation, IReadOnlyList<FrequencyValidation> ByFrequency)
{
    /// <summary>Classes by repeat purchases; the last one is "and more".</summary>
    public const int Classes = 8;

    /// <returns>Null when the calibration period has too few repeat customers for a model.</returns>
    public static HoldOut? Of(PurchaseLog log, LocalDate calibrationEnd, LocalDate end, PurchaseModelKind kind, CancellationToken cancellationToken)
    {
        var summary = log.Summarise(calibrationEnd, end);
        return ShopAnalysis.FitPurchases(kind, summary, cancellationToken) is not { } fit
            ? null
            : new(calibrationEnd, end, fit, HoldOutValidation.Of(fit.Model, summary), [.. HoldOutValidation.ByFrequency(fit.Model, summary, Classes).Where(row => row.Customers > 0)]);
    }
}
