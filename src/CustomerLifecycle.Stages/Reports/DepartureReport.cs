namespace CustomerLifecycle.Stages;

/// <summary>How often customers left for one reason.</summary>
/// <param name="Reason">The code; null where none was given.</param>
/// <param name="Count">Departures.</param>
/// <param name="Share">Of all departures: 0 to 1.</param>
/// <param name="Cumulative">Of all departures, this reason's and all more frequent ones': 0 to 1.</param>
public readonly record struct DepartureShare(string? Reason, int Count, double Share, double Cumulative);

/// <summary>Why customers left.</summary>
public static class DepartureReport
{
    /// <summary>The reasons for entering a stage, the most frequent first.</summary>
    /// <param name="histories">The customers' histories.</param>
    /// <param name="stage">The stage of those who left.</param>
    public static IReadOnlyList<DepartureShare> Pareto(IEnumerable<IReadOnlyList<StageChange>> histories, string stage)
    {
        ArgumentNullException.ThrowIfNull(histories);
        var counts = histories.SelectMany(history => history).Where(row => string.Equals(row.To, stage, StringComparison.Ordinal))
            .GroupBy(row => row.Reason, StringComparer.Ordinal).Select(group => (Reason: group.Key, Count: group.Count()))
            .OrderByDescending(entry => entry.Count).ThenBy(entry => entry.Reason ?? "", CodePointComparer.Instance).ToArray();
        var all = counts.Sum(entry => entry.Count);
        var shares = new List<DepartureShare>();
        var sum = 0;
        foreach (var entry in counts)
        {
            sum += entry.Count;
            shares.Add(new(entry.Reason, entry.Count, (double)entry.Count / all, (double)sum / all));
        }

        return shares;
    }
}
