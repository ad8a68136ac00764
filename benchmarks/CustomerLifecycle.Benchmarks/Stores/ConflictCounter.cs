using System.Collections.Concurrent;

namespace CustomerLifecycle.Benchmarks.Stores;

/// <summary>A journal that counts how often the append under each key met another version: how often its caller decided again.</summary>
internal sealed class ConflictCounter<TState, TRecord>(IJournal<TState, TRecord> journal) : IJournal<TState, TRecord>
    where TState : class
    where TRecord : class, IJournalRecord
{
    public ConcurrentDictionary<IdempotencyKey, int> Retries { get; } = new();

    public async ValueTask<AppendOutcome<TRecord>> AppendAsync(Append<TState, TRecord> append, CancellationToken cancellationToken = default)
    {
        var outcome = await journal.AppendAsync(append, cancellationToken);
        Retries.AddOrUpdate(append.Key, 0, (_, before) => before + 1);
        return outcome;
    }

    public ValueTask<IReadOnlyList<AppendOutcome<TRecord>>> AppendBatchAsync(IReadOnlyList<Append<TState, TRecord>> appends, CancellationToken cancellationToken = default) => journal.AppendBatchAsync(appends, cancellationToken);

    public ValueTask<Loaded<TState>> LoadAsync(StreamId stream, CancellationToken cancellationToken = default) => journal.LoadAsync(stream, cancellationToken);

    public ValueTask<IReadOnlyList<Loaded<TState>>> LoadManyAsync(IReadOnlyList<StreamId> streams, CancellationToken cancellationToken = default) => journal.LoadManyAsync(streams, cancellationToken);

    public ValueTask<IReadOnlyList<Loaded<TState>>> ListAsync(StreamId? after, int limit, CancellationToken cancellationToken = default) => journal.ListAsync(after, limit, cancellationToken);

    public ValueTask<Commit<TRecord>?> FindAsync(IdempotencyKey key, CancellationToken cancellationToken = default) => journal.FindAsync(key, cancellationToken);

    public ValueTask<IReadOnlyList<Recorded<TRecord>>> ReadAsync(StreamId stream, long afterVersion, int limit, CancellationToken cancellationToken = default) => journal.ReadAsync(stream, afterVersion, limit, cancellationToken);

    public ValueTask<IReadOnlyList<DueClaim>> ClaimDueAsync(Instant upTo, int limit, Duration lease, CancellationToken cancellationToken = default) => journal.ClaimDueAsync(upTo, limit, lease, cancellationToken);

    public ValueTask<bool> ReleaseDueAsync(DueClaim claim, Duration delay, CancellationToken cancellationToken = default) => journal.ReleaseDueAsync(claim, delay, cancellationToken);

    public ValueTask<IReadOnlyList<OutboxClaim>> ClaimOutboxAsync(int limit, Duration lease, CancellationToken cancellationToken = default) => journal.ClaimOutboxAsync(limit, lease, cancellationToken);

    public ValueTask AcknowledgeAsync(IReadOnlyList<OutboxClaim> claims, CancellationToken cancellationToken = default) => journal.AcknowledgeAsync(claims, cancellationToken);

    public ValueTask<bool> ReleaseOutboxAsync(OutboxClaim claim, Duration delay, CancellationToken cancellationToken = default) => journal.ReleaseOutboxAsync(claim, delay, cancellationToken);

    public ValueTask ReturnOutboxAsync(IReadOnlyList<OutboxClaim> claims, CancellationToken cancellationToken = default) => journal.ReturnOutboxAsync(claims, cancellationToken);

    public ValueTask<bool> SetAsideAsync(OutboxClaim claim, string reason, CancellationToken cancellationToken = default) => journal.SetAsideAsync(claim, reason, cancellationToken);

    public ValueTask<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(long afterPosition, int limit, CancellationToken cancellationToken = default) => journal.ListDeadLettersAsync(afterPosition, limit, cancellationToken);

    public ValueTask<bool> RetryDeadLetterAsync(long position, CancellationToken cancellationToken = default) => journal.RetryDeadLetterAsync(position, cancellationToken);

    public ValueTask<bool> DiscardDeadLetterAsync(long position, CancellationToken cancellationToken = default) => journal.DiscardDeadLetterAsync(position, cancellationToken);

    public ValueTask<Backlog> MeasureAsync(Instant? upTo = null, CancellationToken cancellationToken = default) => journal.MeasureAsync(upTo, cancellationToken);
}
