using System.Buffers;

namespace CustomerLifecycle;

/// <summary>How a package's states and records become bytes, and come back: what a store in a database needs to know of them.</summary>
/// <typeparam name="TState">The folded state of a stream.</typeparam>
/// <typeparam name="TRecord">What happened.</typeparam>
/// <remarks>
/// Bytes are stored with the version they were written in. A codec reads every version from 1 to its own, for ever, and writes its own only. Derived classes say how; this
/// class refuses what is newer and tells damage from the world's other faults. Safe for concurrent callers.
/// </remarks>
public abstract class JournalCodec<TState, TRecord>
    where TState : class
    where TRecord : class, IJournalRecord
{
    /// <summary>The longest name.</summary>
    public const int MaxNameLength = 40;

    /// <summary>Names a codec.</summary>
    /// <param name="name">The journal's name: 1 to <see cref="MaxNameLength"/> of a to z, 0 to 9 and _, a letter first. Stores name their tables after it.</param>
    /// <param name="version">The version that it writes, 1 or more.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> has another form.</exception>
    protected JournalCodec(string name, int version)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, MaxNameLength, nameof(name));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(version);
        if (name[0] is < 'a' or > 'z' || name.Any(static c => c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '_')))
            throw new ArgumentException("A journal's name is made of a to z, 0 to 9 and _, a letter first: stores name their tables after it.", nameof(name));
        Name = name;
        Version = version;
    }

    /// <summary>The journal's name.</summary>
    public string Name { get; }

    /// <summary>The version that it writes, and the newest that it reads.</summary>
    public int Version { get; }

    /// <summary>The reporting views over the journal; null for none.</summary>
    public virtual JournalViews? Views => null;

    /// <summary>Writes a state in this codec's version.</summary>
    /// <param name="state">The state.</param>
    /// <param name="output">Where to.</param>
    public abstract void WriteState(TState state, IBufferWriter<byte> output);

    /// <summary>Writes a record in this codec's version.</summary>
    /// <param name="record">The record.</param>
    /// <param name="output">Where to.</param>
    public abstract void WriteRecord(TRecord record, IBufferWriter<byte> output);

    /// <summary>Reads a state.</summary>
    /// <param name="stored">Its bytes.</param>
    /// <param name="version">The version that it was written in.</param>
    /// <exception cref="StoreVersionException">It was written by a newer version than this one.</exception>
    /// <exception cref="StoreCorruptException">The bytes are no state.</exception>
    public TState ReadState(ReadOnlySpan<byte> stored, int version)
    {
        Check(version);
        try
        {
            return DecodeState(stored, version);
        }
        catch (Exception fault) when (IsDamage(fault))
        {
            throw Damaged("state", version);
        }
    }

    /// <summary>Reads a record.</summary>
    /// <param name="stored">Its bytes.</param>
    /// <param name="version">The version that it was written in.</param>
    /// <exception cref="StoreVersionException">It was written by a newer version than this one.</exception>
    /// <exception cref="StoreCorruptException">The bytes are no record.</exception>
    public TRecord ReadRecord(ReadOnlySpan<byte> stored, int version)
    {
        Check(version);
        try
        {
            return DecodeRecord(stored, version);
        }
        catch (Exception fault) when (IsDamage(fault))
        {
            throw Damaged("record", version);
        }
    }

    /// <summary>Decodes a state.</summary>
    /// <param name="stored">Its bytes.</param>
    /// <param name="version">The version that it was written in, 1 to <see cref="Version"/>.</param>
    protected abstract TState DecodeState(ReadOnlySpan<byte> stored, int version);

    /// <summary>Decodes a record.</summary>
    /// <param name="stored">Its bytes.</param>
    /// <param name="version">The version that it was written in, 1 to <see cref="Version"/>.</param>
    protected abstract TRecord DecodeRecord(ReadOnlySpan<byte> stored, int version);

    private static bool IsDamage(Exception fault) => fault is not (StoreException or OutOfMemoryException);

    private void Check(int version)
    {
        if (version > Version) throw new StoreVersionException(Name, version, Version);
        if (version < 1) throw new StoreCorruptException($"'{Name}' is stored in version {version}; versions start at 1. Restore the row from a backup.");
    }

    // Without the decoder's own message: it may quote the data, which may be personal.
    private StoreCorruptException Damaged(string what, int version) =>
        new($"A {what} of '{Name}' in version {version} cannot be read back. Somebody changed it, or the disk did: restore the row from a backup.");
}
