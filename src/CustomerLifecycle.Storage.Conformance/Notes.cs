namespace CustomerLifecycle.Storage.Conformance;

/// <summary>Short ways to write and read notes.</summary>
internal static class Notes
{
    public static readonly Instant Noon = Instant.FromUtc(2026, 3, 1, 12, 0);

    public static StreamId Stream(string name) => new(name);

    public static IdempotencyKey Key(string name) => new(name);

    public static RequestHash Request(string text)
    {
        var hasher = RequestHasher.Start("note");
        hasher.Add(text);
        return hasher.ToHash();
    }

    public static NoteAdded Record(string text) => new(text, Noon, Noon);

    public static StreamAppend<Note, NoteAdded> Part(StreamId stream, long expected, string text, Instant? due = null) =>
        new(stream, expected, new(expected + 1, text), due, Record(text));

    public static Append<Note, NoteAdded> One(StreamId stream, long expected, string key, string? text = null, Instant? due = null, IReadOnlyList<OutboxRecord>? outbox = null)
    {
        text ??= key;
        return new(Key(key), Request(text), Part(stream, expected, text, due), outbox);
    }

    public static Append<Note, NoteAdded> Many(string key, params StreamAppend<Note, NoteAdded>[] parts) => new(Key(key), Request(key), parts);

    /// <summary>An append of several notes, each of which the outside is told.</summary>
    public static Append<Note, NoteAdded> Projected(StreamId stream, long expected, string key, params NoteAdded[] records) =>
        new(Key(key), Request(key), new StreamAppend<Note, NoteAdded>(stream, expected, new(expected + records.Length, records[records.Length - 1].Text), null, records), NoteProjection.Instance);

    public static OutboxRecord Told(StreamId stream, string key) => new(stream, "NoteTold", Noon, key);

    public static async Task AppendedAsync(this IJournal<Note, NoteAdded> journal, Append<Note, NoteAdded> append, CancellationToken cancellationToken)
    {
        var outcome = await journal.AppendAsync(append, cancellationToken).ConfigureAwait(false);
        Expect.Equal(AppendStatus.Appended, outcome.Status, $"append under key '{append.Key.Value}'");
    }

    public static async Task<long> VersionAsync(this IJournal<Note, NoteAdded> journal, StreamId stream, CancellationToken cancellationToken) =>
        (await journal.LoadAsync(stream, cancellationToken).ConfigureAwait(false)).Version;

    public static async Task<List<Recorded<NoteAdded>>> AllAsync(this IJournal<Note, NoteAdded> journal, StreamId stream, CancellationToken cancellationToken, int page = 100)
    {
        var all = new List<Recorded<NoteAdded>>();
        while (true)
        {
            var records = await journal.ReadAsync(stream, all.Count, page, cancellationToken).ConfigureAwait(false);
            if (records.Count == 0) return all;
            Expect.True(records.Count <= page, "a page holds at most as many records as were asked for");
            all.AddRange(records);
        }
    }

    public static async Task<List<string>> TextsAsync(this IJournal<Note, NoteAdded> journal, StreamId stream, CancellationToken cancellationToken) =>
        [.. (await journal.AllAsync(stream, cancellationToken).ConfigureAwait(false)).Select(static record => record.Record.Text)];

    /// <summary>Waits until the store's clock has passed an instant: leases run by it.</summary>
    public static async Task PassAsync(this IJournal<Note, NoteAdded> journal, Instant until, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            if ((await journal.LoadAsync(Stream("clock"), cancellationToken).ConfigureAwait(false)).StoreTime > until) return;
            await Task.Delay(10, cancellationToken).ConfigureAwait(false);
        }

        throw new ConformanceException($"The store's clock did not pass {until} within ten seconds. Run the kit with a clock that runs.");
    }
}

/// <summary>Tells of each note its text, place and amount.</summary>
internal sealed class NoteProjection : IOutboxProjection<NoteAdded>
{
    public static NoteProjection Instance { get; } = new();

    public OutboxRecord Project(StreamId stream, NoteAdded record, int index) =>
        new(stream, "NoteAdded", record.Occurred, $"{record.Text}/{index}", PropertyBag.Of(("place", index), ("amount", record.Amount ?? 0m)));
}
