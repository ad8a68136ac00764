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
    private LocalCalendar _calendar = null!;

    public override int Cost => 90;

    public override void At(RuleFrame frame) => _calendar = frame.Moment.Calendar;

    protected override bool Holds(int row, ColumnBlock block)
    {
        var (start, end) = window.Of(row);
        var last = steps.Length - 1;

        // until[k] is the latest instant before which an event may meet step k, over every way to meet the steps before it; the first step is always open.
        Span<long> until = last < 16 ? stackalloc long[16] : new long[steps.Length];
        Span<ulong> meets = last < 16 ? stackalloc ulong[16] : new ulong[steps.Length];
        until.Fill(long.MinValue);
        for (var first = start; first < end; first += 64)
        {
            var count = Math.Min(64, end - first);
            var any = 0UL;
            for (var k = 0; k <= last; k++) any |= meets[k] = steps[k].Bits(first, count);
            if (end - start <= 64 && !IsPossible(meets.Slice(0, last + 1))) return false;
            for (; any != 0; any &= any - 1)
            {
                var bit = Bitmaps.Lowest(any);
                var slot = first + bit;
                if (!window.IsWhole && !window.Contains(slot)) continue;
                var at = events.At[slot];

                // Later steps first: one event meets one step only.
                for (var k = last; k >= 0; k--)
                {
                    if ((meets[k] >> bit & 1) == 0 || (k > 0 && at >= until[k])) continue;
                    if (k == last) return true;
                    until[k + 1] = Math.Max(until[k + 1], _gaps[k + 1].After(at, _calendar));
                }
            }
        }

        return false;
    }

    // Whether each step has an event after the earliest that may meet the step before it.
    private static bool IsPossible(ReadOnlySpan<ulong> meets)
    {
        var after = ulong.MaxValue;
        foreach (var met in meets)
        {
            var left = met & after;
            if (left == 0) return false;
            after = left & (~left + 1);
            after = ~(after | (after - 1));
        }

        return true;
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

    /// <summary>The first instant that is too late, in nanoseconds since 1970.</summary>
    public long After(long at, LocalCalendar calendar)
    {
        if (_months is not { } gap) return at > long.MaxValue - _exact ? long.MaxValue : at + _exact;
        Nanoseconds.TryOf(UnitArithmetic.Later(NodaConstants.UnixEpoch.PlusNanoseconds(at), gap.Amount, gap.Unit, calendar), out var end);
        return end;
    }
}
