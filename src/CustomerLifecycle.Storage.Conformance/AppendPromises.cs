using static CustomerLifecycle.Storage.Conformance.Notes;

namespace CustomerLifecycle.Storage.Conformance;

internal static class AppendPromises
{
    public static readonly Promise[] All =
    [
        new("a stream that was never written has version 0, no state and no records", static async (journal, cancel) =>
        {
            var loaded = await journal.LoadAsync(Stream("new"), cancel).ConfigureAwait(false);
            Expect.Equal(0, loaded.Version, "version");
            Expect.Equal(null, loaded.State, "state");
            Expect.Equal(0, (await journal.AllAsync(Stream("new"), cancel).ConfigureAwait(false)).Count, "records");
        }),
        new("the first append makes the stream, with version 1 and the state it brings", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k1", "hello"), cancel).ConfigureAwait(false);
            var loaded = await journal.LoadAsync(Stream("a"), cancel).ConfigureAwait(false);
            Expect.Equal(Stream("a"), loaded.Stream, "stream");
            Expect.Equal(1, loaded.Version, "version");
            Expect.Equal(new Note(1, "hello"), loaded.State, "state");
        }),
        new("each append adds to the version and replaces the state", static async (journal, cancel) =>
        {
            for (var i = 0; i < 20; i++) await journal.AppendedAsync(One(Stream("a"), i, $"k{i}"), cancel).ConfigureAwait(false);
            var loaded = await journal.LoadAsync(Stream("a"), cancel).ConfigureAwait(false);
            Expect.Equal(20, loaded.Version, "version");
            Expect.Equal(new Note(20, "k19"), loaded.State, "state");
        }),
        new("an append of several records gives each a version of its own", static async (journal, cancel) =>
        {
            NoteAdded[] three = [Record("x"), Record("y"), Record("z")];
            await journal.AppendedAsync(new(Key("k"), Request("k"), new StreamAppend<Note, NoteAdded>(Stream("a"), 0, new(3, "z"), null, three)), cancel).ConfigureAwait(false);
            var all = await journal.AllAsync(Stream("a"), cancel).ConfigureAwait(false);
            Expect.Items([1L, 2L, 3L], [.. all.Select(static record => record.Version)], "versions");
            Expect.Items(three, [.. all.Select(static record => record.Record)], "records");
            Expect.Equal(3, await journal.VersionAsync(Stream("a"), cancel).ConfigureAwait(false), "version");
        }),
        new("an append at a stale version is refused and stores nothing", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k1"), cancel).ConfigureAwait(false);
            var outcome = await journal.AppendAsync(One(Stream("a"), 0, "k2", due: Noon, outbox: [Told(Stream("a"), "k2")]), cancel).ConfigureAwait(false);
            Expect.Equal(AppendStatus.VersionConflict, outcome.Status, "status");
            await NothingOfAsync(journal, "k2", cancel).ConfigureAwait(false);
            Expect.Equal(new Note(1, "k1"), (await journal.LoadAsync(Stream("a"), cancel).ConfigureAwait(false)).State, "state");
        }),
        new("an append at a version that is not there yet is refused and stores nothing", static async (journal, cancel) =>
        {
            var outcome = await journal.AppendAsync(One(Stream("a"), 1, "k"), cancel).ConfigureAwait(false);
            Expect.Equal(AppendStatus.VersionConflict, outcome.Status, "status");
            Expect.Equal(0, await journal.VersionAsync(Stream("a"), cancel).ConfigureAwait(false), "version");
            await NothingOfAsync(journal, "k", cancel).ConfigureAwait(false);
        }),
        new("a version conflict says which stream, what was expected and what is there", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("b"), 0, "k1"), cancel).ConfigureAwait(false);
            var outcome = await journal.AppendAsync(Many("k2", Part(Stream("a"), 0, "x"), Part(Stream("b"), 7, "y")), cancel).ConfigureAwait(false);
            Expect.Equal(new VersionMismatch(Stream("b"), 7, 1), outcome.Mismatch, "mismatch");
        }),
        new("the same key with the same request gives the first result and stores nothing", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k", due: Noon, outbox: [Told(Stream("a"), "k")]), cancel).ConfigureAwait(false);
            var again = await journal.AppendAsync(One(Stream("a"), 0, "k", due: Noon + Duration.FromDays(1), outbox: [Told(Stream("a"), "k")]), cancel).ConfigureAwait(false);
            Expect.Equal(AppendStatus.Replayed, again.Status, "status");
            CheckFirst(again.First);
            Expect.Equal(1, await journal.VersionAsync(Stream("a"), cancel).ConfigureAwait(false), "version");
            Expect.Equal(1, (await journal.ClaimOutboxAsync(10, Duration.FromMinutes(1), cancel).ConfigureAwait(false)).Count, "outbox records");
            Expect.Equal(1, (await journal.ClaimDueAsync(Noon, 10, Duration.FromMinutes(1), cancel).ConfigureAwait(false)).Count, "due streams at the first due instant");
        }),
        new("a known key is recognised before the version is looked at, however much was written since", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k"), cancel).ConfigureAwait(false);
            for (var i = 1; i < 10; i++) await journal.AppendedAsync(One(Stream("a"), i, $"other{i}"), cancel).ConfigureAwait(false);
            var again = await journal.AppendAsync(One(Stream("a"), 5, "k"), cancel).ConfigureAwait(false);
            Expect.Equal(AppendStatus.Replayed, again.Status, "status");
            CheckFirst(again.First);
        }),
        new("the same key with another request is a conflict and stores nothing", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k"), cancel).ConfigureAwait(false);
            var other = await journal.AppendAsync(One(Stream("a"), 1, "k", "another"), cancel).ConfigureAwait(false);
            Expect.Equal(AppendStatus.KeyConflict, other.Status, "status");
            Expect.Items(["k"], await journal.TextsAsync(Stream("a"), cancel).ConfigureAwait(false), "notes");
        }),
        new("keys are unique over all streams", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k"), cancel).ConfigureAwait(false);
            Expect.Equal(AppendStatus.Replayed, (await journal.AppendAsync(One(Stream("b"), 0, "k"), cancel).ConfigureAwait(false)).Status, "status on another stream");
            Expect.Equal(0, await journal.VersionAsync(Stream("b"), cancel).ConfigureAwait(false), "version of the other stream");
        }),
        new("keys differ by case, accent and trailing blank", static async (journal, cancel) =>
        {
            string[] keys = ["key", "KEY", "kéy", "key ", "ke\u0301y", "ｋey"];
            for (var i = 0; i < keys.Length; i++) await journal.AppendedAsync(One(Stream("a"), i, keys[i]), cancel).ConfigureAwait(false);
            Expect.Equal(keys.Length, await journal.VersionAsync(Stream("a"), cancel).ConfigureAwait(false), "version");
        }),
        new("a refused append does not use up its key", static async (journal, cancel) =>
        {
            await journal.AppendAsync(One(Stream("a"), 3, "k"), cancel).ConfigureAwait(false);
            await journal.AppendedAsync(One(Stream("a"), 0, "k"), cancel).ConfigureAwait(false);
        }),
        new("several streams are appended to together", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("b"), 0, "k1"), cancel).ConfigureAwait(false);
            await journal.AppendedAsync(Many("k2", Part(Stream("c"), 0, "x"), Part(Stream("b"), 1, "y"), Part(Stream("a"), 0, "z")), cancel).ConfigureAwait(false);
            Expect.Items(["z"], await journal.TextsAsync(Stream("a"), cancel).ConfigureAwait(false), "notes of a");
            Expect.Items(["k1", "y"], await journal.TextsAsync(Stream("b"), cancel).ConfigureAwait(false), "notes of b");
            Expect.Items(["x"], await journal.TextsAsync(Stream("c"), cancel).ConfigureAwait(false), "notes of c");
            var first = Expect.NotNull(await journal.FindAsync(Key("k2"), cancel).ConfigureAwait(false), "commit of k2");
            Expect.Items(["z", "y", "x"], [.. first.Records.Select(static record => record.Record.Text)], "records of the commit, by stream");
        }),
        new("several streams are appended to all or not at all", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("b"), 0, "k1"), cancel).ConfigureAwait(false);
            var outcome = await journal.AppendAsync(Many("k2", Part(Stream("a"), 0, "x"), Part(Stream("b"), 0, "y"), Part(Stream("c"), 0, "z")), cancel).ConfigureAwait(false);
            Expect.Equal(AppendStatus.VersionConflict, outcome.Status, "status");
            Expect.Equal(0, await journal.VersionAsync(Stream("a"), cancel).ConfigureAwait(false), "version of a");
            Expect.Equal(1, await journal.VersionAsync(Stream("b"), cancel).ConfigureAwait(false), "version of b");
            Expect.Equal(0, await journal.VersionAsync(Stream("c"), cancel).ConfigureAwait(false), "version of c");
            Expect.Equal(null, await journal.FindAsync(Key("k2"), cancel).ConfigureAwait(false), "commit of k2");
        }),
        new("a batch is as if its appends came one after another, each all or nothing by itself", static async (journal, cancel) =>
        {
            var outcomes = await journal.AppendBatchAsync(
                [One(Stream("a"), 0, "k1"), One(Stream("a"), 1, "k2"), One(Stream("a"), 1, "k3"), One(Stream("a"), 0, "k1"), One(Stream("a"), 2, "k2", "another"), One(Stream("b"), 0, "k4"), One(Stream("a"), 2, "k3")],
                cancel).ConfigureAwait(false);
            Expect.Items(
                [AppendStatus.Appended, AppendStatus.Appended, AppendStatus.VersionConflict, AppendStatus.Replayed, AppendStatus.KeyConflict, AppendStatus.Appended, AppendStatus.Appended],
                [.. outcomes.Select(static outcome => outcome.Status)],
                "statuses");
            Expect.Items(["k1", "k2", "k3"], await journal.TextsAsync(Stream("a"), cancel).ConfigureAwait(false), "notes of a");
            Expect.Equal(new VersionMismatch(Stream("a"), 1, 2), outcomes[2].Mismatch, "mismatch inside the batch");
            CheckFirst(outcomes[3].First, "k1");
        }),
        new("a batch of which some was appended before answers that with the first results, and appends the rest", static async (journal, cancel) =>
        {
            await journal.AppendBatchAsync([One(Stream("a"), 0, "k1"), One(Stream("b"), 0, "k2")], cancel).ConfigureAwait(false);
            var outcomes = await journal.AppendBatchAsync([One(Stream("a"), 0, "k1"), One(Stream("a"), 1, "k3"), One(Stream("b"), 0, "k2", "another"), One(Stream("c"), 0, "k4")], cancel).ConfigureAwait(false);
            Expect.Items(
                [AppendStatus.Replayed, AppendStatus.Appended, AppendStatus.KeyConflict, AppendStatus.Appended],
                [.. outcomes.Select(static outcome => outcome.Status)],
                "statuses");
            CheckFirst(outcomes[0].First, "k1");
            Expect.Items(["k1", "k3"], await journal.TextsAsync(Stream("a"), cancel).ConfigureAwait(false), "notes of a");
            Expect.Items(["k2"], await journal.TextsAsync(Stream("b"), cancel).ConfigureAwait(false), "notes of b");
            Expect.Items(["k4"], await journal.TextsAsync(Stream("c"), cancel).ConfigureAwait(false), "notes of c");
        }),
        new("a batch sets what is due, ends claims and tells the outbox in its order", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k1", due: Noon), cancel).ConfigureAwait(false);
            await journal.AppendedAsync(One(Stream("b"), 0, "k2", due: Noon), cancel).ConfigureAwait(false);
            await journal.ClaimDueAsync(Noon, 10, Duration.FromHours(1), cancel).ConfigureAwait(false);
            await journal.AppendBatchAsync(
                [
                    One(Stream("c"), 0, "k3", due: Noon, outbox: [Told(Stream("c"), "first")]),
                    One(Stream("a"), 1, "k4", due: Noon + Duration.FromDays(1), outbox: [Told(Stream("a"), "second"), Told(Stream("a"), "third")]),
                    One(Stream("a"), 2, "k5", due: Noon, outbox: [Told(Stream("a"), "fourth")]),
                ],
                cancel).ConfigureAwait(false);

            // b is still claimed; a is due by its last append, and c is new.
            var claims = await journal.ClaimDueAsync(Noon, 10, Duration.FromHours(1), cancel).ConfigureAwait(false);
            Expect.Items(["a", "c"], [.. claims.Select(static claim => claim.Stream.Value)], "claims after the batch");
            Expect.Items([3L, 1L], [.. claims.Select(static claim => claim.Version)], "versions of the claims");
            Expect.Items([1, 1], [.. claims.Select(static claim => claim.Attempt)], "attempts of the claims");
            var told = await journal.ClaimOutboxAsync(10, Duration.FromHours(1), cancel).ConfigureAwait(false);
            Expect.Items(["first", "second", "third", "fourth"], [.. told.Select(static claim => claim.Record.Key)], "outbox records");
            Expect.Items([1L, 2L, 2L, 3L], [.. told.Select(static claim => claim.Version)], "versions told");
        }),
        new("a batch of two thousand appends to as many streams and to one", static async (journal, cancel) =>
        {
            var batch = Enumerable.Range(0, 1_000).Select(static i => One(Stream($"many{i}"), 0, $"m{i}"))
                .Concat(Enumerable.Range(0, 1_000).Select(static i => One(Stream("one"), i, $"o{i}")));
            var outcomes = await journal.AppendBatchAsync([.. batch], cancel).ConfigureAwait(false);
            Expect.True(outcomes.All(static outcome => outcome.Status == AppendStatus.Appended), "all are appended");
            Expect.Equal(1_000, await journal.VersionAsync(Stream("one"), cancel).ConfigureAwait(false), "version of the one");
            Expect.Equal(new Note(1, "m999"), (await journal.LoadAsync(Stream("many999"), cancel).ConfigureAwait(false)).State, "state of the last of many");
        }),
        new("everything at its limit is accepted", static async (journal, cancel) =>
        {
            var longest = Stream(new string('長', StreamId.MaxLength));
            var key = new string('鍵', IdempotencyKey.MaxLength);
            var records = Enumerable.Range(0, JournalLimits.MaxRecords).Select(static i => new NoteAdded($"{i}", Noon, Noon, new string('k', JournalLimits.MaxKindLength))).ToArray();
            var outbox = Enumerable.Range(0, JournalLimits.MaxOutboxRecords).Select(i => Told(longest, $"{i}")).ToArray();
            await journal.AppendedAsync(new(Key(key), Request(key), new StreamAppend<Note, NoteAdded>(longest, 0, new(1, new string('n', 100_000)), null, records), outbox), cancel).ConfigureAwait(false);
            Expect.Equal(JournalLimits.MaxRecords, await journal.VersionAsync(longest, cancel).ConfigureAwait(false), "version");
            Expect.Equal(100_000, Expect.NotNull((await journal.LoadAsync(longest, cancel).ConfigureAwait(false)).State, "state").Last.Length, "length of a long state");

            await journal.AppendedAsync(Many("wide", [.. Enumerable.Range(0, JournalLimits.MaxStreams).Select(static i => Part(Stream($"w{i}"), 0, "w"))]), cancel).ConfigureAwait(false);
            Expect.Equal(JournalLimits.MaxStreams, Expect.NotNull(await journal.FindAsync(Key("wide"), cancel).ConfigureAwait(false), "commit").Records.Count, "records of the widest append");
        }),
        new("a call that is cancelled before it starts throws and stores nothing", static async (journal, cancel) =>
        {
            using var cancelled = new CancellationTokenSource();
#pragma warning disable CA1849, MA0042 // CancelAsync is not there on netstandard2.0
            cancelled.Cancel();
#pragma warning restore CA1849, MA0042
            await Expect.CancelledAsync(async () => await journal.AppendAsync(One(Stream("a"), 0, "k"), cancelled.Token).ConfigureAwait(false), "append").ConfigureAwait(false);
            Expect.Equal(null, await journal.FindAsync(Key("k"), cancel).ConfigureAwait(false), "commit");
        }),
    ];

    private static void CheckFirst(Commit<NoteAdded>? first, string key = "k")
    {
        var commit = Expect.NotNull(first, "the first result");
        Expect.Equal(Key(key), commit.Key, "key of the first result");
        Expect.Equal(1, commit.Records.Count, "records of the first result");
        Expect.Equal(Stream("a"), commit.Records[0].Stream, "stream of the first result");
        Expect.Equal(1, commit.Records[0].Version, "version of the first result");
        Expect.Equal(Record(key), commit.Records[0].Record, "record of the first result");
    }

    private static async Task NothingOfAsync(IJournal<Note, NoteAdded> journal, string key, CancellationToken cancel)
    {
        Expect.Equal(null, await journal.FindAsync(Key(key), cancel).ConfigureAwait(false), $"commit of {key}");
        Expect.Equal(0, (await journal.ClaimOutboxAsync(10, Duration.FromMinutes(1), cancel).ConfigureAwait(false)).Count, "outbox records");
        Expect.Equal(0, (await journal.ClaimDueAsync(Noon, 10, Duration.FromMinutes(1), cancel).ConfigureAwait(false)).Count, "due streams");
    }
}
