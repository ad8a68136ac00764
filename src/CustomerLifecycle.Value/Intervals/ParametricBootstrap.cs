using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>Models refitted to cohorts that a fitted model has simulated: what the parameters could as well have been, and what customers could do.</summary>
/// <remarks>
/// Efron and Tibshirani (1993), An Introduction to the Bootstrap, 6.5. Each replication draws customers as old as the cohort's, fits them, starting from the fit, and has a generator of its own, so that the results are the same
/// for any number of threads. Immutable; safe for concurrent callers.
/// </remarks>
/// <typeparam name="TModel">The model.</typeparam>
public sealed class ParametricBootstrap<TModel>
    where TModel : class, IPurchaseModel, IPurchaseSimulator
{
    private readonly SeededRandom _random;
    private readonly TModel _fitted;

    private ParametricBootstrap(TModel fitted, IReadOnlyList<ModelFit<TModel>> fits, SeededRandom random)
    {
        _fitted = fitted;
        Fits = fits;
        _random = random;
    }

    /// <summary>The refits, in the order of their seeds.</summary>
    public IReadOnlyList<ModelFit<TModel>> Fits { get; }

    /// <summary>Simulates and refits.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="summary">The cohort that it was fitted to; only the ages are read.</param>
    /// <param name="replications">How many; 1 or more. 1000 are usual for 95 % intervals.</param>
    /// <param name="seed">Each gives other cohorts.</param>
    /// <param name="parallel">How many threads, and a token that stops them between replications; null uses one for each processor.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="replications"/> is below 1.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ParametricBootstrap<TModel> Run(ModelFit<TModel> fit, PurchaseSummary summary, int replications, long seed, ParallelOptions? parallel = null)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(replications);
        parallel ??= new ParallelOptions();
        var ages = summary.Age.ToArray();
        var random = new SeededRandom(seed);
        var fits = new ModelFit<TModel>[replications];
        Parallel.For(0, replications, parallel, replication =>
        {
            var own = random.Split(replication);
            double[] frequency = new double[ages.Length], recency = new double[ages.Length], logs = new double[ages.Length];
            for (var i = 0; i < ages.Length; i++)
            {
                var history = fit.Model.NextHistory(ages[i], own);
                (frequency[i], recency[i], logs[i]) = (history.Frequency, history.Recency, history.SumLogIntervals);
            }

            fits[replication] = fit.Refit(new PurchaseHistories(frequency, recency, ages, logs), null, parallel.CancellationToken);
        });
        return new ParametricBootstrap<TModel>(fit.Model, fits, random);
    }

    /// <summary>The purchases of a known customer in the next <paramref name="horizon"/> time units: what may happen, the parameters' uncertainty and chance together.</summary>
    /// <param name="history">The customer's past.</param>
    /// <param name="horizon">Time units ahead; 0 or more, finite.</param>
    /// <param name="confidence">Above 0, below 1; 0.95 unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public IntervalEstimate Purchases(PurchaseHistory history, double horizon, double confidence = 0.95)
    {
        ModelParameter.RequireHorizon(horizon);
        var draws = new double[Fits.Count];
        for (var i = 0; i < draws.Length; i++) draws[i] = Fits[i].Model.NextPurchases(history, horizon, _random.Split(~i));
        return Of(_fitted.ExpectedPurchases(history, horizon), draws, confidence);
    }

    /// <summary>The purchases of a whole cohort in the next <paramref name="horizon"/> time units, the parameters' uncertainty and chance together.</summary>
    /// <param name="summary">The cohort.</param>
    /// <param name="horizon">Time units ahead; 0 or more, finite.</param>
    /// <param name="confidence">Above 0, below 1; 0.95 unless given.</param>
    /// <param name="parallel">How many threads; null uses one for each processor.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public IntervalEstimate TotalPurchases(PurchaseSummary summary, double horizon, double confidence = 0.95, ParallelOptions? parallel = null)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ModelParameter.RequireHorizon(horizon);
        var draws = new double[Fits.Count];
        Parallel.For(0, draws.Length, parallel ?? new ParallelOptions(), i =>
        {
            var own = _random.Split(~i);
            for (var row = 0; row < summary.Count; row++) draws[i] += Fits[i].Model.NextPurchases(summary[row], horizon, own);
        });
        double expected = 0;
        for (var row = 0; row < summary.Count; row++) expected += _fitted.ExpectedPurchases(summary[row], horizon);
        return Of(expected, draws, confidence);
    }

    /// <summary>Expected purchases of a known customer: the parameters' uncertainty alone.</summary>
    /// <param name="history">The customer's past.</param>
    /// <param name="horizon">Time units ahead; 0 or more, finite.</param>
    /// <param name="confidence">Above 0, below 1; 0.95 unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public IntervalEstimate ExpectedPurchases(PurchaseHistory history, double horizon, double confidence = 0.95) =>
        Of(_fitted.ExpectedPurchases(history, horizon), [.. Fits.Select(fit => fit.Model.ExpectedPurchases(history, horizon))], confidence);

    private static IntervalEstimate Of(double estimate, double[] draws, double confidence)
    {
        if (!(confidence > 0 && confidence < 1)) throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "A confidence lies between 0 and 1; 95 % is 0.95.");
        Array.Sort(draws);
        return new IntervalEstimate(estimate, Quantiles.OfSorted(draws, (1 - confidence) / 2)!.Value, Quantiles.OfSorted(draws, (1 + confidence) / 2)!.Value, confidence);
    }
}
