using CustomerLifecycle.Value;

namespace CustomerLifecycle.Conformance.Formats.Value;

/// <summary>The purchase models that the library has, by the names of the case files: one line for each.</summary>
internal static class KnownModels
{
    private static readonly Dictionary<string, KnownModel> ByName = new(StringComparer.Ordinal)
    {
        ["bg-nbd"] = new((parameters, unit) => new BgNbdModel(BgNbd(parameters), unit), summary => Fitted.Of(BgNbdModel.Fit(summary))),
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
        _ => throw inputs.Unknown("timeUnit"),
    };

    private static BgNbdParameters BgNbd(Members parameters) => new(parameters.Number("r"), parameters.Number("alpha"), parameters.Number("a"), parameters.Number("b"));
}

/// <summary>A purchase model of the library.</summary>
/// <param name="At">Makes it from the parameters of a case.</param>
/// <param name="Fit">Fits it to a cohort.</param>
internal sealed record KnownModel(Func<Members, TimeUnit, IPurchaseModel> At, Func<PurchaseSummary, Fitted> Fit);

/// <summary>A fit, whichever the model.</summary>
internal sealed record Fitted(object Model, IReadOnlyList<ParameterEstimate> Parameters, double LogLikelihood, int Customers, double Aic, double Bic, Convergence Convergence)
{
    public static Fitted Of<TModel>(ModelFit<TModel> fit)
        where TModel : class => new(fit.Model, fit.Parameters, fit.LogLikelihood, fit.Customers, fit.Aic, fit.Bic, fit.Convergence);
}
