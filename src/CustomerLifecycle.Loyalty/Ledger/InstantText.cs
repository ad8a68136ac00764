using NodaTime.Text;

namespace CustomerLifecycle.Loyalty;

/// <summary>Instants as codecs write them: ISO 8601 in UTC, as <see cref="InstantPattern.ExtendedIso"/> does. Whole seconds of years with four digits, which nearly all are, take a short way.</summary>
internal static class InstantText
{
    private const string Form = "0000-00-00T00:00:00Z";

    public static string Format(Instant instant)
    {
        var time = instant.InUtc().LocalDateTime;
        if (time.NanosecondOfSecond != 0 || time.Year is < 1 or > 9999) return InstantPattern.ExtendedIso.Format(instant);
        var text = Form.ToCharArray();
        Write(text, 0, time.Year / 100);
        Write(text, 2, time.Year % 100);
        Write(text, 5, time.Month);
        Write(text, 8, time.Day);
        Write(text, 11, time.Hour);
        Write(text, 14, time.Minute);
        Write(text, 17, time.Second);
        return new(text);
    }

    /// <summary>Reads what <see cref="Format"/> wrote.</summary>
    /// <exception cref="FormatException">It is no instant.</exception>
    public static Instant Parse(string text) =>
        IsWhole(text) && Number(text, 5) is >= 1 and <= 12 and var month && Number(text, 8) is >= 1 and <= 28 and var day
            && Number(text, 11) is <= 23 and var hour && Number(text, 14) is <= 59 and var minute && Number(text, 17) is <= 59 and var second
            && (Number(text, 0) * 100) + Number(text, 2) is >= 1 and var year
            ? Instant.FromUtc(year, month, day, hour, minute, second)
            : InstantPattern.ExtendedIso.Parse(text).GetValueOrThrow();

    // Days after the 28th are left to the pattern, which knows whether the month has them.
    private static bool IsWhole(string text)
    {
        if (text.Length != Form.Length) return false;
        for (var i = 0; i < Form.Length; i++)
        {
            if (Form[i] == '0' ? text[i] is < '0' or > '9' : text[i] != Form[i]) return false;
        }

        return true;
    }

    private static int Number(string text, int place) => ((text[place] - '0') * 10) + text[place + 1] - '0';

    private static void Write(char[] text, int place, int number)
    {
        text[place] = (char)('0' + (number / 10));
        text[place + 1] = (char)('0' + (number % 10));
    }
}
