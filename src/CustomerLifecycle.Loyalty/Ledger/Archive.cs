namespace CustomerLifecycle.Loyalty;

/// <summary>What is over but can still be asked about: spent lots, resolved holds, redemptions, orders.</summary>
/// <remarks>
/// A list of chunks, the newest first, each at least as long as the one before it: adding copies each entry at most log2(n) times in all, and states share chunks.
/// A newer entry of the same kind and key hides an older one.
/// </remarks>
internal sealed class Archive
{
    public static readonly Archive Empty = new([], null);

    private readonly Reference[] _newest;
    private readonly Archive? _older;

    private Archive(Reference[] newest, Archive? older)
    {
        _newest = newest;
        _older = older;
    }

    public static Archive Of(Reference[] entries) => entries.Length == 0 ? Empty : new(entries, null);

    /// <summary>Adds entries, of which the later ones are newer.</summary>
    public Archive Add(Reference[] added, int count)
    {
        if (count == 0) return this;
        var length = count;
        var kept = this == Empty ? null : this;
        while (kept is not null && kept._newest.Length <= length)
        {
            length += kept._newest.Length;
            kept = kept._older;
        }

        var chunk = new Reference[length];
        var end = length - count;
        Array.Copy(added, 0, chunk, end, count);
        for (var merged = this; end > 0; merged = merged._older!)
        {
            end -= merged._newest.Length;
            merged._newest.CopyTo(chunk, end);
        }

        return new(chunk, kept);
    }

    /// <summary>The newest entry of a kind with a key, or null.</summary>
    public T? Find<T>(string key)
        where T : Reference
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

    /// <summary>Every entry once, oldest chunk first; of several with the same kind and key the newest.</summary>
    public List<Reference> All()
    {
        var seen = new HashSet<(Type, string)>();
        var all = new List<Reference>();
        for (var chunk = this; chunk is not null; chunk = chunk._older)
        {
            for (var i = chunk._newest.Length - 1; i >= 0; i--)
            {
                if (seen.Add((chunk._newest[i].GetType(), chunk._newest[i].Key))) all.Add(chunk._newest[i]);
            }
        }

        all.Reverse();
        return all;
    }
}
