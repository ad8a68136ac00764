using CustomerLifecycle.Loyalty.Tests.Simulation;

namespace CustomerLifecycle.Loyalty.Tests;

/// <summary>Points that lapse a term after the member's last activity: each activity moves all of them, also those that are spent and may come back.</summary>
public class InactivityTests
{
    private static readonly CustomerId Ann = new("ann");
    private static readonly CustomerId Bob = new("bob");
    private static readonly Instant Noon = Instant.FromUtc(2024, 1, 10, 12, 0);

    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(1, 300).Select(seed => (ulong)seed)];

    [Fact]
    public void Activity_OfALongHistory_CostsWhatItCostAtTheBeginning()
    {
        var policy = new LedgerPolicy(expiry: ExpiryPolicy.AfterInactivity(Period.FromMonths(12)));
        var state = MemberState.Empty(Ann);
        var (cheapest, days) = (long.MaxValue, 1_000);
        for (var day = 1; day <= days; day++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            state = Post(state, new EarnPoints($"e{day}", Ann, 10), policy, Noon + Duration.FromDays(day));
            state = Post(state, new RedeemPoints($"r{day}", Ann, 10), policy, Noon + Duration.FromDays(day));
            if (day > days - 50) cheapest = Math.Min(cheapest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(state.Books[0].Archive.Count, days, 4 * days);
        Assert.InRange(cheapest, 0, 20_000);
        Assert.All(state.LotsAt(Noon + Duration.FromDays(days)), lot => Assert.Equal(policy.Expiry.ExpiresFrom(Noon + Duration.FromDays(days), policy.Calendar), lot.Expires));
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Lots_AfterAnyHistory_ExpireAsTheRulesSay(ulong seed)
    {
        var random = new SplitMix(seed);
        var rounding = random.Next(2) == 0 ? ExpiryRounding.EndOfDay : ExpiryRounding.Instant;
        var policy = new LedgerPolicy((SpendingOrder)random.Next(2), ExpiryPolicy.AfterInactivity(Period.FromDays(2 + random.Next(12)), rounding), pendingDays: random.Next(4) == 0 ? 3 : null, reinstatement: (Reinstatement)random.Next(3), transferTerms: (TransferTerms)random.Next(2), mergedMember: MergedMember.Reject);
        var model = new LedgerModel(policy);
        var states = new Dictionary<string, MemberState>(StringComparer.Ordinal) { ["ann"] = MemberState.Empty(Ann), ["bob"] = MemberState.Empty(Bob) };
        var now = Noon;
        for (var i = 0; i < 80; i++)
        {
            now += Duration.FromHours(random.Next(12) == 0 ? random.Next(400) : random.Next(30));
            var (own, other) = random.Next(2) == 0 ? (Ann, Bob) : (Bob, Ann);
            var reference = $"k{random.Next(i + 1)}";
            LedgerCommand command = (i == 60 ? 11 : random.Next(11)) switch
            {
                0 => new EarnPoints($"k{i}", own, 1 + random.Next(30), expiry: LotExpiry.AtInstant(now + Duration.FromDays(1 + random.Next(30)))),
                1 or 2 or 3 => new EarnPoints($"k{i}", own, 1 + random.Next(30)),
                4 or 5 => new RedeemPoints($"k{i}", own, 1 + random.Next(40)),
                6 => new ReservePoints($"k{i}", own, 1 + random.Next(20), Duration.FromHours(1 + random.Next(200))),
                7 => new CaptureHold($"k{i}", reference),
                8 => new RefundRedemption($"k{i}", reference),
                9 => new TransferPoints($"k{i}", own, other, 1 + random.Next(30)),
                10 => new AdjustPoints($"k{i}", own, 1 + random.Next(10)),
                _ => new MergeMembers($"k{i}", own, other),
            };

            model.Execute(command, now);
            var state = states[own.Value];
            if (command is ReferringCommand && !Has(state, reference)) state = states[other.Value];
            var decision = Ledger.Decide(state, command, policy, now, command is TransferPoints or MergeMembers ? states[other.Value] : null);
            if (decision.IsAccepted)
            {
                states[decision.Value.Primary.Member.Value] = decision.Value.Primary;
                if (decision.Value.Other is { } received) states[received.Member.Value] = received;
            }

            foreach (var member in states.Values.Where(static member => member.Status == MemberStatus.Open))
            {
                var wanted = model.Read(model => (model.Balance(member.Member.Value, "PTS", now), model.Lots(member.Member.Value, "PTS")));
                Assert.Equal(wanted.Item1, member.BalanceAt(now));
                Assert.Equal(wanted.Item2, member.LotsAt(now).Select(lot => FormattableString.Invariant($"{lot.Key} {lot.Remaining} {lot.Held} {lot.Lapsed} {lot.Original} {lot.Expires ?? Instant.MaxValue}")));
            }
        }
    }

    private static bool Has(MemberState state, string key) => state.Find("PTS") is { } book && (book.FindHold(key) is not null || book.Archive.FindRedemption(key) is not null);

    private static MemberState Post(MemberState state, LedgerCommand command, LedgerPolicy policy, Instant at) => Ledger.Decide(state, command, policy, at).Value.Primary;
}
