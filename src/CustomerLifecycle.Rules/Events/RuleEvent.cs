namespace CustomerLifecycle.Rules;

/// <summary>An event as rules see it. Immutable.</summary>
public sealed class RuleEvent
{
    private readonly KeyValuePair<string, RuleValue>[] _properties;

    /// <summary>Describes an event.</summary>
    /// <param name="type">What happened.</param>
    /// <param name="at">When.</param>
    /// <param name="properties">What is known of it; null is nothing. Of a name that stands twice the first counts.</param>
    /// <param name="id">Events with the same id are one event; null is an event of its own.</param>
    /// <param name="order">Orders events of one instant.</param>
    /// <param name="received">When it became known; null is when it happened.</param>
    public RuleEvent(string type, Instant at, IEnumerable<KeyValuePair<string, RuleValue>>? properties = null, string? id = null, long order = 0, Instant? received = null)
    {
        Type = TreeGuard.Name(type);
        At = at;
        Id = id;
        Order = order;
        Received = received ?? at;
        _properties = properties is null ? [] : [.. properties.Where(property => !property.Value.IsMissing)];
    }

    /// <summary>Takes over an event of the front door.</summary>
    /// <param name="source">The event.</param>
    public RuleEvent(CustomerEvent source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Type = source.Type;
        At = source.Occurred;
        Id = source.Id;
        Order = source.OrderNumber;
        Received = source.Received;
        _properties = [.. source.Properties.Select(property => new KeyValuePair<string, RuleValue>(property.Key, RuleValue.Of(property.Value)))];
    }

    /// <summary>What happened.</summary>
    public string Type { get; }

    /// <summary>When.</summary>
    public Instant At { get; }

    /// <summary>Events with the same id are one event; null is an event of its own.</summary>
    public string? Id { get; }

    /// <summary>Orders events of one instant.</summary>
    public long Order { get; }

    /// <summary>When it became known.</summary>
    public Instant Received { get; }

    /// <summary>What is known of it.</summary>
    public IReadOnlyList<KeyValuePair<string, RuleValue>> Properties => _properties;

    /// <summary>A property's value; missing when there is none.</summary>
    /// <param name="name">The property's name, compared ordinally.</param>
    public RuleValue this[string name]
    {
        get
        {
            foreach (var property in _properties)
                if (string.Equals(property.Key, name, StringComparison.Ordinal)) return property.Value;
            return default;
        }
    }

    /// <summary>Type and time; neither id nor properties.</summary>
    public override string ToString() => $"{Type} at {At}";
}
