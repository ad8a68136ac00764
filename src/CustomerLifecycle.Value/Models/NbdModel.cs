using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>NBD: customers buy at random at rates of their own, and never leave. The baseline that the models with drop-out must beat.</summary>
/// <remarks>Ehrenberg (1959), The Pattern of Consumer Purchases, Applied Statistics 8(1). Rates are Gamma(r, α).</remarks>
public sealed partial class NbdModel : PurchaseModel
{
    private readonly NbdParameters _parameters;

    /// <summary>A model with known parameters.</summary>
    /// <param name="parameters">From a fit, a paper or another package.</param>
    /// <param name="timeUnit">The unit of <see cref="NbdParameters.Alpha"/> and of all times; weeks unless given.</param>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> are <c>default</c>.</exception>
    public NbdModel(NbdParameters parameters, TimeUnit timeUnit = default)
        : base(timeUnit)
    {
        if (parameters == default) throw new ArgumentException("The parameters were never set.", nameof(parameters));
        _parameters = parameters;
    }

    /// <inheritdoc/>
    public override string Name => "NBD";

    /// <summary>The parameters.</summary>
    public NbdParameters Parameters => _parameters;

    /// <inheritdoc/>
    /// <returns>1: nobody leaves.</returns>
    public override double ProbabilityAlive(PurchaseHistory history) => 1;

    /// <inheritdoc/>
    /// <remarks>(r + x)/(α + T) t; relative error below 1e-15.</remarks>
    public override double ExpectedPurchases(PurchaseHistory history, double horizon) =>
        Rate(history) * ModelParameter.RequireHorizon(horizon);

    /// <inheritdoc/>
    /// <remarks>Negative binomial; relative error below 1e-11.</remarks>
    public override double ProbabilityOfPurchases(PurchaseHistory history, int count, double horizon)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ModelParameter.RequireHorizon(horizon);
        return Math.Exp(NegativeBinomial.LogProbability(_parameters.R + history.Frequency, horizon / (_parameters.Alpha + history.Age), count));
    }

    /// <inheritdoc/>
    /// <remarks>(r + x)/(α + T)/d.</remarks>
    public override double DiscountedExpectedTransactions(PurchaseHistory history, DiscountRate discount) =>
        Rate(history) / ModelParameter.RequireDiscount(discount, TimeUnit);

    /// <inheritdoc/>
    /// <remarks>Error below 1e-12 times the larger of 1 and the result.</remarks>
    public override double LogLikelihood(PurchaseHistory history)
    {
        double x = history.Frequency, r = _parameters.R, alpha = _parameters.Alpha;
        return GammaFunctions.LogPochhammer(r, x) - r * Elementary.Log1p(history.Age / alpha) - x * Math.Log(alpha + history.Age);
    }

    private double Rate(PurchaseHistory history) => (_parameters.R + history.Frequency) / (_parameters.Alpha + history.Age);
}

/// <summary>The parameters of <see cref="NbdModel"/>, named as in the literature.</summary>
public readonly record struct NbdParameters
{
    /// <summary>Sets the parameters.</summary>
    /// <param name="r">Shape of the purchase rates; above 0.</param>
    /// <param name="alpha">Rate of the purchase rates, in time units; above 0. The mean purchase rate of the cohort is r / alpha.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not a positive number.</exception>
    public NbdParameters(double r, double alpha)
    {
        R = ModelParameter.RequirePositive(r, nameof(r));
        Alpha = ModelParameter.RequirePositive(alpha, nameof(alpha));
    }

    /// <summary>Shape of the gamma distribution of the purchase rates.</summary>
    public double R { get; }

    /// <summary>Rate of the gamma distribution of the purchase rates, in time units.</summary>
    public double Alpha { get; }
}
