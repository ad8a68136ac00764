using System.Text.Json.Nodes;

namespace CustomerLifecycle.Conformance;

/// <summary>How one case went on one path.</summary>
internal enum Verdict
{
    /// <summary>The answer is the expected one.</summary>
    Passed,

    /// <summary>The answer is another, or there is none.</summary>
    Failed,

    /// <summary>The runner does not understand the case, a field of it, or its file.</summary>
    NotUnderstood,

    /// <summary>A data set that the case needs is not on this machine.</summary>
    Skipped,

    /// <summary>There is an answer and nothing to compare it with.</summary>
    Answered,
}

/// <summary>One case on one path.</summary>
/// <param name="Path">Null when the case did not come as far as its paths.</param>
/// <param name="Findings">Why it did not pass, most telling first.</param>
/// <param name="Remark">What is to be said of how the answer came about; null when nothing is.</param>
internal sealed record Outcome(string Id, string? Path, Verdict Verdict, JsonNode? Answer, IReadOnlyList<string> Findings, string? Remark = null);

/// <summary>All outcomes of one file.</summary>
/// <param name="File">As found under the folder of the command line.</param>
/// <param name="Name">Its place in a reference folder, as <c>green.txt</c> names it: <c>ledger/scenarios.json</c>.</param>
internal sealed record FileOutcome(string File, string Name, IReadOnlyList<Outcome> Outcomes)
{
    /// <summary>Each case once: it passes when all its paths pass.</summary>
    public int Count(Verdict verdict) => Cases.Count(paths => Worst(paths) == verdict);

    public int Passed => Count(Verdict.Passed);

    public int Failed => Count(Verdict.Failed) + Count(Verdict.NotUnderstood);

    public int Skipped => Count(Verdict.Skipped);

    private IEnumerable<IGrouping<string, Outcome>> Cases => Outcomes.GroupBy(outcome => outcome.Id, StringComparer.Ordinal);

    private static Verdict Worst(IEnumerable<Outcome> paths)
    {
        var verdicts = paths.Select(path => path.Verdict).ToHashSet();
        Verdict[] worstFirst = [Verdict.NotUnderstood, Verdict.Failed, Verdict.Skipped, Verdict.Answered, Verdict.Passed];
        return worstFirst.First(verdicts.Contains);
    }
}
