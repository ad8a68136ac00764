namespace CustomerLifecycle.Value;

/// <summary>Several models fitted to one cohort, compared on what it did afterwards, with a recommendation and its reasons.</summary>
/// <remarks>
/// Compared by the squared error of each customer's expected purchases in the hold-out period, the proper score of an expectation (Gneiting and Raftery 2007), which is what lifetime value is
/// made of. Of the models that are not worse than the best by more than one standard error of the difference, the one with the fewest parameters is recommended, and of those the likeliest.
/// Without a hold-out period the Bayesian information criterion decides.
/// </remarks>
public sealed class ModelChoice
{
    private ModelChoice(IReadOnlyList<ModelCandidate> candidates, ModelCandidate recommended, IReadOnlyList<string> reasons)
    {
        Candidates = candidates;
        Recommended = recommended;
        Reasons = reasons;
    }

    /// <summary>The models, the best first.</summary>
    public IReadOnlyList<ModelCandidate> Candidates { get; }

    /// <summary>The model to use. Refit it to all of the data before predicting.</summary>
    public ModelCandidate Recommended { get; }

    /// <summary>Why, in sentences.</summary>
    public IReadOnlyList<string> Reasons { get; }

    /// <summary>Fits NBD, BG/NBD, MBG/NBD, Pareto/NBD, BG/CNBD-k, MBG/CNBD-k and GGompertz/NBD, and compares them.</summary>
    /// <param name="summary">The cohort; with a hold-out period, if it is to be compared on one.</param>
    /// <param name="options">Limits, progress and priors of each fit.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <exception cref="ArgumentException">The cohort has no customers.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ModelChoice Of(PurchaseSummary summary, FitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(summary);
        FitOptions For(IReadOnlyList<string> names) => (options ?? new FitOptions()).ForNested(names);
        var held = new HeldOut(summary);
        List<ModelCandidate> candidates =
        [
            held.Candidate(NbdModel.Fit(summary, For(NbdLikelihood.ParameterNames), cancellationToken)),
            held.Candidate(BgNbdModel.Fit(summary, For(BetaGeometricLikelihood.ParameterNames), cancellationToken)),
            held.Candidate(MbgNbdModel.Fit(summary, For(BetaGeometricLikelihood.ParameterNames), cancellationToken)),
            held.Candidate(ParetoNbdModel.Fit(summary, For(ParetoNbdLikelihood.ParameterNames), cancellationToken)),
        ];
        var regular = BgCnbdModel.Fit(summary, For(BetaGeometricLikelihood.ParameterNames), cancellationToken);
        if (regular.Model.Parameters.K > 1) candidates.Add(held.Candidate(regular));
        var modified = MbgCnbdModel.Fit(summary, For(BetaGeometricLikelihood.ParameterNames), cancellationToken);
        if (modified.Model.Parameters.K > 1) candidates.Add(held.Candidate(modified));
        var growing = GGompertzNbdModel.Fit(summary, For(GGompertzNbdLikelihood.ParameterNames), cancellationToken);
        if (!growing.Convergence.IsBoundary) candidates.Add(held.Candidate(growing));

