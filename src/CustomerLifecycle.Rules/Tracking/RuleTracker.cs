namespace CustomerLifecycle.Rules;

/// <summary>Follows one customer under one rule: takes single events, values and passing time, and knows when the verdict changes next.</summary>
/// <remarks>
/// The verdict is always that of a full evaluation of everything recorded so far. Nothing is evaluated as long as the instant stays before
/// <see cref="RuleVerdict.NextChange"/> and what is recorded does not concern the rule. Not safe for concurrent callers.
/// </remarks>
public sealed class RuleTracker
{
    private readonly CompiledRule<CustomerFacts> _rule;
    private readonly LocalCalendar _calendar;
    private Instant _now;

    /// <summary>Begins with what is known of a customer.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="facts">What is known.</param>
    /// <param name="now">The as-of instant.</param>
    /// <param name="calendar">The zone whose days and months count.</param>
    public RuleTracker(CompiledRule<CustomerFacts> rule, CustomerFacts facts, Instant now, LocalCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(calendar);
        _rule = rule;
        _calendar = calendar;
        Facts = facts;
        Verdict = Judge(now);
    }

    /// <summary>What is known of the customer.</summary>
    public CustomerFacts Facts { get; private set; }

    /// <summary>The verdict at the latest instant told.</summary>
    public RuleVerdict Verdict { get; private set; }

    /// <summary>Takes an event. One that is known already changes nothing.</summary>
    /// <param name="added">The event; it may be late, and it may lie ahead.</param>
    /// <param name="now">The as-of instant.</param>
    public RuleVerdict Record(RuleEvent added, Instant now)
    {
        ArgumentNullException.ThrowIfNull(added);
        var before = Facts.Events;
        Facts = Facts.With(added);
        var isNew = !ReferenceEquals(before, Facts.Events);
        var replaces = isNew && before.Events.Count == Facts.Events.Events.Count;
        return replaces || (isNew && _rule.Rule.Reads.EventTypes.Contains(added.Type, StringComparer.Ordinal)) ? Verdict = Judge(now) : Advance(now);
    }

    /// <summary>Takes a value of an attribute.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <param name="value">The value; missing takes it away.</param>
    /// <param name="now">The as-of instant.</param>
    public RuleVerdict Set(string name, RuleValue value, Instant now)
    {
        Facts = Facts.With(name, value);
        return _rule.Rule.Reads.Attributes.Contains(name, StringComparer.Ordinal) ? Verdict = Judge(now) : Advance(now);
    }

    /// <summary>Lets time pass. An instant before the latest told one is answered by a full evaluation.</summary>
    /// <param name="now">The as-of instant.</param>
    public RuleVerdict Advance(Instant now)
    {
        if (now >= _now && (Verdict.NextChange is not { } change || now < change))
        {
            _now = now;
            return Verdict;
        }

        return Verdict = Judge(now);
    }

    private RuleVerdict Judge(Instant now)
    {
        _now = now;
        return _rule.Judge(Facts, new RuleMoment(now, _calendar));
    }
}
