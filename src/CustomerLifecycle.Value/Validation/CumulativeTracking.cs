namespace CustomerLifecycle.Value;

/// <summary>Repeat purchases of a whole customer base up to a day: made, and expected of customers about whom nothing but their first day is known.</summary>
/// <param name="Until">The cut-off day.</param>
/// <param name="Expected">Sum over the customers who came before it of the purchases that a new customer makes in the time since.</param>
/// <param name="Actual">Repeat purchases before it, or up to and with it, as was asked for.</param>
public readonly record struct CumulativeTracking(LocalDate Until, double Expected, int Actual)
{
    /// <summary>Tracks a model against all purchases of a log, those after its calibration period too.</summary>
    /// <param name="model">The model.</param>
    /// <param name="log">All purchases.</param>
    /// <param name="until">Cut-off days, in any order.</param>
    /// <param name="untilInclusive">Whether the purchases of the cut-off day itself count as made.</param>
    /// <returns>One entry per cut-off day, in the order given.</returns>
    /// <remarks>Fader, Hardie and Lee (2005), figure 3.</remarks>
    public static IReadOnlyList<CumulativeTracking> Of(IPurchaseModel model, PurchaseLog log, IEnumerable<LocalDate> until, bool untilInclusive = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Of(_ => model, log, until, untilInclusive);
    }

    /// <summary>Tracks customers who differ, by covariates or otherwise, each with a model of their own.</summary>
    /// <param name="modelOf">The model of a customer. Customers of one kind should be given one object, so that its expectations are computed once.</param>
    /// <param name="log">All purchases.</param>
    /// <param name="until">Cut-off days, in any order.</param>
    /// <param name="untilInclusive">Whether the purchases of the cut-off day itself count as made.</param>
    /// <returns>One entry per cut-off day, in the order given.</returns>
    public static IReadOnlyList<CumulativeTracking> Of(Func<CustomerId, IPurchaseModel> modelOf, PurchaseLog log, IEnumerable<LocalDate> until, bool untilInclusive = false)
    {
        ArgumentNullException.ThrowIfNull(modelOf);
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(until);
        var (cohorts, repeatDays) = log.DayCounts(modelOf);
        Dictionary<(IPurchaseModel Model, int Days), double> means = [];
        var tracking = new List<CumulativeTracking>();
        foreach (var day in until)
        {
            var cutOff = log.DayNumber(day);
            double expected = 0;
            foreach (var (model, firstDays) in cohorts)
            {
                foreach (var first in firstDays)
                {
                    var days = cutOff - first.Key;
                    if (days <= 0) break;
                    if (!means.TryGetValue((model, days), out var mean)) means.Add((model, days), mean = model.ExpectedPurchases(default(PurchaseHistory), days / model.TimeUnit.Days));
                    expected += first.Value * mean;
                }
            }

            var actual = 0;
            foreach (var repeat in repeatDays)
            {
                if (repeat.Key > cutOff || (repeat.Key == cutOff && !untilInclusive)) break;
                actual += repeat.Value;
            }

            tracking.Add(new CumulativeTracking(day, expected, actual));
        }

        return tracking;
    }
}
