using System.Runtime.InteropServices;
using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>The generalised exponential integral of one order above 1, E_ν(z) = ∫₁^∞ exp(-z s) s^-ν ds.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct ExponentialIntegral
{
    private const double SmallestForFraction = 3;
    private const double LargestForRecurrence = 50;
    private const double NearInteger = 0.02;
    private readonly double _order;
    private readonly double _fraction;
    private readonly double _gamma;

    public ExponentialIntegral(double order)
    {
        _order = order;
        _fraction = order - Math.Floor(order);
        var recurs = order < LargestForRecurrence && _fraction > NearInteger && _fraction < 1 - NearInteger;
        _gamma = recurs ? Math.Exp(GammaFunctions.LogGamma(1 - _fraction)) : 0;
    }

    /// <summary>z eᶻ E_ν(z) = z ∫₀^∞ exp(-z s) (1 + s)^-ν ds, which rises from 0 to 1 with z.</summary>
    /// <remarks>
    /// Relative error below 1e-11. For z above 3 and large orders the even part of Stieltjes' continued fraction (Abramowitz and Stegun 5.1.22); for small z the incomplete gamma
    /// function of the order's fraction and the recurrence 5.1.14 upwards, which is stable there; at orders close to whole numbers, where that cancels, the integral itself.
    /// </remarks>
    public double Scaled(double z)
    {
        if (double.IsPositiveInfinity(z)) return 1;
        if (z >= SmallestForFraction || _order >= LargestForRecurrence) return z * Fraction(z);
        return z * (_gamma > 0 ? Recurrence(z) : Quadrature.OverRealLine(new Integrand(_order, z), -Math.Log(z + _order), 1));
    }

    private double Fraction(double z)
    {
        double b = z + _order, c = 1e300, d = 1 / b, h = d;
        for (var i = 1; i < 10_000; i++)
        {
            var a = -i * (_order - 1 + i);
            b += 2;
            d = 1 / ((a * d) + b);
            c = b + (a / c);
            var factor = c * d;
            h *= factor;
            if (Math.Abs(factor - 1) < 1e-14) break;
        }

        return h;
    }

    /// <summary>eᶻ E_ν(z) from the order's fraction f: z^(f-1) eᶻ (Γ(1 - f) - γ(1 - f, z)), then e_{ν+1} = (1 - z e_ν)/ν.</summary>
    private double Recurrence(double z)
    {
        double s = 1 - _fraction, term = 1 / s, lower = term;
        for (var k = 1; term > 1e-17 * lower; k++)
        {
            term *= z / (s + k);
            lower += term;
        }

        var scaled = (Math.Exp(z - (s * Math.Log(z))) * _gamma) - lower;
        for (var order = _fraction; order < _order - 0.5; order++) scaled = (1 - (z * scaled)) / order;
        return scaled;
    }

    /// <summary>exp(-z s) (1 + s)^-ν over y = ln s.</summary>
    private readonly struct Integrand(double order, double z) : IIntegrand
    {
        public double At(double y)
        {
            var s = Math.Exp(y);
            return Math.Exp(y - (z * s) - (order * Elementary.Log1p(s)));
        }
    }
}
