using CustomerLifecycle.Rules;
using CustomerLifecycle.Segmentation;

namespace CustomerLifecycle.Tool;

/// <summary>A customer of a shop as rules see them.</summary>
internal readonly record struct ShopCustomer(ShopFacts Facts, int Index)
{
    private const string Order = Purchase.EventType;

    private Shop Shop => Facts.Shop;

    private string Key => Shop.Customers[Index];

    private EventLog Purchases
    {
        get
        {
            var days = Shop.DaysOf(Index);
            var totals = Shop.TotalsOf(Index);
            var events = new RuleEvent[days.Length];
            for (var i = 0; i < events.Length; i++)
                events[i] = new(Order, ShopStages.MidnightOf(days[i]), Shop.HasAmounts ? [new(Purchase.TotalProperty, RuleValue.Of(totals[i]))] : null);
            return EventLog.Of(events);
        }
    }

    /// <summary>What rules may speak of, for people.</summary>
    public static string Names(bool hasAmounts) =>
        "customer, stage, purchase_days, first_purchase, last_purchase, r, f, "
        + (hasAmounts ? "m, rfm_group, value_class, net_amount, points and order (each purchase day, with its total)" : "rfm_group and order (each purchase day)");

    public static RuleProfile<ShopCustomer> Profile(bool hasAmounts)
    {
        var profile = new RuleProfile<ShopCustomer>().Id(customer => customer.Key).Events(customer => customer.Purchases);
        profile.Text("customer", customer => customer.Key);
        profile.Text("stage", customer => customer.Facts.StageOf(customer.Index));
        profile.Integer("purchase_days", customer => customer.Shop.DaysOf(customer.Index).Length);
        profile.Date("first_purchase", customer => DayReader.DateOf(customer.Shop.FirstDayOf(customer.Index)));
        profile.Date("last_purchase", customer => DayReader.DateOf(customer.Shop.LastDayOf(customer.Index)));
        profile.Integer("r", customer => customer.Facts.ScoreOf(customer.Index).R);
        profile.Integer("f", customer => customer.Facts.ScoreOf(customer.Index).F);
        profile.Text("rfm_group", customer => RfmCellMap.Standard.GroupOf(customer.Facts.ScoreOf(customer.Index)).Code);
        if (!hasAmounts)
        {
            profile.Event(Order, []);
            return profile;
        }

        profile.Integer("m", customer => customer.Facts.ScoreOf(customer.Index).M);
        profile.Text("value_class", customer => RfmCellMap.ValueClasses.GroupOf(customer.Facts.ScoreOf(customer.Index)).Code);
        profile.Decimal("net_amount", customer => customer.Shop.NetOf(customer.Index));
        profile.Integer("points", customer => customer.Facts.PointsOf(customer.Index));
        profile.Event(Order, (Purchase.TotalProperty, RuleKind.Decimal));
        return profile;
    }
}

/// <summary>What is known of the customers of a shop beside their purchases, computed when a rule asks for it.</summary>
internal sealed class ShopFacts
{
    private readonly Lazy<IReadOnlyList<RfmScore>> _scores;
    private readonly Lazy<ShopStages> _stages;

    public ShopFacts(Shop shop)
    {
        Shop = shop;
        _scores = new(() => new RfmScorer(RfmRule.Rank(ShopAnalysis.RfmClasses)).Score(shop.Features()));
        _stages = new(() => ShopStages.Of(shop));
    }

    public Shop Shop { get; }

    public RfmScore ScoreOf(int customer) => _scores.Value[customer];

    public string? StageOf(int customer) => _stages.Value.Answers[customer].Stage;

    public long PointsOf(int customer) => DefaultProgramme.Post(Shop, customer).State.BalanceAt(DefaultProgramme.End(Shop)).Available;
}
