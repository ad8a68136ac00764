namespace CustomerLifecycle.Rules;

/// <summary>The one meaning of windows and of the date tests that compare with now: at a moment it is a range of instants and a range of days.</summary>
/// <remarks>Each value is inside for one stretch of time; <see cref="AddChanges(Instant, LocalCalendar, ref NextInstant)"/> gives its ends.</remarks>
internal sealed record TimeTest
{
    private readonly DateTestKind _kind;
    private readonly RuleWindow? _window;
    private readonly int _amount;
    private readonly RuleUnit _unit;

    private TimeTest(DateTestKind kind, RuleWindow? window, int amount, RuleUnit unit)
    {
        _kind = kind;
        _window = window;
        _amount = amount;
        _unit = unit;
    }

    public static TimeTest Of(RuleWindow window) => new(DateTestKind.InWindow, window, 0, RuleUnit.Day);

    /// <summary>Everything up to now: events after now are invisible.</summary>
    public static TimeTest Ever { get; } = new(DateTestKind.InWindow, null, 0, RuleUnit.Day);

    /// <summary>The test of a date condition; null for anniversaries and months, which are no range.</summary>
    public static TimeTest? Of(DateCondition test) => test.Test switch
    {
        DateTestKind.InWindow => Of(test.Window!),
        DateTestKind.AnniversaryToday or DateTestKind.AnniversaryInNext or DateTestKind.MonthIs => null,
        _ => new(test.Test, null, test.Amount, test.Unit),
    };

    public TimeRange At(RuleMoment moment) => new(Instants(moment), Days(moment));

    private InstantRange Instants(RuleMoment moment)
    {
        var (now, calendar) = (moment.Now, moment.Calendar);
        var visible = UnitArithmetic.JustAfter(now);
        switch (_kind)
        {
            case DateTestKind.InNext:
                var reach = UnitArithmetic.Later(now, _amount, _unit, calendar);
                return UnitArithmetic.IsExact(_unit) || IsSteady(now, reach, calendar)
                    ? new(visible, UnitArithmetic.JustAfter(reach))
                    : new(visible, UnitArithmetic.Add(reach, Margin), x => UnitArithmetic.FirstReaching(x, _amount, _unit, calendar) <= now);
            case DateTestKind.InNextCalendar:
                return new(visible, UnitArithmetic.StartOfUnit(now, _amount, _unit, calendar));
            case DateTestKind.BeforeAgo:
                return Aged(moment, _amount, null, _unit, Instant.MaxValue);
            case DateTestKind.AfterAgo:
                return Aged(moment, null, _amount, _unit, Instant.MaxValue);
        }

        if (_window is not { } window) return new(Instant.MinValue, visible);
        switch (window.Kind)
        {
            case WindowKind.Last:
                return Aged(moment, null, window.Amount, window.Unit, visible);
            case WindowKind.Ago:
                return Aged(moment, window.Amount, window.Until, window.Unit, visible);
            case WindowKind.Calendar:
                return new(UnitArithmetic.StartOfUnit(now, 1L - window.Amount, window.Unit, calendar), visible);
            case WindowKind.Previous:
                return new(UnitArithmetic.StartOfUnit(now, -window.Amount, window.Unit, calendar), UnitArithmetic.StartOfUnit(now, 0, window.Unit, calendar));
            default:
                return new(StartOf(window.From!.Value, calendar), window.To is { } to ? Instant.Min(visible, StartOf(to, calendar)) : visible);
        }
    }

    // At least so many units old, less than so many: the younger bound is the end of the range, the older its beginning.
    private static InstantRange Aged(RuleMoment moment, int? atLeast, int? below, RuleUnit unit, Instant end)
    {
        var (now, calendar) = (moment.Now, moment.Calendar);
        var from = below is { } old ? UnitArithmetic.YoungerFrom(now, old, unit, calendar) : Instant.MinValue;
        var until = atLeast is { } young ? UnitArithmetic.YoungerFrom(now, young, unit, calendar) : end;
        if (UnitArithmetic.IsExact(unit) || ((below is null || IsSteady(now, from, calendar)) && (atLeast is null || IsSteady(now, until, calendar)))) return new(from, until);
        return new(
            UnitArithmetic.Add(from, -Margin),
            atLeast is null ? until : UnitArithmetic.Add(until, Margin),
            t => (below is null || UnitArithmetic.Later(t, below.Value, unit, calendar) > now) && (atLeast is null || UnitArithmetic.Later(t, atLeast.Value, unit, calendar) <= now));
    }

