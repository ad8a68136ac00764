namespace CustomerLifecycle.Value;

public sealed partial class MbgNbdModel
{
    /// <summary>Fits the model to a cohort by maximum likelihood.</summary>
    /// <param name="summary">The cohort; its time unit becomes the model's.</param>
    /// <param name="options">Limits and progress.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The fitted model. Look at <see cref="ModelFit{TModel}.Convergence"/> first.</returns>
    /// <exception cref="ArgumentException">The cohort has no customers.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <remarks>Newton's method over the logarithms of the parameters, with exact first and second derivatives over the distinct rows. Deterministic.</remarks>
    public static ModelFit<MbgNbdModel> Fit(PurchaseSummary summary, FitOptions? options = null, CancellationToken cancellationToken = default)
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
    public static ModelFit<MbgNbdModel> Fit(PurchaseHistories histories, TimeUnit timeUnit = default, FitOptions? options = null, CancellationToken cancellationToken = default)
    {
        var rows = new DistinctHistories(histories);
        var fit = MaximumLikelihood.Fit(
            new BetaGeometricLikelihood(rows, firstDropout: 1), BetaGeometricLikelihood.Starts(rows), fitted => new MbgNbdModel(new MbgNbdParameters(fitted[0], fitted[1], fitted[2], fitted[3]), timeUnit), options, cancellationToken);
        fit.Refitting = (cohort, refit, token) => Fit(cohort, timeUnit, refit, token);
        return fit;
    }
}
