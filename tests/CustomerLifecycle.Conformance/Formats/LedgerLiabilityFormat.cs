using System.Globalization;
using System.Text.Json.Nodes;
using CustomerLifecycle.Loyalty;

namespace CustomerLifecycle.Conformance.Formats;

/// <summary><c>ledger-liability/1</c>: deferred revenue of points.</summary>
internal sealed class LedgerLiabilityFormat : IFormat
{
    public string Name => "ledger-liability/1";

    public IEnumerable<FoundCase> Cases(CaseFile file) =>
        file.Members.Objects("cases").Select(entry => new FoundCase(entry.Text("id"), entry, () => Prepare(entry)));

    private static Case Prepare(Members entry)
    {
        var decimals = entry.Integer("decimals");
        var (price, goods, points, value, rate) = (entry.Decimal("price"), entry.Decimal("goodsStandalone"), (long)entry.Decimal("pointsIssued"), entry.Decimal("valuePerPoint"), entry.Decimal("expectedRedemptionRate"));
        var periods = entry.Objects("periods").Select(period => (Redeemed: (long)period.Decimal("redeemed"), Expected: (long)period.Decimal("expectedTotal"))).ToList();
        return new(Answers.Tree(entry.Optional("expect")), Tolerance.Exact, new CasePath("period by period", Answer));

        JsonNode Answer()
        {
            var deferred = new DeferredRevenue(price, goods, points, value, rate, decimals);
            var (revenue, liability) = (new JsonArray(), new JsonArray());
            foreach (var (redeemed, expected) in periods)
            {
                revenue.Add(Money(deferred.Recognise(redeemed, expected), decimals));
                liability.Add(Money(deferred.Liability, decimals));
            }

            return new JsonObject
            {
                ["allocatedToPoints"] = Money(deferred.AllocatedToPoints, decimals),
                ["allocatedToGoods"] = Money(deferred.AllocatedToGoods, decimals),
                ["revenue"] = revenue,
                ["liability"] = liability,
            };
        }
    }

    private static JsonValue Money(decimal amount, int decimals) => JsonValue.Create(amount.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
}