    // Wide enough for any change of a zone's clock, a skipped day included, at both ends of a distance.
    private static readonly Duration Margin = Duration.FromDays(3);

    private static bool IsSteady(Instant now, Instant other, LocalCalendar calendar) => IsSteady(now, calendar) && IsSteady(other, calendar);

    private static bool IsSteady(Instant instant, LocalCalendar calendar)
    {
        var interval = calendar.Zone.GetZoneInterval(instant);
        return (!interval.HasStart || UnitArithmetic.Add(interval.Start, Margin) < instant) && (!interval.HasEnd || UnitArithmetic.Add(instant, Margin) < interval.End);
    }

    private static Instant StartOf(RuleTime time, LocalCalendar calendar) => time.Instant ?? calendar.StartOf(time.Date!.Value);

    private DateRange Days(RuleMoment moment)
    {
        var today = moment.Today;
        var tomorrow = UnitArithmetic.AddDays(today, 1);
        if (Unit < RuleUnit.Day) return DateRange.Empty; // A day has no time of day: none is in a window of hours.
        switch (_kind)
        {
            case DateTestKind.InNext:
                return new(tomorrow, UnitArithmetic.AddDays(UnitArithmetic.Later(today, _amount, _unit), 1));
            case DateTestKind.InNextCalendar:
                return new(tomorrow, UnitArithmetic.FirstDay(today, _amount, _unit));
            case DateTestKind.BeforeAgo:
                return new(LocalDate.MinIsoValue, UnitArithmetic.FirstYounger(today, _amount, _unit));
            case DateTestKind.AfterAgo:
                return new(UnitArithmetic.FirstYounger(today, _amount, _unit), null);
        }

        if (_window is not { } window) return new(LocalDate.MinIsoValue, tomorrow);
        return window.Kind switch
        {
            WindowKind.Last => new(UnitArithmetic.FirstYounger(today, window.Amount, window.Unit), tomorrow),
            WindowKind.Ago => new(UnitArithmetic.FirstYounger(today, window.Until, window.Unit), UnitArithmetic.FirstYounger(today, window.Amount, window.Unit)),
            WindowKind.Calendar => new(UnitArithmetic.FirstDay(today, 1L - window.Amount, window.Unit), tomorrow),
            WindowKind.Previous => new(UnitArithmetic.FirstDay(today, -window.Amount, window.Unit), UnitArithmetic.FirstDay(today, 0, window.Unit)),
            _ => new(FirstDayFrom(window.From!.Value, moment.Calendar), window.To is { } to ? Earlier(tomorrow, FirstDayFrom(to, moment.Calendar)) : tomorrow),
        };
    }

    private RuleUnit Unit => _window is null ? _unit : _window.Kind == WindowKind.Span ? RuleUnit.Day : _window.Unit;

    private static LocalDate Earlier(LocalDate a, LocalDate b) => a < b ? a : b;

    // The first day that does not start before the time.
    private static LocalDate FirstDayFrom(RuleTime time, LocalCalendar calendar)
    {
        if (time.Date is { } date) return date;
        var day = calendar.DayOf(time.Instant!.Value);
        return calendar.StartOf(day) >= time.Instant.Value ? day : UnitArithmetic.AddDays(day, 1);
    }

    /// <summary>Offers the instants at which a value comes into the range and leaves it.</summary>
    public void AddChanges(Instant x, LocalCalendar calendar, ref NextInstant next)
    {
        switch (_kind)
        {
            case DateTestKind.InNext:
                next.Offer(UnitArithmetic.FirstReaching(x, _amount, _unit, calendar));
                next.Offer(x);
                return;
            case DateTestKind.InNextCalendar:
                OfferStart(x, 1L - _amount, _unit, calendar, ref next);
                next.Offer(x);
                return;
            case DateTestKind.BeforeAgo or DateTestKind.AfterAgo:
                next.Offer(UnitArithmetic.Later(x, _amount, _unit, calendar));
                return;
        }

        next.Offer(x);
        if (_window is not { } window) return;
        switch (window.Kind)
        {
            case WindowKind.Last:
                next.Offer(UnitArithmetic.Later(x, window.Amount, window.Unit, calendar));
                break;
            case WindowKind.Ago:
                next.Offer(UnitArithmetic.Later(x, window.Amount, window.Unit, calendar));
                next.Offer(UnitArithmetic.Later(x, window.Until, window.Unit, calendar));
                break;
            case WindowKind.Calendar:
                OfferStart(x, window.Amount, window.Unit, calendar, ref next);
                break;
            case WindowKind.Previous:
                OfferStart(x, 1, window.Unit, calendar, ref next);
                OfferStart(x, 1L + window.Amount, window.Unit, calendar, ref next);
                break;
        }
    }