        var nested = new List<string>();
        if (regular.Model.Parameters.K == 1) nested.Add("BG/CNBD-k chooses k = 1: it is BG/NBD.");
        if (modified.Model.Parameters.K == 1) nested.Add("MBG/CNBD-k chooses k = 1: it is MBG/NBD.");
        if (growing.Convergence.IsBoundary) nested.Add($"GGompertz/NBD was left out. {growing.Convergence.Message}");
        return held.IsEmpty ? ByInformation(candidates, nested) : held.Choose(candidates, nested);
    }

    private static ModelChoice ByInformation(List<ModelCandidate> candidates, List<string> nested)
    {
        var ordered = candidates.OrderBy(candidate => candidate.Bic).ToArray();
        ModelCandidate best = ordered[0], next = ordered[1];
        return new ModelChoice(
            ordered,
            best,
            [
                FormattableString.Invariant($"{best.Name} has the lowest Bayesian information criterion, {best.Bic:F1}; {next.Name} follows with {next.Bic:F1}."),
                "Nothing was held out, so this compares descriptions of the past. Summarise with a validation end to compare forecasts.",
                .. Warnings(best),
                .. nested,
            ]);
    }

    private static IEnumerable<string> Warnings(ModelCandidate best)
    {
        if (best.Convergence.Status != ConvergenceStatus.Interior) yield return $"{best.Name}: {best.Convergence.Message}";
    }

    /// <summary>What the customers did in the hold-out period.</summary>
    private sealed class HeldOut(PurchaseSummary summary)
    {
        private readonly Dictionary<IPurchaseModel, double[]> _squaredErrors = [];

        public bool IsEmpty => summary.ValidationHorizon is null;

        public ModelCandidate Candidate<TModel>(ModelFit<TModel> fit)
            where TModel : class, IPurchaseModel
        {
            if (summary.ValidationHorizon is not { } horizon) return new ModelCandidate(fit.Model, fit.Parameters, fit.LogLikelihood, fit.Aic, fit.Bic, fit.Convergence, null, Refit);

            var errors = new double[summary.Count];
            fit.Model.ExpectedPurchases(summary.Histories, horizon, errors);
            for (var row = 0; row < errors.Length; row++) errors[row] = (errors[row] - summary.ValidationPurchases[row]) * (errors[row] - summary.ValidationPurchases[row]);
            _squaredErrors.Add(fit.Model, errors);
            return new ModelCandidate(fit.Model, fit.Parameters, fit.LogLikelihood, fit.Aic, fit.Bic, fit.Convergence, HoldOutValidation.Of(fit.Model, summary), Refit);

            IPurchaseModel Refit(PurchaseSummary cohort, CancellationToken token) => fit.Refit(cohort, null, token).Model;
        }

        public ModelChoice Choose(List<ModelCandidate> candidates, List<string> nested)
        {
            var ordered = candidates.OrderBy(candidate => candidate.HoldOut!.RootMeanSquaredError).ToArray();
            var best = ordered[0];
            var equal = ordered.Where(candidate => IsAsGood(candidate, best)).ToArray();
            var recommended = equal.OrderBy(candidate => candidate.Parameters.Count).ThenByDescending(candidate => candidate.LogLikelihood).First();
            var validation = recommended.HoldOut!;
            List<string> reasons = [FormattableString.Invariant($"{best.Name} foretells each customer's hold-out purchases best: a root mean squared error of {best.HoldOut!.RootMeanSquaredError:F3}.")];
            if (equal.Length > 1)
                reasons.Add($"{string.Join(", ", equal.Where(candidate => candidate != best).Select(candidate => candidate.Name))} {(equal.Length == 2 ? "is" : "are")} within one standard error of it.");
            reasons.Add(equal.Length == 1
                ? $"{recommended.Name} is recommended: no other comes within one standard error."
                : FormattableString.Invariant($"{recommended.Name} is recommended: of these the one with the fewest parameters ({recommended.Parameters.Count}), and then the highest likelihood ({recommended.LogLikelihood:F1})."));
            reasons.Add(FormattableString.Invariant($"It foretold {validation.PredictedTotal:F0} purchases in the hold-out period; there were {validation.ActualTotal:F0}."));
            reasons.AddRange(Warnings(recommended));
            reasons.AddRange(nested);
            return new ModelChoice(ordered, recommended, reasons);
        }

        /// <summary>Whether the mean difference of the squared errors is within one standard error of nought.</summary>
        private bool IsAsGood(ModelCandidate candidate, ModelCandidate best)
        {
            double[] errors = _squaredErrors[candidate.Model], bestErrors = _squaredErrors[best.Model];
            double sum = 0, squares = 0, n = summary.Count;
            for (var i = 0; i < errors.Length; i++)
            {
                var difference = errors[i] - bestErrors[i];
                sum += difference;
                squares += difference * difference;
            }

            double mean = sum / n, variance = Math.Max(0, squares / n - mean * mean) / n;
            return mean <= Math.Sqrt(variance);
        }
    }
}

/// <summary>One of the models that were compared.</summary>
public sealed class ModelCandidate
{
    private readonly Func<PurchaseSummary, CancellationToken, IPurchaseModel> _refit;

    internal ModelCandidate(
        IPurchaseModel model, IReadOnlyList<ParameterEstimate> parameters, double logLikelihood, double aic, double bic, Convergence convergence, HoldOutValidation? holdOut,
        Func<PurchaseSummary, CancellationToken, IPurchaseModel> refit)
    {
        Model = model;
        Parameters = parameters;
        LogLikelihood = logLikelihood;
        Aic = aic;
        Bic = bic;
        Convergence = convergence;
        HoldOut = holdOut;
        _refit = refit;
    }

    /// <summary>The model's name in the literature.</summary>
    public string Name => Model.Name;

    /// <summary>The model, fitted to the calibration period.</summary>
    public IPurchaseModel Model { get; }

    /// <summary>Its parameters with their standard errors.</summary>
    public IReadOnlyList<ParameterEstimate> Parameters { get; }

    /// <summary>The maximised log-likelihood of the calibration period.</summary>
    public double LogLikelihood { get; }

    /// <summary>Akaike's information criterion.</summary>
    public double Aic { get; }

    /// <summary>Schwarz' Bayesian information criterion.</summary>
    public double Bic { get; }

    /// <summary>How its fit ended.</summary>
    public Convergence Convergence { get; }

    /// <summary>Its expectations against what was held out; null where nothing was.</summary>
    public HoldOutValidation? HoldOut { get; }

    /// <summary>The same model fitted to all of the data, starting from these parameters: what to predict with.</summary>
    /// <param name="summary">The cohort, with nothing held out.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <exception cref="ArgumentException">The cohort has no customers.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public IPurchaseModel Refit(PurchaseSummary summary, CancellationToken cancellationToken = default) => _refit(summary, cancellationToken);
}
