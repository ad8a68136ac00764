namespace CustomerLifecycle;

/// <summary>What an append has to know of a stream's due instant.</summary>
internal readonly struct DueMark(Instant? at, bool isQueued)
{
    private readonly Instant _at = at ?? default;
    private readonly bool _isSet = at is not null;

    /// <summary>When the stream is due; null for never.</summary>
    public Instant? At => _isSet ? _at : null;

    /// <summary>Whether it waits in the queue for an instant not after its due one, unclaimed since the last append.</summary>
    public bool IsQueued { get; } = isQueued;

    /// <summary>Whether a later due instant needs nothing else.</summary>
    public bool CanMoveTo(Instant? due) => IsQueued && due is { } later && later >= _at;
}

/// <summary>Streams by due instant, with claims: moving a stream's due instant on costs nothing until it comes up.</summary>
internal sealed class DueQueue(StreamTable streams)
{
    // A stream is queued at an instant not after its due one; when it comes up too early, it is queued again. So most appends, which move
    // a due instant on, touch no queue. Points of a million members lapse at one midnight: what is due together is sorted once, not kept sorted.
    private readonly BlockList<Waiting> _waiting = new();
    private readonly Dictionary<Instant, Batch> _batches = [];
    private readonly MinHeap<Instant> _instants = new(static (a, b) => a.CompareTo(b));
    private readonly MinHeap<(Instant Until, int Stream, long Fence)> _held = new(static (a, b) => a.Until.CompareTo(b.Until));
    private long _lastFence;
    private int _claims;

    /// <summary>Sets a stream's due instant and ends its claim.</summary>
    public void Set(int number, ref StoredStream stream, Instant? due)
    {
        if (stream.Due.CanMoveTo(due))
        {
            stream.Due = new(due, isQueued: true);
            return;
        }

        while (_waiting.Count <= number) _waiting.Add(default);
        ref var waiting = ref _waiting[number];
        if (waiting.IsHeld) _claims--;
        waiting.IsHeld = false;
        waiting.Fence = 0;
        waiting.Attempts = 0;
        Queue(number, ref stream, due);
    }

    /// <summary>Claims the earliest due stream that nobody holds.</summary>
    public DueClaim? TryClaim(Instant upTo, Instant now, Instant until)
    {
        FreeHeld(now);
        while (_instants.Count > 0 && _instants.Peek <= upTo)
        {
            var at = _instants.Peek;
            var number = _batches[at].Take();
            if (number < 0)
            {
                _batches.Remove(at);
                _instants.Take();
                continue;
            }

            ref var waiting = ref _waiting[number];
            if (waiting.QueuedAt != at) continue;
            waiting.QueuedAt = null;
            if (waiting.IsHeld) continue;
            ref var stream = ref streams[number];
            if (stream.Due.At != at)
            {
                Queue(number, ref stream, stream.Due.At);
                continue;
            }

            stream.Due = new(at, isQueued: false);
            waiting.Attempts++;
            Hold(number, until);
            return new(stream.Id, at, stream.Version, waiting.Attempts, until, waiting.Fence);
        }

        return null;
    }

    /// <summary>Frees a claimed stream, at once or after a delay; false when the claim is no longer its latest.</summary>
    public bool TryRelease(int number, long fence, Instant now, Duration delay)
    {
        if (fence == 0 || number >= _waiting.Count || _waiting[number].Fence != fence) return false;
        Hold(number, now + delay);
        FreeHeld(now);
        return true;
    }

    private void Hold(int number, Instant until)
    {
        ref var waiting = ref _waiting[number];
        if (!waiting.IsHeld) _claims++;
        waiting.IsHeld = true;
        waiting.Fence = ++_lastFence;

        // A claim that an append has ended would otherwise wait here until its lease is over: a sweep of a million leaves as many.
        if (_held.Count > 1_000 + (2 * _claims)) _held.Keep(claim => _waiting[claim.Stream].Fence == claim.Fence);
        _held.Add((until, number, waiting.Fence));
    }

    private void FreeHeld(Instant now)
    {
        while (_held.Count > 0 && _held.Peek.Until <= now)
        {
            var (_, number, fence) = _held.Take();
            ref var waiting = ref _waiting[number];
            if (waiting.Fence != fence) continue;
            waiting.IsHeld = false;
            _claims--;
            ref var stream = ref streams[number];
            Queue(number, ref stream, stream.Due.At);
        }
    }

    private void Queue(int number, ref StoredStream stream, Instant? at)
    {
        ref var waiting = ref _waiting[number];
        stream.Due = new(at, isQueued: at is not null && waiting.Attempts == 0);
        if (at is not { } due || (waiting.QueuedAt is { } queued && queued <= due)) return;
        waiting.QueuedAt = due;
        if (!_batches.TryGetValue(due, out var batch))
        {
            _batches.Add(due, batch = new(streams));
            _instants.Add(due);
        }

        batch.Add(number);
    }

    private struct Waiting
    {
        public Instant? QueuedAt { get; set; }

        /// <summary>The latest claim.</summary>
        public long Fence { get; set; }

        public int Attempts { get; set; }

        public bool IsHeld { get; set; }
    }

    /// <summary>The streams of one instant: sorted when the first is taken; what comes later goes between.</summary>
    private sealed class Batch(StreamTable streams)
    {
        private int[] _numbers = new int[1];
        private int _count;
        private int _next;
        private MinHeap<int>? _late;

        public void Add(int number)
        {
            if (_late is not null)
            {
                _late.Add(number);
                return;
            }

            if (_count == _numbers.Length) Array.Resize(ref _numbers, _count * 2);
            _numbers[_count++] = number;
        }

        /// <summary>Takes the first stream in order of names, or -1.</summary>
        public int Take()
        {
            if (_late is null)
            {
                _late = new(Compare, capacity: 0);
                Sort();
            }

            if (_late.Count > 0 && (_next == _count || Compare(_late.Peek, _numbers[_next]) < 0)) return _late.Take();
            return _next < _count ? _numbers[_next++] : -1;
        }

        private string NameOf(int number) => streams[number].Id.Value;

        private int Compare(int a, int b) => CodePointComparer.CompareText(NameOf(a), NameOf(b));

        // Names that lie all over the memory are read twice each: most are told apart by eight bytes behind what they have in common.
        private void Sort()
        {
            if (_count < 2) return;
            var shared = NameOf(_numbers[0]);
            for (var i = 1; i < _count; i++) shared = shared.Substring(0, CodePointComparer.CommonPrefix(shared, NameOf(_numbers[i])));
            Sort(new ulong[_count], 0, _count, shared.Length);
        }

        // Those that are alike so far are sorted by what follows, until their names end: a stream may stand here twice.
        private void Sort(ulong[] keys, int start, int end, int shared)
        {
            for (var i = start; i < end; i++) keys[i] = CodePointComparer.SortKey(NameOf(_numbers[i]), shared);
            Array.Sort(keys, _numbers, start, end - start);
            while (start < end)
            {
                var next = start + 1;
                while (next < end && keys[next] == keys[start]) next++;
                var told = shared + CodePointComparer.SortKeyLength;
                if (next - start > 1 && NameOf(_numbers[start]).Length >= told) Sort(keys, start, next, told);
                start = next;
            }
        }
    }
}
