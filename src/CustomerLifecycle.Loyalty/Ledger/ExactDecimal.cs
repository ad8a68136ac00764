using System.Numerics;

namespace CustomerLifecycle.Loyalty;

/// <summary>A decimal of any length: products of decimals outgrow <see cref="decimal"/>, which would round them unasked.</summary>
internal readonly struct ExactDecimal(BigInteger digits, int exponent)
{
    private readonly BigInteger _digits = digits;
    private readonly int _scale = exponent;

    public bool IsZero => _digits.IsZero;

    public static ExactDecimal Zero => new(BigInteger.Zero, 0);

    public static ExactDecimal Whole(BigInteger value) => new(value, 0);

    public static ExactDecimal Of(decimal value)
    {
        var bits = decimal.GetBits(value);
        var digits = (new BigInteger((uint)bits[2]) << 64) | (new BigInteger((uint)bits[1]) << 32) | new BigInteger((uint)bits[0]);
        return new(bits[3] < 0 ? -digits : digits, (bits[3] >> 16) & 0xFF);
    }

    public static ExactDecimal operator *(ExactDecimal x, ExactDecimal y) => new(x._digits * y._digits, x._scale + y._scale);

    public static ExactDecimal operator +(ExactDecimal x, ExactDecimal y)
    {
        var scale = Math.Max(x._scale, y._scale);
        return new(x.At(scale) + y.At(scale), scale);
    }

    public bool IsBelow(ExactDecimal other)
    {
        var scale = Math.Max(_scale, other._scale);
        return At(scale) < other.At(scale);
    }

    public BigInteger Round(PointRounding rounding)
    {
        var one = BigInteger.Pow(10, _scale);
        var whole = BigInteger.DivRem(_digits, one, out var rest);
        var up = rounding switch
        {
            PointRounding.Floor => false,
            PointRounding.Ceiling => !rest.IsZero,
            PointRounding.HalfUp => rest * 2 >= one,
            _ => rest * 2 > one || (rest * 2 == one && !whole.IsEven),
        };
        return up ? whole + 1 : whole;
    }

    /// <summary>A quotient, rounded half to even.</summary>
    public static decimal Ratio(ExactDecimal numerator, ExactDecimal denominator, int decimals)
    {
        var scale = Math.Max(numerator._scale, denominator._scale);
        var whole = new ExactDecimal(numerator.At(scale) * BigInteger.Pow(10, decimals), 0);
        var divisor = denominator.At(scale);
        var quotient = BigInteger.DivRem(whole._digits, divisor, out var rest);
        var twice = BigInteger.Abs(rest) * 2;
        if (twice > divisor || (twice == divisor && !quotient.IsEven)) quotient += whole._digits.Sign;
        return (decimal)quotient / (decimal)BigInteger.Pow(10, decimals);
    }

    private BigInteger At(int scale) => _digits * BigInteger.Pow(10, scale - _scale);
}
