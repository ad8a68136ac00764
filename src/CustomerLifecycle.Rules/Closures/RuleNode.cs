using System.Runtime.CompilerServices;

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
    private readonly RuleNode<T>[] _parts = parts;

    public override int Cost { get; } = 1 + parts.Sum(static part => part.Cost);

    public IReadOnlyList<RuleNode<T>> Parts => _parts;

    [MethodImpl(Straight.Code)]
    public override bool Holds(T item, RuleFrame frame)
    {
        foreach (var part in _parts)
            if (!part.Holds(item, frame)) return false;
        return true;
    }
}

/// <summary>Parts of which at least one must hold.</summary>
internal sealed class AnyNode<T>(RuleNode<T>[] parts) : RuleNode<T>
{
    private readonly RuleNode<T>[] _parts = parts;

    public override int Cost { get; } = 1 + parts.Sum(static part => part.Cost);

    public IReadOnlyList<RuleNode<T>> Parts => _parts;

    [MethodImpl(Straight.Code)]
    public override bool Holds(T item, RuleFrame frame)
    {
        foreach (var part in _parts)
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
