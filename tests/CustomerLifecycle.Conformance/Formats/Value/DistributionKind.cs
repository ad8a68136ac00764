using System.Text.Json.Nodes;
using CustomerLifecycle.Value;

namespace CustomerLifecycle.Conformance.Formats.Value;

/// <summary><c>distribution</c>: how many purchases in a period, of a new customer or of one with a given history.</summary>
internal sealed class DistributionKind : IValueKind
{
    public string Name => "distribution";

    public Case Prepare(ValueCase value)
    {
        var inputs = value.Inputs;
        var model = KnownModels.Of(inputs);
        if (inputs.Has("coefficients")) model = KnownCovariateModel.Of(model, inputs).Of(row: 0);
        var periods = inputs.Numbers("t");
        var counts = inputs.Has("n") ? inputs.Integers("n") : [];
        var given = inputs.OptionalObject("given") is { } history ? new PurchaseHistory(history.Number("x"), history.Number("tx"), history.Number("T")) : default;
        return ValueCase.Of(new CasePath("one customer", () => new JsonObject
        {
            ["probability"] = new JsonArray([.. periods.Select(t => Answers.Of(counts.Select(n => model.ProbabilityOfPurchases(given, n, t))))]),
            ["mean"] = Answers.Of(periods.Select(t => model.ExpectedPurchases(given, t))),
        }));
    }
}
