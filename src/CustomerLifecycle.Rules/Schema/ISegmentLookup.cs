namespace CustomerLifecycle.Rules;

/// <summary>Finds the rules of other segments, for <c>in segment '…'</c>.</summary>
public interface ISegmentLookup
{
    /// <summary>The names that exist, for "did you mean".</summary>
    IEnumerable<string> Names { get; }

    /// <summary>Finds a segment's rule.</summary>
    /// <param name="name">The segment's name, compared ordinally.</param>
    /// <returns>The rule; null when there is no such segment.</returns>
    Rule? Find(string name);
}

/// <summary>Segments held in memory.</summary>
public sealed class SegmentTable : ISegmentLookup
{
    private readonly Dictionary<string, Rule> _rules;

    /// <summary>Copies the segments.</summary>
    /// <param name="rules">Rules by name.</param>
    public SegmentTable(IEnumerable<KeyValuePair<string, Rule>> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        _rules = rules.ToDictionary(rule => rule.Key, rule => rule.Value, StringComparer.Ordinal);
    }

    /// <summary>No segments.</summary>
    public static SegmentTable Empty { get; } = new([]);

    /// <inheritdoc/>
    public IEnumerable<string> Names => _rules.Keys;

    /// <inheritdoc/>
    public Rule? Find(string name) => _rules.TryGetValue(name, out var rule) ? rule : null;
}
