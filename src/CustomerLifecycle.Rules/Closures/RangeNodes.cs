using System.Runtime.CompilerServices;

namespace CustomerLifecycle.Rules;

/// <summary>An integer from one to another on the circle of 64-bit integers: outside of a range is inside of the rest of the circle.</summary>
internal readonly struct IntegerRange<T>(Func<T, long> get, long low, long high)
{
    private readonly Func<T, long> _get = get;
    private readonly long _low = low;
    private readonly ulong _width = unchecked((ulong)(high - low));

    private long High => unchecked(_low + (long)_width);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Holds(T item) => unchecked((ulong)(_get(item) - _low)) <= _width;

    public IntegerRange<T> Complement() => unchecked(new(_get, High + 1, _low - 1));

    public bool TryMeet(IntegerRange<T> other, out IntegerRange<T>? both)
    {
        var (low, high) = (Math.Max(_low, other._low), Math.Min(High, other.High));
        both = low <= high ? new(_get, low, high) : null;
        return ReferenceEquals(_get, other._get) && _low <= High && other._low <= other.High;
    }
}

/// <summary>A double in a closed range, or not in it; NaN is in none.</summary>
internal readonly struct DoubleRange<T>(Func<T, double> get, double from, double to, bool negated)
{
    private readonly Func<T, double> _get = get;
    private readonly double _from = from;
    private readonly double _to = to;
    private readonly bool _negated = negated;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Holds(T item)
    {
        var value = _get(item);
        return (value >= _from & value <= _to) != _negated;
    }

    public DoubleRange<T> Complement() => new(_get, _from, _to, !_negated);

    public bool TryMeet(DoubleRange<T> other, out DoubleRange<T>? both)
    {
        var (from, to) = (Math.Max(_from, other._from), Math.Min(_to, other._to));
        both = from <= to ? new(_get, from, to, negated: false) : null;
        return ReferenceEquals(_get, other._get) && !_negated && !other._negated;
    }
}

/// <summary>A test so cheap that asking two of them costs less than a branch between them that is guessed wrongly.</summary>
internal abstract class RangeNode<T> : RuleNode<T>
{
    public override int Cost => 2;

    public abstract RangeNode<T> Complement();

    /// <summary>Where this and another hold, null when nowhere.</summary>
    /// <returns>False when no one range says it.</returns>
    public abstract bool TryMeet(RangeNode<T> other, out RangeNode<T>? both);

    /// <summary>This and another in one node.</summary>
    public PairNode<T> With(RangeNode<T> other, bool negated) => (this, other) switch
    {
        (IntegerNode<T> first, IntegerNode<T> second) => new IntegerPairNode<T>(first, second, negated),
        (IntegerNode<T> first, DoubleNode<T> second) => new MixedPairNode<T>(first, second, negated),
        (DoubleNode<T> first, IntegerNode<T> second) => new MixedPairNode<T>(second, first, negated),
        (DoubleNode<T> first, DoubleNode<T> second) => new DoublePairNode<T>(first, second, negated),
        _ => throw new InvalidOperationException("There is no range of this kind."),
    };
}

internal sealed class IntegerNode<T>(IntegerRange<T> range) : RangeNode<T>
{
    private readonly IntegerRange<T> _range = range;

    public IntegerRange<T> Range => _range;

    [MethodImpl(Straight.Code)]
    public override bool Holds(T item, RuleFrame frame) => _range.Holds(item);

    public override RangeNode<T> Complement() => new IntegerNode<T>(_range.Complement());

    public override bool TryMeet(RangeNode<T> other, out RangeNode<T>? both)
    {
        both = null;
        if (other is not IntegerNode<T> integer || !_range.TryMeet(integer._range, out var meet)) return false;
        if (meet is { } range) both = new IntegerNode<T>(range);
        return true;
    }
}

internal sealed class DoubleNode<T>(DoubleRange<T> range) : RangeNode<T>
{
    private readonly DoubleRange<T> _range = range;

    public DoubleRange<T> Range => _range;

    [MethodImpl(Straight.Code)]
    public override bool Holds(T item, RuleFrame frame) => _range.Holds(item);

    public override RangeNode<T> Complement() => new DoubleNode<T>(_range.Complement());

    public override bool TryMeet(RangeNode<T> other, out RangeNode<T>? both)
    {
        both = null;
        if (other is not DoubleNode<T> real || !_range.TryMeet(real._range, out var meet)) return false;
        if (meet is { } range) both = new DoubleNode<T>(range);
        return true;
    }
}

/// <summary>Two ranges, both asked, without a branch between them: both hold, or negated, not both. That any holds is that not both complements do.</summary>
internal abstract class PairNode<T>(RangeNode<T> first, RangeNode<T> second, bool negated) : RuleNode<T>
{
    public bool IsAll => !negated;

    /// <summary>What all (or any) of must hold.</summary>
    public IReadOnlyList<RangeNode<T>> Parts => negated ? [first.Complement(), second.Complement()] : [first, second];

    // Of two likely ranges any holds more often than both: what decides less comes later.
    public override int Cost => negated ? 4 : 3;

    public PairNode<T> Complement() => first.With(second, !negated);
}

// Three kinds by hand: in generic code that hosts' types share, the ranges would be called through tables.
internal sealed class IntegerPairNode<T>(IntegerNode<T> first, IntegerNode<T> second, bool negated) : PairNode<T>(first, second, negated)
{
    private readonly IntegerRange<T> _first = first.Range;
    private readonly IntegerRange<T> _second = second.Range;
    private readonly bool _negated = negated;

    [MethodImpl(Straight.Code)]
    public override bool Holds(T item, RuleFrame frame) => (_first.Holds(item) & _second.Holds(item)) != _negated;
}

internal sealed class MixedPairNode<T>(IntegerNode<T> first, DoubleNode<T> second, bool negated) : PairNode<T>(first, second, negated)
{
    private readonly IntegerRange<T> _first = first.Range;
    private readonly DoubleRange<T> _second = second.Range;
    private readonly bool _negated = negated;

    [MethodImpl(Straight.Code)]
    public override bool Holds(T item, RuleFrame frame) => (_first.Holds(item) & _second.Holds(item)) != _negated;
}

internal sealed class DoublePairNode<T>(DoubleNode<T> first, DoubleNode<T> second, bool negated) : PairNode<T>(first, second, negated)
{
    private readonly DoubleRange<T> _first = first.Range;
    private readonly DoubleRange<T> _second = second.Range;
    private readonly bool _negated = negated;

    [MethodImpl(Straight.Code)]
    public override bool Holds(T item, RuleFrame frame) => (_first.Holds(item) & _second.Holds(item)) != _negated;
}

/// <summary>How nodes that call getters are compiled: once and for good, for a guess at the getter that pays for one rule costs with the next.</summary>
internal static class Straight
{
    public const MethodImplOptions Code =
#if NETSTANDARD
        MethodImplOptions.NoInlining;
#else
        MethodImplOptions.AggressiveOptimization;
#endif
}
