using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

public sealed partial class ParetoNbdModel : IPurchaseSimulator
{
    /// <inheritdoc/>
    public PurchaseHistory NextHistory(double age, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Simulated.RequireAge(age);
        double rate = random.NextGamma(_parameters.R, _parameters.Alpha), dropout = random.NextGamma(_parameters.S, _parameters.Beta);
        return Simulated.Random(rate, Stay(dropout, age, random), age, random);
    }

    /// <inheritdoc/>
    public int NextPurchases(PurchaseHistory history, double horizon, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        ModelParameter.RequireHorizon(horizon);
        if (!this.IsAlive(history, random)) return 0;
        double rate = random.NextGamma(_parameters.R + history.Frequency, _parameters.Alpha + history.Age), dropout = random.NextGamma(_parameters.S, _parameters.Beta + history.Age);
        return random.NextPoisson(rate * Stay(dropout, horizon, random));
    }

    internal static double Stay(double dropout, double limit, SeededRandom random) => dropout > 0 ? Math.Min(limit, random.NextExponential(dropout)) : limit;
}
