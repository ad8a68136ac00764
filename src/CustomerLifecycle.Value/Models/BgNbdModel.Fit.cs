namespace CustomerLifecycle.Value;

public sealed partial class BgNbdModel
{
    /// <summary>Fits the model to a cohort by maximum likelihood.</summary>
    /// <param name="summary">The cohort; its time unit becomes the model's.</param>
    /// <param name="options">Limits and progress.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The fitted model. Look at <see cref="ModelFit{TModel}.Convergence"/> first.</returns>
    /// <exception cref="ArgumentException">The cohort has no customers.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <remarks>
    /// Newton's method over the logarithms of the parameters, with exact first and second derivatives over the distinct rows. Deterministic. Standard errors are those
    /// of the inverse observed information on the natural scale.
    /// </remarks>
    public static ModelFit<BgNbdModel> Fit(PurchaseSummary summary, FitOptions? options = null, CancellationToken cancellationToken = default)
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
    public static ModelFit<BgNbdModel> Fit(PurchaseHistories histories, TimeUnit timeUnit = default, FitOptions? options = null, CancellationToken cancellationToken = default)
    {
        var rows = new DistinctHistories(histories);
        var fit = MaximumLikelihood.Fit(
            new BetaGeometricLikelihood(rows, firstDropout: 0), BetaGeometricLikelihood.Starts(rows), fitted => new BgNbdModel(new BgNbdParameters(fitted[0], fitted[1], fitted[2], fitted[3]), timeUnit), options, cancellationToken);
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
    public static CovariateFit<BgNbdModel> Fit(PurchaseHistories histories, CovariateDesign design, TimeUnit timeUnit = default, FitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(design);
        return design.Fit(
            histories,
            rows => new BetaGeometricLikelihood(rows, firstDropout: 0),
            [0, -1, 0, 0],
            [0, 0, 1, 1],
            Fit(histories, timeUnit, options?.ForNested(BetaGeometricLikelihood.ParameterNames), cancellationToken),
            (fitted, purchasing, leaving) => new BgNbdModel(new BgNbdParameters(fitted[0], fitted[1] / purchasing, fitted[2] * leaving, fitted[3] * leaving), timeUnit),
            options,
            cancellationToken);
    }

    /// <summary>This model as the baseline of one with covariates of known effects.</summary>
    /// <param name="transaction">The effects on purchasing: they divide <see cref="BgNbdParameters.Alpha"/>.</param>
    /// <param name="dropout">The effects on drop-out: they multiply <see cref="BgNbdParameters.A"/> and <see cref="BgNbdParameters.B"/>.</param>
    public CovariateModel<BgNbdModel> WithCovariates(CovariateEffects transaction, CovariateEffects dropout)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(dropout);
        return new CovariateModel<BgNbdModel>(this, transaction, dropout, (purchasing, leaving) => new BgNbdModel(new BgNbdParameters(Parameters.R, Parameters.Alpha / purchasing, Parameters.A * leaving, Parameters.B * leaving), TimeUnit));
    }
}
