using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>Pareto/NBD whose rates move with covariates that change with time, and differ by covariates that do not.</summary>
/// <remarks>
/// Bachmann, Meierer and Näf (2021), The Role of Time-Varying Contextual Factors in Latent Attrition Models for Customer Base Analysis, Marketing Science 40(4). Time runs faster or slower by exp(γ'z(u)) for purchasing
/// and exp(δ'y(u)) for drop-out; between two changes the integrals are those of Pareto/NBD with shifted parameters.
/// </remarks>
public sealed partial class SeasonalParetoNbdModel
{
    private readonly ParetoNbdParameters _parameters;
    private readonly TimeVaryingCovariates _path;
    private readonly double[] _transactionPath;
    private readonly double[] _dropoutPath;

    /// <summary>A model with known parameters.</summary>
    /// <param name="parameters">The parameters where all covariates are 0.</param>
    /// <param name="path">The covariates that change with time.</param>
    /// <param name="transactionPath">Their effects on purchasing.</param>
    /// <param name="dropoutPath">Their effects on drop-out.</param>
    /// <param name="transaction">The effects of each customer's own covariates on purchasing; none where null.</param>
    /// <param name="dropout">The effects of each customer's own covariates on drop-out; none where null.</param>
    /// <param name="timeUnit">The unit of the parameters and of all times; weeks unless given.</param>
    /// <exception cref="ArgumentException">The parameters are <c>default</c>, or the effects are of other covariates than <paramref name="path"/>'s.</exception>
    public SeasonalParetoNbdModel(
        ParetoNbdParameters parameters, TimeVaryingCovariates path, CovariateEffects transactionPath, CovariateEffects dropoutPath, CovariateEffects? transaction = null, CovariateEffects? dropout = null, TimeUnit timeUnit = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(transactionPath);
        ArgumentNullException.ThrowIfNull(dropoutPath);
        if (parameters == default) throw new ArgumentException("The parameters were never set.", nameof(parameters));
        _parameters = parameters;
        _path = path;
        Transaction = transaction ?? CovariateEffects.None;
        Dropout = dropout ?? CovariateEffects.None;
        TransactionPath = transactionPath;
        DropoutPath = dropoutPath;
        TimeUnit = timeUnit;
        _transactionPath = new double[path.Count];
        _dropoutPath = new double[path.Count];
        for (var period = 0; period < path.Count; period++)
        {
            _transactionPath[period] = transactionPath.Multiplier(path.Values(period));
            _dropoutPath[period] = dropoutPath.Multiplier(path.Values(period));
        }
    }

    /// <summary>The parameters where all covariates are 0.</summary>
    public ParetoNbdParameters Parameters => _parameters;

    /// <summary>The effects of each customer's own covariates on purchasing.</summary>
    public CovariateEffects Transaction { get; }

    /// <summary>The effects of each customer's own covariates on drop-out.</summary>
    public CovariateEffects Dropout { get; }

    /// <summary>The effects on purchasing of what changes with time.</summary>
    public CovariateEffects TransactionPath { get; }

    /// <summary>The effects on drop-out of what changes with time.</summary>
    public CovariateEffects DropoutPath { get; }

    /// <summary>The unit of all times.</summary>
    public TimeUnit TimeUnit { get; }

    /// <summary>The natural logarithm of the likelihood of a customer's purchase times.</summary>
    /// <param name="history">The customer's purchase days.</param>
    /// <param name="transaction">The customer's own covariates of purchasing.</param>
    /// <param name="dropout">The customer's own covariates of drop-out.</param>
    /// <exception cref="ArgumentException">The time-varying covariates begin after the first purchase, or the customer's do not fit the effects.</exception>
    public double LogLikelihood(DatedHistory history, ReadOnlySpan<double> transaction = default, ReadOnlySpan<double> dropout = default)
    {
        var state = After(history, transaction, dropout);
        var x = history.Repeats.Count;
        double r = _parameters.R, logRates = 0;
        foreach (var day in history.Repeats) logRates += Math.Log(_transactionPath[_path.PeriodOf(day)] * state.Purchasing);
        var alive = GammaFunctions.LogPochhammer(r, x) + logRates - r * Elementary.Log1p(state.Purchases / _parameters.Alpha) - x * Math.Log(_parameters.Alpha + state.Purchases)
            - _parameters.S * Elementary.Log1p(state.Hazards / _parameters.Beta);
        return alive + Elementary.Softplus(state.LogOddsOfDropout);
    }

    /// <summary>The log-likelihood of a whole cohort.</summary>
    /// <param name="cohort">Every customer's purchase days.</param>
    /// <param name="transaction">Each customer's own covariates of purchasing, one row per customer.</param>
    /// <param name="dropout">Each customer's own covariates of drop-out, one row per customer.</param>
    /// <exception cref="ArgumentException">There is not one row of covariates for each customer, or the time-varying ones begin after a purchase.</exception>
    public double TotalLogLikelihood(IReadOnlyList<DatedHistory> cohort, CovariateColumns transaction, CovariateColumns dropout)
    {
        ArgumentNullException.ThrowIfNull(cohort);
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(dropout);
        transaction.RequireRows(cohort.Count, nameof(transaction));
        dropout.RequireRows(cohort.Count, nameof(dropout));
        double sum = 0;
        for (var row = 0; row < cohort.Count; row++) sum += LogLikelihood(cohort[row], transaction.Row(row), dropout.Row(row));
        return sum;
    }

