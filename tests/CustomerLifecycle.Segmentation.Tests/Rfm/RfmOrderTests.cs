namespace CustomerLifecycle.Segmentation.Tests.Rfm;

public class RfmOrderTests
{
    private static readonly CustomerId X = new("x"), Y = new("y");
    private static readonly LocalDate EndOfMarch = new(2025, 3, 31);

    [Fact]
    public void Features_OfOrdersInAnyOrder_CountOrdersUpToTheDay() =>
        Assert.Equal(
            [new(X, new(30, 2, 150m)), new(Y, new(0, 1, 20m))],
            RfmOrder.Features(
                [
                    new(X, new(2025, 3, 1), 50m),
                    new(Y, EndOfMarch, 20m),
                    new(X, new(2025, 1, 10), 100m),
                    new(Y, EndOfMarch.PlusDays(1), 500m),
                ],
                EndOfMarch));

    [Fact]
    public void Features_OfRefunds_LowerTheNetAmountOnly()
    {
        var features = RfmOrder.Features([new(X, new(2025, 3, 1), 50m), new(X, new(2025, 3, 20), -80m), new(Y, new(2025, 3, 1), -5m)], EndOfMarch);

        Assert.Equal([new(X, new(30, 1, -30m))], features);
    }

    [Fact]
    public void From_APurchase_TakesTheDayOfTheZone()
    {
        var order = new CustomerEvent("1", X, Purchase.EventType, Instant.FromUtc(2025, 3, 31, 20, 0), PropertyBag.Of(Purchase.TotalProperty, new PropertyValue(12.5m)));

        Assert.Equal(new RfmOrder(X, EndOfMarch.PlusDays(1), 12.5m), RfmOrder.From(Purchase.From(order, new Currency("CNY")).Value, DateTimeZoneProviders.Tzdb["Asia/Shanghai"]));
    }
}
