namespace CustomerLifecycle.Rules;

/// <summary>The kind that a schema declares for an attribute or a property. Numbers say how they are held, which back ends use; the language compares them by value.</summary>
public enum RuleKind
{
    /// <summary>Any kind; looked at when a value is there.</summary>
    Any = 0,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A 64-bit integer.</summary>
    Integer,

    /// <summary>A decimal, as money is.</summary>
    Decimal,

    /// <summary>A double.</summary>
    Double,

    /// <summary>A number held in any form.</summary>
    Number,

    /// <summary>Text.</summary>
    Text,

    /// <summary>A calendar day.</summary>
    Date,

    /// <summary>A point on the time line.</summary>
    Instant,

    /// <summary>A set.</summary>
    Set,
}

internal static class RuleKinds
{
    public static bool IsNumber(this RuleKind kind) => kind is RuleKind.Integer or RuleKind.Decimal or RuleKind.Double or RuleKind.Number;

    public static bool IsOrdered(this RuleKind kind) => kind is not (RuleKind.Boolean or RuleKind.Set);

    public static bool IsTime(this RuleKind kind) => kind is RuleKind.Date or RuleKind.Instant or RuleKind.Any;

    /// <summary>Whether a value may be of this kind.</summary>
    public static bool Admits(this RuleKind kind, RuleValueKind value) => kind == RuleKind.Any || ValueKind(kind) == value;

    /// <summary>The kind of values of this kind; missing for any.</summary>
    public static RuleValueKind ValueKind(this RuleKind kind) => kind switch
    {
        RuleKind.Any => RuleValueKind.Missing,
        RuleKind.Boolean => RuleValueKind.Boolean,
        RuleKind.Text => RuleValueKind.Text,
        RuleKind.Date => RuleValueKind.Date,
        RuleKind.Instant => RuleValueKind.Instant,
        RuleKind.Set => RuleValueKind.Set,
        _ => RuleValueKind.Number,
    };

    /// <summary>With its article, for messages.</summary>
    public static string Describe(this RuleValueKind kind) => kind switch
    {
        RuleValueKind.Boolean => "a truth value",
        RuleValueKind.Number => "a number",
        RuleValueKind.Text => "a text",
        RuleValueKind.Date => "a date",
        RuleValueKind.Instant => "an instant",
        RuleValueKind.Set => "a set",
        _ => "missing",
    };
}
