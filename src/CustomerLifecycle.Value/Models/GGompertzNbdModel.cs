using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>GGompertz/NBD: as Pareto/NBD, but the hazard of leaving grows with the age of the relationship.</summary>
/// <remarks>
/// Bemmaor and Glady (2012), Modeling Purchasing Behavior with Sudden "Death": A Flexible Customer Lifetime Model, Management Science 58(5). The hazard is η b exp(b t), η Gamma(s, β).
/// As b and β fall to 0 together it becomes Pareto/NBD: on many cohorts the five parameters are not identified, and predictions are what to compare.
/// </remarks>
public sealed partial class GGompertzNbdModel : PurchaseModel
{
    private readonly GGompertzNbdParameters _parameters;

    /// <summary>A model with known parameters.</summary>
    /// <param name="parameters">From a fit, a paper or another package.</param>
    /// <param name="timeUnit">The unit of the parameters and of all times; weeks unless given.</param>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> are <c>default</c>.</exception>
    public GGompertzNbdModel(GGompertzNbdParameters parameters, TimeUnit timeUnit = default)
        : base(timeUnit)
    {
        if (parameters == default) throw new ArgumentException("The parameters were never set.", nameof(parameters));
        _parameters = parameters;
    }

    /// <inheritdoc/>
    public override string Name => "GGompertz/NBD";

    /// <summary>The parameters.</summary>
    public GGompertzNbdParameters Parameters => _parameters;

    /// <inheritdoc/>
    /// <remarks>Relative error below 1e-11, down to 1e-290.</remarks>
    public override double ProbabilityAlive(PurchaseHistory history) =>
        AliveFromLogOdds(GGompertzNbdKernel.LogOddsOfDropout(Shape(history), _parameters.Alpha, _parameters.B, _parameters.S, _parameters.Beta, history.Recency, history.Age));

    /// <inheritdoc/>
    /// <remarks>Relative error below 1e-11.</remarks>
    public override double ExpectedPurchases(PurchaseHistory history, double horizon)
    {
        ModelParameter.RequireHorizon(horizon);
        return ProbabilityAlive(history) * Rate(history) * GGompertzNbdKernel.ExpectedStay(_parameters.B, _parameters.S, _parameters.Beta, history.Age, horizon, 0);
    }

    /// <inheritdoc/>
    /// <remarks>Relative error below 1e-9, or absolute below 1e-15.</remarks>
    public override double ProbabilityOfPurchases(PurchaseHistory history, int count, double horizon)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ModelParameter.RequireHorizon(horizon);
        var alive = ProbabilityAlive(history);
        var probability = alive * GGompertzNbdKernel.Probability(Shape(history), _parameters.Alpha, _parameters.B, _parameters.S, _parameters.Beta, history.Age, horizon, count);
        return count == 0 ? probability + (1 - alive) : probability;
    }

    /// <inheritdoc/>
    /// <remarks>Relative error below 1e-11.</remarks>
    public override double DiscountedExpectedTransactions(PurchaseHistory history, DiscountRate discount)
    {
        var rate = ModelParameter.RequireDiscount(discount, TimeUnit);
        return ProbabilityAlive(history) * Rate(history) * GGompertzNbdKernel.ExpectedStay(_parameters.B, _parameters.S, _parameters.Beta, history.Age, GGompertzNbdKernel.FarEnough / rate, rate);
    }

    /// <inheritdoc/>
    /// <remarks>Error below 1e-11 times the larger of 1 and the result.</remarks>
    public override double LogLikelihood(PurchaseHistory history)
    {
        double r = _parameters.R, alpha = _parameters.Alpha, b = _parameters.B, s = _parameters.S, beta = _parameters.Beta, x = history.Frequency, age = history.Age;
        var alive = GammaFunctions.LogPochhammer(r, x) - r * Elementary.Log1p(age / alpha) - x * Math.Log(alpha + age) - s * GGompertzNbdKernel.LogGrowth(b, beta, 0, age);
        return alive + Elementary.Softplus(GGompertzNbdKernel.LogOddsOfDropout(r + x, alpha, b, s, beta, history.Recency, age));
    }

    private double Shape(PurchaseHistory history) => _parameters.R + history.Frequency;

    private double Rate(PurchaseHistory history) => Shape(history) / (_parameters.Alpha + history.Age);
}

/// <summary>The parameters of <see cref="GGompertzNbdModel"/>, named as in the paper.</summary>
public readonly record struct GGompertzNbdParameters
{
    /// <summary>Sets the parameters.</summary>
    /// <param name="r">Shape of the purchase rates; above 0.</param>
    /// <param name="alpha">Rate of the purchase rates, in time units; above 0. The mean purchase rate of the cohort is r / alpha.</param>
    /// <param name="b">How fast the hazard of leaving grows, per time unit; above 0.</param>
    /// <param name="s">Shape of the customers' hazard levels; above 0.</param>
    /// <param name="beta">Rate of the customers' hazard levels; above 0. A new customer's mean hazard is s b / beta.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not a positive number.</exception>
    public GGompertzNbdParameters(double r, double alpha, double b, double s, double beta)
    {
        R = ModelParameter.RequirePositive(r, nameof(r));
        Alpha = ModelParameter.RequirePositive(alpha, nameof(alpha));
        B = ModelParameter.RequirePositive(b, nameof(b));
        S = ModelParameter.RequirePositive(s, nameof(s));
        Beta = ModelParameter.RequirePositive(beta, nameof(beta));
    }

    /// <summary>Shape of the gamma distribution of the purchase rates.</summary>
    public double R { get; }

    /// <summary>Rate of the gamma distribution of the purchase rates, in time units.</summary>
    public double Alpha { get; }

    /// <summary>Growth of the hazard of leaving, per time unit.</summary>
    public double B { get; }

    /// <summary>Shape of the gamma distribution of the hazard levels.</summary>
    public double S { get; }

    /// <summary>Rate of the gamma distribution of the hazard levels.</summary>
    public double Beta { get; }
}
