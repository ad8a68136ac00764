namespace CustomerLifecycle;

/// <summary>One write: what is appended to one or more streams, all or nothing.</summary>
/// <typeparam name="TState">The folded state of a stream; immutable.</typeparam>
/// <typeparam name="TRecord">What happened; immutable.</typeparam>
public sealed class Append<TState, TRecord>
    where TState : class
    where TRecord : class, IJournalRecord
{
    // Most appends write to one stream: then that one stands here, and the list is made when somebody asks for it.
    private readonly StreamAppend<TState, TRecord> _first;
    private StreamAppend<TState, TRecord>[]? _streams;

    /// <summary>Describes a write to one stream.</summary>
    /// <param name="key">Names the request; the same key with the same request gives the first result again.</param>
    /// <param name="request">Stands for what was asked.</param>
    /// <param name="stream">What is appended.</param>
    /// <param name="outbox">What the outside is told, in order; each of the appended stream. Null is none.</param>
    /// <exception cref="ArgumentException">An outbox record names another stream, or a limit of <see cref="JournalLimits"/> is exceeded.</exception>
    public Append(IdempotencyKey key, RequestHash request, StreamAppend<TState, TRecord> stream, IReadOnlyList<OutboxRecord>? outbox = null)
        : this(stream, null, key, request, outbox)
    {
    }

    /// <summary>Describes a write to several streams.</summary>
    /// <param name="key">Names the request; the same key with the same request gives the first result again.</param>
    /// <param name="request">Stands for what was asked.</param>
    /// <param name="streams">What is appended, in any order; each stream once.</param>
    /// <param name="outbox">What the outside is told, in order; each of one of the appended streams. Null is none.</param>
    /// <exception cref="ArgumentException">A stream stands twice, an outbox record names another stream, or a limit of <see cref="JournalLimits"/> is exceeded.</exception>
    public Append(IdempotencyKey key, RequestHash request, IReadOnlyList<StreamAppend<TState, TRecord>> streams, IReadOnlyList<OutboxRecord>? outbox = null)
        : this(Sorted(streams), key, request, outbox)
    {
    }

    private Append(StreamAppend<TState, TRecord>[] streams, IdempotencyKey key, RequestHash request, IReadOnlyList<OutboxRecord>? outbox)
        : this(streams[0], streams, key, request, outbox)
    {
    }

    private Append(in StreamAppend<TState, TRecord> first, StreamAppend<TState, TRecord>[]? streams, IdempotencyKey key, RequestHash request, IReadOnlyList<OutboxRecord>? outbox)
    {
        _ = key.Value;
        _ = first.Stream.Value;
        _first = first;
        _streams = streams;
        Key = key;
        Request = request;
        Outbox = outbox ?? [];
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Outbox.Count, JournalLimits.MaxOutboxRecords, nameof(outbox));
        for (var i = 0; i < Outbox.Count; i++)
        {
            ArgumentNullException.ThrowIfNull(Outbox[i], nameof(outbox));
            if (IndexOf(Outbox[i].Stream) < 0)
                throw new ArgumentException($"Outbox record {i} names {Outbox[i].Stream}, which this append does not write to. Append it with its own stream.", nameof(outbox));
        }
    }

    /// <summary>Names the request.</summary>
    public IdempotencyKey Key { get; }

    /// <summary>Stands for what was asked.</summary>
    public RequestHash Request { get; }

    /// <summary>What is appended, by stream in order of their ids; each stream once.</summary>
    public IReadOnlyList<StreamAppend<TState, TRecord>> Streams => _streams ??= [_first];

    /// <summary>What the outside is told, in order.</summary>
    public IReadOnlyList<OutboxRecord> Outbox { get; }

    /// <summary>How many streams it writes to.</summary>
    internal int Count => _streams is null ? 1 : _streams.Length;

    /// <summary>What it writes to one of them.</summary>
    internal ref readonly StreamAppend<TState, TRecord> this[int index] => ref index == 0 ? ref _first : ref _streams![index];

    /// <summary>The place of a stream in <see cref="Streams"/>.</summary>
    /// <param name="stream">The stream.</param>
    /// <returns>Its index, or -1.</returns>
    public int IndexOf(StreamId stream)
    {
        for (var i = 0; i < Count; i++)
        {
            if (this[i].Stream == stream) return i;
        }

        return -1;
    }

    private static StreamAppend<TState, TRecord>[] Sorted(IReadOnlyList<StreamAppend<TState, TRecord>> streams)
    {
        ArgumentNullException.ThrowIfNull(streams);
        if (streams.Count == 0) throw new ArgumentException("An append writes to at least one stream.", nameof(streams));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(streams.Count, JournalLimits.MaxStreams, nameof(streams));
        StreamAppend<TState, TRecord>[] sorted = [.. streams];
        foreach (var stream in sorted) _ = stream.Stream.Value;
        Array.Sort(sorted, static (a, b) => a.Stream.CompareTo(b.Stream));
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Stream == sorted[i - 1].Stream)
                throw new ArgumentException($"{sorted[i].Stream} stands twice in one append. Put all its records into one StreamAppend.", nameof(streams));
        }

        return sorted;
    }
}

