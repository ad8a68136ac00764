namespace CustomerLifecycle.Value;

public sealed partial class GGompertzNbdModel
{
    /// <summary>A gain in log-likelihood over Pareto/NBD that more than rounding makes.</summary>
    private const double WorthIt = 1e-3;

    /// <summary>Fits the model to a cohort by maximum likelihood.</summary>
    /// <param name="summary">The cohort; its time unit becomes the model's.</param>
    /// <param name="options">Limits and progress.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The fitted model. Look at <see cref="ModelFit{TModel}.Convergence"/> first.</returns>
    /// <exception cref="ArgumentException">The cohort has no customers.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <remarks>
    /// Newton's method with exact derivatives, first from the Pareto/NBD optimum, which this model contains in the limit of a constant hazard, so that it never ends below it; then from
    /// hazards that grow. Where the limit is the optimum, the report says so.
    /// </remarks>
    public static ModelFit<GGompertzNbdModel> Fit(PurchaseSummary summary, FitOptions? options = null, CancellationToken cancellationToken = default)
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
    public static ModelFit<GGompertzNbdModel> Fit(PurchaseHistories histories, TimeUnit timeUnit = default, FitOptions? options = null, CancellationToken cancellationToken = default)
    {
        var rows = new DistinctHistories(histories);
        var pareto = ParetoNbdModel.Fit(rows, timeUnit, options?.ForNested(ParetoNbdLikelihood.ParameterNames), cancellationToken);
        var likelihood = new GGompertzNbdLikelihood(rows);
        ModelFit<GGompertzNbdModel>? edge = null;
        foreach (var start in likelihood.Starts(pareto.Model.Parameters))
        {
            var fit = Climb(likelihood, start, timeUnit, options, cancellationToken);
            if (fit is { Convergence.Status: not ConvergenceStatus.Boundary } && fit.LogLikelihood >= pareto.LogLikelihood) return Refittable(fit, timeUnit);
            if (fit is not null && fit.LogLikelihood > (edge?.LogLikelihood ?? pareto.LogLikelihood + WorthIt)) edge = fit;
        }

        return Refittable(edge ?? likelihood.Limit(pareto, timeUnit), timeUnit);
    }

    private static ModelFit<GGompertzNbdModel> Refittable(ModelFit<GGompertzNbdModel> fit, TimeUnit timeUnit)
    {
        fit.Refitting = (cohort, refit, token) => Fit(cohort, timeUnit, refit, token);
        return fit;
    }

    /// <summary>Climbs by stages, and gives up once the hazard has all but stopped growing: what is left of the way is flat, and its end is known.</summary>
    private static ModelFit<GGompertzNbdModel>? Climb(GGompertzNbdLikelihood likelihood, double[] start, TimeUnit timeUnit, FitOptions? options, CancellationToken cancellationToken)
    {
        const int StepsOfStage = 6;
        var steps = options?.MaximumIterations ?? FitOptions.DefaultMaximumIterations;
        IReadOnlyList<ParameterEstimate> reached = [];
        while (true)
        {
            var stage = MaximumLikelihood.Fit(
                likelihood,
                [start],
                fitted => new GGompertzNbdModel(new GGompertzNbdParameters(fitted[0], fitted[1], fitted[2], fitted[3], fitted[4]), timeUnit),
                new FitOptions(Math.Min(steps, StepsOfStage), options?.Progress, reached, options?.Priors),
                cancellationToken);
            steps -= stage.Convergence.Iterations;
            reached = stage.Parameters;
            if (likelihood.HardlyGrows(stage.Model.Parameters)) return null;
            if (stage.Convergence.Status != ConvergenceStatus.IterationLimit || steps <= 0) return stage;
        }
    }

    /// <summary>This model as the baseline of one with covariates of known effects.</summary>
    /// <param name="transaction">The effects on purchasing: they divide <see cref="GGompertzNbdParameters.Alpha"/>.</param>
    /// <param name="dropout">The effects on drop-out: they divide <see cref="GGompertzNbdParameters.Beta"/>.</param>
    public CovariateModel<GGompertzNbdModel> WithCovariates(CovariateEffects transaction, CovariateEffects dropout)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(dropout);
        return new CovariateModel<GGompertzNbdModel>(this, transaction, dropout, (purchasing, leaving) => new GGompertzNbdModel(new GGompertzNbdParameters(_parameters.R, _parameters.Alpha / purchasing, _parameters.B, _parameters.S, _parameters.Beta / leaving), TimeUnit));
    }
}
