using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

public abstract partial class CnbdModel : IPurchaseSimulator
{
    /// <inheritdoc/>
    public PurchaseHistory NextHistory(double age, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Simulated.RequireAge(age);
        double rate = random.NextGamma(_parameters.R, _parameters.Alpha), dropout = random.NextBeta(_parameters.A, _parameters.B);
        if (_dropoutAtStart && random.NextDouble() < dropout) return new PurchaseHistory(0, 0, age);
        return Simulated.Regular(_parameters.K, 0, rate, dropout, age, random);
    }

    /// <inheritdoc/>
    public int NextPurchases(PurchaseHistory history, double horizon, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        ModelParameter.RequireHorizon(horizon);
        if (!this.IsAlive(history, random)) return 0;
        var passed = NextPassedStages(history, random);
        double rate = random.NextGamma(Shape(history) + passed, _parameters.Alpha + history.Age), dropout = random.NextBeta(_parameters.A, B(history));
        return (int)Simulated.Regular(_parameters.K, passed, rate, dropout, horizon, random).Frequency;
    }

    private int NextPassedStages(PurchaseHistory history, SeededRandom random)
    {
        double sum = 0, weight = 1;
        for (var passed = 0; passed < _parameters.K; passed++)
        {
            weight *= StageRatio(history, passed);
            sum += weight;
        }

        var place = random.NextDouble() * sum;
        weight = 1;
        for (var passed = 0; passed < _parameters.K; passed++)
        {
            weight *= StageRatio(history, passed);
            place -= weight;
            if (place < 0) return passed;
        }

        return _parameters.K - 1;
    }
}
