using System.Text.Json;
using System.Text.Json.Nodes;

namespace CustomerLifecycle.Conformance;

/// <summary>Says how it went: a table of files and paths, each failure, and the count alone on the last line.</summary>
/// <param name="output">Where to.</param>
/// <param name="verbose">Whether every difference is printed.</param>
internal sealed class Report(TextWriter output, bool verbose)
{
    private const int FewDifferences = 3;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>One line for each path of the file.</summary>
    public void File(FileOutcome file)
    {
        output.WriteLine(file.File);
        foreach (var path in file.Outcomes.GroupBy(outcome => outcome.Path, StringComparer.Ordinal))
        {
            int Of(Verdict verdict) => path.Count(outcome => outcome.Verdict == verdict);
            var also = (Of(Verdict.Skipped), Of(Verdict.Answered)) switch
            {
                (0, 0) => "",
                (var skipped, 0) => $", {skipped} skipped",
                (_, var answered) => $", {answered} answered",
            };
            output.WriteLine($"  {path.Key ?? "(no path)",-20} {Of(Verdict.Passed),5} passed, {Of(Verdict.Failed),5} failed, {Of(Verdict.NotUnderstood),5} not understood{also}");
            foreach (var remark in path.Where(outcome => outcome.Remark is not null).GroupBy(outcome => outcome.Remark, StringComparer.Ordinal)) output.WriteLine($"    {remark.Count(),5} {remark.Key}");
        }
    }

    /// <summary>Each failure with id, path, expected and actual.</summary>
    public void Failures(FileOutcome file)
    {
        foreach (var outcome in file.Outcomes)
        {
            if (outcome.Verdict is Verdict.Passed or Verdict.Answered) continue;

            output.WriteLine($"{Word(outcome.Verdict)} {outcome.Id}{(outcome.Path is null ? "" : $" [{outcome.Path}]")} ({file.File})");
            foreach (var finding in verbose ? outcome.Findings : outcome.Findings.Take(FewDifferences)) output.WriteLine($"    {finding}");
            if (!verbose && outcome.Findings.Count > FewDifferences) output.WriteLine($"    … and {outcome.Findings.Count - FewDifferences} more (--verbose)");
        }
    }

    /// <summary>The last line.</summary>
    public void Total(int passed, int failed) => output.WriteLine($"{passed} passed, {failed} failed");

    /// <summary>What the library answered, whole: <c>{"answers":[{"file","id","path","answer"}]}</c>.</summary>
    public static JsonObject AnswersOf(IEnumerable<FileOutcome> files) => new()
    {
        ["answers"] = new JsonArray([.. files.SelectMany(file => file.Outcomes.Where(outcome => outcome.Path is not null).Select(outcome => new JsonObject
        {
            ["file"] = file.File,
            ["id"] = outcome.Id,
            ["path"] = outcome.Path,
            ["answer"] = outcome.Answer?.DeepClone(),
        }))]),
    };

    public static void WriteAnswers(string path, IEnumerable<FileOutcome> files) => System.IO.File.WriteAllText(path, AnswersOf(files).ToJsonString(Indented));

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.NotUnderstood => "NOT UNDERSTOOD",
        Verdict.Skipped => "SKIPPED",
        _ => "FAILED",
    };
}
