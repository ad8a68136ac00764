namespace CustomerLifecycle.Stages;

/// <summary>How a fact is made of events.</summary>
public enum StageAggregate
{
    /// <summary>How many events.</summary>
    Count,

    /// <summary>The sum of a field's numbers; 0 without one.</summary>
    Sum,

    /// <summary>The smallest number of a field; nothing without one.</summary>
    Min,

    /// <summary>The largest number of a field; nothing without one.</summary>
    Max,

    /// <summary>A field's value in the last event that has one, of any kind; nothing without one.</summary>
    Last,

    /// <summary>How many different values of a field, of any kind.</summary>
    Distinct,
}

/// <summary>Which events a fact is made of.</summary>
public enum StageFactScope
{
    /// <summary>All events since the start.</summary>
    Lifetime,

    /// <summary>Those since the last entry into a stage, re-entry included. The event that caused the entry belongs to the stage left.</summary>
    Stage,
}

/// <summary>A number or value made of a customer's events: what guards look at.</summary>
public sealed class StageFact
{
    /// <summary>Declares a fact.</summary>
    /// <param name="name">Its name in guards; unique in the model.</param>
    /// <param name="aggregate">How it is made.</param>
    /// <param name="eventType">The type of event.</param>
    /// <param name="field">The field of the event; null only for a count.</param>
    /// <param name="scope">Which events count.</param>
    /// <param name="window">Only events in (now − window, now]; exact spans only. Null: all.</param>
    /// <param name="description">What it means, for people.</param>
    public StageFact(string name, StageAggregate aggregate, string eventType, string? field = null, StageFactScope scope = StageFactScope.Lifetime, StageSpan? window = null, StageText? description = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(eventType);
        if (aggregate == StageAggregate.Count ? field is not null : string.IsNullOrEmpty(field))
            throw new ArgumentException(aggregate == StageAggregate.Count ? "A count has no field." : $"A fact made by {aggregate} needs the field that it looks at.", nameof(field));
        Name = name;
        Aggregate = aggregate;
        EventType = eventType;
        Field = field;
        Scope = scope;
        Window = window;
        Description = description;
    }

    /// <summary>Its name in guards.</summary>
    public string Name { get; }

    /// <summary>How it is made.</summary>
    public StageAggregate Aggregate { get; }

    /// <summary>The type of event.</summary>
    public string EventType { get; }

    /// <summary>The field of the event; null for a count.</summary>
    public string? Field { get; }

    /// <summary>Which events count.</summary>
    public StageFactScope Scope { get; }

    /// <summary>How long an event counts; null: for ever.</summary>
    public StageSpan? Window { get; }

    /// <summary>What it means, for people.</summary>
    public StageText? Description { get; }

    /// <summary>Whether it lives in one cell of 16 bytes, without a ring of its own.</summary>
    public bool IsPlain => Window is null && Aggregate != StageAggregate.Distinct;

    internal bool CountsLike(StageFact other) =>
        Aggregate == other.Aggregate && Scope == other.Scope && Equals(Window, other.Window)
        && string.Equals(EventType, other.EventType, StringComparison.Ordinal) && string.Equals(Field, other.Field, StringComparison.Ordinal);
}
