namespace CustomerLifecycle.Statistics;

/// <summary>The logarithm of the gamma function, its derivatives, and the differences and sums that likelihoods are made of.</summary>
/// <remarks>
/// All arguments are positive. Below 10 an argument is shifted up by the recurrence, above it Stirling's asymptotic series is summed
/// (Abramowitz and Stegun 6.1.40, 6.3.18 and 6.4.12); the first term left out is below 1e-16 of the result.
/// </remarks>
public static class GammaFunctions
{
    private const double Shifted = 10;
    private const double HalfLogTwoPi = 0.91893853320467274178;

    /// <summary>The natural logarithm of the gamma function.</summary>
    /// <param name="x">Above 0, finite.</param>
    /// <returns>ln Γ(x), with an error below 4e-15 times the larger of 1 and |ln Γ(x)|.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="x"/> is not a positive number.</exception>
    public static double LogGamma(double x)
    {
        RequirePositive(x, nameof(x));
        if (x >= Shifted) return LogGammaOfLarge(x);

        var product = x;
        for (x++; x < Shifted; x++) product *= x;
        return LogGammaOfLarge(x) - Math.Log(product);
    }

    /// <summary>The first derivative of <see cref="LogGamma"/>.</summary>
    /// <param name="x">Above 0, finite.</param>
    /// <returns>ψ(x), with an error below 4e-15 times the larger of 1 and |ψ(x)|.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="x"/> is not a positive number.</exception>
    public static double Digamma(double x)
    {
        RequirePositive(x, nameof(x));
        var shift = 0.0;
        for (; x < Shifted; x++) shift += 1 / x;
        return Math.Log(x) - (0.5 / x) - DigammaCorrection(x) - shift;
    }

    /// <summary>The second derivative of <see cref="LogGamma"/>.</summary>
    /// <param name="x">Above 0, finite.</param>
    /// <returns>ψ′(x), with a relative error below 4e-15.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="x"/> is not a positive number.</exception>
    public static double Trigamma(double x)
    {
        RequirePositive(x, nameof(x));
        var shift = 0.0;
        for (; x < Shifted; x++) shift += 1 / (x * x);
        return ((1 + (0.5 / x) + TrigammaCorrection(x)) / x) + shift;
    }

    /// <summary>The logarithm of the rising factorial (Pochhammer's symbol), ln Γ(x + n) - ln Γ(x), without the cancellation of that difference.</summary>
    /// <param name="x">Above 0, finite.</param>
    /// <param name="n">0 or more, finite; need not be whole.</param>
    /// <returns>ln (x)ₙ, with an error below 1e-14 times the larger of 1 and |ln (x)ₙ|, also where n is small beside x.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="x"/> is not a positive number, or <paramref name="n"/> is negative or not finite.</exception>
    public static double LogPochhammer(double x, double n)
    {
        RequirePositive(x, nameof(x));
        if (!(n >= 0) || double.IsPositiveInfinity(n)) throw new ArgumentOutOfRangeException(nameof(n), n, "The count must be a finite number, 0 or more.");
        if (x < Shifted) return LogGamma(x + n) - LogGamma(x);

        var y = x + n;
        return (n * (Math.Log(x) - 1)) + ((y - 0.5) * Elementary.Log1p(n / x)) + (StirlingCorrection(y) - StirlingCorrection(x));
    }

    /// <summary>The derivative of <see cref="LogPochhammer"/> by x, ψ(x + n) - ψ(x), without the cancellation of that difference.</summary>
    /// <param name="x">Above 0, finite.</param>
    /// <param name="n">0 or more, finite; need not be whole.</param>
    /// <returns>The difference, with a relative error below 1e-13 for x of 10 and more, below it with an error of 4e-15 times the larger of 1 and |ψ(x)|.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="x"/> is not a positive number.</exception>
    public static double DigammaDifference(double x, double n)
    {
        RequirePositive(x, nameof(x));
        if (x < Shifted) return Digamma(x + n) - Digamma(x);
        var y = x + n;
        return Elementary.Log1p(n / x) + (n / (2 * x * y)) - (DigammaCorrection(y) - DigammaCorrection(x));
    }

    /// <summary>The second derivative of <see cref="LogPochhammer"/> by x, ψ′(x + n) - ψ′(x), without the cancellation of that difference.</summary>
    /// <param name="x">Above 0, finite.</param>
    /// <param name="n">0 or more, finite; need not be whole.</param>
    /// <returns>The difference, 0 or below, with a relative error below 1e-13 for x of 10 and more, below it with an error of 4e-15 times ψ′(x).</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="x"/> is not a positive number.</exception>
    public static double TrigammaDifference(double x, double n)
    {
        RequirePositive(x, nameof(x));
        if (x < Shifted) return Trigamma(x + n) - Trigamma(x);
        var y = x + n;
        return (-n / (x * y)) - (n * (x + y) / (2 * x * x * y * y)) + ((TrigammaCorrection(y) / y) - (TrigammaCorrection(x) / x));
    }

    /// <summary>The logarithm of the beta function, ln Γ(a) + ln Γ(b) - ln Γ(a + b).</summary>
    /// <param name="a">Above 0, finite.</param>
    /// <param name="b">Above 0, finite.</param>
    /// <returns>ln B(a, b), with an error below 1e-14 times the larger of 1 and |ln B(a, b)|.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is not a positive number.</exception>
    public static double LogBeta(double a, double b)
    {
        RequirePositive(a, nameof(a));
        RequirePositive(b, nameof(b));
        return LogGamma(Math.Min(a, b)) - LogPochhammer(Math.Max(a, b), Math.Min(a, b));
    }

    private static double LogGammaOfLarge(double x) => ((x - 0.5) * Math.Log(x)) - x + HalfLogTwoPi + StirlingCorrection(x);

    private static double StirlingCorrection(double x)
    {
        var y = 1 / (x * x);
        return ((1.0 / 12) - (y * ((1.0 / 360) - (y * ((1.0 / 1260) - (y * ((1.0 / 1680) - (y * ((1.0 / 1188) - (y * ((691.0 / 360360) - (y / 156)))))))))))) / x;
    }

    private static double DigammaCorrection(double x)
    {
        var y = 1 / (x * x);
        return y * ((1.0 / 12) - (y * ((1.0 / 120) - (y * ((1.0 / 252) - (y * ((1.0 / 240) - (y * ((1.0 / 132) - (y * ((691.0 / 32760) - (y / 12))))))))))));
    }

    private static double TrigammaCorrection(double x)
    {
        var y = 1 / (x * x);
        return y * ((1.0 / 6) - (y * ((1.0 / 30) - (y * ((1.0 / 42) - (y * ((1.0 / 30) - (y * ((5.0 / 66) - (y * ((691.0 / 2730) - (y * 7 / 6))))))))))));
    }

    private static void RequirePositive(double x, string name)
    {
        if (!(x > 0) || double.IsPositiveInfinity(x)) throw new ArgumentOutOfRangeException(name, x, "The argument must be a finite number above 0.");
    }
}
