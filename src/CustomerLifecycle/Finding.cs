namespace CustomerLifecycle;

/// <summary>How much a <see cref="Finding"/> matters.</summary>
public enum FindingSeverity
{
    /// <summary>What was checked cannot be used as it is.</summary>
    Error,

    /// <summary>It can be used, and probably does not mean what its author thinks.</summary>
    Warning,
}

/// <summary>One thing that a validation found. Validation reports all of them at once.</summary>
public sealed record Finding
{
    /// <summary>Reports a finding.</summary>
    /// <param name="code">Stable, in kebab case with its area: <c>event.occurred-ahead</c>. See docs/errors.md.</param>
    /// <param name="place">Where, in the words of what was checked: <c>events[3].total</c>. Holds no personal data.</param>
    /// <param name="advice">What was found, what was wanted and the next step. Holds no personal data.</param>
    /// <param name="severity">How much it matters.</param>
    public Finding(string code, string place, string advice, FindingSeverity severity = FindingSeverity.Error)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(code);
        ArgumentNullException.ThrowIfNull(place);
        ArgumentException.ThrowIfNullOrWhiteSpace(advice);
        Code = code;
        Place = place;
        Advice = advice;
        Severity = severity;
    }

    /// <summary>Stable, in kebab case with its area.</summary>
    public string Code { get; }

    /// <summary>Where, in the words of what was checked.</summary>
    public string Place { get; }

    /// <summary>What was found, what was wanted and the next step.</summary>
    public string Advice { get; }

    /// <summary>How much it matters.</summary>
    public FindingSeverity Severity { get; }

    /// <summary>One line: severity, code, place, advice.</summary>
    public override string ToString() => $"{(Severity == FindingSeverity.Error ? "error" : "warning")} {Code} at {Place}: {Advice}";
}
