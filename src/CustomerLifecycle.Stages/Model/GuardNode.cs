using CustomerLifecycle.Rules;

namespace CustomerLifecycle.Stages;

/// <summary>What a guard looks at.</summary>
internal enum GuardOperandKind
{
    Fact,
    EventField,
    Visits,
}

internal enum GuardComparison
{
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

internal enum GuardTextTest
{
    Contains,
    StartsWith,
    EndsWith,
}

/// <summary>A guard in the few shapes that a machine runs: what the condition language's tree becomes.</summary>
internal abstract class GuardNode
{
    /// <summary>Is never true.</summary>
    public static GuardNode Never { get; } = new Any([]);

    public sealed class All(IReadOnlyList<GuardNode> parts) : GuardNode
    {
        public IReadOnlyList<GuardNode> Parts { get; } = parts;
    }

    public sealed class Any(IReadOnlyList<GuardNode> parts) : GuardNode
    {
        public IReadOnlyList<GuardNode> Parts { get; } = parts;
    }

    public sealed class Not(GuardNode part) : GuardNode
    {
        public GuardNode Part { get; } = part;
    }

    /// <summary>A test of one named thing.</summary>
    public abstract class NamedTest(GuardOperandKind kind, string name) : GuardNode
    {
        public GuardOperandKind Kind { get; } = kind;

        public string Name { get; } = name;
    }

    public sealed class Compare(GuardOperandKind kind, string name, GuardComparison comparison, StageValue constant) : NamedTest(kind, name)
    {
        public GuardComparison Comparison { get; } = comparison;

        public StageValue Constant { get; } = constant;
    }

    public sealed class Among(GuardOperandKind kind, string name, IReadOnlyList<StageValue> constants, bool ignoreCase = false) : NamedTest(kind, name)
    {
        public IReadOnlyList<StageValue> Constants { get; } = constants;

        public bool IgnoreCase { get; } = ignoreCase;
    }

    /// <summary>Whether there is a value; <paramref name="emptyIsNone"/> takes the empty text for none.</summary>
    public sealed class Exists(GuardOperandKind kind, string name, bool emptyIsNone = false) : NamedTest(kind, name)
    {
        public bool EmptyIsNone { get; } = emptyIsNone;
    }

    public sealed class Text(GuardOperandKind kind, string name, GuardTextTest test, string pattern, bool ignoreCase) : NamedTest(kind, name)
    {
        public GuardTextTest Mode { get; } = test;

        public string Pattern { get; } = pattern;

        public bool IgnoreCase { get; } = ignoreCase;
    }

    /// <summary>A test whose meaning is the condition language's own: of a pattern, or of a date against now.</summary>
    public sealed class Asked(GuardOperandKind kind, string name, CompiledRule<RuleValue> test, string text) : NamedTest(kind, name)
    {
        /// <summary>The test of the named thing's value.</summary>
        public CompiledRule<RuleValue> Test { get; } = test;

        /// <summary>The test in the condition language.</summary>
        public string Label { get; } = text;
    }

    public sealed class Dwell(GuardComparison comparison, StageSpan span) : GuardNode
    {
        public GuardComparison Comparison { get; } = comparison;

        public StageSpan Span { get; } = span;
    }

    public sealed class Predicate(StagePredicate test, string name, IReadOnlyList<string> reads) : GuardNode
    {
        public StagePredicate Test { get; } = test;

        public string Name { get; } = name;

        public IReadOnlyList<string> Reads { get; } = reads;
    }

    /// <summary>Adds this node and all below it, in order.</summary>
    public void AddTo(List<GuardNode> nodes)
    {
        nodes.Add(this);
        switch (this)
        {
            case All all:
                foreach (var part in all.Parts) part.AddTo(nodes);
                break;
            case Any any:
                foreach (var part in any.Parts) part.AddTo(nodes);
                break;
            case Not not:
                not.Part.AddTo(nodes);
                break;
        }
    }
}
