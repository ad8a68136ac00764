using System.Runtime.CompilerServices;

namespace CustomerLifecycle.Loyalty.Tests;

public class LedgerTests
{
    private static readonly CustomerId Ann = new("ann");
    private static readonly Instant Noon = Instant.FromUtc(2024, 1, 10, 12, 0);

    [Fact]
    public void RequestOf_ACommand_IsThatOfWhatItAsksFor()
    {
        var earn = new EarnPoints("e", new("ann"), 100);

        Assert.Equal(Ledger.RequestOf(earn), Ledger.RequestOf(new EarnPoints("other-key", new("ann"), 100, currency: LedgerCommand.DefaultCurrency, expectedVersion: 3)));
        Assert.NotEqual(Ledger.RequestOf(earn), Ledger.RequestOf(new EarnPoints("e", new("ann"), 101)));
        Assert.NotEqual(Ledger.RequestOf(earn), Ledger.RequestOf(new RedeemPoints("e", new("ann"), 100)));
    }

    [Fact]
    public void Decide_MoreThanBalance_SaysHowManyPointsAreMissing()
    {
        var state = Post(MemberState.Empty(Ann), new EarnPoints("e", Ann, 40));

        var decision = Ledger.Decide(state, new RedeemPoints("r", Ann, 50), LedgerPolicy.Default, Noon);

        Assert.Equal(LedgerRefusals.InsufficientPoints, decision.Refusal?.Code);
        Assert.Equal(new Missing("points", 10), Assert.Single(decision.Refusal!.Missing));
    }

    [Fact]
    public void Decide_OfARedemption_ChangesNothingByItself()
    {
        var state = Post(MemberState.Empty(Ann), new EarnPoints("e", Ann, 40));

        _ = Ledger.Decide(state, new RedeemPoints("r", Ann, 40), LedgerPolicy.Default, Noon);

        Assert.Equal(40, state.BalanceAt(Noon).Available);
        Assert.Equal(1, state.Version);
    }

    [Fact]
    public void Decide_TwiceOnOneState_GivesTwoMembersThatKnowNothingOfEachOther()
    {
        var state = Post(MemberState.Empty(Ann), new EarnPoints("e", Ann, 40));

        var one = Post(Post(state, new EarnPoints("a", Ann, 1)), new EarnPoints("a2", Ann, 2));
        var other = Post(Post(state, new RedeemPoints("r", Ann, 30)), new EarnPoints("b", Ann, 5));

        Assert.Equal(["e 40", "a 1", "a2 2"], one.LotsAt(Noon).Select(lot => $"{lot.Key} {lot.Remaining}"));
        Assert.Equal(["e 10", "b 5"], other.LotsAt(Noon).Select(lot => $"{lot.Key} {lot.Remaining}"));
        Assert.Equal(["e 40"], state.LotsAt(Noon).Select(lot => $"{lot.Key} {lot.Remaining}"));
    }

    [Fact]
    public void Post_EarnsAndRedemptionsByTheThousand_KeepsEveryLotOnce()
    {
        var state = MemberState.Empty(Ann);
        for (var i = 0; i < 1_000; i++)
        {
            state = Post(state, new EarnPoints($"e{i}", Ann, 10));
            if (i % 2 == 1) state = Post(state, new RedeemPoints($"r{i}", Ann, 15));
        }

        state = Post(state, new RefundRedemption("back", "r1"));

        var lots = state.LotsAt(Noon);
        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => $"e{i}"), lots.Select(lot => lot.Key));
        Assert.Equal(2_515, state.BalanceAt(Noon).Available);
        Assert.Equal(2_515, lots.Sum(lot => lot.Remaining));
        Assert.Equal(10, lots[0].Remaining);
    }

    [Fact]
    public void Decide_TermEndsOnADayThatTheZoneSkipped_LapsesAtTheFirstInstantAfterIt()
    {
        // Apia went from 29 to 31 December 2011; a one-day term from the 29th has the skipped 30th as its last usable day.
        var policy = new LedgerPolicy(expiry: ExpiryPolicy.After(Period.FromDays(1)), zone: DateTimeZoneProviders.Tzdb["Pacific/Apia"]);
        var earned = Instant.FromUtc(2011, 12, 29, 20, 0);

        var state = Ledger.Decide(MemberState.Empty(Ann), new EarnPoints("e", Ann, 5), policy, earned).Value.Primary;

        Assert.Equal(Instant.FromUtc(2011, 12, 30, 10, 0), state.LotsAt(earned)[0].Expires);
    }

    [Fact]
    public void Posting_OfAFewOfManyLots_DoesNotKeepAllOfThem()
    {
        var (posting, lots) = RedeemTwoOfAThousand();

        GC.Collect();

        Assert.False(lots.IsAlive);
        Assert.Equal(["lot-0", "lot-1"], posting.Movements.Select(movement => movement.Lot));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (Posting Posting, WeakReference Lots) RedeemTwoOfAThousand()
    {
        // Activity moves the term of all lots, so that the member goes on with new ones.
        var member = new CustomerId("many");
        var policy = new LedgerPolicy(expiry: ExpiryPolicy.AfterInactivity(Period.FromMonths(12)));
        var state = MemberState.Empty(member);
        var now = Instant.FromUtc(2024, 1, 1, 0, 0);
        for (var i = 0; i < 1_000; i++) state = Ledger.Decide(state, new EarnPoints($"lot-{i}", member, 10), policy, now).Value.Primary;
        var decision = Ledger.Decide(state, new RedeemPoints("r", member, 20), policy, now + Duration.FromDays(1)).Value;
        return (decision.Postings[0], new(state.Books[0].Lots.Run(1, 0, 0).Lots));
    }

    [Fact]
    public void Apply_APostingOfAnotherMember_IsCorrupt()
    {
        var posting = Ledger.Decide(MemberState.Empty(Ann), new EarnPoints("e", Ann, 40), LedgerPolicy.Default, Noon).Value.Postings[0];

        Assert.Throws<LedgerCorruptException>(() => Ledger.Apply(MemberState.Empty(new("bob")), posting));
    }

    [Fact]
    public void Refusal_OfAMember_NamesNobody()
    {
        var decision = Ledger.Decide(MemberState.Empty(Ann), new RedeemPoints("r", Ann, 50), LedgerPolicy.Default, Noon);

        Assert.DoesNotContain("ann", decision.Refusal!.Message, StringComparison.Ordinal);
    }

    private static MemberState Post(MemberState state, LedgerCommand command) => Ledger.Decide(state, command, LedgerPolicy.Default, Noon).Value.Primary;
}
