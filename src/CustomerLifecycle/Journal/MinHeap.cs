namespace CustomerLifecycle;

/// <summary>A binary heap: the least item first. Adding and taking cost the logarithm of its size.</summary>
internal sealed class MinHeap<T>(Comparison<T> compare, int capacity = 16)
{
    private T[] _items = new T[capacity];

    public int Count { get; private set; }

    /// <summary>The least item; there must be one.</summary>
    public T Peek => _items[0];

    public void Add(T item)
    {
        if (Count == _items.Length) Array.Resize(ref _items, Math.Max(4, Count * 2));
        var hole = Count++;
        while (hole > 0)
        {
            var parent = (hole - 1) / 2;
            if (compare(item, _items[parent]) >= 0) break;
            _items[hole] = _items[parent];
            hole = parent;
        }

        _items[hole] = item;
    }

    /// <summary>Takes the least item; there must be one.</summary>
    public T Take()
    {
        var least = _items[0];
        var last = _items[--Count];
        _items[Count] = default!;
        if (Count > 0) Sink(0, last);
        return least;
    }

    /// <summary>Forgets all items that are not to be kept, in time linear to their number.</summary>
    public void Keep(Func<T, bool> isKept)
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (isKept(_items[i])) _items[kept++] = _items[i];
        }

        Array.Clear(_items, kept, Count - kept);
        Count = kept;
        for (var i = (Count / 2) - 1; i >= 0; i--) Sink(i, _items[i]);
    }

    private void Sink(int hole, T item)
    {
        while (true)
        {
            var child = (2 * hole) + 1;
            if (child >= Count) break;
            if (child + 1 < Count && compare(_items[child + 1], _items[child]) < 0) child++;
            if (compare(item, _items[child]) <= 0) break;
            _items[hole] = _items[child];
            hole = child;
        }

        _items[hole] = item;
    }
}
