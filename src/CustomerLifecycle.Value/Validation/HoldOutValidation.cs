namespace CustomerLifecycle.Value;

/// <summary>How well a model foretold the hold-out period, customer by customer.</summary>
/// <param name="Customers">Customers compared.</param>
/// <param name="Horizon">Length of the hold-out period, in time units.</param>
/// <param name="ActualTotal">Purchases that were made.</param>
/// <param name="PredictedTotal">Purchases that were expected.</param>
/// <param name="MeanAbsoluteError">Of the expectation of one customer, in purchases.</param>
/// <param name="RootMeanSquaredError">Of the expectation of one customer, in purchases.</param>
/// <param name="Correlation">Pearson's, of expected and made purchases; null where either is the same for all.</param>
public sealed record HoldOutValidation(int Customers, double Horizon, double ActualTotal, double PredictedTotal, double MeanAbsoluteError, double RootMeanSquaredError, double? Correlation)
{
    /// <summary>Compares a model with what came after the calibration period.</summary>
    /// <param name="model">The model, fitted to the calibration period.</param>
    /// <param name="summary">The cohort, with a hold-out period.</param>
    /// <exception cref="ArgumentException">The summary holds nothing out or has no customers, or its time unit is not the model's.</exception>
    public static HoldOutValidation Of(IPurchaseModel model, PurchaseSummary summary)
    {
        var expected = Expected(model, summary, out var horizon);
        double actualTotal = 0, predictedTotal = 0, absolute = 0, squares = 0;
        for (var row = 0; row < expected.Length; row++)
        {
            var actual = summary.ValidationPurchases[row];
            var error = expected[row] - actual;
            actualTotal += actual;
            predictedTotal += expected[row];
            absolute += Math.Abs(error);
            squares += error * error;
        }

        return new HoldOutValidation(
            summary.Count, horizon, actualTotal, predictedTotal, absolute / summary.Count, Math.Sqrt(squares / summary.Count), Statistics.Correlation.Pearson(expected, summary.ValidationPurchases));
    }

    /// <summary>The same, by the number of repeat purchases in the calibration period: the papers' table of conditional expectations.</summary>
    /// <param name="model">The model, fitted to the calibration period.</param>
    /// <param name="summary">The cohort, with a hold-out period.</param>
    /// <param name="bins">Rows: 0, 1, 2, … and in the last one all that are left; 1 or more.</param>
    /// <exception cref="ArgumentException">The summary holds nothing out or has no customers, or its time unit is not the model's.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bins"/> is not above 0.</exception>
    public static IReadOnlyList<FrequencyValidation> ByFrequency(IPurchaseModel model, PurchaseSummary summary, int bins = 8)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bins);
        var expected = Expected(model, summary, out _);
        var customers = new int[bins];
        double[] actualSum = new double[bins], expectedSum = new double[bins];
        for (var row = 0; row < expected.Length; row++)
        {
            var bin = (int)Math.Min(summary.Frequency[row], bins - 1);
            customers[bin]++;
            actualSum[bin] += summary.ValidationPurchases[row];
            expectedSum[bin] += expected[row];
        }

        var table = new FrequencyValidation[bins];
        for (var bin = 0; bin < bins; bin++)
        {
            table[bin] = customers[bin] == 0
                ? new FrequencyValidation(bin, 0, null, null)
                : new FrequencyValidation(bin, customers[bin], actualSum[bin] / customers[bin], expectedSum[bin] / customers[bin]);
        }

        return table;
    }

    private static double[] Expected(IPurchaseModel model, PurchaseSummary summary, out double horizon)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(summary);
        horizon = summary.ValidationHorizon ?? throw new ArgumentException("The summary holds nothing out. Summarise with a validation end.", nameof(summary));
        if (summary.Count == 0) throw new ArgumentException("The summary has no customers to compare.", nameof(summary));
        if (summary.TimeUnit != model.TimeUnit) throw new ArgumentException(FormattableString.Invariant($"The summary counts in units of {summary.TimeUnit.Days} days and the model in units of {model.TimeUnit.Days}."), nameof(summary));
        var expected = new double[summary.Count];
        model.ExpectedPurchases(summary.Histories, horizon, expected);
        return expected;
    }
}

/// <summary>The hold-out purchases of the customers with one number of repeat purchases.</summary>
/// <param name="Frequency">Repeat purchases in the calibration period; in the last row so many or more.</param>
/// <param name="Customers">Customers with that many.</param>
/// <param name="ActualMean">Purchases that each made on average; null where there are no customers.</param>
/// <param name="ExpectedMean">Purchases that were expected of each on average; null where there are no customers.</param>
public readonly record struct FrequencyValidation(int Frequency, int Customers, double? ActualMean, double? ExpectedMean);
