namespace CustomerLifecycle.Rules;

/// <summary>What rules may speak of: attributes and types of events, with kinds. Immutable; made by <see cref="RuleSchemaBuilder"/>.</summary>
public sealed class RuleSchema
{
    private readonly Dictionary<string, AttributeSchema> _attributes;
    private readonly Dictionary<string, EventTypeSchema> _events;
    private readonly Dictionary<string, RuleKind>? _eventFields;
    private readonly HashSet<string>? _stages;

    internal RuleSchema(RuleSchemaBuilder builder)
    {
        _attributes = new(builder.Attributes.Count, StringComparer.Ordinal);
        foreach (var (name, kind) in builder.Attributes) _attributes.Add(name, new(name, kind, _attributes.Count));
        _events = builder.Events.ToDictionary(type => type.Key, type => new EventTypeSchema(type.Key, type.Value), StringComparer.Ordinal);
        _eventFields = builder.EventFields is null ? null : new(builder.EventFields, StringComparer.Ordinal);
        _stages = builder.Stages is null ? null : new(builder.Stages, StringComparer.Ordinal);
        Attributes = [.. _attributes.Values];
        IsOpen = builder.IsOpen;
        HasOpenEvents = builder.HasOpenEvents;
        HasAggregates = builder.HasAggregates;
        HasDwell = builder.HasDwell;
    }

    /// <summary>Nothing is declared and every name may hold any kind: kinds are looked at when values are there.</summary>
    public static RuleSchema Open { get; } = new RuleSchemaBuilder().OpenAttributes().OpenEvents().Build();

    /// <summary>The declared attributes, in order of declaration; the place in this list is <see cref="AttributeSchema.Index"/>.</summary>
    public IReadOnlyList<AttributeSchema> Attributes { get; }

    /// <summary>The declared types of events.</summary>
    public IReadOnlyCollection<EventTypeSchema> EventTypes => _events.Values;

    /// <summary>Whether attributes that are not declared may be used, with any kind.</summary>
    public bool IsOpen { get; }

    /// <summary>Whether types of events that are not declared may be used, with properties of any kind.</summary>
    public bool HasOpenEvents { get; }

    /// <summary>Whether rules may look at the customer's events; not so in a stage guard, which declares facts.</summary>
    public bool HasAggregates { get; }

    /// <summary>Whether rules may look at the time in the current stage.</summary>
    public bool HasDwell { get; }

    internal IEnumerable<string> AttributeNames => _attributes.Keys;

    internal IEnumerable<string> EventTypeNames => _events.Keys;

    internal IEnumerable<string> EventFieldNames => _eventFields?.Keys ?? Enumerable.Empty<string>();

    internal IEnumerable<string> StageNames => _stages ?? Enumerable.Empty<string>();

    internal bool HasEventFields => _eventFields is not null;

    internal bool HasStages => _stages is not null;

    /// <summary>Finds a declared attribute.</summary>
    /// <param name="name">Its name, compared ordinally.</param>
    /// <returns>The attribute; null when it is not declared.</returns>
    public AttributeSchema? FindAttribute(string name) => _attributes.TryGetValue(name, out var attribute) ? attribute : null;

    /// <summary>Finds a declared type of event.</summary>
    /// <param name="name">Its name, compared ordinally.</param>
    /// <returns>The type; null when it is not declared.</returns>
    public EventTypeSchema? FindEventType(string name) => _events.TryGetValue(name, out var type) ? type : null;

    // An empty declaration of fields admits any field.
    internal RuleKind? EventFieldKind(string name) => _eventFields is null ? null : _eventFields.Count == 0 ? RuleKind.Any : _eventFields.TryGetValue(name, out var kind) ? kind : null;

    internal bool HasStage(string stage) => _stages is not null && (_stages.Count == 0 || _stages.Contains(stage));
}

/// <summary>A declared attribute of customers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Index">Its place among the schema's attributes, from 0.</param>
public sealed record AttributeSchema(string Name, RuleKind Kind, int Index);

/// <summary>A declared type of event.</summary>
public sealed class EventTypeSchema
{
    private readonly Dictionary<string, RuleKind>? _properties;

    internal EventTypeSchema(string name, IReadOnlyDictionary<string, RuleKind>? properties)
    {
        Name = name;
        if (properties is null) return;
        _properties = new(properties.Count, StringComparer.Ordinal);
        foreach (var property in properties) _properties.Add(property.Key, property.Value);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The declared properties and their kinds; null when any property may be used, with any kind.</summary>
    public IReadOnlyDictionary<string, RuleKind>? Properties => _properties;
}
