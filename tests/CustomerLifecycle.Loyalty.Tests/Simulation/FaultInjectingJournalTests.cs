using CustomerLifecycle.Testing;

namespace CustomerLifecycle.Loyalty.Tests.Simulation;

public class FaultInjectingJournalTests
{
    private static readonly CustomerId Ann = new("ann");

    [Fact]
    public async Task CountOf_AFaultThatNoCallHasMet_IsZero()
    {
        var (journal, ledger) = Made();
        await ledger.PostAsync(new EarnPoints("e1", Ann, 1));
        journal.AtNextAppend(JournalFault.FailAfter);

        Assert.Equal(0, journal.CountOf(JournalFault.FailAfter));
        await Assert.ThrowsAnyAsync<StoreException>(() => ledger.PostAsync(new EarnPoints("e2", Ann, 1)).AsTask());
        Assert.Equal(1, journal.CountOf(JournalFault.FailAfter));
    }

    [Fact]
    public async Task CountOf_AStaleReadOfWhatHasNotChanged_IsZero()
    {
        var (journal, ledger) = Made();
        await ledger.PostAsync(new EarnPoints("e1", Ann, 1));
        await ledger.LoadAsync(Ann);

        journal.AtNextLoad(JournalFault.StaleRead);
        await ledger.LoadAsync(Ann);
        Assert.Equal(0, journal.CountOf(JournalFault.StaleRead));

        await ledger.PostAsync(new EarnPoints("e2", Ann, 1));
        journal.AtNextLoad(JournalFault.StaleRead);
        Assert.Equal(1, (await ledger.LoadAsync(Ann)).Version);
        Assert.Equal(1, journal.CountOf(JournalFault.StaleRead));
    }

    [Fact]
    public async Task Crash_OfACaller_AnswersNobodyAndWritesNothing()
    {
        var (journal, ledger) = Made();
        journal.AtNextAppend(JournalFault.Crash);
        using var patience = new CancellationTokenSource();

        var posting = ledger.PostAsync(new EarnPoints("e1", Ann, 1), cancellationToken: patience.Token).AsTask();

        Assert.Equal(1, journal.CountOf(JournalFault.Crash));
        Assert.False(posting.IsCompleted);
        Assert.Null(await ledger.FindAsync("e1"));
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => posting);
        Assert.True((await ledger.PostAsync(new EarnPoints("e1", Ann, 1))).IsAccepted);
    }

    private static (FaultInjectingJournal<MemberState, Posting> Journal, LedgerService Ledger) Made()
    {
        var clock = new SettableClock(Instant.FromUtc(2024, 1, 10, 12, 0));
        var journal = new FaultInjectingJournal<MemberState, Posting>(new InMemoryJournal<MemberState, Posting>(clock));
        return (journal, new(journal, new(), clock));
    }
}
