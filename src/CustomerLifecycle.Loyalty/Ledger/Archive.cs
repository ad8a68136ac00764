namespace CustomerLifecycle.Loyalty;

/// <summary>What is over but can still be asked about: resolved holds, redemptions, orders, and the lots that are no longer at hand.</summary>
/// <remarks>
/// A list of chunks, the newest first, each at least as long as the one before it: adding copies each entry at most log2(n) times in all, and states share chunks.
/// A newer entry of the same kind and key hides an older one.
/// </remarks>
internal sealed class Archive
{
    public static readonly Archive Empty = new([], null);

    private readonly IReference[] _newest;
    private readonly Archive? _older;

    private Archive(IReference[] newest, Archive? older)
    {
        _newest = newest;
        _older = older;
    }

    public static Archive Of(IReference[] entries) => entries.Length == 0 ? Empty : new(entries, null);

    /// <summary>Adds entries, of which the later ones are newer.</summary>
    public Archive Add(List<IReference> added)
    {
        if (added.Count == 0) return this;
        var length = added.Count;
        var kept = this == Empty ? null : this;
        while (kept is not null && kept._newest.Length <= length)
        {
            length += kept._newest.Length;
            kept = kept._older;
        }

        var chunk = new IReference[length];
        var end = length - added.Count;
        added.CopyTo(chunk, end);
        for (var merged = this; end > 0; merged = merged._older!)
        {
            end -= merged._newest.Length;
            merged._newest.CopyTo(chunk, end);
        }

        return new(chunk, kept);
    }

    /// <summary>The newest entry of a kind with a key, or null.</summary>
    public T? Find<T>(string key)
        where T : class, IReference
    {
        for (var chunk = this; chunk is not null; chunk = chunk._older)
        {
            for (var i = chunk._newest.Length - 1; i >= 0; i--)
            {
                if (chunk._newest[i] is T found && string.Equals(found.Key, key, StringComparison.Ordinal)) return found;
            }
        }

        return null;
    }

    /// <summary>The redemption with a key, or null.</summary>
    public Redemption? FindRedemption(string key)
    {
        for (var chunk = this; chunk is not null; chunk = chunk._older)
        {
            for (var i = chunk._newest.Length - 1; i >= 0; i--)
            {
                if (string.Equals(chunk._newest[i].Key, key, StringComparison.Ordinal) && Redemption.Of(chunk._newest[i]) is { } found) return found;
            }
        }

        return null;
    }

    /// <summary>The newest version of a lot with a key, or null.</summary>
    public Lot? FindLot(string key)
    {
        for (var chunk = this; chunk is not null; chunk = chunk._older)
        {
            for (var i = chunk._newest.Length - 1; i >= 0; i--)
            {
                switch (chunk._newest[i])
                {
                    case ArchivedLot over when string.Equals(over.Key, key, StringComparison.Ordinal):
                        return over.Lot;
                    case SpentLots spent when spent.Find(key) is { } lot:
                        return lot;
                }
            }
        }

        return null;
    }

    /// <summary>Holds, redemptions and orders, each once, the newest first.</summary>
    public IEnumerable<IReference> References()
    {
        var seen = new HashSet<(Type, string)>();
        for (var chunk = this; chunk is not null; chunk = chunk._older)
        {
            for (var i = chunk._newest.Length - 1; i >= 0; i--)
            {
                if (chunk._newest[i] is ArchivedLot or SpentLots) continue;
                var entry = Redemption.Of(chunk._newest[i]) ?? chunk._newest[i];
                if (seen.Add((entry.GetType(), entry.Key))) yield return entry;
            }
        }
    }

    /// <summary>Lots, the newest first; of several with one key the newest.</summary>
    /// <param name="seen">Keys of newer ones.</param>
    public IEnumerable<Lot> Lots(HashSet<string> seen)
    {
        for (var chunk = this; chunk is not null; chunk = chunk._older)
        {
            for (var i = chunk._newest.Length - 1; i >= 0; i--)
            {
                switch (chunk._newest[i])
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
}

/// <summary>A lot that is over.</summary>
internal sealed class ArchivedLot(in Lot lot) : IReference
{
    public Lot Lot { get; } = lot;

    public string Key => Lot.Key;
}
