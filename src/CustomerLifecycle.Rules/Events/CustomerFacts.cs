namespace CustomerLifecycle.Rules;

/// <summary>What is known of one customer, for hosts without a type of their own: named values and events. Immutable.</summary>
public sealed class CustomerFacts
{
    private readonly Dictionary<string, RuleValue> _attributes;

    /// <summary>Collects what is known.</summary>
    /// <param name="attributes">Values by name, ordinally; null is none.</param>
    /// <param name="events">The customer's events; null is none.</param>
    /// <param name="customer">The host's key of the customer, for <c>bucket(…)</c>; empty when no rule asks for it.</param>
    public CustomerFacts(IEnumerable<KeyValuePair<string, RuleValue>>? attributes = null, EventLog? events = null, string customer = "")
    {
        _attributes = attributes is null ? new(StringComparer.Ordinal) : attributes.ToDictionary(static attribute => attribute.Key, static attribute => attribute.Value, StringComparer.Ordinal);
        Events = events ?? EventLog.Empty;
        Customer = customer;
    }

    /// <summary>The customer's events.</summary>
    public EventLog Events { get; }

    /// <summary>The host's key of the customer.</summary>
    public string Customer { get; }

    /// <summary>The named values.</summary>
    public IReadOnlyDictionary<string, RuleValue> Attributes => _attributes;

    /// <summary>An attribute's value; missing when there is none.</summary>
    /// <param name="name">The attribute's name.</param>
    public RuleValue this[string name] => _attributes.TryGetValue(name, out var value) ? value : default;

    /// <summary>A profile that reads any attribute and any event of such customers.</summary>
    public static RuleProfile<CustomerFacts> Profile() =>
        new RuleProfile<CustomerFacts>().AnyAttribute(static (facts, name) => facts[name]).AnyEvent().Events(static facts => facts.Events).Id(static facts => facts.Customer);

    /// <summary>The same customer with one more event.</summary>
    /// <param name="added">The event.</param>
    public CustomerFacts With(RuleEvent added) => new(_attributes, Events.With(added), Customer);

    /// <summary>The same customer with another value of an attribute.</summary>
    /// <param name="name">The attribute's name.</param>
    /// <param name="value">The value; missing takes it away.</param>
    public CustomerFacts With(string name, RuleValue value)
    {
        var attributes = new Dictionary<string, RuleValue>(_attributes, StringComparer.Ordinal) { [name] = value };
        return new(attributes, Events, Customer);
    }
}
