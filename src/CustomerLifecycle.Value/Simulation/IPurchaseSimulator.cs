using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>A model that can act out what it says: draw histories, and futures of customers with known histories.</summary>
/// <remarks>Pure but for the generator that is passed in: the same seed gives the same customers.</remarks>
public interface IPurchaseSimulator
{
    /// <summary>Draws a customer of the cohort, as seen after a time.</summary>
    /// <param name="age">Time units since the first purchase; 0 or more, finite.</param>
    /// <param name="random">Where the randomness comes from.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="age"/> is negative or not finite.</exception>
    PurchaseHistory NextHistory(double age, SeededRandom random);

    /// <summary>Draws the number of purchases of a known customer in the next <paramref name="horizon"/> time units.</summary>
    /// <param name="history">The customer's past.</param>
    /// <param name="horizon">Time units ahead; 0 or more, finite.</param>
    /// <param name="random">Where the randomness comes from.</param>
    /// <returns>0 or more; distributed as <see cref="IPurchaseModel.ProbabilityOfPurchases"/> says.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="horizon"/> is negative or not finite.</exception>
    int NextPurchases(PurchaseHistory history, double horizon, SeededRandom random);
}

/// <summary>What the models' simulations share.</summary>
internal static class Simulated
{
    /// <summary>Random purchases at a rate until a time.</summary>
    public static PurchaseHistory Random(double rate, double active, double age, SeededRandom random)
    {
        var count = random.NextPoisson(rate * active);

        // The latest of n uniform times.
        return count == 0 ? new PurchaseHistory(0, 0, age) : new PurchaseHistory(count, active * Math.Pow(1 - random.NextDouble(), 1.0 / count), age);
    }

    /// <summary>Purchases every k-th stage, after each of which the customer may leave.</summary>
    /// <param name="k">Stages of an interval.</param>
    /// <param name="passed">Stages of the first interval that have passed.</param>
    /// <param name="rate">Stages per time unit.</param>
    /// <param name="dropout">The chance to leave after a purchase.</param>
    /// <param name="age">When to stop looking.</param>
    /// <param name="random">Where the randomness comes from.</param>
    public static PurchaseHistory Regular(int k, int passed, double rate, double dropout, double age, SeededRandom random)
    {
        double time = 0, last = 0, logs = 0;
        var count = 0;
        for (var stages = k - passed; rate > 0; stages = k)
        {
            time += stages == 1 ? random.NextExponential(rate) : random.NextGamma(stages, rate);
            if (!(time <= age) || time == last) break;
            logs += Math.Log(time - last);
            last = time;
            count++;
            if (random.NextDouble() < dropout) break;
        }

        return new PurchaseHistory(count, last, age, logs);
    }

    /// <summary>Whether a known customer is still one.</summary>
    public static bool IsAlive(this IPurchaseModel model, PurchaseHistory history, SeededRandom random) => random.NextDouble() < model.ProbabilityAlive(history);

    public static double RequireAge(double age) => age >= 0 && age < double.PositiveInfinity ? age : throw new ArgumentOutOfRangeException(nameof(age), age, "An age is a finite number of time units, 0 or more.");
}
