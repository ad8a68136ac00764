namespace CustomerLifecycle.Rules;

/// <summary>A comparison with number literals as a closed range in the attribute's own form, so that a test is two comparisons and nothing is converted per customer.</summary>
internal static class NumberRange
{
    /// <summary>The integers for which the test holds; empty (low above high) when there are none.</summary>
    public static (long Low, long High) OfIntegers(RuleOperator positive, RuleValue[] values)
    {
        if (IsEmpty(positive, values)) return (1, 0);
        return positive switch
        {
            RuleOperator.Less => (long.MinValue, Below(values[0])),
            RuleOperator.LessOrEqual => (long.MinValue, AtMost(values[0])),
            RuleOperator.Greater => (Above(values[0]), long.MaxValue),
            RuleOperator.GreaterOrEqual => (AtLeast(values[0]), long.MaxValue),
            RuleOperator.Between => (AtLeast(values[0]), AtMost(values[1])),
            _ => (AtLeast(values[0]), AtMost(values[0])),
        };

        static long AtMost(in RuleValue value) => ExactNumber.FloorToInteger(value) ?? long.MinValue;
        static long Above(in RuleValue value) => ExactNumber.FloorToInteger(value) is { } floor ? floor == long.MaxValue ? long.MaxValue : floor + 1 : long.MinValue;
        static long AtLeast(in RuleValue value) => IsInteger(value) ? ExactNumber.FloorToInteger(value)!.Value : Above(value);
        static long Below(in RuleValue value) => IsInteger(value) ? ExactNumber.FloorToInteger(value)!.Value is var floor && floor > long.MinValue ? floor - 1 : long.MinValue : AtMost(value);
    }

    // Where a bound lies outside the integers, the ends of the range would let the extreme integers in.
    private static bool IsEmpty(RuleOperator positive, RuleValue[] values)
    {
        var least = RuleValue.Of(long.MinValue);
        var greatest = RuleValue.Of(long.MaxValue);
        var last = values[values.Length - 1];
        return positive switch
        {
            RuleOperator.Less => ExactNumber.Compare(last, least) <= 0,
            RuleOperator.LessOrEqual => ExactNumber.Compare(last, least) < 0,
            RuleOperator.Greater => ExactNumber.Compare(last, greatest) >= 0,
            RuleOperator.GreaterOrEqual => ExactNumber.Compare(last, greatest) > 0,
            RuleOperator.Between => ExactNumber.Compare(values[0], greatest) > 0 || ExactNumber.Compare(last, least) < 0,
            _ => !IsInteger(last),
        };
    }

    private static bool IsInteger(in RuleValue value) =>
        value.Form == NumberForm.Integer || (ExactNumber.FloorToInteger(value) is { } floor && ExactNumber.Compare(RuleValue.Of(floor), value) == 0);

    /// <summary>The doubles for which the test holds; empty (low above high) when there are none.</summary>
    public static (double Low, double High) OfDoubles(RuleOperator positive, RuleValue[] values)
    {
        return positive switch
        {
            RuleOperator.Less => IsNegativeInfinity(values[0]) ? (1, 0) : (double.NegativeInfinity, Below(values[0])),
            RuleOperator.LessOrEqual => (double.NegativeInfinity, ExactNumber.FloorToDouble(values[0])),
            RuleOperator.Greater => IsPositiveInfinity(values[0]) ? (1, 0) : (Above(values[0]), double.PositiveInfinity),
            RuleOperator.GreaterOrEqual => (AtLeast(values[0]), double.PositiveInfinity),
            RuleOperator.Between => (AtLeast(values[0]), ExactNumber.FloorToDouble(values[1])),
            _ => IsDouble(values[0]) ? (values[0].AsDouble, values[0].AsDouble) : (1, 0),
        };

        static bool IsNegativeInfinity(in RuleValue value) => double.IsNegativeInfinity(value.AsDouble);
        static bool IsPositiveInfinity(in RuleValue value) => double.IsPositiveInfinity(value.AsDouble);
        static double Below(in RuleValue value) => IsDouble(value) ? ExactNumber.Below(value.AsDouble) : ExactNumber.FloorToDouble(value);
        static double Above(in RuleValue value) => -ExactNumber.Below(-ExactNumber.FloorToDouble(value));
        static double AtLeast(in RuleValue value) => IsDouble(value) ? value.AsDouble : Above(value);
    }

    private static bool IsDouble(in RuleValue value) => value.Form == NumberForm.Double || ExactNumber.Compare(value.AsDouble, value.AsDecimal) == 0;
}
