namespace CustomerLifecycle.Rules;

/// <summary>Declares what rules may speak of.</summary>
public sealed class RuleSchemaBuilder
{
    internal List<(string Name, RuleKind Kind)> Attributes { get; } = [];

    internal Dictionary<string, IReadOnlyDictionary<string, RuleKind>?> Events { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, RuleKind>? EventFields { get; private set; }

    internal List<string>? Stages { get; private set; }

    internal bool IsOpen { get; private set; }

    internal bool HasOpenEvents { get; private set; }

    internal bool HasAggregates { get; private set; } = true;

    internal bool HasDwell { get; private set; }

    /// <summary>Declares an attribute of customers.</summary>
    /// <param name="name">Its name, unique; 1 to <see cref="RuleLimits.NameLength"/> code units.</param>
    /// <param name="kind">Its kind.</param>
    public RuleSchemaBuilder Attribute(string name, RuleKind kind)
    {
        TreeGuard.Name(name);
        if (Attributes.Exists(attribute => string.Equals(attribute.Name, name, StringComparison.Ordinal))) throw new ArgumentException($"The attribute '{name}' is declared twice.", nameof(name));
        Attributes.Add((name, kind));
        return this;
    }

    /// <summary>Declares a type of event with any properties.</summary>
    /// <param name="type">Its name, unique; 1 to <see cref="RuleLimits.NameLength"/> code units.</param>
    public RuleSchemaBuilder Event(string type) => Add(type, null);

    /// <summary>Declares a type of event with the properties that rules may use.</summary>
    /// <param name="type">Its name, unique; 1 to <see cref="RuleLimits.NameLength"/> code units.</param>
    /// <param name="properties">The properties.</param>
    public RuleSchemaBuilder Event(string type, params (string Name, RuleKind Kind)[] properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        return Add(type, properties.ToDictionary(property => TreeGuard.Name(property.Name), property => property.Kind, StringComparer.Ordinal));
    }

    /// <summary>Lets rules use attributes that are not declared, with any kind.</summary>
    public RuleSchemaBuilder OpenAttributes()
    {
        IsOpen = true;
        return this;
    }

    /// <summary>Lets rules use types of events that are not declared, with properties of any kind.</summary>
    public RuleSchemaBuilder OpenEvents()
    {
        HasOpenEvents = true;
        return this;
    }

    /// <summary>Refuses aggregates and sequences over events, as in stage guards, which declare facts instead.</summary>
    public RuleSchemaBuilder WithoutAggregates()
    {
        HasAggregates = false;
        return this;
    }

    /// <summary>Lets rules look at the fields of the event at hand: <c>event.amount</c>.</summary>
    /// <param name="fields">The fields; none admits any field, with any kind.</param>
    public RuleSchemaBuilder EventAtHand(params (string Name, RuleKind Kind)[] fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        EventFields = fields.ToDictionary(field => TreeGuard.Name(field.Name), field => field.Kind, StringComparer.Ordinal);
        return this;
    }

    /// <summary>Lets rules look at the time in the current stage, <c>dwell</c>, and at how often stages were entered, <c>visits('…')</c>.</summary>
    /// <param name="stages">The stages; none admits any.</param>
    public RuleSchemaBuilder StageAtHand(params string[] stages)
    {
        ArgumentNullException.ThrowIfNull(stages);
        Stages = [.. stages];
        HasDwell = true;
        return this;
    }

    /// <summary>Makes the schema.</summary>
    public RuleSchema Build() => new(this);

    private RuleSchemaBuilder Add(string type, IReadOnlyDictionary<string, RuleKind>? properties)
    {
        TreeGuard.Name(type);
        if (Events.ContainsKey(type)) throw new ArgumentException($"The type of event '{type}' is declared twice.", nameof(type));
        Events.Add(type, properties);
        return this;
    }
}
