using System.Text;
using NodaTime.Text;

namespace CustomerLifecycle.Tool;

/// <summary>Reads the local day, and the time if there is one, of a date column.</summary>
/// <remarks>
/// Without a pattern: year first (<c>2026-06-01</c>, <c>2026/6/1</c>, <c>20260601</c>), then perhaps a time (<c>T08:30</c>, <c> 08:30:15</c>), then perhaps <c>Z</c> or an offset, which turns the
/// time into an instant and the day into that of the zone. Nothing else is guessed: 01/02/2026 is two different days.
/// </remarks>
internal sealed class DayReader
{
    public const int FirstYear = 1900;
    private const int LastYear = 2199;
    private const int NotYet = int.MinValue, NoSuchDay = int.MinValue + 1;
    private static readonly LocalDate Epoch = new(1970, 1, 1);

    // Days since the epoch by (year, month, day), filled as days are met: files repeat few days many times.
    private readonly int[] _days = new int[(LastYear - FirstYear + 1) * 12 * 31];
    private readonly LocalDatePattern? _datePattern;
    private readonly LocalDateTimePattern? _dateTimePattern;
    private readonly DateTimeZone _zone;

    public DayReader(string? pattern, DateTimeZone zone)
    {
        _zone = zone;
        Array.Fill(_days, NotYet);
        if (pattern is null) return;
        try
        {
            if (pattern.AsSpan().IndexOfAny("Hhmst") >= 0) _dateTimePattern = LocalDateTimePattern.CreateWithInvariantCulture(pattern);
            else _datePattern = LocalDatePattern.CreateWithInvariantCulture(pattern);
        }
        catch (InvalidPatternException exception)
        {
            throw new InputException($"'{pattern}' is not a date pattern for --format: {exception.Message} Example: dd/MM/yyyy HH:mm", exception);
        }
    }

    public static LocalDate DateOf(int day) => Epoch.PlusDays(day);

    public static int DayOf(LocalDate date) => Period.DaysBetween(Epoch, date);

    /// <summary>Reads one field.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="day">Days since 1970-01-01.</param>
    /// <param name="second">Second of that day; -1 when the field has no time.</param>
    /// <returns>Null, or why not, in words that follow the quoted field.</returns>
    public string? Read(ReadOnlySpan<byte> text, out int day, out int second)
    {
        second = -1;
        return _datePattern is null && _dateTimePattern is null ? ReadIso(text, out day, ref second) : ReadPattern(text, out day, ref second);
    }

    private string? ReadPattern(ReadOnlySpan<byte> text, out int day, ref int second)
    {
        day = 0;
        var value = Encoding.UTF8.GetString(text);
        LocalDate date;
        if (_datePattern is not null)
        {
            if (!_datePattern.Parse(value).TryGetValue(default, out date)) return $"does not match --format {_datePattern.PatternText}";
        }
        else
        {
            if (!_dateTimePattern!.Parse(value).TryGetValue(default, out var time)) return $"does not match --format {_dateTimePattern.PatternText}";
            date = time.Date;
            second = (int)(time.NanosecondOfDay / NodaConstants.NanosecondsPerSecond);
        }

        return TryDay(date.Year, date.Month, date.Day, out day) ? null : OutsideYears;
    }

    private const string NoOffset = "has neither Z nor an offset such as +08:00 after the time";

    private static string OutsideYears => $"is not between {FirstYear} and {LastYear}";

