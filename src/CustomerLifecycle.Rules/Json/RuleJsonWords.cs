namespace CustomerLifecycle.Rules;

/// <summary>The closed vocabulary of the JSON form.</summary>
internal static class RuleJsonWords
{
    private static readonly (string Word, RuleOperator Operator)[] OperatorWords =
    [
        ("eq", RuleOperator.Equal), ("ne", RuleOperator.NotEqual), ("lt", RuleOperator.Less), ("le", RuleOperator.LessOrEqual), ("gt", RuleOperator.Greater), ("ge", RuleOperator.GreaterOrEqual),
        ("in", RuleOperator.In), ("not_in", RuleOperator.NotIn), ("between", RuleOperator.Between), ("not_between", RuleOperator.NotBetween),
        ("contains", RuleOperator.Contains), ("not_contains", RuleOperator.NotContains), ("starts_with", RuleOperator.StartsWith), ("ends_with", RuleOperator.EndsWith), ("like", RuleOperator.Like),
        ("is_set", RuleOperator.IsSet), ("is_not_set", RuleOperator.IsNotSet), ("is_empty", RuleOperator.IsEmpty), ("is_not_empty", RuleOperator.IsNotEmpty),
        ("has_any", RuleOperator.HasAny), ("has_all", RuleOperator.HasAll), ("has_none", RuleOperator.HasNone),
    ];

    private static readonly string[] AggregationWords = ["count", "sum", "avg", "min", "max", "distinct", "first", "last", "last_value"];
    private static readonly string[] UnitWords = ["second", "minute", "hour", "day", "week", "month", "quarter", "year"];
    private static readonly Dictionary<string, (RuleOperator Operator, bool IgnoreCase)> ByWord = Operators();
    private static readonly Dictionary<RuleOperator, string> ByOperator = OperatorWords.ToDictionary(pair => pair.Operator, pair => pair.Word);

    /// <summary>The words of date tests; <c>size_eq</c> is the test of a set's size.</summary>
    public static readonly string[] SpecialOperators =
        ["size_eq", "in_last", "in_previous", "in_next", "in_window", "anniversary_today", "anniversary_in_next", "month_is", "before_ago", "after_ago"];

    public static IEnumerable<string> AllOperators => ByWord.Keys.Concat(SpecialOperators);

    public static IEnumerable<string> Aggregations => AggregationWords;

    public static IEnumerable<string> Units => UnitWords;

    public static bool TryOperator(string word, out RuleOperator op, out bool ignoreCase)
    {
        var found = ByWord.TryGetValue(word, out var pair);
        (op, ignoreCase) = pair;
        return found;
    }

    public static string Word(RuleOperator op, bool ignoreCase) => ignoreCase ? ByOperator[op] + "_ci" : ByOperator[op];

    public static bool TryAggregation(string word, out Aggregation aggregation)
    {
        aggregation = (Aggregation)Array.IndexOf(AggregationWords, word);
        return aggregation >= Aggregation.Count;
    }

    public static string Word(Aggregation aggregation) => AggregationWords[(int)aggregation];

    public static bool TryUnit(string word, out RuleUnit unit)
    {
        unit = (RuleUnit)Array.IndexOf(UnitWords, word);
        return unit >= RuleUnit.Second;
    }

    public static string Word(RuleUnit unit) => UnitWords[(int)unit];

    private static Dictionary<string, (RuleOperator, bool)> Operators()
    {
        var words = new Dictionary<string, (RuleOperator, bool)>(StringComparer.Ordinal);
        foreach (var (word, op) in OperatorWords)
        {
            words[word] = (op, false);
            if (op.MayIgnoreCase()) words[word + "_ci"] = (op, true);
        }

        return words;
    }
}
