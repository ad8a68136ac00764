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
        if (Count > 0) SinkFromTop(last);
        return least;
    }

    private void SinkFromTop(T item)
    {
        var hole = 0;
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
