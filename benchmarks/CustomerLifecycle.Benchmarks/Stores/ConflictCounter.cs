using System.Collections.Concurrent;

namespace CustomerLifecycle.Benchmarks.Stores;

/// <summary>A journal that counts how often the append under each key met another version: how often its caller decided again.</summary>
internal sealed class ConflictCounter<TState, TRecord>(IJournal<TState, TRecord> journal) : DelegatingJournal<TState, TRecord>(journal)
    where TState : class
    where TRecord : class, IJournalRecord
{
    public ConcurrentDictionary<IdempotencyKey, int> Retries { get; } = new();

    public override async ValueTask<AppendOutcome<TRecord>> AppendAsync(Append<TState, TRecord> append, CancellationToken cancellationToken = default)
    {
        var outcome = await Inner.AppendAsync(append, cancellationToken);
        Retries.AddOrUpdate(append.Key, 0, (_, before) => before + 1);
        return outcome;
    }
}
