namespace CustomerLifecycle.Segmentation;

/// <summary>Scores customers on recency, frequency and monetary value. Equal values always get equal scores.</summary>
/// <remarks>
/// A scorer holds one rule for each of the three and no customers, so that one instance serves any number of threads. Recency is in days since the
/// last order and is reversed: the fewer days, the higher the score. Source: A. Hughes, Strategic Database Marketing.
/// </remarks>
public sealed class RfmScorer
{
    /// <summary>Scores all three by one rule.</summary>
    /// <param name="rule">The rule; its number of classes is that of every score.</param>
    public RfmScorer(RfmRule rule)
        : this(rule, rule, rule)
    {
    }

    /// <summary>Scores each of the three by its own rule.</summary>
    /// <param name="recency">The rule for days since the last order.</param>
    /// <param name="frequency">The rule for the number of orders.</param>
    /// <param name="monetary">The rule for the net amount.</param>
    public RfmScorer(RfmRule recency, RfmRule frequency, RfmRule monetary)
    {
        ArgumentNullException.ThrowIfNull(recency);
        ArgumentNullException.ThrowIfNull(frequency);
        ArgumentNullException.ThrowIfNull(monetary);
        Recency = recency;
        Frequency = frequency;
        Monetary = monetary;
    }

    /// <summary>The rule for days since the last order.</summary>
    public RfmRule Recency { get; }

    /// <summary>The rule for the number of orders.</summary>
    public RfmRule Frequency { get; }

    /// <summary>The rule for the net amount.</summary>
    public RfmRule Monetary { get; }

    /// <summary>Scores customers against each other.</summary>
    /// <param name="customers">All customers to compare; those without an order have no recency and are left out by the caller.</param>
    /// <returns>The scores in the order of <paramref name="customers"/>; empty when there are none.</returns>
    public RfmScore[] Score(ReadOnlySpan<RfmFeatures> customers)
    {
        var scores = new RfmScore[customers.Length];
        Score(customers, scores);
        return scores;
    }

    /// <summary>Scores customers against each other into memory of the caller.</summary>
    /// <param name="customers">All customers to compare.</param>
    /// <param name="scores">Receives the scores in the same order; as long as <paramref name="customers"/>.</param>
    /// <exception cref="ArgumentException">The two differ in length.</exception>
    public void Score(ReadOnlySpan<RfmFeatures> customers, Span<RfmScore> scores)
    {
        if (customers.Length != scores.Length)
            throw new ArgumentException($"There are {customers.Length} customers and room for {scores.Length} scores: give one score for each customer.", nameof(scores));

        var values = new double[customers.Length];
        for (var i = 0; i < values.Length; i++) values[i] = customers[i].DaysSinceLast;
        var recency = Recency.Fit(values);
        for (var i = 0; i < values.Length; i++) values[i] = customers[i].Orders;
        var frequency = Frequency.Fit(values);
        for (var i = 0; i < values.Length; i++) values[i] = (double)customers[i].Net;
        var monetary = Monetary.Fit(values);

        for (var i = 0; i < scores.Length; i++)
        {
            ref readonly var customer = ref customers[i];
            scores[i] = new(
                recency.LowerIsBetter(customer.DaysSinceLast),
                frequency.HigherIsBetter(customer.Orders),
                monetary.HigherIsBetter((double)customer.Net));
        }
    }
}
