using System.Numerics;

namespace CustomerLifecycle.Rules;

/// <summary>Order of numbers by exact value across integers, decimals and doubles: nothing is rounded to be compared.</summary>
internal static class ExactNumber
{
    // Every decimal and every 64-bit integer lies strictly inside ±2^97.
    private const double BeyondDecimal = 158456325028528675187087900672d;

    public static int Compare(in RuleValue left, in RuleValue right)
    {
        if (left.Form == NumberForm.Double)
            return right.Form == NumberForm.Double ? left.AsDouble.CompareTo(right.AsDouble) : Compare(left.AsDouble, right.AsDecimal);
        if (right.Form == NumberForm.Double) return -Compare(right.AsDouble, left.AsDecimal);
        return left.Form == NumberForm.Integer && right.Form == NumberForm.Integer ? left.AsInteger.CompareTo(right.AsInteger) : left.AsDecimal.CompareTo(right.AsDecimal);
    }

    /// <summary>Compares a double, not NaN, with a decimal.</summary>
    public static int Compare(double left, decimal right)
    {
        if (left >= BeyondDecimal) return 1;
        if (left <= -BeyondDecimal) return -1;

        // The nearest double of a decimal is off by at most one unit in the last place: outside that margin the doubles decide.
        var approximate = (double)right;
        var margin = Math.Abs(approximate) * 1e-15;
        if (left > approximate + margin) return 1;
        if (left < approximate - margin) return -1;

        var (mantissa, exponent) = Decompose(left);
        var (unscaled, scale) = Decompose(right);
        var dyadic = exponent < 0 ? mantissa : mantissa << exponent;
        var other = exponent < 0 ? unscaled << -exponent : unscaled;
        return (dyadic * BigInteger.Pow(10, scale)).CompareTo(other);
    }

    /// <summary>The greatest 64-bit integer that is at or below <paramref name="number"/>; null when all integers are above it.</summary>
    public static long? FloorToInteger(in RuleValue number)
    {
        switch (number.Form)
        {
            case NumberForm.Integer:
                return number.AsInteger;
            case NumberForm.Decimal:
                var whole = decimal.Floor(number.AsDecimal);
                return whole < long.MinValue ? null : whole > long.MaxValue ? long.MaxValue : (long)whole;
            default:
                var floor = Math.Floor(number.AsDouble);
                return floor < -9223372036854775808d ? null : floor >= 9223372036854775808d ? long.MaxValue : (long)floor;
        }
    }

    /// <summary>The greatest double at or below <paramref name="number"/>.</summary>
    public static double FloorToDouble(in RuleValue number)
    {
        var nearest = number.AsDouble;
        return number.Form == NumberForm.Double || Compare(nearest, number.AsDecimal) <= 0 ? nearest : Below(nearest);
    }

    /// <summary>The double just below a finite one.</summary>
    public static double Below(double value)
    {
        if (value == 0) return -double.Epsilon;
        if (double.IsNegativeInfinity(value)) return value;
        var bits = BitConverter.DoubleToInt64Bits(value);
        return BitConverter.Int64BitsToDouble(value > 0 ? bits - 1 : bits + 1);
    }

    /// <summary>The decimal of exactly this value, when there is one.</summary>
    public static bool TryToDecimal(double value, out decimal exact)
    {
        exact = 0;
        if (!double.IsFinite(value) || Math.Abs(value) >= 79228162514264337593543950335d) return false;

        // A double below 2^96 with at most 28 decimals is exactly m * 2^e = m * 5^-e / 10^-e.
        var (mantissa, exponent) = Decompose(value);
        while (!mantissa.IsZero && mantissa.IsEven && exponent < 0)
        {
            mantissa >>= 1;
            exponent++;
        }

        if (exponent < -28) return mantissa.IsZero;
        var unscaled = exponent < 0 ? mantissa * BigInteger.Pow(5, -exponent) : mantissa << exponent;
        if (BigInteger.Abs(unscaled) >> 96 != BigInteger.Zero) return false;
        exact = (decimal)unscaled;
        for (var i = exponent; i < 0; i++) exact /= 10;
        return Compare(value, exact) == 0;
    }

    private static (BigInteger Mantissa, int Exponent) Decompose(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7FF);
        var fraction = bits & 0xF_FFFF_FFFF_FFFF;
        var mantissa = exponent == 0 ? fraction : fraction | 0x10_0000_0000_0000;
        return (bits < 0 ? -mantissa : mantissa, Math.Max(exponent, 1) - 1075);
    }

    private static (BigInteger Unscaled, int Scale) Decompose(decimal value)
    {
        var bits = decimal.GetBits(value);
        var unscaled = (new BigInteger((uint)bits[2]) << 64) | (new BigInteger((uint)bits[1]) << 32) | new BigInteger((uint)bits[0]);
        return (bits[3] < 0 ? -unscaled : unscaled, (bits[3] >> 16) & 0xFF);
    }
}
