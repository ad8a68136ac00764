namespace CustomerLifecycle;

/// <summary>Where streams of one kind live. Implement it over your own database; the conformance kit checks it.</summary>
/// <typeparam name="TState">The folded state of a stream; immutable.</typeparam>
/// <typeparam name="TRecord">What happened; immutable.</typeparam>
/// <remarks>
/// Safe for concurrent callers. Streams are append-only; versions are 1, 2, 3…, one for each record. A stream exists from its first append on.
/// Sizes are bounded by <see cref="JournalLimits"/>. <see cref="InMemoryJournal{TState, TRecord}"/> is the specification: what it does, every store does.
/// </remarks>
public interface IJournal<TState, TRecord> : IJournal
    where TState : class
    where TRecord : class, IJournalRecord
{
    /// <summary>Appends to one or more streams, all or nothing.</summary>
    /// <param name="append">What is appended.</param>
    /// <param name="cancellationToken">Cancels waiting. The append may have happened all the same.</param>
    /// <returns>
    /// Looked at in this order: a known key gives Replayed (same request: the first result again) or KeyConflict, whatever the versions are; a stream with another version
    /// gives VersionConflict; else Appended. An append ends the claims of its streams.
    /// </returns>
    /// <exception cref="StoreException">The outcome is unknown: ask <see cref="FindAsync"/> by key, or append the same again.</exception>
    ValueTask<AppendOutcome<TRecord>> AppendAsync(Append<TState, TRecord> append, CancellationToken cancellationToken = default);

    /// <summary>Appends several, as if one after another, each all or nothing by itself. A store makes them durable together, which is much faster.</summary>
    /// <param name="appends">At most <see cref="JournalLimits.MaxBatch"/>; a later one may expect the version that an earlier one makes.</param>
    /// <param name="cancellationToken">Cancels waiting. Any of them may have happened all the same.</param>
    /// <returns>One outcome for each, in the same order.</returns>
    /// <exception cref="StoreException">All outcomes are unknown: append the same again.</exception>
    ValueTask<IReadOnlyList<AppendOutcome<TRecord>>> AppendBatchAsync(IReadOnlyList<Append<TState, TRecord>> appends, CancellationToken cancellationToken = default);

    /// <summary>Loads a stream's state and version.</summary>
    /// <param name="stream">The stream; need not exist.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="StoreException">The store cannot be reached or read.</exception>
    ValueTask<Loaded<TState>> LoadAsync(StreamId stream, CancellationToken cancellationToken = default);

    /// <summary>Loads several streams at one moment.</summary>
    /// <param name="streams">At most <see cref="JournalLimits.MaxBatch"/>; need not exist.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>One for each, in the same order.</returns>
    /// <exception cref="StoreException">The store cannot be reached or read.</exception>
    ValueTask<IReadOnlyList<Loaded<TState>>> LoadManyAsync(IReadOnlyList<StreamId> streams, CancellationToken cancellationToken = default);

    /// <summary>Loads all streams, page by page, in order of their ids.</summary>
    /// <param name="after">The last stream of the page before; null for the first page.</param>
    /// <param name="limit">Streams on a page, 1 to <see cref="JournalLimits.MaxPage"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>At most <paramref name="limit"/> streams; none when there are no more. Each page is of its own moment.</returns>
    /// <exception cref="StoreException">The store cannot be reached or read.</exception>
    ValueTask<IReadOnlyList<Loaded<TState>>> ListAsync(StreamId? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>What was appended under a key: settles an unknown outcome.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The first result, or null when nothing was appended under it.</returns>
    /// <exception cref="StoreException">The store cannot be reached or read.</exception>
    ValueTask<Commit<TRecord>?> FindAsync(IdempotencyKey key, CancellationToken cancellationToken = default);

    /// <summary>Reads a stream's records in version order, page by page.</summary>
    /// <param name="stream">The stream; need not exist.</param>
    /// <param name="afterVersion">The last version of the page before; 0 for the first page.</param>
    /// <param name="limit">Records on a page, 1 to <see cref="JournalLimits.MaxPage"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>At most <paramref name="limit"/> records; none when there are no more.</returns>
    /// <exception cref="StoreException">The store cannot be reached or read.</exception>
    ValueTask<IReadOnlyList<Recorded<TRecord>>> ReadAsync(StreamId stream, long afterVersion, int limit, CancellationToken cancellationToken = default);
}

/// <summary>What a journal is to those who need not know what is in it: due streams, an outbox, and how much of both waits.</summary>
public interface IJournal : IDueStreams, IOutbox
{
    /// <summary>Measures what waits, and so whether the store can be reached and is of a version that this process knows.</summary>
    /// <param name="upTo">The latest due instant that counts, included; null for the store's own now.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="StoreVersionException">The store was written by a newer version than this one, perhaps since it was opened.</exception>
    /// <exception cref="StoreException">The store cannot be reached or read.</exception>
    ValueTask<Backlog> MeasureAsync(Instant? upTo = null, CancellationToken cancellationToken = default);
}

/// <summary>Streams that time will change, by the instant at which it does.</summary>
/// <remarks>
/// A claim keeps others away from a stream's due work for a while, so that many hosts can share it. It is a courtesy, not the guard: who appends to the stream at the version of the
/// claim wins, and any append ends the claim. Leases run by the store's clock, never the host's.
/// </remarks>
public interface IDueStreams
{
    /// <summary>Claims streams whose next due instant has come.</summary>
    /// <param name="upTo">The latest due instant that counts, included.</param>
    /// <param name="limit">Claims at most, 1 to <see cref="JournalLimits.MaxBatch"/>.</param>
    /// <param name="lease">How long others keep away, by the store's clock; above 0, at most <see cref="JournalLimits.MaxLease"/>.</param>
    /// <param name="cancellationToken">Cancels waiting. Streams may be claimed all the same, until their lease is over.</param>
    /// <returns>The earliest due first, at one instant in order of ids. None that is claimed already, or given back with a delay that still runs.</returns>
    /// <exception cref="StoreException">The store cannot be reached.</exception>
    ValueTask<IReadOnlyList<DueClaim>> ClaimDueAsync(Instant upTo, int limit, Duration lease, CancellationToken cancellationToken = default);

    /// <summary>Gives a claim back without having done the work.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="delay">How long nobody gets it, by the store's clock; 0 to <see cref="JournalLimits.MaxLease"/>.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>False when it is no longer this one: the work was done, or the lease ran out and another host has it. Nothing changes then.</returns>
    /// <exception cref="StoreException">The store cannot be reached.</exception>
    ValueTask<bool> ReleaseDueAsync(DueClaim claim, Duration delay, CancellationToken cancellationToken = default);
}

/// <summary>One stream's due work, claimed for a while.</summary>
public sealed class DueClaim
{
    /// <summary>Describes a claim.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="due">Its due instant.</param>
    /// <param name="version">The stream's version when it was claimed.</param>
    /// <param name="attempt">1 for the first claim since the last append, then 2, 3…</param>
    /// <param name="until">When the lease ends, by the store's clock.</param>
    /// <param name="fence">Tells this claim from later ones of the same stream.</param>
    public DueClaim(StreamId stream, Instant due, long version, int attempt, Instant until, long fence)
    {
        Stream = stream;
        Due = due;
        Version = version;
        Attempt = attempt;
        Until = until;
        Fence = fence;
    }

    /// <summary>The stream.</summary>
    public StreamId Stream { get; }

    /// <summary>Its due instant.</summary>
    public Instant Due { get; }

    /// <summary>The stream's version when it was claimed.</summary>
    public long Version { get; }

    /// <summary>1 for the first claim since the last append, then 2, 3…: what fails again and again shows here.</summary>
    public int Attempt { get; }

    /// <summary>When the lease ends, by the store's clock.</summary>
    public Instant Until { get; }

    /// <summary>Tells this claim from later ones of the same stream.</summary>
    public long Fence { get; }
}
