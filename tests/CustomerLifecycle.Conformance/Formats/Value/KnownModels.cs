using CustomerLifecycle.Value;

namespace CustomerLifecycle.Conformance.Formats.Value;

/// <summary>The purchase models that the library has, by the names of the case files: one line for each.</summary>
internal static class KnownModels
{
    private static readonly Dictionary<string, KnownModel> ByName = new(StringComparer.Ordinal)
    {
        ["bg-bb"] = new(nameof(BgBbModel), (parameters, unit) => new BgBbModel(BgBb(parameters), unit), null),
        ["bg-cnbd-k"] = new(nameof(BgCnbdModel), (parameters, unit) => new BgCnbdModel(Cnbd(parameters), unit), summary => Fitted.Of(BgCnbdModel.Fit(summary))),
        ["bg-nbd"] = new(nameof(BgNbdModel), (parameters, unit) => new BgNbdModel(BgNbd(parameters), unit), summary => Fitted.Of(BgNbdModel.Fit(summary))),
        ["ggom-nbd"] = new(nameof(GGompertzNbdModel), (parameters, unit) => new GGompertzNbdModel(GGompertzNbd(parameters), unit), summary => Fitted.Of(GGompertzNbdModel.Fit(summary))),
        ["mbg-cnbd-k"] = new(nameof(MbgCnbdModel), (parameters, unit) => new MbgCnbdModel(Cnbd(parameters), unit), summary => Fitted.Of(MbgCnbdModel.Fit(summary))),
        ["mbg-nbd"] = new(nameof(MbgNbdModel), (parameters, unit) => new MbgNbdModel(MbgNbd(parameters), unit), summary => Fitted.Of(MbgNbdModel.Fit(summary))),
        ["nbd"] = new(nameof(NbdModel), (parameters, unit) => new NbdModel(Nbd(parameters), unit), summary => Fitted.Of(NbdModel.Fit(summary))),
        ["pareto-nbd"] = new(nameof(ParetoNbdModel), (parameters, unit) => new ParetoNbdModel(ParetoNbd(parameters), unit), summary => Fitted.Of(ParetoNbdModel.Fit(summary))),
    };

    /// <summary>The model that a case names.</summary>
    public static KnownModel Named(Members inputs) => ByName.GetValueOrDefault(inputs.Text("model")) ?? throw inputs.Unknown("model");

    /// <summary>The model that a case names, at the case's parameters.</summary>
    public static IPurchaseModel Of(Members inputs) => Named(inputs).At(inputs.Object("parameters"), UnitOf(inputs));

    public static GammaGammaModel Spend(Members parameters) => new(new(parameters.Number("p"), parameters.Number("q"), parameters.Number("v")));

    /// <summary>The time unit of a case or of its data; weeks when it does not say.</summary>
    public static TimeUnit UnitOf(Members inputs) => inputs.OptionalText("timeUnit") switch
    {
        null or "week" => TimeUnit.Week,
        "day" => TimeUnit.Day,
        "month" => TimeUnit.Month,
        "year" => TimeUnit.Year,
        "opportunity" or "period" => TimeUnit.Week,
        _ => throw inputs.Unknown("timeUnit"),
    };

    private static BgNbdParameters BgNbd(Members parameters) => new(parameters.Number("r"), parameters.Number("alpha"), parameters.Number("a"), parameters.Number("b"));

    private static MbgNbdParameters MbgNbd(Members parameters) => new(parameters.Number("r"), parameters.Number("alpha"), parameters.Number("a"), parameters.Number("b"));

    private static NbdParameters Nbd(Members parameters) => new(parameters.Number("r"), parameters.Number("alpha"));

    public static ParetoNbdParameters ParetoNbd(Members parameters) => new(parameters.Number("r"), parameters.Number("alpha"), parameters.Number("s"), parameters.Number("beta"));

    private static GGompertzNbdParameters GGompertzNbd(Members parameters) =>
        new(parameters.Number("r"), parameters.Number("alpha"), parameters.Number("b"), parameters.Number("s"), parameters.Number("beta"));

    private static CnbdParameters Cnbd(Members parameters) =>
        new(parameters.Integer("k"), parameters.Number("r"), parameters.Number("alpha"), parameters.Number("a"), parameters.Number("b"));

    private static BgBbParameters BgBb(Members parameters) => new(parameters.Number("alpha"), parameters.Number("beta"), parameters.Number("gamma"), parameters.Number("delta"));
}

/// <summary>A purchase model of the library.</summary>
/// <param name="Model">The name of its type.</param>
/// <param name="At">Makes it from the parameters of a case.</param>
/// <param name="Fit">Fits it to a cohort; null where the model is not fitted to purchases in continuous time.</param>
internal sealed record KnownModel(string Model, Func<Members, TimeUnit, IPurchaseModel> At, Func<PurchaseSummary, Fitted>? Fit);

/// <summary>A fit, whichever the model.</summary>
internal sealed record Fitted(object Model, IReadOnlyList<ParameterEstimate> Parameters, double LogLikelihood, int Customers, double Aic, double Bic, Convergence Convergence)
{
    public static Fitted Of<TModel>(ModelFit<TModel> fit)
        where TModel : class => new(fit.Model, fit.Parameters, fit.LogLikelihood, fit.Customers, fit.Aic, fit.Bic, fit.Convergence);
}
