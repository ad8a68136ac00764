using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>Pareto/NBD whose customers' rates of buying and of leaving go together: heavy buyers may leave sooner, or later, than light ones.</summary>
/// <remarks>
/// Park and Fader (2004), Modeling Browsing Behavior at Multiple Websites, Marketing Science 23(3), after Sarmanov: the joint density of the rates is g₁(λ) g₂(μ) (1 + m (exp(-λ) - A)(exp(-μ) - C))
/// with A = (α/(1 + α))ʳ and C = (β/(1 + β))ˢ. A customer is so a mixture, with weights of either sign, of four customers of Pareto/NBD, and every answer is the mixture of theirs.
/// </remarks>
public sealed partial class CorrelatedParetoNbdModel : PurchaseModel
{
    private readonly CorrelatedParetoNbdParameters _parameters;
    private readonly ParetoNbdModel _independent;
    private readonly ParetoNbdModel _slowerBuying;
    private readonly ParetoNbdModel _slowerLeaving;
    private readonly ParetoNbdModel _slowerBoth;
    private readonly double _logA;
    private readonly double _logC;

    /// <summary>A model with known parameters.</summary>
    /// <param name="parameters">From a fit, a paper or another package.</param>
    /// <param name="timeUnit">The unit of all times; weeks unless given. m and its bounds belong to it.</param>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> are <c>default</c>.</exception>
    public CorrelatedParetoNbdModel(CorrelatedParetoNbdParameters parameters, TimeUnit timeUnit = default)
        : base(timeUnit)
    {
        if (parameters == default) throw new ArgumentException("The parameters were never set.", nameof(parameters));
        _parameters = parameters;
        double r = parameters.R, alpha = parameters.Alpha, s = parameters.S, beta = parameters.Beta;
        _logA = -r * Elementary.Log1p(1 / alpha);
        _logC = -s * Elementary.Log1p(1 / beta);
        _independent = new ParetoNbdModel(new ParetoNbdParameters(r, alpha, s, beta), timeUnit);
        _slowerBuying = new ParetoNbdModel(new ParetoNbdParameters(r, alpha + 1, s, beta), timeUnit);
        _slowerLeaving = new ParetoNbdModel(new ParetoNbdParameters(r, alpha, s, beta + 1), timeUnit);
        _slowerBoth = new ParetoNbdModel(new ParetoNbdParameters(r, alpha + 1, s, beta + 1), timeUnit);
    }

    /// <inheritdoc/>
    public override string Name => "Pareto/NBD with correlated rates";

    /// <summary>The parameters.</summary>
    public CorrelatedParetoNbdParameters Parameters => _parameters;

    /// <inheritdoc/>
    public override double ProbabilityAlive(PurchaseHistory history) => Math.Max(0, Mix(
        history, _independent.ProbabilityAlive(history), _slowerBuying.ProbabilityAlive(history), _slowerLeaving.ProbabilityAlive(history), _slowerBoth.ProbabilityAlive(history)));

    /// <inheritdoc/>
    public override double ExpectedPurchases(PurchaseHistory history, double horizon) => Math.Max(0, Mix(
        history, _independent.ExpectedPurchases(history, horizon), _slowerBuying.ExpectedPurchases(history, horizon),
        _slowerLeaving.ExpectedPurchases(history, horizon), _slowerBoth.ExpectedPurchases(history, horizon)));

    /// <inheritdoc/>
    public override double ProbabilityOfPurchases(PurchaseHistory history, int count, double horizon) => Math.Max(0, Mix(
        history, _independent.ProbabilityOfPurchases(history, count, horizon), _slowerBuying.ProbabilityOfPurchases(history, count, horizon),
        _slowerLeaving.ProbabilityOfPurchases(history, count, horizon), _slowerBoth.ProbabilityOfPurchases(history, count, horizon)));

    /// <inheritdoc/>
    public override double DiscountedExpectedTransactions(PurchaseHistory history, DiscountRate discount) => Math.Max(0, Mix(
        history, _independent.DiscountedExpectedTransactions(history, discount), _slowerBuying.DiscountedExpectedTransactions(history, discount),
        _slowerLeaving.DiscountedExpectedTransactions(history, discount), _slowerBoth.DiscountedExpectedTransactions(history, discount)));

    /// <inheritdoc/>
    public override double LogLikelihood(PurchaseHistory history)
    {
        var weights = Weights(history);
        return _independent.LogLikelihood(history) + Math.Log(weights.Independent + weights.SlowerBuying + weights.SlowerLeaving + weights.SlowerBoth);
    }

    /// <summary>The weights of the four customers, relative to the likelihood of the first.</summary>
    /// <remarks>A L(α + 1, β)/L(α, β) is the mean of exp(-λ) given the history, so that nothing here is above 1 but m.</remarks>
    private (double Independent, double SlowerBuying, double SlowerLeaving, double SlowerBoth) Weights(PurchaseHistory history)
    {
        double independent = _independent.LogLikelihood(history), a = Math.Exp(_logA), c = Math.Exp(_logC), m = _parameters.M;
        return (
            1 + m * a * c,
            -m * c * Math.Exp(_logA + _slowerBuying.LogLikelihood(history) - independent),
            -m * a * Math.Exp(_logC + _slowerLeaving.LogLikelihood(history) - independent),
            m * Math.Exp(_logA + _logC + _slowerBoth.LogLikelihood(history) - independent));
    }

