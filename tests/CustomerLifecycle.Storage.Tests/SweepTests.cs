using CustomerLifecycle.Loyalty;
using CustomerLifecycle.Storage.PostgreSql;
using CustomerLifecycle.Storage.Sqlite;
using CustomerLifecycle.Tests.Shared;
using Npgsql;

namespace CustomerLifecycle.Storage.Tests;

public sealed class SweepTests : IDisposable
{
    private const int Members = 1_500;
    private static readonly Instant Start = Instant.FromUtc(2025, 1, 1, 0, 0);

    private readonly string _folder = Directory.CreateTempSubdirectory("sweep").FullName;

    [Fact]
    public async Task Sweep_InSqliteStoppedAnywhereAndStartedAgain_BooksEachLapseOnce()
    {
        using var journal = new SqliteJournal<MemberState, Posting>(Path.Combine(_folder, "sweep.db"), new LedgerCodec());
        await SweepAsync(journal, workers: 1);
    }

    [PostgreSqlFact]
    public async Task Sweep_InPostgreSqlStoppedAnywhereAndStartedAgain_BooksEachLapseOnce()
    {
        using var server = new PostgreSqlServer();
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        using var journal = new PostgreSqlJournal<MemberState, Posting>(source, new LedgerCodec(), new() { Schema = $"sweep{Guid.NewGuid():N}" });
        await SweepAsync(journal, workers: 4);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task SweepAsync(IJournal<MemberState, Posting> journal, int workers)
    {
        var policy = new LedgerPolicy(expiry: ExpiryPolicy.After(Period.FromDays(30)));
        var service = new LedgerService(journal, new() { Policy = policy, SweepWorkers = workers, SweepLease = Duration.FromMilliseconds(1) }, SystemClock.Instance);
        await journal.AppendBatchAsync([.. Enumerable.Range(0, Members).SelectMany(number => Lots(number, policy))]);
        var random = new Random(5);
        var at = Start + Duration.FromDays(60);
        var stopped = 0;
        for (var run = 0; run < 20; run++)
        {
            using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(1, 60)));
            try
            {
                await service.SweepAsync(at, cancellationToken: cancellation.Token);
            }
            catch (Exception stop) when (stop is OperationCanceledException or StoreException)
            {
                stopped++;
            }
        }

        // What a stopped sweep had claimed is free when its lease is over.
        for (var run = 0; (await journal.MeasureAsync(at)).DueStreams > 0 && run < 1_000; run++)
        {
            await service.SweepAsync(at);
            await Task.Delay(2);
        }

        Assert.True(stopped > 0);
        var totals = await service.TotalsAsync(at);
        Assert.Equal((Members * 30m, Members * 30m), (totals.Issued, totals.Expired));
        foreach (var member in await service.MembersAsync(limit: Members)) Assert.Equal((3, 0m, 0L), (member.Version, member.BalanceAt(at).Due, member.BalanceAt(at).Available));
    }

    // Two lots for each member, of which a sweep books both in one posting.
    private static IEnumerable<Append<MemberState, Posting>> Lots(int number, LedgerPolicy policy)
    {
        var member = new CustomerId(FormattableString.Invariant($"member-{number:0000}"));
        var state = MemberState.Empty(member);
        foreach (var points in new[] { 10, 20 })
        {
            var key = FormattableString.Invariant($"{number}/{points}");
            var transaction = Ledger.Decide(state, new EarnPoints(key, member, points), policy, Start + Duration.FromMinutes(number)).Value;
            yield return new(new(key), new RequestHash(number, points), new StreamAppend<MemberState, Posting>(StreamId.Of(member), state.Version, transaction.Primary, transaction.Primary.NextDue, transaction.Postings));
            state = transaction.Primary;
        }
    }
}
