using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

public sealed partial class MbgNbdModel : IPurchaseSimulator
{
    /// <inheritdoc/>
    public PurchaseHistory NextHistory(double age, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Simulated.RequireAge(age);
        double rate = random.NextGamma(Parameters.R, Parameters.Alpha), dropout = random.NextBeta(Parameters.A, Parameters.B);
        if (random.NextDouble() < dropout) return new PurchaseHistory(0, 0, age);
        return Simulated.Regular(1, 0, rate, dropout, age, random);
    }

    /// <inheritdoc/>
    public int NextPurchases(PurchaseHistory history, double horizon, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        ModelParameter.RequireHorizon(horizon);
        if (!this.IsAlive(history, random)) return 0;
        double rate = random.NextGamma(Parameters.R + history.Frequency, Parameters.Alpha + history.Age), dropout = random.NextBeta(Parameters.A, Parameters.B + history.Frequency + 1);
        return (int)Simulated.Regular(1, 0, rate, dropout, horizon, random).Frequency;
    }
}
