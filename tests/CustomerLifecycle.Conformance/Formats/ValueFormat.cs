using CustomerLifecycle.Conformance.Formats.Value;

namespace CustomerLifecycle.Conformance.Formats;

/// <summary><c>value-cases/1</c>: CLV, churn and survival; each kind with its own adapter.</summary>
internal sealed class ValueFormat : IFormat
{
    /// <summary>The kinds that the runner understands: one line for each.</summary>
    private static readonly IReadOnlyList<IValueKind> Kinds =
    [
        new ContractualKind(),
        new DistributionKind(),
        new FitKind(),
        new PredictKind(),
        new RegularityKind(),
        new RfmKind(),
        new SummaryKind(),
        new TrackingKind(),
    ];

    public string Name => "value-cases/1";

    public IEnumerable<FoundCase> Cases(CaseFile file)
    {
        file.Members.Skip("source", "conventions");
        return file.Members.Objects("cases").Select(entry => new FoundCase(entry.Text("id"), entry, () => Prepare(file, entry)));
    }

    private static Case Prepare(CaseFile file, Members entry)
    {
        var name = entry.Text("kind");
        var kind = Kinds.FirstOrDefault(known => string.Equals(known.Name, name, StringComparison.Ordinal)) ?? throw entry.Unknown("kind");
        var expected = Answers.Tree(entry.Optional("expect"));
        var tolerance = Tolerance.Read(entry.OptionalObject("tolerance"));
        return kind.Prepare(new ValueCase(file, entry, expected)) with { Expected = expected, Tolerance = tolerance };
    }
}

/// <summary>Translates the cases of one kind into calls of the library.</summary>
internal interface IValueKind
{
    /// <summary>The <c>kind</c> of its cases.</summary>
    string Name { get; }

    /// <summary>Prepares the paths. What is expected and how near is added by the caller.</summary>
    Case Prepare(ValueCase value);
}

/// <summary>One value case.</summary>
/// <param name="File">Finds data sets.</param>
/// <param name="Inputs">To be read wholly.</param>
/// <param name="Expected">Asked for names only: a horizon is named by what is expected at it.</param>
internal sealed record ValueCase(CaseFile File, Members Inputs, System.Text.Json.Nodes.JsonNode? Expected)
{
    /// <summary>A case of these paths.</summary>
    public static Case Of(params IReadOnlyList<CasePath> paths) => new(null, Tolerance.Exact, paths);
}
