using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>Shifted beta-geometric (sBG): at the end of each period a customer under contract renews or leaves, each with a chance of its own.</summary>
/// <remarks>
/// Fader and Hardie (2007), How to Project Customer Retention, Journal of Interactive Marketing 21(1). The chance to leave is Beta(α, β). The retention rate of a cohort
/// rises with its age although nobody's chance changes: those who are likely to leave have left.
/// </remarks>
public sealed class SbgModel : IContractModel
{
    private readonly SbgParameters _parameters;

    /// <summary>A model with known parameters.</summary>
    /// <param name="parameters">From a fit, a paper or another package.</param>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> are <c>default</c>.</exception>
    public SbgModel(SbgParameters parameters)
    {
        if (parameters == default) throw new ArgumentException("The parameters were never set.", nameof(parameters));
        _parameters = parameters;
    }

    /// <summary>The parameters.</summary>
    public SbgParameters Parameters => _parameters;

    /// <summary>The share of a cohort that is still under contract after so many renewals.</summary>
    /// <param name="periods">0 or more.</param>
    /// <returns>S(t), 0 to 1. Relative error below 1e-12.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="periods"/> is negative.</exception>
    public double Survival(int periods)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(periods);
        return Math.Exp(GammaFunctions.LogPochhammer(_parameters.Beta, periods) - GammaFunctions.LogPochhammer(_parameters.Alpha + _parameters.Beta, periods));
    }

    /// <summary>The share of a cohort that leaves at the end of a period.</summary>
    /// <param name="period">1 or more.</param>
    /// <returns>P(T = t) = S(t - 1) - S(t), without the cancellation of that difference.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is below 1.</exception>
    public double ChurnProbability(int period) => Survival(Before(period)) * _parameters.Alpha / (_parameters.Alpha + _parameters.Beta + period - 1);

    /// <summary>The share of those still under contract who renew at the end of a period.</summary>
    /// <param name="period">1 or more.</param>
    /// <returns>S(t)/S(t - 1).</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is below 1.</exception>
    public double Retention(int period) => (_parameters.Beta + Before(period)) / (_parameters.Alpha + _parameters.Beta + period - 1);

    /// <summary>Discounted expected lifetime (DEL): the periods of a new customer, the first one too, each at its present worth.</summary>
    /// <param name="ratePerPeriod">Discount rate per period, compounded once in it; above 0.</param>
    /// <returns>Periods. Relative error below 1e-12.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="ratePerPeriod"/> is not a number above 0.</exception>
    /// <remarks>Fader and Hardie (2010), Customer-Base Valuation in a Contractual Setting: The Perils of Ignoring Heterogeneity, Marketing Science 29(1).</remarks>
    public double DiscountedExpectedLifetime(double ratePerPeriod) =>
        UnitHypergeometric.Of(_parameters.Beta, _parameters.Alpha + _parameters.Beta, Worth(ratePerPeriod));

    /// <summary>Discounted expected residual lifetime (DERL): the periods to come of a customer who is about to make the n-th renewal or not.</summary>
    /// <param name="renewal">n: the renewal that is due; 1 or more, 1 for a customer in the first period.</param>
    /// <param name="ratePerPeriod">Discount rate per period, compounded once in it; above 0.</param>
    /// <returns>Periods, the one that the renewal would start at its full worth. Relative error below 1e-12.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="renewal"/> is below 1, or <paramref name="ratePerPeriod"/> is not a number above 0.</exception>
    /// <remarks>Fader and Hardie (2010), eq. 6.</remarks>
    public double DiscountedExpectedResidualLifetime(int renewal, double ratePerPeriod) =>
        Retention(renewal) * UnitHypergeometric.Of(_parameters.Beta + renewal, _parameters.Alpha + _parameters.Beta + renewal, Worth(ratePerPeriod));

    /// <summary>The natural logarithm of the likelihood of one cohort's losses.</summary>
    /// <param name="survivors">Customers under contract at the start and after each renewal; never rising.</param>
    /// <exception cref="ArgumentException">There are fewer than two numbers, or they rise or are negative.</exception>
    public double LogLikelihood(ReadOnlySpan<int> survivors) =>
        new SurvivorsLikelihood(survivors, withDuration: false).Evaluate([_parameters.Alpha, _parameters.Beta], new double[2], new double[4]);

    /// <summary>Fits the model to the survivors of one cohort by maximum likelihood.</summary>
    /// <param name="survivors">Customers under contract at the start and after each renewal: 1000, 631, 468, …; never rising.</param>
    /// <param name="options">Limits and progress.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The fitted model. Look at <see cref="ModelFit{TModel}.Convergence"/> first.</returns>
    /// <exception cref="ArgumentException">There are fewer than two numbers, or they rise or are negative.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ModelFit<SbgModel> Fit(ReadOnlySpan<int> survivors, FitOptions? options = null, CancellationToken cancellationToken = default) =>
        MaximumLikelihood.Fit(new SurvivorsLikelihood(survivors, withDuration: false), [[1, 1], [0.1, 1], [5, 5]], fitted => new SbgModel(new SbgParameters(fitted[0], fitted[1])), options, cancellationToken);

    private static int Before(int period) => period >= 1 ? period - 1 : throw new ArgumentOutOfRangeException(nameof(period), period, "Periods count from 1.");

    private static double Worth(double ratePerPeriod) => ratePerPeriod > 0 && ratePerPeriod < double.PositiveInfinity
        ? 1 / (1 + ratePerPeriod)
        : throw new ArgumentOutOfRangeException(nameof(ratePerPeriod), ratePerPeriod, "The lifetime is summed without end, so it needs a discount rate above 0; 10 % is 0.10.");
}

/// <summary>The parameters of <see cref="SbgModel"/>, named as in the paper.</summary>
public readonly record struct SbgParameters
{
    /// <summary>Sets the parameters.</summary>
    /// <param name="alpha">First parameter of the chances to leave; above 0.</param>
    /// <param name="beta">Second parameter; above 0. The mean chance to leave at the first renewal is alpha / (alpha + beta).</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not a positive number.</exception>
    public SbgParameters(double alpha, double beta)
    {
        Alpha = ModelParameter.RequirePositive(alpha, nameof(alpha));
        Beta = ModelParameter.RequirePositive(beta, nameof(beta));
    }

    /// <summary>First parameter of the beta distribution of the chances to leave.</summary>
    public double Alpha { get; }

    /// <summary>Second parameter of the beta distribution of the chances to leave.</summary>
    public double Beta { get; }
}
