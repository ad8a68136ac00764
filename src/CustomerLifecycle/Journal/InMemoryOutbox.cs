namespace CustomerLifecycle;

/// <summary>The outbox of an in-memory journal. Not safe for concurrent callers by itself: its journal's lock guards it.</summary>
/// <typeparam name="TRecord">What the journal keeps: what is told can follow from it.</typeparam>
internal sealed class InMemoryOutbox<TRecord>
    where TRecord : class, IJournalRecord
{
    // Appends only queue here; records take their place in their stream's line when somebody claims, so that an outbox that nobody reads costs little.
    private readonly BlockList<Fresh> _fresh = new();
    private int _entered;
    private readonly Dictionary<long, Entry> _entries = [];
    private readonly Dictionary<StreamId, LinkedList<Entry>> _lines = [];
    private readonly MinHeap<Entry> _candidates = new(static (a, b) => a.Position.CompareTo(b.Position));
    private readonly MinHeap<(Instant Until, Entry Entry, long Fence)> _held = new(static (a, b) => a.Until.CompareTo(b.Until));
    private readonly SortedDictionary<long, (DeadLetter Letter, Instant Written)> _dead = [];
    private long _lastPosition;
    private long _lastFence;
    private long _calls;

    public long Count => _entries.Count + _fresh.Count - _entered;

    public long DeadCount => _dead.Count;

    /// <summary>When the first record in order of positions was written.</summary>
    public Instant? Oldest =>
        _entries.Count > 0 ? _entries.Values.Aggregate(static (a, b) => a.Position < b.Position ? a : b).Written
        : _entered < _fresh.Count ? _fresh[_entered].Written
        : null;

    public void Add(OutboxRecord record, long version, Instant now) => _fresh.Add(new(record, version, now));

    /// <summary>Adds what a projection makes of a record when somebody claims it.</summary>
    public void Add(IOutboxProjection<TRecord> projection, StreamId stream, TRecord record, int index, long version, Instant now) =>
        _fresh.Add(new(projection, stream, record, index, version, now));

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
            ref readonly var fresh = ref _fresh[_entered];
            Enter(_lastPosition + 1, fresh.Version, fresh.Tell(), fresh.Written);
            _lastPosition++;
            _fresh.Clear(_entered++);
        }
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

    /// <summary>What nobody has asked for yet: an outbox record, or what it will be made of.</summary>
    private readonly struct Fresh
    {
        private readonly object _source;
        private readonly TRecord? _record;
        private readonly StreamId _stream;
        private readonly int _index;

        public Fresh(OutboxRecord record, long version, Instant written)
        {
            _source = record;
            Version = version;
            Written = written;
        }

        public Fresh(IOutboxProjection<TRecord> projection, StreamId stream, TRecord record, int index, long version, Instant written)
        {
            _source = projection;
            _stream = stream;
            _record = record;
            _index = index;
            Version = version;
            Written = written;
        }

        public long Version { get; }

        public Instant Written { get; }

        public OutboxRecord Tell() => _record is null ? (OutboxRecord)_source : ((IOutboxProjection<TRecord>)_source).Checked(_stream, _record, _index);
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
