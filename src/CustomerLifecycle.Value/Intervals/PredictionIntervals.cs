namespace CustomerLifecycle.Value;

/// <summary>What customers and cohorts may do, with the interval in which it will lie.</summary>
public static class PredictionIntervals
{
    /// <summary>The purchases of a known customer in the next <paramref name="horizon"/> time units.</summary>
    /// <param name="draws">What the parameters could be.</param>
    /// <param name="history">The customer's past.</param>
    /// <param name="horizon">Time units ahead, opportunities for BG/BB; 0 or more, finite.</param>
    /// <param name="confidence">Above 0, below 1; 0.95 unless given.</param>
    /// <typeparam name="TModel">The model.</typeparam>
    /// <returns>Whole purchases at the ends.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static IntervalEstimate Purchases<TModel>(this ParameterDraws<TModel> draws, PurchaseHistory history, double horizon, double confidence = 0.95)
        where TModel : class, IPurchaseModel, IPurchaseSimulator
    {
        ArgumentNullException.ThrowIfNull(draws);
        return draws.Of(model => model.ExpectedPurchases(history, horizon), (model, random) => model.NextPurchases(history, horizon, random), confidence).Whole();
    }

    /// <summary>Expected purchases of a known customer: the parameters' uncertainty alone.</summary>
    /// <param name="draws">What the parameters could be.</param>
    /// <param name="history">The customer's past.</param>
    /// <param name="horizon">Time units ahead, opportunities for BG/BB; 0 or more, finite.</param>
    /// <param name="confidence">Above 0, below 1; 0.95 unless given.</param>
    /// <typeparam name="TModel">The model.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static IntervalEstimate ExpectedPurchases<TModel>(this ParameterDraws<TModel> draws, PurchaseHistory history, double horizon, double confidence = 0.95)
        where TModel : class, IPurchaseModel
    {
        ArgumentNullException.ThrowIfNull(draws);
        return draws.Of(model => model.ExpectedPurchases(history, horizon), confidence);
    }

    /// <summary>The purchases of a whole cohort in the next <paramref name="horizon"/> time units.</summary>
    /// <param name="draws">What the parameters could be.</param>
    /// <param name="summary">The cohort.</param>
    /// <param name="horizon">Time units ahead; 0 or more, finite.</param>
    /// <param name="confidence">Above 0, below 1; 0.95 unless given.</param>
    /// <param name="parallel">How many threads, and a token that stops them between draws; null uses one for each processor.</param>
    /// <typeparam name="TModel">The model.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IntervalEstimate TotalPurchases<TModel>(this ParameterDraws<TModel> draws, PurchaseSummary summary, double horizon, double confidence = 0.95, ParallelOptions? parallel = null)
        where TModel : class, IPurchaseModel, IPurchaseSimulator
    {
        ArgumentNullException.ThrowIfNull(draws);
        ArgumentNullException.ThrowIfNull(summary);
        return Total(draws, Enumerable.Range(0, summary.Count).Select(row => (summary[row], 1)), horizon, confidence, parallel);
    }

    /// <summary>The purchases of a whole cohort at the next opportunities.</summary>
    /// <param name="draws">What the parameters could be.</param>
    /// <param name="patterns">The cohort.</param>
    /// <param name="horizon">Opportunities ahead; 0 or more.</param>
    /// <param name="confidence">Above 0, below 1; 0.95 unless given.</param>
    /// <param name="parallel">How many threads, and a token that stops them between draws; null uses one for each processor.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static IntervalEstimate TotalPurchases(this ParameterDraws<BgBbModel> draws, IReadOnlyList<OpportunityPattern> patterns, int horizon, double confidence = 0.95, ParallelOptions? parallel = null)
    {
        ArgumentNullException.ThrowIfNull(draws);
        ArgumentNullException.ThrowIfNull(patterns);
        return Total(draws, patterns.Select(pattern => (pattern.History, pattern.Customers)), horizon, confidence, parallel);
    }

    /// <summary>How many of the next renewals a customer under contract makes.</summary>
    /// <param name="draws">What the parameters could be.</param>
    /// <param name="made">Renewals made so far; 0 or more.</param>
    /// <param name="next">How many renewals ahead to look; 1 or more.</param>
    /// <param name="confidence">Above 0, below 1; 0.95 unless given.</param>
    /// <typeparam name="TModel">The model.</typeparam>
    /// <returns>0 to <paramref name="next"/>, whole at the ends.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static IntervalEstimate Renewals<TModel>(this ParameterDraws<TModel> draws, int made, int next, double confidence = 0.95)
        where TModel : class, IContractModel
    {
        ArgumentNullException.ThrowIfNull(draws);
        ArgumentOutOfRangeException.ThrowIfNegative(made);
        ArgumentOutOfRangeException.ThrowIfLessThan(next, 1);
        return draws.Of(
            model => Enumerable.Range(1, next).Sum(renewal => model.Survival(made + renewal)) / model.Survival(made),
            (model, random) =>
            {
                var renewed = 0;
                while (renewed < next && random.NextDouble() < model.Retention(made + renewed + 1)) renewed++;
                return renewed;
            },
            confidence).Whole();
    }

    /// <summary>How many of a cohort under contract will still be after some renewals more.</summary>
    /// <param name="draws">What the parameters could be.</param>
    /// <param name="customers">Customers under contract now; 0 or more.</param>
    /// <param name="made">Renewals that they have made; 0 or more.</param>
    /// <param name="next">How many renewals ahead to look; 1 or more.</param>
    /// <param name="confidence">Above 0, below 1; 0.95 unless given.</param>
    /// <typeparam name="TModel">The model.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static IntervalEstimate Survivors<TModel>(this ParameterDraws<TModel> draws, int customers, int made, int next, double confidence = 0.95)
        where TModel : class, IContractModel
    {
        ArgumentNullException.ThrowIfNull(draws);
        ArgumentOutOfRangeException.ThrowIfNegative(customers);
        ArgumentOutOfRangeException.ThrowIfNegative(made);
        ArgumentOutOfRangeException.ThrowIfLessThan(next, 1);
        return draws.Of(model => customers * Share(model), (model, random) => random.NextBinomial(customers, Share(model)), confidence).Whole();

        double Share(TModel model) => Math.Min(1, model.Survival(made + next) / model.Survival(made));
    }

    private static IntervalEstimate Total<TModel>(ParameterDraws<TModel> draws, IEnumerable<(PurchaseHistory History, int Customers)> cohort, double horizon, double confidence, ParallelOptions? parallel)
        where TModel : class, IPurchaseModel, IPurchaseSimulator
    {
        var customers = cohort.ToArray();
        return draws.Of(
            model =>
            {
                double total = 0;
                foreach (var (history, count) in customers) total += count * model.ExpectedPurchases(history, horizon);
                return total;
            },
            (model, random) =>
            {
                double total = 0;
                foreach (var (history, count) in customers)
                    for (var i = 0; i < count; i++) total += model.NextPurchases(history, horizon, random);
                return total;
            },
            confidence,
            parallel).Whole();
    }

    /// <summary>Counts lie between whole numbers: the interval with the ends that a count can take.</summary>
    private static IntervalEstimate Whole(this IntervalEstimate interval) => interval with { Lower = Math.Floor(interval.Lower), Upper = Math.Ceiling(interval.Upper) };
}
