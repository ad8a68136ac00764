using System.Runtime.InteropServices;
using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>The arithmetic of the (M)BG/CNBD-k family for one customer, on the logarithmic scale; k = 1 is (M)BG/NBD.</summary>
internal static class BgCnbdKernel
{
    /// <summary>The number of parameters: r, alpha, a, b.</summary>
    public const int Dimension = 4;

    /// <summary>ln of the likelihood, without the part that holds no parameter, with its gradient and Hessian in (ln r, ln alpha, ln a, ln b).</summary>
    public static double LogLikelihood(int k, bool dropoutAtStart, double r, double alpha, double a, double b, double x, double tx, double age, Span<double> gradient, Span<double> hessian)
    {
        Span<double> g = stackalloc double[4];
        Span<double> h = stackalloc double[10];
        h.Clear();
        var trials = x + (dropoutAtStart ? 1 : 0);
        var sum = new LogSum(gradient, hessian);

        var beta = new RisingBeta(a, b, 0, trials).Write(2, g, h);
        double logFactorial = 0, logWait = Math.Log(age - tx);
        for (var j = 0; j < k; j++)
        {
            if (j > 0) logFactorial += Math.Log(j);
            var log = new PurchaseTerm(new RisingGamma(r, k * x + j), alpha).Until(age, g, h) - logFactorial + beta;
            sum.Add(j == 0 ? log : log + j * logWait, g, h);
        }

        if (trials > 0)
        {
            var log = new RisingBeta(a, b, 1, trials - 1).Write(2, g, h) + new PurchaseTerm(new RisingGamma(r, k * x), alpha).Until(tx, g, h);
            sum.Add(log, g, h);
        }

        return sum.Complete();
    }

    /// <summary>ln of the likelihood of the purchase times.</summary>
    public static double LogLikelihood(int k, bool dropoutAtStart, double r, double alpha, double a, double b, PurchaseHistory history)
    {
        double x = history.Frequency, age = history.Age, trials = x + (dropoutAtStart ? 1 : 0), purchases = k * x;
        var alive = GammaFunctions.LogPochhammer(r, purchases) - r * Elementary.Log1p(age / alpha) - purchases * Math.Log(alpha + age)
            + GammaFunctions.LogPochhammer(b, trials) - GammaFunctions.LogPochhammer(a + b, trials)
            + Math.Log(SumOfWaits(k, r + purchases, (age - history.Recency) / (alpha + age)));
        var regular = k == 1 ? 0 : (k - 1) * history.SumLogIntervals - x * GammaFunctions.LogGamma(k);
        return alive + regular + Elementary.Softplus(LogOddsOfDropout(k, dropoutAtStart, r, alpha, a, b, history));
    }

    /// <summary>ln of the odds that the customer has left by T: (1 - P(alive)) / P(alive).</summary>
    public static double LogOddsOfDropout(int k, bool dropoutAtStart, double r, double alpha, double a, double b, PurchaseHistory history)
    {
        double trials = history.Frequency + (dropoutAtStart ? 1 : 0), shape = r + k * history.Frequency, silence = history.Age - history.Recency;
        if (trials == 0) return double.NegativeInfinity;
        return Math.Log(a / (b + trials - 1)) + shape * Elementary.Log1p(silence / (alpha + history.Recency)) - Math.Log(SumOfWaits(k, shape, silence / (alpha + history.Age)));
    }

    /// <summary>The sum over j from 0 to k-1 of Gamma(R+j)/(Gamma(R) j!) share^j: how many of the k stages of the current interval may have passed.</summary>
    public static double SumOfWaits(int k, double shape, double share)
    {
        double sum = 1, term = 1;
        for (var j = 1; j < k; j++)
        {
            term *= (shape + j - 1) / j * share;
            sum += term;
        }

        return sum;
    }

    /// <summary>Expected purchases in the next t of a customer who is alive and has passed some of the k stages of the current interval.</summary>
    /// <param name="k">Stages of an interval.</param>
    /// <param name="passed">0 to k - 1.</param>
    /// <param name="shape">Posterior shape of the rate, R + passed.</param>
    /// <param name="odds">t/(alpha+T).</param>
    /// <param name="a">a.</param>
    /// <param name="b">b of the posterior.</param>
    /// <remarks>
    /// The sum over n of B(a, b+n-1)/B(a, b) P(N >= n k - passed), N negative binomial, summed by N: P(N) times the sum of the first (N + passed)/k of the ratios.
    /// All terms are positive and follow from one another, in a unit that follows their size.
    /// </remarks>
    public static double ExpectedPurchases(int k, int passed, double shape, double odds, double a, double b)
    {
        if (odds == 0) return 0;
        double n = k - passed, q = odds / (1 + odds), unit = NegativeBinomial.LogProbability(shape, odds, n);
        double probability = 1, stay = 1, stays = 1, purchases = 1, sum = 0;
        for (var stage = 0; ; n++)
        {
            sum += probability * stays;
            var ratio = q * (shape + n) / (n + 1);
            if (ratio < 1)
            {
                var tail = 1 / (1 - ratio);
                if (probability * stays * ratio * tail * (1 + tail / purchases) <= 1e-17 * sum) break;
            }

            probability *= ratio;
            if (probability > Large) (probability, sum, unit) = (probability / Large, sum / Large, unit + Math.Log(Large));
            if (++stage < k) continue;

            stage = 0;
            stay *= (b + purchases - 1) / (a + b + purchases - 1);
            stays += stay;
            purchases++;
        }

        return sum * Math.Exp(unit);
    }

    /// <summary>P(exactly <paramref name="count"/> purchases in the next t) of a customer who is alive and has passed some of the k stages of the current interval.</summary>
    public static double Probability(int k, int passed, double shape, double odds, double a, double b, int count)
    {
        double before = 0, during = 0, from = Math.Max(0, (double)count * k - passed), to = (count + 1.0) * k - passed;
        for (double n = 0; n < to; n++)
        {
            var probability = Math.Exp(NegativeBinomial.LogProbability(shape, odds, n));
            if (n < from) before += probability;
            else during += probability;
        }

        var staying = Math.Exp(GammaFunctions.LogPochhammer(b, count) - GammaFunctions.LogPochhammer(a + b, count));
        return count == 0 ? during : staying * (during + a / (b + count - 1) * Math.Max(0, 1 - before));
    }

    /// <summary>Expected purchases over the whole future of a customer who is alive and has passed some of the k stages of the current interval, discounted at a continuous rate.</summary>
    public static double DiscountedPurchases(int k, int passed, double shape, double rate, double a, double b, double discountRate) =>
        Quadrature.OverRealLine(new DiscountedIntegrand(k, k - passed, shape, rate, a, b, discountRate), Math.Log(shape / rate), Math.Min(1, 1 / Math.Sqrt(shape)));

    private const double Large = 1e200;

    /// <summary>The discounted purchases of a customer with the rate exp(y), times the density of y.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly struct DiscountedIntegrand(int k, int ahead, double shape, double rate, double a, double b, double discountRate) : IIntegrand
    {
        private readonly double _logGamma = GammaFunctions.LogGamma(shape);

        public double At(double x)
        {
            double scaled = rate * Math.Exp(x), density = Math.Exp(shape * (x + Math.Log(rate)) - scaled - _logGamma);
            if (density == 0) return 0;
            var logWorth = -Elementary.Log1p(discountRate * Math.Exp(-x));
            return density * Math.Exp(ahead * logWorth) * UnitHypergeometric.Of(b, a + b, Math.Exp(k * logWorth));
        }
    }
}
