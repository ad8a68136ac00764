namespace CustomerLifecycle;

/// <summary>A set of instants: stretches in order of time, apart from each other, each with its start and without its end.</summary>
/// <remarks>The end <see cref="Instant.MaxValue"/> stands for the end of time.</remarks>
internal readonly struct InstantSet
{
    private readonly List<(Instant Start, Instant End)> _stretches;

    private InstantSet(List<(Instant Start, Instant End)> stretches) => _stretches = stretches;

    public static InstantSet From(Instant start) => new([(start, Instant.MaxValue)]);

    public static InstantSet Of(Instant start, Instant end) => new(start < end ? [(start, end)] : []);

    /// <summary>The instants at which something that rolls for a number of units may have started, so as not to be over by now.</summary>
    public static InstantSet StartsNotOver(LocalCalendar calendar, Instant now, int count, CalendarUnit unit)
    {
        if (count == 0) return From(After(now));
        if (unit.Length() is { } length) return From(length * count < now - Instant.MinValue ? After(now - (length * count)) : Instant.MinValue);

        var months = (long)count * unit.Months();
        var (skipped, shown) = NotOver(calendar, now);
        var set = FirstReaching(calendar, shown, months);
        return skipped is { } gap ? set.Or(FirstReaching(calendar, gap.Start, months).Except(FirstReaching(calendar, gap.End, months))) : set;
    }

    public InstantSet And(InstantSet other)
    {
        var both = new List<(Instant, Instant)>();
        foreach (var (start, end) in _stretches)
        {
            foreach (var (otherStart, otherEnd) in other._stretches)
            {
                var (from, to) = (Instant.Max(start, otherStart), Instant.Min(end, otherEnd));
                if (from < to) both.Add((from, to));
            }
        }

        return new(both);
    }

    public InstantSet Except(InstantSet other) => And(other.Complement());

    public InstantSet Or(InstantSet other) => Complement().And(other.Complement()).Complement();

    public IReadOnlyList<Interval> ToIntervals() =>
        [.. _stretches.Select(static stretch => new Interval(stretch.Start == Instant.MinValue ? null : stretch.Start, stretch.End == Instant.MaxValue ? null : stretch.End))];

    /// <summary>The local times whose instants are after now: those from <c>Shown</c> on, and at a gap that is just over also those skipped ones that moved forward past now.</summary>
    private static ((LocalDateTime Start, LocalDateTime End)? Skipped, LocalDateTime Shown) NotOver(LocalCalendar calendar, Instant now)
    {
        var interval = calendar.Zone.GetZoneInterval(now);
        var local = calendar.LocalOf(now).PlusNanoseconds(1);
        if (!interval.HasStart) return (null, local);

        var before = calendar.Zone.GetZoneInterval(interval.Start - Duration.Epsilon).WallOffset;
        var forward = Duration.FromSeconds(interval.WallOffset.Seconds - before.Seconds);
        if (forward > Duration.Zero && now < interval.Start + forward) return ((After(now).WithOffset(before).LocalDateTime, interval.IsoLocalStart), local);
        if (forward < Duration.Zero && now < interval.Start - forward) return (null, interval.Start.WithOffset(before).LocalDateTime);
        return (null, local);
    }

    /// <summary>The instants whose local time, a number of months on, is not before a local time.</summary>
    private static InstantSet FirstReaching(LocalCalendar calendar, LocalDateTime target, long months)
    {
        // Not before the target is after the nanosecond before it, which lies in the month whose missing days matter.
        var before = target.PlusNanoseconds(-1);
        var month = ((long)before.Year * 12) + before.Month - 1 - months;
        if (month < FirstMonth) return From(Instant.MinValue);

        var (year, number) = ((int)FloorDivide(month, 12), (int)(month - (FloorDivide(month, 12) * 12)) + 1);
        var first = before.Day <= CalendarSystem.Iso.GetDaysInMonth(year, number)
            ? (new LocalDate(year, number, before.Day) + before.TimeOfDay).PlusNanoseconds(1)
            : new LocalDate(year, number, 1).PlusMonths(1).AtMidnight();
        return ShowingFrom(calendar, first);
    }

    /// <summary>The instants at which a clock on the wall shows a local time or a later one.</summary>
    private static InstantSet ShowingFrom(LocalCalendar calendar, LocalDateTime local)
    {
        var mapping = calendar.Zone.MapLocal(local);
        return mapping.Count switch
        {
            0 => From(mapping.LateInterval.Start),
            1 => From(mapping.Single().ToInstant()),
            _ => Of(mapping.First().ToInstant(), mapping.EarlyInterval.End).Or(From(mapping.Last().ToInstant())),
        };
    }

    private const long FirstMonth = -9998 * 12;

    private static long FloorDivide(long value, long by) => value >= 0 ? value / by : ((value + 1) / by) - 1;

    private static Instant After(Instant instant) => instant == Instant.MaxValue ? instant : instant + Duration.Epsilon;

    private InstantSet Complement()
    {
        var gaps = new List<(Instant, Instant)>();
        var from = Instant.MinValue;
        foreach (var (start, end) in _stretches)
        {
            if (from < start) gaps.Add((from, start));
            from = end;
        }

        if (from < Instant.MaxValue) gaps.Add((from, Instant.MaxValue));
        return new(gaps);
    }
}
