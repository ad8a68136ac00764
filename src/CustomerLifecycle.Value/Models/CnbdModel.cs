namespace CustomerLifecycle.Value;

/// <summary>The models of regular buyers: the time between two purchases is Erlang-k distributed, the sum of k exponential stages; after a purchase the customer may leave.</summary>
/// <remarks>
/// Platzer and Reutterer (2016), Ticking Away the Moments: Timing Regularity Helps to Better Predict Customer Activity, Marketing Science 35(5), and their package BTYDplus.
/// k = 1 is random buying, (M)BG/NBD; the larger k, the more a silence longer than the customer's own rhythm says. Unlike BTYDplus, expectations are exact, not rescaled by batch.
/// </remarks>
public abstract partial class CnbdModel : PurchaseModel
{
    private readonly CnbdParameters _parameters;
    private readonly bool _dropoutAtStart;

    private protected CnbdModel(CnbdParameters parameters, TimeUnit timeUnit, bool dropoutAtStart)
        : base(timeUnit)
    {
        if (parameters == default) throw new ArgumentException("The parameters were never set.", nameof(parameters));
        _parameters = parameters;
        _dropoutAtStart = dropoutAtStart;
    }

    /// <summary>The parameters.</summary>
    public CnbdParameters Parameters => _parameters;

    /// <inheritdoc/>
    /// <remarks>Relative error below 1e-11, down to 1e-290.</remarks>
    public override double ProbabilityAlive(PurchaseHistory history) =>
        AliveFromLogOdds(BgCnbdKernel.LogOddsOfDropout(_parameters.K, _dropoutAtStart, _parameters.R, _parameters.Alpha, _parameters.A, _parameters.B, history));

    /// <inheritdoc/>
    /// <remarks>Relative error below 1e-10. The work grows with horizon/(α + T): the counts that matter are visited one by one.</remarks>
    public override double ExpectedPurchases(PurchaseHistory history, double horizon)
    {
        ModelParameter.RequireHorizon(horizon);
        double odds = horizon / (_parameters.Alpha + history.Age), sum = 0, weights = 0, weight = 1;
        for (var passed = 0; passed < _parameters.K; passed++)
        {
            weight *= StageRatio(history, passed);
            weights += weight;
            if (weight > 0) sum += weight * BgCnbdKernel.ExpectedPurchases(_parameters.K, passed, Shape(history) + passed, odds, _parameters.A, B(history));
        }

        return ProbabilityAlive(history) * sum / weights;
    }

    /// <inheritdoc/>
    /// <remarks>Relative error below 1e-9, or absolute below 1e-14.</remarks>
    public override double ProbabilityOfPurchases(PurchaseHistory history, int count, double horizon)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ModelParameter.RequireHorizon(horizon);
        double odds = horizon / (_parameters.Alpha + history.Age), sum = 0, weights = 0, weight = 1;
        for (var passed = 0; passed < _parameters.K; passed++)
        {
            weight *= StageRatio(history, passed);
            weights += weight;
            if (weight > 0) sum += weight * BgCnbdKernel.Probability(_parameters.K, passed, Shape(history) + passed, odds, _parameters.A, B(history), count);
        }

        var alive = ProbabilityAlive(history);
        var probability = alive * sum / weights;
        return count == 0 ? probability + (1 - alive) : probability;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Given the rate, the n-th purchase is worth (λ/(λ + d))^(nk - j), so that the sum over n is a hypergeometric function; what is left is an integral over the gamma distribution of the rate.
    /// Relative error below 1e-10.
    /// </remarks>
    public override double DiscountedExpectedTransactions(PurchaseHistory history, DiscountRate discount)
    {
        var rate = ModelParameter.RequireDiscount(discount, TimeUnit);
        double sum = 0, weights = 0, weight = 1;
        for (var passed = 0; passed < _parameters.K; passed++)
        {
            weight *= StageRatio(history, passed);
            weights += weight;
            if (weight > 0) sum += weight * BgCnbdKernel.DiscountedPurchases(_parameters.K, passed, Shape(history) + passed, _parameters.Alpha + history.Age, _parameters.A, B(history), rate);
        }

        return ProbabilityAlive(history) * sum / weights;
    }

    /// <inheritdoc/>
    /// <remarks>Where k is above 1 it reads <see cref="PurchaseHistory.SumLogIntervals"/>. Error below 1e-12 times the larger of 1 and the result.</remarks>
    public override double LogLikelihood(PurchaseHistory history) =>
        BgCnbdKernel.LogLikelihood(_parameters.K, _dropoutAtStart, _parameters.R, _parameters.Alpha, _parameters.A, _parameters.B, history);

