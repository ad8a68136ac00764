namespace CustomerLifecycle;

/// <summary>A stretch of time that moves along with "now": last 90 days, previous month, 30 to 90 days ago. Immutable; what it means depends on a <see cref="LocalCalendar"/>.</summary>
/// <remarks>
/// <para>An event is in the window from the instant at which it enters until the one at which it leaves, the first included, the second not. So it enters once and leaves once, at instants that are known in advance.</para>
/// <para>Rolling units up to weeks are exact lengths; months, quarters and years are added as <see cref="LocalCalendar.RollOn(Instant, int, CalendarUnit)"/> does. Calendar units are local.</para>
/// </remarks>
public sealed record Window
{
    private enum Form
    {
        Rolling,
        Calendar,
        Previous,
        Ago,
        Fixed,
    }

    private readonly Form _form;
    private readonly CalendarUnit _unit;
    private readonly int _near;
    private readonly int _far;
    private readonly Instant? _from;
    private readonly Instant? _to;

    private Window(Form form, CalendarUnit unit, int near, int far)
    {
        _ = unit.Length();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(far);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(far, MaxCount(unit));
        _form = form;
        _unit = unit;
        _near = near;
        _far = far;
    }

    private Window(Instant? from, Instant? to)
    {
        _form = Form.Fixed;
        _from = from;
        _to = to;
    }

    /// <summary>The most units of a window: about ten thousand years.</summary>
    /// <param name="unit">The unit.</param>
    public static int MaxCount(CalendarUnit unit) => unit switch
    {
        CalendarUnit.Year => 10_000,
        CalendarUnit.Quarter => 40_000,
        CalendarUnit.Month => 120_000,
        CalendarUnit.Week => 521_775,
        CalendarUnit.Day => 3_652_425,
        CalendarUnit.Hour => 87_658_200,
        _ => int.MaxValue,
    };

    /// <summary>The last so many units up to now: an event is in it from when it happens until that many units later.</summary>
    /// <param name="count">How many, 1 to <see cref="MaxCount"/>.</param>
    /// <param name="unit">The unit.</param>
    public static Window Last(int count, CalendarUnit unit) => new(Form.Rolling, unit, 0, count);

    /// <summary>The local unit that now is in, and those before it: so many in all.</summary>
    /// <param name="count">How many, 1 to <see cref="MaxCount"/>.</param>
    /// <param name="unit">The unit.</param>
    public static Window LastCalendar(int count, CalendarUnit unit) => new(Form.Calendar, unit, 0, count);

    /// <summary>The local unit that now is in.</summary>
    /// <param name="unit">The unit.</param>
    public static Window This(CalendarUnit unit) => LastCalendar(1, unit);

    /// <summary>So many whole local units before the one that now is in.</summary>
    /// <param name="count">How many, 1 to <see cref="MaxCount"/>.</param>
    /// <param name="unit">The unit.</param>
    public static Window Previous(int count, CalendarUnit unit) => new(Form.Previous, unit, 0, count);

    /// <summary>From so many units ago, not included, to so many units ago, included: the nearer age first.</summary>
    /// <param name="near">The nearer age, 0 or more.</param>
    /// <param name="far">The farther age, above <paramref name="near"/>, at most <see cref="MaxCount"/>.</param>
    /// <param name="unit">The unit.</param>
    public static Window BetweenAgo(int near, int far, CalendarUnit unit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(near);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(far, near);
        return new(Form.Ago, unit, near, far);
    }

    /// <summary>Between two instants, the first included, the second not.</summary>
    /// <param name="from">The first instant; null for the beginning of time.</param>
    /// <param name="to">The instant after the last; null for the end of time.</param>
    /// <exception cref="ArgumentException"><paramref name="to"/> is not after <paramref name="from"/>.</exception>
    public static Window Between(Instant? from, Instant? to) => from is { } first && to is { } end && end <= first
        ? throw new ArgumentException("The window ends before it begins. Give the earlier instant first.", nameof(to))
        : new(from, to);

    /// <summary>Whether an event is in the window. What is to come is in no window.</summary>
    /// <param name="calendar">The calendar.</param>
    /// <param name="occurred">When the event happened.</param>
    /// <param name="now">The instant at which it is asked.</param>
    public bool Contains(LocalCalendar calendar, Instant occurred, Instant now) =>
        occurred <= now && Enters(calendar, occurred) <= now && !(Leaves(calendar, occurred) <= now);

