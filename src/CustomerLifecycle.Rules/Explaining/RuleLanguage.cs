namespace CustomerLifecycle.Rules;

/// <summary>The words of explanations, as data. A host may bring its own.</summary>
public sealed class RuleLanguage
{
    /// <summary>Collects the words.</summary>
    /// <param name="keywords">The words of conditions.</param>
    /// <param name="holds">For a condition that holds.</param>
    /// <param name="doesNotHold">For one that does not.</param>
    /// <param name="because">Before the reason.</param>
    /// <param name="found">Before what was found, with <c>{0}</c> for the value.</param>
    /// <param name="missing">For a missing value.</param>
    /// <param name="window">Of a window, with <c>{0}</c> and <c>{1}</c> for its ends.</param>
    /// <param name="windowUntil">Of a window without beginning, with <c>{0}</c> for its end.</param>
    /// <param name="events">Of events, with <c>{0}</c> for their number and <c>{1}</c> for the list.</param>
    /// <param name="separator">Between what was found, a window and events.</param>
    public RuleLanguage(RuleKeywords keywords, string holds, string doesNotHold, string because, string found, string missing, string window, string windowUntil, string events, string separator)
    {
        ArgumentNullException.ThrowIfNull(keywords);
        Keywords = keywords;
        Holds = holds;
        DoesNotHold = doesNotHold;
        Because = because;
        Found = found;
        Missing = missing;
        Window = window;
        WindowUntil = windowUntil;
        Events = events;
        Separator = separator;
    }

    /// <summary>English.</summary>
    public static RuleLanguage English { get; } =
        new(RuleKeywords.English, "yes", "no", "because", "found {0}", "nothing", "between {0} and {1}", "up to {0}", "events ({0}): {1}", "; ");

    /// <summary>Chinese.</summary>
    public static RuleLanguage Chinese { get; } =
        new(RuleKeywords.Chinese, "是", "否", "原因", "实际为 {0}", "无值", "在 {0} 与 {1} 之间", "截至 {0}", "{0} 个事件:{1}", ";");

    /// <summary>The words of conditions.</summary>
    public RuleKeywords Keywords { get; }

    /// <summary>For a condition that holds.</summary>
    public string Holds { get; }

    /// <summary>For one that does not.</summary>
    public string DoesNotHold { get; }

    /// <summary>Before the reason.</summary>
    public string Because { get; }

    /// <summary>Before what was found, with <c>{0}</c> for the value.</summary>
    public string Found { get; }

    /// <summary>For a missing value.</summary>
    public string Missing { get; }

    /// <summary>Of a window, with <c>{0}</c> and <c>{1}</c> for its ends.</summary>
    public string Window { get; }

    /// <summary>Of a window without beginning, with <c>{0}</c> for its end.</summary>
    public string WindowUntil { get; }

    /// <summary>Of events, with <c>{0}</c> for their number and <c>{1}</c> for the list.</summary>
    public string Events { get; }

    /// <summary>Between what was found, a window and events.</summary>
    public string Separator { get; }
}
