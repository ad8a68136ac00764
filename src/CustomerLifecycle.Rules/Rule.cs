using System.Text.Json;

namespace CustomerLifecycle.Rules;

/// <summary>A rule as it was written: a condition of the language, not yet tied to a schema.</summary>
/// <remarks>
/// Text, JSON and code give the same tree, and the tree prints back to canonical text and JSON. <see cref="Bind"/> ties it to a schema; what is bound can be compiled
/// to a predicate, explained, and followed over time.
/// </remarks>
public sealed class Rule : IEquatable<Rule>
{
    /// <summary>Makes a rule of a condition built in code.</summary>
    /// <param name="condition">The condition.</param>
    public Rule(Condition condition)
        : this(condition, new RulePlaces())
    {
    }

    internal Rule(Condition condition, RulePlaces places)
    {
        ArgumentNullException.ThrowIfNull(condition);
        Condition = condition;
        Places = places;
    }

    /// <summary>The tree.</summary>
    public Condition Condition { get; }

    internal RulePlaces Places { get; }

    /// <summary>Reads the text of the language.</summary>
    /// <param name="text">At most <see cref="RuleLimits.SourceLength"/> UTF-16 code units.</param>
    /// <param name="keywords">The words; null is English.</param>
    /// <returns>The rule, or every problem: after one, reading goes on with the next test.</returns>
    public static RuleLoad<Rule> Parse(string text, RuleKeywords? keywords = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return RuleTextReader.Read(text, keywords ?? RuleKeywords.English);
    }

    /// <summary>Reads the JSON form, whose schema is published as <c>rule.schema.json</c>. Members that it does not know are refused.</summary>
    /// <param name="json">At most <see cref="RuleLimits.SourceLength"/> UTF-16 code units.</param>
    /// <returns>The rule, or every problem.</returns>
    public static RuleLoad<Rule> ParseJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return RuleJsonReader.Read(json);
    }

    /// <summary>Reads the JSON form from a part of a larger document.</summary>
    /// <param name="json">The condition's object.</param>
    /// <returns>The rule, or every problem.</returns>
    public static RuleLoad<Rule> ParseJson(JsonElement json) => RuleJsonReader.Read(json);

    /// <summary>The canonical text.</summary>
    /// <param name="keywords">The words; null is English.</param>
    public string ToText(RuleKeywords? keywords = null) => RuleTextWriter.Write(Condition, keywords ?? RuleKeywords.English);

    /// <summary>The canonical JSON.</summary>
    public string ToJson() => RuleJsonWriter.Write(Condition);

    /// <summary>Ties the rule to a schema: names, kinds, windows and other segments are checked, and every problem is reported at once.</summary>
    /// <param name="schema">What the rule may speak of.</param>
    /// <param name="segments">Finds other segments' rules; null when there are none.</param>
    /// <returns>The bound rule, or every problem.</returns>
    public RuleLoad<BoundRule> Bind(RuleSchema schema, ISegmentLookup? segments = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return RuleBinder.Bind(this, schema, segments ?? SegmentTable.Empty);
    }

    /// <summary>Whether the trees are equal.</summary>
    /// <param name="other">The other rule.</param>
    public bool Equals(Rule? other) => other is not null && Condition.Equals(other.Condition);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Rule);

    /// <inheritdoc/>
    public override int GetHashCode() => Condition.GetHashCode();

    /// <summary>The canonical text.</summary>
    public override string ToString() => ToText();
}
