namespace CustomerLifecycle.Rules;

/// <summary>A window over each customer's events: as they are in order of time, it is a run of them.</summary>
internal sealed class EventWindow(EventTable events, int range)
{
    private const int ScannedSlots = 16;

    private InstantRange _instants = new(Instant.MinValue, Instant.MinValue);
    private long _low;
    private long _high;

    /// <summary>Whether every event of a run is inside. Where a clock changes near the window's ends, <see cref="Contains"/> decides of each.</summary>
    public bool IsWhole { get; private set; }

    public void At(RuleFrame frame)
    {
        _instants = frame.Ranges[range].Instants;
        IsWhole = _instants.IsInterval;
        Nanoseconds.TryOf(_instants.From, out _low);
        if (Nanoseconds.TryOf(_instants.Until, out _high)) _high--;
    }

    public bool Contains(int slot) => _instants.Contains(events.InstantAt(slot));

    /// <summary>The customer's events that may be inside.</summary>
    public (int Start, int End) Of(int row)
    {
        var (start, end) = events.Slice(row);
        var at = events.At;
        if (end - start > ScannedSlots)
        {
            start = FirstAbove(at, start, end, _low - 1);
            return (start, FirstAbove(at, start, end, _high));
        }

        while (end > start && at[end - 1] > _high) end--;
        if (start == end || at[start] >= _low) return (start, end);
        var first = end;
        while (at[first - 1] >= _low) first--;
        return (first, end);
    }

    private static int FirstAbove(ReadOnlySpan<long> at, int start, int end, long limit)
    {
        while (start < end)
        {
            var middle = (int)(((uint)start + (uint)end) / 2);
            if (at[middle] > limit) end = middle;
            else start = middle + 1;
        }

        return start;
    }
}
