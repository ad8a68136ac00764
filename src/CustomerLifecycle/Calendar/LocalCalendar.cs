namespace CustomerLifecycle;

/// <summary>Turns local days into instants, for all packages: one zone, one first day of the week, one rule for 29 February.</summary>
/// <remarks>
/// <para>Immutable, safe for concurrent callers. Dates are those of the ISO calendar.</para>
/// <para>Two rules say what happens to a local time that is no one instant. A <i>boundary</i> (the start of a day, week, month…) that was skipped is the end of the gap; a
/// <i>time of day</i> that was skipped moves forward by the length of the gap. What happened twice is the first of the two in both.</para>
/// </remarks>
public sealed class LocalCalendar
{
    /// <summary>Makes the calendar of a zone.</summary>
    /// <param name="zone">The zone whose local days count.</param>
    /// <param name="weekStart">The first day of the week.</param>
    /// <param name="leapDay">Where 29 February falls in a common year.</param>
    /// <exception cref="ArgumentException"><paramref name="weekStart"/> or <paramref name="leapDay"/> is no such day or rule.</exception>
    public LocalCalendar(DateTimeZone zone, IsoDayOfWeek weekStart = IsoDayOfWeek.Monday, LeapDayRule leapDay = LeapDayRule.February28)
    {
        ArgumentNullException.ThrowIfNull(zone);
        if (weekStart is < IsoDayOfWeek.Monday or > IsoDayOfWeek.Sunday) throw new ArgumentOutOfRangeException(nameof(weekStart), weekStart, "A week starts on Monday to Sunday.");
        if (leapDay is not (LeapDayRule.February28 or LeapDayRule.March1)) throw new ArgumentOutOfRangeException(nameof(leapDay), leapDay, "29 February falls on 28 February or 1 March.");
        Zone = zone;
        WeekStart = weekStart;
        LeapDay = leapDay;
    }

    /// <summary>The calendar of UTC, with weeks from Monday.</summary>
    public static LocalCalendar Utc { get; } = new(DateTimeZone.Utc);

    /// <summary>The zone whose local days count.</summary>
    public DateTimeZone Zone { get; }

    /// <summary>The first day of the week.</summary>
    public IsoDayOfWeek WeekStart { get; }

    /// <summary>Where 29 February falls in a common year.</summary>
    public LeapDayRule LeapDay { get; }

    /// <summary>The calendar of a zone by its IANA name.</summary>
    /// <param name="zoneId">The name: <c>Europe/Berlin</c>.</param>
    /// <param name="weekStart">The first day of the week.</param>
    /// <param name="leapDay">Where 29 February falls in a common year.</param>
    /// <exception cref="ArgumentException">There is no zone of that name.</exception>
    public static LocalCalendar ForZone(string zoneId, IsoDayOfWeek weekStart = IsoDayOfWeek.Monday, LeapDayRule leapDay = LeapDayRule.February28)
    {
        ArgumentNullException.ThrowIfNull(zoneId);
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(zoneId)
            ?? throw new ArgumentException($"Found no time zone of that name in the IANA database {DateTimeZoneProviders.Tzdb.VersionId}. Use a name like Europe/Berlin.", nameof(zoneId));
        return new(zone, weekStart, leapDay);
    }

    /// <summary>What a clock on the wall shows.</summary>
    /// <param name="instant">Any instant.</param>
    public LocalDateTime LocalOf(Instant instant) => instant.InZone(Zone).LocalDateTime;

    /// <summary>The local day that a calendar on the wall shows.</summary>
    /// <param name="instant">Any instant.</param>
    public LocalDate DayOf(Instant instant) => instant.InZone(Zone).Date;

    /// <summary>The first instant of a local day: midnight; where there is no midnight, the end of the gap; where the whole day is skipped, the first instant after it.</summary>
    /// <param name="day">A local day, whether or not the zone had it.</param>
    public Instant StartOf(LocalDate day) => Boundary(Iso(day).AtMidnight());

    /// <summary>The end of a local day, exclusive: the start of the next. A day that the zone skips is empty.</summary>
    /// <param name="day">A local day, whether or not the zone had it.</param>
    public Instant EndOf(LocalDate day) => StartOf(day.PlusDays(1));