    /// <summary>The probability that a customer is still one at the end of the history.</summary>
    /// <param name="history">The customer's purchase days.</param>
    /// <param name="transaction">The customer's own covariates of purchasing.</param>
    /// <param name="dropout">The customer's own covariates of drop-out.</param>
    /// <returns>0 to 1. Relative error below 1e-10.</returns>
    /// <exception cref="ArgumentException">The time-varying covariates begin after the first purchase, or the customer's do not fit the effects.</exception>
    public double ProbabilityAlive(DatedHistory history, ReadOnlySpan<double> transaction = default, ReadOnlySpan<double> dropout = default) =>
        PurchaseModel.AliveFromLogOdds(After(history, transaction, dropout).LogOddsOfDropout);

    /// <summary>Expected purchases of a customer in the next <paramref name="horizon"/> time units, each at its present worth.</summary>
    /// <param name="history">The customer's purchase days.</param>
    /// <param name="horizon">Time units ahead; 0 or more, finite.</param>
    /// <param name="transaction">The customer's own covariates of purchasing.</param>
    /// <param name="dropout">The customer's own covariates of drop-out.</param>
    /// <param name="discount">How fast the future loses worth; not at all unless given.</param>
    /// <returns>Purchases, 0 or more. Relative error below 1e-10.</returns>
    /// <exception cref="ArgumentException">The time-varying covariates begin after the first purchase, or the customer's do not fit the effects.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The horizon is negative or not finite, or the discount rate is negative.</exception>
    public double ExpectedPurchases(DatedHistory history, double horizon, ReadOnlySpan<double> transaction = default, ReadOnlySpan<double> dropout = default, DiscountRate discount = default)
    {
        ModelParameter.RequireHorizon(horizon);
        var rate = discount.ContinuousPer(TimeUnit);
        if (rate < 0) throw new ArgumentOutOfRangeException(nameof(discount), rate, "A discount rate is 0 or more here.");

        var state = After(history, transaction, dropout);
        double beta = _parameters.Beta + state.Hazards, hazards = 0, sum = 0, from = 0;
        for (var period = _path.PeriodOf(history.Until); from < horizon; period++)
        {
            var until = period + 1 < _path.Count ? Math.Min(horizon, Units(history.Until, _path.Start(period + 1))) : horizon;
            double purchasing = _transactionPath[period] * state.Purchasing, leaving = _dropoutPath[period] * state.Leaving;
            var stay = ParetoNbdKernel.StayUntil(_parameters.S, (beta + hazards) / leaving, until - from, rate);
            sum += purchasing * Math.Exp(-rate * from - _parameters.S * Elementary.Log1p(hazards / beta)) * stay;
            hazards += leaving * (until - from);
            from = until;
        }

        return PurchaseModel.AliveFromLogOdds(state.LogOddsOfDropout) * (_parameters.R + history.Repeats.Count) / (_parameters.Alpha + state.Purchases) * sum;
    }

    /// <summary>What has accumulated by the end of a history.</summary>
    private State After(DatedHistory history, ReadOnlySpan<double> transaction, ReadOnlySpan<double> dropout)
    {
        ArgumentNullException.ThrowIfNull(history);
        double ownPurchasing = Transaction.Multiplier(transaction), ownLeaving = Dropout.Multiplier(dropout);
        double recency = history.Repeats.Count == 0 ? 0 : Units(history.First, history.Repeats[history.Repeats.Count - 1]), age = Units(history.First, history.Until);
        double shape = _parameters.R + history.Repeats.Count, purchases = 0, hazards = 0, from = 0, largest = double.NegativeInfinity, left = 0;
        for (var period = _path.PeriodOf(history.First); from < age; period++)
        {
            var until = period + 1 < _path.Count ? Math.Min(age, Units(history.First, _path.Start(period + 1))) : age;
            double purchasing = _transactionPath[period] * ownPurchasing, leaving = _dropoutPath[period] * ownLeaving;
            var start = Math.Max(from, Math.Min(recency, until));
            if (start < until)
            {
                double a = _parameters.Alpha + purchases + purchasing * (start - from), b = _parameters.Beta + hazards + leaving * (start - from);
                var log = Math.Log(_parameters.S * leaving) - shape * Math.Log(a) - (_parameters.S + 1) * Math.Log(b) + Math.Log(ParetoNbdKernel.DropoutIntegral(shape, a / purchasing, _parameters.S, b / leaving, until - start));
                left = log > largest ? left * Math.Exp(largest - log) + 1 : left + Math.Exp(log - largest);
                largest = Math.Max(largest, log);
            }

            purchases += purchasing * (until - from);
            hazards += leaving * (until - from);
            from = until;
        }

        var alive = -shape * Math.Log(_parameters.Alpha + purchases) - _parameters.S * Math.Log(_parameters.Beta + hazards);
        return new State(purchases, hazards, ownPurchasing, ownLeaving, left == 0 ? double.NegativeInfinity : largest + Math.Log(left) - alive);
    }

    private double Units(LocalDate from, LocalDate until) => Period.DaysBetween(from, until) / TimeUnit.Days;

    private readonly record struct State(double Purchases, double Hazards, double Purchasing, double Leaving, double LogOddsOfDropout);
}
