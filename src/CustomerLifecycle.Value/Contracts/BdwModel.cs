using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>Beta discrete Weibull (BdW): as sBG, but each customer's own chance to leave may fall or rise with age.</summary>
/// <remarks>
/// Fader, Hardie, Liu, Davin and Steenburgh (2018), "How to Project Customer Retention" Revisited: The Role of Duration Dependence, Journal of Interactive Marketing 43.
/// S(t | θ) = (1 - θ)^(t^c), θ Beta(α, β). c = 1 is sBG; below 1 loyalty grows with age, above 1 it wears off.
/// </remarks>
public sealed class BdwModel : IContractModel
{
    private readonly BdwParameters _parameters;

    /// <summary>A model with known parameters.</summary>
    /// <param name="parameters">From a fit, a paper or another package.</param>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> are <c>default</c>.</exception>
    public BdwModel(BdwParameters parameters)
    {
        if (parameters == default) throw new ArgumentException("The parameters were never set.", nameof(parameters));
        _parameters = parameters;
    }

    /// <summary>The parameters.</summary>
    public BdwParameters Parameters => _parameters;

    /// <summary>The share of a cohort that is still under contract after so many renewals.</summary>
    /// <param name="periods">0 or more.</param>
    /// <returns>S(t) = B(α, β + t^c)/B(α, β), 0 to 1. Relative error below 1e-12.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="periods"/> is negative.</exception>
    public double Survival(int periods)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(periods);
        return Math.Exp(LogSurvival(periods));
    }

    /// <summary>The share of a cohort that leaves at the end of a period.</summary>
    /// <param name="period">1 or more.</param>
    /// <returns>P(T = t) = S(t - 1) - S(t).</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is below 1.</exception>
    public double ChurnProbability(int period) => -Survival(Before(period)) * Elementary.Expm1(LogSurvival(period) - LogSurvival(period - 1));

    /// <summary>The share of those still under contract who renew at the end of a period.</summary>
    /// <param name="period">1 or more.</param>
    /// <returns>S(t)/S(t - 1).</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is below 1.</exception>
    public double Retention(int period) => Math.Exp(LogSurvival(period) - LogSurvival(Before(period)));

    /// <summary>Discounted expected lifetime (DEL): the periods of a new customer, the first one too, each at its present worth.</summary>
    /// <param name="ratePerPeriod">Discount rate per period, compounded once in it; at least 0.0001.</param>
    /// <returns>Periods. Relative error below 1e-12.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="ratePerPeriod"/> is outside its range.</exception>
    public double DiscountedExpectedLifetime(double ratePerPeriod) => Sum(0, ratePerPeriod);

    /// <summary>Discounted expected residual lifetime (DERL): the periods to come of a customer who is about to make the n-th renewal or not.</summary>
    /// <param name="renewal">n: the renewal that is due; 1 or more, 1 for a customer in the first period.</param>
    /// <param name="ratePerPeriod">Discount rate per period, compounded once in it; at least 0.0001.</param>
    /// <returns>Periods, the one that the renewal would start at its full worth. Relative error below 1e-12.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="renewal"/> is below 1, or <paramref name="ratePerPeriod"/> is outside its range.</exception>
    public double DiscountedExpectedResidualLifetime(int renewal, double ratePerPeriod) => Sum(Before(renewal) + 1, ratePerPeriod);

    /// <summary>The natural logarithm of the likelihood of one cohort's losses.</summary>
    /// <param name="survivors">Customers under contract at the start and after each renewal; never rising.</param>
    /// <exception cref="ArgumentException">There are fewer than two numbers, or they rise or are negative.</exception>
    public double LogLikelihood(ReadOnlySpan<int> survivors) =>
        new SurvivorsLikelihood(survivors, withDuration: true).Evaluate([_parameters.Alpha, _parameters.Beta, _parameters.C], new double[3], new double[9]);

    /// <summary>Fits the model to the survivors of one cohort by maximum likelihood.</summary>
    /// <param name="survivors">Customers under contract at the start and after each renewal: 1000, 631, 468, …; never rising.</param>
    /// <param name="options">Limits and progress.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The fitted model, never below sBG, which it contains. Look at <see cref="ModelFit{TModel}.Convergence"/> first.</returns>
    /// <exception cref="ArgumentException">There are fewer than two numbers, or they rise or are negative.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ModelFit<BdwModel> Fit(ReadOnlySpan<int> survivors, FitOptions? options = null, CancellationToken cancellationToken = default)
    {
        var nested = SbgModel.Fit(survivors, options?.ForNested(SurvivorsLikelihood.SbgNames), cancellationToken).Model.Parameters;
        return MaximumLikelihood.Fit(
            new SurvivorsLikelihood(survivors, withDuration: true), [[nested.Alpha, nested.Beta, 1], [1, 1, 1], [0.5, 2, 0.5]], fitted => new BdwModel(new BdwParameters(fitted[0], fitted[1], fitted[2])), options, cancellationToken);
    }

    private double LogSurvival(int periods)
    {
        var time = Math.Pow(periods, _parameters.C);
        return GammaFunctions.LogPochhammer(_parameters.Beta, time) - GammaFunctions.LogPochhammer(_parameters.Alpha + _parameters.Beta, time);
    }

    /// <summary>The sum over t from the first period on of S(t)/S(first - 1), discounted to the first; S(-1) counts as 1.</summary>
    private double Sum(int first, double ratePerPeriod)
    {
        const double SmallestRate = 1e-4;
        if (!(ratePerPeriod >= SmallestRate) || double.IsPositiveInfinity(ratePerPeriod))
            throw new ArgumentOutOfRangeException(nameof(ratePerPeriod), ratePerPeriod, FormattableString.Invariant($"The lifetime is summed without end, so it needs a discount rate of at least {SmallestRate}; 10 % is 0.10."));

        double sum = 0, worth = 1, before = first == 0 ? 0 : LogSurvival(first - 1);
        for (var t = first; worth > 1e-17 * ratePerPeriod * sum; t++, worth /= 1 + ratePerPeriod)
        {
            var term = worth * Math.Exp(LogSurvival(t) - before);
            sum += term;
            if (term < 1e-17 * ratePerPeriod * sum) break;
        }

        return sum;
    }

    private static int Before(int period) => period >= 1 ? period - 1 : throw new ArgumentOutOfRangeException(nameof(period), period, "Periods count from 1.");
}

/// <summary>The parameters of <see cref="BdwModel"/>, named as in the paper.</summary>
public readonly record struct BdwParameters
{
    /// <summary>Sets the parameters.</summary>
    /// <param name="alpha">First parameter of the chances to leave at the first renewal; above 0.</param>
    /// <param name="beta">Second parameter; above 0.</param>
    /// <param name="c">Duration dependence; above 0. 1 is none, below 1 a customer's own chance to leave falls with age.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not a positive number.</exception>
    public BdwParameters(double alpha, double beta, double c)
    {
        Alpha = ModelParameter.RequirePositive(alpha, nameof(alpha));
        Beta = ModelParameter.RequirePositive(beta, nameof(beta));
        C = ModelParameter.RequirePositive(c, nameof(c));
    }

    /// <summary>First parameter of the beta distribution of the chances to leave.</summary>
    public double Alpha { get; }

    /// <summary>Second parameter of the beta distribution of the chances to leave.</summary>
    public double Beta { get; }

    /// <summary>Duration dependence of each customer's own chance.</summary>
    public double C { get; }
}
