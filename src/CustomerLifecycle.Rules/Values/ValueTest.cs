namespace CustomerLifecycle.Rules;

/// <summary>The one meaning of tests of a value: positive operators; a complement is its negation.</summary>
internal sealed class ValueTest
{
    private const int ScannedList = 8;

    private readonly RuleOperator _operator;
    private readonly RuleValue[] _values;
    private readonly bool _ignoreCase;
    private readonly string? _text;
    private readonly LikePattern? _pattern;
    private readonly HashSet<RuleValue>? _list;
    private readonly HashSet<string>? _texts;
    private readonly NumberTest? _numbers;

    public ValueTest(RuleOperator positive, RuleValue[] values, bool ignoreCase)
    {
        _operator = positive;
        _values = values;
        _ignoreCase = ignoreCase;
        if (values.Length == 1 && values[0].Kind == RuleValueKind.Text) _text = values[0].AsText;
        if (positive == RuleOperator.Like && _text is not null) _pattern = LikePattern.Of(_text, ignoreCase);
        if (positive.IsOrdering() || positive is RuleOperator.Equal or RuleOperator.Between) _numbers = NumberTest.Of(positive, values);
        if (positive != RuleOperator.In) return;
        if (values.Length > ScannedList && !ignoreCase) _list = new(values, SameValueComparer.Instance);
        if (values.Length > ScannedList)
            _texts = new(values.Where(static value => value.Kind == RuleValueKind.Text).Select(static value => value.AsText), ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
    }

    public bool Holds(in RuleValue value)
    {
        switch (_operator)
        {
            case RuleOperator.IsSet:
                return !value.IsMissing;
            case RuleOperator.IsEmpty:
                return value.Kind switch
                {
                    RuleValueKind.Missing => true,
                    RuleValueKind.Text => value.AsText.Length == 0,
                    RuleValueKind.Set => value.Set.Values.Count == 0,
                    _ => false,
                };
            case RuleOperator.HasAny:
                return value.Kind == RuleValueKind.Set && HasAny(value.Set);
            case RuleOperator.HasAll:
                return value.Kind == RuleValueKind.Set ? HasAll(value.Set) : value.IsMissing && _values.Length == 0;
        }

        if (value.Kind == RuleValueKind.Text) return HoldsText(value.AsText);
        if (_numbers is not null) return value.Kind == RuleValueKind.Number && _numbers.Holds(value);
        switch (_operator)
        {
            case RuleOperator.Equal:
                return value.SameAs(_values[0]);
            case RuleOperator.In:
                return IsInList(value);
            case RuleOperator.Between:
                return value.TryCompare(_values[0], out var low) && low >= 0 && value.TryCompare(_values[1], out var high) && high <= 0;
            default:
                return _operator.IsOrdering() && value.TryCompare(_values[0], out var order) && Accepts(order);
        }
    }

    /// <summary>The same for a text; null is missing.</summary>
    public bool HoldsText(string? text)
    {
        if (text is null) return _operator == RuleOperator.IsEmpty;
        var comparison = _ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        switch (_operator)
        {
            case RuleOperator.Equal:
                return _text is not null && string.Equals(text, _text, comparison);
            case RuleOperator.In:
                return IsInTexts(text, comparison);
            case RuleOperator.Contains:
                return _text is not null && TextSearch.Contains(text, _text, comparison);
            case RuleOperator.StartsWith:
                return _text is not null && text.StartsWith(_text, comparison);
            case RuleOperator.EndsWith:
                return _text is not null && text.EndsWith(_text, comparison);
            case RuleOperator.Like:
                return _pattern is not null && _pattern.Matches(text);
            case RuleOperator.Between:
                return _values[0].Kind == RuleValueKind.Text && CodePointComparer.CompareText(text, _values[0].AsText) >= 0 && CodePointComparer.CompareText(text, _values[1].AsText) <= 0;
            case RuleOperator.IsSet:
                return true;
            case RuleOperator.IsEmpty:
                return text.Length == 0;
            default:
                return _operator.IsOrdering() && _text is not null && Accepts(CodePointComparer.CompareText(text, _text));
        }
    }

    private bool Accepts(int order) => _operator switch
    {
        RuleOperator.Less => order < 0,
        RuleOperator.LessOrEqual => order <= 0,
        RuleOperator.Greater => order > 0,
        _ => order >= 0,
    };

    private bool IsInList(in RuleValue value)
    {
        if (_list is not null) return _list.Contains(value);
        foreach (ref readonly var literal in _values.AsSpan())
            if (literal.SameAs(value)) return true;
        return false;
    }

    private bool IsInTexts(string text, StringComparison comparison)
    {
        if (_texts is not null) return _texts.Contains(text);
        foreach (ref readonly var literal in _values.AsSpan())
            if (literal.Kind == RuleValueKind.Text && string.Equals(text, literal.AsText, comparison)) return true;
        return false;
    }

    private bool HasAny(RuleSet set)
    {
        foreach (ref readonly var literal in _values.AsSpan())
            if (set.Contains(literal)) return true;
        return false;
    }

    private bool HasAll(RuleSet set)
    {
        foreach (ref readonly var literal in _values.AsSpan())
            if (!set.Contains(literal)) return false;
        return true;
    }
}

/// <summary>A comparison with numbers whose literals are brought into each form once, so that no value is converted to be compared.</summary>
internal sealed class NumberTest
{
    private readonly (long Low, long High) _integers;
    private readonly (double Low, double High) _doubles;
    private readonly DecimalBounds? _decimals;
    private readonly RuleOperator _operator;
    private readonly RuleValue[] _values;

    private NumberTest(RuleOperator positive, RuleValue[] values)
    {
        _operator = positive;
        _values = values;
        _integers = NumberRange.OfIntegers(positive, values);
        _doubles = NumberRange.OfDoubles(positive, values);
        _decimals = DecimalBounds.TryMake(positive, values, out var bounds) ? bounds : null;
    }

    /// <summary>Null when a literal is no number.</summary>
    public static NumberTest? Of(RuleOperator positive, RuleValue[] values) =>
        values.Length > 0 && Array.TrueForAll(values, static value => value.Kind == RuleValueKind.Number) ? new(positive, values) : null;

    public bool Holds(in RuleValue number)
    {
        switch (number.Form)
        {
            case NumberForm.Integer:
                var integer = number.AsInteger;
                return integer >= _integers.Low && integer <= _integers.High;
            case NumberForm.Double:
                var real = number.AsDouble;
                return real >= _doubles.Low && real <= _doubles.High;
            default:
                return _decimals is { } bounds ? bounds.Contain(number.AsDecimal) : Compare(number);
        }
    }

    // Doubles that no decimal equals, such as 1e300.
    private bool Compare(in RuleValue number)
    {
        var first = ExactNumber.Compare(number, _values[0]);
        return _operator switch
        {
            RuleOperator.Less => first < 0,
            RuleOperator.LessOrEqual => first <= 0,
            RuleOperator.Greater => first > 0,
            RuleOperator.GreaterOrEqual => first >= 0,
            RuleOperator.Equal => first == 0,
            _ => first >= 0 && ExactNumber.Compare(number, _values[1]) <= 0,
        };
    }
}

internal static class TextSearch
{
    public static bool Contains(string text, string part, StringComparison comparison) =>
#if NET8_0_OR_GREATER
        text.Contains(part, comparison);
#else
        text.IndexOf(part, comparison) >= 0;
#endif
}
