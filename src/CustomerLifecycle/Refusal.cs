namespace CustomerLifecycle;

/// <summary>A business "no": expected, returned, and explained.</summary>
/// <param name="Code">Stable, in kebab case with its area: <c>ledger.insufficient-points</c>. See docs/errors.md.</param>
/// <param name="Message">One sentence for people. Holds no personal data.</param>
/// <param name="Missing">What would have to be there for a "yes", as data; may be empty.</param>
public sealed record Refusal(string Code, string Message, IReadOnlyList<Missing> Missing)
{
    /// <summary>Refuses where nothing can be named that is missing.</summary>
    /// <param name="code">Stable, in kebab case with its area.</param>
    /// <param name="message">One sentence for people.</param>
    public Refusal(string code, string message)
        : this(code, message, [])
    {
    }
}

/// <summary>One thing that is missing for a "yes".</summary>
/// <param name="What">Its name, in the words of the rule or policy: <c>points</c>.</param>
/// <param name="Amount">How much of it is missing; above 0.</param>
public readonly record struct Missing(string What, decimal Amount);
