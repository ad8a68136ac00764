using CustomerLifecycle.Loyalty;

namespace CustomerLifecycle.Tool;

/// <summary>A points programme over the purchases of a file: one point for each unit of money, usable to the end of the month two years later, and nobody has spent any.</summary>
internal static class DefaultProgramme
{
    public static LedgerPolicy Policy { get; } = new(expiry: ExpiryPolicy.After(Period.FromMonths(24), ExpiryRounding.EndOfMonth), orderRule: new OrderEarnRule(1m));

    /// <summary>The postings of one customer, one for each purchase day that is worth a point.</summary>
    public static (MemberState State, IReadOnlyList<Posting> Postings) Post(Shop shop, int customer)
    {
        var member = new CustomerId(shop.Customers[customer]);
        var state = MemberState.Empty(member);
        var postings = new List<Posting>();
        var days = shop.DaysOf(customer);
        var totals = shop.TotalsOf(customer);
        for (var i = 0; i < days.Length; i++)
        {
            var order = new EarnOrder(Key(days[i]), member, [new EarnLine(totals[i])]);
            if (Ledger.Decide(state, order, Policy, Noon(days[i])) is not { IsAccepted: true } decision) continue;
            state = decision.Value.Primary;
            postings.AddRange(decision.Value.Postings);
        }

        return (state, postings);
    }

    /// <summary>The last instant of the last day that counts.</summary>
    public static Instant End(Shop shop) => Policy.Calendar.StartOf(shop.AsOf.PlusDays(1)) - Duration.Epsilon;

    private static string Key(int day) => $"purchases of {DayReader.DateOf(day):uuuu-MM-dd}";

    private static Instant Noon(int day) => Policy.Calendar.StartOf(DayReader.DateOf(day)) + Duration.FromHours(12);
}
