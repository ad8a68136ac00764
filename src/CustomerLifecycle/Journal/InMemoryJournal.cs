namespace CustomerLifecycle;

/// <summary>A journal in the memory of this process: the default, and the specification of every other store.</summary>
/// <typeparam name="TState">The folded state of a stream; immutable, since the very instance is handed out. Implement <see cref="ICompactState{TState}"/> where streams are many.</typeparam>
/// <typeparam name="TRecord">What happened; immutable, since the very instance is handed out.</typeparam>
/// <remarks>
/// Safe for concurrent callers: one lock, held for the moment of a call. Everything is kept until the process ends, outbox records until they are
/// acknowledged. Every call completes synchronously.
/// </remarks>
public sealed class InMemoryJournal<TState, TRecord> : IJournal<TState, TRecord>
    where TState : class
    where TRecord : class, IJournalRecord
{
    private readonly object _gate = new();
    private readonly IClock _clock;
    private readonly StreamTable _streams = new();
    private readonly RecordLog<TRecord> _log;
    private readonly DueQueue _due;
    private readonly InMemoryOutbox<TRecord> _outbox;
    private StateTable<TState>? _states;

    /// <summary>Makes an empty journal.</summary>
    /// <param name="clock">The store's own clock, by which leases run.</param>
    public InMemoryJournal(IClock clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _clock = clock;
        _log = new(_streams);
        _due = new(_streams);
        _outbox = new(_log);
    }

    /// <inheritdoc/>
    public ValueTask<AppendOutcome<TRecord>> AppendAsync(Append<TState, TRecord> append, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(append);
        cancellationToken.ThrowIfCancellationRequested();
        var hash = TextIndex.HashOf(append.Key.Value);
        var now = append.IsTold ? _clock.GetCurrentInstant() : default;
        lock (_gate) return new(Apply(append, hash, now));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AppendOutcome<TRecord>>> AppendBatchAsync(IReadOnlyList<Append<TState, TRecord>> appends, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckBatch(appends, nameof(appends));
        cancellationToken.ThrowIfCancellationRequested();
        var outcomes = new AppendOutcome<TRecord>[appends.Count];
        var now = _clock.GetCurrentInstant();
        lock (_gate)
        {
            for (var i = 0; i < outcomes.Length; i++) outcomes[i] = Apply(appends[i], TextIndex.HashOf(appends[i].Key.Value), now);
        }

        return new(outcomes);
    }

    /// <inheritdoc/>
    public ValueTask<Loaded<TState>> LoadAsync(StreamId stream, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var now = _clock.GetCurrentInstant();
        lock (_gate) return new(Load(stream, now));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Loaded<TState>>> LoadManyAsync(IReadOnlyList<StreamId> streams, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckBatch(streams, nameof(streams));
        cancellationToken.ThrowIfCancellationRequested();
        var now = _clock.GetCurrentInstant();
        var loaded = new Loaded<TState>[streams.Count];
        lock (_gate)
        {
            for (var i = 0; i < loaded.Length; i++) loaded[i] = Load(streams[i], now);
        }

        return new(loaded);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Loaded<TState>>> ListAsync(StreamId? after, int limit, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckPage(limit, nameof(limit));
        cancellationToken.ThrowIfCancellationRequested();
        var now = _clock.GetCurrentInstant();
        lock (_gate)
        {
            var first = after is { } last ? _streams.PlaceAfter(last) : 0;
            var page = new Loaded<TState>[Math.Min(limit, _streams.Count - first)];
            for (var i = 0; i < page.Length; i++) page[i] = Load(_streams.InOrder[first + i], now);
            return new(page);
        }
    }

    /// <inheritdoc/>
    public ValueTask<Commit<TRecord>?> FindAsync(IdempotencyKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var hash = TextIndex.HashOf(key.Value);
        lock (_gate) return new(_log.Find(key.Value, hash) is >= 0 and var first ? _log.CommitOf(first) : null);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Recorded<TRecord>>> ReadAsync(StreamId stream, long afterVersion, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterVersion);
        JournalLimits.CheckPage(limit, nameof(limit));
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var number = _streams.Find(stream);
            if (number < 0 || afterVersion >= _streams[number].Version) return new([]);
            return new(_log.Read(number, (int)afterVersion, (int)Math.Min(afterVersion + limit, _streams[number].Version)));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DueClaim>> ClaimDueAsync(Instant upTo, int limit, Duration lease, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckClaim(limit, nameof(limit), lease, nameof(lease));
        cancellationToken.ThrowIfCancellationRequested();
        var now = _clock.GetCurrentInstant();
        lock (_gate)
        {
            var claims = new List<DueClaim>();
            while (claims.Count < limit && _due.TryClaim(upTo, now, now + lease) is { } claim) claims.Add(claim);
            return new(claims);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> ReleaseDueAsync(DueClaim claim, Duration delay, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(claim);
        JournalLimits.CheckDelay(delay, nameof(delay));
        cancellationToken.ThrowIfCancellationRequested();
        var now = _clock.GetCurrentInstant();
        lock (_gate) return new(_streams.Find(claim.Stream) is >= 0 and var number && _due.TryRelease(number, claim.Fence, now, delay));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<OutboxClaim>> ClaimOutboxAsync(int limit, Duration lease, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckClaim(limit, nameof(limit), lease, nameof(lease));
        cancellationToken.ThrowIfCancellationRequested();
        var now = _clock.GetCurrentInstant();
        lock (_gate) return new(_outbox.Claim(limit, now, now + lease));
    }

    /// <inheritdoc/>
    public ValueTask AcknowledgeAsync(IReadOnlyList<OutboxClaim> claims, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckBatch(claims, nameof(claims));
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            for (var i = 0; i < claims.Count; i++) _outbox.Acknowledge(claims[i].Position);
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask<bool> ReleaseOutboxAsync(OutboxClaim claim, Duration delay, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(claim);
        JournalLimits.CheckDelay(delay, nameof(delay));
        cancellationToken.ThrowIfCancellationRequested();
        var now = _clock.GetCurrentInstant();
        lock (_gate) return new(_outbox.TryRelease(claim, now, delay));
    }

    /// <inheritdoc/>
    public ValueTask ReturnOutboxAsync(IReadOnlyList<OutboxClaim> claims, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckBatch(claims, nameof(claims));
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            for (var i = 0; i < claims.Count; i++) _outbox.Return(claims[i]);
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask<bool> SetAsideAsync(OutboxClaim claim, string reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(claim);
        JournalLimits.CheckReason(reason, nameof(reason));
        cancellationToken.ThrowIfCancellationRequested();
        var now = _clock.GetCurrentInstant();
        lock (_gate) return new(_outbox.TrySetAside(claim, reason, now));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(long afterPosition, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterPosition);
        JournalLimits.CheckPage(limit, nameof(limit));
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate) return new(_outbox.DeadLetters(afterPosition, limit));
    }

    /// <inheritdoc/>
    public ValueTask<bool> RetryDeadLetterAsync(long position, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate) return new(_outbox.TryRetry(position));
    }

    /// <inheritdoc/>
    public ValueTask<bool> DiscardDeadLetterAsync(long position, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate) return new(_outbox.TryDiscard(position));
    }

    /// <inheritdoc/>
    /// <remarks>Looks at every stream, under the lock.</remarks>
    public ValueTask<Backlog> MeasureAsync(Instant? upTo = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var now = _clock.GetCurrentInstant();
        var latest = upTo ?? now;
        lock (_gate)
        {
            var count = 0L;
            Instant? earliest = null;
            for (var i = 0; i < _streams.Count; i++)
            {
                if (_streams[i].Due.At is not { } due || due > latest) continue;
                count++;
                if (earliest is not { } other || due < other) earliest = due;
            }

            return new(new Backlog(now, Counted(count), earliest, Counted(_outbox.Count), _outbox.Oldest, Counted(_outbox.DeadCount)));
        }

        static long Counted(long count) => Math.Min(count, JournalLimits.MaxCounted);
    }

    private AppendOutcome<TRecord> Apply(Append<TState, TRecord> append, uint keyHash, Instant now)
    {
        if (_log.Find(append.Key.Value, keyHash) is >= 0 and var first)
            return _log.RequestOf(first) == append.Request ? AppendOutcome<TRecord>.Replayed(_log.CommitOf(first)) : AppendOutcome<TRecord>.KeyConflict;

        for (var i = 0; i < append.Count; i++)
        {
            ref readonly var part = ref append[i];
            var actual = _streams.Find(part.Stream) is >= 0 and var number ? _streams[number].Version : 0;
            if (actual != part.ExpectedVersion) return AppendOutcome<TRecord>.VersionConflict(new(part.Stream, part.ExpectedVersion, actual));
        }

        Tell(append, now);
        _log.Begin(keyHash);
        for (var i = 0; i < append.Count; i++) Write(append[i], append.Key, append.Request);
        return AppendOutcome<TRecord>.Appended;
    }

    private void Tell(Append<TState, TRecord> append, Instant now)
    {
        if (append.Projection is { } projection)
        {
            _outbox.Add(projection, _log.Count, append[0].RecordCount, now);
            return;
        }

        for (var i = 0; i < append.Outbox.Count; i++) _outbox.Add(append.Outbox[i], append[append.IndexOf(append.Outbox[i].Stream)].NewVersion, now);
    }

    private void Write(in StreamAppend<TState, TRecord> part, IdempotencyKey key, RequestHash request)
    {
        var number = _streams.Find(part.Stream);
        if (number >= 0)
        {
            _states!.Set(number, part.State);
        }
        else
        {
            number = _streams.Add(part.Stream);
            (_states ??= (part.State as ICompactState<TState>)?.NewTable() ?? new StateObjects<TState>()).Add(part.State);
        }

        ref var stream = ref _streams[number];
        for (var i = 0; i < part.RecordCount; i++) _log.Add(part.RecordAt(i), key, request, number, ref stream);
        _due.Set(number, ref stream, part.NextDue);
    }

    private Loaded<TState> Load(StreamId id, Instant now) => _streams.Find(id) is >= 0 and var number ? Load(number, now) : new(id, null, 0, now);

    private Loaded<TState> Load(int number, Instant now)
    {
        ref readonly var stream = ref _streams[number];
        return new(stream.Id, _states![number], stream.Version, now);
    }
}
