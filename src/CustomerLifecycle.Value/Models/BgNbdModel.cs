using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>BG/NBD: customers buy at random at rates of their own, and may leave after any repeat purchase.</summary>
/// <remarks>
/// Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model, Marketing Science 24(2). Rates are Gamma(r, α),
/// chances to leave after a purchase Beta(a, b). A customer without a repeat purchase is alive by definition.
/// </remarks>
public sealed partial class BgNbdModel : IPurchaseModel
{
    private readonly BgNbdParameters _parameters;

    /// <summary>A model with known parameters.</summary>
    /// <param name="parameters">From <see cref="Fit(PurchaseSummary, FitOptions?, CancellationToken)"/>, a paper or another package.</param>
    /// <param name="timeUnit">The unit of <see cref="BgNbdParameters.Alpha"/> and of all times; weeks unless given.</param>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> are <c>default</c>.</exception>
    public BgNbdModel(BgNbdParameters parameters, TimeUnit timeUnit = default)
    {
        if (parameters == default) throw new ArgumentException("The parameters were never set.", nameof(parameters));
        _parameters = parameters;
        TimeUnit = timeUnit;
    }

    /// <inheritdoc/>
    public string Name => "BG/NBD";

    /// <inheritdoc/>
    public TimeUnit TimeUnit { get; }

    /// <summary>The parameters.</summary>
    public BgNbdParameters Parameters => _parameters;

    /// <inheritdoc/>
    /// <remarks>Fader, Hardie and Lee (2008), Computing P(alive) Using the BG/NBD Model. Relative error below 1e-11, down to 1e-290.</remarks>
    public double ProbabilityAlive(PurchaseHistory history) =>
        history.Frequency == 0 ? 1 : 1 / (1 + Math.Exp(LogOddsGone(history)));

    /// <inheritdoc/>
    /// <remarks>Fader, Hardie and Lee (2005), eq. 10; relative error below 1e-10 for all parameters, at a = 1 too, and horizons from 1e-6 to 1e5.</remarks>
    public double ExpectedPurchases(PurchaseHistory history, double horizon)
    {
        ModelParameter.RequireHorizon(horizon);
        return ProbabilityAlive(history) * BetaGeometricPurchases.Expected(_parameters.R + history.Frequency, _parameters.Alpha + history.Age, _parameters.A, _parameters.B + history.Frequency, horizon);
    }

    /// <inheritdoc/>
    /// <remarks>Fader, Hardie and Lee (2005), eq. 8, at the parameters of a living customer with that history. Relative error below 1e-9, or absolute below 1e-15.</remarks>
    public double ProbabilityOfPurchases(PurchaseHistory history, int count, double horizon)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ModelParameter.RequireHorizon(horizon);
        var alive = ProbabilityAlive(history);
        var probability = alive * BetaGeometricPurchases.ProbabilityOf(count, count, _parameters.R + history.Frequency, _parameters.Alpha + history.Age, _parameters.A, _parameters.B + history.Frequency, horizon);
        return count == 0 ? probability + (1 - alive) : probability;
    }

    /// <inheritdoc/>
    /// <remarks>Relative error below 1e-10. No paper prints it for this model; it is the definition, with the integral over time done by the generalised exponential integral.</remarks>
    public double DiscountedExpectedTransactions(PurchaseHistory history, DiscountRate discount)
    {
        var rate = ModelParameter.RequireDiscount(discount, TimeUnit);
        return ProbabilityAlive(history) * BetaGeometricPurchases.DiscountedExpected(_parameters.R + history.Frequency, _parameters.Alpha + history.Age, _parameters.A, _parameters.B + history.Frequency, rate);
    }

    /// <inheritdoc/>
    /// <remarks>Fader, Hardie and Lee (2005), eq. 6. Error below 1e-12 times the larger of 1 and the result.</remarks>
    public double LogLikelihood(PurchaseHistory history)
    {
        double x = history.Frequency, r = _parameters.R, alpha = _parameters.Alpha, a = _parameters.A, b = _parameters.B;
        var alive = GammaFunctions.LogPochhammer(r, x) - (r * Elementary.Log1p(history.Age / alpha)) - (x * Math.Log(alpha + history.Age))
            + GammaFunctions.LogPochhammer(b, x) - GammaFunctions.LogPochhammer(a + b, x);
        return x == 0 ? alive : alive + Elementary.Softplus(LogOddsGone(history));
    }

    /// <inheritdoc/>
    public void LogLikelihood(PurchaseHistories histories, Span<double> destination)
    {
        histories.RequireDestination(destination);
        for (var row = 0; row < destination.Length; row++) destination[row] = LogLikelihood(histories[row]);
    }

    /// <inheritdoc/>
    public void DiscountedExpectedTransactions(PurchaseHistories histories, DiscountRate discount, Span<double> destination)
    {
        histories.RequireDestination(destination);
        for (var row = 0; row < destination.Length; row++) destination[row] = DiscountedExpectedTransactions(histories[row], discount);
    }

    /// <inheritdoc/>
    public void ProbabilityAlive(PurchaseHistories histories, Span<double> destination)
    {
        histories.RequireDestination(destination);
        for (var row = 0; row < destination.Length; row++) destination[row] = ProbabilityAlive(histories[row]);
    }

    /// <inheritdoc/>
    public void ExpectedPurchases(PurchaseHistories histories, double horizon, Span<double> destination)
    {
        ModelParameter.RequireHorizon(horizon);
        histories.RequireDestination(destination);
        for (var row = 0; row < destination.Length; row++) destination[row] = ExpectedPurchases(histories[row], horizon);
    }

    /// <summary>The logarithm of the odds that a customer with repeat purchases has left.</summary>
    private double LogOddsGone(PurchaseHistory history)
    {
        double earlier = _parameters.Alpha + history.Recency, silence = history.Age - history.Recency;
        return Math.Log(_parameters.A / (_parameters.B + history.Frequency - 1)) + ((_parameters.R + history.Frequency) * Elementary.Log1p(silence / earlier));
    }
}
