namespace CustomerLifecycle.Value;

public sealed partial class ParetoNbdModel
{
    /// <summary>Fits the model to a cohort by maximum likelihood.</summary>
    /// <param name="summary">The cohort; its time unit becomes the model's.</param>
    /// <param name="options">Limits and progress.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The fitted model. Look at <see cref="ModelFit{TModel}.Convergence"/> first.</returns>
    /// <exception cref="ArgumentException">The cohort has no customers.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <remarks>Newton's method over the logarithms of the parameters, with exact first and second derivatives over the distinct rows. Deterministic.</remarks>
    public static ModelFit<ParetoNbdModel> Fit(PurchaseSummary summary, FitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return Fit(summary.Histories, summary.TimeUnit, options, cancellationToken);
    }

    /// <summary>Fits the model to columns by maximum likelihood.</summary>
    /// <param name="histories">The cohort.</param>
    /// <param name="timeUnit">The unit of the cohort's times.</param>
    /// <param name="options">Limits and progress.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The fitted model. Look at <see cref="ModelFit{TModel}.Convergence"/> first.</returns>
    /// <exception cref="ArgumentException">The cohort has no customers, or a row cannot describe one.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ModelFit<ParetoNbdModel> Fit(PurchaseHistories histories, TimeUnit timeUnit = default, FitOptions? options = null, CancellationToken cancellationToken = default) =>
        Fit(new DistinctHistories(histories), timeUnit, options, cancellationToken);

    internal static ModelFit<ParetoNbdModel> Fit(DistinctHistories rows, TimeUnit timeUnit, FitOptions? options, CancellationToken cancellationToken)
    {
        var fit = MaximumLikelihood.Fit(
            new ParetoNbdLikelihood(rows), ParetoNbdLikelihood.Starts(rows), fitted => new ParetoNbdModel(new ParetoNbdParameters(fitted[0], fitted[1], fitted[2], fitted[3]), timeUnit), options, cancellationToken);
        fit.Refitting = (cohort, refit, token) => Fit(cohort, timeUnit, refit, token);
        return fit;
    }

    /// <summary>Fits the model with covariates to a cohort, and without them for comparison.</summary>
    /// <param name="histories">The cohort.</param>
    /// <param name="design">Its covariates, one row per customer.</param>
    /// <param name="timeUnit">The unit of the cohort's times.</param>
    /// <param name="options">Limits, progress and priors.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>Both fits and the likelihood-ratio test between them.</returns>
    /// <exception cref="ArgumentException">The cohort has no customers, a row cannot describe one, or there are no covariates or not one row of them for each customer.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static CovariateFit<ParetoNbdModel> Fit(PurchaseHistories histories, CovariateDesign design, TimeUnit timeUnit = default, FitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(design);
        return design.Fit(
            histories,
            rows => new ParetoNbdLikelihood(rows),
            [0, -1, 0, 0],
            [0, 0, 0, -1],
            Fit(histories, timeUnit, options?.ForNested(ParetoNbdLikelihood.ParameterNames), cancellationToken),
            (fitted, purchasing, leaving) => new ParetoNbdModel(new ParetoNbdParameters(fitted[0], fitted[1] / purchasing, fitted[2], fitted[3] / leaving), timeUnit),
            options,
            cancellationToken);
    }

    /// <summary>This model as the baseline of one with covariates of known effects.</summary>
    /// <param name="transaction">The effects on purchasing: they divide <see cref="ParetoNbdParameters.Alpha"/>.</param>
    /// <param name="dropout">The effects on drop-out: they divide <see cref="ParetoNbdParameters.Beta"/>.</param>
    public CovariateModel<ParetoNbdModel> WithCovariates(CovariateEffects transaction, CovariateEffects dropout)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(dropout);
        return new CovariateModel<ParetoNbdModel>(this, transaction, dropout, (purchasing, leaving) => new ParetoNbdModel(new ParetoNbdParameters(_parameters.R, _parameters.Alpha / purchasing, _parameters.S, _parameters.Beta / leaving), TimeUnit));
    }
}
