namespace CustomerLifecycle;

/// <summary>A list that grows by blocks: nothing but its first block is ever copied, and no array of small items becomes a large object.</summary>
internal sealed class BlockList<T>
{
    private const int BlockBits = 10;
    private const int BlockLength = 1 << BlockBits;
    private const int FirstLength = 16;

    private T[]?[] _blocks = new T[]?[4];

    public int Count { get; private set; }

    /// <summary>An item, in its place until the next one is added.</summary>
    public ref T this[int index] => ref _blocks[index >> BlockBits]![index & (BlockLength - 1)];

    /// <summary>Adds an item.</summary>
    /// <returns>Its index.</returns>
    public int Add(in T item)
    {
        var (block, place) = (Count >> BlockBits, Count & (BlockLength - 1));
        if (block == _blocks.Length || _blocks[block] is not { } items || place == items.Length) items = Grow(block, place);
        items[place] = item;
        return Count++;
    }

    /// <summary>Forgets an item of a list that is read as a queue: its place is empty, and a block whose last place it was is given back.</summary>
    public void Clear(int index)
    {
        this[index] = default!;
        if ((index & (BlockLength - 1)) == BlockLength - 1) _blocks[index >> BlockBits] = null;
    }

    // The first block grows to its full length as it fills: a short list is a small one.
    private T[] Grow(int block, int place)
    {
        if (block == _blocks.Length) Array.Resize(ref _blocks, block * 2);
        var items = new T[block > 0 ? BlockLength : Math.Max(FirstLength, place * 2)];
        _blocks[block]?.CopyTo(items, 0);
        _blocks[block] = items;
        return items;
    }
}
