using System.Collections.Concurrent;
using static CustomerLifecycle.Storage.Conformance.Notes;

namespace CustomerLifecycle.Storage.Conformance;

internal static class ConcurrencyPromises
{
    private const int Writers = 50;

    public static readonly Promise[] All =
    [
        new("fifty writers of one stream lose no update", static async (journal, cancel) =>
        {
            await TogetherAsync(async writer =>
            {
                while (true)
                {
                    var loaded = await journal.LoadAsync(Stream("a"), cancel).ConfigureAwait(false);
                    var outcome = await SettledAsync(journal, One(Stream("a"), loaded.Version, $"k{writer}"), cancel).ConfigureAwait(false);
                    if (outcome is AppendStatus.Appended or AppendStatus.Replayed) return;
                }
            }).ConfigureAwait(false);
            var texts = await journal.TextsAsync(Stream("a"), cancel).ConfigureAwait(false);
            Expect.Equal(Writers, texts.Count, "notes");
            Expect.Equal(Writers, texts.Distinct(StringComparer.Ordinal).Count(), "different notes");
            Expect.Equal(new Note(Writers, texts[texts.Count - 1]), (await journal.LoadAsync(Stream("a"), cancel).ConfigureAwait(false)).State, "state");
        }),
        new("fifty writers with one key store it once", static async (journal, cancel) =>
        {
            var statuses = new ConcurrentBag<AppendStatus>();
            await TogetherAsync(async writer => statuses.Add(await SettledAsync(journal, One(Stream($"s{writer % 5}"), 0, "k"), cancel).ConfigureAwait(false))).ConfigureAwait(false);
            Expect.True(statuses.All(static status => status is AppendStatus.Appended or AppendStatus.Replayed), "everybody gets the result");
            var versions = 0L;
            for (var i = 0; i < 5; i++) versions += await journal.VersionAsync(Stream($"s{i}"), cancel).ConfigureAwait(false);
            Expect.Equal(1, versions, "records in all");
        }),
        new("fifty writers with one key and different requests: one is stored, the others conflict", static async (journal, cancel) =>
        {
            var statuses = new ConcurrentBag<AppendStatus>();
            await TogetherAsync(async writer => statuses.Add(await SettledAsync(journal, One(Stream("a"), 0, "k", $"request {writer}"), cancel).ConfigureAwait(false))).ConfigureAwait(false);
            Expect.Equal(Writers - 1, statuses.Count(static status => status is AppendStatus.KeyConflict), "key conflicts");
            Expect.Equal(1, await journal.VersionAsync(Stream("a"), cancel).ConfigureAwait(false), "version");
        }),
        new("writers of overlapping pairs of streams neither block each other for ever nor write a half", static async (journal, cancel) =>
        {
            await TogetherAsync(async writer =>
            {
                var (first, second) = (Stream($"s{writer % 5}"), Stream($"s{(writer + 1 + (writer % 3)) % 5}"));
                while (true)
                {
                    var loaded = await journal.LoadManyAsync([first, second], cancel).ConfigureAwait(false);
                    var append = Many($"k{writer}", Part(first, loaded[0].Version, $"{writer}"), Part(second, loaded[1].Version, $"{writer}"));
                    if (await SettledAsync(journal, append, cancel).ConfigureAwait(false) is AppendStatus.Appended or AppendStatus.Replayed) return;
                }
            }).ConfigureAwait(false);
            var written = new List<string>();
            for (var i = 0; i < 5; i++) written.AddRange(await journal.TextsAsync(Stream($"s{i}"), cancel).ConfigureAwait(false));
            Expect.Equal(Writers, written.Distinct(StringComparer.Ordinal).Count(), "writers that wrote");
            Expect.True(written.GroupBy(static text => text, StringComparer.Ordinal).All(static group => group.Count() == 2), "each wrote to both of its streams");
        }),
        new("a reader of two streams never sees one half of an append", static async (journal, cancel) =>
        {
            using var done = new CancellationTokenSource();
            var reading = Task.Run(
                async () =>
                {
                    while (!done.IsCancellationRequested)
                    {
                        var loaded = await journal.LoadManyAsync([Stream("a"), Stream("b")], cancel).ConfigureAwait(false);
                        Expect.Equal(loaded[0].Version, loaded[1].Version, "versions of two streams that are always written together");
                    }
                },
                cancel);
            for (var i = 0; i < 100; i++) await journal.AppendedAsync(Many($"k{i}", Part(Stream("a"), i, $"{i}"), Part(Stream("b"), i, $"{i}")), cancel).ConfigureAwait(false);
#pragma warning disable CA1849, MA0042 // CancelAsync is not there on netstandard2.0
            done.Cancel();
#pragma warning restore CA1849, MA0042
            await reading.ConfigureAwait(false);
        }),
        new("due work is claimed by one of many hosts", static async (journal, cancel) =>
        {
            for (var i = 0; i < 200; i++) await journal.AppendedAsync(One(Stream($"s{i}"), 0, $"k{i}", due: Noon), cancel).ConfigureAwait(false);
            var claimed = new ConcurrentBag<string>();
            await TogetherAsync(async _ =>
            {
                while (true)
                {
                    var claims = await RetryAsync(() => journal.ClaimDueAsync(Noon, 3, Duration.FromMinutes(10), cancel)).ConfigureAwait(false);
                    if (claims.Count == 0) return;
                    foreach (var claim in claims) claimed.Add(claim.Stream.Value);
                }
            }).ConfigureAwait(false);
            Expect.Equal(200, claimed.Count, "claims");
            Expect.Equal(200, claimed.Distinct(StringComparer.Ordinal).Count(), "streams claimed");
        }),
        new("outbox records are told by many hosts, each once and in the order of its stream", static async (journal, cancel) =>
        {
            for (var i = 0; i < 20; i++)
            {
                var stream = Stream($"s{i}");
                await journal.AppendedAsync(One(stream, 0, $"k{i}", outbox: [.. Enumerable.Range(0, 10).Select(n => Told(stream, $"{stream.Value}/{n}"))]), cancel).ConfigureAwait(false);
            }

            var told = new ConcurrentQueue<OutboxClaim>();
            await TogetherAsync(async _ =>
            {
                while (told.Count < 200)
                {
                    var claims = await RetryAsync(() => journal.ClaimOutboxAsync(3, Duration.FromMinutes(10), cancel)).ConfigureAwait(false);
                    foreach (var claim in claims) told.Enqueue(claim);
                    await RetryAsync(async () =>
                    {
                        await journal.AcknowledgeAsync(claims, cancel).ConfigureAwait(false);
                        return true;
                    }).ConfigureAwait(false);
                    if (claims.Count == 0) await Task.Delay(1, cancel).ConfigureAwait(false);
                }
            }).ConfigureAwait(false);
            Expect.Equal(200, told.Count, "records told");
            foreach (var stream in told.GroupBy(static claim => claim.Record.Stream))
                Expect.Items([.. Enumerable.Range(0, 10).Select(n => $"{stream.Key.Value}/{n}")], [.. stream.Select(static claim => claim.Record.Key)], "records of a stream, as they were told");
        }),
    ];

    private static Task TogetherAsync(Func<int, Task> write) => Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => write(writer))));

    // What a host does: after a fault whose outcome is unknown, the same append again.
    private static async Task<AppendStatus> SettledAsync(IJournal<Note, NoteAdded> journal, Append<Note, NoteAdded> append, CancellationToken cancel) =>
        (await RetryAsync(() => journal.AppendAsync(append, cancel)).ConfigureAwait(false)).Status;

    private static async Task<T> RetryAsync<T>(Func<ValueTask<T>> call)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (StoreException fault) when (fault.IsTransient && attempt < 100)
            {
                await Task.Delay(attempt).ConfigureAwait(false);
            }
        }
    }
}