    /// <summary>When an event comes into the window.</summary>
    /// <param name="calendar">The calendar.</param>
    /// <param name="occurred">When the event happened.</param>
    /// <returns>The first instant at which it is in; null for never.</returns>
    public Instant? Enters(LocalCalendar calendar, Instant occurred)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        return _form switch
        {
            Form.Previous => calendar.StartsAfter(_unit, occurred),
            Form.Ago => calendar.RollOn(occurred, _near, _unit),
            Form.Fixed => occurred < _from || occurred >= _to ? null : occurred,
            _ => occurred,
        };
    }

    /// <summary>When an event leaves the window.</summary>
    /// <param name="calendar">The calendar.</param>
    /// <param name="occurred">When the event happened.</param>
    /// <returns>The first instant, after it entered, at which it is no longer in; null for never.</returns>
    public Instant? Leaves(LocalCalendar calendar, Instant occurred)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        return _form switch
        {
            Form.Calendar => UnitsLater(calendar, occurred, _far),
            Form.Previous => UnitsLater(calendar, occurred, _far + 1L),
            Form.Fixed => null,
            _ => calendar.RollOn(occurred, _far, _unit),
        };
    }

    /// <summary>The stretches of time that are in the window at an instant: for a store that looks events up by their instants.</summary>
    /// <param name="calendar">The calendar.</param>
    /// <param name="now">The instant at which it is asked.</param>
    /// <returns>In order of time, apart from each other. Mostly one; more only around a change of clocks; none when it is empty. An event is in one of them when, and only when, <see cref="Contains"/> says so.</returns>
    public IReadOnlyList<Interval> At(LocalCalendar calendar, Instant now)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        var past = InstantSet.Of(Instant.MinValue, now == Instant.MaxValue ? now : now + Duration.Epsilon);
        return (_form switch
        {
            Form.Calendar => past.And(InstantSet.From(UnitsBefore(calendar, now, _far - 1))),
            Form.Previous => past.And(InstantSet.Of(UnitsBefore(calendar, now, _far), calendar.StartOf(_unit, now))),
            Form.Fixed => past.And(InstantSet.Of(_from ?? Instant.MinValue, _to ?? Instant.MaxValue)),
            _ => past.And(InstantSet.StartsNotOver(calendar, now, _far, _unit)).Except(InstantSet.StartsNotOver(calendar, now, _near, _unit)),
        }).ToIntervals();
    }

    /// <summary>The window in the words of the condition language.</summary>
    public override string ToString()
    {
        var unit = _unit switch
        {
            CalendarUnit.Second => "second",
            CalendarUnit.Minute => "minute",
            CalendarUnit.Hour => "hour",
            CalendarUnit.Day => "day",
            CalendarUnit.Week => "week",
            CalendarUnit.Month => "month",
            CalendarUnit.Quarter => "quarter",
            _ => "year",
        };
        var units = _far == 1 ? unit : unit + "s";
        return _form switch
        {
            Form.Rolling => FormattableString.Invariant($"last {_far} {units}"),
            Form.Calendar when _far == 1 => $"this {unit}",
            Form.Calendar => FormattableString.Invariant($"last {_far} calendar {units}"),
            Form.Previous => FormattableString.Invariant($"previous {_far} {units}"),
            Form.Ago => FormattableString.Invariant($"between {_near} and {_far} {units} ago"),
            _ => (_from is { } from ? $"from {from}" : "") + (_to is { } to ? $" to {to}" : ""),
        };
    }

    private Instant? UnitsLater(LocalCalendar calendar, Instant occurred, long count)
    {
        if (_unit.Length() is not { } length || _unit >= CalendarUnit.Day) return calendar.TryStartOf(_unit, occurred, count);
        return LocalCalendar.Within(occurred, length * (count - 1)) is { } later ? calendar.StartsAfter(_unit, later) : null;
    }

    private Instant UnitsBefore(LocalCalendar calendar, Instant now, int count) => calendar.TryStartOf(_unit, now, -count) ?? Instant.MinValue;
}
