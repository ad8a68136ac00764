namespace CustomerLifecycle.Value;

public sealed partial class CorrelatedParetoNbdModel
{
    /// <summary>Fits the model to a cohort by maximum likelihood.</summary>
    /// <param name="summary">The cohort; its time unit becomes the model's.</param>
    /// <param name="options">Limits, progress and priors of r, alpha, s and beta.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The fitted model. Look at <see cref="ModelFit{TModel}.Convergence"/> first: m often ends on its bound, and the report says so.</returns>
    /// <exception cref="ArgumentException">The cohort has no customers.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <remarks>Newton's method from the Pareto/NBD optimum, which it never ends below, over m's place between its bounds; the bounds' edges are first rounded and then sharpened.</remarks>
    public static ModelFit<CorrelatedParetoNbdModel> Fit(PurchaseSummary summary, FitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return Fit(summary.Histories, summary.TimeUnit, options, cancellationToken);
    }

    /// <summary>Fits the model to columns by maximum likelihood.</summary>
    /// <param name="histories">The cohort.</param>
    /// <param name="timeUnit">The unit of the cohort's times.</param>
    /// <param name="options">Limits, progress and priors of r, alpha, s and beta.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The fitted model. Look at <see cref="ModelFit{TModel}.Convergence"/> first.</returns>
    /// <exception cref="ArgumentException">The cohort has no customers, or a row cannot describe one.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ModelFit<CorrelatedParetoNbdModel> Fit(PurchaseHistories histories, TimeUnit timeUnit = default, FitOptions? options = null, CancellationToken cancellationToken = default)
    {
        var rows = new DistinctHistories(histories);
        var independent = ParetoNbdModel.Fit(rows, timeUnit, options?.ForNested(ParetoNbdLikelihood.ParameterNames), cancellationToken);
        var start = CorrelatedParetoNbdLikelihood.Start(independent.Model.Parameters);
        IReadOnlyList<ParameterEstimate> reached = [];
        ModelFit<CorrelatedParetoNbdModel>? fit = null;
        foreach (var sharpness in CorrelatedParetoNbdLikelihood.Sharpnesses)
        {
            var likelihood = new CorrelatedParetoNbdLikelihood(rows, sharpness);
            fit = MaximumLikelihood.Fit(
                likelihood,
                [start],
                fitted => new CorrelatedParetoNbdModel(likelihood.Parameters(fitted), timeUnit),
                new FitOptions(options?.MaximumIterations ?? FitOptions.DefaultMaximumIterations, options?.Progress, reached, options?.Priors),
                cancellationToken);
            reached = fit.Parameters;
        }

        var result = CorrelatedParetoNbdLikelihood.OnTheScaleOfM(fit!, timeUnit);
        result.Refitting = (cohort, refit, token) => Fit(cohort, timeUnit, refit, token);
        return result;
    }
}
