using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime.Text;

namespace CustomerLifecycle.Conformance.Formats;

/// <summary><c>segmentation/1</c>: whether a customer meets a condition, and when that changes; and recency, frequency, monetary scores of a population.</summary>
internal sealed class SegmentationFormat : IFormat
{
    public string Name => "segmentation/1";

    public IReadOnlyList<string> Notes => CaseStore.Notes;

    public IEnumerable<FoundCase> Cases(CaseFile file)
    {
        file.Members.Skip("rules");
        return file.Members.Objects("cases").Select(entry => new FoundCase(entry.Text("id"), entry, () => Prepare(entry)));
    }

    private static Case Prepare(Members entry)
    {
        entry.Skip("area");
        return entry.Has("population") ? PopulationCase.Prepare(entry) : Prepare(entry, SegmentationCase.Read(entry));
    }

    private static Case Prepare(Members entry, SegmentationCase given)
    {
        var expected = Expected(entry);
        return new(expected, Tolerance.Exact, [.. SegmentationPaths.All.Select(path => path.For(given))]);
    }

    private static JsonObject? Expected(Members entry)
    {
        JsonObject expected = [];
        if (entry.Optional("expect") is { } expect) expected["expect"] = Answers.Tree(expect);
        if (entry.Optional("nextChange") is { } change) expected["nextChange"] = Instant(change);
        if (entry.Has("timeline"))
        {
            // As-of instants were read with the case; what is expected at each stands beside them.
            expected["timeline"] = new JsonArray([.. entry.Raw("timeline").EnumerateArray().Select(Expected)]);
        }

        return expected.Count == 0 ? null : expected;
    }

    private static JsonNode? Expected(JsonElement moment)
    {
        JsonObject expected = [];
        if (moment.TryGetProperty("expect", out var expect)) expected["expect"] = Answers.Tree(expect);
        if (moment.TryGetProperty("nextChange", out var change)) expected["nextChange"] = Instant(change);
        return expected;
    }

    // One instant has several spellings.
    private static JsonNode? Instant(JsonElement written) =>
        written.ValueKind == JsonValueKind.String ? SegmentationCase.Write(OffsetDateTimePattern.ExtendedIso.Parse(written.GetString()!).Value.ToInstant()) : Answers.Tree(written);
}
