using System.Runtime.InteropServices;

namespace CustomerLifecycle.Loyalty;

/// <summary>What is over but can still be asked about, as one version of a book has it: resolved holds, redemptions, orders, and the lots that are no longer at hand.</summary>
/// <remarks>
/// A newer entry of the same kind and key hides an older one. Versions share a buffer, as those of a <see cref="LotList"/> do: only one of them can write behind its end;
/// another one that tries makes a buffer of its own.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Archive
{
    private readonly Buffer? _buffer;
    private readonly int _count;

    private Archive(Buffer buffer, int count)
    {
        _buffer = buffer;
        _count = count;
    }

    /// <summary>The oldest entry first.</summary>
    private ReadOnlySpan<IReference?> Entries => _buffer is null ? default : _buffer.Entries.AsSpan(0, _count);

    public int Count => _count;

    public static Archive Of(IReference[] entries) => entries.Length == 0 ? default : new(new(entries, entries.Length), entries.Length);

    /// <summary>Adds entries, of which the later ones are newer.</summary>
    public Archive Add(List<IReference> added)
    {
        if (added.Count == 0) return this;
        var count = _count + added.Count;
        var buffer = _buffer;
        if (buffer is null || !buffer.TryTake(_count, count))
        {
            buffer = new(new IReference?[Math.Max(4, 2 * count)], count);
            Entries.CopyTo(buffer.Entries);
        }

        for (var i = 0; i < added.Count; i++) buffer.Entries[_count + i] = added[i];
        return new(buffer, count);
    }

    /// <summary>The newest entry of a kind with a key, or null.</summary>
    public T? Find<T>(string key)
        where T : class, IReference
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            if (Entries[i] is T found && string.Equals(found.Key, key, StringComparison.Ordinal)) return found;
        }

        return null;
    }

    /// <summary>The redemption with a key, or null.</summary>
    public Redemption? FindRedemption(string key)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            if (string.Equals(Entries[i]!.Key, key, StringComparison.Ordinal) && Redemption.Of(Entries[i]!) is { } found) return found;
        }

        return null;
    }

    /// <summary>The newest version of a lot with a key, or null.</summary>
    /// <param name="key">The lot's name.</param>
    /// <param name="moved">How expiries have moved since the newest entry; null for not at all.</param>
    public Lot? FindLot(string key, ExpiryMove? moved)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            switch (Entries[i])
            {
                case ArchivedLot over when string.Equals(over.Key, key, StringComparison.Ordinal):
                    return ExpiryMove.Of(over.Lot, moved);
                case SpentLots spent when spent.Find(key) is { } lot:
                    return ExpiryMove.Of(lot, moved);
                case ExpiryMove earlier:
                    moved = earlier.Then(moved);
                    break;
            }
        }

        return null;
    }

    /// <summary>Whether a lot's name begins in a way.</summary>
    public bool HasLotUnder(string prefix)
    {
        foreach (var entry in Entries)
        {
            if (entry is ArchivedLot ? entry.Key.StartsWith(prefix, StringComparison.Ordinal) : entry is SpentLots spent && spent.HasLotUnder(prefix)) return true;
        }

        return false;
    }

    /// <summary>Holds, redemptions and orders, each once, the newest first. A redemption of which nothing came back is its posting.</summary>
    public IEnumerable<IReference> References()
    {
        var seen = new HashSet<(Type, string)>();
        for (var i = _count - 1; i >= 0; i--)
        {
            var entry = _buffer!.Entries[i]!;
            if (entry is not (ArchivedLot or SpentLots or ExpiryMove) && seen.Add((entry is Posting ? typeof(Redemption) : entry.GetType(), entry.Key))) yield return entry;
        }
    }

    /// <summary>Lots, the newest first; of several with one key the newest.</summary>
    /// <param name="seen">Keys of newer ones.</param>
    /// <param name="moved">How expiries have moved since the newest entry; null for not at all.</param>
    public IEnumerable<Lot> Lots(HashSet<string> seen, ExpiryMove? moved)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            switch (_buffer!.Entries[i])
            {
                case ArchivedLot over:
                    if (seen.Add(over.Key)) yield return ExpiryMove.Of(over.Lot, moved);
                    break;
                case SpentLots spent:
                    for (var j = spent.Count - 1; j >= 0; j--)
                    {
                        if (seen.Add(spent[j].Key)) yield return ExpiryMove.Of(spent[j], moved);
                    }

                    break;
                case ExpiryMove earlier:
                    moved = earlier.Then(moved);
                    break;
            }
        }
    }

    /// <summary>What several versions share.</summary>
    private sealed class Buffer(IReference?[] entries, int taken)
    {
        private int _taken = taken;

        public IReference?[] Entries { get; } = entries;

        /// <summary>Takes the places from the end of a version on; false when another version has them, or there are not so many.</summary>
        public bool TryTake(int end, int newEnd) => newEnd <= Entries.Length && Interlocked.CompareExchange(ref _taken, newEnd, end) == end;
    }
}

/// <summary>A lot that is over.</summary>
internal sealed class ArchivedLot(in Lot lot) : IReference
{
    public Lot Lot { get; } = lot;

    public string Key => Lot.Key;
}

/// <summary>What activity did to the expiry of lots that were over by then: those of before it in the archive that follow the policy. It stands for them, so that none has to be written again.</summary>
/// <param name="At">When the first activity was recorded: what had lapsed by then stays as it is.</param>
/// <param name="Expires">The expiry that the last one gave.</param>
internal sealed record ExpiryMove(Instant At, Instant Expires) : IReference
{
    string IReference.Key => "";

    public static Lot Of(in Lot lot, ExpiryMove? move) => move is not null && !lot.HasOwnExpiry && lot.Expires > move.At ? lot.ExpiringAt(move.Expires) : lot;

    /// <summary>Both moves in one: what this one moved, the later one moves on, unless it had lapsed by then; and what had lapsed before this one had lapsed before the later one too.</summary>
    public ExpiryMove Then(ExpiryMove? later) => later is null || Expires <= later.At || Expires == later.Expires ? this : new(At, later.Expires);
}
