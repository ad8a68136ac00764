using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

public sealed partial class CorrelatedParetoNbdModel : IPurchaseSimulator
{
    /// <inheritdoc/>
    public PurchaseHistory NextHistory(double age, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Simulated.RequireAge(age);
        var (rate, dropout) = NextRates(default, random);
        return Simulated.Random(rate, ParetoNbdModel.Stay(dropout, age, random), age, random);
    }

    /// <inheritdoc/>
    public int NextPurchases(PurchaseHistory history, double horizon, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        ModelParameter.RequireHorizon(horizon);
        if (!this.IsAlive(history, random)) return 0;
        var (rate, dropout) = NextRates(history, random);
        return random.NextPoisson(rate * ParetoNbdModel.Stay(dropout, horizon, random));
    }

    /// <summary>The rates of a customer with this history who is alive: independent ones, kept in proportion to 1 + m (exp(-λ) - A)(exp(-μ) - C).</summary>
    private (double Rate, double Dropout) NextRates(PurchaseHistory history, SeededRandom random)
    {
        double a = Math.Exp(_logA), c = Math.Exp(_logC), m = _parameters.M;
        var largest = 1 + (m > 0 ? m * Math.Max(a * c, (1 - a) * (1 - c)) : -m * Math.Max(a * (1 - c), c * (1 - a)));
        while (true)
        {
            double rate = random.NextGamma(_parameters.R + history.Frequency, _parameters.Alpha + history.Age), dropout = random.NextGamma(_parameters.S, _parameters.Beta + history.Age);
            if (random.NextDouble() * largest <= 1 + m * (Math.Exp(-rate) - a) * (Math.Exp(-dropout) - c)) return (rate, dropout);
        }
    }
}
