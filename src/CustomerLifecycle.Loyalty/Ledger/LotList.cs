using System.Runtime.InteropServices;

namespace CustomerLifecycle.Loyalty;

/// <summary>A book's lots in spending order, as one version of the book has them.</summary>
/// <remarks>
/// Versions share a buffer: an earn is written behind the last lot, and spending moves the beginning on. So most postings copy no lots, however many there are, and what
/// is spent stays where it lies. Only one version can write behind a lot; another one that tries, as when two decide on the same state, makes a buffer of its own.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly struct LotList
{
    private readonly Lot[]? _buffer;
    private readonly int _oldest;
    private readonly int _first;
    private readonly long _firstOpen;

    private LotList(Lot[]? buffer, int oldest, int first, int count, long firstOpen)
    {
        _buffer = buffer;
        _oldest = oldest;
        _first = first;
        _firstOpen = firstOpen;
        Count = count;
    }

    public int Count { get; }

    public bool HasSpent => _first > _oldest;

    /// <summary>The lots that were spent out of this list and changed in no other way, oldest first; none is in the archive in a newer version.</summary>
    public SpentLots Spent => new(_buffer, _oldest, _first);

    /// <summary>The spent lots for the archive, which need not keep a buffer of many more.</summary>
    public SpentLots ToArchive()
    {
        var count = _first - _oldest;
        return IsMost(count, _buffer!) ? Spent : new(_buffer.AsSpan(_oldest, count).ToArray(), 0, count);
    }

    /// <summary>The list after its spent lots went to the archive.</summary>
    public LotList WithoutSpent => new(_buffer, _first, _first, Count, _firstOpen);

    public Lot this[int index] => index == 0 ? _buffer![_first].WithOpen(_firstOpen) : _buffer![_first + index];

    /// <summary>The open points of the first lot, if there is one.</summary>
    public long FirstOpen => _firstOpen;

    /// <summary>Whether so many lots are most of a buffer.</summary>
    public static bool IsMost(int count, Lot[] buffer) => count * 2 >= buffer.Length;

    /// <summary>Lots in a buffer of their own, with room for more.</summary>
    public static LotList Of(ReadOnlySpan<Lot> lots)
    {
        if (lots.IsEmpty) return default;
        var buffer = new Lot[lots.Length + Math.Max(3, lots.Length)];
        lots.CopyTo(buffer);
        return new(buffer, 0, 0, lots.Length, lots[0].Open);
    }

    /// <summary>A lot as it was last written: of the first one only the open points may differ.</summary>
    public ref readonly Lot Stored(int index) => ref _buffer![_first + index];

    /// <summary>Several lots as they were last written.</summary>
    public ReadOnlySpan<Lot> Stored(int start, int count) => _buffer.AsSpan(_first + start, count);

    /// <summary>Points spent of the first lots.</summary>
    public LotRun Run(int count, long firstPoints, long lastPoints) => new(_buffer, _first, count, firstPoints, lastPoints);

    public int IndexOf(string key)
    {
        for (var i = 0; i < Count; i++)
        {
            if (string.Equals(Stored(i).Key, key, StringComparison.Ordinal)) return i;
        }

        return -1;
    }

    public Lot[] ToArray()
    {
        var lots = new Lot[Count];
        for (var i = 0; i < lots.Length; i++) lots[i] = this[i];
        return lots;
    }

    /// <summary>The list without its first lots, which are spent, and with more behind.</summary>
    /// <param name="spent">How many are spent.</param>
    /// <param name="firstOpen">What is then open in the first lot, if there is one.</param>
    /// <param name="added">What is added.</param>
    /// <param name="archive">Takes the spent lots where the list needs a new buffer.</param>
    public LotList Advance(int spent, long firstOpen, ReadOnlySpan<Lot> added, List<IReference> archive)
    {
        var (first, count) = (_first + spent, Count - spent);
        if (added.IsEmpty) return new(_buffer, _oldest, first, count, firstOpen);
        if (count == 0) firstOpen = added[0].Open;
        if (_buffer is not null && TryAppend(_buffer, first + count, added)) return new(_buffer, _oldest, first, count + added.Length, firstOpen);

        if (first > _oldest) archive.Add(new LotList(_buffer, _oldest, first, 0, 0).ToArchive());
        var buffer = new Lot[count == 0 ? Math.Max(4, added.Length) : (2 * (count + added.Length)) + 4];
        _buffer?.AsSpan(first, count).CopyTo(buffer);
        added.CopyTo(buffer.AsSpan(count));
        return new(buffer, 0, 0, count + added.Length, firstOpen);
    }

    // Each version writes behind its own last lot, so the first of the places decides about all.
    private static bool TryAppend(Lot[] buffer, int end, ReadOnlySpan<Lot> added)
    {
        if (end + added.Length > buffer.Length || !Lot.TryTake(ref buffer[end])) return false;

        // One by one: a copy of several would have the collector look at the whole buffer again.
        for (var i = 0; i < added.Length; i++) buffer[end + i] = added[i];
        return true;
    }
}

/// <summary>Lots that were spent and changed in no other way.</summary>
internal sealed class SpentLots(Lot[]? buffer, int oldest, int end) : IReference
{
    public int Count => end - oldest;

    public string Key => "";

    public Lot this[int index] => buffer![oldest + index].WithOpen(0);

    public bool HasLotUnder(string prefix)
    {
        for (var i = oldest; i < end; i++)
        {
            if (buffer![i].Key.StartsWith(prefix, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    public Lot? Find(string key)
    {
        for (var i = end - 1; i >= oldest; i--)
        {
            if (string.Equals(buffer![i].Key, key, StringComparison.Ordinal)) return buffer[i].WithOpen(0);
        }

        return null;
    }
}
