namespace CustomerLifecycle.Rules;

internal enum RuleTokenKind
{
    End = 0,
    Name,
    QuotedName,
    Text,
    Integer,
    Decimal,
    Double,
    Date,
    Instant,
    Symbol,
}

/// <summary>One token: what it is, where it starts, its text without quotes, and the canonical word when it is one of the language's.</summary>
internal readonly record struct RuleToken(RuleTokenKind Kind, int Start, string Text, string? Word = null);

/// <summary>A text or document that breaks off reading; never leaves the front ends.</summary>
internal sealed class RuleSyntaxException(string code, string message, int position) : Exception(message)
{
    public string Code { get; } = code;

    public int Position { get; } = position;
}
