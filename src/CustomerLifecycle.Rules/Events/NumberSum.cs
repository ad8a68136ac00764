namespace CustomerLifecycle.Rules;

/// <summary>A sum of numbers in the order in which they are added: exact for integers and decimals; the doubles among them are summed as doubles.</summary>
internal struct NumberSum
{
    private decimal _exact;
    private double _real;
    private bool _hasReal;
    private bool _hasDecimal;

    public int Count { get; private set; }

    public void Add(in RuleValue number)
    {
        Count++;
        if (number.Form == NumberForm.Double)
        {
            AddReal(number.AsDouble);
            return;
        }

        _hasDecimal |= number.Form == NumberForm.Decimal;
        var value = number.AsDecimal;
        if (IsFarFromLimit(_exact) && IsFarFromLimit(value)) _exact += value;
        else AddNearLimit(value);
    }

    public readonly RuleValue Total()
    {
        if (!_hasReal) return _hasDecimal || _exact is < long.MinValue or > long.MaxValue ? RuleValue.Of(_exact) : RuleValue.Of((long)_exact);

        // Whole and money parts stay exact as long as what the doubles add up to has a decimal of its own.
        return ExactNumber.TryToDecimal(_real, out var real) && IsFarFromLimit(real) && IsFarFromLimit(_exact) ? RuleValue.Of(_exact + real) : RuleValue.Of((double)_exact + _real);
    }

    /// <summary>The mean; missing of none, and where opposite infinities leave no total.</summary>
    public readonly RuleValue Mean()
    {
        if (Count == 0) return default;
        var total = Total();
        if (total.IsMissing) return default;
        return total.Form == NumberForm.Double ? RuleValue.Of(total.AsDouble / Count) : RuleValue.Of(total.AsDecimal / Count);
    }

    private void AddReal(double value)
    {
        _hasReal = true;
        _real += value;
    }

    private void AddNearLimit(decimal value)
    {
        try
        {
            _exact += value;
        }
        catch (OverflowException)
        {
            AddReal((double)value);
        }
    }

    // Half of the range of a decimal: two such numbers add up without overflow.
    private static bool IsFarFromLimit(decimal value) => value is > -39614081257132168796771975168m and < 39614081257132168796771975168m;
}
