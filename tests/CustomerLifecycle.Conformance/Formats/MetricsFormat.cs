using System.Text.Json.Nodes;

namespace CustomerLifecycle.Conformance.Formats;

/// <summary><c>metrics/1</c>: one file for each topic, each topic with its own adapter.</summary>
internal sealed class MetricsFormat : IFormat
{
    /// <summary>The topics that the runner understands: one line for each.</summary>
    private static readonly IReadOnlyList<IMetricsTopic> Topics =
    [
        new RfmTopic(),
    ];

    public string Name => "metrics/1";

    public IEnumerable<FoundCase> Cases(CaseFile file)
    {
        var members = file.Members;
        members.Skip("definition", "formulas", "conventions", "sources");
        var name = members.Text("topic");
        var topic = Topics.FirstOrDefault(known => string.Equals(known.Name, name, StringComparison.Ordinal)) ?? throw members.Unknown("topic");
        var tolerance = ToleranceOf(members);
        return members.Objects("cases").Select(entry => new FoundCase(entry.Text("id"), entry, () => Prepare(topic, entry, tolerance, file)));
    }

    private static Case Prepare(IMetricsTopic topic, Members entry, Tolerance tolerance, CaseFile file)
    {
        var paths = topic.Paths(entry.OptionalText("operation"), entry.Object("input"), file);
        return new(Answers.Tree(entry.Optional("expected")), tolerance, [.. paths.Select(path => new CasePath(path.Name, () => RefusedOr(path.Answer)))]);
    }

    /// <summary>A call that the library refuses because its arguments make no sense is an answer too.</summary>
    private static JsonNode RefusedOr(Func<JsonNode> answer)
    {
        try
        {
            return answer();
        }
        catch (ArgumentException)
        {
            return new JsonObject { ["error"] = "argument" };
        }
    }

    private static Tolerance ToleranceOf(Members file)
    {
        var tolerance = file.Object("tolerance");
        return Tolerance.Read(tolerance);
    }
}

/// <summary>Translates the cases of one metrics topic into calls of the library.</summary>
internal interface IMetricsTopic
{
    /// <summary>The <c>topic</c> of its file.</summary>
    string Name { get; }

    /// <summary>The ways to the answer of one case.</summary>
    /// <param name="operation">Which calculation, where the topic has several.</param>
    /// <param name="input">To be read wholly here, before a path runs.</param>
    /// <param name="file">Finds data sets.</param>
    IReadOnlyList<CasePath> Paths(string? operation, Members input, CaseFile file);
}
