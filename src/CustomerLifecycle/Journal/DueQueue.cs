namespace CustomerLifecycle;

/// <summary>Items by due instant, with claims: moving an item's due instant on costs nothing until it comes up.</summary>
internal sealed class DueQueue<T>
{
    // An item is queued at an instant not after its due one; when it comes up too early, it is queued again. So most appends, which move
    // a due instant on, touch no heap.
    private readonly MinHeap<(Instant At, Entry Entry)> _queue;
    private readonly MinHeap<(Instant Until, Entry Entry, long Fence)> _held = new(static (a, b) => a.Until.CompareTo(b.Until));
    private long _lastFence;

    public DueQueue(Comparison<T> compare) => _queue = new((a, b) =>
    {
        var byInstant = a.At.CompareTo(b.At);
        return byInstant != 0 ? byInstant : compare(a.Entry.Item, b.Entry.Item);
    });

    /// <summary>Sets an item's due instant and ends its claim.</summary>
    public void Set(Entry entry, Instant? due)
    {
        entry.Due = due;
        entry.IsHeld = false;
        entry.Fence = 0;
        entry.Attempts = 0;
        Queue(entry);
    }

    /// <summary>Claims the earliest due item that nobody holds.</summary>
    public Claimed? TryClaim(Instant upTo, Instant now, Instant until)
    {
        FreeHeld(now);
        while (_queue.Count > 0 && _queue.Peek.At <= upTo)
        {
            var (at, entry) = _queue.Take();
            if (entry.QueuedAt != at) continue;
            entry.QueuedAt = null;
            if (entry.IsHeld) continue;
            if (entry.Due != at)
            {
                Queue(entry);
                continue;
            }

            Hold(entry, until);
            return new(entry.Item, at, ++entry.Attempts, entry.Fence);
        }

        return null;
    }

    /// <summary>Frees a claimed item, at once or after a delay; false when the claim is no longer its latest.</summary>
    public bool TryRelease(Entry entry, long fence, Instant now, Duration delay)
    {
        if (entry.Fence != fence) return false;
        Hold(entry, now + delay);
        FreeHeld(now);
        return true;
    }

    private void Hold(Entry entry, Instant until)
    {
        entry.IsHeld = true;
        entry.Fence = ++_lastFence;
        _held.Add((until, entry, entry.Fence));
    }

    private void FreeHeld(Instant now)
    {
        while (_held.Count > 0 && _held.Peek.Until <= now)
        {
            var (_, entry, fence) = _held.Take();
            if (entry.Fence != fence) continue;
            entry.IsHeld = false;
            Queue(entry);
        }
    }

    private void Queue(Entry entry)
    {
        if (entry.Due is not { } due || (entry.QueuedAt is { } queued && queued <= due)) return;
        entry.QueuedAt = due;
        _queue.Add((due, entry));
    }

    public sealed class Entry(T item)
    {
        public T Item { get; } = item;

        public Instant? Due { get; set; }

        public Instant? QueuedAt { get; set; }

        public bool IsHeld { get; set; }

        public long Fence { get; set; }

        public int Attempts { get; set; }
    }

    public sealed class Claimed(T item, Instant due, int attempt, long fence)
    {
        public T Item { get; } = item;

        public Instant Due { get; } = due;

        public int Attempt { get; } = attempt;

        public long Fence { get; } = fence;
    }
}
