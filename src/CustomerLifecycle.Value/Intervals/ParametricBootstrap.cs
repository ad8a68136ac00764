using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>Models refitted to cohorts that a fitted model has simulated.</summary>
/// <remarks>
/// Efron and Tibshirani (1993), An Introduction to the Bootstrap, 6.5. Each replication draws customers like the cohort's, fits them, and has a generator of its own, so that the results
/// are the same for any number of threads.
/// </remarks>
public static class ParametricBootstrap
{
    /// <summary>Simulates purchases and refits.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="summary">The cohort that it was fitted to; only the ages are read.</param>
    /// <param name="replications">How many; 1 or more. 1000 are usual for 95 % intervals.</param>
    /// <param name="seed">Each gives other cohorts.</param>
    /// <param name="parallel">How many threads, and a token that stops them; null uses one for each processor.</param>
    /// <param name="progress">Told the number of replications that are done; null when nobody listens.</param>
    /// <typeparam name="TModel">The model.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="replications"/> is below 1.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ParameterDraws<TModel> Run<TModel>(ModelFit<TModel> fit, PurchaseSummary summary, int replications, long seed, ParallelOptions? parallel = null, IProgress<int>? progress = null)
        where TModel : class, IPurchaseModel, IPurchaseSimulator
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(summary);
        return OfHistories(fit, summary.Age.ToArray(), replications, seed, parallel, progress);
    }

    /// <summary>Simulates the opportunities taken and refits.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="patterns">The cohort that it was fitted to; only the opportunities and the numbers of customers are read.</param>
    /// <param name="replications">How many; 1 or more.</param>
    /// <param name="seed">Each gives other cohorts.</param>
    /// <param name="parallel">How many threads, and a token that stops them; null uses one for each processor.</param>
    /// <param name="progress">Told the number of replications that are done; null when nobody listens.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="replications"/> is below 1.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ParameterDraws<BgBbModel> Run(ModelFit<BgBbModel> fit, IReadOnlyList<OpportunityPattern> patterns, int replications, long seed, ParallelOptions? parallel = null, IProgress<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(patterns);
        return OfHistories(fit, [.. patterns.SelectMany(pattern => Enumerable.Repeat((double)pattern.Opportunities, pattern.Customers))], replications, seed, parallel, progress);
    }

    /// <summary>Simulates who renews and refits.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="survivors">The cohort that it was fitted to; only its size and the number of renewals are read.</param>
    /// <param name="replications">How many; 1 or more.</param>
    /// <param name="seed">Each gives other cohorts.</param>
    /// <param name="parallel">How many threads, and a token that stops them; null uses one for each processor.</param>
    /// <param name="progress">Told the number of replications that are done; null when nobody listens.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="replications"/> is below 1.</exception>
    /// <exception cref="ArgumentException">There are fewer than two numbers of survivors, or the cohort is empty.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ParameterDraws<SbgModel> Run(ModelFit<SbgModel> fit, ReadOnlySpan<int> survivors, int replications, long seed, ParallelOptions? parallel = null, IProgress<int>? progress = null) =>
        OfContracts(fit, survivors, (drawn, token) => SbgModel.Fit(drawn, null, token), replications, seed, parallel, progress);

    /// <inheritdoc cref="Run(ModelFit{SbgModel}, ReadOnlySpan{int}, int, long, ParallelOptions?, IProgress{int}?)"/>
    public static ParameterDraws<BdwModel> Run(ModelFit<BdwModel> fit, ReadOnlySpan<int> survivors, int replications, long seed, ParallelOptions? parallel = null, IProgress<int>? progress = null) =>
        OfContracts(fit, survivors, (drawn, token) => BdwModel.Fit(drawn, null, token), replications, seed, parallel, progress);

    /// <summary>Simulates what customers spend and refits.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="purchases">Purchases of each customer of the cohort that it was fitted to; those without one do not enter.</param>
    /// <param name="replications">How many; 1 or more.</param>
    /// <param name="seed">Each gives other cohorts.</param>
    /// <param name="parallel">How many threads, and a token that stops them; null uses one for each processor.</param>
    /// <param name="progress">Told the number of replications that are done; null when nobody listens.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="replications"/> is below 1.</exception>
    /// <exception cref="ArgumentException">No customer has a purchase.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ParameterDraws<GammaGammaModel> Run(ModelFit<GammaGammaModel> fit, ReadOnlySpan<double> purchases, int replications, long seed, ParallelOptions? parallel = null, IProgress<int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(fit);
        var counts = purchases.ToArray();
        return Run(
            fit,
            (model, random, token) =>
            {
                var means = new double[counts.Length];
                for (var i = 0; i < means.Length; i++) means[i] = counts[i] > 0 ? model.NextMeanSpend(counts[i], random) : 0;
                return GammaGammaModel.Fit(counts, means, null, token);
            },
            replications,
            seed,
            parallel,
            progress);
    }

    /// <summary>Simulates and refits any model.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="replication">Draws a cohort like the one that was fitted, by the fitted model and with the randomness passed in, and fits it. Called by several threads.</param>
    /// <param name="replications">How many; 1 or more.</param>
    /// <param name="seed">Each gives other cohorts.</param>
    /// <param name="parallel">How many threads, and a token that stops them; null uses one for each processor.</param>
    /// <param name="progress">Told the number of replications that are done; null when nobody listens.</param>
    /// <typeparam name="TModel">The model.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="replications"/> is below 1.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ParameterDraws<TModel> Run<TModel>(
        ModelFit<TModel> fit, Func<TModel, SeededRandom, CancellationToken, ModelFit<TModel>> replication, int replications, long seed, ParallelOptions? parallel = null, IProgress<int>? progress = null)
        where TModel : class
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(replication);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(replications);
        parallel ??= new ParallelOptions();
        var random = new SeededRandom(seed);
        var models = new TModel[replications];
        var done = 0;
        Parallel.For(0, replications, parallel, i =>
        {
            models[i] = replication(fit.Model, random.Split(i), parallel.CancellationToken).Model;
            progress?.Report(Interlocked.Increment(ref done));
        });
        return new ParameterDraws<TModel>(fit.Model, models, random);
    }

    private static ParameterDraws<TModel> OfHistories<TModel>(ModelFit<TModel> fit, double[] ages, int replications, long seed, ParallelOptions? parallel, IProgress<int>? progress)
        where TModel : class, IPurchaseSimulator =>
        Run(
            fit,
            (model, random, token) =>
            {
                double[] frequency = new double[ages.Length], recency = new double[ages.Length], logs = new double[ages.Length];
                for (var i = 0; i < ages.Length; i++)
                {
                    var history = model.NextHistory(ages[i], random);
                    (frequency[i], recency[i], logs[i]) = (history.Frequency, history.Recency, history.SumLogIntervals);
                }

                return fit.Refit(new PurchaseHistories(frequency, recency, ages, logs), null, token);
            },
            replications,
            seed,
            parallel,
            progress);

    private static ParameterDraws<TModel> OfContracts<TModel>(
        ModelFit<TModel> fit, ReadOnlySpan<int> survivors, Func<int[], CancellationToken, ModelFit<TModel>> refit, int replications, long seed, ParallelOptions? parallel, IProgress<int>? progress)
        where TModel : class, IContractModel
    {
        if (survivors.Length < 2 || survivors[0] < 1) throw new ArgumentException("A cohort needs its size and at least one number of survivors.", nameof(survivors));
        int customers = survivors[0], renewals = survivors.Length - 1;
        return Run(fit, (model, random, token) => refit(model.NextSurvivors(customers, renewals, random), token), replications, seed, parallel, progress);
    }
}
