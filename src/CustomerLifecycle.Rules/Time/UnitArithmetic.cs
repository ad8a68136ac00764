using NodaTime.TimeZones;

namespace CustomerLifecycle.Rules;

/// <summary>Units added to instants and days as the language means it. Beyond the calendar's end everything is the end.</summary>
/// <remarks>
/// Second to week are exact durations. Month, quarter and year are added to the local date-time; a day that the month lacks becomes the start of the first of the next
/// month, and the result is mapped to an instant leniently.
/// </remarks>
internal static class UnitArithmetic
{
    private const int FirstMonth = -9998 * 12;
    private const int LastMonth = (9999 * 12) + 11;
    private static readonly Duration OneDay = Duration.FromDays(1);

    public static bool IsExact(RuleUnit unit) => unit <= RuleUnit.Week;

    private static int Months(RuleUnit unit) => unit switch
    {
        RuleUnit.Month => 1,
        RuleUnit.Quarter => 3,
        _ => 12,
    };

    /// <summary>The duration of units up to weeks.</summary>
    public static Duration Exact(int amount, RuleUnit unit) => unit switch
    {
        RuleUnit.Second => Duration.FromSeconds(amount),
        RuleUnit.Minute => Duration.FromMinutes(amount),
        RuleUnit.Hour => Duration.FromHours(amount),
        RuleUnit.Day => Duration.FromDays(amount),
        _ => Duration.FromDays(7L * amount),
    };

    public static Instant Add(Instant instant, Duration duration) =>
        duration >= Duration.Zero
            ? duration > Instant.MaxValue - instant ? Instant.MaxValue : instant + duration
            : duration < Instant.MinValue - instant ? Instant.MinValue : instant + duration;

    /// <summary>That many units after an instant: when an event of that age leaves.</summary>
    public static Instant Later(Instant instant, int amount, RuleUnit unit, LocalCalendar calendar)
    {
        if (IsExact(unit)) return Add(instant, Exact(amount, unit));
        if (amount == 0) return instant;
        var local = instant.InZone(calendar.Zone).LocalDateTime;
        return TryShift(local.Date, amount * (long)Months(unit), out var date, out var lacked)
            ? Leniently(date + (lacked ? LocalTime.Midnight : local.TimeOfDay), calendar.Zone)
            : Instant.MaxValue;
    }

    /// <summary>That many units after entry into a stage, as stage timers count: a day that the month lacks becomes its last day.</summary>
    public static Instant Due(Instant entered, int amount, RuleUnit unit, LocalCalendar calendar)
    {
        if (IsExact(unit)) return Add(entered, Exact(amount, unit));
        var local = entered.InZone(calendar.Zone).LocalDateTime;
        var months = amount * (long)Months(unit);
        return (local.Year * 12L) + local.Month - 1 + months > LastMonth ? Instant.MaxValue : Leniently(local.PlusMonths((int)months), calendar.Zone);
    }

    /// <summary>That many units after a day.</summary>
    public static LocalDate Later(LocalDate day, int amount, RuleUnit unit)
    {
        if (IsExact(unit)) return AddDays(day, Days(amount, unit));
        return TryShift(day, amount * (long)Months(unit), out var date, out _) ? date : LocalDate.MaxIsoValue;
    }

    /// <summary>The earliest day from which <see cref="Later(LocalDate, int, RuleUnit)"/> lies after <paramref name="day"/>.</summary>
    public static LocalDate FirstYounger(LocalDate day, int amount, RuleUnit unit)
    {
        if (IsExact(unit)) return AddDays(day, 1L - Days(amount, unit));
        if (!TryShift(day, -amount * (long)Months(unit), out var date, out var lacked)) return LocalDate.MinIsoValue;
        return lacked ? date : AddDays(date, 1);
    }

    /// <summary>The earliest day from which <see cref="Later(LocalDate, int, RuleUnit)"/> lies at or after <paramref name="day"/>.</summary>
    public static LocalDate FirstReaching(LocalDate day, int amount, RuleUnit unit)
    {
        if (IsExact(unit)) return AddDays(day, -Days(amount, unit));
        var months = amount * (long)Months(unit);
        if (!TryShift(day, -months, out var date, out _)) return LocalDate.MinIsoValue;
        if (day.Day != 1 || !TryShift(day, -1, out var before, out _) || !TryShift(before, -months, out var source, out _)) return date;

        // Days that the month before lacks became this first of the month.
        var length = CalendarSystem.Iso.GetDaysInMonth(before.Year, before.Month);
        return CalendarSystem.Iso.GetDaysInMonth(source.Year, source.Month) > length ? new LocalDate(source.Year, source.Month, length + 1) : date;
    }

    /// <summary>The local date-time by whose reading <see cref="Later(Instant, int, RuleUnit, LocalCalendar)"/> first reaches <paramref name="instant"/>, as an instant.</summary>
    public static Instant FirstReaching(Instant instant, int amount, RuleUnit unit, LocalCalendar calendar)
    {
        if (IsExact(unit)) return Add(instant, -Exact(amount, unit));
        var local = instant.InZone(calendar.Zone).LocalDateTime;
        if (!TryShift(local.Date, -amount * (long)Months(unit), out var date, out var lacked)) return Instant.MinValue;

        // Days that a month lacks count as midnight of the next first: so that midnight is reached early, and a lacking day begins there.
        var early = local.TimeOfDay == LocalTime.Midnight ? FirstReaching(local.Date, amount, unit) : date;
        return Leniently(early + (lacked || early != date ? LocalTime.Midnight : local.TimeOfDay), calendar.Zone);
    }

