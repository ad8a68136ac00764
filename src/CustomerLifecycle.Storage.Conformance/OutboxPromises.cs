using static CustomerLifecycle.Storage.Conformance.Notes;

namespace CustomerLifecycle.Storage.Conformance;

internal static class OutboxPromises
{
    private static readonly Duration Long = Duration.FromMinutes(10);
    private static readonly Duration Short = Duration.FromMilliseconds(30);

    public static readonly Promise[] All =
    [
        new("outbox records come out whole, in the order of their append", static async (journal, cancel) =>
        {
            var full = new OutboxRecord(
                Stream("a"),
                OutboxKinds.PointsPosted,
                Noon + Duration.FromNanoseconds(7),
                "posting 字",
                PropertyBag.Of(("points", 12.50m), ("currency", "PTS"), ("first", true), ("at", Noon + Duration.FromNanoseconds(1)), ("day", new LocalDate(2024, 2, 29))));
            await journal.AppendedAsync(One(Stream("a"), 0, "k1", outbox: [full, Told(Stream("a"), "second")]), cancel).ConfigureAwait(false);
            await journal.AppendedAsync(One(Stream("a"), 1, "k2", outbox: [Told(Stream("a"), "third")]), cancel).ConfigureAwait(false);
            var claims = await journal.ClaimOutboxAsync(10, Long, cancel).ConfigureAwait(false);
            Expect.Items(["posting 字", "second", "third"], Keys(claims), "records");
            Expect.Items([1L, 1L, 2L], [.. claims.Select(static claim => claim.Version)], "versions");
            Expect.True(claims[0].Position < claims[1].Position && claims[1].Position < claims[2].Position, "positions rise");
            Expect.Equal(full.Stream, claims[0].Record.Stream, "stream");
            Expect.Equal(full.Kind, claims[0].Record.Kind, "kind");
            Expect.Equal(full.At, claims[0].Record.At, "instant");
            Expect.Equal(full.Properties, claims[0].Record.Properties, "properties");
        }),
        new("what follows from the records is told as if it had been listed, and the same each time", static async (journal, cancel) =>
        {
            NoteAdded[] two = [new("x", Noon + Duration.FromNanoseconds(7), Noon, amount: 12.5m), new("y 字", Noon, Noon)];
            await journal.AppendedAsync(Projected(Stream("a"), 0, "k1", two), cancel).ConfigureAwait(false);
            await journal.AppendedAsync(One(Stream("a"), 2, "k2", outbox: [Told(Stream("a"), "listed")]), cancel).ConfigureAwait(false);
            await journal.AppendBatchAsync([Projected(Stream("a"), 3, "k3", Record("z")), Projected(Stream("a"), 0, "k1", two)], cancel).ConfigureAwait(false);
            var first = await journal.ClaimOutboxAsync(10, Long, cancel).ConfigureAwait(false);
            Expect.Items(["x/0", "y 字/1", "listed", "z/0"], Keys(first), "records");
            Expect.Items([2L, 2L, 3L, 4L], [.. first.Select(static claim => claim.Version)], "versions");
            var listed = NoteProjection.Instance.Project(Stream("a"), two[0], 0);
            Expect.Equal((listed.Stream, listed.Kind, listed.At, listed.Properties), (first[0].Record.Stream, first[0].Record.Kind, first[0].Record.At, first[0].Record.Properties), "the first record");
            await journal.ReturnOutboxAsync(first, cancel).ConfigureAwait(false);
            var second = await journal.ClaimOutboxAsync(10, Long, cancel).ConfigureAwait(false);
            Expect.Items(Keys(first), Keys(second), "records of the second claim");
            Expect.Equal(first[1].Record.Properties, second[1].Record.Properties, "properties of the second claim");
            await journal.SetAsideAsync(second[0], "failed", cancel).ConfigureAwait(false);
            Expect.Items(["x/0"], [.. (await journal.ListDeadLettersAsync(0, 10, cancel).ConfigureAwait(false)).Select(static letter => letter.Record.Key)], "dead letters");
        }),
        new("an outbox record that was acknowledged never comes again", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k", outbox: [Told(Stream("a"), "x"), Told(Stream("a"), "y")]), cancel).ConfigureAwait(false);
            var claims = await journal.ClaimOutboxAsync(10, Short, cancel).ConfigureAwait(false);
            await journal.AcknowledgeAsync([claims[0]], cancel).ConfigureAwait(false);
            await journal.PassAsync(claims[0].Until, cancel).ConfigureAwait(false);
            Expect.Items(["y"], Keys(await journal.ClaimOutboxAsync(10, Long, cancel).ConfigureAwait(false)), "records after the lease");
        }),
        new("acknowledging twice is no harm", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k", outbox: [Told(Stream("a"), "x")]), cancel).ConfigureAwait(false);
            var claims = await journal.ClaimOutboxAsync(10, Long, cancel).ConfigureAwait(false);
            await journal.AcknowledgeAsync(claims, cancel).ConfigureAwait(false);
            await journal.AcknowledgeAsync(claims, cancel).ConfigureAwait(false);
            Expect.Equal(0, (await journal.ClaimOutboxAsync(10, Long, cancel).ConfigureAwait(false)).Count, "records");
        }),
        new("a claimed outbox record is nobody else's until its lease is over, then the next attempt", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k", outbox: [Told(Stream("a"), "x")]), cancel).ConfigureAwait(false);
            var first = await journal.ClaimOutboxAsync(10, Duration.FromSeconds(1), cancel).ConfigureAwait(false);
            Expect.Equal(1, first[0].Attempt, "first attempt");
            Expect.Equal(0, (await journal.ClaimOutboxAsync(10, Long, cancel).ConfigureAwait(false)).Count, "records during the lease");
            await journal.PassAsync(first[0].Until, cancel).ConfigureAwait(false);
            var second = await journal.ClaimOutboxAsync(10, Long, cancel).ConfigureAwait(false);
            Expect.Items(["x"], Keys(second), "records after the lease");
            Expect.Equal(2, second[0].Attempt, "second attempt");
            Expect.True(!await journal.ReleaseOutboxAsync(first[0], Duration.Zero, cancel).ConfigureAwait(false), "the older claim is refused");
        }),
        new("an outbox record that is given back is free at once, or when the delay is over", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k", outbox: [Told(Stream("a"), "x")]), cancel).ConfigureAwait(false);
            var first = await journal.ClaimOutboxAsync(10, Long, cancel).ConfigureAwait(false);
            Expect.True(await journal.ReleaseOutboxAsync(first[0], Duration.Zero, cancel).ConfigureAwait(false), "the claim is given back");
            var second = await journal.ClaimOutboxAsync(10, Long, cancel).ConfigureAwait(false);
            Expect.Items(["x"], Keys(second), "records at once");
            var delay = Duration.FromSeconds(1);
            Expect.True(await journal.ReleaseOutboxAsync(second[0], delay, cancel).ConfigureAwait(false), "the claim is given back with a delay");
            var now = (await journal.LoadAsync(Stream("a"), cancel).ConfigureAwait(false)).StoreTime;
            Expect.Equal(0, (await journal.ClaimOutboxAsync(10, Long, cancel).ConfigureAwait(false)).Count, "records during the delay");
            await journal.PassAsync(now + delay, cancel).ConfigureAwait(false);
            var third = await journal.ClaimOutboxAsync(10, Long, cancel).ConfigureAwait(false);
            Expect.Items(["x"], Keys(third), "records after the delay");
            Expect.Equal(3, third[0].Attempt, "attempt");
        }),
        new("a late acknowledgement of an older claim still counts: it was told", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k", outbox: [Told(Stream("a"), "x")]), cancel).ConfigureAwait(false);
            var first = await journal.ClaimOutboxAsync(10, Short, cancel).ConfigureAwait(false);
            await journal.PassAsync(first[0].Until, cancel).ConfigureAwait(false);
            var second = await journal.ClaimOutboxAsync(10, Short, cancel).ConfigureAwait(false);
            await journal.AcknowledgeAsync(first, cancel).ConfigureAwait(false);
            await journal.PassAsync(second[0].Until, cancel).ConfigureAwait(false);
            Expect.Equal(0, (await journal.ClaimOutboxAsync(10, Long, cancel).ConfigureAwait(false)).Count, "records");
        }),
        new("a call claims at most as many outbox records as were asked for, earliest first", static async (journal, cancel) =>
        {
            for (var i = 0; i < 5; i++) await journal.AppendedAsync(One(Stream($"s{9 - i}"), 0, $"k{i}", outbox: [Told(Stream($"s{9 - i}"), $"{i}")]), cancel).ConfigureAwait(false);
            var first = await journal.ClaimOutboxAsync(2, Long, cancel).ConfigureAwait(false);
            Expect.Items(["0", "1"], Keys(first), "first claims");
            Expect.Items(["2", "3"], Keys(await journal.ClaimOutboxAsync(2, Long, cancel).ConfigureAwait(false)), "second claims");
            await journal.ReleaseOutboxAsync(first[0], Duration.Zero, cancel).ConfigureAwait(false);
            Expect.Items(["0", "4"], Keys(await journal.ClaimOutboxAsync(2, Long, cancel).ConfigureAwait(false)), "third claims");
        }),
        new("a stream's outbox records wait for the earlier ones of it, and for no other stream's", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k1", outbox: [Told(Stream("a"), "a1"), Told(Stream("a"), "a2")]), cancel).ConfigureAwait(false);
            await journal.AppendedAsync(One(Stream("b"), 0, "k2", outbox: [Told(Stream("b"), "b1")]), cancel).ConfigureAwait(false);
            await journal.AppendedAsync(One(Stream("a"), 1, "k3", outbox: [Told(Stream("a"), "a3")]), cancel).ConfigureAwait(false);
            var first = await journal.ClaimOutboxAsync(1, Long, cancel).ConfigureAwait(false);
            Expect.Items(["a1"], Keys(first), "first claim");
            var second = await journal.ClaimOutboxAsync(10, Long, cancel).ConfigureAwait(false);
            Expect.Items(["b1"], Keys(second), "claims while a1 is in other hands");
            await journal.ReleaseOutboxAsync(first[0], Long, cancel).ConfigureAwait(false);
            Expect.Equal(0, (await journal.ClaimOutboxAsync(10, Long, cancel).ConfigureAwait(false)).Count, "claims while a1 waits for its next attempt");
            await journal.AcknowledgeAsync([.. first, .. second], cancel).ConfigureAwait(false);
            Expect.Items(["a2", "a3"], Keys(await journal.ClaimOutboxAsync(10, Long, cancel).ConfigureAwait(false)), "claims when a1 is told");
        }),
        new("outbox records that are returned untried come again as if they had never been claimed", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k", outbox: [Told(Stream("a"), "x"), Told(Stream("a"), "y")]), cancel).ConfigureAwait(false);
            var first = await journal.ClaimOutboxAsync(10, Long, cancel).ConfigureAwait(false);
            await journal.ReturnOutboxAsync(first, cancel).ConfigureAwait(false);
            var second = await journal.ClaimOutboxAsync(10, Long, cancel).ConfigureAwait(false);
            Expect.Items(["x", "y"], Keys(second), "records");
            Expect.Items([1, 1], [.. second.Select(static claim => claim.Attempt)], "attempts");
            await journal.ReturnOutboxAsync(first, cancel).ConfigureAwait(false);
            Expect.Equal(0, (await journal.ClaimOutboxAsync(10, Long, cancel).ConfigureAwait(false)).Count, "claims, after the older ones were returned again");
        }),
        new("a dead letter keeps its record, attempts and reason, and holds up no other", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k", outbox: [Told(Stream("a"), "x"), Told(Stream("a"), "y")]), cancel).ConfigureAwait(false);
            var first = await journal.ClaimOutboxAsync(1, Long, cancel).ConfigureAwait(false);
            await journal.ReleaseOutboxAsync(first[0], Duration.Zero, cancel).ConfigureAwait(false);
            var second = await journal.ClaimOutboxAsync(1, Long, cancel).ConfigureAwait(false);
            Expect.True(!await journal.SetAsideAsync(first[0], "too-late", cancel).ConfigureAwait(false), "the older claim is refused");
            Expect.True(await journal.SetAsideAsync(second[0], "unreadable", cancel).ConfigureAwait(false), "the record is set aside");
            Expect.True(!await journal.SetAsideAsync(second[0], "again", cancel).ConfigureAwait(false), "it is set aside once");
            await journal.AcknowledgeAsync(second, cancel).ConfigureAwait(false);
            Expect.Items(["y"], Keys(await journal.ClaimOutboxAsync(10, Long, cancel).ConfigureAwait(false)), "records");
            var letters = await journal.ListDeadLettersAsync(0, 10, cancel).ConfigureAwait(false);
            Expect.Equal(1, letters.Count, "dead letters");
            Expect.Equal("unreadable", letters[0].Reason, "reason");
            Expect.Equal("x", letters[0].Record.Key, "key");
            Expect.Equal(Stream("a"), letters[0].Record.Stream, "stream");
            Expect.Equal((second[0].Position, 1L, 2), (letters[0].Position, letters[0].Version, letters[0].Attempts), "position, version and attempts");
        }),
        new("a dead letter that is retried comes again at its old place with its first attempt", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k", outbox: [Told(Stream("a"), "x"), Told(Stream("a"), "y")]), cancel).ConfigureAwait(false);
            var first = await journal.ClaimOutboxAsync(1, Long, cancel).ConfigureAwait(false);
            await journal.SetAsideAsync(first[0], "failed", cancel).ConfigureAwait(false);
            Expect.True(await journal.RetryDeadLetterAsync(first[0].Position, cancel).ConfigureAwait(false), "it is put back");
            Expect.True(!await journal.RetryDeadLetterAsync(first[0].Position, cancel).ConfigureAwait(false), "it is put back once");
            Expect.True(!await journal.ReleaseOutboxAsync(first[0], Duration.Zero, cancel).ConfigureAwait(false), "the claim that set it aside is over");
            var again = await journal.ClaimOutboxAsync(10, Long, cancel).ConfigureAwait(false);
            Expect.Items(["x", "y"], Keys(again), "records");
            Expect.Equal((first[0].Position, 1L, 1), (again[0].Position, again[0].Version, again[0].Attempt), "position, version and attempt");
            Expect.Equal(0, (await journal.ListDeadLettersAsync(0, 10, cancel).ConfigureAwait(false)).Count, "dead letters");
        }),
        new("dead letters are listed page by page, and gone when they are discarded", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k", outbox: [.. Enumerable.Range(0, 3).Select(static i => Told(Stream("a"), $"{i}"))]), cancel).ConfigureAwait(false);
            foreach (var claim in await journal.ClaimOutboxAsync(10, Long, cancel).ConfigureAwait(false)) await journal.SetAsideAsync(claim, "failed", cancel).ConfigureAwait(false);
            var page = await journal.ListDeadLettersAsync(0, 2, cancel).ConfigureAwait(false);
            Expect.Items(["0", "1"], [.. page.Select(static letter => letter.Record.Key)], "first page");
            Expect.True(await journal.DiscardDeadLetterAsync(page[1].Position, cancel).ConfigureAwait(false), "it is discarded");
            Expect.True(!await journal.DiscardDeadLetterAsync(page[1].Position, cancel).ConfigureAwait(false), "it is discarded once");
            Expect.Items(["2"], [.. (await journal.ListDeadLettersAsync(page[0].Position, 2, cancel).ConfigureAwait(false)).Select(static letter => letter.Record.Key)], "next page");
        }),
        new("the backlog counts what is due, what the outbox holds and the dead letters, claimed or not", static async (journal, cancel) =>
        {
            var empty = await journal.MeasureAsync(Noon, cancel).ConfigureAwait(false);
            Expect.Equal((0L, 0L, 0L), (empty.DueStreams, empty.OutboxRecords, empty.DeadLetters), "counts of an empty journal");
            Expect.True(empty.EarliestDue is null && empty.OldestOutbox is null, "nothing waits in an empty journal");
            for (var i = 0; i < 4; i++) await journal.AppendedAsync(One(Stream($"s{i}"), 0, $"k{i}", due: Noon + Duration.FromNanoseconds(i), outbox: [Told(Stream($"s{i}"), $"{i}")]), cancel).ConfigureAwait(false);
            var claims = await journal.ClaimOutboxAsync(2, Long, cancel).ConfigureAwait(false);
            await journal.SetAsideAsync(claims[0], "failed", cancel).ConfigureAwait(false);
            await journal.ClaimDueAsync(Noon, 1, Long, cancel).ConfigureAwait(false);
            var backlog = await journal.MeasureAsync(Noon + Duration.FromNanoseconds(2), cancel).ConfigureAwait(false);
            Expect.Equal((3L, 3L, 1L), (backlog.DueStreams, backlog.OutboxRecords, backlog.DeadLetters), "counts");
            Expect.Equal(Noon, backlog.EarliestDue, "earliest due instant");
            var tolerance = Duration.FromMilliseconds(1);
            Expect.True(backlog.OldestOutbox >= empty.StoreTime - tolerance && backlog.OldestOutbox <= backlog.StoreTime + tolerance, "the oldest record was written since, by the store's clock");
            Expect.Equal(4, (await journal.MeasureAsync(null, cancel).ConfigureAwait(false)).DueStreams, "streams due by the store's own now");
        }),
    ];

    private static string[] Keys(IReadOnlyList<OutboxClaim> claims) => [.. claims.Select(static claim => claim.Record.Key)];
}
