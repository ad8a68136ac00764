namespace CustomerLifecycle;

/// <summary>What one append writes to one stream.</summary>
/// <typeparam name="TState">The folded state of a stream; immutable.</typeparam>
/// <typeparam name="TRecord">What happened; immutable.</typeparam>
public readonly struct StreamAppend<TState, TRecord>
    where TState : class
    where TRecord : class, IJournalRecord
{
    // Most appends bring one record: then that one stands here, and the list is made when somebody asks for it.
    private readonly TRecord? _record;
    private readonly IReadOnlyList<TRecord>? _records;

    /// <summary>Describes one record.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="expectedVersion">The version the decision was made at; 0 for a stream that does not exist yet.</param>
    /// <param name="state">The state after the record.</param>
    /// <param name="nextDue">When time alone will next change the state; null for never.</param>
    /// <param name="record">What happened.</param>
    /// <exception cref="ArgumentException">The record has no kind, or one that is too long.</exception>
    public StreamAppend(StreamId stream, long expectedVersion, TState state, Instant? nextDue, TRecord record)
        : this(stream, expectedVersion, state, nextDue, record, null)
    {
        ArgumentNullException.ThrowIfNull(record);
        CheckKind(record, 0, nameof(record));
    }

    /// <summary>Describes several records.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="expectedVersion">The version the decision was made at; 0 for a stream that does not exist yet.</param>
    /// <param name="state">The state after all records.</param>
    /// <param name="nextDue">When time alone will next change the state; null for never.</param>
    /// <param name="records">What happened, in order; 1 to <see cref="JournalLimits.MaxRecords"/>. Not changed afterwards.</param>
    /// <exception cref="ArgumentException"><paramref name="records"/> is empty or too long, or a kind is.</exception>
    public StreamAppend(StreamId stream, long expectedVersion, TState state, Instant? nextDue, IReadOnlyList<TRecord> records)
        : this(stream, expectedVersion, state, nextDue, null, records)
    {
        ArgumentNullException.ThrowIfNull(records);
        if (records.Count == 0) throw new ArgumentException("A stream is appended to with at least one record: a state never changes without one.", nameof(records));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(records.Count, JournalLimits.MaxRecords, nameof(records));
        for (var i = 0; i < records.Count; i++)
        {
            ArgumentNullException.ThrowIfNull(records[i], nameof(records));
            CheckKind(records[i], i, nameof(records));
        }
    }

    private StreamAppend(StreamId stream, long expectedVersion, TState state, Instant? nextDue, TRecord? record, IReadOnlyList<TRecord>? records)
    {
        _ = stream.Value;
        ArgumentOutOfRangeException.ThrowIfNegative(expectedVersion);
        ArgumentNullException.ThrowIfNull(state);
        Stream = stream;
        ExpectedVersion = expectedVersion;
        State = state;
        NextDue = nextDue;
        _record = record;
        _records = records;
    }

    /// <summary>The stream.</summary>
    public StreamId Stream { get; }

    /// <summary>The version the decision was made at: the number of records before this append.</summary>
    public long ExpectedVersion { get; }

    /// <summary>The version after the append: one more for each record.</summary>
    public long NewVersion => ExpectedVersion + RecordCount;

    /// <summary>The state after all records.</summary>
    public TState State { get; }

    /// <summary>When time alone will next change the state; null for never.</summary>
    public Instant? NextDue { get; }

    /// <summary>What happened, in order. The first gets version <see cref="ExpectedVersion"/> + 1.</summary>
    public IReadOnlyList<TRecord> Records => _records ?? [_record!];

    /// <summary>How many records there are, without making a list of them.</summary>
    public int RecordCount => _records is null ? 1 : _records.Count;

    /// <summary>One of its records.</summary>
    internal TRecord RecordAt(int index) => _records is null ? _record! : _records[index];

    private static void CheckKind(TRecord record, int index, string paramName)
    {
        if (record.Kind is not { Length: > 0 and <= JournalLimits.MaxKindLength })
            throw new ArgumentException($"Record {index} has no kind, or one longer than {JournalLimits.MaxKindLength}. A kind is a short stable code.", paramName);
    }
}
