using static CustomerLifecycle.Tests.NoteAppends;

namespace CustomerLifecycle.Tests;

public class AppendTests
{
    [Fact]
    public void Records_OfOneRecord_AreThatRecord()
    {
        var record = new NoteAdded("x", Noon, Noon);

        var part = new StreamAppend<Notes, NoteAdded>(new("a"), 4, new Notes(5), null, record);

        Assert.Same(record, Assert.Single(part.Records));
        Assert.Equal((1, 5L), (part.RecordCount, part.NewVersion));
        Assert.Equal((3, 7L), (Part("a", 4, null, "x", "y", "z").RecordCount, Part("a", 4, null, "x", "y", "z").NewVersion));
    }

    [Fact]
    public void Part_WithoutARecord_IsRefused()
    {
        Assert.Throws<ArgumentNullException>(() => new StreamAppend<Notes, NoteAdded>(new("a"), 0, new Notes(1), null, (NoteAdded)null!));
        Assert.Throws<ArgumentNullException>(() => new StreamAppend<Notes, NoteAdded>(new("a"), 0, new Notes(1), null, [null!]));
        Assert.Throws<ArgumentException>(() => new StreamAppend<Notes, NoteAdded>(new("a"), 0, new Notes(1), null, []));
    }

    [Fact]
    public void Part_WithARecordOfNoKind_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new StreamAppend<Notes, Named>(new("a"), 0, new Notes(1), null, new Named("")));
        Assert.Throws<ArgumentException>(() => new StreamAppend<Notes, Named>(new("a"), 0, new Notes(1), null, [new("k"), new(new string('k', JournalLimits.MaxKindLength + 1))]));
    }

    [Fact]
    public void Outbox_OfAProjection_TellsOfEachRecordInOrder()
    {
        var part = Part("a", 2, null, "one", "three");

        var append = new Append<Notes, NoteAdded>(new("k"), Hash("x"), part, ToldNotes.Instance);

        Assert.Equal([("one/0", PropertyBag.Of("length", 3m)), ("three/1", PropertyBag.Of("length", 5m))], append.Outbox.Select(told => (told.Key, told.Properties)));
        Assert.Same(append.Outbox, append.Outbox);
    }

    [Fact]
    public async Task Outbox_OfAProjectionThatIsWrong_SaysWhatIsAndLosesNothing()
    {
        var wrong = new WrongProjection { Told = new OutboxRecord(new("b"), "told", Noon, "k") };
        var append = new Append<Notes, NoteAdded>(new("k"), Hash("x"), Part("a", 0, null, "x"), wrong);
        var journal = new InMemoryJournal<Notes, NoteAdded>(new TestClock(Noon));
        await journal.AppendAsync(append);

        Assert.Contains("names the stream of its record", Assert.Throws<InvalidOperationException>(() => append.Outbox).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await journal.ClaimOutboxAsync(1, Duration.FromMinutes(1)));
        wrong.Told = null;
        Assert.Contains("tells of every record", Assert.Throws<InvalidOperationException>(() => append.Outbox).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await journal.ClaimOutboxAsync(1, Duration.FromMinutes(1)));
        wrong.Told = new OutboxRecord(new("a"), "told", Noon, "k");
        Assert.Equal((1L, 1), Assert.Single((await journal.ClaimOutboxAsync(10, Duration.FromMinutes(1))).Select(claim => (claim.Position, claim.Attempt))));
    }

    [Fact]
    public async Task Claim_OfWhatAProjectionTells_IsTheSameEachTime()
    {
        var clock = new TestClock(Noon);
        var journal = new InMemoryJournal<Notes, NoteAdded>(clock);
        await journal.AppendAsync(new(new("k"), Hash("x"), Part("a", 0, null, "one", "three"), ToldNotes.Instance));

        Assert.Equal((2L, Noon), await MeasureAsync());
        var first = await journal.ClaimOutboxAsync(10, Duration.FromMinutes(1));
        clock.Now += Duration.FromMinutes(2);
        var second = await journal.ClaimOutboxAsync(10, Duration.FromMinutes(1));

        Assert.Equal((2L, Noon), await MeasureAsync());
        Assert.Equal([(1L, 2L, "one/0"), (2L, 2L, "three/1")], first.Select(claim => (claim.Position, claim.Version, claim.Record.Key)));
        Assert.Equal(first.Select(claim => claim.Record), second.Select(claim => claim.Record));

        async Task<(long, Instant?)> MeasureAsync() => await journal.MeasureAsync() is var backlog ? (backlog.OutboxRecords, backlog.OldestOutbox) : default;
    }

    private sealed record Named(string Kind) : IJournalRecord
    {
        public Instant Occurred => Noon;

        public Instant Recorded => Noon;

        public decimal? Amount => null;
    }

    private sealed class WrongProjection : IOutboxProjection<NoteAdded>
    {
        public OutboxRecord? Told { get; set; }

        public OutboxRecord Project(StreamId stream, NoteAdded record, int index) => Told!;
    }
}
