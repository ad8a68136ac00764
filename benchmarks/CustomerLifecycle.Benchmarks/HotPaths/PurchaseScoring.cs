using CustomerLifecycle.Benchmarks.Guard;
using CustomerLifecycle.Statistics;
using CustomerLifecycle.Value;

namespace CustomerLifecycle.Benchmarks.HotPaths;

/// <summary>P(alive) and expected purchases of a year for customers of whom no two are alike: the nightly scoring of a large shop.</summary>
public abstract class PurchaseScoring(PurchaseModel model, int customers) : HotPath
{
    /// <summary>Weeks ahead.</summary>
    protected const double Horizon = 52;

    protected double[] Frequency { get; } = new double[customers];

    protected double[] Recency { get; } = new double[customers];

    protected double[] Age { get; } = new double[customers];

    protected double[] Alive { get; } = new double[customers];

    protected double[] Expected { get; } = new double[customers];

    public override string Unit => "customer";

    public override int Units => customers;

    public override void Setup()
    {
        var random = new SeededRandom(20260101);
        for (var i = 0; i < customers; i++)
        {
            Age[i] = 1 + (103 * random.NextDouble());
            Frequency[i] = random.NextPoisson(random.NextGamma(0.6, 0.25));
            Recency[i] = Frequency[i] == 0 ? 0 : Age[i] * random.NextDouble();
        }
    }

    public override double Library()
    {
        var histories = new PurchaseHistories(Frequency, Recency, Age);
        model.ProbabilityAlive(histories, Alive);
        model.ExpectedPurchases(histories, Horizon, Expected);
        return Checksum();
    }

    protected double Checksum()
    {
        double sum = 0;
        for (var i = 0; i < customers; i += 97) sum += Alive[i] + Expected[i];
        return sum;
    }
}