    private string? ReadIso(ReadOnlySpan<byte> text, out int day, ref int second)
    {
        day = 0;
        if (!Digits(ref text, 4, 4, out var year)) return AskForFormat(text);
        int month, dayOfMonth;
        if (!text.IsEmpty && text[0] is (byte)'-' or (byte)'/' or (byte)'.')
        {
            var separator = text[0];
            text = text[1..];
            if (!Digits(ref text, 1, 2, out month) || text.IsEmpty || text[0] != separator) return AskForFormat(text);
            text = text[1..];
            if (!Digits(ref text, 1, 2, out dayOfMonth)) return AskForFormat(text);
        }
        else if (!Digits(ref text, 2, 2, out month) || !Digits(ref text, 2, 2, out dayOfMonth))
        {
            return AskForFormat(text);
        }

        if (year is < FirstYear or > LastYear) return OutsideYears;
        if (!TryDay(year, month, dayOfMonth, out day)) return "is not a day of the calendar";
        if (text.IsEmpty) return null;

        if (text[0] is not ((byte)'T' or (byte)'t' or (byte)' ')) return AskForFormat(text);
        text = text[1..];
        if (!Digits(ref text, 1, 2, out var hour) || !Skip(ref text, (byte)':') || !Digits(ref text, 2, 2, out var minute)) return "has a time that is not HH:mm or HH:mm:ss";
        var secondOfMinute = 0;
        if (Skip(ref text, (byte)':'))
        {
            if (!Digits(ref text, 2, 2, out secondOfMinute)) return "has a time that is not HH:mm or HH:mm:ss";
            if (Skip(ref text, (byte)'.') && !Digits(ref text, 1, 9, out _)) return "has a fraction of a second without digits";
        }

        if (hour > 23 || minute > 59 || secondOfMinute > 59) return "has a time that no clock shows";
        second = (hour * 3600) + (minute * 60) + secondOfMinute;
        return text.IsEmpty ? null : ToZone(text, ref day, ref second);
    }

    private string? ToZone(ReadOnlySpan<byte> text, ref int day, ref int second)
    {
        var offset = 0;
        if (text is not [(byte)'Z' or (byte)'z'])
        {
            var sign = text[0] switch { (byte)'+' => 1, (byte)'-' => -1, _ => 0 };
            text = text[1..];
            if (sign == 0 || !Digits(ref text, 2, 2, out var hours)) return NoOffset;
            var hasColon = Skip(ref text, (byte)':');
            var minutes = 0;
            if ((hasColon || !text.IsEmpty) && (!Digits(ref text, 2, 2, out minutes) || !text.IsEmpty)) return NoOffset;
            if (hours > 18 || minutes > 59) return "has an offset beyond 18 hours";
            offset = sign * ((hours * 3600) + (minutes * 60));
        }

        var instant = Instant.FromUnixTimeSeconds(((long)day * 86_400) + second - offset);
        var local = instant.InZone(_zone).LocalDateTime;
        day = DayOf(local.Date);
        second = (int)(local.NanosecondOfDay / NodaConstants.NanosecondsPerSecond);
        return null;
    }

    private bool TryDay(int year, int month, int dayOfMonth, out int day)
    {
        day = 0;
        if (year is < FirstYear or > LastYear || month is < 1 or > 12 || dayOfMonth is < 1 or > 31) return false;
        ref var known = ref _days[(((year - FirstYear) * 12) + month - 1) * 31 + dayOfMonth - 1];
        if (known == NotYet)
            known = dayOfMonth <= CalendarSystem.Iso.GetDaysInMonth(year, month) ? DayOf(new LocalDate(year, month, dayOfMonth)) : NoSuchDay;
        day = known;
        return known != NoSuchDay;
    }

    private static string AskForFormat(ReadOnlySpan<byte> rest) =>
        rest.IsEmpty ? "is not a whole date" : "is not an ISO date (2026-06-01); say how to read it with --format, for example --format dd/MM/yyyy";

    private static bool Skip(ref ReadOnlySpan<byte> text, byte expected)
    {
        if (text.IsEmpty || text[0] != expected) return false;
        text = text[1..];
        return true;
    }

    private static bool Digits(ref ReadOnlySpan<byte> text, int least, int most, out int value)
    {
        value = 0;
        var length = 0;
        while (length < most && length < text.Length && text[length] is >= (byte)'0' and <= (byte)'9')
        {
            value = (value * 10) + (text[length] - '0');
            length++;
        }

        text = text[length..];
        return length >= least;
    }
}
