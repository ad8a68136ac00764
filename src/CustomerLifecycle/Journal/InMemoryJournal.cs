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
    private readonly Dictionary<string, Written> _keys = new(StringComparer.Ordinal);
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
        lock (_gate) return new(_keys.TryGetValue(key.Value, out var written) ? written.ToCommit(key) : null);
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
            return first.Request == append.Request ? AppendOutcome<TRecord>.Replayed(first.ToCommit(append.Key)) : AppendOutcome<TRecord>.KeyConflict;

        for (var i = 0; i < append.Streams.Count; i++)
        {
            var part = append.Streams[i];
            var actual = _streams.TryGetValue(part.Stream.Value, out var found) ? found.Version : 0;
            if (actual != part.ExpectedVersion) return AppendOutcome<TRecord>.VersionConflict(new(part.Stream, part.ExpectedVersion, actual));
        }

        var parts = append.Streams.Count == 1 ? null : new WrittenPart[append.Streams.Count];
        WrittenPart only = default;
        for (var i = 0; i < append.Streams.Count; i++)
        {
            var written = Write(append.Streams[i], append.Key);
            if (parts is null) only = written;
            else parts[i] = written;
        }

        _keys.Add(append.Key.Value, new(append.Request, only, parts));
        for (var i = 0; i < append.Outbox.Count; i++)
        {
            var record = append.Outbox[i];
            _outbox.Add(record, append.Streams[append.IndexOf(record.Stream)].NewVersion);
        }

        return AppendOutcome<TRecord>.Appended;
    }

    private WrittenPart Write(in StreamAppend<TState, TRecord> part, IdempotencyKey key)
    {
        if (!_streams.TryGetValue(part.Stream.Value, out var stream))
        {
            stream = new Stream(part.Stream);
            _streams.Add(part.Stream.Value, stream);
            _inOrder = null;
        }

        stream.Append(part, key);
        _due.Set(stream.Due, part.NextDue);
        return new(stream, part.ExpectedVersion, part.Records.Count);
    }

    private Loaded<TState> Load(StreamId id, Instant now) =>
        _streams.TryGetValue(id.Value, out var stream) ? stream.Load(now) : new(id, null, 0, now);

    private sealed class Stream
    {
        private (TRecord Record, IdempotencyKey Key)[] _records = new (TRecord, IdempotencyKey)[2];
        private TState? _state;

        public Stream(StreamId id)
        {
            Id = id;
            Due = new(this);
        }

        public StreamId Id { get; }

        public int Version { get; private set; }

        public DueQueue<Stream>.Entry Due { get; }

        public Loaded<TState> Load(Instant now) => new(Id, _state, Version, now);

        public void Append(in StreamAppend<TState, TRecord> part, IdempotencyKey key)
        {
            var count = part.Records.Count;
            if (Version + count > _records.Length) Array.Resize(ref _records, Math.Max(_records.Length * 2, Version + count));
            for (var i = 0; i < count; i++) _records[Version + i] = (part.Records[i], key);
            Version += count;
            _state = part.State;
        }

        public Recorded<TRecord>[] Records(long afterVersion, int count)
        {
            var records = new Recorded<TRecord>[count];
            CopyTo(records, 0, afterVersion, count);
            return records;
        }

        public void CopyTo(Recorded<TRecord>[] target, int at, long afterVersion, int count)
        {
            for (var i = 0; i < count; i++)
            {
                var (record, key) = _records[afterVersion + i];
                target[at + i] = new(Id, afterVersion + i + 1, key, record);
            }
        }
    }

    private readonly struct WrittenPart(Stream stream, long afterVersion, int count)
    {
        public Stream Stream { get; } = stream;

        public long AfterVersion { get; } = afterVersion;

        public int Count { get; } = count;
    }

    // What a key wrote: where its records are, not the records again.
    private readonly struct Written(RequestHash request, WrittenPart only, WrittenPart[]? parts)
    {
        public RequestHash Request { get; } = request;

        public Commit<TRecord> ToCommit(IdempotencyKey key)
        {
            if (parts is null) return new(key, Request, only.Stream.Records(only.AfterVersion, only.Count));

            var records = new Recorded<TRecord>[parts.Sum(static part => part.Count)];
            var at = 0;
            foreach (var part in parts)
            {
                part.Stream.CopyTo(records, at, part.AfterVersion, part.Count);
                at += part.Count;
            }

            return new(key, Request, records);
        }
    }
}
