using System.Text.Json.Nodes;
using CustomerLifecycle.Segmentation;
using CustomerLifecycle.Value;

namespace CustomerLifecycle.Conformance.Formats.Value;

/// <summary><c>rfm</c>: scores by quartiles of the purchase days, and named segments of scores.</summary>
internal sealed class RfmKind : IValueKind
{
    private const int Quartiles = 4;

    public string Name => "rfm";

    public Case Prepare(ValueCase value)
    {
        var data = value.Inputs.Object("data");
        var purchases = new PurchaseData(value.File, data);
        var end = data.Date("end");
        var ids = value.Inputs.Object("customers").Texts("id");
        var segments = Segments(value.Inputs.Objects("segments"), value.Inputs.Text("otherSegment"));
        return ValueCase.Of(new CasePath("scorer", () => Answer(purchases.Read(), end, ids, segments)));
    }

    /// <summary>Names are given to scores one by one; the first name of a score counts, and the rest has a name of its own.</summary>
    private static RfmCellMap Segments(IReadOnlyList<Members> segments, string other)
    {
        Dictionary<string, RfmGroup> named = new(StringComparer.Ordinal);
        foreach (var segment in segments)
        {
            var group = Group(segment.Text("name"));
            foreach (var score in segment.Texts("scores")) named.TryAdd(score, group);
        }

        var rest = Group(other);
        List<RfmBlock> blocks = [];
        for (var r = 1; r <= Quartiles; r++)
            for (var f = 1; f <= Quartiles; f++)
                for (var m = 1; m <= Quartiles; m++)
                    blocks.Add(new(named.GetValueOrDefault(Digits(new RfmScore(r, f, m)), rest), (r, r), (f, f), (m, m)));
        return new(Quartiles, blocks);
    }

    private static RfmGroup Group(string name) => new(name, name, name);

    private static string Digits(RfmScore score) => score.Cell.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static JsonObject Answer(PurchaseLog log, LocalDate end, string[] ids, RfmCellMap segments)
    {
        var summary = log.Summarise(end, timeUnit: TimeUnit.Day);
        var spend = log.SummariseSpend(end, includeFirst: true);
        Dictionary<CustomerId, int> rows = [];
        var features = new RfmFeatures[summary.Count];
        for (var row = 0; row < features.Length; row++)
        {
            rows.Add(summary.Customers[row], row);
            features[row] = new(summary.Age[row] - summary.Recency[row], (int)spend.Purchases[row], (decimal)spend.MeanSpend[row]);
        }

        var scores = new RfmScorer(RfmRule.DistinctQuantile(Quartiles)).Score(features);
        var means = spend.MeanSpend.ToArray();
        int[] wanted = [.. ids.Select(id => rows[new CustomerId(id)])];
        return new()
        {
            ["frequency"] = Answers.Of(wanted.Select(row => features[row].Orders)),
            ["recencyDays"] = Answers.Of(wanted.Select(row => features[row].DaysSinceLast)),
            ["meanAmount"] = Answers.Of(wanted.Select(row => means[row])),
            ["score"] = new JsonArray([.. wanted.Select(row => (JsonNode)Digits(scores[row]))]),
            ["segment"] = new JsonArray([.. wanted.Select(row => (JsonNode)segments.GroupOf(scores[row]).Code)]),
            ["segmentCounts"] = new JsonObject(scores.CountBy(score => segments.GroupOf(score).Code).Select(count => KeyValuePair.Create(count.Key, (JsonNode?)count.Value))),
        };
    }
}
