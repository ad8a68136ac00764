using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

public sealed partial class NbdModel : IPurchaseSimulator
{
    /// <inheritdoc/>
    public PurchaseHistory NextHistory(double age, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Simulated.RequireAge(age);
        return Simulated.Random(random.NextGamma(_parameters.R, _parameters.Alpha), age, age, random);
    }

    /// <inheritdoc/>
    public int NextPurchases(PurchaseHistory history, double horizon, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        ModelParameter.RequireHorizon(horizon);
        return random.NextPoisson(random.NextGamma(_parameters.R + history.Frequency, _parameters.Alpha + history.Age) * horizon);
    }
}
