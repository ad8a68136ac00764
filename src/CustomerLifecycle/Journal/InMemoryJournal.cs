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
    private readonly Dictionary<string, Stream> _streams = new(StringComparer.Ordinal);
    private readonly DueQueue<Stream> _due = new(static stream => stream.Id.Value);
    private readonly InMemoryOutbox<TRecord> _outbox = new();

    // What changes with each append stands close together, whatever streams it belongs to: records in one log in the order of their appends,
    // states in one array. Scattered over a million streams they would cost the garbage collector more than everything else does.
    private readonly RecordLog _log = new();
    private StateTable<TState>? _states;
    private Stream[]? _inOrder;

    /// <summary>Makes an empty journal.</summary>
    /// <param name="clock">The store's own clock, by which leases run.</param>
    public InMemoryJournal(IClock clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _clock = clock;
    }

    /// <inheritdoc/>
    public ValueTask<AppendOutcome<TRecord>> AppendAsync(Append<TState, TRecord> append, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(append);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate) return new(Apply(append));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AppendOutcome<TRecord>>> AppendBatchAsync(IReadOnlyList<Append<TState, TRecord>> appends, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckBatch(appends, nameof(appends));
        cancellationToken.ThrowIfCancellationRequested();
        var outcomes = new AppendOutcome<TRecord>[appends.Count];
        lock (_gate)
        {
            for (var i = 0; i < outcomes.Length; i++) outcomes[i] = Apply(appends[i]);
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
            _inOrder ??= [.. _streams.Values.OrderBy(static stream => stream.Id.Value, CodePointComparer.Instance)];
            var first = after is { } last ? FirstAfter(_inOrder, last) : 0;
            var page = new Loaded<TState>[Math.Min(limit, _inOrder.Length - first)];
            for (var i = 0; i < page.Length; i++) page[i] = Load(_inOrder[first + i], now);
            return new(page);
        }
    }

    /// <inheritdoc/>
    public ValueTask<Commit<TRecord>?> FindAsync(IdempotencyKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate) return new(_log.Find(key.Value, RecordLog.HashOf(key.Value)) is >= 0 and var first ? ToCommit(first) : null);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Recorded<TRecord>>> ReadAsync(StreamId stream, long afterVersion, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterVersion);
        JournalLimits.CheckPage(limit, nameof(limit));
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (!_streams.TryGetValue(stream.Value, out var found) || afterVersion >= found.Version) return new([]);
            var records = new Recorded<TRecord>[Math.Min(limit, found.Version - afterVersion)];
            for (var i = 0; i < records.Length; i++)
            {
                ref readonly var slot = ref _log[found.RecordAt((int)afterVersion + i)];
                records[i] = new(found.Id, afterVersion + i + 1, slot.Key, slot.Record);
            }

            return new(records);
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
            while (claims.Count < limit && _due.TryClaim(upTo, now, now + lease) is { } claimed)
                claims.Add(new(claimed.Id, claimed.Due!.Value, claimed.Version, claimed.Attempts, now + lease, claimed.Fence));
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
        lock (_gate) return new(_streams.TryGetValue(claim.Stream.Value, out var stream) && _due.TryRelease(stream, claim.Fence, now, delay));
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
            foreach (var stream in _streams.Values)
            {
                if (stream.Due is not { } due || due > latest) continue;
                count++;
                if (earliest is not { } other || due < other) earliest = due;
            }

            return new(new Backlog(now, Counted(count), earliest, Counted(_outbox.Count), _outbox.Oldest, Counted(_outbox.DeadCount)));
        }

        static long Counted(long count) => Math.Min(count, JournalLimits.MaxCounted);
    }

    private static int FirstAfter(Stream[] inOrder, StreamId last)
    {
        var low = 0;
        var high = inOrder.Length;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (inOrder[middle].Id.CompareTo(last) <= 0) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private AppendOutcome<TRecord> Apply(Append<TState, TRecord> append)
    {
        var key = append.Key.Value;
        var hash = RecordLog.HashOf(key);
        if (_log.Find(key, hash) is >= 0 and var first)
            return _log[first].Request == append.Request ? AppendOutcome<TRecord>.Replayed(ToCommit(first)) : AppendOutcome<TRecord>.KeyConflict;

        for (var i = 0; i < append.Count; i++)
        {
            ref readonly var part = ref append[i];
            var actual = _streams.TryGetValue(part.Stream.Value, out var stream) ? stream.Version : 0;
            if (actual != part.ExpectedVersion) return AppendOutcome<TRecord>.VersionConflict(new(part.Stream, part.ExpectedVersion, actual));
        }

        _log.Begin(hash);
        for (var i = 0; i < append.Count; i++) Write(append[i], append.Key, append.Request);
        Tell(append);
        return AppendOutcome<TRecord>.Appended;
    }

    private void Tell(Append<TState, TRecord> append)
    {
        if (append.Projection is { } projection)
        {
            ref readonly var part = ref append[0];
            var now = _clock.GetCurrentInstant();
            for (var i = 0; i < part.RecordCount; i++) _outbox.Add(projection, part.Stream, part.RecordAt(i), i, part.NewVersion, now);
        }
        else if (append.Outbox.Count > 0)
        {
            var now = _clock.GetCurrentInstant();
            for (var i = 0; i < append.Outbox.Count; i++) _outbox.Add(append.Outbox[i], append[append.IndexOf(append.Outbox[i].Stream)].NewVersion, now);
        }
    }

    private void Write(in StreamAppend<TState, TRecord> part, IdempotencyKey key, RequestHash request)
    {
        if (!_streams.TryGetValue(part.Stream.Value, out var stream))
        {
            stream = new(part.Stream, _streams.Count);
            _streams.Add(part.Stream.Value, stream);
            _inOrder = null;
            (_states ??= (part.State as ICompactState<TState>)?.NewTable() ?? new StateObjects<TState>()).Add(part.State);
        }

        for (var i = 0; i < part.RecordCount; i++) stream.Add(_log.Add(new(part.RecordAt(i), key, request, stream, stream.Version + 1)));
        _states!.Set(stream.Number, part.State);
        _due.Set(stream, part.NextDue);
    }

    private Commit<TRecord> ToCommit(int first)
    {
        var records = new List<Recorded<TRecord>>(1);
        var key = _log[first].Key;
        for (var i = first; i < _log.Count && _log[i].Key == key; i++)
        {
            ref readonly var slot = ref _log[i];
            records.Add(new(slot.Stream.Id, slot.Version, key, slot.Record));
        }

        return new(key, _log[first].Request, records);
    }

    private Loaded<TState> Load(StreamId id, Instant now) =>
        _streams.TryGetValue(id.Value, out var stream) ? Load(stream, now) : new(id, null, 0, now);

    private Loaded<TState> Load(Stream stream, Instant now) => new(stream.Id, _states![stream.Number], stream.Version, now);

    private sealed class Stream(StreamId id, int number) : DueItem
    {
        private int[] _records = new int[4];

        public StreamId Id { get; } = id;

        public int Number { get; } = number;

        public int Version { get; private set; }

        public int RecordAt(int index) => _records[index];

        public void Add(int record)
        {
            if (Version == _records.Length) Array.Resize(ref _records, Version * 2);
            _records[Version++] = record;
        }
    }

    private readonly struct Slot(TRecord record, IdempotencyKey key, RequestHash request, Stream stream, int version)
    {
        public TRecord Record { get; } = record;

        public IdempotencyKey Key { get; } = key;

        public RequestHash Request { get; } = request;

        public Stream Stream { get; } = stream;

        public int Version { get; } = version;
    }

    /// <summary>All records in the order of their appends, those of one append together, with a table of their keys.</summary>
    private sealed class RecordLog
    {
        private readonly BlockList<Slot> _slots = new();
        private readonly BlockList<Entry> _keys = new();
        private int[] _buckets = new int[16];

        public int Count => _slots.Count;

        public ref readonly Slot this[int index] => ref _slots[index];

        public static int HashOf(string key) => StringComparer.Ordinal.GetHashCode(key);

        /// <summary>The first record of a key, or -1.</summary>
        public int Find(string key, int hash)
        {
            for (var i = _buckets[hash & (_buckets.Length - 1)] - 1; i >= 0; i = _keys[i].Next)
            {
                if (_keys[i].Hash == hash && string.Equals(this[_keys[i].First].Key.Value, key, StringComparison.Ordinal)) return _keys[i].First;
            }

            return -1;
        }

        /// <summary>Says that the next records have a key of their own, by its hash.</summary>
        public void Begin(int hash)
        {
            if (_keys.Count == _buckets.Length) Grow();
            ref var bucket = ref _buckets[hash & (_buckets.Length - 1)];
            bucket = _keys.Add(new(hash, Count, bucket - 1)) + 1;
        }

        public int Add(in Slot slot) => _slots.Add(slot);

        private void Grow()
        {
            _buckets = new int[_buckets.Length * 2];
            for (var i = 0; i < _keys.Count; i++)
            {
                ref var key = ref _keys[i];
                ref var bucket = ref _buckets[key.Hash & (_buckets.Length - 1)];
                key = new(key.Hash, key.First, bucket - 1);
                bucket = i + 1;
            }
        }

        private readonly struct Entry(int hash, int first, int next)
        {
            public int Hash { get; } = hash;

            public int First { get; } = first;

            public int Next { get; } = next;
        }
    }
}
