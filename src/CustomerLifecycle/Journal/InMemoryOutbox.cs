namespace CustomerLifecycle;

/// <summary>The outbox of an in-memory journal. Not safe for concurrent callers by itself: its journal's lock guards it.</summary>
internal sealed class InMemoryOutbox
{
    private readonly Queue<(OutboxRecord Record, long Version)> _fresh = new();
    private readonly Dictionary<long, Entry> _claimed = [];
    private readonly MinHeap<Entry> _again = new(static (a, b) => a.Position.CompareTo(b.Position));
    private readonly MinHeap<(Instant Until, Entry Entry, long Fence)> _held = new(static (a, b) => a.Until.CompareTo(b.Until));
    private long _lastTaken;
    private long _lastFence;

    public void Add(OutboxRecord record, long version) => _fresh.Enqueue((record, version));

    public List<OutboxClaim> Claim(int limit, Instant now, Instant until)
    {
        FreeHeld(now);
        var claims = new List<OutboxClaim>();
        while (claims.Count < limit && Next() is { } entry)
        {
            Hold(entry, until);
            claims.Add(new(entry.Position, entry.Version, entry.Record, ++entry.Attempts, until, entry.Fence));
        }

        return claims;
    }

    public void Acknowledge(long position)
    {
        if (!_claimed.TryGetValue(position, out var entry)) return;
        entry.Fence = Entry.Acknowledged;
        _claimed.Remove(position);
    }

    public bool TryRelease(OutboxClaim claim, Instant now, Duration delay)
    {
        if (!_claimed.TryGetValue(claim.Position, out var entry) || entry.Fence != claim.Fence) return false;
        Hold(entry, now + delay);
        FreeHeld(now);
        return true;
    }

    // What was claimed before always lies before what never was.
    private Entry? Next()
    {
        while (_again.Count > 0)
        {
            var entry = _again.Take();
            entry.IsWaiting = false;
            if (entry is { IsHeld: false, Fence: not Entry.Acknowledged }) return entry;
        }

        if (_fresh.Count == 0) return null;
        var (record, version) = _fresh.Dequeue();
        var fresh = new Entry(++_lastTaken, version, record);
        _claimed.Add(fresh.Position, fresh);
        return fresh;
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
            if (entry.IsWaiting) continue;
            entry.IsWaiting = true;
            _again.Add(entry);
        }
    }

    private sealed class Entry(long position, long version, OutboxRecord record)
    {
        public const long Acknowledged = -1;

        public long Position { get; } = position;

        public long Version { get; } = version;

        public OutboxRecord Record { get; } = record;

        public int Attempts { get; set; }

        public long Fence { get; set; }

        public bool IsHeld { get; set; }

        public bool IsWaiting { get; set; }
    }
}
