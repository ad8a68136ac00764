namespace CustomerLifecycle.Rules;

/// <summary>Loads rules of one schema: reads them, and ties them to the schema and to the other segments.</summary>
public sealed class RuleLoader
{
    private readonly ISegmentLookup _segments;

    /// <summary>Makes a loader.</summary>
    /// <param name="schema">What rules may speak of.</param>
    /// <param name="segments">Finds other segments' rules; null when there are none.</param>
    public RuleLoader(RuleSchema schema, ISegmentLookup? segments = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        Schema = schema;
        _segments = segments ?? SegmentTable.Empty;
    }

    /// <summary>What rules may speak of.</summary>
    public RuleSchema Schema { get; }

    /// <summary>Loads the text of a rule.</summary>
    /// <param name="text">The text of the language.</param>
    /// <param name="keywords">The words; null is English.</param>
    /// <returns>The bound rule, or every problem.</returns>
    public RuleLoad<BoundRule> LoadText(string text, RuleKeywords? keywords = null) => Bind(Rule.Parse(text, keywords));

    /// <summary>Loads the JSON form of a rule.</summary>
    /// <param name="json">The JSON form.</param>
    /// <returns>The bound rule, or every problem.</returns>
    public RuleLoad<BoundRule> LoadJson(string json) => Bind(Rule.ParseJson(json));

    private RuleLoad<BoundRule> Bind(RuleLoad<Rule> rule) => Bind(rule, Schema, _segments);

    // What could be read is looked through for more problems, and all are told in the order of the text.
    internal static RuleLoad<BoundRule> Bind(RuleLoad<Rule> rule, RuleSchema schema, ISegmentLookup? segments) =>
        rule.IsLoaded ? rule.Value.Bind(schema, segments)
        : rule.Readable is { } readable ? new([.. rule.Problems.Concat(readable.Bind(schema, segments).Problems).OrderBy(static problem => problem.Position).Take(RuleLimits.Problems)])
        : new(rule.Problems);
}
