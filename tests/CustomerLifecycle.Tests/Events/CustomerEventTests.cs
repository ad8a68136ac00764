namespace CustomerLifecycle.Tests;

public class CustomerEventTests
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 3, 1, 12, 0);

    [Fact]
    public void Position_OrdersByInstantThenNumberThenIdByCodePoint()
    {
        EventPosition[] inOrder =
        [
            new(Noon, 0, "\uFF21"),
            new(Noon, 0, "\U0001F600"),
            new(Noon, 1, "a"),
            new(Noon + Duration.Epsilon, -1, "a"),
        ];

        Assert.Equal(inOrder, Enumerable.Reverse(inOrder).Order());
    }

    [Fact]
    public void SaysTheSameAs_LooksAtAllButWhenItWasReceived()
    {
        var order = New();

        Assert.True(order.SaysTheSameAs(New(received: Noon + Duration.FromDays(1))));
        Assert.All(
            new[] { New(id: "2"), New(customer: "d"), New(type: "visit"), New(occurred: Noon + Duration.Epsilon), New(number: 1), New(total: 6m), New(lineNet: 6m) },
            other => Assert.False(order.SaysTheSameAs(other)));
    }

    /// <summary>One meaning, two ways: what says the same hashes the same, and what does not, does not.</summary>
    [Fact]
    public void ToRequestHash_OfTwoEvents_IsEqualWhenTheySayTheSame()
    {
        CustomerEvent[] events =
            [New(), New(received: Noon + Duration.FromDays(1)), New(id: "2"), New(customer: "d"), New(type: "visit"), New(occurred: Noon + Duration.Epsilon), New(number: 1), New(total: 6m), New(total: 5.00m), New(lineNet: 6m)];

        Assert.All(events, a => Assert.All(events, b => Assert.Equal(a.SaysTheSameAs(b), a.ToRequestHash() == b.ToRequestHash())));
    }

    [Fact]
    public void ToString_ShowsNeitherIdNorCustomerNorProperties()
    {
        var text = New(id: "order-of-jane", customer: "jane@example.org").ToString();

        Assert.DoesNotContain("jane", text, StringComparison.Ordinal);
        Assert.StartsWith("order of customer#", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_BeyondTheLimits_Throws()
    {
        Assert.Throws<ArgumentException>(() => New(id: " "));
        Assert.Throws<ArgumentOutOfRangeException>(() => New(id: new string('x', 129)));
        Assert.Throws<ArgumentOutOfRangeException>(() => New(type: new string('x', 65)));
        Assert.Throws<ArgumentException>(() => new CustomerEvent("1", default, "order", Noon));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CustomerEvent("1", new("c"), "order", Noon, lines: Enumerable.Repeat(PropertyBag.Empty, 1_001).ToArray()));
    }

    [Fact]
    public void Purchase_FromAnOrder_ReadsTotalCurrencyNumberAndLines()
    {
        var order = new CustomerEvent(
            "1", new("c"), "order", Noon,
            PropertyBag.Of(("total", 19.90m), ("currency", "EUR"), ("number", "0042")),
            lines: [PropertyBag.Of(("net", 9.95m), ("sku", "A"), ("category", "toys"), ("quantity", 2)), PropertyBag.Of(("net", 9.95m))]);

        var purchase = Purchase.From(order).Value;

        Assert.Equal(new Money(19.90m, new("EUR")), purchase.Net);
        Assert.Equal("0042", purchase.Number);
        Assert.Equal(("A", "toys", 2m, 9.95m), (purchase.Lines[0].Sku, purchase.Lines[0].Category, purchase.Lines[0].Quantity, purchase.Lines[0].Net));
        Assert.Null(purchase.Lines[1].Sku);
        Assert.Same(order, purchase.Event);
    }

    [Fact]
    public void Purchase_FromARefundWithoutTotalAndCurrency_SumsTheLinesInTheHostsCurrency()
    {
        var refund = new CustomerEvent("1", new("c"), "order", Noon, lines: [PropertyBag.Of(("net", 5m)), PropertyBag.Of(("net", -7.5m))]);

        Assert.Equal(new Money(-2.5m, new("CHF")), Purchase.From(refund, new Currency("CHF")).Value.Net);
    }

    [Fact]
    public void Purchase_WhoseLinesAddUpToMoreThanThereIs_IsRefused()
    {
        var most = PropertyBag.Of(("net", decimal.MaxValue));
        var order = new CustomerEvent("1", new("c"), "order", Noon, PropertyBag.Of(("total", 5m), ("currency", "EUR")), lines: [most, most, PropertyBag.Of(("net", decimal.MinValue))]);

        Assert.Equal("event.order-too-large at lines[1].net", Assert.Single(Purchase.Validate(order).Select(finding => $"{finding.Code} at {finding.Place}")));
        Assert.Equal("event.order-too-large", Purchase.From(order).Refusal?.Code);
        Assert.True(Purchase.From(new("1", new("c"), "order", Noon, PropertyBag.Of(("currency", "EUR")), lines: [most])).IsAccepted);
    }

    [Fact]
    public void Purchase_FromWhatIsNone_IsRefusedWithEveryFinding()
    {
        var wrong = new CustomerEvent("1", new("c"), "order", Noon, PropertyBag.Of(("total", "19.90"), ("currency", "euro"), ("number", 42)), lines: [PropertyBag.Of(("net", "x")), PropertyBag.Empty]);

        Assert.Equal(
            ["event.order-without-total at total", "event.order-without-currency at currency", "event.order-number-not-text at number", "event.order-line-without-net at lines[0].net", "event.order-line-without-net at lines[1].net"],
            Purchase.Validate(wrong).Select(finding => $"{finding.Code} at {finding.Place}"));
        Assert.Equal("event.order-without-total", Purchase.From(wrong).Refusal?.Code);
        Assert.Equal("event.not-an-order", Purchase.From(New(type: "visit")).Refusal?.Code);
    }

    private static CustomerEvent New(
        string id = "1", string customer = "c", string type = "order", Instant? occurred = null, Instant? received = null, long number = 0, decimal total = 5m, decimal lineNet = 5m) =>
        new(id, new(customer), type, occurred ?? Noon, PropertyBag.Of(("total", total), ("currency", "EUR")), received, number, [PropertyBag.Of(("net", lineNet))]);
}
