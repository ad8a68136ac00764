using static CustomerLifecycle.Storage.Conformance.Notes;

namespace CustomerLifecycle.Storage.Conformance;

internal static class ReadPromises
{
    public static readonly Promise[] All =
    [
        new("records read back whole, in version order, page by page", static async (journal, cancel) =>
        {
            for (var i = 0; i < 25; i++) await journal.AppendedAsync(One(Stream("a"), i, $"k{i}"), cancel).ConfigureAwait(false);
            var all = await journal.AllAsync(Stream("a"), cancel, page: 7).ConfigureAwait(false);
            Expect.Items([.. Enumerable.Range(0, 25).Select(static i => $"k{i}")], [.. all.Select(static record => record.Record.Text)], "notes");
            Expect.Items([.. Enumerable.Range(1, 25).Select(static i => (long)i)], [.. all.Select(static record => record.Version)], "versions");
            Expect.Items([.. Enumerable.Range(0, 25).Select(static i => Key($"k{i}"))], [.. all.Select(static record => record.Key)], "keys");
            Expect.True(all.TrueForAll(static record => record.Stream == Stream("a")), "each names its stream");
        }),
        new("reading after the last version gives nothing, and so does a stream that is not there", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k"), cancel).ConfigureAwait(false);
            Expect.Equal(0, (await journal.ReadAsync(Stream("a"), 1, 10, cancel).ConfigureAwait(false)).Count, "records after the last");
            Expect.Equal(0, (await journal.ReadAsync(Stream("a"), long.MaxValue, 10, cancel).ConfigureAwait(false)).Count, "records after the end of numbers");
            Expect.Equal(0, (await journal.ReadAsync(Stream("none"), 0, 10, cancel).ConfigureAwait(false)).Count, "records of no stream");
        }),
        new("instants keep their nanoseconds, amounts their value, texts every character", static async (journal, cancel) =>
        {
            NoteAdded[] records =
            [
                new("plain", Noon + Duration.FromNanoseconds(1), Noon + Duration.FromNanoseconds(999_999_999), "earn", 0.1m),
                new("早上好 😀 e\u0301 'quoted' \"double\" \\ % _ \t\n;--", Instant.FromUtc(1, 1, 1, 0, 0), Instant.FromUtc(9998, 12, 31, 23, 59), "kind-ÄÖ", -79_228_162_514_264_337_593_543_950_335m),
                new("", Instant.FromUnixTimeTicks(0), Instant.FromUnixTimeTicks(-1), "k", 0.0000000000000000000000000001m),
                new("none", Noon, Noon),
            ];
            await journal.AppendedAsync(new(Key("k"), Request("k"), new StreamAppend<Note, NoteAdded>(Stream("a"), 0, new(4, "😀"), null, records)), cancel).ConfigureAwait(false);
            Expect.Items(records, [.. (await journal.AllAsync(Stream("a"), cancel).ConfigureAwait(false)).Select(static record => record.Record)], "records");
            Expect.Equal(new Note(4, "😀"), (await journal.LoadAsync(Stream("a"), cancel).ConfigureAwait(false)).State, "state");
        }),
        new("streams differ by case, accent, width and blank", static async (journal, cancel) =>
        {
            string[] names = ["anna", "Anna", "ánna", "a\u0301nna", "anna ", "ａnna", "anna😀", "anna'"];
            for (var i = 0; i < names.Length; i++) await journal.AppendedAsync(One(Stream(names[i]), 0, $"k{i}"), cancel).ConfigureAwait(false);
            for (var i = 0; i < names.Length; i++) Expect.Items([$"k{i}"], await journal.TextsAsync(Stream(names[i]), cancel).ConfigureAwait(false), $"notes of '{names[i]}'");
        }),
        new("streams are listed in order of code points, page by page", static async (journal, cancel) =>
        {
            string[] sorted = ["!", "A", "B", "a", "aa", "b", "é", "字", "\uFF5E", "😀"];
            foreach (var name in Enumerable.Reverse(sorted)) await journal.AppendedAsync(One(Stream(name), 0, $"k{name}"), cancel).ConfigureAwait(false);

            var listed = new List<string>();
            StreamId? after = null;
            while (true)
            {
                var page = await journal.ListAsync(after, 3, cancel).ConfigureAwait(false);
                if (page.Count == 0) break;
                Expect.True(page.Count <= 3, "a page holds at most as many streams as were asked for");
                listed.AddRange(page.Select(static loaded => loaded.Stream.Value));
                after = page[page.Count - 1].Stream;
                Expect.True(page.All(static loaded => loaded is { Version: 1, State: not null }), "each comes with its state and version");
            }

            Expect.Items(sorted, listed, "streams");
        }),
        new("loading several gives one for each, in the order asked for", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "ka"), cancel).ConfigureAwait(false);
            await journal.AppendedAsync(One(Stream("b"), 0, "kb"), cancel).ConfigureAwait(false);
            var loaded = await journal.LoadManyAsync([Stream("b"), Stream("none"), Stream("a"), Stream("b")], cancel).ConfigureAwait(false);
            Expect.Items(["b", "none", "a", "b"], [.. loaded.Select(static one => one.Stream.Value)], "streams");
            Expect.Items([1L, 0L, 1L, 1L], [.. loaded.Select(static one => one.Version)], "versions");
            Expect.Items(["kb", null, "ka", "kb"], [.. loaded.Select(static one => one.State?.Last)], "states");
            Expect.Equal(0, (await journal.LoadManyAsync([], cancel).ConfigureAwait(false)).Count, "streams of an empty list");
        }),
        new("a key finds what was appended under it, and nothing else does", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k", "text"), cancel).ConfigureAwait(false);
            await journal.AppendedAsync(One(Stream("a"), 1, "l"), cancel).ConfigureAwait(false);
            var commit = Expect.NotNull(await journal.FindAsync(Key("k"), cancel).ConfigureAwait(false), "commit");
            Expect.Equal(Key("k"), commit.Key, "key");
            Expect.Equal(Request("text"), commit.Request, "request hash");
            Expect.Items(["text"], [.. commit.Records.Select(static record => record.Record.Text)], "records");
            Expect.Equal(null, await journal.FindAsync(Key("unknown"), cancel).ConfigureAwait(false), "commit of an unknown key");
        }),
        new("the store's clock does not run backwards", static async (journal, cancel) =>
        {
            var last = Instant.MinValue;
            for (var i = 0; i < 20; i++)
            {
                var now = (await journal.LoadAsync(Stream("a"), cancel).ConfigureAwait(false)).StoreTime;
                Expect.True(now >= last, $"{now} is not before {last}");
                last = now;
            }
        }),
    ];
}
