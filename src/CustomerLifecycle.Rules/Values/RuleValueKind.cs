namespace CustomerLifecycle.Rules;

/// <summary>The kinds of values. Values of different kinds are never equal and never ordered.</summary>
public enum RuleValueKind
{
    /// <summary>No value: absent, null and NaN are one thing.</summary>
    Missing = 0,

    /// <summary>True or false; has no order.</summary>
    Boolean,

    /// <summary>An integer, decimal or double; compared by exact value whatever the representation.</summary>
    Number,

    /// <summary>Text; compared ordinally, ordered by code point.</summary>
    Text,

    /// <summary>A calendar day without time of day.</summary>
    Date,

    /// <summary>A point on the time line.</summary>
    Instant,

    /// <summary>A set of values; duplicates count once.</summary>
    Set,
}

/// <summary>How a number is held.</summary>
public enum NumberForm
{
    /// <summary>A 64-bit integer.</summary>
    Integer = 0,

    /// <summary>A <see cref="decimal"/>.</summary>
    Decimal,

    /// <summary>A <see cref="double"/>, never NaN.</summary>
    Double,
}
