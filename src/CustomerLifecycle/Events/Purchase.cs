namespace CustomerLifecycle;

/// <summary>A view of an event of type <c>order</c>: the one place where events become purchases.</summary>
/// <remarks>
/// The event's properties: <c>total</c> (number: what was paid, net; negative for a refund; absent, it is the sum of the lines), <c>currency</c> (text: ISO 4217; absent, it is
/// the host's), <c>number</c> (text: the shop's own order number). Its lines: <see cref="OrderLine"/>.
/// </remarks>
public sealed class Purchase
{
    /// <summary>The type of the events that are purchases.</summary>
    public const string EventType = "order";

    /// <summary>The property that holds the net amount.</summary>
    public const string TotalProperty = "total";

    /// <summary>The property that holds the currency.</summary>
    public const string CurrencyProperty = "currency";

    /// <summary>The property that holds the shop's own order number.</summary>
    public const string NumberProperty = "number";

    private readonly OrderLine[] _lines;

    private Purchase(CustomerEvent source, Money net)
    {
        Event = source;
        Net = net;
        _lines = [.. source.Lines.Select(static line => new OrderLine(line))];
    }

    /// <summary>The event that this is a view of.</summary>
    public CustomerEvent Event { get; }

    /// <summary>Who purchased.</summary>
    public CustomerId Customer => Event.Customer;

    /// <summary>When.</summary>
    public Instant Occurred => Event.Occurred;

    /// <summary>What was paid, net; negative for a refund.</summary>
    public Money Net { get; }

    /// <summary>The shop's own order number, or null.</summary>
    public string? Number => Event.Properties[NumberProperty].AsText;

    /// <summary>What was purchased; may be empty.</summary>
    public IReadOnlyList<OrderLine> Lines => _lines;

    /// <summary>Looks at an event as a purchase.</summary>
    /// <param name="source">The event.</param>
    /// <param name="hostCurrency">The currency of orders that name none; null: they must name one.</param>
    /// <returns>The purchase, or the first of <see cref="Validate"/>'s findings as a refusal.</returns>
    public static Decision<Purchase> From(CustomerEvent source, Currency? hostCurrency = null)
    {
        var findings = Validate(source, hostCurrency);
        if (findings.Count > 0) return new Refusal(findings[0].Code, findings[0].Advice);

        var total = source.Properties[TotalProperty].AsNumber ?? source.Lines.Sum(static line => new OrderLine(line).Net);
        var currency = source.Properties[CurrencyProperty].AsText is { } code ? new Currency(code) : hostCurrency!.Value;
        return new Purchase(source, new Money(total, currency));
    }

    /// <summary>Everything that keeps an event from being a purchase.</summary>
    /// <param name="source">The event.</param>
    /// <param name="hostCurrency">The currency of orders that name none; null: they must name one.</param>
    /// <returns>All findings, with places like <c>total</c> and <c>lines[2].net</c>; none when it is a purchase.</returns>
    public static IReadOnlyList<Finding> Validate(CustomerEvent source, Currency? hostCurrency = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!string.Equals(source.Type, EventType, StringComparison.Ordinal))
            return [new("event.not-an-order", "type", $"A purchase is an event of type '{EventType}'; this is another.")];

        var findings = new List<Finding>();
        var total = source.Properties[TotalProperty];
        if (total.IsSet ? total.Kind != PropertyKind.Number : source.Lines.Count == 0)
            findings.Add(new("event.order-without-total", TotalProperty, $"An order needs the number '{TotalProperty}', or lines to sum. Found {Found(total)} and {source.Lines.Count} lines."));

        var currency = source.Properties[CurrencyProperty];
        if (currency.IsSet ? !Currency.IsCode(currency.AsText) : hostCurrency is null)
            findings.Add(new("event.order-without-currency", CurrencyProperty, $"An order needs the text '{CurrencyProperty}', three letters like EUR, or a host currency in the options. Found {Found(currency)}."));

        var number = source.Properties[NumberProperty];
        if (number.IsSet && number.Kind != PropertyKind.Text)
            findings.Add(new("event.order-number-not-text", NumberProperty, $"An order's '{NumberProperty}' is a text, so that leading zeros stay. Found {Found(number)}."));

        var room = decimal.MaxValue;
        for (var i = 0; i < source.Lines.Count; i++)
        {
            var net = source.Lines[i][OrderLine.NetProperty];
            var amount = Math.Abs(net.AsNumber ?? 0m);
            if (room >= 0 && room < amount)
                findings.Add(new("event.order-too-large", $"lines[{i}].{OrderLine.NetProperty}", $"The lines of an order add up to at most {decimal.MaxValue}. Look at the unit of the amounts."));
            room = room < amount ? -1m : room - amount;
            if (net.Kind != PropertyKind.Number)
                findings.Add(new("event.order-line-without-net", $"lines[{i}].{OrderLine.NetProperty}", $"Each line of an order needs the number '{OrderLine.NetProperty}'. Found {Found(net)}."));
        }

        return findings;
    }

    /// <summary>Number of lines, time and the customer's pseudonym.</summary>
    public override string ToString() => $"purchase of {Customer} at {Occurred}, {Lines.Count} lines";

    private static string Found(PropertyValue value) => value.Kind switch
    {
        PropertyKind.Missing => "nothing",
        PropertyKind.Number => "a number",
        PropertyKind.Text => "a text",
        PropertyKind.Truth => "a truth value",
        PropertyKind.Instant => "an instant",
        _ => "a date",
    };
}

/// <summary>A view of one line of an order: <c>net</c> (number), and as far as known <c>sku</c>, <c>category</c> (texts) and <c>quantity</c> (number).</summary>
public readonly struct OrderLine
{
    /// <summary>The property that holds the net amount, in the order's currency.</summary>
    public const string NetProperty = "net";

    /// <summary>The property that names the article.</summary>
    public const string SkuProperty = "sku";

    /// <summary>The property that names the article's category.</summary>
    public const string CategoryProperty = "category";

    /// <summary>The property that holds how many or how much.</summary>
    public const string QuantityProperty = "quantity";

    private readonly PropertyBag? _properties;

    internal OrderLine(PropertyBag properties) => _properties = properties;

    /// <summary>All that the line says.</summary>
    public PropertyBag Properties => _properties ?? PropertyBag.Empty;

    /// <summary>The net amount, in the order's currency; negative where something is given back.</summary>
    public decimal Net => Properties[NetProperty].AsNumber ?? 0m;

    /// <summary>The article, or null.</summary>
    public string? Sku => Properties[SkuProperty].AsText;

    /// <summary>The article's category, or null.</summary>
    public string? Category => Properties[CategoryProperty].AsText;

    /// <summary>How many or how much, or null.</summary>
    public decimal? Quantity => Properties[QuantityProperty].AsNumber;
}
