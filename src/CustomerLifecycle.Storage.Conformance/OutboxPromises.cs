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
            var first = await journal.ClaimOutboxAsync(10, Duration.FromMilliseconds(300), cancel).ConfigureAwait(false);
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
            var delay = Duration.FromMilliseconds(300);
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
            await journal.AppendedAsync(One(Stream("a"), 0, "k", outbox: [.. Enumerable.Range(0, 5).Select(static i => Told(Stream("a"), $"{i}"))]), cancel).ConfigureAwait(false);
            var first = await journal.ClaimOutboxAsync(2, Long, cancel).ConfigureAwait(false);
            Expect.Items(["0", "1"], Keys(first), "first claims");
            Expect.Items(["2", "3"], Keys(await journal.ClaimOutboxAsync(2, Long, cancel).ConfigureAwait(false)), "second claims");
            await journal.ReleaseOutboxAsync(first[0], Duration.Zero, cancel).ConfigureAwait(false);
            Expect.Items(["0", "4"], Keys(await journal.ClaimOutboxAsync(2, Long, cancel).ConfigureAwait(false)), "third claims");
        }),
    ];

    private static string[] Keys(IReadOnlyList<OutboxClaim> claims) => [.. claims.Select(static claim => claim.Record.Key)];
}
