namespace CustomerLifecycle.Rules.Tests.Events;

public class EventLogTests
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 7, 1, 12, 0);

    [Fact]
    public void Log_OfSeveralDeliveriesOfOneId_KeepsTheOneReceivedFirst()
    {
        var late = Event("a", 0, received: 9);
        var early = Event("a", 1, received: 5);

        Assert.Same(early, Assert.Single(EventLog.Of([late, early]).Events));
        Assert.Same(early, Assert.Single(EventLog.Of([late]).With(early).Events));
        Assert.Same(early, Assert.Single(EventLog.Of([early]).With(late).Events));
    }

    [Fact]
    public void Log_OfEqualInstants_IsOrderedByNumberThenByCodePointOfId()
    {
        var smile = Event("😀", 0);
        var tilde = Event("～", 0);
        var second = Event("a", 0, order: 1);

        Assert.Equal([tilde, smile, second], EventLog.Of([second, smile, tilde]).Events);
    }

    [Fact]
    public void Log_GrownOneByOne_IsTheLogOfAll()
    {
        var random = new Random(3);
        for (var i = 0; i < 300; i++)
        {
            var events = Enumerable.Range(0, 12).Select(_ => Event(random.Next(3) == 0 ? null : $"e{random.Next(6)}", random.Next(3), random.Next(2), random.Next(4))).ToList();

            Assert.Equal(EventLog.Of(events).Events, events.Aggregate(EventLog.Empty, (log, added) => log.With(added)).Events);
        }
    }

    [Fact]
    public void Event_OfTheFrontDoor_KeepsItsPlaceAndItsProperties()
    {
        var source = new CustomerEvent("o-1", new CustomerId("c"), "order", Noon, PropertyBag.Of(("total", 12.5m), ("sku", "A")), Noon + Duration.FromHours(1), 7);

        var taken = new RuleEvent(source);

        Assert.Equal(("order", Noon, "o-1", 7L, Noon + Duration.FromHours(1)), (taken.Type, taken.At, taken.Id, taken.Order, taken.Received));
        Assert.Equal((RuleValue.Of(12.5m), RuleValue.Of("A"), RuleValue.Missing), (taken["total"], taken["sku"], taken["none"]));
    }

    private static RuleEvent Event(string? id, int minutes, int order = 0, int received = 0) =>
        new("order", Noon + Duration.FromMinutes(minutes), null, id, order, Noon + Duration.FromHours(received));
}
