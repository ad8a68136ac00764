namespace CustomerLifecycle.Value;

/// <summary>Pareto/NBD: customers buy at random at rates of their own, and leave at an unobserved time, each with a hazard of its own.</summary>
/// <remarks>
/// Schmittlein, Morrison and Colombo (1987), Counting Your Customers: Who Are They and What Will They Do Next?, Management Science 33(1). Purchase rates are Gamma(r, α), drop-out
/// rates Gamma(s, β), independent. The likelihood's integral is computed by quadrature instead of the paper's 2F1, so that s = 1, α ≈ β and thousands of purchases are nothing special.
/// </remarks>
public sealed partial class ParetoNbdModel : PurchaseModel, IPeriodModel
{
    private readonly ParetoNbdParameters _parameters;
    private readonly ParetoNbdScorer _scorer;

    /// <summary>A model with known parameters.</summary>
    /// <param name="parameters">From a fit, a paper or another package.</param>
    /// <param name="timeUnit">The unit of <see cref="ParetoNbdParameters.Alpha"/>, <see cref="ParetoNbdParameters.Beta"/> and of all times; weeks unless given.</param>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> are <c>default</c>.</exception>
    public ParetoNbdModel(ParetoNbdParameters parameters, TimeUnit timeUnit = default)
        : base(timeUnit)
    {
        if (parameters == default) throw new ArgumentException("The parameters were never set.", nameof(parameters));
        _parameters = parameters;
        _scorer = new ParetoNbdScorer(parameters);
    }

    /// <inheritdoc/>
    public override string Name => "Pareto/NBD";

    /// <summary>The parameters.</summary>
    public ParetoNbdParameters Parameters => _parameters;

    /// <inheritdoc/>
    /// <remarks>Fader and Hardie (2005), A Note on Deriving the Pareto/NBD Model, eq. 36. Relative error below 1e-11, down to 1e-290.</remarks>
    public override double ProbabilityAlive(PurchaseHistory history) => _scorer.ProbabilityAlive(history);

    /// <inheritdoc/>
    /// <remarks>Schmittlein, Morrison and Colombo (1987), eq. 22. Relative error below 1e-11, at s = 1 too, for horizons from 1e-6 to 1e5.</remarks>
    public override double ExpectedPurchases(PurchaseHistory history, double horizon) =>
        _scorer.ExpectedPurchases(history, new PeriodPlan(1, ModelParameter.RequireHorizon(horizon), 1));

    /// <inheritdoc/>
    /// <remarks>On net10.0 computed several customers at a time. The bits are those of the one-customer path, on every framework.</remarks>
    public override void ProbabilityAlive(PurchaseHistories histories, Span<double> destination) => _scorer.ProbabilityAlive(histories, destination);

    /// <inheritdoc/>
    /// <remarks>On net10.0 computed several customers at a time. The bits are those of the one-customer path, on every framework.</remarks>
    public override void ExpectedPurchases(PurchaseHistories histories, double horizon, Span<double> destination) =>
        _scorer.ExpectedPurchases(histories, new PeriodPlan(1, ModelParameter.RequireHorizon(horizon), 1), destination);

    double IPeriodModel.ExpectedPurchases(PurchaseHistory history, PeriodPlan plan) => _scorer.ExpectedPurchases(history, plan);

    void IPeriodModel.ExpectedPurchases(PurchaseHistories histories, PeriodPlan plan, Span<double> destination) => _scorer.ExpectedPurchases(histories, plan, destination);

    /// <inheritdoc/>
    /// <remarks>Fader and Hardie (2014), Deriving the conditional PMF of the Pareto/NBD model. Relative error below 1e-9, or absolute below 1e-15.</remarks>
    public override double ProbabilityOfPurchases(PurchaseHistory history, int count, double horizon)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ModelParameter.RequireHorizon(horizon);
        var alive = ProbabilityAlive(history);
        var probability = alive * ParetoNbdKernel.Probability(Shape(history), _parameters.Alpha + history.Age, _parameters.S, _parameters.Beta + history.Age, horizon, count);
        return count == 0 ? probability + (1 - alive) : probability;
    }

    /// <inheritdoc/>
    /// <remarks>Fader, Hardie and Lee (2005), RFM and CLV: Using Iso-Value Curves, Journal of Marketing Research 42(4), eq. 2: Tricomi's function, as the integral that it is. Relative error below 1e-11.</remarks>
    public override double DiscountedExpectedTransactions(PurchaseHistory history, DiscountRate discount)
    {
        var rate = ModelParameter.RequireDiscount(discount, TimeUnit);
        return ProbabilityAlive(history) * Rate(history) * ParetoNbdKernel.DiscountedStay(_parameters.S, _parameters.Beta + history.Age, rate);
    }

    /// <inheritdoc/>
    /// <remarks>Fader and Hardie (2005), eq. 18. Error below 1e-11 times the larger of 1 and the result.</remarks>
    public override double LogLikelihood(PurchaseHistory history) =>
        ParetoNbdKernel.LogLikelihood(_parameters.R, _parameters.Alpha, _parameters.S, _parameters.Beta, history);

    private double Shape(PurchaseHistory history) => _parameters.R + history.Frequency;

    private double Rate(PurchaseHistory history) => Shape(history) / (_parameters.Alpha + history.Age);
}

/// <summary>The parameters of <see cref="ParetoNbdModel"/>, named as in the papers.</summary>
public readonly record struct ParetoNbdParameters
{
    /// <summary>Sets the parameters.</summary>
    /// <param name="r">Shape of the purchase rates; above 0.</param>
    /// <param name="alpha">Rate of the purchase rates, in time units; above 0. The mean purchase rate of the cohort is r / alpha.</param>
    /// <param name="s">Shape of the drop-out rates; above 0.</param>
    /// <param name="beta">Rate of the drop-out rates, in time units; above 0. The mean drop-out rate of the cohort is s / beta.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not a positive number.</exception>
    public ParetoNbdParameters(double r, double alpha, double s, double beta)
    {
        R = ModelParameter.RequirePositive(r, nameof(r));
        Alpha = ModelParameter.RequirePositive(alpha, nameof(alpha));
        S = ModelParameter.RequirePositive(s, nameof(s));
        Beta = ModelParameter.RequirePositive(beta, nameof(beta));
    }

    /// <summary>Shape of the gamma distribution of the purchase rates.</summary>
    public double R { get; }

    /// <summary>Rate of the gamma distribution of the purchase rates, in time units.</summary>
    public double Alpha { get; }

    /// <summary>Shape of the gamma distribution of the drop-out rates.</summary>
    public double S { get; }

    /// <summary>Rate of the gamma distribution of the drop-out rates, in time units.</summary>
    public double Beta { get; }
}
