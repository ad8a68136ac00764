using CustomerLifecycle.Testing;

namespace CustomerLifecycle.Loyalty.Tests.Reports;

public class ReportTests
{
    private static readonly CustomerId Ann = new("ann");
    private static readonly CustomerId Bob = new("bob");
    private static readonly Instant Noon = Instant.FromUtc(2024, 1, 10, 12, 0);

    [Fact]
    public async Task StatementAsync_OfAMember_AddsUp()
    {
        var ledger = await Booked();

        var statement = await ledger.StatementAsync(Ann, Noon + Duration.FromDays(1), Noon + Duration.FromDays(60));

        Assert.Equal(100, statement.Opening.Available);
        Assert.Equal(statement.Closing.Available, statement.Opening.Available + statement.Lines.Sum(line => line.Available));
        Assert.Equal([StatementReason.Redeemed, StatementReason.Transferred, StatementReason.Lapsed], statement.Lines.Select(line => line.Reason));
        Assert.Equal([-30, -20, -50], statement.Lines.Select(line => line.Available));
    }

    [Fact]
    public async Task ReportAsync_OfAllMembers_ReconcilesAndForecasts()
    {
        var ledger = await Booked();

        var report = await ledger.ReportAsync(Noon + Duration.FromDays(10));

        Assert.Equal(0, report.Reconciliation.Difference);
        Assert.Equal(120, report.Reconciliation.Liability);
        Assert.Equal([new LapseForecast(new(2024, 2, 10), 2, 70), new LapseForecast(new(2024, 2, 13), 1, 50)], report.Lapses);
        var cohort = Assert.Single(report.Cohorts);
        Assert.Equal((new YearMonth(2024, 1), 2L, 150m, 120m, 0m, 30m), (cohort.Month, cohort.Lots, cohort.Issued, cohort.Outstanding, cohort.Lapsed, cohort.Used));

        var later = await ledger.ReportAsync(Noon + Duration.FromDays(100));
        Assert.Equal(0, later.Reconciliation.Difference);
        Assert.Equal(120m / 150m, Assert.Single(later.Cohorts).Breakage);
        Assert.Empty(later.Lapses);
    }

    [Fact]
    public async Task Cohorts_OfRefundedAndTransferredPoints_CountEachPointOnce()
    {
        var ledger = Lapsing(TransferTerms.KeepExpiry);
        LedgerCommand[] commands =
        [
            new EarnPoints("refunded", Ann, 100),
            new RefundEarn("refund", "refunded"),
            new EarnPoints("lapsing", Ann, 100),
            new EarnPoints("given", Bob, 100),
            new TransferPoints("gift", Bob, new("cat"), 100),
        ];
        foreach (var command in commands) Assert.True((await ledger.PostAsync(command, Noon)).IsAccepted);

        var cohort = Assert.Single((await ledger.ReportAsync(Noon + Duration.FromDays(40))).Cohorts);

        Assert.Equal((200m, 0m, 200m, 0m, 1m), (cohort.Issued, cohort.Outstanding, cohort.Lapsed, cohort.Used, cohort.Breakage));
    }

    [Fact]
    public async Task Cohorts_OfPointsRefundedAfterTheyWereSpentOrLapsed_AddUpToTheBooks()
    {
        var ledger = Lapsing(TransferTerms.KeepExpiry);
        (LedgerCommand Command, int Day)[] commands =
        [
            (new EarnPoints("e1", Ann, 100), 0),
            (new RedeemPoints("r1", Ann, 60), 1),
            (new EarnPoints("e2", Ann, 50), 2),
            (new RefundEarn("x1", "e1", 70), 3),
            (new TransferPoints("t1", Ann, Bob, 10), 4),
            (new RedeemPoints("r2", Bob, 4), 5),
            (new EarnPoints("e3", Bob, 30), 6),
            (new RefundEarn("x2", "e3", 20), 45),
            (new CloseMember("c", Ann), 46),
        ];
        foreach (var (command, day) in commands) Assert.True((await ledger.PostAsync(command, Noon + Duration.FromDays(day))).IsAccepted, command.Key);
        await ledger.SweepAsync(Noon + Duration.FromDays(50));

        var report = await ledger.ReportAsync(Noon + Duration.FromDays(50));

        var totals = report.Reconciliation.Totals;
        var cohort = Assert.Single(report.Cohorts);
        Assert.Equal(totals.Issued, cohort.Issued);
        Assert.Equal(cohort.Issued, cohort.Outstanding + cohort.Lapsed + cohort.Used);
        Assert.Equal(64m, cohort.Used);
    }