    private double Shape(PurchaseHistory history) => _parameters.R + _parameters.K * history.Frequency;

    private double B(PurchaseHistory history) => _parameters.B + history.Frequency + (_dropoutAtStart ? 1 : 0);

    /// <summary>How much likelier it is that <paramref name="passed"/> stages of the current interval have passed than one fewer.</summary>
    private double StageRatio(PurchaseHistory history, int passed) =>
        passed == 0 ? 1 : (Shape(history) + passed - 1) / passed * ((history.Age - history.Recency) / (_parameters.Alpha + history.Age));
}

/// <summary>BG/CNBD-k: regular buyers who may leave after any repeat purchase.</summary>
/// <remarks>See <see cref="CnbdModel"/>.</remarks>
public sealed partial class BgCnbdModel : CnbdModel
{
    /// <summary>A model with known parameters.</summary>
    /// <param name="parameters">From a fit, a paper or another package.</param>
    /// <param name="timeUnit">The unit of <see cref="CnbdParameters.Alpha"/> and of all times; weeks unless given.</param>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> are <c>default</c>.</exception>
    public BgCnbdModel(CnbdParameters parameters, TimeUnit timeUnit = default)
        : base(parameters, timeUnit, dropoutAtStart: false)
    {
    }

    /// <inheritdoc/>
    public override string Name => FormattableString.Invariant($"BG/CNBD-{Parameters.K}");
}

/// <summary>MBG/CNBD-k: regular buyers who may leave after any purchase, the first one too.</summary>
/// <remarks>See <see cref="CnbdModel"/>.</remarks>
public sealed partial class MbgCnbdModel : CnbdModel
{
    /// <summary>A model with known parameters.</summary>
    /// <param name="parameters">From a fit, a paper or another package.</param>
    /// <param name="timeUnit">The unit of <see cref="CnbdParameters.Alpha"/> and of all times; weeks unless given.</param>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> are <c>default</c>.</exception>
    public MbgCnbdModel(CnbdParameters parameters, TimeUnit timeUnit = default)
        : base(parameters, timeUnit, dropoutAtStart: true)
    {
    }

    /// <inheritdoc/>
    public override string Name => FormattableString.Invariant($"MBG/CNBD-{Parameters.K}");
}

/// <summary>The parameters of <see cref="BgCnbdModel"/> and <see cref="MbgCnbdModel"/>, named as in the paper.</summary>
public readonly record struct CnbdParameters
{
    /// <summary>The largest regularity: at 100 stages an interval's standard deviation is a tenth of its mean.</summary>
    public const int LargestK = 100;

    /// <summary>Sets the parameters.</summary>
    /// <param name="k">Stages of an interval, the regularity; 1 to <see cref="LargestK"/>.</param>
    /// <param name="r">Shape of the stage rates; above 0.</param>
    /// <param name="alpha">Rate of the stage rates, in time units; above 0. The mean purchase rate of the cohort is r / alpha / k.</param>
    /// <param name="a">First parameter of the drop-out chances; above 0.</param>
    /// <param name="b">Second parameter; above 0. The mean chance to drop out after a purchase is a / (a + b).</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is outside its range.</exception>
    public CnbdParameters(int k, double r, double alpha, double a, double b)
    {
        if (k is < 1 or > LargestK) throw new ArgumentOutOfRangeException(nameof(k), k, FormattableString.Invariant($"The regularity k is a whole number from 1 to {LargestK}."));
        K = k;
        R = ModelParameter.RequirePositive(r, nameof(r));
        Alpha = ModelParameter.RequirePositive(alpha, nameof(alpha));
        A = ModelParameter.RequirePositive(a, nameof(a));
        B = ModelParameter.RequirePositive(b, nameof(b));
    }

    /// <summary>Stages of an interval: 1 is random, more is more regular.</summary>
    public int K { get; }

    /// <summary>Shape of the gamma distribution of the stage rates.</summary>
    public double R { get; }

    /// <summary>Rate of the gamma distribution of the stage rates, in time units.</summary>
    public double Alpha { get; }

    /// <summary>First parameter of the beta distribution of the drop-out chances.</summary>
    public double A { get; }

    /// <summary>Second parameter of the beta distribution of the drop-out chances.</summary>
    public double B { get; }
}
