namespace CustomerLifecycle.Rules;

/// <summary>One thing that is wrong with a rule.</summary>
/// <param name="Code">Stable, in kebab case with its area: <c>rules.unknown-attribute</c>. See docs/errors.md.</param>
/// <param name="Message">What was found, what was wanted and the next step.</param>
/// <param name="Position">Where in the text, in UTF-16 code units from 0; -1 when the rule was not read from text.</param>
/// <param name="Place">Where, for people: <c>line 1, column 9</c> of a text, a path such as <c>$.all[1].op</c> of JSON; empty for a rule made in code.</param>
/// <param name="Suggestion">The name that was probably meant; null when none is close.</param>
public sealed record RuleProblem(string Code, string Message, int Position, string Place, string? Suggestion = null)
{
    /// <summary>One line: code, place, message.</summary>
    public override string ToString() => Place.Length == 0 ? $"{Code}: {Message}" : $"{Code} at {Place}: {Message}";
}

/// <summary>What came of loading a rule: the rule, or every problem at once.</summary>
/// <typeparam name="T">What is loaded.</typeparam>
public sealed class RuleLoad<T>
    where T : class
{
    private readonly T? _value;

    internal RuleLoad(T value) => _value = value;

    internal RuleLoad(IReadOnlyList<RuleProblem> problems, T? readable = null)
    {
        Problems = problems;
        Readable = readable;
    }

    /// <summary>Everything that is wrong; empty when it was loaded.</summary>
    public IReadOnlyList<RuleProblem> Problems { get; } = [];

    /// <summary>What could be read of it nevertheless, to be looked through for more problems.</summary>
    internal T? Readable { get; }

    /// <summary>Whether <see cref="Value"/> can be read.</summary>
    public bool IsLoaded => _value is not null;

    /// <summary>What was loaded.</summary>
    /// <exception cref="InvalidOperationException">There were problems: look at <see cref="Problems"/> first.</exception>
    public T Value => _value ?? throw new InvalidOperationException($"The rule was not loaded. {string.Join(" ", Problems)}");
}
