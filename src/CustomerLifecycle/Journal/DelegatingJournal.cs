namespace CustomerLifecycle;

/// <summary>A journal that hands every call to another one: the base of those that measure, log, cache or fail on the way.</summary>
/// <typeparam name="TState">The folded state of a stream.</typeparam>
/// <typeparam name="TRecord">What happened.</typeparam>
/// <remarks>Override what you mean to change. A batch is not made of single appends here: who changes <see cref="AppendAsync"/> changes <see cref="AppendBatchAsync"/>, too.</remarks>
public abstract class DelegatingJournal<TState, TRecord> : IJournal<TState, TRecord>
    where TState : class
    where TRecord : class, IJournalRecord
{
    /// <summary>Stands before a journal.</summary>
    /// <param name="inner">The journal that gets the calls.</param>
    protected DelegatingJournal(IJournal<TState, TRecord> inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
    }

    /// <summary>The journal that gets the calls.</summary>
    protected IJournal<TState, TRecord> Inner { get; }

    /// <inheritdoc/>
    public virtual ValueTask<AppendOutcome<TRecord>> AppendAsync(Append<TState, TRecord> append, CancellationToken cancellationToken = default) =>
        Inner.AppendAsync(append, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<IReadOnlyList<AppendOutcome<TRecord>>> AppendBatchAsync(IReadOnlyList<Append<TState, TRecord>> appends, CancellationToken cancellationToken = default) =>
        Inner.AppendBatchAsync(appends, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<Loaded<TState>> LoadAsync(StreamId stream, CancellationToken cancellationToken = default) =>
        Inner.LoadAsync(stream, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<IReadOnlyList<Loaded<TState>>> LoadManyAsync(IReadOnlyList<StreamId> streams, CancellationToken cancellationToken = default) =>
        Inner.LoadManyAsync(streams, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<IReadOnlyList<Loaded<TState>>> ListAsync(StreamId? after, int limit, CancellationToken cancellationToken = default) =>
        Inner.ListAsync(after, limit, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<Commit<TRecord>?> FindAsync(IdempotencyKey key, CancellationToken cancellationToken = default) =>
        Inner.FindAsync(key, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<IReadOnlyList<Recorded<TRecord>>> ReadAsync(StreamId stream, long afterVersion, int limit, CancellationToken cancellationToken = default) =>
        Inner.ReadAsync(stream, afterVersion, limit, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<IReadOnlyList<DueClaim>> ClaimDueAsync(Instant upTo, int limit, Duration lease, CancellationToken cancellationToken = default) =>
        Inner.ClaimDueAsync(upTo, limit, lease, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<bool> ReleaseDueAsync(DueClaim claim, Duration delay, CancellationToken cancellationToken = default) =>
        Inner.ReleaseDueAsync(claim, delay, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<IReadOnlyList<OutboxClaim>> ClaimOutboxAsync(int limit, Duration lease, CancellationToken cancellationToken = default) =>
        Inner.ClaimOutboxAsync(limit, lease, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask AcknowledgeAsync(IReadOnlyList<OutboxClaim> claims, CancellationToken cancellationToken = default) =>
        Inner.AcknowledgeAsync(claims, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<bool> ReleaseOutboxAsync(OutboxClaim claim, Duration delay, CancellationToken cancellationToken = default) =>
        Inner.ReleaseOutboxAsync(claim, delay, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask ReturnOutboxAsync(IReadOnlyList<OutboxClaim> claims, CancellationToken cancellationToken = default) =>
        Inner.ReturnOutboxAsync(claims, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<bool> SetAsideAsync(OutboxClaim claim, string reason, CancellationToken cancellationToken = default) =>
        Inner.SetAsideAsync(claim, reason, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(long afterPosition, int limit, CancellationToken cancellationToken = default) =>
        Inner.ListDeadLettersAsync(afterPosition, limit, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<bool> RetryDeadLetterAsync(long position, CancellationToken cancellationToken = default) =>
        Inner.RetryDeadLetterAsync(position, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<bool> DiscardDeadLetterAsync(long position, CancellationToken cancellationToken = default) =>
        Inner.DiscardDeadLetterAsync(position, cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask<Backlog> MeasureAsync(Instant? upTo = null, CancellationToken cancellationToken = default) =>
        Inner.MeasureAsync(upTo, cancellationToken);
}
