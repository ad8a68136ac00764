namespace CustomerLifecycle.Rules;

/// <summary>Any test of any value.</summary>
internal sealed class ValueNode<T>(Func<T, RuleFrame, RuleValue> get, ValueTest test, bool negated, int cost) : RuleNode<T>
{
    public override int Cost => cost;

    public override bool Holds(T item, RuleFrame frame) => test.Holds(get(item, frame)) != negated;
}

internal sealed class OptionalIntegerNode<T>(Func<T, long?> get, long low, long high, bool negated) : RuleNode<T>
{
    public override int Cost => 3;

    public override bool Holds(T item, RuleFrame frame)
    {
        var value = get(item);
        var number = value.GetValueOrDefault();
        return (value.HasValue && number >= low && number <= high) != negated;
    }
}

/// <summary>A decimal against decimals: each bound is absent, included or not.</summary>
internal sealed class DecimalNode<T>(Func<T, decimal> get, DecimalBounds bounds, bool negated) : RuleNode<T>
{
    public override int Cost => 6;

    public override bool Holds(T item, RuleFrame frame) => bounds.Contain(get(item)) != negated;
}

internal sealed class OptionalDecimalNode<T>(Func<T, decimal?> get, DecimalBounds bounds, bool negated) : RuleNode<T>
{
    public override int Cost => 7;

    public override bool Holds(T item, RuleFrame frame) => (get(item) is { } value && bounds.Contain(value)) != negated;
}

internal sealed class BooleanNode<T>(Func<T, bool?> get, bool wanted, bool negated) : RuleNode<T>
{
    public override int Cost => 2;

    public override bool Holds(T item, RuleFrame frame) => get(item) == wanted != negated;
}

internal sealed class TextNode<T>(Func<T, string?> get, ValueTest test, bool negated, int cost) : RuleNode<T>
{
    public override int Cost => cost;

    public override bool Holds(T item, RuleFrame frame) => test.HoldsText(get(item)) != negated;
}

internal sealed class TextEqualNode<T>(Func<T, string?> get, string wanted, bool negated) : RuleNode<T>
{
    public override int Cost => 4;

    public override bool Holds(T item, RuleFrame frame) => string.Equals(get(item), wanted, StringComparison.Ordinal) != negated;
}

/// <summary>Days from one to another, both included.</summary>
internal sealed class DateNode<T>(Func<T, LocalDate?> get, LocalDate low, LocalDate high, bool negated) : RuleNode<T>
{
    public override int Cost => 5;

    public override bool Holds(T item, RuleFrame frame)
    {
        var value = get(item);
        var day = value.GetValueOrDefault();
        return (value.HasValue && day >= low && day <= high) != negated;
    }
}

/// <summary>Instants from one to another, both included.</summary>
internal sealed class InstantNode<T>(Func<T, Instant?> get, Instant low, Instant high, bool negated) : RuleNode<T>
{
    public override int Cost => 5;

    public override bool Holds(T item, RuleFrame frame)
    {
        var value = get(item);
        var instant = value.GetValueOrDefault();
        return (value.HasValue && instant >= low && instant <= high) != negated;
    }
}

/// <summary>A set of texts, asked without building anything.</summary>
internal sealed class SetNode<T>(Func<T, IReadOnlyList<string>?> get, RuleOperator positive, string[] texts, bool hasOtherKinds, bool negated) : RuleNode<T>
{
    public override int Cost => 10 + texts.Length;

    public override bool Holds(T item, RuleFrame frame) => Test(get(item)) != negated;

    private bool Test(IReadOnlyList<string>? set)
    {
        switch (positive)
        {
            case RuleOperator.IsSet:
                return set is not null;
            case RuleOperator.IsEmpty:
                return TextSet.Size(set) == 0;
            case RuleOperator.HasAny:
                foreach (var text in texts)
                    if (TextSet.Contains(set, text)) return true;
                return false;
            default:
                if (hasOtherKinds) return false;
                foreach (var text in texts)
                    if (!TextSet.Contains(set, text)) return false;
                return true;
        }
    }
}

/// <summary>A list of texts seen as a set; nulls are left out, null is the empty set.</summary>
internal static class TextSet
{
    public static bool Contains(IReadOnlyList<string>? set, string text)
    {
        if (set is string[] array)
        {
            foreach (var element in array)
                if (string.Equals(element, text, StringComparison.Ordinal)) return true;
            return false;
        }

        for (var i = 0; set is not null && i < set.Count; i++)
            if (string.Equals(set[i], text, StringComparison.Ordinal)) return true;
        return false;
    }

    /// <summary>The number of distinct elements.</summary>
    public static int Size(IReadOnlyList<string>? set)
    {
        var size = 0;
        for (var i = 0; set is not null && i < set.Count; i++)
            if (set[i] is { } element && !IsAmongFirst(set, i, element)) size++;
        return size;
    }

    private static bool IsAmongFirst(IReadOnlyList<string> set, int count, string text)
    {
        for (var i = 0; i < count; i++)
            if (string.Equals(set[i], text, StringComparison.Ordinal)) return true;
        return false;
    }
}

/// <summary>A comparison with decimals as bounds that are each absent, included or not.</summary>
internal readonly struct DecimalBounds
{
    private readonly decimal _low;
    private readonly decimal _high;
    private readonly bool _hasLow;
    private readonly bool _hasHigh;
    private readonly bool _lowIncluded;
    private readonly bool _highIncluded;

    private DecimalBounds(decimal? low, bool lowIncluded, decimal? high, bool highIncluded)
    {
        _low = low ?? 0;
        _high = high ?? 0;
        _hasLow = low is not null;
        _hasHigh = high is not null;
        _lowIncluded = lowIncluded;
        _highIncluded = highIncluded;
    }

    /// <summary>False for literals that no decimal equals: those are compared exactly, one by one.</summary>
    public static bool TryMake(RuleOperator positive, RuleValue[] values, out DecimalBounds bounds)
    {
        bounds = default;
        var exact = new decimal[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i].Form != NumberForm.Double) exact[i] = values[i].AsDecimal;
            else if (!ExactNumber.TryToDecimal(values[i].AsDouble, out exact[i])) return false;
        }

        bounds = positive switch
        {
            RuleOperator.Less => new(null, false, exact[0], false),
            RuleOperator.LessOrEqual => new(null, false, exact[0], true),
            RuleOperator.Greater => new(exact[0], false, null, false),
            RuleOperator.GreaterOrEqual => new(exact[0], true, null, false),
            _ => new(exact[0], true, exact[exact.Length - 1], true),
        };
        return true;
    }

    public bool Contain(decimal value) =>
        (!_hasLow || (_lowIncluded ? value >= _low : value > _low)) && (!_hasHigh || (_highIncluded ? value <= _high : value < _high));
}