    private double Mix(PurchaseHistory history, double independent, double slowerBuying, double slowerLeaving, double slowerBoth)
    {
        var weights = Weights(history);
        return (weights.Independent * independent + weights.SlowerBuying * slowerBuying + weights.SlowerLeaving * slowerLeaving + weights.SlowerBoth * slowerBoth)
            / (weights.Independent + weights.SlowerBuying + weights.SlowerLeaving + weights.SlowerBoth);
    }
}

/// <summary>The parameters of <see cref="CorrelatedParetoNbdModel"/>.</summary>
public readonly record struct CorrelatedParetoNbdParameters
{
    private const double Rounding = 1e-6;

    /// <summary>Sets the parameters.</summary>
    /// <param name="r">Shape of the purchase rates; above 0.</param>
    /// <param name="alpha">Rate of the purchase rates, in time units; above 0.</param>
    /// <param name="s">Shape of the drop-out rates; above 0.</param>
    /// <param name="beta">Rate of the drop-out rates, in time units; above 0.</param>
    /// <param name="m">How the two go together: 0 where they do not, above 0 where heavy buyers leave sooner; within <see cref="Bounds"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public CorrelatedParetoNbdParameters(double r, double alpha, double s, double beta, double m)
    {
        R = ModelParameter.RequirePositive(r, nameof(r));
        Alpha = ModelParameter.RequirePositive(alpha, nameof(alpha));
        S = ModelParameter.RequirePositive(s, nameof(s));
        Beta = ModelParameter.RequirePositive(beta, nameof(beta));
        var (lowest, highest) = Bounds(r, alpha, s, beta);
        if (!(m >= lowest * (1 + Rounding) && m <= highest * (1 + Rounding)))
            throw new ArgumentOutOfRangeException(nameof(m), m, FormattableString.Invariant($"With these r, alpha, s and beta the density is negative somewhere unless m lies between {lowest} and {highest}."));
        M = Math.Max(lowest, Math.Min(highest, m));
    }

    /// <summary>Shape of the gamma distribution of the purchase rates.</summary>
    public double R { get; }

    /// <summary>Rate of the gamma distribution of the purchase rates, in time units.</summary>
    public double Alpha { get; }

    /// <summary>Shape of the gamma distribution of the drop-out rates.</summary>
    public double S { get; }

    /// <summary>Rate of the gamma distribution of the drop-out rates, in time units.</summary>
    public double Beta { get; }

    /// <summary>How buying and leaving go together.</summary>
    public double M { get; }

    /// <summary>The correlation of the two rates over the cohort.</summary>
    public double Correlation => M * CorrelationOfOne(R, Alpha, S, Beta);

    /// <summary>Between what m must lie for the density of the rates not to be negative.</summary>
    /// <param name="r">Shape of the purchase rates; above 0.</param>
    /// <param name="alpha">Rate of the purchase rates; above 0.</param>
    /// <param name="s">Shape of the drop-out rates; above 0.</param>
    /// <param name="beta">Rate of the drop-out rates; above 0.</param>
    public static (double Lowest, double Highest) Bounds(double r, double alpha, double s, double beta)
    {
        double logA = -r * Elementary.Log1p(1 / alpha), logC = -s * Elementary.Log1p(1 / beta), a = Math.Exp(logA), c = Math.Exp(logC), restA = -Elementary.Expm1(logA), restC = -Elementary.Expm1(logC);
        return (-1 / Math.Max(a * c, restA * restC), 1 / Math.Max(a * restC, c * restA));
    }

    /// <summary>Parameters with a known correlation instead of m.</summary>
    /// <param name="r">Shape of the purchase rates; above 0.</param>
    /// <param name="alpha">Rate of the purchase rates; above 0.</param>
    /// <param name="s">Shape of the drop-out rates; above 0.</param>
    /// <param name="beta">Rate of the drop-out rates; above 0.</param>
    /// <param name="correlation">The correlation of the two rates.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range, or no m gives this correlation.</exception>
    public static CorrelatedParetoNbdParameters WithCorrelation(double r, double alpha, double s, double beta, double correlation) =>
        new(r, alpha, s, beta, correlation / CorrelationOfOne(r, alpha, s, beta));

    /// <summary>The correlation for m = 1: the rates' means fall by A r/(α (1 + α)) and C s/(β (1 + β)) with the two exponentials, in standard deviations √r/α and √s/β.</summary>
    private static double CorrelationOfOne(double r, double alpha, double s, double beta) =>
        Math.Exp(-r * Elementary.Log1p(1 / alpha) - s * Elementary.Log1p(1 / beta)) * Math.Sqrt(r * s) / ((1 + alpha) * (1 + beta));
}