    // Units within a day follow the clock at now; where the clock has changed by part of a unit since x, they begin a little off.
    private static void OfferStart(Instant x, long shift, RuleUnit unit, LocalCalendar calendar, ref NextInstant next)
    {
        var start = UnitArithmetic.StartOfUnit(x, shift, unit, calendar);
        next.Offer(start);
        if (unit >= RuleUnit.Day) return;
        next.Offer(UnitArithmetic.StartOfUnit(start, 0, unit, calendar));
        next.Offer(UnitArithmetic.StartOfUnit(start, 1, unit, calendar));
    }

    /// <summary>Offers the starts of the days on which a day comes into the range and leaves it.</summary>
    public void AddChanges(LocalDate day, LocalCalendar calendar, ref NextInstant next)
    {
        switch (_kind)
        {
            case DateTestKind.InNext:
                next.Offer(UnitArithmetic.FirstReaching(day, _amount, _unit), calendar);
                next.Offer(day, calendar);
                return;
            case DateTestKind.InNextCalendar:
                next.Offer(UnitArithmetic.FirstDay(day, 1L - _amount, _unit), calendar);
                next.Offer(day, calendar);
                return;
            case DateTestKind.BeforeAgo or DateTestKind.AfterAgo:
                next.Offer(UnitArithmetic.Later(day, _amount, _unit), calendar);
                return;
        }

        next.Offer(day, calendar);
        if (_window is not { } window) return;
        switch (window.Kind)
        {
            case WindowKind.Last:
                next.Offer(UnitArithmetic.Later(day, window.Amount, window.Unit), calendar);
                break;
            case WindowKind.Ago:
                next.Offer(UnitArithmetic.Later(day, window.Amount, window.Unit), calendar);
                next.Offer(UnitArithmetic.Later(day, window.Until, window.Unit), calendar);
                break;
            case WindowKind.Calendar:
                next.Offer(UnitArithmetic.FirstDay(day, window.Amount, window.Unit), calendar);
                break;
            case WindowKind.Previous:
                next.Offer(UnitArithmetic.FirstDay(day, 1, window.Unit), calendar);
                next.Offer(UnitArithmetic.FirstDay(day, 1L + window.Amount, window.Unit), calendar);
                break;
        }
    }
}

/// <summary>What a <see cref="TimeTest"/> is at one moment.</summary>
internal sealed record TimeRange(InstantRange Instants, DateRange Days);

/// <summary>Instants from one, included, until another, not included. Where a zone's clock changes near the ends, each value there is looked at by itself.</summary>
internal sealed class InstantRange(Instant from, Instant until, Func<Instant, bool>? check = null)
{
    public Instant From { get; } = from;

    public Instant Until { get; } = until;

    /// <summary>Whether the two ends are the whole truth, so that a database can be asked with them.</summary>
    public bool IsInterval => check is null;

    public bool Contains(Instant instant) => instant >= From && instant < Until && (check is null || check(instant));
}

/// <summary>Days from one, included, until another, not included; null has no end.</summary>
internal readonly record struct DateRange(LocalDate From, LocalDate? Until)
{
    public static DateRange Empty { get; } = new(LocalDate.MaxIsoValue, LocalDate.MinIsoValue);

    public bool Contains(LocalDate day) => day >= From && (Until is not { } until || day < until);
}

/// <summary>The earliest of many instants after a given one.</summary>
internal struct NextInstant(Instant after)
{
    public readonly Instant After => after;

    public Instant? Earliest { get; private set; }

    public void Offer(Instant instant)
    {
        if (instant > after && instant < Instant.MaxValue && (Earliest is not { } earliest || instant < earliest)) Earliest = instant;
    }

    public void Offer(LocalDate day, LocalCalendar calendar)
    {
        if (day != LocalDate.MaxIsoValue && day != LocalDate.MinIsoValue) Offer(calendar.StartOf(day));
    }
}
