namespace CustomerLifecycle.Value;

/// <summary>Several models fitted to one cohort, compared on what it did afterwards, with a recommendation and its reasons.</summary>
/// <remarks>
/// Compared by the squared error of each customer's expected purchases in the hold-out period, the proper score of an expectation (Gneiting and Raftery 2007), which is what lifetime value is
/// made of. Of the models that are not worse than the best by more than one standard error of the difference, the one with the fewest parameters is recommended, and of those the likeliest.
/// Without a hold-out period the Bayesian information criterion decides.
/// </remarks>
public sealed class ModelChoice
{
    private ModelChoice(IReadOnlyList<ModelCandidate> candidates, ModelCandidate recommended, IReadOnlyList<ModelLeftOut> leftOut)
    {
        Candidates = candidates;
        Recommended = recommended;
        LeftOut = leftOut;
        Reasons = [.. recommended.HoldOut is { } holdOut ? ReasonsOfForecasts(holdOut) : ReasonsOfInformation(), .. leftOut.Select(Reason)];
    }

    /// <summary>The models, the best first.</summary>
    public IReadOnlyList<ModelCandidate> Candidates { get; }

    /// <summary>The model to use. Refit it to all of the data before predicting.</summary>
    public ModelCandidate Recommended { get; }

    /// <summary>Models that turned out to be one of the candidates in other clothes.</summary>
    public IReadOnlyList<ModelLeftOut> LeftOut { get; }

    /// <summary>Why, in sentences.</summary>
    public IReadOnlyList<string> Reasons { get; }

    /// <summary>Fits the kinds of <see cref="PurchaseModelKind.All"/> and compares them.</summary>
    /// <param name="summary">The cohort; with a hold-out period, if they are to be compared on one.</param>
    /// <param name="options">Limits, progress and priors of each fit.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <exception cref="ArgumentException">The cohort has no customers.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ModelChoice Of(PurchaseSummary summary, FitOptions? options = null, CancellationToken cancellationToken = default) =>
        Of(summary, PurchaseModelKind.All, options, cancellationToken);

    /// <summary>Fits several kinds of models, the host's own among them if it likes, and compares them.</summary>
    /// <param name="summary">The cohort; with a hold-out period, if they are to be compared on one.</param>
    /// <param name="kinds">The kinds; at least one.</param>
    /// <param name="options">Limits, progress and priors of each fit. A kind of this package gets the priors of parameters that it has; any other kind gets all of them.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <exception cref="ArgumentException">The cohort has no customers, or there are no kinds.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ModelChoice Of(PurchaseSummary summary, IReadOnlyList<PurchaseModelKind> kinds, FitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(kinds);
        if (kinds.Count == 0) throw new ArgumentException("There is nothing to choose from. Give at least one kind of model, or PurchaseModelKind.All.", nameof(kinds));

        var candidates = new List<ModelCandidate>();
        var leftOut = new List<ModelLeftOut>();
        foreach (var kind in kinds)
        {
            var fit = kind.Fit(summary, kind.ParameterNames is { } names ? options?.ForNested(names) : options, cancellationToken);
            if (kind.SameAs(fit) is { } other && kinds.Contains(other)) leftOut.Add(new ModelLeftOut(kind, other));
            else candidates.Add(new ModelCandidate(kind, fit, summary));
        }

        if (summary.ValidationHorizon is null)
        {
            var likeliest = candidates.OrderBy(candidate => candidate.Fit.Bic).ToArray();
            return new ModelChoice(likeliest, likeliest[0], leftOut);
        }

