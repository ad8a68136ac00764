using CustomerLifecycle.Testing;

namespace CustomerLifecycle.Loyalty.Tests.Reports;

/// <summary>Reports on a ledger to which somebody posts while they are drawn up.</summary>
public class LiveLedgerTests
{
    private static readonly CustomerId Ann = new("ann");
    private static readonly CustomerId Bob = new("bob");
    private static readonly CustomerId Home = new("home");
    private static readonly Instant Noon = Instant.FromUtc(2024, 1, 10, 12, 0);
    private static readonly Instant Later = Noon + Duration.FromDays(60);

    private readonly InterruptedJournal _journal;
    private readonly LedgerService _ledger;
    private readonly LedgerService _other;

    public LiveLedgerTests()
    {
        var clock = new SettableClock(Noon + Duration.FromDays(1_000));
        var store = new InMemoryJournal<MemberState, Posting>(clock);
        var options = new LoyaltyOptions { Policy = new(expiry: ExpiryPolicy.After(Period.FromDays(30))) };
        _journal = new(store);
        _ledger = new(_journal, options, clock);
        _other = new(store, options, clock);
    }

    [Fact]
    public async Task StatementAsync_WhileSomebodyPosts_CountsLapsedPointsOnce()
    {
        await Post(new EarnPoints("e1", Ann, 100), Noon);
        _journal.BeforeNextRead = () => Post(new EarnPoints("e2", Ann, 5), Later);

        var statement = await _ledger.StatementAsync(Ann, Noon - Duration.FromDays(1), Noon + Duration.FromDays(50));

        Assert.Equal((0, 100), (statement.Closing.Available, statement.Closing.Expired));
        Assert.Equal([100, -100], statement.Lines.Select(line => line.Available));
        Assert.Equal(2, (await _ledger.LoadAsync(Ann)).Version);
    }

    [Fact]
    public async Task HouseholdStatementAsync_WhileSomebodyPosts_CountsLapsedPointsOnce()
    {
        await Post(new JoinHousehold("j1", Ann, Home), Noon);
        await Post(new EarnPoints("e1", Ann, 100), Noon + Duration.FromHours(1));
        _journal.BeforeNextRead = () => Post(new EarnPoints("e2", Ann, 5), Later);
        _journal.Interrupted = StreamId.Of(Ann);

        var statement = await _ledger.HouseholdStatementAsync(Home, Noon - Duration.FromDays(1), Noon + Duration.FromDays(50));

        Assert.Equal(0, statement!.Closing);
        Assert.Equal([100, -100], statement.Lines.Select(line => line.Line.Available).Where(points => points != 0));
    }

    [Fact]
    public async Task ReportAsync_WhileSomebodyPosts_HasBothSidesOfTheSameVersions()
    {
        await Post(new EarnPoints("e1", Ann, 100), Later);
        _journal.AfterFirstPage = () => Post(new EarnPoints("e2", Ann, 5, effective: Noon + Duration.FromDays(50)), Later);

        var report = await _ledger.ReportAsync(Later);

        Assert.Equal(0, report.Reconciliation.Difference);
        Assert.Equal((100, 100), (report.Reconciliation.Liability, report.Reconciliation.Totals.Issued));
        Assert.Equal(105, (await _ledger.ReportAsync(Later)).Reconciliation.Liability);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReportAsync_WhileSomebodyTransfers_TellsWhatItSawOnOneSideOnly(bool giverIsReadFirst)
    {
        await Post(new EarnPoints("e1", Ann, 100), Later);
        await Post(new EarnPoints("e2", Bob, 100), Later);
        _journal.AfterFirstPage = () => Post(giverIsReadFirst ? new TransferPoints("t", Ann, Bob, 30) : new TransferPoints("t", Bob, Ann, 30), Later);

        var seen = (await _ledger.ReportAsync(Later)).Reconciliation;
        var rest = (await _ledger.ReportAsync(Later)).Reconciliation;

        Assert.Equal((giverIsReadFirst ? 230 : 170, giverIsReadFirst ? -30 : 30, 0), (seen.Liability, seen.InTransit, seen.Difference));
        Assert.Equal((200, 0, 0), (rest.Liability, rest.InTransit, rest.Difference));
    }

    [Fact]
    public async Task ReportAsync_WithThreeWriters_NeverFindsADifference()
    {
        CustomerId[] members = [.. Enumerable.Range(0, 40).Select(i => new CustomerId($"m{i}"))];
        foreach (var member in members) await Post(new EarnPoints($"e-{member.Value}", member, 100), Later);
        using var over = new CancellationTokenSource();
        Task[] writers =
        [
            .. Enumerable.Range(0, 3).Select(writer => Task.Run(async () =>
            {
                var random = new Random(writer);
                for (var i = 0; i < 100_000 && !over.IsCancellationRequested; i++)
                {
                    var (one, two) = (members[random.Next(members.Length)], members[random.Next(members.Length)]);
                    LedgerCommand command = writer switch
                    {
                        0 => new EarnPoints($"b{i}", one, 7, effective: Later - Duration.FromDays(random.Next(50))),
                        1 => new TransferPoints($"t{i}", one, two, 7),
                        _ => new RedeemPoints($"r{i}", one, 3),
                    };
                    await _other.PostAsync(command, Later);
                }
            })),
        ];

        var differences = new List<decimal>();
        for (var i = 0; i < 30; i++) differences.Add((await _ledger.ReportAsync(Later)).Reconciliation.Difference);
        await over.CancelAsync();
        await Task.WhenAll(writers);

        Assert.All(differences, difference => Assert.Equal(0, difference));
        Assert.Equal((0, 0), ((await _ledger.ReportAsync(Later)).Reconciliation.Difference, (await _ledger.ReportAsync(Later)).Reconciliation.InTransit));
    }

    private async Task Post(LedgerCommand command, Instant at) => Assert.True((await _other.PostAsync(command, at)).IsAccepted);

    private sealed class InterruptedJournal(IJournal<MemberState, Posting> inner) : DelegatingJournal<MemberState, Posting>(inner)
    {
        /// <summary>Happens once, before records are read.</summary>
        public Func<Task>? BeforeNextRead { get; set; }

        /// <summary>Of which stream; null for any.</summary>
        public StreamId? Interrupted { get; set; }

        /// <summary>Happens once, after a first page of one stream was listed.</summary>
        public Func<Task>? AfterFirstPage { get; set; }

        public override async ValueTask<IReadOnlyList<Recorded<Posting>>> ReadAsync(StreamId stream, long afterVersion, int limit, CancellationToken cancellationToken = default)
        {
            if (BeforeNextRead is { } happening && (Interrupted is null || Interrupted == stream))
            {
                BeforeNextRead = null;
                await happening();
            }

            return await Inner.ReadAsync(stream, afterVersion, limit, cancellationToken);
        }

        public override async ValueTask<IReadOnlyList<Loaded<MemberState>>> ListAsync(StreamId? after, int limit, CancellationToken cancellationToken = default)
        {
            if (AfterFirstPage is not { } happening) return await Inner.ListAsync(after, limit, cancellationToken);
            AfterFirstPage = null;
            var page = await Inner.ListAsync(after, 1, cancellationToken);
            await happening();
            return page;
        }
    }
}
