using CustomerLifecycle.Benchmarks.Guard;
using CustomerLifecycle.Segmentation;
using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Benchmarks.HotPaths;

/// <summary>Recency, frequency and money of a hundred thousand customers in five classes each.</summary>
public class RfmScoring : HotPath
{
    private const int Customers = 100_000;
    private const int Classes = 5;
    private readonly RfmFeatures[] _customers = new RfmFeatures[Customers];
    private readonly RfmScore[] _scores = new RfmScore[Customers];
    private readonly RfmScorer _scorer = new(RfmRule.Rank(Classes));

    public override string Name => "rfm scoring";

    public override string Unit => "customer";

    public override int Units => Customers;

    public override void Setup()
    {
        var random = new SeededRandom(5);
        for (var i = 0; i < Customers; i++) _customers[i] = new(random.NextInt(730), 1 + random.NextPoisson(random.NextGamma(0.8, 0.3)), Math.Round((decimal)random.NextGamma(2, 0.02), 2));
    }

    /// <summary>By hand: sort customers by each value and walk, equal values keeping the rank of the first.</summary>
    public override double Yardstick()
    {
        var (values, order) = (new double[Customers], new int[Customers]);
        int[] r = Ranked(customer => -customer.DaysSinceLast), f = Ranked(customer => customer.Orders), m = Ranked(customer => (double)customer.Net);
        long sum = 0;
        for (var i = 0; i < Customers; i++) sum += new RfmScore(r[i], f[i], m[i]).Cell;
        return sum;

        int[] Ranked(Func<RfmFeatures, double> value)
        {
            for (var i = 0; i < Customers; i++) (values[i], order[i]) = (value(_customers[i]), i);
            Array.Sort(values, order);
            var (scores, below) = (new int[Customers], 0);
            for (var i = 0; i < Customers; i++)
            {
                if (i > 0 && values[i] > values[i - 1]) below = i;
                scores[order[i]] = 1 + (int)((long)Classes * below / Customers);
            }

            return scores;
        }
    }

    public override double Library()
    {
        _scorer.Score(_customers, _scores);
        long sum = 0;
        foreach (var score in _scores) sum += score.Cell;
        return sum;
    }
}
