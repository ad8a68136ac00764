namespace CustomerLifecycle.Rules;

/// <summary>What no node may violate.</summary>
internal static class TreeGuard
{
    public static string Name(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(name.Length, RuleLimits.NameLength, nameof(name));
        if (!IsWellFormed(name)) throw new ArgumentException("A name is well-formed Unicode text: it holds half of a surrogate pair.", nameof(name));
        return name;
    }

    public static void Literal(in RuleValue value)
    {
        switch (value.Kind)
        {
            case RuleValueKind.Missing:
                throw new ArgumentException("There is no literal for a missing value: use IsSet or IsNotSet.", nameof(value));
            case RuleValueKind.Set:
                throw new ArgumentException("There is no literal for a set: use HasAny, HasAll or HasNone with its elements.", nameof(value));
            case RuleValueKind.Text when value.AsText.Length > RuleLimits.TextLength:
                throw new ArgumentException($"A text literal has at most {RuleLimits.TextLength} code units, this one has {value.AsText.Length}.", nameof(value));
            case RuleValueKind.Text when !IsWellFormed(value.AsText):
                throw new ArgumentException("A text literal is well-formed Unicode text: it holds half of a surrogate pair.", nameof(value));
            case RuleValueKind.Date when value.AsDate.Year is < 1 or > 9999:
                throw new ArgumentException("A date literal lies in the years 1 to 9999.", nameof(value));
            case RuleValueKind.Instant when value.AsInstant.InUtc().Year is < 1 or > 9999:
                throw new ArgumentException("An instant literal lies in the years 1 to 9999.", nameof(value));
            default:
                return;
        }
    }

    public static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1])) return false;
            i++;
        }

        return true;
    }

    public static void Size(int depth, int nodes)
    {
        if (depth > RuleLimits.Depth) throw new ArgumentException($"The condition would be {depth} levels deep; {RuleLimits.Depth} is the most. Move a part into a segment of its own.", nameof(depth));
        if (nodes > RuleLimits.Nodes) throw new ArgumentException($"The condition would have {nodes} nodes; {RuleLimits.Nodes} is the most. Use a list, or move a part into a segment of its own.", nameof(nodes));
    }
}
