namespace CustomerLifecycle.Stages;

/// <summary>How many customers went from one stage to another.</summary>
/// <param name="From">The stage left.</param>
/// <param name="To">The stage entered.</param>
/// <param name="Count">Moves.</param>
/// <param name="Share">Of all entries into <paramref name="From"/>, how many went this way: 0 to 1; null without an entry.</param>
public readonly record struct StageFlow(string From, string To, long Count, double? Share);

/// <summary>What many histories have in common: entries, moves and conversion.</summary>
public sealed class StageFlows
{
    private readonly Dictionary<string, long> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<(string From, string To), long> _moves = [];
    private readonly Dictionary<string, long> _now = new(StringComparer.Ordinal);

    /// <summary>Customers who have a stage.</summary>
    public long Customers { get; private set; }

    /// <summary>The moves, in order of their stages' ids.</summary>
    public IReadOnlyList<StageFlow> Flows =>
    [
        .. _moves.OrderBy(move => move.Key.From, CodePointComparer.Instance).ThenBy(move => move.Key.To, CodePointComparer.Instance)
            .Select(move => new StageFlow(move.Key.From, move.Key.To, move.Value, Entries(move.Key.From) is > 0 and var entries ? (double)move.Value / entries : null)),
    ];

    /// <summary>Entries into a stage, the start included.</summary>
    /// <param name="stage">The stage.</param>
    public long Entries(string stage) => _entries.TryGetValue(stage, out var entries) ? entries : 0;

    /// <summary>Customers who are in a stage at the end of their history.</summary>
    /// <param name="stage">The stage.</param>
    public long Now(string stage) => _now.TryGetValue(stage, out var customers) ? customers : 0;

    /// <summary>Counts one customer's history.</summary>
    /// <param name="history">The rows, in order.</param>
    public void Add(IReadOnlyList<StageChange> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        if (history.Count == 0) return;
        Customers++;
        foreach (var row in history)
        {
            _entries[row.To] = Entries(row.To) + 1;
            if (row.From is null) continue;
            _moves.TryGetValue((row.From, row.To), out var moves);
            _moves[(row.From, row.To)] = moves + 1;
        }

        var last = history[history.Count - 1].To;
        _now[last] = Now(last) + 1;
    }
}
