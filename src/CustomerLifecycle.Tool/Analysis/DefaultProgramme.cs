using CustomerLifecycle.Loyalty;

namespace CustomerLifecycle.Tool;

/// <summary>A points programme over the purchases of a file: one point for each unit of money, usable to the end of the month two years later, and nobody has spent any.</summary>
/// <remarks>A refund names no purchase: its money is taken for that of the newest purchase days up to its own, and their points go back with it.</remarks>
internal static class DefaultProgramme
{
    public static LedgerPolicy Policy { get; } = new(expiry: ExpiryPolicy.After(Period.FromMonths(24), ExpiryRounding.EndOfMonth), orderRule: new OrderEarnRule(1m));

    /// <summary>The postings of one customer: one for each purchase day, and for each that a refund takes money of.</summary>
    public static (MemberState State, IReadOnlyList<Posting> Postings) Post(Shop shop, int customer)
    {
        var member = new CustomerId(shop.Customers[customer]);
        var state = MemberState.Empty(member);
        var postings = new List<Posting>();
        var days = shop.DaysOf(customer);
        var totals = shop.TotalsOf(customer);
        var refunds = shop.RefundsOf(customer);
        var left = totals.ToArray();
        var returned = 0;
        for (var i = 0; i < days.Length; i++)
        {
            Post(new EarnOrder(Key(days[i]), member, [new EarnLine(totals[i])]), days[i]);
            for (; returned < refunds.Length && (i + 1 == days.Length || refunds[returned].Day < days[i + 1]); returned++)
            {
                var refund = refunds[returned];
                var money = -refund.Amount;
                for (var from = i; from >= 0 && money > 0 && refund.Day >= days[from]; from--)
                {
                    var part = Math.Min(money, left[from]);
                    if (part == 0) continue;
                    Post(new RefundOrder(FormattableString.Invariant($"refund {returned} of {Key(days[from])}"), Key(days[from]), [new(0, part)]), refund.Day);
                    left[from] -= part;
                    money -= part;
                }
            }
        }

        return (state, postings);

        void Post(LedgerCommand command, int day)
        {
            if (Ledger.Decide(state, command, Policy, Noon(day)) is not { IsAccepted: true } decision) return;
            state = decision.Value.Primary;
            postings.AddRange(decision.Value.Postings);
        }
    }

    /// <summary>What an import adds to a customer's points for one purchase day; null when it is nothing.</summary>
    /// <remarks>A day is worth what all its purchases together are worth, however many imports brought them.</remarks>
    public static LedgerCommand? Earn(CustomerId member, PurchaseDay day, int import)
    {
        var noon = Noon(day.Day);
        long Worth(decimal total) => Policy.OrderRule!.Value([new EarnLine(total)], noon).Count;
        var more = Worth(day.After) - Worth(day.Before);
        return more <= 0 ? null : new EarnPoints($"{DayReader.DateOf(day.Day):uuuu-MM-dd}/{import}/{member.Value}", member, more, noon);
    }

    /// <summary>The last instant of the last day that counts.</summary>
    public static Instant End(Shop shop) => Policy.Calendar.StartOf(shop.AsOf.PlusDays(1)) - Duration.Epsilon;

    private static string Key(int day) => $"purchases of {DayReader.DateOf(day):uuuu-MM-dd}";

    private static Instant Noon(int day) => Policy.Calendar.StartOf(DayReader.DateOf(day)) + Duration.FromHours(12);
}
