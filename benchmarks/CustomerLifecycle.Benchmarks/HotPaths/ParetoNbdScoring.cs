using CustomerLifecycle.Value;

namespace CustomerLifecycle.Benchmarks.HotPaths;

/// <summary>Two hundred thousand customers by Pareto/NBD.</summary>
public class ParetoNbdScoring() : PurchaseScoring(new ParetoNbdModel(new ParetoNbdParameters(R, Alpha, S, Beta)), 200_000)
{
    private const double R = 0.5533, Alpha = 10.5777, S = 0.6062, Beta = 11.6687;

    public override string Name => "pareto-nbd scoring";

    /// <summary>By hand: Fader and Hardie (2005), the hypergeometric series of the likelihood's two ends, for beta above alpha, and the closed form of the expectation.</summary>
    public override double Yardstick()
    {
        double[] xs = Frequency, recencies = Recency, ages = Age, alive = Alive, expected = Expected;
        for (var i = 0; i < xs.Length; i++)
        {
            double shape = R + xs[i], total = shape + S, now = Beta + ages[i], then = Beta + recencies[i], nowBuying = Alpha + ages[i];
            var logs = (shape * Math.Log(nowBuying)) + (S * Math.Log(now));
            var gone = Math.Exp(logs - (total * Math.Log(then)) + Math.Log(Series(total, shape, (Beta - Alpha) / then)))
                - Math.Exp(logs - (total * Math.Log(now)) + Math.Log(Series(total, shape, (Beta - Alpha) / now)));
            alive[i] = 1 / (1 + (S / total * gone));
            expected[i] = alive[i] * shape / nowBuying * now / (S - 1) * (1 - Math.Pow(now / (now + Horizon), S - 1));
        }

        return Checksum();
    }

    /// <summary>The hypergeometric series with third parameter one above the first.</summary>
    private static double Series(double a, double b, double z)
    {
        double term = 1, sum = 1;
        for (var n = 0; Math.Abs(term) > 1e-12 * Math.Abs(sum); n++)
        {
            term *= (a + n) * (b + n) / ((a + 1 + n) * (n + 1)) * z;
            sum += term;
        }

        return sum;
    }
}
