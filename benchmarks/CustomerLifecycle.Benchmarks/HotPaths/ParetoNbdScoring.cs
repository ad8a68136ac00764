using CustomerLifecycle.Benchmarks.Guard;
using CustomerLifecycle.Statistics;
using CustomerLifecycle.Value;

namespace CustomerLifecycle.Benchmarks.HotPaths;

/// <summary>P(alive) and expected purchases of a year by Pareto/NBD for customers of whom no two are alike.</summary>
public class ParetoNbdScoring : HotPath
{
    private const int Customers = 200_000;
    private const double R = 0.5533, Alpha = 10.5777, S = 0.6062, Beta = 11.6687, Horizon = 52;

    private readonly ParetoNbdModel _model = new(new ParetoNbdParameters(R, Alpha, S, Beta));
    private readonly double[] _x = new double[Customers];
    private readonly double[] _tx = new double[Customers];
    private readonly double[] _age = new double[Customers];
    private readonly double[] _alive = new double[Customers];
    private readonly double[] _expected = new double[Customers];

    public override string Name => "pareto-nbd scoring";

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

    /// <summary>By hand: Fader and Hardie (2005), the hypergeometric series of the likelihood's two ends, for beta above alpha, and the closed form of the expectation.</summary>
    public override double Yardstick()
    {
        for (var i = 0; i < Customers; i++)
        {
            double shape = R + _x[i], total = shape + S, now = Beta + _age[i], then = Beta + _tx[i], nowBuying = Alpha + _age[i];
            var logs = (shape * Math.Log(nowBuying)) + (S * Math.Log(now));
            var gone = Math.Exp(logs - (total * Math.Log(then)) + Math.Log(Series(total, shape, (Beta - Alpha) / then)))
                - Math.Exp(logs - (total * Math.Log(now)) + Math.Log(Series(total, shape, (Beta - Alpha) / now)));
            _alive[i] = 1 / (1 + (S / total * gone));
            _expected[i] = _alive[i] * shape / nowBuying * now / (S - 1) * (1 - Math.Pow(now / (now + Horizon), S - 1));
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

    private double Checksum()
    {
        double sum = 0;
        for (var i = 0; i < Customers; i += 97) sum += _alive[i] + _expected[i];
        return sum;
    }
}
