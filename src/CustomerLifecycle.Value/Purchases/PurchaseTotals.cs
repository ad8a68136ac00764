namespace CustomerLifecycle.Value;

/// <summary>The columns of a <see cref="PurchaseSummary"/>, each summed over the customers: what to compare first when two programs disagree.</summary>
/// <param name="RepeatCustomers">Customers with a repeat purchase.</param>
/// <param name="Frequency">Repeat purchases.</param>
/// <param name="Recency">Time units from first to last purchase.</param>
/// <param name="Age">Time units from the first purchase to the end of the calibration period.</param>
/// <param name="MeanSpend">The customers' mean amounts, added up.</param>
/// <param name="SumLogIntervals">Logarithms of the times between purchases.</param>
/// <param name="ValidationPurchases">Purchases in the hold-out period; 0 where nothing was held out.</param>
public sealed record PurchaseTotals(int RepeatCustomers, double Frequency, double Recency, double Age, double MeanSpend, double SumLogIntervals, double ValidationPurchases)
{
    /// <summary>Adds up a summary.</summary>
    /// <param name="summary">The cohort.</param>
    public static PurchaseTotals Of(PurchaseSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        var repeatCustomers = 0;
        foreach (var frequency in summary.Frequency)
            if (frequency > 0) repeatCustomers++;

        return new(repeatCustomers, Sum(summary.Frequency), Sum(summary.Recency), Sum(summary.Age), Sum(summary.MeanSpend), Sum(summary.SumLogIntervals), Sum(summary.ValidationPurchases));
    }

    private static double Sum(ReadOnlySpan<double> column)
    {
        double sum = 0;
        foreach (var value in column) sum += value;
        return sum;
    }
}
