using static CustomerLifecycle.Tests.NoteAppends;

namespace CustomerLifecycle.Tests;

public class InMemoryJournalTests
{
    private readonly TestClock _clock = new(Noon);
    private readonly InMemoryJournal<Notes, NoteAdded> _journal;

    public InMemoryJournalTests() => _journal = new(_clock);

    [Fact]
    public async Task Append_ToANewStream_IsLoadedAndReadBack()
    {
        var outcome = await _journal.AppendAsync(One("a", 0, "k1", "hello"));

        var loaded = await _journal.LoadAsync(new("a"));
        var record = Assert.Single(await _journal.ReadAsync(new("a"), 0, 10));
        Assert.Equal(AppendStatus.Appended, outcome.Status);
        Assert.Equal((1, 1L, Noon), (loaded.State!.Count, loaded.Version, loaded.StoreTime));
        Assert.Equal(("hello", 1L, new IdempotencyKey("k1")), (record.Record.Text, record.Version, record.Key));
    }

    [Fact]
    public async Task Append_SameKeySameRequest_GivesTheFirstResultAgainWhateverTheVersions()
    {
        await _journal.AppendAsync(One("a", 0, "k1", "hello"));
        await _journal.AppendAsync(One("a", 1, "k2", "world"));

        var again = await _journal.AppendAsync(One("a", 7, "k1", "hello"));

        Assert.Equal(AppendStatus.Replayed, again.Status);
        Assert.Equal("hello", Assert.Single(again.First!.Records).Record.Text);
        Assert.Equal(2, (await _journal.LoadAsync(new("a"))).Version);
    }

    [Fact]
    public async Task Append_SameKeyOtherRequest_IsAKeyConflict()
    {
        await _journal.AppendAsync(One("a", 0, "k1", "hello"));

        Assert.Equal(AppendStatus.KeyConflict, (await _journal.AppendAsync(One("a", 1, "k1", "other"))).Status);
    }

    [Fact]
    public async Task Append_ToSeveralStreams_IsAllOrNothing()
    {
        await _journal.AppendAsync(One("b", 0, "k1"));

        var refused = await _journal.AppendAsync(new(new("k2"), Hash("x"), [Part("c", 0, null, "x"), Part("b", 0, null, "x"), Part("a", 0, null, "x")]));
        var accepted = await _journal.AppendAsync(new(new("k2"), Hash("x"), [Part("c", 0, null, "x"), Part("b", 1, null, "x", "y"), Part("a", 0, null, "x")]));

        Assert.Equal(new VersionMismatch(new("b"), 0, 1), refused.Mismatch);
        Assert.Equal(AppendStatus.Appended, accepted.Status);
        Assert.Equal(
            [("a", 1L), ("b", 2L), ("b", 3L), ("c", 1L)],
            (await _journal.FindAsync(new("k2")))!.Records.Select(record => (record.Stream.Value, record.Version)));
    }

    [Fact]
    public async Task Read_OfAnyPageOfALongStream_GivesItsVersionsInOrder()
    {
        var random = new Random(7);
        const int Streams = 3;
        var versions = new int[Streams];
        while (versions.Sum() < 2_000)
        {
            var stream = random.Next(Streams);
            string[] texts = [.. Enumerable.Range(versions[stream] + 1, 1 + random.Next(5)).Select(version => $"{stream}/{version}")];
            Assert.Equal(AppendStatus.Appended, (await _journal.AppendAsync(new(new($"k{versions.Sum()}"), Hash("x"), Part($"s{stream}", versions[stream], null, texts)))).Status);
            versions[stream] += texts.Length;
            var asked = random.Next(Streams);
            var (after, limit) = (random.Next(versions[asked] + 5), 1 + random.Next(200));

            var page = await _journal.ReadAsync(new($"s{asked}"), after, limit);

            var expected = Enumerable.Range(after + 1, Math.Max(0, Math.Min(limit, versions[asked] - after))).Select(version => ((long)version, $"{asked}/{version}"));
            Assert.Equal(expected, page.Select(record => (record.Version, record.Record.Text)));
        }

        Assert.Empty(await _journal.ReadAsync(new("s0"), long.MaxValue, 10));
    }

