namespace CustomerLifecycle.Value;

/// <summary>A probability model of how often customers buy and when they stop. Implement it to bring your own.</summary>
/// <remarks>
/// Pure and immutable: safe for concurrent callers. Times are in <see cref="TimeUnit"/>. Entry points over columns check each row, allocate nothing per customer, and
/// answer each row as if it stood alone: in chunks of any size, on any number of threads, the bits are the same.
/// </remarks>
public interface IPurchaseModel
{
    /// <summary>The model's name in the literature.</summary>
    string Name { get; }

    /// <summary>The unit of all times and rates.</summary>
    TimeUnit TimeUnit { get; }

    /// <summary>The probability that the customer is still a customer.</summary>
    /// <param name="history">The customer's past.</param>
    /// <returns>0 to 1; values too small for a double are 0.</returns>
    double ProbabilityAlive(PurchaseHistory history);

    /// <summary>Expected purchases of a known customer in the next <paramref name="horizon"/> time units.</summary>
    /// <param name="history">The customer's past.</param>
    /// <param name="horizon">Time units ahead; 0 or more, finite.</param>
    /// <returns>Purchases, 0 or more.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="horizon"/> is negative or not finite.</exception>
    double ExpectedPurchases(PurchaseHistory history, double horizon);

    /// <summary>The probability of exactly <paramref name="count"/> purchases of a known customer in the next <paramref name="horizon"/> time units.</summary>
    /// <param name="history">The customer's past; <c>default</c> is a new customer, whose first purchase is not counted.</param>
    /// <param name="count">Purchases; 0 or more. Somebody who has left makes none.</param>
    /// <param name="horizon">Time units ahead; 0 or more, finite.</param>
    /// <returns>0 to 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    double ProbabilityOfPurchases(PurchaseHistory history, int count, double horizon);

    /// <summary>Discounted expected residual transactions (DERT): the purchases of the whole future, each at its present worth.</summary>
    /// <param name="history">The customer's past.</param>
    /// <param name="discount">How fast the future loses worth; must be above 0, or the sum may have no end.</param>
    /// <returns>Purchases, 0 or more.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The discount rate is not above 0.</exception>
    double DiscountedExpectedTransactions(PurchaseHistory history, DiscountRate discount);

    /// <summary>The natural logarithm of the likelihood of the purchase times.</summary>
    /// <param name="history">The customer's past.</param>
    double LogLikelihood(PurchaseHistory history);

    /// <summary>The probability that each customer is still one.</summary>
    /// <param name="histories">The customers.</param>
    /// <param name="destination">One entry per customer; overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a row cannot describe a customer.</exception>
    void ProbabilityAlive(PurchaseHistories histories, Span<double> destination);

    /// <summary>Expected purchases of each customer in the next <paramref name="horizon"/> time units.</summary>
    /// <param name="histories">The customers.</param>
    /// <param name="horizon">Time units ahead; 0 or more, finite.</param>
    /// <param name="destination">One entry per customer; overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a row cannot describe a customer.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="horizon"/> is negative or not finite.</exception>
    void ExpectedPurchases(PurchaseHistories histories, double horizon, Span<double> destination);

    /// <summary>Discounted expected residual transactions of each customer.</summary>
    /// <param name="histories">The customers.</param>
    /// <param name="discount">How fast the future loses worth; must be above 0.</param>
    /// <param name="destination">One entry per customer; overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a row cannot describe a customer.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The discount rate is not above 0.</exception>
    void DiscountedExpectedTransactions(PurchaseHistories histories, DiscountRate discount, Span<double> destination);

    /// <summary>The log-likelihood of each customer.</summary>
    /// <param name="histories">The customers.</param>
    /// <param name="destination">One entry per customer; overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a row cannot describe a customer.</exception>
    void LogLikelihood(PurchaseHistories histories, Span<double> destination);
}

/// <summary>A model of how much customers spend per purchase.</summary>
/// <remarks>Pure and immutable: safe for concurrent callers. Amounts are in the currency that the model was fitted in.</remarks>
public interface ISpendModel
{
    /// <summary>The model's name in the literature.</summary>
    string Name { get; }

    /// <summary>The expected amount of each future purchase.</summary>
    /// <param name="purchases">Purchases seen, repeat purchases as a rule; 0 or more.</param>
    /// <param name="meanSpend">Their mean amount; 0 where there are none.</param>
    /// <returns>The amount; null where the model has no finite expectation.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is negative or not finite.</exception>
    double? ExpectedAverageSpend(double purchases, double meanSpend);

    /// <summary>The expected amount of each future purchase of each customer.</summary>
    /// <param name="purchases">Purchases seen.</param>
    /// <param name="meanSpend">Their mean amounts.</param>
    /// <param name="destination">One entry per customer; overwritten; null where undefined.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An entry is negative or not finite.</exception>
    void ExpectedAverageSpend(ReadOnlySpan<double> purchases, ReadOnlySpan<double> meanSpend, Span<double?> destination);
}
