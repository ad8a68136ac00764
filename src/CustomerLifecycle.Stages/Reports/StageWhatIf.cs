namespace CustomerLifecycle.Stages;

/// <summary>A customer who would be elsewhere under another model.</summary>
/// <param name="Customer">Who.</param>
/// <param name="From">Where the first model puts them; null: nowhere.</param>
/// <param name="To">Where the second one does; null: nowhere.</param>
public readonly record struct StageDifference(CustomerId Customer, string? From, string? To);

/// <summary>What a changed model would have made of the past.</summary>
public sealed class StageWhatIf
{
    private StageWhatIf(IReadOnlyList<StageDifference> differences, long same)
    {
        Differences = differences;
        Same = same;
    }

    /// <summary>The customers who would be elsewhere, in the order of the lives given.</summary>
    public IReadOnlyList<StageDifference> Differences { get; }

    /// <summary>How many would be where they are.</summary>
    public long Same { get; }

    /// <summary>How many go from where to where, the most first.</summary>
    public IReadOnlyList<(string? From, string? To, int Count)> Moves =>
    [
        .. Differences.GroupBy(difference => (difference.From, difference.To)).Select(group => (group.Key.From, group.Key.To, Count: group.Count()))
            .OrderByDescending(move => move.Count).ThenBy(move => move.From ?? "", CodePointComparer.Instance).ThenBy(move => move.To ?? "", CodePointComparer.Instance),
    ];

    /// <summary>Replays lives under two models.</summary>
    /// <param name="now">The model in force.</param>
    /// <param name="changed">The changed one.</param>
    /// <param name="lives">Each customer's events.</param>
    /// <param name="query">What is asked of both.</param>
    public static StageWhatIf Compare(StageMachine now, StageMachine changed, IEnumerable<KeyValuePair<CustomerId, IReadOnlyList<CustomerEvent>>> lives, StageQuery query)
    {
        ArgumentNullException.ThrowIfNull(now);
        ArgumentNullException.ThrowIfNull(changed);
        ArgumentNullException.ThrowIfNull(lives);
        var differences = new List<StageDifference>();
        var same = 0L;
        foreach (var life in lives)
        {
            var from = now.Replay(life.Value, query).Stage;
            var to = changed.Replay(life.Value, query).Stage;
            if (string.Equals(from, to, StringComparison.Ordinal)) same++;
            else differences.Add(new(life.Key, from, to));
        }

        return new(differences, same);
    }
}
