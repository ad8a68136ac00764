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
    private readonly IReference?[]? _entries;
    private readonly int _count;

    private Archive(IReference?[]? entries, int count)
    {
        _entries = entries;
        _count = count;
    }

    /// <summary>The oldest entry first.</summary>
    private ReadOnlySpan<IReference?> Entries => _entries.AsSpan(0, _count);

    public static Archive Of(IReference[] entries) => new(entries, entries.Length);

    /// <summary>Adds entries, of which the later ones are newer.</summary>
    public Archive Add(List<IReference> added)
    {
        if (added.Count == 0) return this;
        var count = _count + added.Count;
        var entries = _entries;
        if (entries is null || count > entries.Length || Interlocked.CompareExchange(ref entries[_count], added[0], null) is not null)
        {
            entries = new IReference?[Math.Max(4, 2 * count)];
            Entries.CopyTo(entries);
        }

        added.CopyTo(entries!, _count);
        return new(entries, count);
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
    public Lot? FindLot(string key)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            switch (Entries[i])
            {
                case ArchivedLot over when string.Equals(over.Key, key, StringComparison.Ordinal):
                    return over.Lot;
                case SpentLots spent when spent.Find(key) is { } lot:
                    return lot;
            }
        }

        return null;
    }

    /// <summary>Holds, redemptions and orders, each once, the newest first. A redemption of which nothing came back is its posting.</summary>
    public IEnumerable<IReference> References()
    {
        var seen = new HashSet<(Type, string)>();
        for (var i = _count - 1; i >= 0; i--)
        {
            var entry = _entries![i]!;
            if (entry is not (ArchivedLot or SpentLots) && seen.Add((entry is Posting ? typeof(Redemption) : entry.GetType(), entry.Key))) yield return entry;
        }
    }

    /// <summary>Lots, the newest first; of several with one key the newest.</summary>
    /// <param name="seen">Keys of newer ones.</param>
    public IEnumerable<Lot> Lots(HashSet<string> seen)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            switch (_entries![i])
            {
                case ArchivedLot over:
                    if (seen.Add(over.Key)) yield return over.Lot;
                    break;
                case SpentLots spent:
                    for (var j = spent.Count - 1; j >= 0; j--)
                    {
                        if (seen.Add(spent[j].Key)) yield return spent[j];
                    }

                    break;
            }
        }
    }
}

/// <summary>A lot that is over.</summary>
internal sealed class ArchivedLot(in Lot lot) : IReference
{
    public Lot Lot { get; } = lot;

    public string Key => Lot.Key;
}
