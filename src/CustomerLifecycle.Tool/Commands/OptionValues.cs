using System.CommandLine;
using System.CommandLine.Parsing;
using NodaTime.Text;

namespace CustomerLifecycle.Tool;

/// <summary>Options that several commands share, and how days and zones are read from the command line.</summary>
internal static class OptionValues
{
    public static Option<string> Out(string folder) =>
        new("--out") { Description = "The output folder. A report that is there already is replaced.", HelpName = "DIR", DefaultValueFactory = _ => folder };

    /// <summary>May stand before the command, too: <c>clm --db shop.db explain C-42</c>.</summary>
    public const string DatabaseName = "--db";

    public static Option<string?> Database(string description) => new(DatabaseName) { Description = description, HelpName = "DATABASE" };

    public static Option<LocalDate?> AsOf() => new("--as-of") { Description = "The last day that counts. Default: the last day of all purchases.", HelpName = "DATE", CustomParser = Date };

    public static Option<bool> Force() => new("--force") { Description = "Replace the output folder even if it holds other files." };

    public static Option<string> Language(string description = "Language of the report.") => new Option<string>("--lang") { Description = description, DefaultValueFactory = _ => "en" }.AcceptOnlyFromAmong("en", "zh");

    public static Language LanguageOf(string? code) => code is "zh" ? Tool.Language.Chinese : Tool.Language.English;

    public static LocalDate? Date(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (LocalDatePattern.Iso.Parse(text).TryGetValue(default, out var date) && date.Year is >= DayReader.FirstYear and < 2200) return date;
        result.AddError($"'{text}' is not a date. Write it as 2026-06-30.");
        return null;
    }

    public static DateTimeZone Zone(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(text) is { } zone) return zone;
        result.AddError($"'{text}' is not a time zone. Use a name of the IANA database, for example Europe/Berlin or Asia/Shanghai.");
        return DateTimeZone.Utc;
    }
}
