using System.Globalization;

namespace CustomerLifecycle.Stages;

/// <summary>A length of time: exact (days of 24 hours, hours, minutes, seconds) or of the calendar (years, months, calendar days in a zone).</summary>
/// <remarks>Calendar parts are added to the local date-time, years and months as one number of months: a day that the month lacks becomes its last day,
/// a local time in a gap moves forward by the gap, an ambiguous one is the earlier instant. The exact part is added to that instant.</remarks>
public sealed class StageSpan : IEquatable<StageSpan>
{
    private StageSpan(Duration exact, int months, int calendarDays, string? zoneId)
    {
        Exact = exact;
        Months = months;
        CalendarDays = calendarDays;
        ZoneId = zoneId;
    }

    /// <summary>The exact part.</summary>
    public Duration Exact { get; }

    /// <summary>Calendar months; a year is twelve.</summary>
    public int Months { get; }

    /// <summary>Calendar days.</summary>
    public int CalendarDays { get; }

    /// <summary>The TZDB zone of the calendar parts; null is the model's own, UTC when it names none.</summary>
    public string? ZoneId { get; }

    /// <summary>Whether it has a part of the calendar, so that its exact length depends on where it starts.</summary>
    public bool IsCalendar => Months != 0 || CalendarDays != 0;

    /// <summary>Whether no part is negative and one is above 0.</summary>
    public bool IsPositive => Exact >= Duration.Zero && Months >= 0 && CalendarDays >= 0 && (Exact > Duration.Zero || IsCalendar);

    /// <summary>An exact length.</summary>
    /// <param name="length">Any length; a timer asks for one above 0.</param>
    public static StageSpan Of(Duration length) => new(length, 0, 0, null);

    /// <summary>Days of 24 hours.</summary>
    /// <param name="days">How many.</param>
    public static StageSpan OfDays(int days) => Of(Duration.FromDays(days));

    /// <summary>Hours.</summary>
    /// <param name="hours">How many.</param>
    public static StageSpan OfHours(int hours) => Of(Duration.FromHours(hours));

    /// <summary>Calendar months.</summary>
    /// <param name="months">How many; a year is twelve.</param>
    /// <param name="zoneId">A TZDB zone, such as <c>Asia/Shanghai</c>; null is the model's.</param>
    public static StageSpan OfMonths(int months, string? zoneId = null) => new(Duration.Zero, months, 0, zoneId);

    /// <summary>Calendar days.</summary>
    /// <param name="days">How many.</param>
    /// <param name="zoneId">A TZDB zone; null is the model's.</param>
    public static StageSpan OfCalendarDays(int days, string? zoneId = null) => new(Duration.Zero, 0, days, zoneId);

    /// <summary>Any mixture.</summary>
    /// <param name="exact">The exact part.</param>
    /// <param name="months">Calendar months; a year is twelve.</param>
    /// <param name="calendarDays">Calendar days.</param>
    /// <param name="zoneId">A TZDB zone; null is the model's.</param>
    public static StageSpan Of(Duration exact, int months, int calendarDays, string? zoneId = null) => new(exact, months, calendarDays, zoneId);

    /// <inheritdoc/>
    public bool Equals(StageSpan? other) =>
        other is not null && Exact == other.Exact && Months == other.Months && CalendarDays == other.CalendarDays && string.Equals(ZoneId, other.ZoneId, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as StageSpan);

    /// <inheritdoc/>
    public override int GetHashCode() => (Exact, Months, CalendarDays).GetHashCode();

    /// <summary>The length in words.</summary>
    /// <returns>For example <c>90 days</c>, or <c>1 month (Asia/Shanghai)</c>.</returns>
    public override string ToString()
    {
        var parts = new List<string>();
        Append(parts, Months / 12, "year");
        Append(parts, Months % 12, "month");
        Append(parts, CalendarDays, "calendar day");
        Append(parts, Exact.Days, "day");
        Append(parts, Exact.Hours, "hour");
        Append(parts, Exact.Minutes, "minute");
        Append(parts, Exact.Seconds, "second");
        if (parts.Count == 0) parts.Add(Exact.ToString("o", CultureInfo.InvariantCulture));
        return string.Join(" ", parts) + (ZoneId is null ? "" : $" ({ZoneId})");
    }

    private static void Append(List<string> parts, int count, string unit)
    {
        if (count != 0) parts.Add(string.Format(CultureInfo.InvariantCulture, "{0} {1}{2}", count, unit, count == 1 ? "" : "s"));
    }
}

/// <summary>A <see cref="StageSpan"/> with its zone found, on the machine's time line of 100-nanosecond ticks.</summary>
internal readonly struct CompiledSpan
{
    private readonly long _ticks;
    private readonly int _months;
    private readonly int _days;
    private readonly DateTimeZone? _zone;

    public CompiledSpan(StageSpan span, string? modelZoneId = null)
    {
        _ticks = StageTime.TicksOf(span.Exact);
        _months = span.Months;
        _days = span.CalendarDays;
        _zone = span.IsCalendar ? ((span.ZoneId ?? modelZoneId) is { } id ? DateTimeZoneProviders.Tzdb[id] : DateTimeZone.Utc) : null;
    }

    public long Ticks => _ticks;

    public bool IsCalendar => _zone is not null;

    /// <summary>The instant that lies this span after another; the end of time where there is none.</summary>
    public long After(long instant)
    {
        if (_zone is null)
        {
            var sum = unchecked(instant + _ticks);
            return sum < instant && _ticks > 0 ? StageTime.Never : sum;
        }

        return AfterInCalendar(instant);
    }

    private long AfterInCalendar(long instant)
    {
        if (instant >= StageTime.LastTick) return StageTime.Never;
        var local = Instant.FromUnixTimeTicks(instant).InZone(_zone!).LocalDateTime;
        // A calendar ends with the year 9999: what lies behind never comes.
        if (local.Year + (_months / 12) + (_days / 365) + 2 > 9999) return StageTime.Never;
        var moved = local.PlusMonths(_months).PlusDays(_days).InZoneLeniently(_zone!).ToInstant().ToUnixTimeTicks();
        var sum = unchecked(moved + _ticks);
        return sum < moved && _ticks > 0 ? StageTime.Never : sum;
    }
}

/// <summary>The machine's time line: 100-nanosecond ticks since the Unix epoch. What is finer is cut off.</summary>
internal static class StageTime
{
    /// <summary>Later than every instant.</summary>
    public const long Never = long.MaxValue;

    /// <summary>Earlier than every instant.</summary>
    public const long Before = long.MinValue;

    private const int LongestDays = 10_000_000;

    /// <summary>The last instant of NodaTime.</summary>
    public static readonly long LastTick = Instant.MaxValue.ToUnixTimeTicks();

    public static long TicksOf(Instant instant) => instant.ToUnixTimeTicks();

    public static long TicksOf(Duration length) =>
        length.Days >= LongestDays ? long.MaxValue : length.Days <= -LongestDays ? long.MinValue : length.BclCompatibleTicks;

    public static Instant InstantOf(long ticks) => Instant.FromUnixTimeTicks(ticks);

    public static Instant? DueOf(long ticks) => ticks > LastTick ? null : InstantOf(ticks);
}
