using System.Text.Json;
using System.Text.Json.Nodes;

namespace CustomerLifecycle.Conformance;

/// <summary>Runs case files: finds the format, has each case translated, asks the library on every path, compares.</summary>
/// <param name="formats">The formats that are understood.</param>
/// <param name="options">What of it is wanted.</param>
internal sealed class Runner(IReadOnlyList<IFormat> formats, Options options)
{
    /// <summary>Runs every case file under the folders, in the order of their names.</summary>
    public IEnumerable<FileOutcome> Run()
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var folder in options.Folders)
        {
            var root = Path.GetFullPath(folder);
            IEnumerable<string> files = File.Exists(root) ? [root] : Directory.EnumerateFiles(root, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
            foreach (var file in files)
            {
                var bytes = File.ReadAllBytes(file);
                if (!seen.Add(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes)))) continue; // the same file under two folders counts once

                var outcome = RunFile(file, folder, bytes);
                if (outcome.Outcomes.Count > 0) yield return outcome;
            }
        }
    }

    private FileOutcome RunFile(string file, string folder, byte[] bytes)
    {
        var shown = Path.GetRelativePath(Environment.CurrentDirectory, file).Replace('\\', '/');
        var name = Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(folder).TrimEnd('/')) ?? "/", file).Replace('\\', '/');
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var members = new Members(document.RootElement, "");
            return new(shown, name, [.. RunCases(new(file, members))]);
        }
        catch (Exception exception) when (exception is NotUnderstoodException or JsonException)
        {
            return new(shown, name, [new("(file)", null, Verdict.NotUnderstood, null, [exception.Message])]);
        }
    }

    private IReadOnlyList<Outcome> RunCases(CaseFile file)
    {
        var name = file.Members.Text("format");
        var format = formats.FirstOrDefault(known => string.Equals(known.Name, name, StringComparison.Ordinal));
        if (format is null) return NothingOf(file, $"Files of the format '{name}' are not understood.");

        IReadOnlyList<FoundCase> cases;
        try
        {
            cases = [.. format.Cases(file)];
            file.Members.NothingElse([.. cases.Select(found => found.Inputs)]); // a case whose members are not all known fails alone
        }
        catch (NotUnderstoodException exception)
        {
            return NothingOf(file, exception.Message);
        }

        if (cases.Count == 0) return NothingOf(file, "The file has no cases.");

        return [.. cases.Where(found => options.Case is null || string.Equals(options.Case, found.Id, StringComparison.Ordinal)).SelectMany(RunCase)];
    }

    private IEnumerable<Outcome> RunCase(FoundCase found)
    {
        Case prepared;
        try
        {
            prepared = found.Prepare();
            found.Inputs?.NothingElse();
        }
        catch (NotUnderstoodException exception)
        {
            return [new(found.Id, null, Verdict.NotUnderstood, null, [exception.Message])];
        }
        catch (DataAbsentException exception)
        {
            return [new(found.Id, null, Verdict.Skipped, null, [exception.Message])];
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return [new(found.Id, null, Verdict.Failed, null, [Threw(exception)])];
        }

        if (prepared.Paths.Count == 0) return [new(found.Id, null, Verdict.NotUnderstood, null, ["The library has no path for this case."])];

        List<Outcome> outcomes = [.. prepared.Paths.Where(path => options.Path is null || string.Equals(options.Path, path.Name, StringComparison.Ordinal)).Select(path => RunPath(found.Id, prepared, path) with { Remark = path.Remark() })];
        return prepared.SameBits.Count == 0 ? outcomes : outcomes.ConvertAll(outcome => WithSameBits(outcome, outcomes, prepared.SameBits));
    }

    private Outcome RunPath(string id, Case prepared, CasePath path)
    {
        JsonNode answer;
        try
        {
            answer = path.Answer();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return new(id, path.Name, Verdict.Failed, null, [Threw(exception)]);
        }

        if (ExpectsNothing(prepared.Expected))
        {
            return options.AnswersFile is null
                ? new(id, path.Name, Verdict.Failed, answer, ["The case expects nothing, so nothing was proved. Use --answers to see what the library says."])
                : new(id, path.Name, Verdict.Answered, answer, []);
        }

        var differences = Comparison.Compare(prepared.Expected, answer, prepared.Tolerance);
        return new(id, path.Name, differences.Count == 0 ? Verdict.Passed : Verdict.Failed, answer, [.. differences.Select(difference => difference.ToString())]);
    }

    /// <summary>Whether there is nothing to compare, however deep; an expected null or empty list is something.</summary>
    private static bool ExpectsNothing(JsonNode? expected) => expected is null || IsHollow(expected);

    private static bool IsHollow(JsonNode? node) => node switch
    {
        JsonObject members => members.All(member => IsHollow(member.Value)),
        JsonArray items => items.Count > 0 && items.All(IsHollow),
        _ => false,
    };

    /// <summary>Fails a path whose answer is not the same, to the last bit, as that of the first path in its group.</summary>
    private static Outcome WithSameBits(Outcome outcome, IReadOnlyList<Outcome> all, IReadOnlyList<IReadOnlyList<string>> groups)
    {
        foreach (var group in groups)
        {
            if (!group.Contains(outcome.Path, StringComparer.Ordinal)) continue;

            var first = all.FirstOrDefault(other => string.Equals(other.Path, group[0], StringComparison.Ordinal));
            if (first?.Answer is { } wanted && outcome.Answer is { } answer && !JsonNode.DeepEquals(wanted, answer))
            {
                var differences = Comparison.Compare(wanted, answer, Tolerance.Exact).Select(difference => $"not the bits of '{group[0]}': {difference}");
                return outcome with { Verdict = Verdict.Failed, Findings = [.. outcome.Findings, .. differences] };
            }
        }

        return outcome;
    }

    /// <summary>Each case of a file that is not understood fails, as far as they can be told apart.</summary>
    private IReadOnlyList<Outcome> NothingOf(CaseFile file, string why)
    {
        var cases = file.Members.Optional("cases") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(IdOf).ToList() : [];
        if (cases.Count == 0) cases.Add("(file)");
        return [.. cases.Where(id => options.Case is null || string.Equals(options.Case, id, StringComparison.Ordinal)).Select(id => new Outcome(id, null, Verdict.NotUnderstood, null, [why]))];
    }

    private static string IdOf(JsonElement entry, int index) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString()! : $"(case {index})";

    private static string Threw(Exception exception) => $"threw {exception.GetType().Name}: {exception.Message}";
}
