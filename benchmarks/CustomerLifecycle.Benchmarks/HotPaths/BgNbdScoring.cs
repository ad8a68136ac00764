using CustomerLifecycle.Value;

namespace CustomerLifecycle.Benchmarks.HotPaths;

/// <summary>A million customers by BG/NBD.</summary>
public class BgNbdScoring() : PurchaseScoring(new BgNbdModel(new BgNbdParameters(R, Alpha, A, B)), 1_000_000)
{
    private const double R = 0.2426, Alpha = 4.4136, A = 0.7929, B = 2.4259;

    public override string Name => "bg-nbd scoring";

    /// <summary>By hand: the closed form of P(alive), and the hypergeometric series after Euler's transformation, which makes its terms fall fast.</summary>
    public override double Yardstick()
    {
        double[] xs = Frequency, recencies = Recency, ages = Age, alive = Alive, expected = Expected;
        for (var i = 0; i < xs.Length; i++)
        {
            double x = xs[i], earlier = Alpha + recencies[i], now = Alpha + ages[i];
            alive[i] = x == 0 ? 1 : 1 / (1 + (A / (B + x - 1) * Math.Exp((R + x) * Math.Log(now / earlier))));
        }

        for (var i = 0; i < xs.Length; i++)
        {
            double x = xs[i], now = Alpha + ages[i], z = Horizon / (now + Horizon), c = A + B + x - 1, ca = c - R - x, cb = A - 1;
            double term = 1, sum = 1;
            for (var n = 0; Math.Abs(term) > 1e-11 * Math.Abs(sum); n++)
            {
                term *= (ca + n) * (cb + n) / ((c + n) * (n + 1)) * z;
                sum += term;
            }

            // (1 - z)^(R + x), times Euler's (1 - z)^(c - R - x - B - x), is (1 - z)^(A - 1).
            expected[i] = alive[i] * c / (A - 1) * (1 - (Math.Pow(1 - z, A - 1) * sum));
        }

        return Checksum();
    }
}
