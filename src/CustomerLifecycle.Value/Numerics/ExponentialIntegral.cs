using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>The generalised exponential integral, of any order above 1.</summary>
internal static class ExponentialIntegral
{
    private const double SmallestForFraction = 0.2;

    /// <summary>z eᶻ E_ν(z) = z ∫₀^∞ exp(-z s) (1 + s)^-ν ds, which rises from 0 to 1 with z.</summary>
    /// <remarks>Relative error below 1e-12. The even part of Stieltjes' continued fraction (Abramowitz and Stegun 5.1.22); for small z, where that is slow, the integral itself.</remarks>
    public static double Scaled(double order, double z)
    {
        if (double.IsPositiveInfinity(z)) return 1;
        if (z < SmallestForFraction && order < 50) return z * Quadrature.OverRealLine(new Integrand(order, z), Math.Log(1 / (z + order)), 1);

        const double Tiny = 1e-300;
        double b = z + order, c = 1 / Tiny, d = 1 / b, h = d;
        for (var i = 1; i < 10_000; i++)
        {
            var a = -i * (order - 1 + i);
            b += 2;
            d = 1 / ((a * d) + b);
            c = b + (a / c);
            var factor = c * d;
            h *= factor;
            if (Math.Abs(factor - 1) < 1e-15) break;
        }

        return z * h;
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
