namespace CustomerLifecycle.Value;

/// <summary>BG/NBD: customers buy at random at rates of their own, and may leave after any repeat purchase.</summary>
/// <remarks>
/// Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model, Marketing Science 24(2). Rates are Gamma(r, α),
/// chances to leave after a purchase Beta(a, b). A customer without a repeat purchase is alive by definition.
/// </remarks>
public sealed partial class BgNbdModel : PurchaseModel, IPeriodModel
{
    private readonly BetaGeometricScorer _scorer;

    /// <summary>A model with known parameters.</summary>
    /// <param name="parameters">From <see cref="Fit(PurchaseSummary, FitOptions?, CancellationToken)"/>, a paper or another package.</param>
    /// <param name="timeUnit">The unit of <see cref="BgNbdParameters.Alpha"/> and of all times; weeks unless given.</param>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> are <c>default</c>.</exception>
    public BgNbdModel(BgNbdParameters parameters, TimeUnit timeUnit = default)
        : base(timeUnit)
    {
        if (parameters == default) throw new ArgumentException("The parameters were never set.", nameof(parameters));
        Parameters = parameters;
        _scorer = new BetaGeometricScorer(parameters.R, parameters.Alpha, parameters.A, parameters.B, firstDropout: 0);
    }

    /// <inheritdoc/>
    public override string Name => "BG/NBD";

    /// <summary>The parameters.</summary>
    public BgNbdParameters Parameters { get; }

    /// <inheritdoc/>
    /// <remarks>Fader, Hardie and Lee (2008), Computing P(alive) Using the BG/NBD Model. Relative error below 1e-11, down to 1e-290, for up to 10,000 purchases.</remarks>
    public override double ProbabilityAlive(PurchaseHistory history) => _scorer.ProbabilityAlive(history);

    /// <inheritdoc/>
    /// <remarks>Fader, Hardie and Lee (2005), eq. 10; relative error below 1e-10 for all parameters, at a = 1 too, and horizons from 1e-6 to 1e5.</remarks>
    public override double ExpectedPurchases(PurchaseHistory history, double horizon) => _scorer.ExpectedPurchases(history, new PeriodPlan(1, ModelParameter.RequireHorizon(horizon), 1));

    /// <inheritdoc/>
    /// <remarks>Fader, Hardie and Lee (2005), eq. 8, at the parameters of a living customer with that history. Relative error below 1e-9, or absolute below 1e-15.</remarks>
    public override double ProbabilityOfPurchases(PurchaseHistory history, int count, double horizon)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return _scorer.ProbabilityOf(history, count, ModelParameter.RequireHorizon(horizon));
    }

    /// <inheritdoc/>
    /// <remarks>Relative error below 1e-10. No paper prints it for this model; it is the definition, with the integral over time done by the generalised exponential integral.</remarks>
    public override double DiscountedExpectedTransactions(PurchaseHistory history, DiscountRate discount) => _scorer.DiscountedExpected(history, ModelParameter.RequireDiscount(discount, TimeUnit));

    /// <inheritdoc/>
    /// <remarks>Fader, Hardie and Lee (2005), eq. 6. Error below 1e-12 times the larger of 1 and the result.</remarks>
    public override double LogLikelihood(PurchaseHistory history) => _scorer.LogLikelihood(history);

    /// <inheritdoc/>
    /// <remarks>On net10.0 computed several customers at a time. The bits are those of the one-customer path, on every framework.</remarks>
    public override void ProbabilityAlive(PurchaseHistories histories, Span<double> destination) => _scorer.ProbabilityAlive(histories, destination);

    /// <inheritdoc/>
    /// <remarks>On net10.0 computed several customers at a time. The bits are those of the one-customer path, on every framework.</remarks>
    public override void ExpectedPurchases(PurchaseHistories histories, double horizon, Span<double> destination) =>
        _scorer.ExpectedPurchases(histories, new PeriodPlan(1, ModelParameter.RequireHorizon(horizon), 1), destination);

    double IPeriodModel.ExpectedPurchases(PurchaseHistory history, PeriodPlan plan) => _scorer.ExpectedPurchases(history, plan);

    void IPeriodModel.ExpectedPurchases(PurchaseHistories histories, PeriodPlan plan, Span<double> destination) => _scorer.ExpectedPurchases(histories, plan, destination);
}
