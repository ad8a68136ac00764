using CustomerLifecycle.Loyalty.Tests.Simulation;
using CustomerLifecycle.Testing;

namespace CustomerLifecycle.Loyalty.Tests;

/// <summary>What time does by itself: lots open and lapse, holds end, debts are paid.</summary>
public class SettlingTests
{
    private static readonly CustomerId Ann = new("ann");
    private static readonly Instant Noon = Instant.FromUtc(2024, 1, 10, 12, 0);

    [Fact]
    public async Task History_AfterThePolicyChangedItsSpendingOrder_AnswersAsBefore()
    {
        var clock = new SettableClock(Noon + Duration.FromDays(365));
        var journal = new InMemoryJournal<MemberState, Posting>(clock);
        var before = new LedgerService(journal, new() { Policy = new(SpendingOrder.EarliestExpiryFirst, pendingDays: 5) }, clock);
        var after = new LedgerService(journal, new() { Policy = new(SpendingOrder.Fifo, pendingDays: 5) }, clock);
        await before.PostAsync(new AdjustPoints("d", Ann, -10, allowNegative: true), Noon);
        await before.PostAsync(new EarnPoints("late", Ann, 20, expiry: LotExpiry.AtInstant(Noon + Duration.FromDays(100))), Noon);
        await before.PostAsync(new EarnPoints("soon", Ann, 20, expiry: LotExpiry.AtInstant(Noon + Duration.FromDays(50))), Noon);
        var day60 = Noon + Duration.FromDays(60);
        Assert.Equal(20, (await before.HistoryAsync(Ann, day60, day60)).Balance.Available);

        await after.PostAsync(new EarnPoints("n", Ann, 1), Noon + Duration.FromDays(70));

        Assert.Equal(20, (await after.HistoryAsync(Ann, day60, day60)).Balance.Available);
        Assert.Equal(20, (await after.BalanceAsync(Ann, Noon + Duration.FromDays(70))).Available);
    }

    public static TheoryData<string> Commands => ["redeem", "give", "receive", "merge out", "merge in", "sweep", "close", "join", "pooled"];

    [Theory, MemberData(nameof(Commands))]
    public void AnyCommand_UnderAnotherSpendingOrder_SettlesWhatWasBeforeInTheOldOne(string command)
    {
        var old = new LedgerPolicy(SpendingOrder.EarliestExpiryFirst, pendingDays: 5);
        var policy = new LedgerPolicy(SpendingOrder.Fifo, pendingDays: 5);
        var bob = new CustomerId("bob");
        var other = Post(MemberState.Empty(bob), new EarnPoints("b", bob, 30, Noon), old, Noon + Duration.FromDays(1));
        var state = Post(MemberState.Empty(Ann), new AdjustPoints("d", Ann, -10, allowNegative: true), old, Noon);
        state = Post(state, new EarnPoints("late", Ann, 20, expiry: LotExpiry.AtInstant(Noon + Duration.FromDays(100))), old, Noon);
        state = Post(state, new EarnPoints("soon", Ann, 20, expiry: LotExpiry.AtInstant(Noon + Duration.FromDays(50))), old, Noon);
        var now = Noon + Duration.FromDays(20);
        if (command == "pooled") (state, other) = (Ledger.Decide(state, new JoinHousehold("j", Ann, bob), old, Noon + Duration.FromDays(2), other).Value.Primary, Ledger.Decide(state, new JoinHousehold("j", Ann, bob), old, Noon + Duration.FromDays(2), other).Value.Other!);

        var transaction = command switch
        {
            "redeem" => Ledger.Decide(state, new RedeemPoints("x", Ann, 1), policy, now).Value,
            "give" => Ledger.Decide(state, new TransferPoints("x", Ann, bob, 1), policy, now, other).Value,
            "receive" => Ledger.Decide(other, new TransferPoints("x", bob, Ann, 1), policy, now, state).Value,
            "merge out" => Ledger.Decide(state, new MergeMembers("x", Ann, bob), policy, now, other).Value,
            "merge in" => Ledger.Decide(other, new MergeMembers("x", bob, Ann), policy, now, state).Value,
            "sweep" => Ledger.DecideSweep(state, "x", policy, Noon + Duration.FromDays(60))!,
            "close" => Ledger.Decide(state, new CloseMember("x", Ann), policy, now).Value,
            "join" => Ledger.Decide(state, new JoinHousehold("x", Ann, bob), policy, now, other).Value,
            _ => Ledger.DecidePooled([state, other], new RedeemPooledPoints("x", Ann, 1), policy, now).Value,
        };

        var paid = transaction.Postings.Where(posting => posting.Member == Ann).SelectMany(static posting => posting.Movements).Where(static movement => movement is { IsElapsed: true, To: LedgerAccount.Debt });
        Assert.Equal(["soon"], paid.Select(static movement => movement.Lot));
    }

    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(1, 200).Select(seed => (ulong)seed)];

    [Theory, MemberData(nameof(Seeds))]
    public void Settling_AtOnce_MovesWhatSettlingInstantByInstantWould(ulong seed)
    {
        var random = new SplitMix(seed);
        var policy = new LedgerPolicy((SpendingOrder)random.Next(2), ExpiryPolicy.After(Period.FromDays(1 + random.Next(9)), ExpiryRounding.Instant), pendingDays: random.Next(2) == 0 ? random.Next(12) : null);
        var state = MemberState.Empty(Ann);
        var now = Noon;
        for (var i = 0; i < 30; i++)
        {
            now += Duration.FromHours(random.Next(8));
            LedgerCommand command = random.Next(6) switch
            {
                0 => new ReservePoints($"k{i}", Ann, 1 + random.Next(9), Duration.FromHours(random.Next(400))),
                1 => new AdjustPoints($"k{i}", Ann, -1 - random.Next(30), allowNegative: true),
                2 => new EarnPoints($"k{i}", Ann, 1 + random.Next(20), expiry: LotExpiry.AtInstant(now + Duration.FromHours(1 + random.Next(300)))),
                _ => new EarnPoints($"k{i}", Ann, 1 + random.Next(20), now - Duration.FromHours(random.Next(3) * 12)),
            };
            if (Ledger.Decide(state, command, policy, now) is { IsAccepted: true } decision) state = decision.Value.Primary;
        }

        var steps = new List<Movement>();
        var book = state.Books[0];
        for (; book.NextChange != Instant.MaxValue; book = BookDraft.Settled(book, book.NextChange)) steps.AddRange(BookDraft.Elapsed(book, book.NextChange));

        Assert.Equal(steps, BookDraft.Elapsed(state.Books[0], Instant.MaxValue));
        Assert.Equal(book.Balance(0), state.BalanceAt(Instant.MaxValue) with { Version = 0 });
    }

    private static MemberState Post(MemberState state, LedgerCommand command, LedgerPolicy policy, Instant at) => Ledger.Decide(state, command, policy, at).Value.Primary;
}
