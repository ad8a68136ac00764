using System.Globalization;
using System.Text;
using NodaTime.Text;

namespace CustomerLifecycle.Rules;

/// <summary>An explanation in words: one line for each node, then the reason.</summary>
internal static class RuleExplanationText
{
    public static string Write(RuleExplanation explanation, RuleLanguage language)
    {
        var text = new StringBuilder();
        Write(explanation, 0, text, language);
        text.Append(language.Because).Append(':').Append('\n');
        foreach (var test in explanation.Reason) Line(test, 1, text, language);
        return text.ToString();
    }

    private static void Write(RuleExplanation explanation, int level, StringBuilder text, RuleLanguage language)
    {
        Line(explanation, level, text, language);
        foreach (var part in explanation.Parts) Write(part, level + 1, text, language);
    }

    private static void Line(RuleExplanation explanation, int level, StringBuilder text, RuleLanguage language)
    {
        text.Append(' ', 2 * level).Append(explanation.Holds ? language.Holds : language.DoesNotHold).Append(": ").Append(RuleTextWriter.Write(explanation.Condition, language.Keywords));
        var details = Details(explanation, language).ToList();
        if (details.Count > 0) text.Append(" (").Append(string.Join(language.Separator, details)).Append(')');
        text.Append('\n');
    }

    private static IEnumerable<string> Details(RuleExplanation explanation, RuleLanguage language)
    {
        if (explanation.HasValue) yield return Format(language.Found, Show(explanation.Value, language));
        if (explanation.Until is { } until) yield return explanation.From is { } from ? Format(language.Window, ShowEnd(from), ShowEnd(until)) : Format(language.WindowUntil, ShowEnd(until));
        if (explanation.Events.Count == 0) yield break;
        var list = string.Join(", ", explanation.Events.Select(static item => $"{item.Type} {Show(item.At)}"));
        yield return Format(language.Events, explanation.EventCount.ToString(CultureInfo.InvariantCulture), explanation.EventCount > explanation.Events.Count ? "…, " + list : list);
    }

    private static string Format(string words, params object[] values) => string.Format(CultureInfo.InvariantCulture, words, values);

    // "Just after noon" is said as noon.
    private static string ShowEnd(Instant end) => Show(end.ToUnixTimeTicks() is var ticks && Instant.FromUnixTimeTicks(ticks).PlusNanoseconds(1) == end ? Instant.FromUnixTimeTicks(ticks) : end);

    private static string Show(Instant instant) => InstantPattern.ExtendedIso.Format(instant);

    private static string Show(in RuleValue value, RuleLanguage language) => value.Kind switch
    {
        RuleValueKind.Missing => language.Missing,
        RuleValueKind.Set => "(" + string.Join(", ", value.AsSet.Select(element => RuleTextWriter.Literal(element, language.Keywords))) + ")",
        _ => RuleTextWriter.Literal(value, language.Keywords),
    };
}
