namespace CustomerLifecycle.Rules;

/// <summary>A compiled condition over a host's type. Nodes are immutable and allocate nothing when asked.</summary>
internal abstract class RuleNode<T>
{
    /// <summary>About how many nanoseconds an answer takes: cheap parts are asked first.</summary>
    public abstract int Cost { get; }

    public abstract bool Holds(T item, RuleFrame frame);
}

/// <summary>What rules need of a moment, computed once: a range for each window of the rule.</summary>
internal sealed class RuleFrame(RuleMoment moment, TimeRange[] ranges)
{
    /// <summary>For rules that no moment changes.</summary>
    public static RuleFrame Timeless { get; } = new(null!, []);

    public RuleMoment Moment { get; } = moment;

    public TimeRange[] Ranges { get; } = ranges;
}

/// <summary>The windows of a rule, each once; a node keeps its place in <see cref="RuleFrame.Ranges"/>.</summary>
internal sealed class RuleWindows
{
    private readonly List<TimeTest> _tests = [];

    public int Add(TimeTest test)
    {
        var known = _tests.IndexOf(test);
        if (known >= 0) return known;
        _tests.Add(test);
        return _tests.Count - 1;
    }

    public RuleFrame At(RuleMoment moment)
    {
        var ranges = new TimeRange[_tests.Count];
        for (var i = 0; i < ranges.Length; i++) ranges[i] = _tests[i].At(moment);
        return new(moment, ranges);
    }
}

internal sealed class ConstantNode<T>(bool value) : RuleNode<T>
{
    public bool Value { get; } = value;

    public override int Cost => 0;

    public override bool Holds(T item, RuleFrame frame) => Value;
}

/// <summary>Parts of which every one must hold.</summary>
internal sealed class AllNode<T>(RuleNode<T>[] parts) : RuleNode<T>
{
    private readonly IntegerLeaf<T>[] _integers = [.. parts.OfType<IntegerNode<T>>().Select(static node => node.Leaf)];
    private readonly DoubleLeaf<T>[] _doubles = [.. parts.OfType<DoubleNode<T>>().Select(static node => node.Leaf)];
    private readonly RuleNode<T>[] _others = [.. parts.Where(static part => part is not (IntegerNode<T> or DoubleNode<T>))];

    public override int Cost { get; } = 1 + parts.Sum(static part => part.Cost);

    public IReadOnlyList<RuleNode<T>> Parts => parts;

    public override bool Holds(T item, RuleFrame frame)
    {
        var integers = _integers;
        for (var i = 0; i < integers.Length; i++)
            if (!integers[i].Holds(item)) return false;
        var doubles = _doubles;
        for (var i = 0; i < doubles.Length; i++)
            if (!doubles[i].Holds(item)) return false;
        foreach (var part in _others)
            if (!part.Holds(item, frame)) return false;
        return true;
    }
}

/// <summary>Parts of which at least one must hold.</summary>
internal sealed class AnyNode<T>(RuleNode<T>[] parts) : RuleNode<T>
{
    private readonly IntegerLeaf<T>[] _integers = [.. parts.OfType<IntegerNode<T>>().Select(static node => node.Leaf)];
    private readonly DoubleLeaf<T>[] _doubles = [.. parts.OfType<DoubleNode<T>>().Select(static node => node.Leaf)];
    private readonly RuleNode<T>[] _others = [.. parts.Where(static part => part is not (IntegerNode<T> or DoubleNode<T>))];

    public override int Cost { get; } = 1 + parts.Sum(static part => part.Cost);

    public IReadOnlyList<RuleNode<T>> Parts => parts;

    public override bool Holds(T item, RuleFrame frame)
    {
        var integers = _integers;
        for (var i = 0; i < integers.Length; i++)
            if (integers[i].Holds(item)) return true;
        var doubles = _doubles;
        for (var i = 0; i < doubles.Length; i++)
            if (doubles[i].Holds(item)) return true;
        foreach (var part in _others)
            if (part.Holds(item, frame)) return true;
        return false;
    }
}

internal sealed class NotNode<T>(RuleNode<T> part) : RuleNode<T>
{
    public RuleNode<T> Part { get; } = part;

    public override int Cost => Part.Cost + 1;

    public override bool Holds(T item, RuleFrame frame) => !Part.Holds(item, frame);
}
