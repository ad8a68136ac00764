namespace CustomerLifecycle;

/// <summary>A list that grows by blocks: nothing is ever copied, and no array becomes a large object.</summary>
internal sealed class BlockList<T>
{
    private const int BlockBits = 10;
    private const int BlockLength = 1 << BlockBits;

    private T[]?[] _blocks = new T[]?[4];

    public int Count { get; private set; }

    public ref T this[int index] => ref _blocks[index >> BlockBits]![index & (BlockLength - 1)];

    /// <summary>Adds an item.</summary>
    /// <returns>Its index.</returns>
    public int Add(in T item)
    {
        var block = Count >> BlockBits;
        if (block == _blocks.Length) Array.Resize(ref _blocks, block * 2);
        (_blocks[block] ??= new T[BlockLength])[Count & (BlockLength - 1)] = item;
        return Count++;
    }

    /// <summary>Forgets an item of a list that is read as a queue: its place is empty, and a block whose last place it was is given back.</summary>
    public void Clear(int index)
    {
        this[index] = default!;
        if ((index & (BlockLength - 1)) == BlockLength - 1) _blocks[index >> BlockBits] = null;
    }
}
