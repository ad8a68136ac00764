namespace CustomerLifecycle.Loyalty;

/// <summary>What an expiry term is counted from.</summary>
public enum ExpiryKind
{
    /// <summary>Points do not lapse.</summary>
    Never = 0,

    /// <summary>A term from the start of each lot.</summary>
    Term = 1,

    /// <summary>The end of a calendar year.</summary>
    CalendarYear = 2,

    /// <summary>A term from the member's last activity, for all lots together.</summary>
    Inactivity = 3,
}

/// <summary>To which end the last usable day moves on.</summary>
public enum ExpiryRounding
{
    /// <summary>It stays: points are usable through the last day.</summary>
    EndOfDay = 0,

    /// <summary>To the last day of its month.</summary>
    EndOfMonth = 1,

    /// <summary>To the last day of its quarter.</summary>
    EndOfQuarter = 2,

    /// <summary>To 31 December.</summary>
    EndOfYear = 3,

    /// <summary>No local days at all: days of 24 hours from the start.</summary>
    Instant = 4,
}

/// <summary>When points lapse. All of them lapse at one exclusive instant, usually the first of a local day.</summary>
public sealed class ExpiryPolicy
{
    private const int LastYear = 9990;

    private readonly Period _term;

    private ExpiryPolicy(ExpiryKind kind, Period term, int plusYears, ExpiryRounding rounding, int graceDays)
    {
        Kind = kind;
        _term = term;
        PlusYears = plusYears;
        Rounding = rounding;
        GraceDays = graceDays;
    }

    /// <summary>Points do not lapse.</summary>
    public static ExpiryPolicy Never { get; } = new(ExpiryKind.Never, Period.Zero, 0, ExpiryRounding.EndOfDay, 0);

    /// <summary>What the term is counted from.</summary>
    public ExpiryKind Kind { get; }

    /// <summary>The term, in days, months or years; zero where there is none.</summary>
    public Period TermLength => _term;

    /// <summary>Years after the start's local year, for <see cref="ExpiryKind.CalendarYear"/>.</summary>
    public int PlusYears { get; }

    /// <summary>To which end the last usable day moves on.</summary>
    public ExpiryRounding Rounding { get; }

    /// <summary>Days added to the last usable day.</summary>
    public int GraceDays { get; }

    /// <summary>A term from the start of each lot.</summary>
    /// <param name="term">Days, or months, or years: one of the three, above 0. A month later than the 31st is the month's last day at most.</param>
    /// <param name="rounding">To which end the last usable day moves on. <see cref="ExpiryRounding.Instant"/> needs days.</param>
    /// <param name="graceDays">Days added to the last usable day.</param>
    /// <exception cref="ArgumentException">The term mixes units or does not fit the rounding.</exception>
    public static ExpiryPolicy After(Period term, ExpiryRounding rounding = ExpiryRounding.EndOfDay, int graceDays = 0) =>
        new(ExpiryKind.Term, CheckTerm(term, rounding), 0, CheckRounding(rounding), CheckGrace(graceDays));

    /// <summary>The end of the calendar year in which the points were earned, or of a later one.</summary>
    /// <param name="plusYears">Years after the start's local year; 0 to 1000.</param>
    /// <param name="graceDays">Days added to 31 December.</param>
    public static ExpiryPolicy EndOfYear(int plusYears = 0, int graceDays = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(plusYears);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(plusYears, 1000);
        return new(ExpiryKind.CalendarYear, Period.Zero, plusYears, ExpiryRounding.EndOfDay, CheckGrace(graceDays));
    }

