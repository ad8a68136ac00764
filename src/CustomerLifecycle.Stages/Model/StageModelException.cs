namespace CustomerLifecycle.Stages;

/// <summary>A model that cannot run was asked to: a mistake in the model, not in a customer's data.</summary>
public sealed class StageModelException : Exception
{
    /// <summary>Reports the findings.</summary>
    /// <param name="findings">All of them, warnings included.</param>
    public StageModelException(IReadOnlyList<Finding> findings)
        : base(MessageOf(findings)) => Findings = findings;

    /// <summary>Everything that was found, in order of code and place.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    private static string MessageOf(IReadOnlyList<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return $"The stage model has {findings.Count(finding => finding.Severity == FindingSeverity.Error)} errors:{Environment.NewLine}{string.Join(Environment.NewLine, findings)}";
    }
}
