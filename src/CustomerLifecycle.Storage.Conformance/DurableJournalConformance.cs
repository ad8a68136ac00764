using static CustomerLifecycle.Storage.Conformance.Notes;

namespace CustomerLifecycle.Storage.Conformance;

/// <summary>What a store promises, beyond <see cref="JournalConformance"/>, when it outlives its process.</summary>
public static class DurableJournalConformance
{
    private static readonly Dictionary<string, Func<Func<int, ValueTask<IJournal<Note, NoteAdded>>>, CancellationToken, Task>> Promises = new(StringComparer.Ordinal)
    {
        ["what was appended is there after the store is opened again"] = static async (open, cancel) =>
        {
            await WithAsync(open, 1, journal => journal.AppendedAsync(One(Stream("a"), 0, "k", due: Noon, outbox: [Told(Stream("a"), "x")]), cancel)).ConfigureAwait(false);
            await WithAsync(open, 1, async journal =>
            {
                Expect.Equal(new Note(1, "k"), (await journal.LoadAsync(Stream("a"), cancel).ConfigureAwait(false)).State, "state");
                Expect.Items(["k"], await journal.TextsAsync(Stream("a"), cancel).ConfigureAwait(false), "notes");
                Expect.Equal(AppendStatus.Replayed, (await journal.AppendAsync(One(Stream("a"), 0, "k"), cancel).ConfigureAwait(false)).Status, "status of the same key");
                Expect.Equal(1, (await journal.ClaimDueAsync(Noon, 10, Duration.FromMinutes(1), cancel).ConfigureAwait(false)).Count, "due streams");
                Expect.Equal(1, (await journal.ClaimOutboxAsync(10, Duration.FromMinutes(1), cancel).ConfigureAwait(false)).Count, "outbox records");
            }).ConfigureAwait(false);
        },
        ["claims hold over the end of a process until their lease is over"] = static async (open, cancel) =>
        {
            await WithAsync(open, 1, async journal =>
            {
                await journal.AppendedAsync(One(Stream("a"), 0, "k", due: Noon, outbox: [Told(Stream("a"), "x")]), cancel).ConfigureAwait(false);
                await journal.ClaimDueAsync(Noon, 10, Duration.FromMinutes(10), cancel).ConfigureAwait(false);
                await journal.ClaimOutboxAsync(10, Duration.FromMinutes(10), cancel).ConfigureAwait(false);
            }).ConfigureAwait(false);
            await WithAsync(open, 1, async journal =>
            {
                Expect.Equal(0, (await journal.ClaimDueAsync(Noon, 10, Duration.FromMinutes(1), cancel).ConfigureAwait(false)).Count, "due streams");
                Expect.Equal(0, (await journal.ClaimOutboxAsync(10, Duration.FromMinutes(1), cancel).ConfigureAwait(false)).Count, "outbox records");
            }).ConfigureAwait(false);
        },
        ["dead letters are there after the store is opened again, and can be retried then"] = static async (open, cancel) =>
        {
            await WithAsync(open, 1, async journal =>
            {
                await journal.AppendedAsync(One(Stream("a"), 0, "k", outbox: [Told(Stream("a"), "x")]), cancel).ConfigureAwait(false);
                foreach (var claim in await journal.ClaimOutboxAsync(10, Duration.FromMinutes(10), cancel).ConfigureAwait(false)) await journal.SetAsideAsync(claim, "failed", cancel).ConfigureAwait(false);
            }).ConfigureAwait(false);
            await WithAsync(open, 1, async journal =>
            {
                var letters = await journal.ListDeadLettersAsync(0, 10, cancel).ConfigureAwait(false);
                Expect.Items(["failed"], [.. letters.Select(static letter => letter.Reason)], "reasons");
                Expect.True(await journal.RetryDeadLetterAsync(letters[0].Position, cancel).ConfigureAwait(false), "it is put back");
                Expect.Equal(1, (await journal.ClaimOutboxAsync(10, Duration.FromMinutes(1), cancel).ConfigureAwait(false)).Count, "outbox records");
            }).ConfigureAwait(false);
        },
        ["two openings of one store see each other's appends"] = static (open, cancel) =>
            WithAsync(open, 1, first => WithAsync(open, 1, async second =>
            {
                await first.AppendedAsync(One(Stream("a"), 0, "k1"), cancel).ConfigureAwait(false);
                Expect.Equal(AppendStatus.VersionConflict, (await second.AppendAsync(One(Stream("a"), 0, "k2"), cancel).ConfigureAwait(false)).Status, "status at a version that the other took");
                await second.AppendedAsync(One(Stream("a"), 1, "k2"), cancel).ConfigureAwait(false);
                Expect.Items(["k1", "k2"], await first.TextsAsync(Stream("a"), cancel).ConfigureAwait(false), "notes");
            })),
        ["a store that a newer codec has written is refused, with what was found and what is known"] = static async (open, cancel) =>
        {
            await WithAsync(open, 2, journal => journal.AppendedAsync(One(Stream("a"), 0, "k"), cancel)).ConfigureAwait(false);
            try
            {
                await WithAsync(open, 1, async journal => await journal.LoadAsync(Stream("a"), cancel).ConfigureAwait(false)).ConfigureAwait(false);
            }
            catch (StoreVersionException fault)
            {
                Expect.Equal((2, 1), (fault.Found, fault.Known), "versions found and known");
                return;
            }

            throw new ConformanceException("A process that knows codec version 1 opened and read what version 2 wrote. Compare the versions when the store is opened.");
        },
        ["a process that measures the backlog learns that a newer codec has written since it started"] = static (open, cancel) =>
            WithAsync(open, 1, async older =>
            {
                await older.AppendedAsync(One(Stream("a"), 0, "k"), cancel).ConfigureAwait(false);
                await WithAsync(open, 2, journal => journal.AppendedAsync(One(Stream("a"), 1, "k2"), cancel)).ConfigureAwait(false);
                try
                {
                    await older.MeasureAsync(null, cancel).ConfigureAwait(false);
                }
                catch (StoreVersionException fault)
                {
                    Expect.Equal((2, 1), (fault.Found, fault.Known), "versions found and known");
                    return;
                }

                throw new ConformanceException("A process that knows codec version 1 measured what version 2 wrote. Compare the versions at each measurement.");
            }),
        ["an older codec's store is opened, read and written on"] = static async (open, cancel) =>
        {
            await WithAsync(open, 1, journal => journal.AppendedAsync(One(Stream("a"), 0, "k1"), cancel)).ConfigureAwait(false);
            await WithAsync(open, 2, async journal =>
            {
                await journal.AppendedAsync(One(Stream("a"), 1, "k2"), cancel).ConfigureAwait(false);
                Expect.Items(["k1", "k2"], await journal.TextsAsync(Stream("a"), cancel).ConfigureAwait(false), "notes");
            }).ConfigureAwait(false);
        },
    };

