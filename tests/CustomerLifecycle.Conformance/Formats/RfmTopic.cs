using System.Text.Json.Nodes;
using CustomerLifecycle.Segmentation;

namespace CustomerLifecycle.Conformance.Formats;

/// <summary>Recency, frequency, monetary scoring.</summary>
internal sealed class RfmTopic : IMetricsTopic
{
    public string Name => "rfm";

    public IReadOnlyList<CasePath> Paths(string? operation, Members input, CaseFile file)
    {
        if (operation is "features") return Features(input);
        if (operation is not null) throw new NotUnderstoodException($"The operation '{operation}' is not known.");

        var customers = input.Objects("customers").Select(entry => (Name: entry.Text("customer"), Features: new RfmFeatures(entry.Integer("daysSinceLast"), entry.Integer("orders"), entry.Decimal("net")))).ToList();
        var scorer = ScorerOf(input);
        return
        [
            new("scorer", () => Answer([.. customers.Select(customer => customer.Name)], scorer.Score([.. customers.Select(customer => customer.Features)]))),
        ];
    }

    private static CasePath[] Features(Members input)
    {
        List<RfmOrder> orders = [.. input.Objects("orders").Select(entry => new RfmOrder(new(entry.Text("customer")), entry.Date("day"), entry.Decimal("amount")))];
        var asOf = input.Date("asOf");
        return
        [
            new("orders", () => new JsonObject
            {
                ["features"] = new JsonArray([.. RfmOrder.Features(orders, asOf).Select(customer => new JsonObject
                {
                    ["customer"] = customer.Key.Value,
                    ["daysSinceLast"] = customer.Value.DaysSinceLast,
                    ["orders"] = customer.Value.Orders,
                    ["net"] = customer.Value.Net,
                })]),
            }),
        ];
    }

    private static RfmScorer ScorerOf(Members input)
    {
        switch (input.Text("rule"))
        {
            case "rank":
                return new(RfmRule.Rank(input.Integer("classes")));
            case "quantile":
                return new(RfmRule.Quantile(input.Integer("classes")));
            case "threshold":
                var limits = input.Object("limits");
                return new(RfmRule.Thresholds(limits.Numbers("r")), RfmRule.Thresholds(limits.Numbers("f")), RfmRule.Thresholds(limits.Numbers("m")));
            default:
                throw input.Unknown("rule");
        }
    }

    private static JsonObject Answer(IReadOnlyList<string> names, IReadOnlyList<RfmScore> scores) => new()
    {
        ["scores"] = new JsonArray([.. names.Zip(scores, (name, score) => new JsonObject
        {
            ["customer"] = name,
            ["r"] = score.R,
            ["f"] = score.F,
            ["m"] = score.M,
            ["cell"] = score.Cell,
        })]),
    };
}
