using System.Globalization;

namespace CustomerLifecycle.Tool;

/// <summary>The language of a report: which text of a phrase is taken, and how days and numbers are written.</summary>
internal sealed class Language
{
    private Language(string code, string htmlCode, bool isChinese)
    {
        Code = code;
        HtmlCode = htmlCode;
        IsChinese = isChinese;
    }

    public static Language English { get; } = new("en", "en", isChinese: false);

    public static Language Chinese { get; } = new("zh", "zh-Hans", isChinese: true);

    public string Code { get; }

    public string HtmlCode { get; }

    public bool IsChinese { get; }

    private static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    public string Day(LocalDate date) => IsChinese ? Invariant($"{date.Year}年{date.Month}月{date.Day}日") : Invariant($"{date.Day} {Months[date.Month - 1]} {date.Year}");

    public string DayAndMonth(LocalDate date) => IsChinese ? Invariant($"{date.Month}月{date.Day}日") : Invariant($"{date.Day} {Months[date.Month - 1]}");

    public string Month(LocalDate date) => IsChinese ? Invariant($"{date.Month}月") : Invariant($"{Months[date.Month - 1]}");

    public string MonthAndYear(LocalDate date) => IsChinese ? Invariant($"{date.Year}年{date.Month}月") : Invariant($"{Months[date.Month - 1]} {date.Year}");

    public string Year(LocalDate date) => IsChinese ? Invariant($"{date.Year}年") : Invariant($"{date.Year}");

    /// <summary>A count: 12,345.</summary>
    public static string Count(double value) => Math.Round(value, MidpointRounding.AwayFromZero).ToString("#,##0", CultureInfo.InvariantCulture).Replace('-', Minus);

    /// <summary>An amount or a mean, with as many decimals as its size deserves: 1,234 or 56.7 or 0.89.</summary>
    public static string Number(double value)
    {
        var size = Math.Abs(value);
        return value.ToString(size >= 1000 ? "#,##0" : size >= 100 ? "0" : size >= 10 ? "0.0" : size >= 0.01 || size == 0 ? "0.00" : "0.0000", CultureInfo.InvariantCulture).Replace('-', Minus);
    }

    /// <summary>A log-likelihood or a criterion made of one, where a tenth can matter: 1,234.5.</summary>
    public static string Criterion(double value) => value.ToString("#,##0.0", CultureInfo.InvariantCulture).Replace('-', Minus);

    /// <summary>Four significant digits, as parameters are quoted.</summary>
    public static string Parameter(double value) => value.ToString(Math.Abs(value) is >= 1e5 or (> 0 and < 1e-3) ? "0.###E+0" : "G4", CultureInfo.InvariantCulture).Replace('-', Minus);

    /// <summary>A share as a whole percentage, or with one decimal where it is small.</summary>
    public static string Percent(double share) => (share * 100).ToString(share is > 0 and < 0.0995 ? "0.0" : "0", CultureInfo.InvariantCulture).Replace('-', Minus) + "%";

    /// <summary>An axis label: 20,000 or 0.25, no digit more than its step needs.</summary>
    public static string Tick(double value, double step) => step >= 1
        ? value.ToString("#,##0", CultureInfo.InvariantCulture).Replace('-', Minus)
        : value.ToString("0." + new string('0', Math.Min(8, (int)Math.Ceiling(-Math.Log10(step) - 1e-9))), CultureInfo.InvariantCulture).Replace('-', Minus);

    private const char Minus = '\u2212';

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>One text of the report in its languages. <c>{0}</c>, <c>{1}</c>… are filled in.</summary>
internal sealed record Phrase(string English, string Chinese)
{
    public string In(Language language, params object[] values)
    {
        var text = language.IsChinese ? Chinese : English;
        return values.Length == 0 ? text : string.Format(CultureInfo.InvariantCulture, text, values);
    }
}