    /// <summary>The promises.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Promises.Keys];

    /// <summary>Checks one promise.</summary>
    /// <param name="promise">One of <see cref="Names"/>.</param>
    /// <param name="open">Opens the store, with a <see cref="NoteCodec"/> of the version that it is given: empty at the first call, with the same data at each further one. What it gives is disposed of when it can be.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ConformanceException">The store breaks the promise.</exception>
    /// <exception cref="ArgumentException">There is no such promise.</exception>
    public static Task RunAsync(string promise, Func<int, ValueTask<IJournal<Note, NoteAdded>>> open, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(promise);
        ArgumentNullException.ThrowIfNull(open);
        if (!Promises.TryGetValue(promise, out var keep)) throw new ArgumentException($"There is no promise '{promise}'. Take one of DurableJournalConformance.Names.", nameof(promise));
        return keep(open, cancellationToken);
    }

    private static async Task WithAsync(Func<int, ValueTask<IJournal<Note, NoteAdded>>> open, int codec, Func<IJournal<Note, NoteAdded>, Task> use)
    {
        var journal = await open(codec).ConfigureAwait(false);
        try
        {
            await use(journal).ConfigureAwait(false);
        }
        finally
        {
            await Closing.CloseAsync(journal).ConfigureAwait(false);
        }
    }
}