    /// <summary>The instant of a local time of day: one that was skipped moves forward by the length of the gap, one that came twice is the first of the two.</summary>
    /// <param name="local">A local time, whether or not the zone had it.</param>
    public Instant At(LocalDateTime local)
    {
        var mapping = Zone.MapLocal(local);
        return mapping.Count > 0 ? mapping.First().ToInstant() : local.WithOffset(mapping.EarlyInterval.WallOffset).ToInstant();
    }

    /// <summary>The first day of the unit that a day is in.</summary>
    /// <param name="unit">Day or longer.</param>
    /// <param name="day">The day.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="unit"/> is shorter than a day.</exception>
    public LocalDate FirstDayOf(CalendarUnit unit, LocalDate day)
    {
        var iso = Iso(day);
        return unit switch
        {
            CalendarUnit.Day => iso,
            CalendarUnit.Week => iso.PlusDays(-(((int)iso.DayOfWeek - (int)WeekStart + 7) % 7)),
            CalendarUnit.Month => new(iso.Year, iso.Month, 1),
            CalendarUnit.Quarter => new(iso.Year, iso.Month - ((iso.Month - 1) % 3), 1),
            CalendarUnit.Year => new(iso.Year, 1, 1),
            _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "Days make up days, weeks, months, quarters and years."),
        };
    }

    /// <summary>The last day of the unit that a day is in.</summary>
    /// <param name="unit">Day or longer.</param>
    /// <param name="day">The day.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="unit"/> is shorter than a day.</exception>
    public LocalDate LastDayOf(CalendarUnit unit, LocalDate day) => Move(unit, FirstDayOf(unit, day), 1).PlusDays(-1);

    /// <summary>When the local unit that an instant is in began.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="instant">Any instant.</param>
    /// <returns>Not after <paramref name="instant"/>.</returns>
    public Instant StartOf(CalendarUnit unit, Instant instant) => StartOf(unit, instant, 0);

    /// <summary>When a local unit near the one that an instant is in began.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="instant">Any instant.</param>
    /// <param name="offset">How many units on, or back when negative. Units shorter than a day are then exact lengths.</param>
    /// <exception cref="OverflowException">The result is before the year -9998 or after 9999.</exception>
    public Instant StartOf(CalendarUnit unit, Instant instant, int offset) =>
        TryStartOf(unit, instant, offset) ?? throw new OverflowException("The result is before the year -9998 or after the year 9999. Use a smaller offset.");

    /// <summary>When the local unit after the one that an instant is in begins: the earliest instant at which <see cref="StartOf(CalendarUnit, Instant)"/> is later.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="instant">Any instant.</param>
    /// <returns>After <paramref name="instant"/>.</returns>
    public Instant NextStartOf(CalendarUnit unit, Instant instant) => unit < CalendarUnit.Day ? StartsAfter(unit, StartOfShort(unit, instant)) : StartOf(unit, instant, 1);

    /// <summary>Adds a term to an instant. Months clamp to the last day of a shorter month; a local time that was skipped moves forward by the gap, one that came twice is the first.</summary>
    /// <param name="start">The instant to start from.</param>
    /// <param name="term">What to add.</param>
    /// <exception cref="OverflowException">The result is after the year 9999.</exception>
    public Instant Add(Instant start, Term term)
    {
        if (term.IsExact) return Within(start, term.Exact) ?? throw Term.AfterTheEnd();
        var local = LocalOf(start);
        return Within(At(term.AddCalendarPartTo(local.Date) + local.TimeOfDay), term.Exact) ?? throw Term.AfterTheEnd();
    }

    /// <summary>When something that rolls for a number of units is over: exact lengths up to weeks; months and longer are added to the local time, and a day that the month lacks becomes the start of the next month.</summary>
    /// <param name="start">When it starts.</param>
    /// <param name="count">How many units, 0 to <see cref="Window.MaxCount"/>.</param>
    /// <param name="unit">The unit.</param>
    /// <returns>The instant, or null when it is after the year 9999.</returns>
    /// <remarks>31 January and 1 month is 1 March, 00:00. So what starts later is never over on an earlier day.</remarks>
    public Instant? RollOn(Instant start, int count, CalendarUnit unit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Window.MaxCount(unit));
        if (unit.Length() is { } length) return Within(start, length * count);
        if (count == 0) return start;
        return RollOn(LocalOf(start), (long)count * unit.Months()) is { } local ? At(local) : null;
    }

    /// <summary>The day of a year on which a yearly occasion falls.</summary>
    /// <param name="occasion">Month and day.</param>
    /// <param name="year">The year.</param>
    public LocalDate OccasionIn(AnnualDate occasion, int year) => occasion is { Month: 2, Day: 29 } && LeapDay == LeapDayRule.March1 && !CalendarSystem.Iso.IsLeapYear(year)
        ? new(year, 3, 1)
        : occasion.InYear(year);

    /// <summary>The first day, from a day on, on which a yearly occasion falls.</summary>
    /// <param name="occasion">Month and day.</param>
    /// <param name="from">The first day that counts.</param>
    public LocalDate NextOccasion(AnnualDate occasion, LocalDate from)
    {
        var thisYear = OccasionIn(occasion, Iso(from).Year);
        return thisYear >= Iso(from) ? thisYear : OccasionIn(occasion, thisYear.Year + 1);
    }

    /// <summary>Whether a day is an anniversary of another. A day is not its own anniversary.</summary>
    /// <param name="origin">The day that is remembered.</param>
    /// <param name="day">The day that is looked at.</param>
    public bool IsAnniversary(LocalDate origin, LocalDate day) => Iso(day).Year > Iso(origin).Year && OccasionIn(Annual(origin), Iso(day).Year) == Iso(day);

    /// <summary>The first anniversary of a day, from another day on.</summary>
    /// <param name="origin">The day that is remembered.</param>
    /// <param name="from">The first day that counts.</param>
    public LocalDate NextAnniversary(LocalDate origin, LocalDate from)
    {
        var nextYear = Iso(origin).Year + 1;
        return Iso(from).Year < nextYear ? OccasionIn(Annual(origin), nextYear) : NextOccasion(Annual(origin), from);
    }

    /// <summary>Whole years since a day, as ages are counted: one more on each anniversary.</summary>
    /// <param name="birth">The day of birth.</param>
    /// <param name="on">The day on which the age is asked for.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="on"/> is before <paramref name="birth"/>.</exception>
    public int Age(LocalDate birth, LocalDate on)
    {
        var born = Iso(birth);
        var day = Iso(on);
        if (day < born) throw new ArgumentOutOfRangeException(nameof(on), "Nobody has an age before their birth. Look at the birth date.");
        var years = day.Year - born.Year;
        return years > 0 && day < OccasionIn(Annual(born), day.Year) ? years - 1 : years;
    }

    /// <summary>The year, counted from a day and its anniversaries, that another day is in: a membership year.</summary>
    /// <param name="origin">The first day of the first year.</param>
    /// <param name="day">A day from then on.</param>
    /// <returns>Its first and last day.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="day"/> is before <paramref name="origin"/>.</exception>
    public DateInterval YearFrom(LocalDate origin, LocalDate day)
    {
        var age = Age(origin, day);
        var first = age == 0 ? Iso(origin) : OccasionIn(Annual(origin), Iso(origin).Year + age);
        return new(first, OccasionIn(Annual(origin), Iso(origin).Year + age + 1).PlusDays(-1));
    }

    /// <summary>Zone, first day of the week and rule for 29 February.</summary>
    public override string ToString() => $"{Zone.Id}, weeks from {WeekStart}, 29 February on {(LeapDay == LeapDayRule.March1 ? "1 March" : "28 February")}";

    /// <summary>The local time at which something that rolls for a number of months is over; null after the year 9999.</summary>
    internal static LocalDateTime? RollOn(LocalDateTime start, long months)
    {
        var month = MonthNumber(start.Date) + months;
        if (month > LastMonth) return null;
        var (year, number) = ((int)Math.DivRem(month, 12, out var rest), (int)rest + 1);
        if (start.Day <= CalendarSystem.Iso.GetDaysInMonth(year, number)) return new LocalDate(year, number, start.Day) + start.TimeOfDay;
        return month == LastMonth ? null : new LocalDate(year, number, 1).PlusMonths(1).AtMidnight();
    }

    /// <summary>A boundary between local units: where it was skipped, the end of the gap; where it came twice, the first.</summary>
    internal Instant Boundary(LocalDateTime local)
    {
        // Two days from any change of the clocks, by whatever offsets, a local time is one instant: that needs no mapping, which would be an object.
        var interval = Zone.GetZoneInterval(local.InUtc().ToInstant());
        var instant = local.WithOffset(interval.WallOffset).ToInstant();
        if ((!interval.HasStart || instant - interval.Start > TwoDays) && (!interval.HasEnd || interval.End - instant > TwoDays)) return instant;

        var mapping = Zone.MapLocal(local);
        return mapping.Count == 0 ? mapping.LateInterval.Start : mapping.First().ToInstant();
    }

    /// <summary>An instant and a length later; null after the year 9999.</summary>
    internal static Instant? Within(Instant start, Duration length) => length <= Instant.MaxValue - start ? start + length : null;

    /// <summary>When a local unit near the one that an instant is in began; null where the calendar ends before.</summary>
    internal Instant? TryStartOf(CalendarUnit unit, Instant instant, long offset)
    {
        if (unit < CalendarUnit.Day)
        {
            var start = StartOfShort(unit, instant);
            var length = unit.Length()!.Value * offset;
            return length < Instant.MinValue - start ? null : Within(start, length);
        }

        var first = FirstDayOfUnitAt(unit, instant);
        if (unit.Months() is > 0 and var months)
        {
            var month = MonthNumber(first) + (offset * months);
            return month < FirstMonth || month > LastMonth ? null : StartOf(Move(unit, first, (int)offset));
        }

        var days = offset * unit.Length()!.Value.Days;
        return days < Period.DaysBetween(first, FirstDay) || days > Period.DaysBetween(first, LastDay) ? null : StartOf(Move(unit, first, (int)offset));
    }

    /// <summary>The earliest instant that is in a local unit which began after an instant.</summary>
    internal Instant StartsAfter(CalendarUnit unit, Instant instant)
    {
        if (unit >= CalendarUnit.Day) return StartOf(unit, instant, 1);

        // At a change of clocks that is no multiple of the unit, a unit begins early or late.
        var next = StartOfShort(unit, instant) + unit.Length()!.Value;
        var interval = Zone.GetZoneInterval(instant);
        while (interval.HasEnd && interval.End <= next)
        {
            var start = StartOfShort(unit, interval.End);
            if (start > instant) return interval.End;
            next = start + unit.Length()!.Value;
            interval = Zone.GetZoneInterval(interval.End);
        }

        return next;
    }

    private const long FirstMonth = -9998 * 12;

    internal const long LastMonth = (9999 * 12) + 11;

    private static readonly Duration TwoDays = Duration.FromDays(2);

    private static readonly LocalDate FirstDay = new(-9998, 1, 1);

    internal static readonly LocalDate LastDay = new(9999, 12, 31);

    internal static LocalDate Iso(LocalDate day) => day.WithCalendar(CalendarSystem.Iso);

    private static AnnualDate Annual(LocalDate day) => new(Iso(day).Month, Iso(day).Day);

    internal static long MonthNumber(LocalDate day) => ((long)day.Year * 12) + day.Month - 1;

    private static LocalDate Move(CalendarUnit unit, LocalDate first, int count) => unit switch
    {
        CalendarUnit.Day => first.PlusDays(count),
        CalendarUnit.Week => first.PlusWeeks(count),
        _ => first.PlusMonths(count * unit.Months()),
    };

    // Where clocks go back over midnight, the wall shows the old day again although the new one has begun: what has begun counts.
    private LocalDate FirstDayOfUnitAt(CalendarUnit unit, Instant instant)
    {
        var first = FirstDayOf(unit, DayOf(instant));
        var next = Move(unit, first, 1);
        return StartOf(next) <= instant ? next : first;
    }

    private Instant StartOfShort(CalendarUnit unit, Instant instant) =>
        instant - Duration.FromNanoseconds(instant.InZone(Zone).NanosecondOfDay % unit.Length()!.Value.ToInt64Nanoseconds());
}
