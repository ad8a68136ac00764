namespace CustomerLifecycle.Tests;

internal sealed record Notes(int Count);

internal sealed record NoteAdded(string Text, Instant Occurred, Instant Recorded) : IJournalRecord
{
    public string Kind => "note";

    public decimal? Amount => Text.Length;
}

internal sealed class ToldNotes : IOutboxProjection<NoteAdded>
{
    public static ToldNotes Instance { get; } = new();

    public OutboxRecord Project(StreamId stream, NoteAdded record, int index) => new(stream, "told", $"{record.Text}/{index}", record, "length");
}

internal sealed class TestClock(Instant now) : IClock
{
    public Instant Now { get; set; } = now;

    public Instant GetCurrentInstant() => Now;
}

internal static class NoteAppends
{
    public static readonly Instant Noon = Instant.FromUtc(2026, 3, 1, 12, 0);

    public static StreamId Stream(string name) => new(name);

    public static RequestHash Hash(string text)
    {
        var hasher = RequestHasher.Start("note");
        hasher.Add(text);
        return hasher.ToHash();
    }

    public static Append<Notes, NoteAdded> One(string stream, long expected, string key, string text = "hello", Instant? due = null, params string[] outbox) =>
        new(new(key), Hash(text), Part(stream, expected, due, text), [.. outbox.Select(kind => new OutboxRecord(new(stream), kind, Noon, $"{key}/{kind}"))]);

    public static StreamAppend<Notes, NoteAdded> Part(string stream, long expected, Instant? due = null, params string[] texts) =>
        new(new(stream), expected, new Notes((int)expected + texts.Length), due, texts.Select(text => new NoteAdded(text, Noon, Noon)).ToArray());
}
