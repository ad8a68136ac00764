using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

public sealed partial class GGompertzNbdModel : IPurchaseSimulator
{
    /// <inheritdoc/>
    public PurchaseHistory NextHistory(double age, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Simulated.RequireAge(age);
        double rate = random.NextGamma(_parameters.R, _parameters.Alpha);
        return Simulated.Random(rate, Stay(0, age, random), age, random);
    }

    /// <inheritdoc/>
    public int NextPurchases(PurchaseHistory history, double horizon, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        ModelParameter.RequireHorizon(horizon);
        if (!this.IsAlive(history, random)) return 0;
        var rate = random.NextGamma(_parameters.R + history.Frequency, _parameters.Alpha + history.Age);
        return random.NextPoisson(rate * Stay(history.Age, horizon, random));
    }

    /// <summary>How long a customer who is alive at some age stays, at most: the survival (K(T)/K(T+u))^s solved for u.</summary>
    private double Stay(double age, double limit, SeededRandom random)
    {
        // K(T+u) exp(-b T) = reduced U^(-1/s), so that exp(b u) = 1 + reduced (U^(-1/s) - 1).
        var growth = GGompertzNbdKernel.ReducedK(_parameters.B, _parameters.Beta, age) * Elementary.Expm1(random.NextExponential(1) / _parameters.S);
        return Math.Min(limit, Elementary.Log1p(growth) / _parameters.B);
    }
}