        var ordered = candidates.OrderBy(candidate => candidate.HoldOut!.RootMeanSquaredError).ToArray();
        foreach (var candidate in ordered) candidate.CompareWith(ordered[0]);
        var recommended = ordered.Where(candidate => candidate.IsAsGood == true).OrderBy(candidate => candidate.Fit.Parameters.Count).ThenByDescending(candidate => candidate.Fit.LogLikelihood).First();
        return new ModelChoice(ordered, recommended, leftOut);
    }

    private IEnumerable<string> ReasonsOfForecasts(HoldOutValidation holdOut)
    {
        var best = Candidates[0];
        var equal = Candidates.Where(candidate => candidate.IsAsGood == true && candidate != best).Select(candidate => candidate.Name).ToArray();
        yield return FormattableString.Invariant($"{best.Name} foretells each customer's hold-out purchases best: a root mean squared error of {best.HoldOut!.RootMeanSquaredError:F3}.");
        if (equal.Length > 0) yield return $"{string.Join(", ", equal)} {(equal.Length == 1 ? "is" : "are")} within one standard error of it.";
        yield return equal.Length == 0
            ? $"{Recommended.Name} is recommended: no other comes within one standard error."
            : FormattableString.Invariant($"{Recommended.Name} is recommended: of these the one with the fewest parameters ({Recommended.Fit.Parameters.Count}), and then the highest likelihood ({Recommended.Fit.LogLikelihood:F1}).");
        yield return FormattableString.Invariant($"It foretold {holdOut.PredictedTotal:F0} purchases in the hold-out period; there were {holdOut.ActualTotal:F0}.");
        if (Warning is { } warning) yield return warning;
    }

    private IEnumerable<string> ReasonsOfInformation()
    {
        yield return Candidates.Count == 1
            ? $"{Recommended.Name} is the only one that was compared."
            : FormattableString.Invariant($"{Recommended.Name} has the lowest Bayesian information criterion, {Recommended.Fit.Bic:F1}; {Candidates[1].Name} follows with {Candidates[1].Fit.Bic:F1}.");
        yield return "Nothing was held out, so this compares descriptions of the past. Summarise with a validation end to compare forecasts.";
        if (Warning is { } warning) yield return warning;
    }

    private string? Warning => Recommended.Fit.Convergence is { Status: not ConvergenceStatus.Interior } convergence ? $"{Recommended.Name}: {convergence.Message}" : null;

    private static string Reason(ModelLeftOut model) => $"{model.Kind.Name} was left out: for this cohort it is {model.SameAs.Name}.";
}

/// <summary>One of the models that were compared.</summary>
public sealed class ModelCandidate
{
    private readonly double[] _squaredErrors = [];

    internal ModelCandidate(PurchaseModelKind kind, ModelFit<IPurchaseModel> fit, PurchaseSummary summary)
    {
        Kind = kind;
        Fit = fit;
        if (summary.ValidationHorizon is not { } horizon) return;

        HoldOut = HoldOutValidation.Of(fit.Model, summary);
        _squaredErrors = new double[summary.Count];
        fit.Model.ExpectedPurchases(summary.Histories, horizon, _squaredErrors);
        for (var row = 0; row < _squaredErrors.Length; row++)
        {
            var error = _squaredErrors[row] - summary.ValidationPurchases[row];
            _squaredErrors[row] = error * error;
        }
    }

    /// <summary>Its kind.</summary>
    public PurchaseModelKind Kind { get; }

    /// <summary>The model's name in the literature.</summary>
    public string Name => Fit.Model.Name;

    /// <summary>The fit to the calibration period.</summary>
    public ModelFit<IPurchaseModel> Fit { get; }

    /// <summary>Its expectations against what was held out; null where nothing was.</summary>
    public HoldOutValidation? HoldOut { get; }

    /// <summary>Whether its mean squared error is within one standard error of the best one's; null where nothing was held out.</summary>
    public bool? IsAsGood { get; private set; }

    /// <summary>The same model fitted to all of the data, starting from these parameters: what to predict with.</summary>
    /// <param name="summary">The cohort, with nothing held out.</param>
    /// <param name="options">Limits, progress and priors; its start is replaced.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <exception cref="ArgumentException">The cohort has no customers.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public ModelFit<IPurchaseModel> Refit(PurchaseSummary summary, FitOptions? options = null, CancellationToken cancellationToken = default) =>
        Fit.Refitting is null ? Kind.Fit(summary, options, cancellationToken) : Fit.Refit(summary, options, cancellationToken);

    /// <summary>Whether the mean difference of the squared errors is within one standard error of nought.</summary>
    internal void CompareWith(ModelCandidate best)
    {
        double sum = 0, squares = 0, n = _squaredErrors.Length;
        for (var i = 0; i < _squaredErrors.Length; i++)
        {
            var difference = _squaredErrors[i] - best._squaredErrors[i];
            sum += difference;
            squares += difference * difference;
        }

        double mean = sum / n, variance = Math.Max(0, squares / n - mean * mean) / n;
        IsAsGood = mean <= Math.Sqrt(variance);
    }
}

/// <summary>A model that a cohort does not tell from a simpler one.</summary>
/// <param name="Kind">The model.</param>
/// <param name="SameAs">The simpler one, which was compared.</param>
public readonly record struct ModelLeftOut(PurchaseModelKind Kind, PurchaseModelKind SameAs);