    [Fact]
    public async Task ClaimDue_OfTwoHosts_GivesEachStreamOnceUntilTheLeaseIsOver()
    {
        await _journal.AppendAsync(One("b", 0, "k1", due: Noon));
        await _journal.AppendAsync(One("a", 0, "k2", due: Noon));
        await _journal.AppendAsync(One("c", 0, "k3", due: Noon + Duration.FromDays(1)));

        var first = await _journal.ClaimDueAsync(Noon, 10, Duration.FromMinutes(1));
        var second = await _journal.ClaimDueAsync(Noon, 10, Duration.FromMinutes(1));
        _clock.Now += Duration.FromMinutes(1);
        var third = await _journal.ClaimDueAsync(Noon, 10, Duration.FromMinutes(1));

        Assert.Equal([new("a"), new("b")], first.Select(claim => claim.Stream));
        Assert.Empty(second);
        Assert.Equal([("a", 2), ("b", 2)], third.Select(claim => (claim.Stream.Value, claim.Attempt)));
        Assert.False(await _journal.ReleaseDueAsync(first[0], Duration.Zero));
    }

    [Fact]
    public async Task ClaimDue_OfManyStreams_KeepsTheirOrderAndTheClaimsThatNoAppendEnded()
    {
        const int Streams = 5_000;
        var names = Enumerable.Range(0, Streams).Select(static i => i % 2 == 0 ? $"shop/kunde-{i * 7919 % Streams}" : $"shop/\U0001F600\uFF21{i}").Distinct(StringComparer.Ordinal).ToList();
        foreach (var name in names) await _journal.AppendAsync(One(name, 0, name, due: Noon));

        var kept = await _journal.ClaimDueAsync(Noon, 10, Duration.FromMinutes(1));
        List<string> claimed = [.. kept.Select(static claim => claim.Stream.Value)];
        while (await _journal.ClaimDueAsync(Noon, 100, Duration.FromMinutes(1)) is { Count: > 0 } claims)
        {
            claimed.AddRange(claims.Select(static claim => claim.Stream.Value));
            foreach (var claim in claims) await _journal.AppendAsync(One(claim.Stream.Value, 1, claim.Stream.Value + "/again"));
        }

        Assert.Equal(names.Order(CodePointComparer.Instance), claimed);
        _clock.Now += Duration.FromMinutes(1);
        Assert.Equal(kept.Select(static claim => claim.Stream), (await _journal.ClaimDueAsync(Noon, 100, Duration.FromMinutes(1))).Select(static claim => claim.Stream));
    }

    [Fact]
    public async Task ClaimDue_OfNamesThatBeginAlike_GivesThemInOrder()
    {
        var random = new Random(11);
        string[] pieces = ["a", "ab", "0000", "customer/", "\U0001F600", "\uFF21", "\uE000", "zz"];
        var names = Enumerable.Range(0, 3_000).Select(_ => "shop/" + string.Concat(Enumerable.Range(0, 1 + random.Next(7)).Select(_ => pieces[random.Next(pieces.Length)]))).Distinct(StringComparer.Ordinal).ToList();
        foreach (var name in names) await _journal.AppendAsync(One(name, 0, name, due: Noon));

        var claims = await _journal.ClaimDueAsync(Noon, names.Count, Duration.FromMinutes(1));

        Assert.Equal(names.Order(CodePointComparer.Instance), claims.Select(static claim => claim.Stream.Value));
    }

    [Fact]
    public async Task ClaimDue_OfOneThatComesBackToAnInstant_GivesItOnce()
    {
        await _journal.AppendAsync(One("a", 0, "k1", due: Noon + Duration.FromDays(1)));
        await _journal.AppendAsync(One("a", 1, "k2", due: Noon));
        Assert.Single(await _journal.ClaimDueAsync(Noon, 10, Duration.FromMinutes(1)));
        await _journal.AppendAsync(One("a", 2, "k3", due: Noon + Duration.FromDays(1)));
        await _journal.AppendAsync(One("b", 0, "k4", due: Noon + Duration.FromDays(1)));

        var claims = await _journal.ClaimDueAsync(Noon + Duration.FromDays(1), 10, Duration.FromMinutes(1));

        Assert.Equal(["a", "b"], claims.Select(static claim => claim.Stream.Value));
    }

