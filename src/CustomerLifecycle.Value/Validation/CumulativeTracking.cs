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
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(until);
        var (firstDays, repeatDays) = log.DayCounts();
        Dictionary<int, double> means = [];
        var tracking = new List<CumulativeTracking>();
        foreach (var day in until)
        {
            var cutOff = log.DayNumber(day);
            double expected = 0;
            foreach (var first in firstDays)
            {
                var days = cutOff - first.Key;
                if (days <= 0) break;
                if (!means.TryGetValue(days, out var mean)) means.Add(days, mean = model.ExpectedPurchases(default(PurchaseHistory), days / model.TimeUnit.Days));
                expected += first.Value * mean;
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
