using System.Text.Json.Nodes;
using CustomerLifecycle.Value;

namespace CustomerLifecycle.Conformance.Formats.Value;

/// <summary><c>summary</c>: from purchases to what the models are fitted to.</summary>
internal sealed class SummaryKind : IValueKind
{
    public string Name => "summary";

    public Case Prepare(ValueCase value)
    {
        var data = value.Inputs.Object("data");
        var purchases = new PurchaseData(value.File, data);
        var (calibrationEnd, validationEnd, unit) = (data.Date("calibrationEnd"), data.Date("validationEnd"), KnownModels.UnitOf(data));
        var ids = value.Inputs.Object("customers").Texts("id");
        return ValueCase.Of(new CasePath("log", () => Answer(purchases.Read().Summarise(calibrationEnd, validationEnd, unit), ids, purchases.HasAmounts)));
    }

    private static JsonObject Answer(PurchaseSummary summary, string[] ids, bool hasAmounts)
    {
        Dictionary<CustomerId, int> rows = [];
        for (var row = 0; row < summary.Count; row++) rows.Add(summary.Customers[row], row);
        int[] wanted = [.. ids.Select(id => rows[new CustomerId(id)])];
        JsonArray Column(ReadOnlySpan<double> column)
        {
            var all = column.ToArray();
            return Answers.Of(wanted.Select(row => all[row]));
        }

        var totals = PurchaseTotals.Of(summary);
        var answer = new JsonObject
        {
            ["totals"] = new JsonObject
            {
                ["customers"] = summary.Count,
                ["repeatCustomers"] = totals.RepeatCustomers,
                ["repeatPurchases"] = Answers.Of(totals.Frequency),
                ["validationPurchases"] = Answers.Of(totals.ValidationPurchases),
                ["tx"] = Answers.Of(totals.Recency),
                ["T"] = Answers.Of(totals.Age),
                ["sumLogIntervals"] = Answers.Of(totals.SumLogIntervals),
            },
            ["x"] = Column(summary.Frequency),
            ["tx"] = Column(summary.Recency),
            ["T"] = Column(summary.Age),
            ["sumLogIntervals"] = Column(summary.SumLogIntervals),
            ["validationPurchases"] = Column(summary.ValidationPurchases),
        };
        if (hasAmounts)
        {
            answer["totals"]!["meanAmount"] = Answers.Of(totals.MeanSpend);
            answer["meanAmount"] = Column(summary.MeanSpend);
        }

        return answer;
    }
}
