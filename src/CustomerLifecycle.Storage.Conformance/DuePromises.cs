using static CustomerLifecycle.Storage.Conformance.Notes;

namespace CustomerLifecycle.Storage.Conformance;

internal static class DuePromises
{
    private static readonly Duration Long = Duration.FromMinutes(10);
    private static readonly Duration Short = Duration.FromMilliseconds(30);

    public static readonly Promise[] All =
    [
        new("streams fall due in order of their instants, at one instant in order of their ids", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("late"), 0, "k1", due: Noon + Duration.FromHours(1)), cancel).ConfigureAwait(false);
            await journal.AppendedAsync(One(Stream("b"), 0, "k2", due: Noon), cancel).ConfigureAwait(false);
            await journal.AppendedAsync(One(Stream("a"), 0, "k3", due: Noon), cancel).ConfigureAwait(false);
            await journal.AppendedAsync(One(Stream("early"), 0, "k4", due: Noon - Duration.FromNanoseconds(1)), cancel).ConfigureAwait(false);
            var claims = await journal.ClaimDueAsync(Noon + Duration.FromHours(1), 10, Long, cancel).ConfigureAwait(false);
            Expect.Items(["early", "a", "b", "late"], Names(claims), "claims");
            Expect.Items([Noon - Duration.FromNanoseconds(1), Noon, Noon, Noon + Duration.FromHours(1)], [.. claims.Select(static claim => claim.Due)], "due instants, to the nanosecond");
        }),
        new("what is due at the very instant counts, a nanosecond later does not, and without due nothing ever does", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("at"), 0, "k1", due: Noon), cancel).ConfigureAwait(false);
            await journal.AppendedAsync(One(Stream("after"), 0, "k2", due: Noon + Duration.FromNanoseconds(1)), cancel).ConfigureAwait(false);
            await journal.AppendedAsync(One(Stream("never"), 0, "k3"), cancel).ConfigureAwait(false);
            Expect.Items(["at"], Names(await journal.ClaimDueAsync(Noon, 10, Long, cancel).ConfigureAwait(false)), "claims at noon");
            Expect.Items(["after"], Names(await journal.ClaimDueAsync(Instant.FromUtc(9999, 1, 1, 0, 0), 10, Long, cancel).ConfigureAwait(false)), "claims at the end of time");
        }),
        new("a call claims at most as many as were asked for, the next call the rest", static async (journal, cancel) =>
        {
            for (var i = 0; i < 5; i++) await journal.AppendedAsync(One(Stream($"s{i}"), 0, $"k{i}", due: Noon + Duration.FromSeconds(i)), cancel).ConfigureAwait(false);
            Expect.Items(["s0", "s1", "s2"], Names(await journal.ClaimDueAsync(Noon + Duration.FromDays(1), 3, Long, cancel).ConfigureAwait(false)), "first claims");
            Expect.Items(["s3", "s4"], Names(await journal.ClaimDueAsync(Noon + Duration.FromDays(1), 3, Long, cancel).ConfigureAwait(false)), "second claims");
            Expect.Equal(0, (await journal.ClaimDueAsync(Noon + Duration.FromDays(1), 3, Long, cancel).ConfigureAwait(false)).Count, "third claims");
        }),
        new("a claim tells the version, the first attempt, and a lease by the store's clock", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k1"), cancel).ConfigureAwait(false);
            await journal.AppendedAsync(One(Stream("a"), 1, "k2", due: Noon), cancel).ConfigureAwait(false);
            var before = (await journal.LoadAsync(Stream("a"), cancel).ConfigureAwait(false)).StoreTime;
            var claim = await SingleAsync(journal, Long, cancel).ConfigureAwait(false);
            var after = (await journal.LoadAsync(Stream("a"), cancel).ConfigureAwait(false)).StoreTime;
            Expect.Equal(2, claim.Version, "version");
            Expect.Equal(1, claim.Attempt, "attempt");
            Expect.True(claim.Until >= before + Long - Duration.FromMilliseconds(1) && claim.Until <= after + Long + Duration.FromMilliseconds(1), "the lease is counted from the store's now");
        }),
        new("a lease that runs out frees the stream for the next attempt", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k", due: Noon), cancel).ConfigureAwait(false);
            var first = await SingleAsync(journal, Short, cancel).ConfigureAwait(false);
            await journal.PassAsync(first.Until, cancel).ConfigureAwait(false);
            var second = await SingleAsync(journal, Long, cancel).ConfigureAwait(false);
            Expect.Equal(2, second.Attempt, "attempt");
            Expect.True(second.Fence != first.Fence, "the second claim has a fence of its own");
        }),
        new("a claim that is given back is free at once", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k", due: Noon), cancel).ConfigureAwait(false);
            var first = await SingleAsync(journal, Long, cancel).ConfigureAwait(false);
            Expect.True(await journal.ReleaseDueAsync(first, Duration.Zero, cancel).ConfigureAwait(false), "the claim is given back");
            Expect.Equal(2, (await SingleAsync(journal, Long, cancel).ConfigureAwait(false)).Attempt, "attempt");
        }),
        new("a claim that is given back with a delay is free when the delay is over", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k", due: Noon), cancel).ConfigureAwait(false);
            var first = await SingleAsync(journal, Long, cancel).ConfigureAwait(false);
            var delay = Duration.FromSeconds(1);
            Expect.True(await journal.ReleaseDueAsync(first, delay, cancel).ConfigureAwait(false), "the claim is given back");
            var now = (await journal.LoadAsync(Stream("a"), cancel).ConfigureAwait(false)).StoreTime;
            Expect.Equal(0, (await journal.ClaimDueAsync(Noon, 10, Long, cancel).ConfigureAwait(false)).Count, "claims during the delay");
            await journal.PassAsync(now + delay, cancel).ConfigureAwait(false);
            await SingleAsync(journal, Long, cancel).ConfigureAwait(false);
        }),
        new("an older claim cannot give back what a newer one holds", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k", due: Noon), cancel).ConfigureAwait(false);
            var first = await SingleAsync(journal, Short, cancel).ConfigureAwait(false);
            await journal.PassAsync(first.Until, cancel).ConfigureAwait(false);
            await SingleAsync(journal, Long, cancel).ConfigureAwait(false);
            Expect.True(!await journal.ReleaseDueAsync(first, Duration.Zero, cancel).ConfigureAwait(false), "the older claim is refused");
            Expect.Equal(0, (await journal.ClaimDueAsync(Noon, 10, Long, cancel).ConfigureAwait(false)).Count, "claims, while the newer one holds");
        }),
        new("an append ends the claim, sets the due instant anew and counts attempts from one", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k1", due: Noon), cancel).ConfigureAwait(false);
            var first = await SingleAsync(journal, Long, cancel).ConfigureAwait(false);
            await journal.AppendedAsync(One(Stream("a"), 1, "k2", due: Noon - Duration.FromHours(1)), cancel).ConfigureAwait(false);
            Expect.True(!await journal.ReleaseDueAsync(first, Duration.Zero, cancel).ConfigureAwait(false), "the ended claim is refused");
            var second = await SingleAsync(journal, Long, cancel).ConfigureAwait(false);
            Expect.Equal(Noon - Duration.FromHours(1), second.Due, "due instant");
            Expect.Equal(2, second.Version, "version");
            Expect.Equal(1, second.Attempt, "attempt");
        }),
        new("an append without a due instant takes the stream off the list", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k1", due: Noon), cancel).ConfigureAwait(false);
            await journal.AppendedAsync(One(Stream("a"), 1, "k2"), cancel).ConfigureAwait(false);
            Expect.Equal(0, (await journal.ClaimDueAsync(Noon, 10, Long, cancel).ConfigureAwait(false)).Count, "claims");
        }),
        new("a refused append leaves the claim as it is", static async (journal, cancel) =>
        {
            await journal.AppendedAsync(One(Stream("a"), 0, "k1", due: Noon), cancel).ConfigureAwait(false);
            var claim = await SingleAsync(journal, Long, cancel).ConfigureAwait(false);
            await journal.AppendAsync(One(Stream("a"), 0, "k2"), cancel).ConfigureAwait(false);
            Expect.Equal(0, (await journal.ClaimDueAsync(Noon, 10, Long, cancel).ConfigureAwait(false)).Count, "claims");
            Expect.True(await journal.ReleaseDueAsync(claim, Duration.Zero, cancel).ConfigureAwait(false), "the claim still holds");
        }),
    ];

    private static string[] Names(IReadOnlyList<DueClaim> claims) => [.. claims.Select(static claim => claim.Stream.Value)];

    private static async Task<DueClaim> SingleAsync(IJournal<Note, NoteAdded> journal, Duration lease, CancellationToken cancel)
    {
        var claims = await journal.ClaimDueAsync(Noon, 10, lease, cancel).ConfigureAwait(false);
        Expect.Equal(1, claims.Count, "claims");
        return claims[0];
    }
}
