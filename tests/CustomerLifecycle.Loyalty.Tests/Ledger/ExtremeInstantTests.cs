using CustomerLifecycle.Testing;

namespace CustomerLifecycle.Loyalty.Tests;

/// <summary>The first and the last instant there are: a host says "from the beginning" and "for ever" with them.</summary>
public class ExtremeInstantTests
{
    private static readonly CustomerId Ann = new("ann");
    private static readonly Instant Noon = Instant.FromUtc(2024, 1, 10, 12, 0);

    public static TheoryData<string> Terms => ["never", "12 months", "pending"];

    [Theory, MemberData(nameof(Terms))]
    public async Task Answers_AsOfTheLastInstant_AreGiven(string term)
    {
        var ledger = NewLedger(PolicyOf(term));
        await ledger.PostAsync(new EarnPoints("e", Ann, 5), Noon);
        await ledger.PostAsync(new ReservePoints("h", Ann, 1), Noon);
        var (available, due, held) = term switch { "never" => (4, 0, 1), "12 months" => (0, 4, 1), _ => (5, 0, 0) };

        var balance = await ledger.BalanceAsync(Ann, Instant.MaxValue);
        var then = await ledger.HistoryAsync(Ann, Instant.MaxValue);
        var known = await ledger.HistoryAsync(Ann, Instant.FromUtc(2200, 1, 1, 0, 0), Instant.MaxValue);
        var statement = await ledger.StatementAsync(Ann, Noon, Instant.MaxValue);
        var report = await ledger.ReportAsync(Instant.MaxValue);
        var totals = await ledger.TotalsAsync(Instant.MaxValue);

        Assert.Equal((available, due, held), (balance.Available, balance.Due, balance.Held));
        Assert.Equal(balance, then.Balance);
        Assert.Equal(balance, known.Balance);
        Assert.Equal(balance, statement.Closing);
        Assert.Equal((0, available + held), (report.Reconciliation.Difference, report.Reconciliation.Liability));
        Assert.Equal(5, totals.Issued);
    }

    [Theory, MemberData(nameof(Terms))]
    public void Decide_AtTheLastInstant_LetsNothingLapseThatNeverDoes(string term)
    {
        var policy = PolicyOf(term);
        var state = Ledger.Decide(MemberState.Empty(Ann), new EarnPoints("e", Ann, 5, expiry: LotExpiry.Never), policy, Noon).Value.Primary;
        state = Ledger.Decide(state, new ReservePoints("h", Ann, 2), policy, Noon + Duration.FromDays(2)).Value.Primary;

        state = Ledger.Decide(state, new ReleaseHold("l", "h"), policy, Instant.MaxValue).Value.Primary;

        Assert.Equal((5, 0, 0), (state.BalanceAt(Instant.MaxValue).Available, state.BalanceAt(Instant.MaxValue).Held, state.BalanceAt(Instant.MaxValue).Due));
    }

    [Fact]
    public async Task StatementAsync_FromTheFirstInstant_StartsWithNothing()
    {
        var ledger = NewLedger(new());
        await ledger.PostAsync(new EarnPoints("e", Ann, 5), Noon);

        var statement = await ledger.StatementAsync(Ann, Instant.MinValue, Noon + Duration.FromDays(1));

        Assert.Equal(default, statement.Opening);
        Assert.Equal(5, statement.Closing.Available);
        Assert.Single(statement.Lines);
    }

    private static LedgerPolicy PolicyOf(string term) => term switch
    {
        "never" => new(),
        "12 months" => new(expiry: ExpiryPolicy.After(Period.FromMonths(12))),
        _ => new(pendingDays: 1),
    };

    private static LedgerService NewLedger(LedgerPolicy policy)
    {
        var clock = new SettableClock(Noon);
        return new(new InMemoryJournal<MemberState, Posting>(clock), new() { Policy = policy }, clock);
    }
}
