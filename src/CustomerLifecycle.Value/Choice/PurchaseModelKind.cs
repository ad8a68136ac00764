namespace CustomerLifecycle.Value;

/// <summary>One kind of purchase model and how to fit it: what a configuration names, and what <see cref="ModelChoice"/> compares. Make one for a model of your own.</summary>
public sealed class PurchaseModelKind
{
    private readonly Func<PurchaseSummary, FitOptions?, CancellationToken, ModelFit<IPurchaseModel>> _fit;

    /// <summary>Describes a kind of model.</summary>
    /// <param name="code">Its name in configurations, in kebab case: <c>bg-nbd</c>.</param>
    /// <param name="name">Its name in the literature: <c>BG/NBD</c>.</param>
    /// <param name="fit">Fits it to a cohort, with the caller's limits, progress and priors.</param>
    /// <exception cref="ArgumentException"><paramref name="code"/> or <paramref name="name"/> is blank.</exception>
    public PurchaseModelKind(string code, string name, Func<PurchaseSummary, FitOptions?, CancellationToken, ModelFit<IPurchaseModel>> fit)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(code);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(fit);
        Code = code;
        Name = name;
        _fit = fit;
    }

    /// <summary>NBD: nobody leaves.</summary>
    public static PurchaseModelKind Nbd { get; } = new("nbd", "NBD", static (summary, options, token) => NbdModel.Fit(summary, options, token).AsPurchaseModel()) { ParameterNames = NbdLikelihood.ParameterNames };

    /// <summary>BG/NBD: customers may leave after a repeat purchase.</summary>
    public static PurchaseModelKind BgNbd { get; } =
        new("bg-nbd", "BG/NBD", static (summary, options, token) => BgNbdModel.Fit(summary, options, token).AsPurchaseModel()) { ParameterNames = BetaGeometricLikelihood.ParameterNames };

    /// <summary>MBG/NBD: customers may leave after any purchase, the first too.</summary>
    public static PurchaseModelKind MbgNbd { get; } =
        new("mbg-nbd", "MBG/NBD", static (summary, options, token) => MbgNbdModel.Fit(summary, options, token).AsPurchaseModel()) { ParameterNames = BetaGeometricLikelihood.ParameterNames };

    /// <summary>Pareto/NBD: customers may leave at any time.</summary>
    public static PurchaseModelKind ParetoNbd { get; } =
        new("pareto-nbd", "Pareto/NBD", static (summary, options, token) => ParetoNbdModel.Fit(summary, options, token).AsPurchaseModel()) { ParameterNames = ParetoNbdLikelihood.ParameterNames };

    /// <summary>BG/CNBD-k: BG/NBD for customers who buy with a rhythm; at k = 1 it is BG/NBD.</summary>
    public static PurchaseModelKind BgCnbd { get; } = new("bg-cnbd-k", "BG/CNBD-k", static (summary, options, token) => BgCnbdModel.Fit(summary, options, token).AsPurchaseModel())
    {
        ParameterNames = BetaGeometricLikelihood.ParameterNames,
        SameAs = static fit => fit.Model is CnbdModel { Parameters.K: 1 } ? BgNbd : null,
    };

    /// <summary>MBG/CNBD-k: MBG/NBD for customers who buy with a rhythm; at k = 1 it is MBG/NBD.</summary>
    public static PurchaseModelKind MbgCnbd { get; } = new("mbg-cnbd-k", "MBG/CNBD-k", static (summary, options, token) => MbgCnbdModel.Fit(summary, options, token).AsPurchaseModel())
    {
        ParameterNames = BetaGeometricLikelihood.ParameterNames,
        SameAs = static fit => fit.Model is CnbdModel { Parameters.K: 1 } ? MbgNbd : null,
    };

    /// <summary>GGompertz/NBD: customers may leave at any time, the likelier the older they are; where that does not show it is Pareto/NBD.</summary>
    public static PurchaseModelKind GGompertzNbd { get; } = new("ggom-nbd", "GGompertz/NBD", static (summary, options, token) => GGompertzNbdModel.Fit(summary, options, token).AsPurchaseModel())
    {
        ParameterNames = GGompertzNbdLikelihood.ParameterNames,
        SameAs = static fit => GGompertzNbdLikelihood.IsLimit(fit) ? ParetoNbd : null,
    };

    /// <summary>The kinds that this package can fit to purchase histories, the simplest first.</summary>
    public static IReadOnlyList<PurchaseModelKind> All { get; } = [Nbd, BgNbd, MbgNbd, ParetoNbd, BgCnbd, MbgCnbd, GGompertzNbd];

    /// <summary>Its name in configurations.</summary>
    public string Code { get; }

    /// <summary>Its name in the literature.</summary>
    public string Name { get; }

    /// <summary>The parameters that may have priors; null where only the kind itself knows.</summary>
    internal IReadOnlyList<string>? ParameterNames { get; private init; }

    /// <summary>The simpler kind that a fit has turned out to be, if it has.</summary>
    internal Func<ModelFit<IPurchaseModel>, PurchaseModelKind?> SameAs { get; private init; } = static _ => null;

    /// <summary>The kind of that code.</summary>
    /// <param name="code">Such as <c>pareto-nbd</c>; compared ordinally.</param>
    /// <returns>Null where this package has none; the codes are those of <see cref="All"/>.</returns>
    public static PurchaseModelKind? Find(string code) => All.FirstOrDefault(kind => string.Equals(kind.Code, code, StringComparison.Ordinal));

    /// <summary>Fits this kind of model to a cohort.</summary>
    /// <param name="summary">The cohort; its time unit becomes the model's.</param>
    /// <param name="options">Limits, progress and priors.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The fitted model. Look at <see cref="ModelFit{TModel}.Convergence"/> first.</returns>
    /// <exception cref="ArgumentException">The cohort has no customers.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public ModelFit<IPurchaseModel> Fit(PurchaseSummary summary, FitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return _fit(summary, options, cancellationToken);
    }

    /// <summary>The code.</summary>
    public override string ToString() => Code;
}
