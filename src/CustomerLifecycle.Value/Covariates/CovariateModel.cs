namespace CustomerLifecycle.Value;

/// <summary>A purchase model whose customers differ by covariates too: for each row of covariates a model of its own.</summary>
/// <typeparam name="TModel">The model of one kind of customer.</typeparam>
/// <remarks>
/// Fader and Hardie (2007), Incorporating time-invariant covariates into the Pareto/NBD and BG/NBD models. Covariates multiply the rates: α becomes α exp(-γ'z) for purchasing; β becomes
/// β exp(-δ'y), or in BG/NBD a and b become a exp(δ'y) and b exp(δ'y), for drop-out.
/// </remarks>
public sealed class CovariateModel<TModel>
    where TModel : class, IPurchaseModel
{
    private readonly Func<double, double, TModel> _adjusted;

    internal CovariateModel(TModel baseline, CovariateEffects transaction, CovariateEffects dropout, Func<double, double, TModel> adjusted)
    {
        Baseline = baseline;
        Transaction = transaction;
        Dropout = dropout;
        _adjusted = adjusted;
    }

    /// <summary>The model of a customer whose covariates are all 0.</summary>
    public TModel Baseline { get; }

    /// <summary>The effects on purchasing.</summary>
    public CovariateEffects Transaction { get; }

    /// <summary>The effects on drop-out.</summary>
    public CovariateEffects Dropout { get; }

    /// <summary>The model of customers with the same covariates.</summary>
    /// <param name="transaction">Their covariates of purchasing, in the order of <see cref="Transaction"/>'s names.</param>
    /// <param name="dropout">Their covariates of drop-out, in the order of <see cref="Dropout"/>'s names.</param>
    /// <exception cref="ArgumentException">There are more or fewer covariates than coefficients.</exception>
    public TModel For(ReadOnlySpan<double> transaction, ReadOnlySpan<double> dropout) => _adjusted(Transaction.Multiplier(transaction), Dropout.Multiplier(dropout));

    /// <summary>The probability that each customer is still one.</summary>
    /// <param name="histories">The customers.</param>
    /// <param name="transaction">Their covariates of purchasing.</param>
    /// <param name="dropout">Their covariates of drop-out.</param>
    /// <param name="destination">One entry per customer; overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a row cannot describe a customer.</exception>
    public void ProbabilityAlive(PurchaseHistories histories, CovariateColumns transaction, CovariateColumns dropout, Span<double> destination)
    {
        Require(histories, transaction, dropout, destination);
        for (var row = 0; row < destination.Length; row++) destination[row] = Of(transaction, dropout, row).ProbabilityAlive(histories[row]);
    }

    /// <summary>Expected purchases of each customer in the next <paramref name="horizon"/> time units.</summary>
    /// <param name="histories">The customers.</param>
    /// <param name="transaction">Their covariates of purchasing.</param>
    /// <param name="dropout">Their covariates of drop-out.</param>
    /// <param name="horizon">Time units ahead; 0 or more, finite.</param>
    /// <param name="destination">One entry per customer; overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a row cannot describe a customer.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="horizon"/> is negative or not finite.</exception>
    public void ExpectedPurchases(PurchaseHistories histories, CovariateColumns transaction, CovariateColumns dropout, double horizon, Span<double> destination)
    {
        Require(histories, transaction, dropout, destination);
        for (var row = 0; row < destination.Length; row++) destination[row] = Of(transaction, dropout, row).ExpectedPurchases(histories[row], horizon);
    }

    /// <summary>Discounted expected residual transactions of each customer.</summary>
    /// <param name="histories">The customers.</param>
    /// <param name="transaction">Their covariates of purchasing.</param>
    /// <param name="dropout">Their covariates of drop-out.</param>
    /// <param name="discount">How fast the future loses worth; must be above 0.</param>
    /// <param name="destination">One entry per customer; overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a row cannot describe a customer.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The discount rate is not above 0.</exception>
    public void DiscountedExpectedTransactions(PurchaseHistories histories, CovariateColumns transaction, CovariateColumns dropout, DiscountRate discount, Span<double> destination)
    {
        Require(histories, transaction, dropout, destination);
        for (var row = 0; row < destination.Length; row++) destination[row] = Of(transaction, dropout, row).DiscountedExpectedTransactions(histories[row], discount);
    }

    /// <summary>The log-likelihood of each customer.</summary>
    /// <param name="histories">The customers.</param>
    /// <param name="transaction">Their covariates of purchasing.</param>
    /// <param name="dropout">Their covariates of drop-out.</param>
    /// <param name="destination">One entry per customer; overwritten.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a row cannot describe a customer.</exception>
    public void LogLikelihood(PurchaseHistories histories, CovariateColumns transaction, CovariateColumns dropout, Span<double> destination)
    {
        Require(histories, transaction, dropout, destination);
        for (var row = 0; row < destination.Length; row++) destination[row] = Of(transaction, dropout, row).LogLikelihood(histories[row]);
    }

    /// <summary>The log-likelihood of a whole cohort.</summary>
    /// <param name="histories">The customers.</param>
    /// <param name="transaction">Their covariates of purchasing.</param>
    /// <param name="dropout">Their covariates of drop-out.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a row cannot describe a customer.</exception>
    public double TotalLogLikelihood(PurchaseHistories histories, CovariateColumns transaction, CovariateColumns dropout)
    {
        var rows = new double[histories.Count];
        LogLikelihood(histories, transaction, dropout, rows);
        double sum = 0;
        foreach (var row in rows) sum += row;
        return sum;
    }

    private TModel Of(CovariateColumns transaction, CovariateColumns dropout, int row) => For(transaction.Row(row), dropout.Row(row));

    private void Require(PurchaseHistories histories, CovariateColumns transaction, CovariateColumns dropout, Span<double> destination)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(dropout);
        histories.RequireDestination(destination);
        RequireNames(transaction, Transaction, nameof(transaction));
        RequireNames(dropout, Dropout, nameof(dropout));
        transaction.RequireRows(histories.Count, nameof(transaction));
        dropout.RequireRows(histories.Count, nameof(dropout));
    }

    private static void RequireNames(CovariateColumns columns, CovariateEffects effects, string name)
    {
        if (!columns.Names.SequenceEqual(effects.Names, StringComparer.Ordinal))
            throw new ArgumentException($"The covariates are {string.Join(", ", columns.Names)}; the model has effects of {string.Join(", ", effects.Names)}, in this order.", name);
    }
}
