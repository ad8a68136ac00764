namespace CustomerLifecycle;

/// <summary>The outbox of an in-memory journal. Not safe for concurrent callers by itself: its journal's lock guards it.</summary>
/// <param name="log">The journal's records, from which what is told can follow.</param>
internal sealed class InMemoryOutbox<TRecord>(RecordLog<TRecord> log)
    where TRecord : class, IJournalRecord
{
    // Appends only queue here; records take their place in their stream's line when somebody claims, so that an outbox that nobody reads costs little.
    private readonly BlockList<Fresh> _fresh = new();
    private int _entered;
    private long _notEntered;
    private readonly Dictionary<long, Entry> _entries = [];
    private readonly Dictionary<StreamId, LinkedList<Entry>> _lines = [];
    private readonly MinHeap<Entry> _candidates = new(static (a, b) => a.Position.CompareTo(b.Position));
    private readonly MinHeap<(Instant Until, Entry Entry, long Fence)> _held = new(static (a, b) => a.Until.CompareTo(b.Until));
    private readonly SortedDictionary<long, (DeadLetter Letter, Instant Written)> _dead = [];
    private long _lastPosition;
    private long _lastFence;
    private long _calls;

    public long Count => _entries.Count + _notEntered;

    public long DeadCount => _dead.Count;

    /// <summary>When the first record in order of positions was written.</summary>
    public Instant? Oldest =>
        _entries.Count > 0 ? _entries.Values.Aggregate(static (a, b) => a.Position < b.Position ? a : b).Written
        : _entered < _fresh.Count ? _fresh[_entered].Written
        : null;

    public void Add(OutboxRecord record, long version, Instant now) => Add(new(record, version, 1, now));

    /// <summary>Adds what a projection makes of an append's records when somebody claims them.</summary>
    /// <param name="projection">The projection.</param>
    /// <param name="first">The first record in the log; the others follow it.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="now">The store's clock.</param>
    public void Add(IOutboxProjection<TRecord> projection, int first, int count, Instant now) => Add(new(projection, first, count, now));

    public List<OutboxClaim> Claim(int limit, Instant now, Instant until)
    {
        FreeHeld(now);
        var call = ++_calls;
        var claims = new List<OutboxClaim>();
        while (claims.Count < limit && Next(call) is { } entry)
        {
            entry.Call = call;
            Hold(entry, until);
            claims.Add(new(entry.Position, entry.Version, entry.Record, ++entry.Attempts, until, entry.Fence));
            if (entry.Place.Next is { } follower) Offer(follower.Value);
        }

        return claims;
    }

    public void Acknowledge(long position)
    {
        if (_entries.TryGetValue(position, out var entry)) Remove(entry);
    }

    public bool TryRelease(OutboxClaim claim, Instant now, Duration delay)
    {
        if (Find(claim) is not { } entry) return false;
        Hold(entry, now + delay);
        FreeHeld(now);
        return true;
    }

    public void Return(OutboxClaim claim)
    {
        if (Find(claim) is not { } entry) return;
        entry.Attempts--;
        entry.IsHeld = false;
        entry.Fence = ++_lastFence;
        Offer(entry);
    }

    public bool TrySetAside(OutboxClaim claim, string reason, Instant now)
    {
        if (Find(claim) is not { } entry) return false;
        Remove(entry);
        _dead.Add(entry.Position, (new(entry.Position, entry.Version, entry.Record, entry.Attempts, reason, now), entry.Written));
        return true;
    }

    public List<DeadLetter> DeadLetters(long afterPosition, int limit) =>
        [.. _dead.Where(dead => dead.Key > afterPosition).Take(limit).Select(static dead => dead.Value.Letter)];

    public bool TryRetry(long position)
    {
        if (!_dead.TryGetValue(position, out var dead)) return false;
        _dead.Remove(position);
        Enter(position, dead.Letter.Version, dead.Letter.Record, dead.Written);
        return true;
    }

    public bool TryDiscard(long position) => _dead.Remove(position);

    private Entry? Find(OutboxClaim claim) => _entries.TryGetValue(claim.Position, out var entry) && entry.Fence == claim.Fence ? entry : null;

    // The first record that is free and follows in its stream only what this very call has claimed.
    private Entry? Next(long call)
    {
        while (true)
        {
            while (_candidates.Count > 0)
            {
                var entry = _candidates.Take();
                entry.IsCandidate = false;
                if (!entry.IsGone && !entry.IsHeld && (entry.Place.Previous is not { } before || before.Value.Call == call)) return entry;
            }

            if (_entered == _fresh.Count) return null;
            EnterNext();
        }
    }

    private void Add(in Fresh fresh)
    {
        _fresh.Add(fresh);
        _notEntered += fresh.Count;
    }

    private void EnterNext()
    {
        ref readonly var fresh = ref _fresh[_entered];
        if (fresh.Source is OutboxRecord listed) Enter(++_lastPosition, fresh.Number, listed, fresh.Written);
        else EnterAll((IOutboxProjection<TRecord>)fresh.Source, (int)fresh.Number, fresh.Count, fresh.Written);
        _notEntered -= fresh.Count;
        _fresh.Clear(_entered++);
    }

    private void EnterAll(IOutboxProjection<TRecord> projection, int first, int count, Instant written)
    {
        // First all of them are made: a projection that throws leaves no half of an append here.
        var told = new OutboxRecord[count];
        for (var i = 0; i < count; i++) told[i] = projection.Checked(log[first + i].Stream, log[first + i].Record, i);
        var version = log[first + count - 1].Version;
        foreach (var record in told) Enter(++_lastPosition, version, record, written);
    }

    private void Enter(long position, long version, OutboxRecord record, Instant written)
    {
        var entry = new Entry(position, version, record, written);
        _entries.Add(position, entry);
        if (!_lines.TryGetValue(record.Stream, out var line)) _lines.Add(record.Stream, line = new());
        var before = line.Last;
        while (before is not null && before.Value.Position > position) before = before.Previous;
        if (before is null) line.AddFirst(entry.Place);
        else line.AddAfter(before, entry.Place);
        Offer(entry);
    }

    private void Remove(Entry entry)
    {
        var line = _lines[entry.Record.Stream];
        var follower = entry.Place.Next;
        line.Remove(entry.Place);
        entry.IsGone = true;
        _entries.Remove(entry.Position);
        if (line.Count == 0) _lines.Remove(entry.Record.Stream);
        else if (follower is not null) Offer(follower.Value);
    }

    private void Offer(Entry entry)
    {
        if (entry.IsHeld || entry.IsCandidate) return;
        entry.IsCandidate = true;
        _candidates.Add(entry);
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
            if (entry.Fence != fence || entry.IsGone) continue;
            entry.IsHeld = false;
            Offer(entry);
        }
    }

    /// <summary>What nobody has asked for yet: an outbox record, and as its number the version; or a projection, and the number of the first of its records in the log.</summary>
    private readonly struct Fresh(object source, long number, int count, Instant written)
    {
        public object Source { get; } = source;

        public long Number { get; } = number;

        public int Count { get; } = count;

        public Instant Written { get; } = written;
    }

    private sealed class Entry
    {
        public Entry(long position, long version, OutboxRecord record, Instant written)
        {
            Position = position;
            Version = version;
            Record = record;
            Written = written;
            Place = new(this);
        }

        public long Position { get; }

        public long Version { get; }

        public OutboxRecord Record { get; }

        public Instant Written { get; }

        public LinkedListNode<Entry> Place { get; }

        public int Attempts { get; set; }

        public long Fence { get; set; }

        public long Call { get; set; }

        public bool IsHeld { get; set; }

        public bool IsCandidate { get; set; }

        public bool IsGone { get; set; }
    }
}
