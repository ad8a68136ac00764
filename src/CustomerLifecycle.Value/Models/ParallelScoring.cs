namespace CustomerLifecycle.Value;

/// <summary>Scores a whole cohort on several threads.</summary>
/// <remarks>Every row is computed as if it stood alone, so that the bits are those of one thread, whatever their number.</remarks>
public static class ParallelScoring
{
    private const int Chunk = 4096;

    private delegate void Score(PurchaseHistories histories, Span<double> destination);

    /// <summary>The probability that each customer is still one.</summary>
    /// <param name="model">The model.</param>
    /// <param name="summary">The cohort.</param>
    /// <param name="destination">One entry per customer; overwritten.</param>
    /// <param name="options">How many threads, and a token that stops them between chunks.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="OperationCanceledException">The token of <paramref name="options"/> was cancelled.</exception>
    public static void ProbabilityAlive(this IPurchaseModel model, PurchaseSummary summary, Memory<double> destination, ParallelOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        InChunks(summary, destination, options, model.ProbabilityAlive);
    }

    /// <summary>Expected purchases of each customer in the next <paramref name="horizon"/> time units.</summary>
    /// <param name="model">The model.</param>
    /// <param name="summary">The cohort.</param>
    /// <param name="horizon">Time units ahead; 0 or more, finite.</param>
    /// <param name="destination">One entry per customer; overwritten.</param>
    /// <param name="options">How many threads, and a token that stops them between chunks.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="horizon"/> is negative or not finite.</exception>
    /// <exception cref="OperationCanceledException">The token of <paramref name="options"/> was cancelled.</exception>
    public static void ExpectedPurchases(this IPurchaseModel model, PurchaseSummary summary, double horizon, Memory<double> destination, ParallelOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ModelParameter.RequireHorizon(horizon);
        InChunks(summary, destination, options, (histories, chunk) => model.ExpectedPurchases(histories, horizon, chunk));
    }

    /// <summary>Discounted expected residual transactions of each customer.</summary>
    /// <param name="model">The model.</param>
    /// <param name="summary">The cohort.</param>
    /// <param name="discount">How fast the future loses worth; must be above 0.</param>
    /// <param name="destination">One entry per customer; overwritten.</param>
    /// <param name="options">How many threads, and a token that stops them between chunks.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The discount rate is not above 0.</exception>
    /// <exception cref="OperationCanceledException">The token of <paramref name="options"/> was cancelled.</exception>
    public static void DiscountedExpectedTransactions(this IPurchaseModel model, PurchaseSummary summary, DiscountRate discount, Memory<double> destination, ParallelOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ModelParameter.RequireDiscount(discount, model.TimeUnit);
        InChunks(summary, destination, options, (histories, chunk) => model.DiscountedExpectedTransactions(histories, discount, chunk));
    }

    private static void InChunks(PurchaseSummary summary, Memory<double> destination, ParallelOptions options, Score score)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(options);
        if (destination.Length != summary.Count) throw new ArgumentException($"The destination has {destination.Length} rows and the summary {summary.Count}.", nameof(destination));
        Parallel.For(0, (summary.Count + Chunk - 1) / Chunk, options, chunk =>
        {
            int start = chunk * Chunk, length = Math.Min(Chunk, summary.Count - start);
            score(summary.Histories.Slice(start, length), destination.Span.Slice(start, length));
        });
    }
}
