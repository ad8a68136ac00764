using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CustomerLifecycle.Conformance;

/// <summary>A place at which an answer is not what the case expects.</summary>
internal sealed record Difference(string Path, string Expected, string Actual)
{
    public override string ToString() => $"{(Path.Length == 0 ? "(whole)" : Path)}: expected {Expected}, actual {Actual}";
}

/// <summary>Compares an answer with the expected members. What is not expected is not compared.</summary>
internal static class Comparison
{
    private const string Absent = "nothing";

    public static IReadOnlyList<Difference> Compare(JsonNode? expected, JsonNode? actual, Tolerance tolerance)
    {
        List<Difference> differences = [];
        Walk("", expected, actual, tolerance, differences);
        return differences;
    }

    private static void Walk(string path, JsonNode? expected, JsonNode? actual, Tolerance tolerance, List<Difference> differences)
    {
        switch (expected, actual)
        {
            case (null, null):
                break;
            case (JsonObject members, JsonObject answers):
                foreach (var (name, member) in members)
                {
                    var below = path.Length == 0 ? name : $"{path}/{name}";
                    if (answers.TryGetPropertyValue(name, out var answer)) Walk(below, member, answer, tolerance, differences);
                    else differences.Add(new(below, Show(member), Absent));
                }

                break;
            case (JsonArray items, JsonArray answers):
                if (items.Count != answers.Count)
                {
                    differences.Add(new(path, $"{items.Count} entries {Show(items)}", $"{answers.Count} entries {Show(answers)}"));
                    break;
                }

                for (var i = 0; i < items.Count; i++) Walk($"{path}/{i}", items[i], answers[i], tolerance, differences);
                break;
            case (JsonValue value, JsonValue answer) when Equal(path, value, answer, tolerance):
                break;
            default:
                differences.Add(new(path, Show(expected), Show(actual)));
                break;
        }
    }

    private static bool Equal(string path, JsonValue expected, JsonValue actual, Tolerance tolerance)
    {
        var kind = expected.GetValueKind();
        if (kind != actual.GetValueKind()) return false;
        if (kind == JsonValueKind.String) return string.Equals(expected.GetValue<string>(), actual.GetValue<string>(), StringComparison.Ordinal);
        if (kind != JsonValueKind.Number) return true; // true, false: the kind is the value

        var (wanted, got) = (expected.ToJsonString(), actual.ToJsonString());
        var (from, to) = (Parse(wanted), Parse(got));
        if (path.EndsWith("AtLeast", StringComparison.Ordinal)) return to >= from;
        if (path.EndsWith("AtMost", StringComparison.Ordinal)) return to <= from;

        return tolerance.IsExact(path) && Exact(wanted) is { } exactly && Exact(got) is { } answered
            ? exactly == answered
            : tolerance.Allows(path, from, to);
    }

    private static double Parse(string number) => double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>The number as a decimal where that is exact: integers above 2^53 must not meet by rounding.</summary>
    private static decimal? Exact(string number) =>
        !number.Contains('e', StringComparison.OrdinalIgnoreCase) && decimal.TryParse(number, NumberStyles.Number, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static string Show(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "null";
        return text.Length <= 200 ? text : $"{text.AsSpan(0, 200)}…";
    }
}
