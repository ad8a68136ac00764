namespace CustomerLifecycle.Statistics;

/// <summary>A function of one variable. A struct that implements it is inlined into the loop that integrates it.</summary>
public interface IIntegrand
{
    /// <summary>The function's value.</summary>
    /// <param name="x">Where.</param>
    double At(double x);
}

/// <summary>Integrals by the double-exponential rule.</summary>
/// <remarks>
/// Takahasi and Mori (1974), Double exponential formulas for numerical integration, Publ. RIMS 9: the trapezoidal rule after a change of variable that
/// makes the integrand fall double exponentially. Halving the step doubles the correct digits: two sums that agree to 8 digits leave the second with 14 or more, unless they agree by
/// accident, as the error of the trapezoidal rule may pass through 0. So the sum before them must have agreed to 3.
/// </remarks>
public static class Quadrature
{
    private const int MaximumLevels = 12;
    private const double Agreement = 1e-8;
    private const double EarlierAgreement = 1e-3;
    private const double Negligible = 1e-18;
    private const double FirstStep = 0.5;

    /// <summary>Nodes lie as far as sinh of this, in scales: a tail that falls as slowly as exp(-1e-12 x) is still seen to its end.</summary>
    private const double FarthestNode = 36;
    private const int QuietTerms = 3;

    /// <summary>Integrates a smooth function that falls exponentially or faster on both sides, over the whole real line.</summary>
    /// <param name="integrand">Positive or of one sign near its bulk; 0 where it underflows.</param>
    /// <param name="centre">Roughly where the bulk of the integrand lies.</param>
    /// <param name="scale">Roughly how wide the bulk is; above 0.</param>
    /// <typeparam name="T">The integrand.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="scale"/> is not above 0.</exception>
    /// <returns>The integral, with a relative error below 1e-13 for integrands that are analytic in a strip about the real line not much narrower than <paramref name="scale"/>.</returns>
    public static double OverRealLine<T>(T integrand, double centre, double scale)
        where T : struct, IIntegrand
    {
        if (!(scale > 0)) throw new ArgumentOutOfRangeException(nameof(scale), scale, "The scale must be above 0.");
        var step = FirstStep;
        var sum = Side(ref integrand, centre, scale, 0, step, 0);
        sum += Side(ref integrand, centre, scale, -step, -step, sum);
        double previous = sum * step, earlier = double.PositiveInfinity;
        for (var level = 0; level < MaximumLevels; level++)
        {
            sum += Side(ref integrand, centre, scale, step / 2, step, sum);
            sum += Side(ref integrand, centre, scale, -step / 2, -step, sum);
            step /= 2;
            var current = sum * step;
            var difference = Math.Abs(current - previous);
            if (difference <= Agreement * Math.Abs(current) && earlier <= EarlierAgreement * Math.Abs(current)) return current;
            (previous, earlier) = (current, difference);
        }

        return previous;
    }

    /// <summary>Sums outwards from <paramref name="start"/> until the terms no longer count beside what is known of the sum.</summary>
    private static double Side<T>(ref T integrand, double centre, double scale, double start, double step, double known)
        where T : struct, IIntegrand
    {
        double sum = 0;
        var quiet = 0;
        double grown = Math.Exp(start), growth = Math.Exp(step);
        for (var s = start; Math.Abs(s) < FarthestNode; s += step, grown *= growth)
        {
            double half = scale * grown / 2, other = scale / (2 * grown);
            var term = integrand.At(centre + (half - other)) * (half + other);
            sum += term;
            quiet = Math.Abs(term) <= Negligible * Math.Abs(known + sum) ? quiet + 1 : 0;
            if (quiet == QuietTerms) break;
        }

        return sum;
    }
}
