namespace CustomerLifecycle.Rules;

/// <summary>Why a rule holds of a customer or not: the tree with what was found at each node. Computed on demand, as data; <see cref="ToText"/> puts it into words.</summary>
public sealed class RuleExplanation
{
    internal RuleExplanation(Condition condition, bool holds, IReadOnlyList<RuleExplanation> parts, ExplainedValue? value = null)
    {
        Condition = condition;
        Holds = holds;
        Parts = parts;
        HasValue = value?.HasValue ?? false;
        Value = value?.Value ?? default;
        From = value?.From;
        Until = value?.Until;
        Events = value?.Events ?? [];
        EventCount = value?.EventCount ?? 0;
    }

    /// <summary>The most events that one node lists.</summary>
    public const int MaxEvents = 20;

    /// <summary>The condition as it was written.</summary>
    public Condition Condition { get; }

    /// <summary>Whether it holds.</summary>
    public bool Holds { get; }

    /// <summary>The parts of a chain, what is negated, or the rule of a segment; empty for a test.</summary>
    public IReadOnlyList<RuleExplanation> Parts { get; }

    /// <summary>Whether <see cref="Value"/> is what a test looked at.</summary>
    public bool HasValue { get; }

    /// <summary>What the test looked at: an attribute's value, an aggregate.</summary>
    public RuleValue Value { get; }

    /// <summary>Where the window began, included; null where the test has none or it has no beginning.</summary>
    public Instant? From { get; }

    /// <summary>Where the window ended, not included; null where the test has none.</summary>
    public Instant? Until { get; }

    /// <summary>The latest events that were counted, or those that met a sequence, in order; at most <see cref="MaxEvents"/>.</summary>
    public IReadOnlyList<RuleEvent> Events { get; }

    /// <summary>How many events were counted.</summary>
    public int EventCount { get; }

    /// <summary>The fewest tests that force the verdict: had all others gone otherwise, it would be the same. Of equals the first.</summary>
    public IReadOnlyList<RuleExplanation> Reason => Parts.Count == 0 ? Condition is AllCondition or AnyCondition ? [] : [this] : Condition switch
    {
        AllCondition when !Holds => Fewest(holds: false),
        AnyCondition when Holds => Fewest(holds: true),
        _ => [.. Parts.SelectMany(static part => part.Reason)],
    };

    /// <summary>In words, with the values that were found. They are the customer's own: show them to who may see them, and keep them out of logs.</summary>
    /// <param name="language">The words; null is English.</param>
    public string ToText(RuleLanguage? language = null) => RuleExplanationText.Write(this, language ?? RuleLanguage.English);

    /// <summary>Whether it holds, and the rule; none of the customer's values.</summary>
    public override string ToString() => $"{(Holds ? "holds" : "does not hold")}: {Condition}";

    private IReadOnlyList<RuleExplanation> Fewest(bool holds)
    {
        IReadOnlyList<RuleExplanation>? fewest = null;
        foreach (var part in Parts)
        {
            if (part.Holds != holds) continue;
            var reason = part.Reason;
            if (fewest is null || reason.Count < fewest.Count) fewest = reason;
        }

        return fewest ?? [];
    }
}

/// <summary>What a test found.</summary>
internal sealed record ExplainedValue(bool HasValue, RuleValue Value, Instant? From = null, Instant? Until = null, IReadOnlyList<RuleEvent>? Events = null, int EventCount = 0);
