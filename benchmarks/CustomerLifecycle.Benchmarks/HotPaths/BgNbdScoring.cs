using CustomerLifecycle.Benchmarks.Guard;
using CustomerLifecycle.Statistics;
using CustomerLifecycle.Value;

namespace CustomerLifecycle.Benchmarks.HotPaths;

/// <summary>P(alive) and expected purchases of a year for a million customers, no two alike: the nightly scoring of a large shop.</summary>
public class BgNbdScoring : HotPath
{
    private const int Customers = 1_000_000;
    private const double R = 0.2426, Alpha = 4.4136, A = 0.7929, B = 2.4259, Horizon = 52;

    private readonly BgNbdModel _model = new(new BgNbdParameters(R, Alpha, A, B));
    private readonly double[] _x = new double[Customers];
    private readonly double[] _tx = new double[Customers];
    private readonly double[] _age = new double[Customers];
    private readonly double[] _alive = new double[Customers];
    private readonly double[] _expected = new double[Customers];

    public override string Name => "bg-nbd scoring";

    public override string Unit => "customer";

    public override int Units => Customers;

    public override void Setup()
    {
        var random = new SeededRandom(20260101);
        for (var i = 0; i < Customers; i++)
        {
            _age[i] = 1 + (103 * random.NextDouble());
            _x[i] = random.NextPoisson(random.NextGamma(0.6, 0.25));
            _tx[i] = _x[i] == 0 ? 0 : _age[i] * random.NextDouble();
        }
    }

    /// <summary>By hand: the closed form of P(alive), and the hypergeometric series after Euler's transformation, which makes its terms fall fast.</summary>
    public override double Yardstick()
    {
        for (var i = 0; i < Customers; i++)
        {
            double x = _x[i], earlier = Alpha + _tx[i], now = Alpha + _age[i];
            _alive[i] = x == 0 ? 1 : 1 / (1 + (A / (B + x - 1) * Math.Exp((R + x) * Math.Log(now / earlier))));
        }

        for (var i = 0; i < Customers; i++)
        {
            double x = _x[i], now = Alpha + _age[i], z = Horizon / (now + Horizon), c = A + B + x - 1, ca = c - R - x, cb = A - 1;
            double term = 1, sum = 1;
            for (var n = 0; Math.Abs(term) > 1e-11 * Math.Abs(sum); n++)
            {
                term *= (ca + n) * (cb + n) / ((c + n) * (n + 1)) * z;
                sum += term;
            }

            // (1 - z)^(R + x), times Euler's (1 - z)^(c - R - x - B - x), is (1 - z)^(A - 1).
            _expected[i] = _alive[i] * c / (A - 1) * (1 - (Math.Pow(1 - z, A - 1) * sum));
        }

        return Checksum();
    }

    public override double Library()
    {
        var histories = new PurchaseHistories(_x, _tx, _age);
        _model.ProbabilityAlive(histories, _alive);
        _model.ExpectedPurchases(histories, Horizon, _expected);
        return Checksum();
    }

    private double Checksum()
    {
        double sum = 0;
        for (var i = 0; i < Customers; i += 97) sum += _alive[i] + _expected[i];
        return sum;
    }
}
