namespace CustomerLifecycle.Rules;

/// <summary>What a test looks at.</summary>
public abstract record Operand
{
    private protected Operand()
    {
    }

    internal virtual int Nodes => 1;

    internal virtual int Depth => 0;
}

/// <summary>An attribute of the customer, or inside <c>[…]</c> a property of the event: <c>country</c>.</summary>
public sealed record AttributeOperand : Operand
{
    /// <summary>Names an attribute.</summary>
    /// <param name="name">1 to <see cref="RuleLimits.NameLength"/> code units.</param>
    public AttributeOperand(string name) => Name = TreeGuard.Name(name);

    /// <summary>The attribute's name.</summary>
    public string Name { get; }
}

/// <summary>A field of the event at hand, in a stage guard: <c>event.amount</c>.</summary>
public sealed record EventFieldOperand : Operand
{
    /// <summary>Names a field.</summary>
    /// <param name="name">1 to <see cref="RuleLimits.NameLength"/> code units.</param>
    public EventFieldOperand(string name) => Name = TreeGuard.Name(name);

    /// <summary>The field's name.</summary>
    public string Name { get; }
}

/// <summary>How often a stage was entered, in a stage guard: <c>visits('loyal')</c>.</summary>
public sealed record VisitsOperand : Operand
{
    /// <summary>Names a stage.</summary>
    /// <param name="stage">1 to <see cref="RuleLimits.NameLength"/> code units.</param>
    public VisitsOperand(string stage) => Stage = TreeGuard.Name(stage);

    /// <summary>The stage's id.</summary>
    public string Stage { get; }
}

/// <summary>Whole years since a date, birthdays observed as anniversaries: <c>age(birth_date)</c>. Missing for a date after today.</summary>
public sealed record AgeOperand : Operand
{
    /// <summary>Names a date attribute.</summary>
    /// <param name="name">1 to <see cref="RuleLimits.NameLength"/> code units.</param>
    public AgeOperand(string name) => Name = TreeGuard.Name(name);

    /// <summary>The attribute's name.</summary>
    public string Name { get; }
}

/// <summary>The number of distinct elements of a set, 0 for a missing one: <c>size(tags)</c>.</summary>
public sealed record SizeOperand : Operand
{
    /// <summary>Names a set attribute.</summary>
    /// <param name="name">1 to <see cref="RuleLimits.NameLength"/> code units.</param>
    public SizeOperand(string name) => Name = TreeGuard.Name(name);

    /// <summary>The attribute's name.</summary>
    public string Name { get; }
}

/// <summary>A stable sample: the first 8 bytes of SHA-256 over <c>salt:customer</c>, big-endian, modulo the number of buckets: <c>bucket('mail')</c>.</summary>
public sealed record BucketOperand : Operand
{
    /// <summary>Names a sample.</summary>
    /// <param name="salt">The name of the experiment, 1 to <see cref="RuleLimits.NameLength"/> code units.</param>
    /// <param name="buckets">1 or more; 100 makes percents.</param>
    public BucketOperand(string salt, int buckets = DefaultBuckets)
    {
        Salt = TreeGuard.Name(salt);
        Buckets = buckets;
    }

    /// <summary>The number of buckets where none is given.</summary>
    public const int DefaultBuckets = 100;

    /// <summary>The name of the experiment.</summary>
    public string Salt { get; }

    /// <summary>How many buckets there are.</summary>
    public int Buckets { get; }
}

/// <summary>What is computed over a customer's events.</summary>
public enum Aggregation
{
    /// <summary>The number of events; with a property, of those that have it.</summary>
    Count = 0,

    /// <summary>The sum of a property; 0 of none. Exact for integers and decimals.</summary>
    Sum,

    /// <summary>The mean of a property; missing of none.</summary>
    Average,

    /// <summary>The smallest value of a property; missing of none.</summary>
    Minimum,

    /// <summary>The greatest value of a property; missing of none.</summary>
    Maximum,

    /// <summary>The number of distinct values of a property.</summary>
    Distinct,

    /// <summary>The instant of the first event.</summary>
    First,

    /// <summary>The instant of the last event.</summary>
    Last,

    /// <summary>The property's value of the last event that has it.</summary>
    Latest,
}

/// <summary>An aggregate over the customer's events: <c>order[total &gt;= 50].sum(total, last 12 months)</c>.</summary>
public sealed record AggregateOperand : Operand
{
    /// <summary>Describes an aggregate.</summary>
    /// <param name="events">Which events.</param>
    /// <param name="aggregation">What is computed.</param>
    /// <param name="property">Of which property; null for the events themselves.</param>
    /// <param name="window">When; null for ever.</param>
    public AggregateOperand(EventSelector events, Aggregation aggregation, string? property = null, RuleWindow? window = null)
    {
        ArgumentNullException.ThrowIfNull(events);
        Events = events;
        Aggregation = aggregation;
        Property = property is null ? null : TreeGuard.Name(property);
        Window = window;
    }

    /// <summary>Which events.</summary>
    public EventSelector Events { get; }

    /// <summary>What is computed.</summary>
    public Aggregation Aggregation { get; }

    /// <summary>Of which property; null for the events themselves.</summary>
    public string? Property { get; }

    /// <summary>When; null for ever.</summary>
    public RuleWindow? Window { get; }

    internal override int Nodes => 1 + Events.Nodes;

    internal override int Depth => Events.Depth;
}

/// <summary>Events of one type that pass a test of their own properties: <c>order[total &gt;= 50]</c>.</summary>
public sealed record EventSelector
{
    /// <summary>Selects events.</summary>
    /// <param name="eventType">1 to <see cref="RuleLimits.NameLength"/> code units.</param>
    /// <param name="where">A condition over the event's properties; null for all events of the type.</param>
    public EventSelector(string eventType, Condition? where = null)
    {
        EventType = TreeGuard.Name(eventType);
        Where = where;
    }

    /// <summary>The type of event.</summary>
    public string EventType { get; }

    /// <summary>A condition over the event's properties; null for all events of the type.</summary>
    public Condition? Where { get; }

    internal int Nodes => 1 + (Where?.Nodes ?? 0);

    internal int Depth => Where?.Depth ?? 0;
}
