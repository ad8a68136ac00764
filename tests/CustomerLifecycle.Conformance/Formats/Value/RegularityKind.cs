using System.Text.Json.Nodes;

namespace CustomerLifecycle.Conformance.Formats.Value;

/// <summary><c>regularity</c>: how regularly a cohort buys.</summary>
internal sealed class RegularityKind : IValueKind
{
    public string Name => "regularity";

    public Case Prepare(ValueCase value)
    {
        var data = new PurchaseData(value.File, value.Inputs.Object("data"));
        return ValueCase.Of(new CasePath("log", () =>
        {
            var regularity = data.Read().Regularity();
            return new JsonObject { ["customers"] = regularity.Customers, ["regularity"] = Answers.Of(regularity.Shape) };
        }));
    }
}
