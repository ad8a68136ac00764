namespace CustomerLifecycle.Rules;

/// <summary>A type of event that rules can count, add up and put in sequence. Properties are named; their kinds are checked when the rule is bound.</summary>
public sealed class EventField
{
    internal EventField(string type)
        : this(new EventSelector(type))
    {
    }

    private EventField(EventSelector selector) => Selector = selector;

    /// <summary>The events.</summary>
    public EventSelector Selector { get; }

    /// <summary><c>order[…]</c>: only the events whose own properties pass.</summary>
    /// <param name="where">A condition over properties, made with <see cref="EventProperty"/>.</param>
    public EventField Where(Condition where) => new(new EventSelector(Selector.EventType, Selector.Where is null ? where : Selector.Where & where));

    /// <summary><c>count(window)</c></summary>
    /// <param name="window">When; null is ever.</param>
    public NumberField Count(RuleWindow? window = null) => new(Aggregate(Aggregation.Count, null, window));

    /// <summary><c>sum(property, window)</c>: 0 of none.</summary>
    /// <param name="property">Of which property.</param>
    /// <param name="window">When; null is ever.</param>
    public NumberField Sum(string property, RuleWindow? window = null) => new(Aggregate(Aggregation.Sum, property, window));

    /// <summary><c>avg(property, window)</c>: missing of none.</summary>
    /// <param name="property">Of which property.</param>
    /// <param name="window">When; null is ever.</param>
    public NumberField Average(string property, RuleWindow? window = null) => new(Aggregate(Aggregation.Average, property, window));

    /// <summary><c>min(property, window)</c>: missing of none.</summary>
    /// <param name="property">Of which property.</param>
    /// <param name="window">When; null is ever.</param>
    public NumberField Minimum(string property, RuleWindow? window = null) => new(Aggregate(Aggregation.Minimum, property, window));

    /// <summary><c>max(property, window)</c>: missing of none.</summary>
    /// <param name="property">Of which property.</param>
    /// <param name="window">When; null is ever.</param>
    public NumberField Maximum(string property, RuleWindow? window = null) => new(Aggregate(Aggregation.Maximum, property, window));

    /// <summary><c>distinct(property, window)</c></summary>
    /// <param name="property">Of which property.</param>
    /// <param name="window">When; null is ever.</param>
    public NumberField Distinct(string property, RuleWindow? window = null) => new(Aggregate(Aggregation.Distinct, property, window));

    /// <summary><c>first(window)</c>: the instant of the first event.</summary>
    /// <param name="window">When; null is ever.</param>
    public InstantField First(RuleWindow? window = null) => new(Aggregate(Aggregation.First, null, window));

    /// <summary><c>last(window)</c>: the instant of the last event.</summary>
    /// <param name="window">When; null is ever.</param>
    public InstantField Last(RuleWindow? window = null) => new(Aggregate(Aggregation.Last, null, window));

    /// <summary><c>latest(property, window)</c> of a text: its value in the last event that has it.</summary>
    /// <param name="property">Of which property.</param>
    /// <param name="window">When; null is ever.</param>
    public TextField LatestText(string property, RuleWindow? window = null) => new(Aggregate(Aggregation.Latest, property, window));

    /// <summary><c>latest(property, window)</c> of a number: its value in the last event that has it.</summary>
    /// <param name="property">Of which property.</param>
    /// <param name="window">When; null is ever.</param>
    public NumberField LatestNumber(string property, RuleWindow? window = null) => new(Aggregate(Aggregation.Latest, property, window));

    /// <summary>A step of a <see cref="SequenceCondition"/>.</summary>
    public SequenceStep Step() => new(Selector);

    /// <summary>A step of a <see cref="SequenceCondition"/> that follows the step before it in less than a time.</summary>
    /// <param name="amount">1 to <see cref="RuleLimits.Amount"/>.</param>
    /// <param name="unit">The unit.</param>
    public SequenceStep StepWithin(int amount, RuleUnit unit) => new(Selector, new RuleGap(amount, unit));

    private AggregateOperand Aggregate(Aggregation aggregation, string? property, RuleWindow? window) => new(Selector, aggregation, property, window);
}

/// <summary>Properties of an event, for <see cref="EventField.Where"/>.</summary>
public static class EventProperty
{
    /// <summary>A number among the event's properties.</summary>
    /// <param name="property">Its name.</param>
    public static NumberField Number(string property) => new(new AttributeOperand(property));

    /// <summary>A text among the event's properties.</summary>
    /// <param name="property">Its name.</param>
    public static TextField Text(string property) => new(new AttributeOperand(property));

    /// <summary>A truth value among the event's properties.</summary>
    /// <param name="property">Its name.</param>
    public static BooleanField Boolean(string property) => new(new AttributeOperand(property));
}
