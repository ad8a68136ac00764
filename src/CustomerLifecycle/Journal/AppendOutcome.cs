namespace CustomerLifecycle;

/// <summary>What came of an append.</summary>
public enum AppendStatus
{
    /// <summary>All of it is stored.</summary>
    Appended = 1,

    /// <summary>The same request was stored before under this key. Nothing was written; <see cref="AppendOutcome{TRecord}.First"/> is what it gave.</summary>
    Replayed = 2,

    /// <summary>Another request was stored before under this key. Nothing was written.</summary>
    KeyConflict = 3,

    /// <summary>A stream has another version than expected. Nothing was written: load, decide and append again.</summary>
    VersionConflict = 4,
}

/// <summary>What came of an append, with what belongs to it.</summary>
/// <typeparam name="TRecord">What happened.</typeparam>
public readonly struct AppendOutcome<TRecord>
    where TRecord : class, IJournalRecord
{
    private AppendOutcome(AppendStatus status, Commit<TRecord>? first, VersionMismatch? mismatch)
    {
        Status = status;
        First = first;
        Mismatch = mismatch;
    }

    /// <summary>What came of it.</summary>
    public AppendStatus Status { get; }

    /// <summary>What the first append under this key wrote; null unless it was replayed.</summary>
    public Commit<TRecord>? First { get; }

    /// <summary>The first stream, in order of ids, that has another version; null unless versions conflict.</summary>
    public VersionMismatch? Mismatch { get; }

    /// <summary>Whether all of it is stored, now or before.</summary>
    public bool IsStored => Status is AppendStatus.Appended or AppendStatus.Replayed;

    /// <summary>All of it is stored.</summary>
    public static AppendOutcome<TRecord> Appended => new(AppendStatus.Appended, null, null);

    /// <summary>Another request was stored before under this key.</summary>
    public static AppendOutcome<TRecord> KeyConflict => new(AppendStatus.KeyConflict, null, null);

    /// <summary>The same request was stored before under this key.</summary>
    /// <param name="first">What it wrote.</param>
    public static AppendOutcome<TRecord> Replayed(Commit<TRecord> first)
    {
        ArgumentNullException.ThrowIfNull(first);
        return new(AppendStatus.Replayed, first, null);
    }

    /// <summary>A stream has another version.</summary>
    /// <param name="mismatch">Which, and what it has.</param>
    public static AppendOutcome<TRecord> VersionConflict(VersionMismatch mismatch)
    {
        ArgumentNullException.ThrowIfNull(mismatch);
        return new(AppendStatus.VersionConflict, null, mismatch);
    }
}

/// <summary>A stream that has another version than expected.</summary>
public sealed record VersionMismatch
{
    /// <summary>Reports a mismatch.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="expected">The version the append expected.</param>
    /// <param name="actual">The version the stream has.</param>
    public VersionMismatch(StreamId stream, long expected, long actual)
    {
        Stream = stream;
        Expected = expected;
        Actual = actual;
    }

    /// <summary>The stream.</summary>
    public StreamId Stream { get; }

    /// <summary>The version the append expected.</summary>
    public long Expected { get; }

    /// <summary>The version the stream has.</summary>
    public long Actual { get; }
}

/// <summary>What one append wrote: the first result of its key.</summary>
/// <typeparam name="TRecord">What happened.</typeparam>
public sealed class Commit<TRecord>
    where TRecord : class, IJournalRecord
{
    /// <summary>Restores what an append wrote.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="records">Its records, by stream in order of ids, then by version.</param>
    public Commit(IdempotencyKey key, RequestHash request, IReadOnlyList<Recorded<TRecord>> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        Key = key;
        Request = request;
        Records = records;
    }

    /// <summary>The key.</summary>
    public IdempotencyKey Key { get; }

    /// <summary>What was asked.</summary>
    public RequestHash Request { get; }

    /// <summary>What was written, by stream in order of ids, then by version.</summary>
    public IReadOnlyList<Recorded<TRecord>> Records { get; }
}

/// <summary>One stored record with its place.</summary>
/// <typeparam name="TRecord">What happened.</typeparam>
public readonly struct Recorded<TRecord>
    where TRecord : class, IJournalRecord
{
    /// <summary>Places a record.</summary>
    /// <param name="stream">Its stream.</param>
    /// <param name="version">Its place in the stream: 1, 2, 3…</param>
    /// <param name="key">The key it was appended under.</param>
    /// <param name="record">The record.</param>
    public Recorded(StreamId stream, long version, IdempotencyKey key, TRecord record)
    {
        Stream = stream;
        Version = version;
        Key = key;
        Record = record;
    }

    /// <summary>Its stream.</summary>
    public StreamId Stream { get; }

    /// <summary>Its place in the stream: 1, 2, 3…</summary>
    public long Version { get; }

    /// <summary>The key it was appended under.</summary>
    public IdempotencyKey Key { get; }

    /// <summary>The record, with both its times.</summary>
    public TRecord Record { get; }
}

/// <summary>A stream as it was loaded.</summary>
/// <typeparam name="TState">Its folded state.</typeparam>
public readonly struct Loaded<TState>
    where TState : class
{
    /// <summary>Describes a loaded stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="state">Its state; null where it does not exist.</param>
    /// <param name="version">Its version; 0 where it does not exist.</param>
    /// <param name="storeTime">The store's own clock when it was loaded.</param>
    public Loaded(StreamId stream, TState? state, long version, Instant storeTime)
    {
        Stream = stream;
        State = state;
        Version = version;
        StoreTime = storeTime;
    }

    /// <summary>The stream.</summary>
    public StreamId Stream { get; }

    /// <summary>Its state; null where it does not exist.</summary>
    public TState? State { get; }

    /// <summary>Its version, the number of its records; 0 where it does not exist.</summary>
    public long Version { get; }

    /// <summary>The store's own clock when it was loaded. Compare a host's clock with it before trusting that one with money.</summary>
    public Instant StoreTime { get; }
}
