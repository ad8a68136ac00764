using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>What models of customers under contract say, acted out.</summary>
public static class ContractSimulation
{
    /// <summary>Draws the survivors of a cohort.</summary>
    /// <param name="model">The model.</param>
    /// <param name="customers">The size of the cohort; 0 or more.</param>
    /// <param name="renewals">How many renewals to look at; 0 or more.</param>
    /// <param name="random">Where the randomness comes from: the same seed gives the same cohort.</param>
    /// <returns>Customers under contract at the start and after each renewal.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is negative.</exception>
    public static int[] NextSurvivors(this IContractModel model, int customers, int renewals, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegative(customers);
        ArgumentOutOfRangeException.ThrowIfNegative(renewals);
        var survivors = new int[renewals + 1];
        survivors[0] = customers;
        for (var renewal = 1; renewal <= renewals; renewal++) survivors[renewal] = random.NextBinomial(survivors[renewal - 1], model.Retention(renewal));
        return survivors;
    }
}
