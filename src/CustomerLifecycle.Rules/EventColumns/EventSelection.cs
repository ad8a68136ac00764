namespace CustomerLifecycle.Rules;

/// <summary>The events that pass a selector: a bit for each, computed over their columns as a rule is over those of customers.</summary>
internal sealed class EventSelection(ColumnNode root)
{
    private ulong[] _bits = new ulong[1];

    public int Depth => root.Depth;

    /// <summary>Makes place for so many events, and for a word more that is never set.</summary>
    public void Prepare(int slots)
    {
        var words = ((slots + 63) / 64) + 1;
        if (_bits.Length < words) _bits = new ulong[Math.Max(words, Math.Min(2 * _bits.Length, (int.MaxValue / 64) + 2))];
    }

    public void Fill(ColumnBlock block, int words)
    {
        var bits = _bits.AsSpan(block.First / 64, words);
        bits.Fill(ulong.MaxValue);
        root.Filter(bits, block, 0);
    }

    /// <summary>The bits of up to 64 events.</summary>
    public ulong Bits(int first, int count)
    {
        var (word, shift) = (first >> 6, first & 63);
        var bits = _bits[word] >> shift;
        if (shift + count > 64) bits |= _bits[word + 1] << (64 - shift);
        return count == 64 ? bits : bits & ((1UL << count) - 1);
    }

    /// <summary>The last event of a customer in a window; -1 when there is none.</summary>
    public int Last(EventWindow window, int row)
    {
        var (start, end) = window.Of(row);
        while (end > start)
        {
            var count = Math.Min(64, end - start);
            end -= count;
            for (var bits = Bits(end, count); bits != 0;)
            {
                var bit = Bitmaps.Highest(bits);
                if (window.IsWhole || window.Contains(end + bit)) return end + bit;
                bits &= (1UL << bit) - 1;
            }
        }

        return -1;
    }
}

/// <summary>The events of one customer that pass a selector and lie in a window, in order.</summary>
internal ref struct SelectedEvents
{
    private readonly EventSelection _selection;
    private readonly EventWindow? _check;
    private readonly int _end;
    private int _first;
    private int _next;
    private ulong _bits;

    public SelectedEvents(EventSelection selection, EventWindow window, int row)
    {
        _selection = selection;
        _check = window.IsWhole ? null : window;
        (_next, _end) = window.Of(row);
        _first = _next;
        _bits = 0;
        Current = 0;
    }

    /// <summary>The event's place.</summary>
    public int Current { get; private set; }

    public readonly SelectedEvents GetEnumerator() => this;

    public bool MoveNext()
    {
        while (true)
        {
            while (_bits == 0)
            {
                if (_next >= _end) return false;
                _first = _next;
                var count = Math.Min(64, _end - _next);
                _bits = _selection.Bits(_next, count);
                _next += count;
            }

            Current = _first + Bitmaps.Lowest(_bits);
            _bits &= _bits - 1;
            if (_check is null || _check.Contains(Current)) return true;
        }
    }

    /// <summary>How many there are, of those not yet seen.</summary>
    public int Count()
    {
        var count = 0;
        if (_check is not null)
        {
            while (MoveNext()) count++;
            return count;
        }

        for (; _next < _end; _next += 64) count += Bitmaps.Count(_selection.Bits(_next, Math.Min(64, _end - _next)));
        return count;
    }
}
