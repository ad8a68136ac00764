namespace CustomerLifecycle;

/// <summary>A length of time: an exact part and a part by the calendar. <c>default</c> is none.</summary>
/// <remarks>The calendar part is added first, years and months as one number of months (clamped once to the last day of a shorter month), then days, then the exact part.</remarks>
public readonly record struct Term
{
    /// <summary>The most months, and the most days, that a term may have: ten thousand years.</summary>
    public const int MaxMonths = 120_000;

    /// <summary>The most days that a term may have: ten thousand years.</summary>
    public const int MaxDays = 3_652_425;

    /// <summary>Makes a term of several parts.</summary>
    /// <param name="exact">The exact part; not negative, at most <see cref="MaxDays"/> times 24 hours.</param>
    /// <param name="months">Calendar months, 0 to <see cref="MaxMonths"/>; a year is 12.</param>
    /// <param name="calendarDays">Calendar days, 0 to <see cref="MaxDays"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A part is negative or too long.</exception>
    public Term(Duration exact, int months, int calendarDays)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exact, Duration.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(exact, Duration.FromDays(MaxDays));
        ArgumentOutOfRangeException.ThrowIfNegative(months);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(months, MaxMonths);
        ArgumentOutOfRangeException.ThrowIfNegative(calendarDays);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(calendarDays, MaxDays);
        Exact = exact;
        Months = months;
        CalendarDays = calendarDays;
    }

    /// <summary>The exact part.</summary>
    public Duration Exact { get; }

    /// <summary>Calendar months; a year is 12.</summary>
    public int Months { get; }

    /// <summary>Calendar days.</summary>
    public int CalendarDays { get; }

    /// <summary>Whether it is the same length everywhere, so that no zone is needed.</summary>
    public bool IsExact => Months == 0 && CalendarDays == 0;

    /// <summary>Whether it has no length at all.</summary>
    public bool IsZero => IsExact && Exact == Duration.Zero;

    /// <summary>An exact length.</summary>
    /// <param name="length">The length; not negative.</param>
    public static Term Of(Duration length) => new(length, 0, 0);

    /// <summary>Days of 24 hours.</summary>
    /// <param name="days">0 to <see cref="MaxDays"/>.</param>
    public static Term OfDays(int days) => new(Duration.FromDays(days), 0, 0);

    /// <summary>Local days, which may be longer or shorter than 24 hours.</summary>
    /// <param name="days">0 to <see cref="MaxDays"/>.</param>
    public static Term OfCalendarDays(int days) => new(Duration.Zero, 0, days);

    /// <summary>Local months.</summary>
    /// <param name="months">0 to <see cref="MaxMonths"/>.</param>
    public static Term OfMonths(int months) => new(Duration.Zero, months, 0);

    /// <summary>Local years.</summary>
    /// <param name="years">0 to 10,000.</param>
    public static Term OfYears(int years)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(years, MaxMonths / 12);
        return new(Duration.Zero, years * 12, 0);
    }

    /// <summary>Adds the term to a local day: whole days of 24 hours of the exact part count as days. Months clamp to the last day of a shorter month.</summary>
    /// <param name="start">The day to start from.</param>
    /// <exception cref="OverflowException">The result is after the year 9999.</exception>
    public LocalDate AddTo(LocalDate start) => AddTo(start, CalendarDays + (long)Exact.Days);

    /// <summary>The parts that are not zero: <c>1 month + 2 calendar days + 0:01:00:00</c>.</summary>
    public override string ToString() => IsZero
        ? "0"
        : string.Join(" + ", new[] { Part(Months, "month"), Part(CalendarDays, "calendar day"), Exact == Duration.Zero ? "" : Exact.ToString() }.Where(static part => part.Length > 0));

    /// <summary>Adds the part by the calendar to a local day.</summary>
    internal LocalDate AddCalendarPartTo(LocalDate start) => AddTo(start, CalendarDays);

    internal static OverflowException AfterTheEnd() => new("The result is after the year 9999. Use a shorter term, or none for what never ends.");

    private LocalDate AddTo(LocalDate start, long days)
    {
        var iso = LocalCalendar.Iso(start);
        if (LocalCalendar.MonthNumber(iso) + Months > LocalCalendar.LastMonth) throw AfterTheEnd();
        var inMonth = iso.PlusMonths(Months);
        return days <= Period.DaysBetween(inMonth, LocalCalendar.LastDay) ? inMonth.PlusDays((int)days) : throw AfterTheEnd();
    }

    private static string Part(int count, string unit) => count == 0 ? "" : FormattableString.Invariant($"{count} {unit}{(count == 1 ? "" : "s")}");
}
