namespace CustomerLifecycle.Rules;

/// <summary>The closed set of tests.</summary>
public enum RuleOperator
{
    /// <summary><c>=</c></summary>
    Equal = 0,

    /// <summary><c>!=</c>, the complement of <c>=</c>.</summary>
    NotEqual,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqual,

    /// <summary><c>&gt;</c></summary>
    Greater,

    /// <summary><c>&gt;=</c></summary>
    GreaterOrEqual,

    /// <summary><c>in (…)</c>: equal to one of the list.</summary>
    In,

    /// <summary><c>not in (…)</c></summary>
    NotIn,

    /// <summary><c>between a and b</c>, both included.</summary>
    Between,

    /// <summary><c>not between a and b</c></summary>
    NotBetween,

    /// <summary><c>contains 'x'</c></summary>
    Contains,

    /// <summary><c>not contains 'x'</c></summary>
    NotContains,

    /// <summary><c>starts with 'x'</c></summary>
    StartsWith,

    /// <summary><c>ends with 'x'</c></summary>
    EndsWith,

    /// <summary><c>like 'x*'</c>: <c>*</c> is any run of characters, <c>?</c> one code point.</summary>
    Like,

    /// <summary><c>is set</c>: there is a value; the empty text is one.</summary>
    IsSet,

    /// <summary><c>is not set</c></summary>
    IsNotSet,

    /// <summary><c>is empty</c>: missing, the empty text or the empty set.</summary>
    IsEmpty,

    /// <summary><c>is not empty</c></summary>
    IsNotEmpty,

    /// <summary><c>has any of (…)</c></summary>
    HasAny,

    /// <summary><c>has all of (…)</c></summary>
    HasAll,

    /// <summary><c>has none of (…)</c>, the complement of any.</summary>
    HasNone,
}

/// <summary>Facts about the operators that every front and back end shares.</summary>
internal static class RuleOperators
{
    /// <summary>The test of which <paramref name="op"/> is the complement, or itself.</summary>
    public static RuleOperator Positive(this RuleOperator op, out bool negated)
    {
        var positive = op switch
        {
            RuleOperator.NotEqual => RuleOperator.Equal,
            RuleOperator.NotIn => RuleOperator.In,
            RuleOperator.NotBetween => RuleOperator.Between,
            RuleOperator.NotContains => RuleOperator.Contains,
            RuleOperator.IsNotSet => RuleOperator.IsSet,
            RuleOperator.IsNotEmpty => RuleOperator.IsEmpty,
            RuleOperator.HasNone => RuleOperator.HasAny,
            _ => op,
        };
        negated = positive != op;
        return positive;
    }

    public static bool IsOrdering(this RuleOperator op) => op is RuleOperator.Less or RuleOperator.LessOrEqual or RuleOperator.Greater or RuleOperator.GreaterOrEqual;

    public static bool IsComparison(this RuleOperator op) => op.IsOrdering() || op is RuleOperator.Equal or RuleOperator.NotEqual;

    public static bool IsTextual(this RuleOperator op) =>
        op is RuleOperator.Contains or RuleOperator.NotContains or RuleOperator.StartsWith or RuleOperator.EndsWith or RuleOperator.Like;

    public static bool TakesList(this RuleOperator op) =>
        op is RuleOperator.In or RuleOperator.NotIn or RuleOperator.HasAny or RuleOperator.HasAll or RuleOperator.HasNone;

    public static bool TakesNothing(this RuleOperator op) => op is RuleOperator.IsSet or RuleOperator.IsNotSet or RuleOperator.IsEmpty or RuleOperator.IsNotEmpty;

    /// <summary>Whether the operator has a form that ignores case, given text literals.</summary>
    public static bool MayIgnoreCase(this RuleOperator op) =>
        op.IsTextual() || op is RuleOperator.Equal or RuleOperator.NotEqual or RuleOperator.In or RuleOperator.NotIn;
}
