namespace CustomerLifecycle.Rules;

/// <summary>A table of the language's words. Every table reads the same tree; English is understood with each.</summary>
public sealed class RuleKeywords
{
    // "last" of a window and of events are one word in English.
    internal const string LastEvent = "last()";

    private static readonly string[] Phrases =
    [
        "and", "or", "not", "in", "true", "false", "between", "contains", "starts with", "ends with", "like", "is set", "is not set", "is empty", "is not empty", "not in", "not between", "not contains",
        "has any of", "has all of", "has none of", "ignoring case", "in segment", "sequence", "then", "within", "last", "calendar", "previous", "this", "ago", "from", "to", "in next", "anniversary",
        "today", "in month", "before", "after", "event", "dwell", "age", "size", "bucket", "visits", "count", "sum", "avg", "min", "max", "distinct", "first", "latest", "infinity",
        "second", "minute", "hour", "day", "week", "month", "quarter", "year", "seconds", "minutes", "hours", "days", "weeks", "months", "quarters", "years",
    ];

    private readonly Dictionary<string, string> _written = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _read = new(StringComparer.Ordinal);

    private RuleKeywords(params (string Phrase, string[] Words)[] translations)
    {
        foreach (var phrase in Phrases)
        {
            _written[phrase] = phrase;
            foreach (var word in phrase.Split(' ')) _read[word] = [word];
        }

        _written[LastEvent] = "last";
        foreach (var (phrase, words) in translations)
        {
            _written[phrase] = words[0];
            foreach (var word in words) _read[word] = string.Equals(phrase, LastEvent, StringComparison.Ordinal) ? ["last"] : phrase.Split(' ');
        }
    }

    /// <summary>The canonical words.</summary>
    public static RuleKeywords English { get; } = new();

    /// <summary>Chinese words: <c>国家 属于 ('CN', 'US') 且 order.次数(近 90 天) &gt;= 3</c>. The first of several is the one written.</summary>
    public static RuleKeywords Chinese { get; } = new(
        ("and", ["且", "并且", "与", "和"]), ("or", ["或", "或者"]), ("not", ["非", "不"]), ("in", ["属于", "在"]), ("true", ["真"]), ("false", ["假"]),
        ("between", ["介于"]), ("contains", ["包含"]), ("starts with", ["开头为"]), ("ends with", ["结尾为"]), ("like", ["匹配"]),
        ("is set", ["有值"]), ("is not set", ["无值"]), ("is empty", ["为空"]), ("is not empty", ["不为空"]),
        ("not in", ["不属于"]), ("not between", ["不介于"]), ("not contains", ["不包含"]),
        ("has any of", ["含任一"]), ("has all of", ["含全部"]), ("has none of", ["不含任何"]), ("ignoring case", ["忽略大小写"]), ("in segment", ["属于分群"]),
        ("sequence", ["依次"]), ("then", ["然后"]), ("within", ["间隔小于"]), ("last", ["近", "最近"]), ("calendar", ["自然"]), ("previous", ["前"]), ("this", ["本"]), ("ago", ["之前"]),
        ("from", ["自"]), ("to", ["至"]), ("in next", ["未来"]), ("anniversary", ["周年"]), ("today", ["今天"]), ("in month", ["月份为"]), ("before", ["早于"]), ("after", ["晚于"]),
        ("event", ["事件"]), ("dwell", ["停留"]), ("age", ["年龄"]), ("size", ["个数"]), ("bucket", ["分桶"]), ("visits", ["进入次数"]),
        ("count", ["次数"]), ("sum", ["合计"]), ("avg", ["平均"]), ("min", ["最小"]), ("max", ["最大"]), ("distinct", ["去重数"]), ("first", ["首次"]), (LastEvent, ["末次"]), ("latest", ["最新"]), ("infinity", ["无穷"]),
        ("seconds", ["秒"]), ("minutes", ["分钟"]), ("hours", ["小时"]), ("days", ["天", "日"]), ("weeks", ["周"]), ("months", ["月", "个月"]), ("quarters", ["季度"]), ("years", ["年"]),
        ("second", ["秒"]), ("minute", ["分钟"]), ("hour", ["小时"]), ("day", ["天", "日"]), ("week", ["周"]), ("month", ["月", "个月"]), ("quarter", ["季度"]), ("year", ["年"]));

    /// <summary>How a phrase of the language is written with this table; a part of a phrase is written as in English.</summary>
    internal string Write(string phrase) => _written.TryGetValue(phrase, out var written) ? written : phrase;

    /// <summary>The canonical words that a word stands for; null when it is none of the language's.</summary>
    internal string[]? Read(string word) => _read.TryGetValue(word, out var canonical) || _read.TryGetValue(Lower(word), out canonical) ? canonical : null;

    private static string Lower(string word)
    {
        foreach (var unit in word)
            if (unit is >= 'A' and <= 'Z') return word.ToLowerInvariant();
        return word;
    }
}
