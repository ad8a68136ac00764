using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>The counts of a Poisson process whose rate is gamma distributed, in a time t: shape R, odds t/alpha.</summary>
internal static class NegativeBinomial
{
    /// <summary>ln P(N = n).</summary>
    /// <param name="shape">R, above 0.</param>
    /// <param name="odds">t/alpha, 0 or more.</param>
    /// <param name="n">0 or more.</param>
    public static double LogProbability(double shape, double odds, double n)
    {
        if (n > 0 && odds == 0) return double.NegativeInfinity;
        var none = -shape * Elementary.Log1p(odds);
        return n == 0 ? none : none + GammaFunctions.LogPochhammer(shape, n) - GammaFunctions.LogGamma(n + 1) - n * Elementary.Log1p(1 / odds);
    }
}
