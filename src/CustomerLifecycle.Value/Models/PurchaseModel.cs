namespace CustomerLifecycle.Value;

/// <summary>A purchase model whose entry points over columns answer row by row: the base of most models here, and the shortest way to bring your own.</summary>
/// <remarks>Derive from it, answer for one customer, and override the entry points over columns where they can be faster.</remarks>
public abstract class PurchaseModel : IPurchaseModel
{
    /// <summary>Sets the time unit.</summary>
    /// <param name="timeUnit">The unit of all times and rates.</param>
    protected PurchaseModel(TimeUnit timeUnit) => TimeUnit = timeUnit;

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public TimeUnit TimeUnit { get; }

    /// <inheritdoc/>
    public abstract double ProbabilityAlive(PurchaseHistory history);

    /// <inheritdoc/>
    public abstract double ExpectedPurchases(PurchaseHistory history, double horizon);

    /// <inheritdoc/>
    public abstract double ProbabilityOfPurchases(PurchaseHistory history, int count, double horizon);

    /// <inheritdoc/>
    public abstract double DiscountedExpectedTransactions(PurchaseHistory history, DiscountRate discount);

    /// <inheritdoc/>
    public abstract double LogLikelihood(PurchaseHistory history);

    /// <inheritdoc/>
    public virtual void ProbabilityAlive(PurchaseHistories histories, Span<double> destination)
    {
        histories.RequireDestination(destination);
        for (var row = 0; row < destination.Length; row++) destination[row] = ProbabilityAlive(histories[row]);
    }

    /// <inheritdoc/>
    public virtual void ExpectedPurchases(PurchaseHistories histories, double horizon, Span<double> destination)
    {
        ModelParameter.RequireHorizon(horizon);
        histories.RequireDestination(destination);
        for (var row = 0; row < destination.Length; row++) destination[row] = ExpectedPurchases(histories[row], horizon);
    }

    /// <inheritdoc/>
    public virtual void DiscountedExpectedTransactions(PurchaseHistories histories, DiscountRate discount, Span<double> destination)
    {
        histories.RequireDestination(destination);
        for (var row = 0; row < destination.Length; row++) destination[row] = DiscountedExpectedTransactions(histories[row], discount);
    }

    /// <inheritdoc/>
    public virtual void LogLikelihood(PurchaseHistories histories, Span<double> destination)
    {
        histories.RequireDestination(destination);
        for (var row = 0; row < destination.Length; row++) destination[row] = LogLikelihood(histories[row]);
    }

    /// <summary>P(alive), given the logarithm of the odds of having left, however large they are.</summary>
    internal static double AliveFromLogOdds(double logOddsOfDropout) =>
        logOddsOfDropout > 700 ? Math.Exp(-logOddsOfDropout) : 1 / (1 + Math.Exp(logOddsOfDropout));
}
