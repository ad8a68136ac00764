using System.Collections.Concurrent;
using static CustomerLifecycle.Tests.NoteAppends;

namespace CustomerLifecycle.Tests;

public class InMemoryJournalConcurrencyTests
{
    private const int Writers = 16;

    private readonly InMemoryJournal<Notes, NoteAdded> _journal = new(new TestClock(Noon));

    [Fact]
    public async Task ManyWriters_OnOneStream_LoseNothing()
    {
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                while (true)
                {
                    var loaded = await _journal.LoadAsync(new("a"));
                    var outcome = await _journal.AppendAsync(One("a", loaded.Version, $"{writer}/{i}", "x"));
                    if (outcome.Status == AppendStatus.Appended) break;
                    Assert.Equal(AppendStatus.VersionConflict, outcome.Status);
                }
            }
        })));

        var records = await _journal.ReadAsync(new("a"), 0, JournalLimits.MaxPage);
        Assert.Equal(Writers * 200, records.Select(record => record.Key).Distinct().Count());
        Assert.Equal(Enumerable.Range(1, Writers * 200).Select(version => (long)version), records.Select(record => record.Version));
        Assert.Equal(Writers * 200, (await _journal.LoadAsync(new("a"))).State!.Count);
    }

    [Fact]
    public async Task OneKey_SaidByAllAtOnce_IsAppendedOnce()
    {
        for (var round = 0; round < 200; round++)
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () => await _journal.AppendAsync(One($"s{round}", 0, $"k{round}", "x")))));

            Assert.Single(outcomes, outcome => outcome.Status == AppendStatus.Appended);
            Assert.Equal(Writers - 1, outcomes.Count(outcome => outcome.Status == AppendStatus.Replayed && outcome.First!.Records.Count == 1));
        }
    }

    [Fact]
    public async Task AppendsToSeveralStreams_AreSeenWholeOrNotAtAll()
    {
        using var done = new CancellationTokenSource();
        var reader = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                var both = await _journal.LoadManyAsync([new("a"), new("b")]);
                Assert.Equal(both[0].Version, both[1].Version);
            }
        });

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                AppendStatus status;
                do
                {
                    var both = await _journal.LoadManyAsync([new("a"), new("b")]);
                    status = (await _journal.AppendAsync(new(new($"{writer}/{i}"), Hash("x"), [Part("b", both[1].Version, null, "x"), Part("a", both[0].Version, null, "x")]))).Status;
                }
                while (status == AppendStatus.VersionConflict);
            }
        })));
        await done.CancelAsync();
        await reader;

        Assert.Equal(Writers * 100, (await _journal.LoadAsync(new("b"))).Version);
    }

    [Fact]
    public async Task Claims_OfManyHosts_NeverOverlap()
    {
        for (var i = 0; i < 1_000; i++) await _journal.AppendAsync(One($"s{i}", 0, $"k{i}", "x", Noon, "told"));
        var (due, told) = (new ConcurrentBag<StreamId>(), new ConcurrentBag<long>());

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                foreach (var claim in await _journal.ClaimDueAsync(Noon, 7, Duration.FromMinutes(1))) due.Add(claim.Stream);
                foreach (var claim in await _journal.ClaimOutboxAsync(7, Duration.FromMinutes(1))) told.Add(claim.Position);
            }
        })));

        Assert.Equal(1_000, due.Distinct().Count());
        Assert.Equal(1_000, due.Count);
        Assert.Equal(Enumerable.Range(1, 1_000).Select(position => (long)position), told.Order());
    }
}
