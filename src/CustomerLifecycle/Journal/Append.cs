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
    private IReadOnlyList<OutboxRecord>? _outbox;

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

    /// <summary>Describes a write to one stream, of each of whose records the outside is told what follows from it.</summary>
    /// <param name="key">Names the request; the same key with the same request gives the first result again.</param>
    /// <param name="request">Stands for what was asked.</param>
    /// <param name="stream">What is appended.</param>
    /// <param name="projection">Makes what the outside is told of each record, in order, when somebody asks.</param>
    public Append(IdempotencyKey key, RequestHash request, StreamAppend<TState, TRecord> stream, IOutboxProjection<TRecord> projection)
    {
        ArgumentNullException.ThrowIfNull(projection);
        _ = key.Value;
        _ = stream.Stream.Value;
        _first = stream;
        Key = key;
        Request = request;
        Projection = projection;
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
        _outbox = outbox ?? [];
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_outbox.Count, JournalLimits.MaxOutboxRecords, nameof(outbox));
        for (var i = 0; i < _outbox.Count; i++)
        {
            ArgumentNullException.ThrowIfNull(_outbox[i], nameof(outbox));
            if (IndexOf(_outbox[i].Stream) < 0)
                throw new ArgumentException($"Outbox record {i} names {_outbox[i].Stream}, which this append does not write to. Append it with its own stream.", nameof(outbox));
        }
    }

    /// <summary>Names the request.</summary>
    public IdempotencyKey Key { get; }

    /// <summary>Stands for what was asked.</summary>
    public RequestHash Request { get; }

    /// <summary>What is appended, by stream in order of their ids; each stream once.</summary>
    public IReadOnlyList<StreamAppend<TState, TRecord>> Streams => _streams ??= [_first];

    /// <summary>What the outside is told, in order.</summary>
    /// <exception cref="InvalidOperationException">The projection gives nothing for a record, or names another stream.</exception>
    public IReadOnlyList<OutboxRecord> Outbox => _outbox ??= Told(Projection!);

    /// <summary>Makes what the outside is told of each record; null where that is listed.</summary>
    internal IOutboxProjection<TRecord>? Projection { get; }

    /// <summary>Whether the outside is told anything.</summary>
    internal bool IsTold => Projection is not null || Outbox.Count > 0;

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

    private OutboxRecord[] Told(IOutboxProjection<TRecord> projection)
    {
        var told = new OutboxRecord[_first.RecordCount];
        for (var i = 0; i < told.Length; i++) told[i] = projection.Checked(_first.Stream, _first.RecordAt(i), i);
        return told;
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
