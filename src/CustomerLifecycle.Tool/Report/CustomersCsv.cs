using System.Globalization;
using CsvHelper;
using CustomerLifecycle.Segmentation;

namespace CustomerLifecycle.Tool;

/// <summary>customers.csv: one line for each customer. The columns are always the same; what is not known is empty.</summary>
internal static class CustomersCsv
{
    public const string Name = "customers.csv";

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static readonly string[] Columns =
    [
        "customer", "first_purchase", "last_purchase", "purchase_days", "net_amount", "r", "f", "m", "rfm_cell", "rfm_group", "value_class",
        "repeat_purchases", "recency_weeks", "age_weeks", "mean_repeat_amount", "p_alive", "expected_purchases_13w", "expected_purchases_26w", "expected_purchases_52w",
        "expected_spend", "clv_12m",
    ];

    /// <summary>Text that a spreadsheet would take for a formula gets an apostrophe; numbers and days stay as they are.</summary>
    public static CsvWriterOptions Options { get; } = new() { Injection = CsvInjection.Escape, NewLine = "\n", BufferSize = 1 << 16 };

    public static void Write(ShopAnalysis analysis, Stream stream, CancellationToken cancellationToken)
    {
        using var csv = CsvWriter.Create(stream, Options, leaveOpen: true);
        csv.WriteRecord(Columns);
        csv.ParallelWrite(Customers(analysis.Shop.Customers.Count, cancellationToken), (writer, customer) => Write(writer, analysis, customer), Environment.ProcessorCount);
    }

    private static IEnumerable<int> Customers(int count, CancellationToken cancellationToken)
    {
        const int between = 1 << 12;
        for (var customer = 0; customer < count; customer++)
        {
            if (customer % between == 0) cancellationToken.ThrowIfCancellationRequested();
            yield return customer;
        }
    }

    private static void Write(CsvWriter csv, ShopAnalysis analysis, int customer)
    {
        var shop = analysis.Shop;
        var score = analysis.RfmScores[customer];
        csv.WriteField(shop.Customers[customer]);
        WriteDay(csv, shop.FirstDayOf(customer));
        WriteDay(csv, shop.LastDayOf(customer));
        csv.WriteField(shop.DaysOf(customer).Length, "", Invariant);
        if (shop.HasAmounts) csv.WriteField(shop.NetOf(customer), "", Invariant);
        else csv.WriteField("");
        csv.WriteField(score.R, "", Invariant);
        csv.WriteField(score.F, "", Invariant);
        if (shop.HasAmounts)
        {
            csv.WriteField(score.M, "", Invariant);
            csv.WriteField(score.Cell, "", Invariant);
        }
        else
        {
            csv.WriteField("");
            csv.WriteField("");
        }

        csv.WriteField(RfmCellMap.Standard.GroupOf(score).Code);
        csv.WriteField(shop.HasAmounts ? RfmCellMap.ValueClasses.GroupOf(score).Code : "");

        var summary = analysis.Summary;
        csv.WriteField((int)summary.Frequency[customer], "", Invariant);
        csv.WriteField(summary.Recency[customer], "F4", Invariant);
        csv.WriteField(summary.Age[customer], "F4", Invariant);
        if (shop.HasAmounts) csv.WriteField(summary.MeanSpend[customer], "F4", Invariant);
        else csv.WriteField("");
        WriteForecast(csv, analysis.Forecasts, customer);
        csv.EndRecord();
    }

    private static void WriteForecast(CsvWriter csv, CustomerForecasts? forecasts, int customer)
    {
        if (forecasts is null)
        {
            for (var i = 0; i < CustomerForecasts.Horizons.Length + 3; i++) csv.WriteField("");
            return;
        }

        csv.WriteField(forecasts.ProbabilityAlive[customer], "F6", Invariant);
        foreach (var weeks in CustomerForecasts.Horizons) csv.WriteField(forecasts.ExpectedPurchases(weeks)[customer], "F6", Invariant);
        if (forecasts.ExpectedSpend?[customer] is { } spend && forecasts.Value?[customer] is { } value)
        {
            csv.WriteField(spend, "F4", Invariant);
            csv.WriteField(value, "F4", Invariant);
        }
        else
        {
            csv.WriteField("");
            csv.WriteField("");
        }
    }

    private static void WriteDay(CsvWriter csv, int day)
    {
        var date = DayReader.DateOf(day);
        csv.WriteField<DateOnly>(new(date.Year, date.Month, date.Day), "yyyy-MM-dd", Invariant);
    }
}

/// <summary>rejected.csv: each row that was left out, with its line and the reason.</summary>
internal static class RejectedCsv
{
    public const string Name = "rejected.csv";

    public static void Write(IEnumerable<Rejection> rejections, Stream stream)
    {
        using var csv = CsvWriter.Create(stream, CustomersCsv.Options, leaveOpen: true);
        csv.WriteRecord(["line", "reason", "row"]);
        foreach (var rejection in rejections)
        {
            csv.WriteField(rejection.Line, "", CultureInfo.InvariantCulture);
            csv.WriteField(rejection.Reason);
            csv.WriteField(rejection.Row);
            csv.EndRecord();
        }
    }
}
