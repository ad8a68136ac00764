namespace CustomerLifecycle.Segmentation;

/// <summary>What one customer is scored by.</summary>
/// <param name="DaysSinceLast">Days from the last order to the as-of instant or date, fractions included; 0 or more.</param>
/// <param name="Orders">Orders up to the as-of date; 1 or more.</param>
/// <param name="Net">Sum of the orders less refunds; may be negative.</param>
public readonly record struct RfmFeatures(double DaysSinceLast, int Orders, decimal Net);

/// <summary>Recency, frequency and monetary scores of one customer, each from 1 (worst) to the number of classes.</summary>
/// <param name="R">Recency; high is recent.</param>
/// <param name="F">Frequency; high is often.</param>
/// <param name="M">Monetary value; high is much.</param>
public readonly record struct RfmScore(int R, int F, int M)
{
    /// <summary>The three as one number, 100 R + 10 F + M: 555 is the best of five classes.</summary>
    public int Cell => (100 * R) + (10 * F) + M;

    /// <summary>One weighted number for ranking customers.</summary>
    /// <param name="weights">How much each score counts.</param>
    /// <returns>wR R + wF F + wM M.</returns>
    public double Total(RfmWeights weights) => (weights.R * R) + (weights.F * F) + (weights.M * M);
}

/// <summary>How much each of the three scores counts in a weighted total.</summary>
/// <param name="R">Weight of recency.</param>
/// <param name="F">Weight of frequency.</param>
/// <param name="M">Weight of monetary value.</param>
public readonly record struct RfmWeights(double R, double F, double M);
