namespace CustomerLifecycle.Value.Tests;

public class PurchaseLogTests
{
    private static readonly LocalDate Monday = new(2026, 6, 1);

    [Fact]
    public void Summarise_MergesDays_LeavesOutTheFirst_AndCountsInWeeks()
    {
        var log = new PurchaseLogBuilder()
            .Add(new CustomerId("a"), Monday.PlusDays(14), 30)
            .Add(new CustomerId("b"), Monday.PlusDays(28), 5)
            .Add(new CustomerId("a"), Monday, 100)
            .Add(new CustomerId("a"), Monday.PlusDays(21), 7)
            .Add(new CustomerId("a"), Monday.PlusDays(14), 3)
            .Add(new CustomerId("c"), Monday.PlusDays(29), 5)
            .Add(new CustomerId("a"), Monday.PlusDays(29), 1)
            .Add(new CustomerId("a"), Monday.PlusDays(31), 1)
            .Build();

        var summary = log.Summarise(Monday.PlusDays(28), Monday.PlusDays(30));

        Assert.Equal(3, log.CustomerCount);
        Assert.Equal("a b", string.Join(' ', summary.Customers.ToArray().Select(id => id.Value)));
        Assert.Equal([2, 0], summary.Frequency.ToArray());
        Assert.Equal([3, 0], summary.Recency.ToArray());
        Assert.Equal([4, 0], summary.Age.ToArray());
        Assert.Equal([20, 0], summary.MeanSpend.ToArray());
        Assert.Equal([Math.Log(2), 0], summary.SumLogIntervals.ToArray());
        Assert.Equal([1, 0], summary.ValidationPurchases.ToArray());
        Assert.Equal(2.0 / 7, summary.ValidationHorizon);
        Assert.Equal(new PurchaseHistory(2, 3, 4, Math.Log(2)), summary[0]);
    }

    [Fact]
    public void Summarise_InAnyOrderOfArrival_GivesTheSameBits()
    {
        var random = new Statistics.SeededRandom(1);
        var purchases = Enumerable.Range(0, 3_000).Select(_ => (Customer: (long)random.NextInt(20), Day: Monday.PlusDays(random.NextInt(200)), Amount: random.NextInt(100_000) / 100m)).ToArray();

        var inOrder = Totals(purchases.OrderBy(purchase => purchase.Customer).ThenBy(purchase => purchase.Day));
        var reversed = Totals(purchases.OrderBy(purchase => purchase.Customer).ThenByDescending(purchase => purchase.Day).ThenByDescending(purchase => purchase.Amount));

        Assert.Equal(inOrder, reversed);

        static double[] Totals(IEnumerable<(long Customer, LocalDate Day, decimal Amount)> purchases)
        {
            var log = new PurchaseLogBuilder();
            foreach (var (customer, day, amount) in purchases) log.Add(customer, day, amount);
            return log.Build().Summarise(Monday.PlusDays(150)).MeanSpend.ToArray();
        }
    }

    [Fact]
    public void Add_ByNumberAndByText_IsTheSameCustomer()
    {
        var log = new PurchaseLogBuilder().Add(42, Monday).Add(new CustomerId("42"), Monday.PlusDays(1)).Build();

        Assert.Equal(1, log.CustomerCount);
        Assert.Equal(2, log.PurchaseDayCount);
    }

    [Fact]
    public void Regularity_OfTwoIntervalsEach_IsWheatAndMorrisons()
    {
        // Shares 1/4, 3/4 and 1/2: the mean square about one half is 1/24.
        var log = new PurchaseLogBuilder();
        foreach (var (customer, days) in new[] { (1, new[] { 0, 1, 4 }), (2, [0, 3, 4]), (3, [0, 50, 52, 54]), (4, [0, 9]) })
            foreach (var day in days) log.Add(customer, Monday.PlusDays(day));

        var regularity = log.Build().Regularity();

        Assert.Equal(3, regularity.Customers);
        Assert.Equal((1 - (4.0 / 24)) / (8.0 / 24), regularity.Shape!.Value, 1e-14);
        Assert.Null(new PurchaseLogBuilder().Add(1, Monday).Build().Regularity().Shape);
    }

    [Fact]
    public void Summarise_OfNobody_HasNoRows()
    {
        var summary = new PurchaseLogBuilder().Build().Summarise(Monday);

        Assert.Equal(0, summary.Count);
        Assert.Null(summary.ValidationHorizon);
        Assert.True(summary.ValidationPurchases.IsEmpty);
    }

    [Fact]
    public void Summarise_WithAHoldOutThatEndsTooEarly_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PurchaseLogBuilder().Build().Summarise(Monday, Monday));

    [Fact]
    public void TimeUnits_AndDiscountRates_CarryTheirPeriods()
    {
        Assert.Equal(TimeUnit.Week, new TimeUnit(7));
        Assert.Equal(7, default(TimeUnit).Days);
        Assert.Equal(Math.Log(1.1), DiscountRate.Annual(0.10).ContinuousPer(TimeUnit.Year), 1e-15);
        Assert.Equal(Math.Log(1.01) * 12, DiscountRate.Monthly(0.01).ContinuousPer(TimeUnit.Year), 1e-15);
        Assert.Equal(0.0027, DiscountRate.Continuous(TimeUnit.Week, 0.0027).ContinuousPer(TimeUnit.Week), 1e-18);
        Assert.Throws<ArgumentOutOfRangeException>(() => DiscountRate.Annual(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TimeUnit(0));
    }
}
