using CustomerLifecycle.Value;

namespace CustomerLifecycle.Conformance.Formats.Value;

/// <summary>The purchase models that the library has, by the names of the case files: one line for each.</summary>
internal static class KnownModels
{
    private static readonly Dictionary<string, Func<Members, TimeUnit, IPurchaseModel>> ByName = new(StringComparer.Ordinal)
    {
        ["bg-nbd"] = (parameters, unit) => new BgNbdModel(BgNbd(parameters), unit),
    };

    /// <summary>The model that a case names, at the case's parameters.</summary>
    public static IPurchaseModel Of(Members inputs)
    {
        var make = ByName.GetValueOrDefault(inputs.Text("model")) ?? throw inputs.Unknown("model");
        return make(inputs.Object("parameters"), UnitOf(inputs));
    }

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