    /// <summary>A term from the member's last activity (a posted earn, redemption or capture), which moves the expiry of every lot that has not lapsed.</summary>
    /// <param name="term">Days, or months, or years: one of the three, above 0.</param>
    /// <param name="rounding">To which end the last usable day moves on. <see cref="ExpiryRounding.Instant"/> needs days.</param>
    /// <param name="graceDays">Days added to the last usable day.</param>
    /// <exception cref="ArgumentException">The term mixes units or does not fit the rounding.</exception>
    public static ExpiryPolicy AfterInactivity(Period term, ExpiryRounding rounding = ExpiryRounding.EndOfDay, int graceDays = 0) =>
        new(ExpiryKind.Inactivity, CheckTerm(term, rounding), 0, CheckRounding(rounding), CheckGrace(graceDays));

    /// <summary>The instant from which points are unusable.</summary>
    /// <param name="start">When the term starts.</param>
    /// <param name="calendar">The local days of the programme.</param>
    /// <returns>Exclusive: the first instant without the points; null for never.</returns>
    public Instant? ExpiresFrom(Instant start, LocalCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        var expires = From(start, calendar);
        return expires == Instant.MaxValue ? null : expires;
    }

    /// <summary>As <see cref="ExpiresFrom"/>, with <see cref="Instant.MaxValue"/> for never.</summary>
    internal Instant From(Instant start, LocalCalendar calendar)
    {
        if (Kind == ExpiryKind.Never) return Instant.MaxValue;
        if (Rounding == ExpiryRounding.Instant) return start + Duration.FromDays(_term.Days + GraceDays);

        var day = calendar.DayOf(start);
        if (day.Year + PlusYears + _term.Years + (_term.Months / 12) + ((_term.Days + GraceDays) / 365) > LastYear) return Instant.MaxValue;

        var last = Kind == ExpiryKind.CalendarYear ? new LocalDate(day.Year + PlusYears, 12, 31) : MoveOn(day + _term);
        return AfterDay(last.PlusDays(GraceDays), calendar);
    }

    /// <summary>The first instant after a local day, whether or not the zone has that day or the next.</summary>
    internal static Instant AfterDay(LocalDate day, LocalCalendar calendar) => calendar.StartOf(day.PlusDays(1));

    private LocalDate MoveOn(LocalDate day) => Rounding switch
    {
        ExpiryRounding.EndOfMonth => DateAdjusters.EndOfMonth(day),
        ExpiryRounding.EndOfQuarter => DateAdjusters.EndOfMonth(new LocalDate(day.Year, ((((day.Month - 1) / 3) + 1) * 3), 1)),
        ExpiryRounding.EndOfYear => new LocalDate(day.Year, 12, 31),
        _ => day,
    };

    private static Period CheckTerm(Period term, ExpiryRounding rounding)
    {
        ArgumentNullException.ThrowIfNull(term);
        var units = (term.Days == 0 ? 0 : 1) + (term.Months == 0 ? 0 : 1) + (term.Years == 0 ? 0 : 1);
        if (units != 1 || term.HasTimeComponent || term.Weeks != 0 || term.Days < 0 || term.Months < 0 || term.Years < 0)
            throw new ArgumentException($"A term is a number of days, or of months, or of years, above 0; this is {term}. Use Period.FromDays, FromMonths or FromYears.", nameof(term));
        if (term.Days > LedgerPolicy.MaxDays || term.Months > 12_000 || term.Years > 1000)
            throw new ArgumentOutOfRangeException(nameof(term), term, "A term is at most 1000 years. Use ExpiryPolicy.Never for points that do not lapse.");
        if (rounding == ExpiryRounding.Instant && term.Days == 0)
            throw new ArgumentException("A term without local days is counted in days of 24 hours: give days, or another rounding.", nameof(term));
        return term;
    }

    private static ExpiryRounding CheckRounding(ExpiryRounding rounding) =>
        Defined.Check(rounding, rounding is >= ExpiryRounding.EndOfDay and <= ExpiryRounding.Instant, nameof(rounding));

    private static int CheckGrace(int graceDays) =>
        graceDays is < 0 or > LedgerPolicy.MaxDays ? throw new ArgumentOutOfRangeException(nameof(graceDays), graceDays, $"Give 0 to {LedgerPolicy.MaxDays} days.") : graceDays;
}
