namespace CustomerLifecycle.Testing.Tests.Simulation;

public class ShopSimulatorTests
{
    private static readonly LocalDate FirstDay = new(2023, 1, 2), LastDay = new(2024, 12, 29);

    [Fact]
    public void Customer_OfTheSameSeed_IsTheSameWhetherOthersAreMadeOrNot()
    {
        var alone = Shop(seed: 7).Customer(17);
        var amongOthers = Shop(seed: 7).Customers(18).Last();

        Assert.Equal(alone.Id, amongOthers.Id);
        Assert.Equal(alone.PurchaseRate, amongOthers.PurchaseRate);
        Assert.Equal(alone.Purchases, amongOthers.Purchases);
        Assert.NotEqual(alone.PurchaseRate, Shop(seed: 8).Customer(17).PurchaseRate);
    }

    [Fact]
    public void Customers_Always_BuyInOrderWithinTheTimeAndNeverAfterTheyLeft()
    {
        foreach (var customer in Shop(seed: 1).Customers(2000))
        {
            Assert.NotEmpty(customer.Purchases);
            Assert.True(customer.Purchases.Zip(customer.Purchases.Skip(1)).All(pair => pair.First.Day <= pair.Second.Day));
            Assert.All(customer.Purchases, purchase => Assert.True(purchase.Day >= FirstDay && purchase.Day <= LastDay && purchase.Amount > 0));
            if (customer.Left is { } left) Assert.Equal(left, customer.Purchases[^1].Day);
            Assert.Equal(customer.Left is null, customer.IsAliveAt(LastDay));
            Assert.True(customer.IsAliveAt(FirstDay.PlusDays(-1)));
        }
    }

    [Fact]
    public void Customers_ManyOfThem_HaveTheMeansOfTheTruth()
    {
        var truth = ShopTruth.MusicShop;
        var customers = Shop(seed: 3).Customers(40_000).ToArray();

        // Standard errors of the three means are about 0.0006, 0.0010 and 0.15.
        Assert.InRange(customers.Average(customer => customer.PurchaseRate), (truth.R / truth.Alpha) - 0.003, (truth.R / truth.Alpha) + 0.003);
        Assert.InRange(customers.Average(customer => customer.ChanceToLeave), (truth.A / (truth.A + truth.B)) - 0.005, (truth.A / (truth.A + truth.B)) + 0.005);
        var meanSpend = truth.P * truth.V / (truth.Q - 1);
        Assert.InRange(customers.Average(customer => customer.MeanSpend), meanSpend - 0.8, meanSpend + 0.8);
        Assert.InRange(customers.Average(customer => (double)customer.Purchases[0].Amount), meanSpend - 0.8, meanSpend + 0.8);
    }

    [Theory]
    [InlineData(0, 1, 1, 1, 1, 2, 1)]
    [InlineData(1, double.NaN, 1, 1, 1, 2, 1)]
    [InlineData(1, 1, 1, double.PositiveInfinity, 1, 2, 1)]
    [InlineData(1, 1, 1, 1, 1, 1, 1)]
    public void Truth_OutsideItsRange_Throws(double r, double alpha, double a, double b, double p, double q, double v) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShopTruth(r, alpha, a, b, p, q, v));

    [Fact]
    public void Shop_WithDaysThatDoNotFit_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShopSimulator(ShopTruth.MusicShop, LastDay, FirstDay, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShopSimulator(ShopTruth.MusicShop, FirstDay, FirstDay.PlusDays(9), 1, acquisitionDays: 11));
        Assert.Throws<ArgumentOutOfRangeException>(() => Shop(1).Customer(-1));
    }

    private static ShopSimulator Shop(long seed) => new(ShopTruth.MusicShop, FirstDay, LastDay, seed);
}