    /// <summary>An instant near the boundary between ages below and above that many units; exact where the zone is steady.</summary>
    public static Instant YoungerFrom(Instant now, int amount, RuleUnit unit, LocalCalendar calendar)
    {
        if (IsExact(unit)) return JustAfter(Add(now, -Exact(amount, unit)));
        if (amount == 0) return JustAfter(now);
        var local = now.InZone(calendar.Zone).LocalDateTime;
        if (!TryShift(local.Date, -amount * (long)Months(unit), out var date, out var lacked)) return Instant.MinValue;
        var boundary = Leniently(date + (lacked ? LocalTime.Midnight : local.TimeOfDay), calendar.Zone);
        return lacked ? boundary : JustAfter(boundary);
    }

    public static Instant JustAfter(Instant instant) => instant == Instant.MaxValue ? instant : instant.PlusNanoseconds(1);

    /// <summary>The first instant of the local unit that lies <paramref name="shift"/> units after the one that holds <paramref name="instant"/>.</summary>
    public static Instant StartOfUnit(Instant instant, long shift, RuleUnit unit, LocalCalendar calendar)
    {
        if (unit >= RuleUnit.Day)
        {
            var first = FirstDay(calendar.DayOf(instant), shift, unit);
            return first == LocalDate.MinIsoValue ? Instant.MinValue : first == LocalDate.MaxIsoValue ? Instant.MaxValue : calendar.StartOf(first);
        }

        // Within a day the clock's own offset counts, so that an hour that comes twice is two units.
        var length = Exact(1, unit);
        var sinceMidnight = Duration.FromNanoseconds(instant.InZone(calendar.Zone).TimeOfDay.NanosecondOfDay);
        var intoUnit = Duration.FromNanoseconds(sinceMidnight.ToInt64Nanoseconds() % length.ToInt64Nanoseconds());
        return Add(Add(instant, -intoUnit), length * shift);
    }

    /// <summary>The first day of the unit that lies <paramref name="shift"/> units after the one that holds <paramref name="day"/>; weeks start on Monday.</summary>
    public static LocalDate FirstDay(LocalDate day, long shift, RuleUnit unit)
    {
        switch (unit)
        {
            case <= RuleUnit.Day:
                return AddDays(day, shift);
            case RuleUnit.Week:
                return AddDays(day, (7 * shift) - ((int)day.DayOfWeek - 1));
            default:
                var months = Months(unit);
                var first = (day.Year * 12) + day.Month - 1;
                first -= unit == RuleUnit.Month ? 0 : ((first % months) + months) % months;
                var target = first + (shift * months);
                return target < FirstMonth ? LocalDate.MinIsoValue : target > LastMonth ? LocalDate.MaxIsoValue : FromMonths((int)target, 1);
        }
    }

    /// <summary>A local date-time as an instant: the earlier of two, and one that the clock skips is as much later as the clock jumps.</summary>
    /// <remarks>What NodaTime's lenient resolver gives, without the mapping that it allocates for each answer.</remarks>
    public static Instant Leniently(LocalDateTime local, DateTimeZone zone)
    {
        var asUtc = local.WithOffset(Offset.Zero).ToInstant();
        var interval = zone.GetZoneInterval(asUtc);

        // No clock is a day off: in the midst of an interval there is nothing to choose.
        if ((!interval.HasStart || Add(interval.Start, OneDay) < asUtc) && (!interval.HasEnd || asUtc < Add(interval.End, -OneDay))) return At(asUtc, interval);
        for (var clock = interval.HasStart ? zone.GetZoneInterval(interval.Start - Duration.Epsilon) : interval; ;)
        {
            var instant = At(asUtc, clock);
            if (!clock.HasEnd || instant < clock.End) return instant;
            var next = zone.GetZoneInterval(clock.End);
            if (At(asUtc, next) < next.Start) return instant;
            clock = next;
        }
    }

    private static Instant At(Instant asUtc, ZoneInterval clock) => Add(asUtc, -Duration.FromSeconds(clock.WallOffset.Seconds));

    private static long Days(int amount, RuleUnit unit) => unit == RuleUnit.Week ? 7L * amount : amount;

    public static LocalDate AddDays(LocalDate day, long days)
    {
        if (days > 0 && days > Period.DaysBetween(day, LocalDate.MaxIsoValue)) return LocalDate.MaxIsoValue;
        return days < 0 && days < Period.DaysBetween(day, LocalDate.MinIsoValue) ? LocalDate.MinIsoValue : day.PlusDays((int)days);
    }

    // False beyond the calendar. A day that the month lacks becomes the first of the next one.
    private static bool TryShift(LocalDate day, long months, out LocalDate shifted, out bool lacked)
    {
        var target = (day.Year * 12L) + day.Month - 1 + months;
        lacked = false;
        shifted = day;
        if (target is < FirstMonth or >= LastMonth) return false;
        var first = FromMonths((int)target, 1);
        lacked = day.Day > CalendarSystem.Iso.GetDaysInMonth(first.Year, first.Month);
        shifted = lacked ? FromMonths((int)target + 1, 1) : new LocalDate(first.Year, first.Month, day.Day);
        return true;
    }

    private static LocalDate FromMonths(int months, int day)
    {
        var month = ((months % 12) + 12) % 12;
        return new LocalDate((months - month) / 12, month + 1, day);
    }
}
