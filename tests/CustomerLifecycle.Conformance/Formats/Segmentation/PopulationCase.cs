using System.Text.Json.Nodes;
using CustomerLifecycle.Segmentation;
using NodaTime.Text;

namespace CustomerLifecycle.Conformance.Formats;

/// <summary>Recency, frequency, monetary scores of a whole population.</summary>
internal static class PopulationCase
{
    public static Case Prepare(Members entry)
    {
        var asOf = Time(entry, "asOf");
        entry.Skip("zone");
        var population = entry.Object("population");
        List<(string Name, RfmFeatures? Features)> customers = [.. population.Names.ToList().Select(name => (name, Features(population.Object(name), asOf)))];
        return new(Answers.Tree(entry.Optional("expect")) is { } expect ? new JsonObject { ["expect"] = expect } : null, Tolerance.Exact, new CasePath("scorer", () => Answer(customers)));
    }

    private static RfmFeatures? Features(Members customer, Instant asOf)
    {
        var last = customer.OptionalText("last") is not null ? Time(customer, "last") : (Instant?)null;
        var orders = customer.OptionalInteger("orders") ?? 0;
        var spend = customer.Has("spend") && customer.Raw("spend").ValueKind != System.Text.Json.JsonValueKind.Null ? customer.Decimal("spend") : 0;
        return last is { } instant && orders > 0 ? new RfmFeatures((asOf - instant).TotalDays, orders, spend) : null;
    }

    private static JsonObject Answer(List<(string Name, RfmFeatures? Features)> customers)
    {
        RfmFeatures[] scored = [.. customers.Where(customer => customer.Features is not null).Select(customer => customer.Features!.Value)];
        var scores = new Queue<RfmScore>(new RfmScorer(RfmRule.Rank(5)).Score(scored));
        JsonObject digits = [];
        foreach (var (name, features) in customers) digits[name] = features is null ? null : scores.Dequeue().Cell.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new() { ["expect"] = digits };
    }

    private static Instant Time(Members entry, string name) =>
        OffsetDateTimePattern.ExtendedIso.Parse(entry.Text(name)) is { Success: true } time ? time.Value.ToInstant() : throw entry.Unknown(name);
}
