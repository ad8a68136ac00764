namespace CustomerLifecycle;

/// <summary>A journal in the memory of this process: the default, and the specification of every other store.</summary>
/// <typeparam name="TState">The folded state of a stream; immutable, since the very instance is handed out.</typeparam>
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
    private readonly Dictionary<string, Place> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Place[]> _furtherPlaces = new(StringComparer.Ordinal);
    private readonly DueQueue<Stream> _due = new(static (a, b) => a.Id.CompareTo(b.Id));
    private readonly InMemoryOutbox _outbox = new();
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
            for (var i = 0; i < page.Length; i++) page[i] = _inOrder[first + i].Load(now);
            return new(page);
        }
    }

    /// <inheritdoc/>
    public ValueTask<Commit<TRecord>?> FindAsync(IdempotencyKey key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate) return new(_keys.TryGetValue(key.Value, out var place) ? ToCommit(key, place) : null);
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
            return new(found.Records(afterVersion, (int)Math.Min(limit, found.Version - afterVersion)));
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
                claims.Add(new(claimed.Item.Id, claimed.Due, claimed.Item.Version, claimed.Attempt, now + lease, claimed.Fence));
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
        lock (_gate) return new(_streams.TryGetValue(claim.Stream.Value, out var stream) && _due.TryRelease(stream.Due, claim.Fence, now, delay));
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
                if (stream.Due.Due is not { } due || due > latest) continue;
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
        if (_keys.TryGetValue(append.Key.Value, out var first))
            return first.Request == append.Request ? AppendOutcome<TRecord>.Replayed(ToCommit(append.Key, first)) : AppendOutcome<TRecord>.KeyConflict;

        var parts = append.Parts;
        if (parts.Length == 1)
        {
            ref readonly var only = ref parts[0];
            _streams.TryGetValue(only.Stream.Value, out var stream);
            if (Mismatch(stream, only) is { } mismatch) return AppendOutcome<TRecord>.VersionConflict(mismatch);
            _keys.Add(append.Key.Value, Write(stream, only, append));
        }
        else
        {
            foreach (ref readonly var part in parts.AsSpan())
            {
                _streams.TryGetValue(part.Stream.Value, out var stream);
                if (Mismatch(stream, part) is { } mismatch) return AppendOutcome<TRecord>.VersionConflict(mismatch);
            }

            var places = new Place[parts.Length];
            for (var i = 0; i < parts.Length; i++)
            {
                _streams.TryGetValue(parts[i].Stream.Value, out var stream);
                places[i] = Write(stream, parts[i], append);
            }

            _keys.Add(append.Key.Value, places[0]);
            _furtherPlaces.Add(append.Key.Value, places);
        }

        if (append.Outbox.Count > 0) Tell(append, _clock.GetCurrentInstant());

        return AppendOutcome<TRecord>.Appended;
    }

    private void Tell(Append<TState, TRecord> append, Instant now)
    {
        for (var i = 0; i < append.Outbox.Count; i++)
        {
            var record = append.Outbox[i];
            _outbox.Add(record, append.Parts[append.IndexOf(record.Stream)].NewVersion, now);
        }
    }

    private static VersionMismatch? Mismatch(Stream? stream, in StreamAppend<TState, TRecord> part)
    {
        var actual = stream?.Version ?? 0;
        return actual == part.ExpectedVersion ? null : new(part.Stream, part.ExpectedVersion, actual);
    }

    private Place Write(Stream? stream, in StreamAppend<TState, TRecord> part, Append<TState, TRecord> append)
    {
        if (stream is null)
        {
            stream = new Stream(part.Stream);
            _streams.Add(part.Stream.Value, stream);
            _inOrder = null;
        }

        stream.Append(part, append.Key, append.Request);
        _due.Set(stream.Due, part.NextDue);
        return new(stream, (int)part.ExpectedVersion);
    }

    private Commit<TRecord> ToCommit(IdempotencyKey key, Place first)
    {
        if (!_furtherPlaces.TryGetValue(key.Value, out var places)) return new(key, first.Request, first.Records());
        return new(key, first.Request, [.. places.SelectMany(static place => place.Records())]);
    }

    private Loaded<TState> Load(StreamId id, Instant now) =>
        _streams.TryGetValue(id.Value, out var stream) ? stream.Load(now) : new(id, null, 0, now);

    private sealed class Stream
    {
        private Slot[] _slots = new Slot[2];
        private TState? _state;

        public Stream(StreamId id)
        {
            Id = id;
            Due = new(this);
        }

        public StreamId Id { get; }

        public int Version { get; private set; }

        public DueQueue<Stream>.Entry Due { get; }

        public RequestHash RequestAt(int index) => _slots[index].Request;

        public Loaded<TState> Load(Instant now) => new(Id, _state, Version, now);

        public void Append(in StreamAppend<TState, TRecord> part, IdempotencyKey key, RequestHash request)
        {
            var count = part.Records.Count;
            if (Version + count > _slots.Length) Array.Resize(ref _slots, Math.Max(_slots.Length * 2, Version + count));
            for (var i = 0; i < count; i++) _slots[Version + i] = new(part.Records[i], key, request);
            Version += count;
            _state = part.State;
        }

        public Recorded<TRecord>[] Records(long afterVersion, int count)
        {
            var records = new Recorded<TRecord>[count];
            for (var i = 0; i < count; i++) records[i] = new(Id, afterVersion + i + 1, _slots[afterVersion + i].Key, _slots[afterVersion + i].Record);
            return records;
        }

        public Recorded<TRecord>[] RecordsOfOneAppend(int index)
        {
            var end = index + 1;
            while (end < Version && _slots[end].Key == _slots[index].Key) end++;
            return Records(index, end - index);
        }
    }

    private readonly struct Slot(TRecord record, IdempotencyKey key, RequestHash request)
    {
        public TRecord Record { get; } = record;

        public IdempotencyKey Key { get; } = key;

        public RequestHash Request { get; } = request;
    }

    // Where the records of a key begin: its hash stands beside them, so that the table of keys stays small.
    private readonly struct Place(Stream stream, int index)
    {
        public RequestHash Request => stream.RequestAt(index);

        public Recorded<TRecord>[] Records() => stream.RecordsOfOneAppend(index);
    }
}
