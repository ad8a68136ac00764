namespace CustomerLifecycle.Value;

public sealed partial class BgCnbdModel
{
    /// <summary>Fits the model to a cohort by maximum likelihood, and with it the regularity k: 1, 2, 3 and on until the likelihood falls.</summary>
    /// <param name="summary">The cohort; its time unit becomes the model's.</param>
    /// <param name="options">Limits and progress.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The fitted model. Look at <see cref="ModelFit{TModel}.Convergence"/> first; k is not counted in the information criteria.</returns>
    /// <exception cref="ArgumentException">The cohort has no customers.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ModelFit<BgCnbdModel> Fit(PurchaseSummary summary, FitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return Fit(summary.Histories, null, summary.TimeUnit, options, cancellationToken);
    }

    /// <summary>Fits the model to columns by maximum likelihood.</summary>
    /// <param name="histories">The cohort, with the sums of the logarithms of the times between purchases.</param>
    /// <param name="k">The regularity, 1 to <see cref="CnbdParameters.LargestK"/>; null chooses it: 1, 2, 3 and on until the likelihood falls.</param>
    /// <param name="timeUnit">The unit of the cohort's times.</param>
    /// <param name="options">Limits and progress.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The fitted model. Look at <see cref="ModelFit{TModel}.Convergence"/> first; k is not counted in the information criteria.</returns>
    /// <exception cref="ArgumentException">The cohort has no customers, a row cannot describe one, or the sums of the logarithms are missing.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is outside its range.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ModelFit<BgCnbdModel> Fit(PurchaseHistories histories, int? k = null, TimeUnit timeUnit = default, FitOptions? options = null, CancellationToken cancellationToken = default)
    {
        var fit = CnbdLikelihood.Fit(histories, k, dropoutAtStart: false, parameters => new BgCnbdModel(parameters, timeUnit), options, cancellationToken);
        var regularity = fit.Model.Parameters.K;
        fit.Refitting = (cohort, refit, token) => Fit(cohort, regularity, timeUnit, refit, token);
        return fit;
    }
}