    [Fact]
    public async Task Cohorts_OfPointsTransferredWithAFreshTerm_CountAnewWhereTheyArrive()
    {
        var ledger = Lapsing(TransferTerms.FreshExpiry);
        await ledger.PostAsync(new EarnPoints("e", Ann, 100), Noon);
        await ledger.PostAsync(new TransferPoints("t", Ann, Bob, 100), Noon + Duration.FromDays(25));

        var cohorts = (await ledger.ReportAsync(Noon + Duration.FromDays(90))).Cohorts;

        Assert.Equal([(1, 100m, 0m, 100m), (2, 100m, 100m, 0m)], cohorts.Select(cohort => (cohort.Month.Month, cohort.Issued, cohort.Lapsed, cohort.Used)));
    }

    [Fact]
    public async Task UpcomingLapses_OfAMember_StandByInstant()
    {
        var bob = await (await Booked()).LoadAsync(Bob);

        Assert.Equal([new(Instant.FromUtc(2024, 2, 10, 0, 0), 20), new UpcomingLapse(Instant.FromUtc(2024, 2, 13, 0, 0), 50)], bob.UpcomingLapses(Noon + Duration.FromDays(5)));
        Assert.Single(bob.UpcomingLapses(Noon + Duration.FromDays(5), Instant.FromUtc(2024, 2, 12, 0, 0)));
    }

    [Fact]
    public async Task EraseAsync_OfAMember_KeepsTheBooksBalanced()
    {
        var ledger = await Booked();

        var erased = await ledger.EraseAsync("forget-ann", Ann, Noon + Duration.FromDays(6));

        Assert.Equal(50, erased.Value.Forfeited);
        Assert.Equal(LedgerRefusals.AccountClosed, (await ledger.PostAsync(new EarnPoints("x", Ann, 1), Noon + Duration.FromDays(7))).Refusal?.Code);
        Assert.Equal(0, (await ledger.ReportAsync(Noon + Duration.FromDays(7))).Reconciliation.Difference);
    }

    [Fact]
    public void DeferredRevenue_OverPeriods_AddsUpToTheWhole()
    {
        var deferred = new DeferredRevenue(100.01m, 99.99m, 1_234, 0.013m, 0.71m, 2);

        decimal revenue = 0;
        foreach (var (redeemed, expected) in new[] { (100L, 876L), (333L, 700L), (1L, 434L), (0L, 0L) }) revenue += deferred.Recognise(redeemed, expected);

        Assert.Equal(deferred.AllocatedToPoints, revenue);
        Assert.Equal(0, deferred.Liability);
        Assert.Equal(100.01m, deferred.AllocatedToGoods + deferred.AllocatedToPoints);
    }

    private static LedgerService Lapsing(TransferTerms terms)
    {
        var clock = new SettableClock(Noon + Duration.FromDays(1000));
        var policy = new LedgerPolicy(expiry: ExpiryPolicy.After(Period.FromDays(30)), transferTerms: terms);
        return new(new InMemoryJournal<MemberState, Posting>(clock), new() { Policy = policy }, clock);
    }

    private static async Task<LedgerService> Booked()
    {
        var clock = new SettableClock(Noon + Duration.FromDays(1000));
        var policy = new LedgerPolicy(expiry: ExpiryPolicy.After(Period.FromDays(30)));
        var ledger = new LedgerService(new InMemoryJournal<MemberState, Posting>(clock), new() { Policy = policy }, clock);
        LedgerCommand[] commands =
        [
            new EarnPoints("e1", Ann, 100),
            new RedeemPoints("r1", Ann, 30),
            new EarnPoints("e2", Bob, 50),
            new TransferPoints("t1", Ann, Bob, 20),
        ];
        for (var i = 0; i < commands.Length; i++) Assert.True((await ledger.PostAsync(commands[i], Noon + Duration.FromDays(i == 0 ? 0 : i + 1))).IsAccepted);
        return ledger;
    }
}
