using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

public sealed partial class BgBbModel : IPurchaseSimulator
{
    /// <inheritdoc/>
    /// <remarks>The age is a whole number of opportunities.</remarks>
    public PurchaseHistory NextHistory(double age, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (!(age >= 0 && age <= BgBbKernel.MostOpportunities && Math.Floor(age) == age))
            throw new ArgumentOutOfRangeException(nameof(age), age, FormattableString.Invariant($"BG/BB counts opportunities: an age is a whole number of them, at most {BgBbKernel.MostOpportunities}."));

        double purchase = random.NextBeta(_parameters.Alpha, _parameters.Beta), dropout = random.NextBeta(_parameters.Gamma, _parameters.Delta);
        var (taken, last) = Take(purchase, dropout, (int)age, random);
        return new PurchaseHistory(taken, last, age);
    }

    /// <inheritdoc/>
    public int NextPurchases(PurchaseHistory history, double horizon, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var opportunities = RequireWhole(horizon);
        if (!this.IsAlive(history, random)) return 0;
        double purchase = random.NextBeta(_parameters.Alpha + history.Frequency, _parameters.Beta + history.Age - history.Frequency), dropout = random.NextBeta(_parameters.Gamma, _parameters.Delta + history.Age);
        return Take(purchase, dropout, opportunities, random).Taken;
    }

    private static (int Taken, int Last) Take(double purchase, double dropout, int opportunities, SeededRandom random)
    {
        int taken = 0, last = 0;
        for (var opportunity = 1; opportunity <= opportunities && random.NextDouble() >= dropout; opportunity++)
        {
            if (random.NextDouble() >= purchase) continue;
            taken++;
            last = opportunity;
        }

        return (taken, last);
    }
}
