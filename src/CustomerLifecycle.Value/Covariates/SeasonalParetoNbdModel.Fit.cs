namespace CustomerLifecycle.Value;

public sealed partial class SeasonalParetoNbdModel
{
    /// <summary>Fits the model to a cohort by maximum likelihood.</summary>
    /// <param name="cohort">Every customer's purchase days.</param>
    /// <param name="path">The covariates that change with time.</param>
    /// <param name="transaction">Each customer's own covariates of purchasing, one row per customer; none where null.</param>
    /// <param name="dropout">Each customer's own covariates of drop-out, one row per customer; none where null.</param>
    /// <param name="timeUnit">The unit of the parameters; weeks unless given.</param>
    /// <param name="options">Limits, progress and priors.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The fitted model, never below Pareto/NBD without covariates. Look at <see cref="ModelFit{TModel}.Convergence"/> first.</returns>
    /// <exception cref="ArgumentException">There are no customers, not one row of covariates for each, or the time-varying covariates begin after a purchase.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <remarks>Newton's method with differenced derivatives, from the Pareto/NBD optimum. The customers are summed on all processors, in their order, so that the result does not depend on how many there are.</remarks>
    public static ModelFit<SeasonalParetoNbdModel> Fit(
        IReadOnlyList<DatedHistory> cohort,
        TimeVaryingCovariates path,
        CovariateColumns? transaction = null,
        CovariateColumns? dropout = null,
        TimeUnit timeUnit = default,
        FitOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cohort);
        ArgumentNullException.ThrowIfNull(path);
        transaction ??= CovariateColumns.None;
        dropout ??= CovariateColumns.None;
        transaction.RequireRows(cohort.Count, nameof(transaction));
        dropout.RequireRows(cohort.Count, nameof(dropout));

        double Units(LocalDate from, LocalDate until) => Period.DaysBetween(from, until) / timeUnit.Days;
        double[] frequency = [.. cohort.Select(history => (double)history.Repeats.Count)];
        double[] recency = [.. cohort.Select(history => history.Repeats.Count == 0 ? 0 : Units(history.First, history.Repeats[history.Repeats.Count - 1]))];
        double[] age = [.. cohort.Select(history => Units(history.First, history.Until))];
        var plain = ParetoNbdModel.Fit(new PurchaseHistories(frequency, recency, age), timeUnit, options?.ForNested(ParetoNbdLikelihood.ParameterNames), cancellationToken);

        var likelihood = new SeasonalLikelihood(cohort, path, transaction, dropout, timeUnit);
        double[] start = [.. plain.Parameters.Select(parameter => parameter.Value), .. new double[likelihood.Names.Count - plain.Parameters.Count]];
        return MaximumLikelihood.Fit(likelihood, [start], likelihood.Model, options, cancellationToken);
    }
}
