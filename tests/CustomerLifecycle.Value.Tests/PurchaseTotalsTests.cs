namespace CustomerLifecycle.Value.Tests;

public class PurchaseTotalsTests
{
    [Fact]
    public void Totals_OfASummary_AreTheSumsOfItsColumns()
    {
        var summary = new PurchaseLogBuilder()
            .Add(new CustomerId("a"), new LocalDate(2026, 1, 5), 10)
            .Add(new CustomerId("a"), new LocalDate(2026, 1, 12), 20)
            .Add(new CustomerId("a"), new LocalDate(2026, 1, 26), 40)
            .Add(new CustomerId("b"), new LocalDate(2026, 1, 19), 5)
            .Add(new CustomerId("b"), new LocalDate(2026, 2, 9), 5)
            .Build()
            .Summarise(new LocalDate(2026, 2, 2), new LocalDate(2026, 3, 2));

        var totals = PurchaseTotals.Of(summary);

        Assert.Equal(new PurchaseTotals(RepeatCustomers: 1, Frequency: 2, Recency: 3, Age: 6, MeanSpend: 30, SumLogIntervals: Math.Log(2), ValidationPurchases: 1), totals);
    }
}
