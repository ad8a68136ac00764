namespace CustomerLifecycle.Rules;

/// <summary>Turns aggregates and sequences into columns and tests over events. What several rules ask of events is computed once.</summary>
internal sealed class EventColumnCompiler(EventTable events, RuleWindows windows, ColumnCompiler properties)
{
    private readonly Dictionary<(string Type, Condition? Where, string? Property), EventSelection> _selections = [];
    private readonly Dictionary<int, EventWindow> _windows = [];
    private readonly Dictionary<(AggregateOperand Source, RuleValueKind ExtremeKind), (EventColumn Values, CodedData Scale)?> _columns = [];

    /// <summary>Whether the times of all events have codes.</summary>
    public bool CanRead => !events.HasDistant;

    public IReadOnlyCollection<EventWindow> Windows => _windows.Values;

    /// <summary>Values for each customer.</summary>
    public int Columns { get; private set; }

    public EventSelections Selections() => new(events, [.. properties.Tests], [.. _selections.Values]);

    /// <summary>An aggregate as a column of codes and what the codes mean; null when it has none.</summary>
    /// <param name="aggregate">The aggregate.</param>
    /// <param name="literalKind">The kind of values for which a property of any kind is looked at.</param>
    public (EventColumn Values, CodedData Scale)? Column(BoundAggregate aggregate, RuleValueKind literalKind)
    {
        var kind = ExtremeKind(aggregate, literalKind);
        var key = ((AggregateOperand)aggregate.Source, kind);
        if (_columns.TryGetValue(key, out var column)) return column;
        _columns.Add(key, column = Make(aggregate, kind));
        if (column is { } made) made.Values.Slot = Columns++;
        return column;
    }

    /// <summary>An aggregate of values in any form.</summary>
    /// <param name="aggregate">The aggregate.</param>
    /// <param name="literalKind">The kind of values for which a property of any kind is looked at.</param>
    public EventValues Values(BoundAggregate aggregate, RuleValueKind literalKind) =>
        new(Selection(aggregate.Events, aggregate.Property), Window(aggregate.Window), events, aggregate.Aggregation, aggregate.Property is { } property ? events.Properties.Column(property) : null, ExtremeKind(aggregate, literalKind));

    /// <summary>A sequence; null when times have no codes.</summary>
    public EventSequenceTest? Compile(BoundSequence sequence) => !CanRead ? null : new(
        events,
        [.. sequence.Steps.Select(step => Selection(step.Events, null))],
        [.. sequence.Steps.Select(static step => step.Within)],
        Window(sequence.Window));

    private static RuleValueKind ExtremeKind(BoundAggregate aggregate, RuleValueKind literalKind) => aggregate.PropertyKind == RuleKind.Any ? literalKind : aggregate.PropertyKind.ValueKind();

    private (EventColumn Values, CodedData Scale)? Make(BoundAggregate aggregate, RuleValueKind extremeKind)
    {
        var selection = Selection(aggregate.Events, aggregate.Property);
        var window = Window(aggregate.Window);
        var data = aggregate.Property is { } property ? events.Properties.Column(property).Data : null;
        switch (aggregate.Aggregation)
        {
            case Aggregation.Count:
                return (new EventCount(selection, window), Scale.Whole);
            case Aggregation.First:
                return (new EventFirst(selection, window, events), Scale.Time);
            case Aggregation.Last:
                return (new EventLast(selection, window, events), Scale.Time);
            case Aggregation.Sum when data is DecimalData numbers:
                return (new EventSum(selection, window, numbers.Codes), numbers);
            case Aggregation.Distinct when data is CodedData coded:
                return (new EventDistinct(selection, window, coded.Codes), Scale.Whole);
            case Aggregation.Latest when data is CodedData coded:
                return (new EventLatest(selection, window, coded.Codes), coded);
            case Aggregation.Minimum or Aggregation.Maximum when data is OrderedData ordered && (extremeKind == RuleValueKind.Missing || extremeKind == ordered.Kind):
                return (new EventExtreme(selection, window, ordered.Codes, aggregate.Aggregation == Aggregation.Minimum), ordered);
            default:
                return null;
        }
    }

    // Events that lack the property are no part of any aggregate of it.
    private EventSelection Selection(BoundSelector selector, string? property)
    {
        var key = (selector.EventType, selector.Where?.Source, property);
        if (_selections.TryGetValue(key, out var selection)) return selection;
        List<ColumnNode> parts = [events.TypeCode(selector.EventType) is >= 0 and var code ? properties.OfCode(events.Types, code) : new ColumnConstant(false)];
        if (selector.Where is not null) parts.Add(properties.Compile(selector.Where));
        if (property is not null) parts.Add(properties.Presence(property));
        _selections.Add(key, selection = new(ColumnNode.All(parts)));
        return selection;
    }

    private EventWindow Window(RuleWindow? window)
    {
        var range = windows.Add(window is null ? TimeTest.Ever : TimeTest.Of(window));
        if (!_windows.TryGetValue(range, out var known)) _windows.Add(range, known = new(events, range));
        return known;
    }

    /// <summary>What codes mean that no property has.</summary>
    private static class Scale
    {
        public static readonly DecimalData Whole = new(new(), 0, withoutDoubles: true);
        public static readonly InstantData Time = new(new());
    }
}
