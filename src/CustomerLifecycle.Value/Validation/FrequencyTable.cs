namespace CustomerLifecycle.Value;

/// <summary>How many customers made how many repeat purchases in the calibration period, and how many a model expects: the papers' table of fit.</summary>
/// <param name="Observed">Customers with 0, 1, 2, … repeat purchases; in the last entry all that are left.</param>
/// <param name="Expected">What the model expects of a cohort of that age.</param>
/// <param name="ChiSquare">The sum of (observed - expected)²/expected; null where the model expects none in some entry.</param>
public sealed record FrequencyTable(IReadOnlyList<int> Observed, IReadOnlyList<double> Expected, double? ChiSquare)
{
    /// <summary>Compares a model with the cohort that it was fitted to.</summary>
    /// <param name="model">The model.</param>
    /// <param name="summary">The cohort.</param>
    /// <param name="bins">Entries; 2 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bins"/> is below 2.</exception>
    public static FrequencyTable Of(IPurchaseModel model, PurchaseSummary summary, int bins = 8)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 2);
        var observed = new int[bins];
        Dictionary<double, int> ages = [];
        for (var row = 0; row < summary.Count; row++)
        {
            observed[(int)Math.Min(summary.Frequency[row], bins - 1)]++;
            ages.TryGetValue(summary.Age[row], out var customers);
            ages[summary.Age[row]] = customers + 1;
        }

        var expected = new double[bins];
        expected[bins - 1] = summary.Count;
        for (var count = 0; count < bins - 1; count++)
        {
            foreach (var age in ages) expected[count] += age.Value * model.ProbabilityOfPurchases(default, count, age.Key);
            expected[bins - 1] -= expected[count];
        }

        double chiSquare = 0;
        for (var bin = 0; bin < bins; bin++) chiSquare += (observed[bin] - expected[bin]) * (observed[bin] - expected[bin]) / expected[bin];
        return new FrequencyTable(observed, expected, double.IsFinite(chiSquare) ? chiSquare : null);
    }
}