/// <summary>What one append writes to one stream.</summary>
/// <typeparam name="TState">The folded state of a stream; immutable.</typeparam>
/// <typeparam name="TRecord">What happened; immutable.</typeparam>
public readonly struct StreamAppend<TState, TRecord>
    where TState : class
    where TRecord : class, IJournalRecord
{
    /// <summary>Describes one record.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="expectedVersion">The version the decision was made at; 0 for a stream that does not exist yet.</param>
    /// <param name="state">The state after the record.</param>
    /// <param name="nextDue">When time alone will next change the state; null for never.</param>
    /// <param name="record">What happened.</param>
    public StreamAppend(StreamId stream, long expectedVersion, TState state, Instant? nextDue, TRecord record)
        : this(stream, expectedVersion, state, nextDue, [record ?? throw new ArgumentNullException(nameof(record))])
    {
    }

    /// <summary>Describes several records.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="expectedVersion">The version the decision was made at; 0 for a stream that does not exist yet.</param>
    /// <param name="state">The state after all records.</param>
    /// <param name="nextDue">When time alone will next change the state; null for never.</param>
    /// <param name="records">What happened, in order; 1 to <see cref="JournalLimits.MaxRecords"/>. Not changed afterwards.</param>
    /// <exception cref="ArgumentException"><paramref name="records"/> is empty or too long, or a kind is.</exception>
    public StreamAppend(StreamId stream, long expectedVersion, TState state, Instant? nextDue, IReadOnlyList<TRecord> records)
    {
        _ = stream.Value;
        ArgumentOutOfRangeException.ThrowIfNegative(expectedVersion);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(records);
        if (records.Count == 0) throw new ArgumentException("A stream is appended to with at least one record: a state never changes without one.", nameof(records));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(records.Count, JournalLimits.MaxRecords, nameof(records));
        for (var i = 0; i < records.Count; i++)
        {
            ArgumentNullException.ThrowIfNull(records[i], nameof(records));
            if (records[i].Kind is not { Length: > 0 and <= JournalLimits.MaxKindLength })
                throw new ArgumentException($"Record {i} has no kind, or one longer than {JournalLimits.MaxKindLength}. A kind is a short stable code.", nameof(records));
        }

        Stream = stream;
        ExpectedVersion = expectedVersion;
        State = state;
        NextDue = nextDue;
        Records = records;
    }

    /// <summary>The stream.</summary>
    public StreamId Stream { get; }

    /// <summary>The version the decision was made at: the number of records before this append.</summary>
    public long ExpectedVersion { get; }

    /// <summary>The version after the append: one more for each record.</summary>
    public long NewVersion => ExpectedVersion + Records.Count;

    /// <summary>The state after all records.</summary>
    public TState State { get; }

    /// <summary>When time alone will next change the state; null for never.</summary>
    public Instant? NextDue { get; }

    /// <summary>What happened, in order. The first gets version <see cref="ExpectedVersion"/> + 1.</summary>
    public IReadOnlyList<TRecord> Records { get; }
}
