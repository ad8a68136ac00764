using System.Text.Json;
using System.Text.Json.Nodes;

namespace CustomerLifecycle.Conformance;

/// <summary>One case file, opened.</summary>
/// <param name="Path">As found under the folder of the command line, with forward slashes.</param>
/// <param name="Members">Its outermost object.</param>
internal sealed record CaseFile(string Path, Members Members)
{
    /// <summary>Finds a data set that a case names relative to the folder that holds <c>data/</c>.</summary>
    /// <exception cref="DataAbsentException">It is neither under <c>CUSTOMERLIFECYCLE_DATA</c>, nor above the case file, nor in <c>../shared/data</c>.</exception>
    public string Data(string name)
    {
        const string Prefix = "data/";
        if (!name.StartsWith(Prefix, StringComparison.Ordinal) || name.Contains("..", StringComparison.Ordinal))
            throw new NotUnderstoodException($"A data set is named '{name}', not {Prefix}….");

        return DataFolders()
            .Select(folder => System.IO.Path.Combine(folder, name[Prefix.Length..]))
            .FirstOrDefault(File.Exists) ?? throw new DataAbsentException($"{name} is not here. Set CUSTOMERLIFECYCLE_DATA to the folder that holds the data sets.");
    }

    private IEnumerable<string> DataFolders()
    {
        if (Environment.GetEnvironmentVariable("CUSTOMERLIFECYCLE_DATA") is { Length: > 0 } named) yield return named;

        for (var folder = Directory.GetParent(System.IO.Path.GetFullPath(Path)); folder is not null; folder = folder.Parent)
        {
            yield return System.IO.Path.Combine(folder.FullName, "data");
            yield return System.IO.Path.Combine(folder.FullName, "shared", "data");
        }
    }
}

/// <summary>A case that was found, not yet translated.</summary>
/// <param name="Inputs">What <see cref="Prepare"/> must have read wholly; null when it vouches for that itself.</param>
internal sealed record FoundCase(string Id, Members? Inputs, Func<Case> Prepare);

/// <summary>A case, translated: what should be answered, and every way in which the library can answer it.</summary>
/// <param name="Expected">The expected members; null when the file expects nothing, as when only answers are wanted.</param>
/// <param name="Tolerance">How far a number may be away.</param>
/// <param name="Paths">The ways; at least one.</param>
internal sealed record Case(JsonNode? Expected, Tolerance Tolerance, params IReadOnlyList<CasePath> Paths)
{
    /// <summary>Groups of paths whose answers the library promises to be the same to the last bit.</summary>
    public IReadOnlyList<IReadOnlyList<string>> SameBits { get; init; } = [];
}

/// <summary>One way to an answer.</summary>
/// <param name="Answer">Asks the library. The answer has the shape of the expected members and may hold more.</param>
internal sealed record CasePath(string Name, Func<JsonNode> Answer)
{
    /// <summary>What to say of how the answer came about; asked after it was given. Null when there is nothing to say.</summary>
    public Func<string?> Remark { get; init; } = static () => null;
}

/// <summary>Translates the files of one <c>format</c> into calls of the library. It computes nothing.</summary>
internal interface IFormat
{
    /// <summary>The <c>format</c> of its files.</summary>
    string Name { get; }

    /// <summary>What to say before the count: paths that this machine cannot go.</summary>
    IReadOnlyList<string> Notes => [];

    /// <summary>The cases of one file.</summary>
    IEnumerable<FoundCase> Cases(CaseFile file);
}

/// <summary>Puts the library's values into an answer.</summary>
internal static class Answers
{
    /// <summary>A number as a case file would write it: undefined is null; what must never be answered is a text that fits nothing.</summary>
    public static JsonNode? Of(double? value) => value switch
    {
        null => null,
        { } number when double.IsFinite(number) => JsonValue.Create(number),
        { } number => JsonValue.Create(number.ToString(System.Globalization.CultureInfo.InvariantCulture)),
    };

    /// <summary>A column, one entry per customer.</summary>
    public static JsonArray Of(IEnumerable<double?> values) => [.. values.Select(Of)];

    /// <summary>A column, one entry per customer.</summary>
    public static JsonArray Of(IEnumerable<double> values) => [.. values.Select(value => Of((double?)value))];

    /// <summary>A column, one entry per customer.</summary>
    public static JsonArray Of(IEnumerable<int> values) => [.. values.Select(value => (JsonNode)JsonValue.Create(value))];

    /// <summary>The expected members as a tree; null when there are none.</summary>
    public static JsonNode? Tree(JsonElement? expected) => expected is { } element ? JsonNode.Parse(element.GetRawText()) : null;
}
