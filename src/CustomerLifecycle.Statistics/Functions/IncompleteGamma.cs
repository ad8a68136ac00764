namespace CustomerLifecycle.Statistics;

/// <summary>The regularised incomplete gamma function: tails of the gamma, chi-square and Poisson distributions.</summary>
public static class IncompleteGamma
{
    private const int StepLimit = 1_000_000;

    /// <summary>Γ(a, x)/Γ(a), the chance that a gamma number of shape a exceeds x.</summary>
    /// <param name="a">Above 0, finite.</param>
    /// <param name="x">0 or more.</param>
    /// <returns>Q(a, x), 0 to 1, with a relative error below 1e-12 for a up to 1000.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <remarks>Below x = a + 1 one minus the series of Abramowitz and Stegun 6.5.29, beyond it the continued fraction 6.5.31 by Lentz' method.</remarks>
    public static double Upper(double a, double x)
    {
        if (!(a > 0) || double.IsPositiveInfinity(a)) throw new ArgumentOutOfRangeException(nameof(a), a, "The shape must be a finite number above 0.");
        if (!(x >= 0)) throw new ArgumentOutOfRangeException(nameof(x), x, "The argument must be 0 or more.");
        if (x == 0) return 1;
        if (double.IsPositiveInfinity(x)) return 0;

        var factor = Math.Exp((a * Math.Log(x)) - x - GammaFunctions.LogGamma(a));
        return x < a + 1 ? 1 - (factor * Series(a, x)) : factor * Fraction(a, x);
    }

    private static double Series(double a, double x)
    {
        double term = 1 / a, sum = term;
        for (var n = 1; n < StepLimit && term > 1e-17 * sum; n++)
        {
            term *= x / (a + n);
            sum += term;
        }

        return sum;
    }

    private static double Fraction(double a, double x)
    {
        const double Tiny = 1e-300;
        double b = x + 1 - a, c = 1 / Tiny, d = 1 / b, h = d;
        for (var n = 1; n < StepLimit; n++)
        {
            var term = n * (a - n);
            b += 2;
            d = (term * d) + b;
            d = 1 / (d == 0 ? Tiny : d);
            c = b + (term / c);
            if (c == 0) c = Tiny;
            var factor = c * d;
            h *= factor;
            if (Math.Abs(factor - 1) < 1e-15) break;
        }

        return h;
    }
}
