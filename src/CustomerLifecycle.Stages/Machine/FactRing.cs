namespace CustomerLifecycle.Stages;

/// <summary>A windowed or distinct fact: the entries that still count, oldest first, in a ring that grows to the most there ever were and is then reused.</summary>
internal sealed class FactRing
{
    private readonly Dictionary<StageValue, int>? _distinct;
    private Entry[] _entries;
    private int _head;
    private int _count;
    private StageValue _sum;

    public FactRing(StageAggregate aggregate, long window)
    {
        Aggregate = aggregate;
        Window = window;
        _entries = [];
        _distinct = aggregate == StageAggregate.Distinct ? [] : null;
        _sum = StageValue.Zero;
    }

    private FactRing(FactRing other)
    {
        Aggregate = other.Aggregate;
        Window = other.Window;
        _distinct = other._distinct is null ? null : new(other._distinct);
        _entries = other._count == 0 ? [] : new Entry[other._count];
        for (var i = 0; i < other._count; i++) _entries[i] = other.At(i);
        _count = other._count;
        _sum = other._sum;
    }

    public StageAggregate Aggregate { get; }

    /// <summary>How long an entry counts; <see cref="StageTime.Never"/>: for ever.</summary>
    public long Window { get; }

    public FactRing Copy() => new(this);

    public void Clear()
    {
        Array.Clear(_entries, 0, _entries.Length);
        _head = _count = 0;
        _sum = StageValue.Zero;
        _distinct?.Clear();
    }

    public void Add(long ticks, in StageValue value)
    {
        Expire(ticks);
        switch (Aggregate)
        {
            case StageAggregate.Sum or StageAggregate.Min or StageAggregate.Max when value.Kind != StageValueKind.Number:
            case StageAggregate.Last or StageAggregate.Distinct when value.IsNone:
                return;
            case StageAggregate.Sum:
                _sum = StageValue.Add(in _sum, in value);
                break;
            case StageAggregate.Min or StageAggregate.Max:
                // What is older and no better can never be the answer again.
                while (_count > 0 && IsNoBetter(At(_count - 1).Value, value)) _count--;
                break;
            case StageAggregate.Distinct:
                _distinct!.TryGetValue(value, out var times);
                _distinct[value] = times + 1;
                if (Window == StageTime.Never && times > 0) return;
                break;
            case StageAggregate.Last:
                // Only the last one can ever be the answer: it leaves the window after all others.
                _count = 0;
                break;
        }

        if (_count == _entries.Length) Grow();
        _entries[(_head + _count) % _entries.Length] = new(ticks, value);
        _count++;
    }

    public StageValue Value(long now)
    {
        Expire(now);
        return Aggregate switch
        {
            StageAggregate.Count => StageValue.Number(_count),
            StageAggregate.Distinct => StageValue.Number(_distinct!.Count),
            StageAggregate.Sum => _sum,
            StageAggregate.Last => _count == 0 ? StageValue.None : At(_count - 1).Value,
            _ => _count == 0 ? StageValue.None : At(0).Value,
        };
    }

    /// <summary>The instants at which entries leave the window, oldest first.</summary>
    public IEnumerable<(long Ticks, StageValue Value)> Entries()
    {
        for (var i = 0; i < _count; i++) yield return (At(i).Ticks, At(i).Value);
    }

    /// <summary>When the oldest entry stops counting.</summary>
    public long NextExpiry => _count == 0 || Window == StageTime.Never ? StageTime.Never : At(0).Ticks + Window;

    private void Expire(long now)
    {
        if (Window == StageTime.Never) return;
        while (_count > 0)
        {
            ref readonly var oldest = ref _entries[_head];
            if (oldest.Ticks > now - Window) return;
            if (Aggregate == StageAggregate.Sum)
            {
                _sum = _count == 1 ? StageValue.Zero : StageValue.Subtract(in _sum, in oldest.Value);
            }
            else if (_distinct is not null)
            {
                var times = _distinct[oldest.Value];
                if (times == 1) _distinct.Remove(oldest.Value);
                else _distinct[oldest.Value] = times - 1;
            }

            _entries[_head] = default;
            _head = (_head + 1) % _entries.Length;
            _count--;
        }
    }

    private bool IsNoBetter(in StageValue older, in StageValue newer)
    {
        var order = StageValue.CompareNumbers(in older, in newer);
        return Aggregate == StageAggregate.Min ? order >= 0 : order <= 0;
    }

    private ref readonly Entry At(int index) => ref _entries[(_head + index) % _entries.Length];

    private void Grow()
    {
        var larger = new Entry[Math.Max(4, _entries.Length * 2)];
        for (var i = 0; i < _count; i++) larger[i] = At(i);
        _entries = larger;
        _head = 0;
    }

    private readonly struct Entry(long ticks, StageValue value)
    {
        public readonly long Ticks = ticks;
        public readonly StageValue Value = value;
    }
}
