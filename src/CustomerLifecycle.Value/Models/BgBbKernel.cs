using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>The arithmetic of the BG/BB model for one customer.</summary>
internal static class BgBbKernel
{
    /// <summary>The number of parameters: alpha, beta, gamma, delta.</summary>
    public const int Dimension = 4;

    /// <summary>The longest history that is summed.</summary>
    public const int MostOpportunities = 100_000;

    private const double Large = 1e200;

    /// <summary>ln of the likelihood of the ordered purchases, with its gradient and Hessian in the logarithms of (alpha, beta, gamma, delta).</summary>
    public static double LogLikelihood(double alpha, double beta, double gamma, double delta, double x, double tx, double n, Span<double> gradient, Span<double> hessian)
    {
        Span<double> g = stackalloc double[4];
        Span<double> h = stackalloc double[10];
        h.Clear();
        var sum = new LogSum(gradient, hessian);
        sum.Add(new RisingBeta(alpha, beta, x, n - x).Write(0, g, h) + new RisingBeta(gamma, delta, 0, n).Write(2, g, h), g, h);
        for (var i = tx; i < n; i++)
        {
            sum.Add(new RisingBeta(alpha, beta, x, i - x).Write(0, g, h) + new RisingBeta(gamma, delta, 1, i).Write(2, g, h), g, h);
        }

        return sum.Complete();
    }

    /// <summary>What is known of a customer after n opportunities.</summary>
    /// <remarks>
    /// The terms of the likelihood are summed relative to that of being alive at n, from the latest opportunity at which the customer may have left back
    /// to the first: each follows from the one after it by a ratio, so that nothing cancels, and what has become large is scaled down.
    /// </remarks>
    public static BgBbPosterior Posterior(double alpha, double beta, double gamma, double delta, double x, double tx, double n)
    {
        double purchases = alpha + beta, dropouts = gamma + delta;
        double term = 0, left = 0, purchase = 0, dropout = 0, alive = 1, logUnit = 0;
        for (var i = n - 1; i >= tx; i--)
        {
            term = i == n - 1
                ? gamma / (delta + i) * ((purchases + i) / (beta + i - x))
                : term * ((dropouts + i + 1) / (delta + i)) * ((purchases + i) / (beta + i - x));
            left += term;
            purchase += term / (purchases + i);
            dropout += term / (dropouts + i + 1);
            if (left < Large) continue;
            (term, left, purchase, dropout, alive) = (term / Large, left / Large, purchase / Large, dropout / Large, alive / Large);
            logUnit += Math.Log(Large);
        }

        var all = alive + left;
        return new BgBbPosterior(
            alive / all, (alpha + x) * (alive / (purchases + n) + purchase) / all, (gamma * alive / (dropouts + n) + (gamma + 1) * dropout) / all,
            Math.Log(all) + logUnit);
    }

    /// <summary>P(exactly <paramref name="count"/> purchases at <paramref name="n"/> opportunities) of a customer who is alive before the first of them.</summary>
    public static double Probability(double alpha, double beta, double gamma, double delta, int count, int n)
    {
        if (count > n) return 0;
        double stay = GammaFunctions.LogPochhammer(delta, n) - GammaFunctions.LogPochhammer(gamma + delta, n);
        var sum = Math.Exp(Pattern(n) + stay);
        for (var i = count; i < n; i++)
        {
            sum += Math.Exp(Pattern(i) + Math.Log(gamma) + GammaFunctions.LogPochhammer(delta, i) - GammaFunctions.LogPochhammer(gamma + delta, i + 1));
        }

        return sum;

        double Pattern(int trials) =>
            GammaFunctions.LogPochhammer(count + 1, trials - count) - GammaFunctions.LogGamma(trials - count + 1)
            + GammaFunctions.LogPochhammer(alpha, count) + GammaFunctions.LogPochhammer(beta, trials - count) - GammaFunctions.LogPochhammer(alpha + beta, trials);
    }
}

/// <summary>What is known of a BG/BB customer.</summary>
/// <param name="Alive">Probability of being alive at the last opportunity.</param>
/// <param name="Purchase">Posterior mean of the probability of a purchase while alive.</param>
/// <param name="Dropout">Posterior mean of the probability of leaving before an opportunity.</param>
/// <param name="LogOfAllToAlive">ln of the likelihood less ln of the part of it that belongs to being alive.</param>
internal readonly record struct BgBbPosterior(double Alive, double Purchase, double Dropout, double LogOfAllToAlive);
