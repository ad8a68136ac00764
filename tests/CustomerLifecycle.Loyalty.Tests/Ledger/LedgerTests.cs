namespace CustomerLifecycle.Loyalty.Tests;

public class LedgerTests
{
    private static readonly CustomerId Ann = new("ann");
    private static readonly Instant Noon = Instant.FromUtc(2024, 1, 10, 12, 0);

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
    public void Decide_TermEndsOnADayThatTheZoneSkipped_LapsesAtTheFirstInstantAfterIt()
    {
        // Apia went from 29 to 31 December 2011; a one-day term from the 29th has the skipped 30th as its last usable day.
        var policy = new LedgerPolicy(expiry: ExpiryPolicy.After(Period.FromDays(1)), zone: DateTimeZoneProviders.Tzdb["Pacific/Apia"]);
        var earned = Instant.FromUtc(2011, 12, 29, 20, 0);

        var state = Ledger.Decide(MemberState.Empty(Ann), new EarnPoints("e", Ann, 5), policy, earned).Value.Primary;

        Assert.Equal(Instant.FromUtc(2011, 12, 30, 10, 0), state.LotsAt(earned)[0].Expires);
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
