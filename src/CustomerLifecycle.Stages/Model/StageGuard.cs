using CustomerLifecycle.Rules;

namespace CustomerLifecycle.Stages;

/// <summary>Decides whether a transition or timer acts, in a host's own code.</summary>
/// <param name="context">What is known at that instant.</param>
/// <returns>Whether it acts. It must depend on the context alone, or replay gives other answers than the first time.</returns>
public delegate bool StagePredicate(in StageContext context);

/// <summary>The condition of a transition or a timer: in the condition language, in a host's own code, or put together of both.</summary>
/// <remarks>In the language, a plain name is a fact that the model declares; <c>event.amount</c> is a field of the event at hand (missing in a timer), <c>dwell</c>
/// the time since the leaf was entered, <c>visits('loyal')</c> the number of entries into a stage. An aggregate over events is a finding of the model:
/// declare a fact. A text that cannot be read is a finding too; nothing here throws for it.</remarks>
public sealed class StageGuard
{
    private StageGuard(GuardNode node, string text, bool isText, IReadOnlyList<RuleProblem>? problems = null)
    {
        Node = node;
        Text = text;
        IsText = isText;
        Problems = problems ?? [];
    }

    /// <summary>The condition as text: in the language where it has one.</summary>
    public string Text { get; }

    /// <summary>What is wrong with the condition; the model's validation reports it at its place.</summary>
    public IReadOnlyList<RuleProblem> Problems { get; }

    /// <summary>Whether <see cref="Text"/> is the whole condition, so that <see cref="Parse"/> gives it back.</summary>
    public bool IsText { get; }

    internal GuardNode Node { get; }

    /// <summary>Reads a condition.</summary>
    /// <param name="text">In the condition language: <c>orders &gt;= 5 and spend &gt;= 500</c>.</param>
    public static StageGuard Parse(string text)
    {
        var load = Rules.Rule.Parse(text);
        return load.IsLoaded ? Rule(load.Value) : new(GuardNode.Never, text, isText: true, load.Problems);
    }

    /// <summary>Takes a condition that was read or built elsewhere.</summary>
    /// <param name="rule">The condition.</param>
    public static StageGuard Rule(Rule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var reader = new GuardReader();
        var node = reader.Read(rule.Condition);
        return new(node, rule.ToText(), isText: true, reader.Problems);
    }

    /// <summary>A condition in a host's own code. It is opaque: neither validated nor explained.</summary>
    /// <param name="name">What it is called in explanations and diagrams; stands for it in a machine's fingerprint, so change it with the code.</param>
    /// <param name="test">The condition, a pure function.</param>
    /// <param name="reads">The event fields that it looks at: a machine keeps no others.</param>
    public static StageGuard Predicate(string name, StagePredicate test, params string[] reads)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentNullException.ThrowIfNull(reads);
        return new(new GuardNode.Predicate(test, name, [.. reads]), name, isText: false);
    }

    /// <summary>The time since the leaf was entered, compared with any span, calendar months in a zone included.</summary>
    /// <param name="comparison">One of the six comparisons.</param>
    /// <param name="span">The span.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="comparison"/> is no comparison.</exception>
    public static StageGuard Dwell(RuleOperator comparison, StageSpan span)
    {
        ArgumentNullException.ThrowIfNull(span);
        var node = GuardReader.Compared(comparison, compare => new GuardNode.Dwell(compare, span)) ?? throw new ArgumentOutOfRangeException(nameof(comparison));
        return new(node, $"dwell {GuardReader.Symbol(comparison)} {span}", isText: false);
    }

    /// <summary>All of them.</summary>
    /// <param name="parts">The conditions; of none it is always true.</param>
    public static StageGuard All(params StageGuard[] parts) => Joined(parts, nodes => new GuardNode.All(nodes), " and ", "true");

    /// <summary>At least one of them.</summary>
    /// <param name="parts">The conditions; of none it is never true.</param>
    public static StageGuard Any(params StageGuard[] parts) => Joined(parts, nodes => new GuardNode.Any(nodes), " or ", "false");

    /// <summary>The complement.</summary>
    /// <param name="part">The condition.</param>
    public static StageGuard Not(StageGuard part)
    {
        ArgumentNullException.ThrowIfNull(part);
        return new(new GuardNode.Not(part.Node), $"not ({part.Text})", part.IsText, part.Problems);
    }

    internal static StageGuard Of(GuardNode node, string text) => new(node, text, isText: false);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static StageGuard Joined(StageGuard[] parts, Func<IReadOnlyList<GuardNode>, GuardNode> join, string word, string ofNone)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Length == 1) return parts[0];
        return new(join([.. parts.Select(part => part.Node)]), parts.Length == 0 ? ofNone : string.Join(word, parts.Select(part => $"({part.Text})")), parts.All(part => part.IsText), [.. parts.SelectMany(part => part.Problems)]);
    }
}
