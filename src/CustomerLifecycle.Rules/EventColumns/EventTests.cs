namespace CustomerLifecycle.Rules;

/// <summary>A value that follows from events, in any of some closed ranges of codes.</summary>
internal sealed class EventTest(EventColumn column, IReadOnlyList<(long Low, long High)> ranges) : AskedTest
{
    private readonly (long Low, long High)[] _ranges = [.. ranges];

    public override int Cost => 60;

    protected override bool Holds(int row, ColumnBlock block)
    {
        var code = block.Value(column, row);
        foreach (var (low, high) in _ranges)
            if (code >= low && code <= high) return true;
        return false;
    }
}

/// <summary>A time that follows from events, in a range that moves with now; where a clock changes near its ends, the time is looked at by itself.</summary>
internal sealed class MovingEventTest(EventColumn column, Func<RuleFrame, (long Low, long High)> range, Func<RuleFrame, long, bool>? check) : AskedTest
{
    private RuleFrame _frame = null!;
    private (long Low, long High) _range;

    public override int Cost => 60;

    public override void At(RuleFrame frame)
    {
        _frame = frame;
        _range = range(frame);
    }

    protected override bool Holds(int row, ColumnBlock block)
    {
        var code = block.Value(column, row);
        return code >= _range.Low && code <= _range.High && (check is null || check(_frame, code));
    }
}

/// <summary>A sequence: the meaning of <see cref="Sequences"/> over columns.</summary>
internal sealed class EventSequenceTest(EventTable events, EventSelection[] steps, RuleGap?[] within, EventWindow window) : AskedTest
{
    private readonly EventGap[] _gaps = [.. within.Select(static gap => new EventGap(gap))];
    private readonly bool _isExact = Array.TrueForAll(within, static gap => gap is not { } known || UnitArithmetic.IsExact(known.Unit));
    private LocalCalendar _calendar = null!;

    public override int Cost => 90;

    public override void At(RuleFrame frame) => _calendar = frame.Moment.Calendar;

    protected override bool Holds(int row, ColumnBlock block)
    {
        var (start, end) = window.Of(row);
        return _isExact && end - start <= 64 ? HoldsStepByStep(start, end - start) : HoldsEventByEvent(start, end);
    }

    // Exact gaps never overtake one another: of the events that meet a step, the latest one before decides.
    private bool HoldsStepByStep(int first, int count)
    {
        if (count == 0) return false;
        var met = Inside(steps[0].Bits(first, count), first);
        for (var k = 1; k < steps.Length && met != 0; k++)
        {
            var left = Inside(steps[k].Bits(first, count) & ~(met ^ (met - 1)), first);
            var meets = left;
            if (!_gaps[k].IsOpen)
            {
                for (meets = 0; left != 0; left &= left - 1)
                {
                    var bit = Bitmaps.Lowest(left);
                    var before = Bitmaps.Highest(met & ((1UL << bit) - 1));
                    if (events.At[first + bit] < _gaps[k].After(events.At[first + before])) meets |= 1UL << bit;
                }
            }

            met = meets;
        }

        return met != 0;
    }

    private ulong Inside(ulong bits, int first)
    {
        if (window.IsWhole) return bits;
        for (var left = bits; left != 0; left &= left - 1)
            if (!window.Contains(first + Bitmaps.Lowest(left))) bits ^= left & (~left + 1);
        return bits;
    }

    private bool HoldsEventByEvent(int start, int end)
    {
        var last = steps.Length - 1;

        // until[k] is the latest instant before which an event may meet step k, over every way to meet the steps before it; the first step is always open.
        Span<long> until = last < 16 ? stackalloc long[16] : new long[steps.Length];
        until.Fill(long.MinValue);
        for (var slot = start; slot < end; slot++)
        {
            if (!window.IsWhole && !window.Contains(slot)) continue;
            var at = events.At[slot];

            // Later steps first: one event meets one step only.
            for (var k = last; k >= 0; k--)
            {
                if ((k > 0 && at >= until[k]) || steps[k].Bits(slot, 1) == 0) continue;
                if (k == last) return true;
                until[k + 1] = Math.Max(until[k + 1], _gaps[k + 1].After(at, _calendar));
            }
        }

        return false;
    }
}

/// <summary>How long after a step its next one may be.</summary>
internal readonly struct EventGap
{
    private readonly RuleGap? _months;
    private readonly long _exact;

    public EventGap(RuleGap? gap)
    {
        _exact = long.MaxValue;
        if (gap is not { } after) return;
        if (!UnitArithmetic.IsExact(after.Unit)) _months = gap;
        else if (UnitArithmetic.Exact(after.Amount, after.Unit) is { TotalDays: < 100_000 } exact) _exact = exact.ToInt64Nanoseconds();
    }

    /// <summary>Whether no instant is too late.</summary>
    public bool IsOpen => _exact == long.MaxValue && _months is null;

    /// <summary>The first instant that is too late after an exact gap, in nanoseconds since 1970.</summary>
    public long After(long at) => at > long.MaxValue - _exact ? long.MaxValue : at + _exact;

    /// <summary>The first instant that is too late, in nanoseconds since 1970.</summary>
    public long After(long at, LocalCalendar calendar)
    {
        if (_months is not { } gap) return After(at);
        Nanoseconds.TryOf(UnitArithmetic.Later(NodaConstants.UnixEpoch.PlusNanoseconds(at), gap.Amount, gap.Unit, calendar), out var end);
        return end;
    }
}
