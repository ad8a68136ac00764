namespace CustomerLifecycle.Storage.Conformance;

/// <summary>What every journal store promises, each promise a case in plain words.</summary>
/// <remarks>
/// Run each name of <see cref="Names"/> as a test of its own, in any test framework. A promise that is kept ends silently, one that is broken throws
/// <see cref="ConformanceException"/>. Leases run by the store's clock, so some promises wait for it for parts of a second.
/// </remarks>
public static class JournalConformance
{
    private static readonly Dictionary<string, Promise> Promises =
        new[] { AppendPromises.All, ReadPromises.All, DuePromises.All, OutboxPromises.All, ConcurrencyPromises.All }
            .SelectMany(static promises => promises)
            .ToDictionary(static promise => promise.Words, StringComparer.Ordinal);

    /// <summary>The promises, in the order in which a store author meets them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Promises.Keys];

    /// <summary>Checks one promise.</summary>
    /// <param name="promise">One of <see cref="Names"/>.</param>
    /// <param name="open">Opens a store that is empty. Called once; what it gives is disposed of when it can be.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ConformanceException">The store breaks the promise.</exception>
    /// <exception cref="ArgumentException">There is no such promise.</exception>
    public static async Task RunAsync(string promise, Func<ValueTask<IJournal<Note, NoteAdded>>> open, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(promise);
        ArgumentNullException.ThrowIfNull(open);
        if (!Promises.TryGetValue(promise, out var found)) throw new ArgumentException($"There is no promise '{promise}'. Take one of JournalConformance.Names.", nameof(promise));

        var journal = await open().ConfigureAwait(false);
        try
        {
            await found.Keep(journal, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await Closing.CloseAsync(journal).ConfigureAwait(false);
        }
    }
}
