namespace CustomerLifecycle;

/// <summary>Something that a customer did, or that happened to them. Immutable and always within its limits.</summary>
public sealed class CustomerEvent
{
    /// <summary>The longest id, in UTF-16 code units.</summary>
    public const int MaxIdLength = 128;

    /// <summary>The longest type, in UTF-16 code units.</summary>
    public const int MaxTypeLength = 64;

    /// <summary>Lines in one event.</summary>
    public const int MaxLines = 1_000;

    /// <summary>Describes an event.</summary>
    /// <param name="id">The host's own name of it, unique for its customer: said again, it is the same event. 1 to <see cref="MaxIdLength"/> code units.</param>
    /// <param name="customer">Whose event it is.</param>
    /// <param name="type">What happened: <c>order</c>, <c>visit</c>. 1 to <see cref="MaxTypeLength"/> code units.</param>
    /// <param name="occurred">When it happened.</param>
    /// <param name="properties">What is known of it; null is nothing.</param>
    /// <param name="received">When it became known; null is when it happened.</param>
    /// <param name="orderNumber">Orders events of one instant; see <see cref="EventPosition"/>.</param>
    /// <param name="lines">Its parts, as an order's lines are; null is none. At most <see cref="MaxLines"/>.</param>
    /// <exception cref="ArgumentException">A text is blank or too long, a customer was never assigned, or there are too many lines.</exception>
    public CustomerEvent(
        string id, CustomerId customer, string type, Instant occurred, PropertyBag? properties = null, Instant? received = null, long orderNumber = 0, IReadOnlyList<PropertyBag>? lines = null)
    {
        Id = KeyText.Check(id, MaxIdLength, nameof(id));
        if (customer == default) throw new ArgumentException("The customer was never assigned: construct a CustomerId from the host's own key.", nameof(customer));
        Customer = customer;
        Type = KeyText.Check(type, MaxTypeLength, nameof(type));
        Occurred = occurred;
        Received = received ?? occurred;
        OrderNumber = orderNumber;
        Properties = properties ?? PropertyBag.Empty;
        Lines = lines is null || lines.Count == 0 ? [] : Copy(lines);
    }

    /// <summary>The host's own name of it, unique for its customer.</summary>
    public string Id { get; }

    /// <summary>Whose event it is.</summary>
    public CustomerId Customer { get; }

    /// <summary>What happened.</summary>
    public string Type { get; }

    /// <summary>When it happened.</summary>
    public Instant Occurred { get; }

    /// <summary>When it became known.</summary>
    public Instant Received { get; }

    /// <summary>Orders events of one instant.</summary>
    public long OrderNumber { get; }

    /// <summary>What is known of it.</summary>
    public PropertyBag Properties { get; }

    /// <summary>Its parts, as an order's lines are.</summary>
    public IReadOnlyList<PropertyBag> Lines { get; }

    /// <summary>Its place in the one order of events.</summary>
    public EventPosition Position => new(Occurred, OrderNumber, Id);

    /// <summary>Whether another delivery says the same: all but <see cref="Received"/> is equal.</summary>
    /// <param name="other">The other delivery.</param>
    public bool SaysTheSameAs(CustomerEvent other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Position == other.Position && Customer == other.Customer && string.Equals(Type, other.Type, StringComparison.Ordinal)
            && Properties.Equals(other.Properties) && Lines.SequenceEqual(other.Lines);
    }

    /// <summary>Stands for all of it but <see cref="Received"/>: the request hash of whoever appends under the event's id.</summary>
    public RequestHash ToRequestHash()
    {
        var hasher = RequestHasher.Start("event");
        hasher.Add(Id);
        hasher.Add(Customer);
        hasher.Add(Type);
        hasher.Add(Occurred);
        hasher.Add(OrderNumber);
        Properties.AddTo(ref hasher);
        hasher.AddCount(Lines.Count);
        for (var i = 0; i < Lines.Count; i++) Lines[i].AddTo(ref hasher);
        return hasher.ToHash();
    }

    /// <summary>Type, time and the customer's pseudonym; neither id nor properties.</summary>
    public override string ToString() => $"{Type} of {Customer} at {Occurred}";

    private static PropertyBag[] Copy(IReadOnlyList<PropertyBag> lines)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lines.Count, MaxLines, nameof(lines));
        PropertyBag[] copy = [.. lines];
        if (Array.IndexOf(copy, null!) >= 0) throw new ArgumentException("A line is null. Leave it out, or use PropertyBag.Empty.", nameof(lines));
        return copy;
    }
}
