namespace CustomerLifecycle.Rules;

/// <summary>A rule compiled for a host's type: a typed predicate that allocates nothing per customer. Safe for concurrent callers.</summary>
/// <typeparam name="T">The host's type.</typeparam>
public sealed class CompiledRule<T>
{
    private readonly RuleNode<T> _root;
    private readonly RuleWindows _windows;
    private readonly Lazy<RuleChanges<T>> _changes;
    private readonly RuleFrame? _timeless;
    private RuleFrame? _frame;

    internal CompiledRule(BoundRule rule, RuleProfile<T> profile, RuleNode<T> root, RuleWindows windows)
    {
        Rule = rule;
        Profile = profile;
        _root = root;
        _windows = windows;
        _timeless = rule.DependsOnTime ? null : RuleFrame.Timeless;
        _changes = new(() => new RuleChanges<T>(rule, profile));
    }

    /// <summary>The rule.</summary>
    public BoundRule Rule { get; }

    internal RuleProfile<T> Profile { get; }

    /// <summary>Whether the rule holds of a customer at a moment.</summary>
    /// <param name="customer">The customer.</param>
    /// <param name="moment">The moment. Pass the same object for a whole batch: the windows are then computed once.</param>
    public bool Matches(T customer, RuleMoment moment) => _root.Holds(customer, _timeless ?? At(moment));

    /// <summary>Whether the rule holds, and the next instant at which that changes if nothing new becomes known.</summary>
    /// <param name="customer">The customer. Events after the moment are invisible until their instant.</param>
    /// <param name="moment">The moment.</param>
    public RuleVerdict Judge(T customer, RuleMoment moment)
    {
        ArgumentNullException.ThrowIfNull(moment);
        var matches = Matches(customer, moment);
        return new(matches, Rule.DependsOnTime ? _changes.Value.NextFlip(customer, moment, matches, Holds) : null);
    }

    /// <summary>Why the rule holds of a customer or not.</summary>
    /// <param name="customer">The customer.</param>
    /// <param name="moment">The moment.</param>
    public RuleExplanation Explain(T customer, RuleMoment moment)
    {
        ArgumentNullException.ThrowIfNull(moment);
        return RuleExplainer<T>.Explain(this, customer, moment);
    }

    private bool Holds(T customer, RuleMoment moment) => _root.Holds(customer, _windows.At(moment));

    private RuleFrame At(RuleMoment moment)
    {
        var frame = Volatile.Read(ref _frame);
        return frame is not null && ReferenceEquals(frame.Moment, moment) ? frame : Remember(moment);
    }

    private RuleFrame Remember(RuleMoment moment)
    {
        ArgumentNullException.ThrowIfNull(moment);
        var frame = _windows.At(moment);
        Volatile.Write(ref _frame, frame);
        return frame;
    }
}
