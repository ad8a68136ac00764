using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>What <see cref="BgNbdModel"/> and <see cref="MbgNbdModel"/> share: everything but whether a customer may leave directly after the first purchase.</summary>
public abstract class BetaGeometricModel : PurchaseModel, IPeriodModel, IPurchaseSimulator
{
    private readonly double _r;
    private readonly double _alpha;
    private readonly double _a;
    private readonly double _b;
    private readonly BetaGeometricScorer _scorer;

    private protected BetaGeometricModel(double r, double alpha, double a, double b, int firstDropout, TimeUnit timeUnit)
        : base(timeUnit)
    {
        (_r, _alpha, _a, _b) = (r, alpha, a, b);
        _scorer = new BetaGeometricScorer(r, alpha, a, b, firstDropout);
    }

    /// <inheritdoc/>
    /// <remarks>Fader, Hardie and Lee (2008), Computing P(alive) Using the BG/NBD Model. Relative error below 1e-11, down to 1e-290, for up to 10,000 purchases.</remarks>
    public override double ProbabilityAlive(PurchaseHistory history) => _scorer.ProbabilityAlive(history);

    /// <inheritdoc/>
    /// <remarks>Fader, Hardie and Lee (2005), eq. 10, for MBG/NBD with b + x + 1 in place of b + x; relative error below 1e-10 for all parameters, at a = 1 too, and horizons from 1e-6 to 1e5.</remarks>
    public override double ExpectedPurchases(PurchaseHistory history, double horizon) => _scorer.ExpectedPurchases(history, new PeriodPlan(1, ModelParameter.RequireHorizon(horizon), 1));

    /// <inheritdoc/>
    /// <remarks>Fader, Hardie and Lee (2005), eq. 8, at the parameters of a living customer with that history. Relative error below 1e-9, or absolute below 1e-15.</remarks>
    public override double ProbabilityOfPurchases(PurchaseHistory history, int count, double horizon)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return _scorer.ProbabilityOf(history, count, ModelParameter.RequireHorizon(horizon));
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Relative error below 1e-10. No paper prints it for this model; it is the definition, with the integral over time done by the generalised exponential integral. The first customer of a number of
    /// purchases and an age within a factor of e takes some milliseconds, the following ones less than a microsecond: keep the model.
    /// </remarks>
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

    /// <inheritdoc/>
    /// <remarks>The bits are those of the one-customer path.</remarks>
    public override void DiscountedExpectedTransactions(PurchaseHistories histories, DiscountRate discount, Span<double> destination) =>
        _scorer.DiscountedExpected(histories, ModelParameter.RequireDiscount(discount, TimeUnit), destination);

    double IPeriodModel.ExpectedPurchases(PurchaseHistory history, PeriodPlan plan) => _scorer.ExpectedPurchases(history, plan);

    void IPeriodModel.ExpectedPurchases(PurchaseHistories histories, PeriodPlan plan, Span<double> destination) => _scorer.ExpectedPurchases(histories, plan, destination);

    /// <inheritdoc/>
    public PurchaseHistory NextHistory(double age, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Simulated.RequireAge(age);
        double rate = random.NextGamma(_r, _alpha), dropout = random.NextBeta(_a, _b);
        if (_scorer.FirstDropout == 1 && random.NextDouble() < dropout) return new PurchaseHistory(0, 0, age);
        return Simulated.Regular(1, 0, rate, dropout, age, random);
    }

    /// <inheritdoc/>
    public int NextPurchases(PurchaseHistory history, double horizon, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        ModelParameter.RequireHorizon(horizon);
        if (!this.IsAlive(history, random)) return 0;
        double rate = random.NextGamma(_r + history.Frequency, _alpha + history.Age), dropout = random.NextBeta(_a, _b + history.Frequency + _scorer.FirstDropout);
        return (int)Simulated.Regular(1, 0, rate, dropout, horizon, random).Frequency;
    }
}
