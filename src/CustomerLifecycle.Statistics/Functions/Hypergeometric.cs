namespace CustomerLifecycle.Statistics;

/// <summary>Gauss' hypergeometric function.</summary>
public static class Hypergeometric
{
    private const int TermLimit = 100_000;

    /// <summary>The sum over n of (a)ₙ (b)ₙ / ((c)ₙ n!) zⁿ.</summary>
    /// <param name="a">Any finite number.</param>
    /// <param name="b">Any finite number.</param>
    /// <param name="c">Above 0.</param>
    /// <param name="z">From -1 (excluded) up to 1 (excluded). The closer to 1, the more terms: about 35/(1 - z).</param>
    /// <returns>₂F₁(a, b; c; z), with a relative error below 1e-13 where no terms cancel: where a and b are positive and z is not negative.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <exception cref="ArithmeticException">The series needs more than 100,000 terms: z is too close to 1.</exception>
    /// <remarks>Abramowitz and Stegun 15.1.1. A negative z is first brought to z/(z - 1) by Pfaff's transformation (15.3.4), so that the terms do not alternate.</remarks>
    public static double Gauss(double a, double b, double c, double z)
    {
        if (!(c > 0)) throw new ArgumentOutOfRangeException(nameof(c), c, "c must be above 0.");
        if (!(z > -1 && z < 1)) throw new ArgumentOutOfRangeException(nameof(z), z, "z must lie between -1 and 1.");
        return z < 0 ? Math.Exp(-a * Elementary.Log1p(-z)) * Sum(a, c - b, c, z / (z - 1)) : Sum(a, b, c, z);
    }

    private static double Sum(double a, double b, double c, double z)
    {
        double sum = 1, term = 1;
        for (var n = 0; n < TermLimit; n++)
        {
            var ratio = (a + n) * (b + n) / ((c + n) * (n + 1)) * z;
            term *= ratio;
            sum += term;
            var tail = Math.Max(Math.Abs(ratio), z);
            if (tail < 1 && Math.Abs(term) * tail <= 1e-17 * (1 - tail) * Math.Abs(sum)) return sum;
        }

        throw new ArithmeticException("The hypergeometric series did not converge in 100,000 terms: z is too close to 1.");
    }
}
