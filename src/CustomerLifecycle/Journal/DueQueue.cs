namespace CustomerLifecycle;

/// <summary>What a <see cref="DueQueue{T}"/> knows of one of its items.</summary>
internal abstract class DueItem
{
    /// <summary>When it is due; null for never.</summary>
    public Instant? Due { get; set; }

    /// <summary>The latest claim of it.</summary>
    public long Fence { get; set; }

    public Instant? QueuedAt { get; set; }

    public bool IsHeld { get; set; }

    public int Attempts { get; set; }
}

/// <summary>Items by due instant, with claims: moving an item's due instant on costs nothing until it comes up.</summary>
/// <param name="name">The item's name: items that are due at the same instant come in order of their names.</param>
internal sealed class DueQueue<T>(Func<T, string> name)
    where T : DueItem
{
    // An item is queued at an instant not after its due one; when it comes up too early, it is queued again. So most appends, which move
    // a due instant on, touch no queue. Points of a million members lapse at one midnight: what is due together is sorted once, not kept sorted.
    private readonly Dictionary<Instant, Batch> _batches = [];
    private readonly MinHeap<Instant> _instants = new(static (a, b) => a.CompareTo(b));
    private MinHeap<(Instant Until, T Item, long Fence)> _held = NewHeap();
    private long _lastFence;
    private int _claims;

    /// <summary>Sets an item's due instant and ends its claim.</summary>
    public void Set(T item, Instant? due)
    {
        item.Due = due;
        if (item.IsHeld) _claims--;
        item.IsHeld = false;
        item.Fence = 0;
        item.Attempts = 0;
        Queue(item);
    }

    /// <summary>Claims the earliest due item that nobody holds; its instant is <see cref="DueItem.Due"/>.</summary>
    public T? TryClaim(Instant upTo, Instant now, Instant until)
    {
        FreeHeld(now);
        while (_instants.Count > 0 && _instants.Peek <= upTo)
        {
            var at = _instants.Peek;
            var item = _batches[at].TryTake();
            if (item is null)
            {
                _batches.Remove(at);
                _instants.Take();
                continue;
            }

            if (item.QueuedAt != at) continue;
            item.QueuedAt = null;
            if (item.IsHeld) continue;
            if (item.Due != at)
            {
                Queue(item);
                continue;
            }

            item.Attempts++;
            Hold(item, until);
            return item;
        }

        return null;
    }

    /// <summary>Frees a claimed item, at once or after a delay; false when the claim is no longer its latest.</summary>
    public bool TryRelease(T item, long fence, Instant now, Duration delay)
    {
        if (item.Fence != fence) return false;
        Hold(item, now + delay);
        FreeHeld(now);
        return true;
    }

    private void Hold(T item, Instant until)
    {
        if (!item.IsHeld) _claims++;
        item.IsHeld = true;
        item.Fence = ++_lastFence;
        if (_held.Count > 1_000 + (2 * _claims)) ForgetEnded();
        _held.Add((until, item, item.Fence));
    }

    private void FreeHeld(Instant now)
    {
        while (_held.Count > 0 && _held.Peek.Until <= now)
        {
            var (_, item, fence) = _held.Take();
            if (item.Fence != fence) continue;
            item.IsHeld = false;
            _claims--;
            Queue(item);
        }
    }

    // A claim that an append has ended would otherwise wait here until its lease is over: a sweep of a million leaves as many.
    private void ForgetEnded()
    {
        var held = NewHeap();
        while (_held.Count > 0)
        {
            var claim = _held.Take();
            if (claim.Item.Fence == claim.Fence) held.Add(claim);
        }

        _held = held;
    }

    private static MinHeap<(Instant Until, T Item, long Fence)> NewHeap() => new(static (a, b) => a.Until.CompareTo(b.Until));

    private void Queue(T item)
    {
        if (item.Due is not { } due || (item.QueuedAt is { } queued && queued <= due)) return;
        item.QueuedAt = due;
        if (!_batches.TryGetValue(due, out var batch))
        {
            _batches.Add(due, batch = new(name));
            _instants.Add(due);
        }

        batch.Add(item);
    }

    /// <summary>The items of one instant: sorted when the first is taken; what comes later goes between.</summary>
    private sealed class Batch(Func<T, string> name)
    {
        private readonly List<T> _items = [];
        private MinHeap<T>? _late;
        private int _next;

        public void Add(T item)
        {
            if (_late is null) _items.Add(item);
            else _late.Add(item);
        }

        public T? TryTake()
        {
            if (_late is null)
            {
                _late = new(Compare, capacity: 0);
                Sort();
            }

            if (_late.Count > 0 && (_next == _items.Count || Compare(_late.Peek, _items[_next]) < 0)) return _late.Take();
            return _next < _items.Count ? _items[_next++] : null;
        }

        private int Compare(T a, T b) => CodePointComparer.CompareText(name(a), name(b));

        // Names that lie all over the memory are read once each: most are told apart by eight bytes behind what they have in common.
        private void Sort()
        {
            if (_items.Count < 2) return;
            var shared = name(_items[0]);
            foreach (var item in _items) shared = shared.Substring(0, CodePointComparer.CommonPrefix(shared, name(item)));
            var items = _items.ToArray();
            var keys = Array.ConvertAll(items, item => CodePointComparer.SortKey(name(item), shared.Length));
            Array.Sort(keys, items);
            for (var start = 0; start < items.Length;)
            {
                var end = start + 1;
                while (end < items.Length && keys[end] == keys[start]) end++;
                if (end - start > 1) Array.Sort(items, start, end - start, Comparer<T>.Create(Compare));
                start = end;
            }

            _items.Clear();
            _items.AddRange(items);
        }
    }
}