    [Fact]
    public async Task ClaimDue_AfterAnAppendMovedTheDueInstantOn_WaitsForTheNewOne()
    {
        await _journal.AppendAsync(One("a", 0, "k1", due: Noon));
        await _journal.AppendAsync(One("a", 1, "k2", due: Noon + Duration.FromHours(1)));

        Assert.Empty(await _journal.ClaimDueAsync(Noon + Duration.FromMinutes(59), 10, Duration.FromMinutes(1)));
        Assert.Equal(Noon + Duration.FromHours(1), Assert.Single(await _journal.ClaimDueAsync(Noon + Duration.FromHours(1), 10, Duration.FromMinutes(1))).Due);
    }

    [Fact]
    public async Task Outbox_ClaimedReleasedAndAcknowledged_IsToldAtLeastOnceAndThenNeverAgain()
    {
        await _journal.AppendAsync(One("a", 0, "k1", "x", null, "first", "second"));

        var claims = await _journal.ClaimOutboxAsync(10, Duration.FromMinutes(1));
        await _journal.AcknowledgeAsync([claims[1]]);
        Assert.True(await _journal.ReleaseOutboxAsync(claims[0], Duration.FromMinutes(5)));
        Assert.Empty(await _journal.ClaimOutboxAsync(10, Duration.FromMinutes(1)));
        _clock.Now += Duration.FromMinutes(5);
        var again = Assert.Single(await _journal.ClaimOutboxAsync(10, Duration.FromMinutes(1)));
        await _journal.AcknowledgeAsync([again]);
        _clock.Now += Duration.FromMinutes(5);

        Assert.Equal([("first", 1L, 1), ("second", 1L, 1)], claims.Select(claim => (claim.Record.Kind, claim.Version, claim.Attempt)));
        Assert.Equal(("first", 2), (again.Record.Kind, again.Attempt));
        Assert.Empty(await _journal.ClaimOutboxAsync(10, Duration.FromMinutes(1)));
    }

    [Fact]
    public void OutboxRecord_OfAJournalRecord_TellsItsTimeAndAmount()
    {
        var told = new OutboxRecord(new("a"), "told", "k", new Paid(Noon, 12.5m), "money");
        var silent = new OutboxRecord(new("a"), "told", "k", new Paid(Noon, null), "money");

        Assert.Equal((Noon, PropertyBag.Of("money", 12.5m)), (told.At, told.Properties));
        Assert.Equal(PropertyBag.Empty, silent.Properties);
    }

    private sealed record Paid(Instant Occurred, decimal? Amount) : IJournalRecord
    {
        public Instant Recorded => Occurred;

        public string Kind => "paid";
    }

    [Fact]
    public async Task LoadAsync_OfAStateThatIsKeptAsAValue_GivesWhatWasAppended()
    {
        var journal = new InMemoryJournal<Tally, NoteAdded>(SystemClock.Instance);
        for (var i = 0; i < 3_000; i++)
        {
            for (var version = 0; version < 2; version++)
            {
                var part = new StreamAppend<Tally, NoteAdded>(NoteAppends.Stream($"s{i}"), version, new(i, version), null, new NoteAdded("x", NoteAppends.Noon, NoteAppends.Noon));
                Assert.Equal(AppendStatus.Appended, (await journal.AppendAsync(new(new($"k{i}/{version}"), NoteAppends.Hash("x"), part))).Status);
            }
        }

        for (var i = 0; i < 3_000; i++) Assert.Equal(new(i, 1), (await journal.LoadAsync(NoteAppends.Stream($"s{i}"))).State);
        Assert.Equal(6_000, Tally.TakenApart);
    }

    /// <summary>A state that is kept as two numbers.</summary>
    private sealed record Tally(int Count, int Version) : ICompactState<Tally>
    {
        public static int TakenApart { get; private set; }

        public StateTable<Tally> NewTable() => new Table();

        private sealed class Table : StateTable<Tally, (int Count, int Version)>
        {
            protected override (int Count, int Version) ToValue(Tally state)
            {
                TakenApart++;
                return (state.Count, state.Version);
            }

            protected override Tally ToState(in (int Count, int Version) value) => new(value.Count, value.Version);
        }
    }
}
