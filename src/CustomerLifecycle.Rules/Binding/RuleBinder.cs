namespace CustomerLifecycle.Rules;

/// <summary>Ties a tree to a schema. Goes through the whole tree and reports every problem; the tree's depth is bounded where it was made.</summary>
internal sealed class RuleBinder
{
    private readonly RuleSchema _schema;
    private readonly ISegmentLookup _segments;
    private readonly Dictionary<string, BoundRule?> _bound;
    private readonly List<string> _chain;
    private readonly RulePlaces _places;
    private readonly List<RuleProblem> _problems = [];
    private readonly RuleReads _reads = new();
    private int _size;

    private RuleBinder(Rule rule, RuleSchema schema, ISegmentLookup segments, Dictionary<string, BoundRule?> bound, List<string> chain)
    {
        _schema = schema;
        _segments = segments;
        _bound = bound;
        _chain = chain;
        _size = rule.Condition.Nodes;
        _places = rule.Places;
    }

    public static RuleLoad<BoundRule> Bind(Rule rule, RuleSchema schema, ISegmentLookup segments) => Bind(rule, schema, segments, new(StringComparer.Ordinal), []);

    private static RuleLoad<BoundRule> Bind(Rule rule, RuleSchema schema, ISegmentLookup segments, Dictionary<string, BoundRule?> bound, List<string> chain)
    {
        var binder = new RuleBinder(rule, schema, segments, bound, chain);
        var root = binder.Bind(rule.Condition, null);
        return binder._problems.Count > 0 ? new(binder._problems) : new(new BoundRule(rule, schema, root, binder._reads, binder._size));
    }

    private void Report(object node, string code, string message, string? suggestion = null)
    {
        if (_problems.Count == RuleLimits.Problems) return;
        var (position, place) = _places.Of(node);
        _problems.Add(new(code, suggestion is null ? message : $"{message} Did you mean '{suggestion}'?", position, place, suggestion));
    }

    // properties: those of the event whose selector this condition stands in; null outside of selectors.
    private BoundCondition Bind(Condition condition, EventScope? scope) => condition switch
    {
        AllCondition all => new BoundAll(all, Bind(all.Conditions, scope)),
        AnyCondition any => new BoundAny(any, Bind(any.Conditions, scope)),
        NotCondition not => new BoundNot(not, Bind(not.Condition, scope)),
        TestCondition test => Bind(test, scope),
        DateCondition date => Bind(date, scope),
        DwellCondition dwell => Bind(dwell, scope),
        SegmentCondition segment => Bind(segment, scope),
        SequenceCondition sequence => Bind(sequence, scope),
        _ => throw new InvalidOperationException("A condition of this kind cannot be bound."),
    };

    private BoundCondition[] Bind(NodeList<Condition> conditions, EventScope? scope)
    {
        var parts = new BoundCondition[conditions.Count];
        for (var i = 0; i < parts.Length; i++) parts[i] = Bind(conditions[i], scope);
        return parts;
    }

    private BoundTest Bind(TestCondition test, EventScope? scope)
    {
        var operand = Bind(test.Operand, scope);
        CheckKinds(test, operand.Kind);
        if (test.IgnoreCase && !test.Operator.MayIgnoreCase()) Report(test, "rules.ignoring-case", "Only =, !=, in, contains, starts with, ends with and like can ignore case.");
        else if (test.IgnoreCase && !Array.TrueForAll(test.Values.Items, static value => value.Kind == RuleValueKind.Text)) Report(test, "rules.ignoring-case", "Only texts can be compared ignoring case.");
        var positive = test.Operator.Positive(out var negated);
        return new BoundTest(test, operand, positive, negated, test.Values.Items);
    }

    private void CheckKinds(TestCondition test, RuleKind kind)
    {
        switch (test.Operator)
        {
            case var op when op.TakesNothing():
                return;
            case RuleOperator.HasAny or RuleOperator.HasAll or RuleOperator.HasNone:
                if (kind is not (RuleKind.Set or RuleKind.Any)) Mismatch(test, $"'has' needs a set; this is {kind.ValueKind().Describe()}.");
                return;
            case var op when op.IsTextual():
                if (kind is not (RuleKind.Text or RuleKind.Any)) Mismatch(test, $"The test needs a text; this is {kind.ValueKind().Describe()}.");
                if (test.Values[0].Kind != RuleValueKind.Text) Mismatch(test, $"The test needs a text to look for; {test.Values[0].Kind.Describe()} was given.");
                return;
            default:
                break;
        }

        var ordered = test.Operator.IsOrdering() || test.Operator is RuleOperator.Between or RuleOperator.NotBetween;
        if (kind == RuleKind.Set) Mismatch(test, "A set is tested with 'has any of', 'has all of', 'has none of', 'is empty' or size(…).");
        else if (ordered && (kind == RuleKind.Boolean || test.Values[0].Kind == RuleValueKind.Boolean)) Report(test, "rules.no-order", "Truth values have no order: use = or !=.");
        else
            foreach (var value in test.Values)
            {
                if (kind.Admits(value.Kind)) continue;
                Mismatch(test, $"{Capital(kind.ValueKind().Describe())} is compared with {value.Kind.Describe()}.");
                break;
            }

        if (test.Operator is not (RuleOperator.Between or RuleOperator.NotBetween)) return;
        if (test.Values[0].Kind != test.Values[1].Kind) Mismatch(test, $"The bounds are {test.Values[0].Kind.Describe()} and {test.Values[1].Kind.Describe()}.");
        else if (test.Values[0].TryCompare(test.Values[1], out var order) && order > 0) Report(test, "rules.inverted-range", "The lower bound is above the upper one: exchange them.");
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text.Substring(1);

    private void Mismatch(object node, string message) => Report(node, "rules.kind-mismatch", message);

    private BoundDateTest Bind(DateCondition date, EventScope? scope)
    {
        var operand = Bind(date.Operand, scope);
        _reads.Time = true;
        if (!operand.Kind.IsTime()) Mismatch(date, $"The test needs a date or an instant; this is {operand.Kind.ValueKind().Describe()}.");
        if (date.Window is not null) CheckWindow(date, date.Window);
        var unit = date.Window is { Kind: not WindowKind.Span } window ? window.Unit : date.Unit;
        if (operand.Kind == RuleKind.Date && unit < RuleUnit.Day) Mismatch(date, "A date has no time of day: count in days or longer units.");
        switch (date.Test)
        {
            case DateTestKind.MonthIs when date.Amount is < 1 or > 12:
                Report(date, "rules.no-such-month", $"There is no month {date.Amount}: months are 1 to 12.");
                break;
            case DateTestKind.InNext or DateTestKind.InNextCalendar or DateTestKind.AnniversaryInNext or DateTestKind.BeforeAgo or DateTestKind.AfterAgo:
                CheckAmount(date, date.Amount);
                break;
        }

        return new BoundDateTest(date, operand);
    }

    private BoundDwell Bind(DwellCondition dwell, EventScope? scope)
    {
        if (scope is not null) NotInSelector(dwell);
        else if (!_schema.HasDwell) Report(dwell, "rules.no-dwell", "There is no stage here whose dwell could be looked at: dwell belongs into a stage guard.");
        if (dwell.Amount is < 0 or > RuleLimits.Amount) Report(dwell, "rules.invalid-amount", $"A dwell is compared with 0 to {RuleLimits.Amount} units.");
        _reads.Time = true;
        return new BoundDwell(dwell);
    }

    private void CheckAmount(object node, int amount)
    {
        if (amount is < 1 or > RuleLimits.Amount) Report(node, "rules.invalid-amount", $"The amount is {amount}; 1 to {RuleLimits.Amount} is possible.");
    }

    private void CheckWindow(object node, RuleWindow window)
    {
        switch (window.Kind)
        {
            case WindowKind.Ago:
                if (window.Amount < 0 || window.Until > RuleLimits.Amount) Report(node, "rules.invalid-amount", $"Ages are 0 to {RuleLimits.Amount}.");
                if (window.Until <= window.Amount) Report(node, "rules.inverted-range", "The window is empty: the first age must be below the second.");
                break;
            case WindowKind.Span:
                if (window.To is { } to && IsBefore(to, window.From!.Value)) Report(node, "rules.inverted-range", "The window is empty: its end must be after its beginning.");
                break;
            default:
                CheckAmount(node, window.Amount);
                break;
        }
    }

    // A day and an instant are compared only where no zone could make them agree; the zone is not known yet.
    private static bool IsBefore(RuleTime end, RuleTime start)
    {
        if (end.Date is { } endDate && start.Date is { } startDate) return endDate <= startDate;
        if (end.Instant is { } endInstant && start.Instant is { } startInstant) return endInstant <= startInstant;
        return end.Date is { } day
            ? day.AtMidnight().InUtc().ToInstant() + Duration.FromDays(1) <= start.Instant!.Value
            : end.Instant!.Value + Duration.FromDays(1) <= start.Date!.Value.AtMidnight().InUtc().ToInstant();
    }

    private BoundOperand Bind(Operand operand, EventScope? scope)
    {
        switch (operand)
        {
            case AttributeOperand attribute:
                return BindName(attribute, attribute.Name, scope);
            case AgeOperand age:
                _reads.Time = true;
                var birth = BindName(age, age.Name, scope);
                if (!birth.Kind.IsTime()) Mismatch(age, $"age(…) needs a date; this is {birth.Kind.ValueKind().Describe()}.");
                return new BoundAge(age, birth);
            case SizeOperand size:
                var set = BindName(size, size.Name, scope);
                if (set.Kind is not (RuleKind.Set or RuleKind.Any)) Mismatch(size, $"size(…) needs a set; this is {set.Kind.ValueKind().Describe()}.");
                return new BoundSize(size, set);
            case EventFieldOperand field:
                return Bind(field, scope);
            case VisitsOperand visits:
                if (scope is not null) NotInSelector(visits);
                else if (!_schema.HasStages) Report(visits, "rules.no-stages", "There are no stages here whose visits could be looked at: visits belongs into a stage guard.");
                else if (!_schema.HasStage(visits.Stage)) Report(visits, "rules.unknown-stage", $"There is no stage '{visits.Stage}'.", Spelling.Nearest(visits.Stage, _schema.StageNames));
                return new BoundVisits(visits);
            case BucketOperand bucket:
                if (scope is not null) NotInSelector(bucket);
                if (bucket.Buckets < 1) Report(bucket, "rules.invalid-amount", "There is at least one bucket.");
                return new BoundBucket(bucket);
            case AggregateOperand aggregate:
                return Bind(aggregate, scope);
            default:
                throw new InvalidOperationException("An operand of this kind cannot be bound.");
        }
    }

    private BoundAttribute BindName(Operand operand, string name, EventScope? scope)
    {
        if (scope is not null) return new BoundAttribute(operand, name, PropertyKind(operand, name, scope), ofEvent: true);
        RuleReads.Add(_reads.Attributes, name);
        var declared = _schema.FindAttribute(name);
        if (declared is null && !_schema.IsOpen) Report(operand, "rules.unknown-attribute", $"There is no attribute '{name}'.", Spelling.Nearest(name, _schema.AttributeNames));
        return new BoundAttribute(operand, name, declared?.Kind ?? RuleKind.Any, ofEvent: false);
    }

    private RuleKind PropertyKind(object node, string name, EventScope scope)
    {
        if (scope.Properties is null) return RuleKind.Any;
        if (scope.Properties.TryGetValue(name, out var kind)) return kind;
        Report(node, "rules.unknown-property", $"An event of type '{scope.Type}' has no property '{name}'.", Spelling.Nearest(name, scope.Properties.Keys));
        return RuleKind.Any;
    }

    private BoundEventField Bind(EventFieldOperand field, EventScope? scope)
    {
        if (scope is not null) NotInSelector(field);
        var kind = _schema.EventFieldKind(field.Name);
        if (!_schema.HasEventFields) Report(field, "rules.no-event", "There is no event at hand here: event.… belongs into a stage guard.");
        else if (kind is null) Report(field, "rules.unknown-field", $"The event at hand has no field '{field.Name}'.", Spelling.Nearest(field.Name, _schema.EventFieldNames));
        return new BoundEventField(field, kind ?? RuleKind.Any);
    }

    private void NotInSelector(object node) => Report(node, "rules.only-properties", "Inside […] only tests of the event's own properties are possible.");

    private BoundAggregate Bind(AggregateOperand aggregate, EventScope? outer)
    {
        if (outer is not null) NotInSelector(aggregate);
        var (selector, scope) = Bind(aggregate.Events, aggregate);
        if (aggregate.Window is not null) CheckWindow(aggregate, aggregate.Window);
        _reads.Time = true;

        var property = aggregate.Property is null ? RuleKind.Any : PropertyKind(aggregate, aggregate.Property, scope);
        var needsProperty = aggregate.Aggregation is not (Aggregation.Count or Aggregation.First or Aggregation.Last);
        if (needsProperty && aggregate.Property is null) Report(aggregate, "rules.missing-property", $"{RuleTextWriter.Phrase(aggregate.Aggregation)}(…) needs a property of the event.");
        switch (aggregate.Aggregation)
        {
            case Aggregation.Sum or Aggregation.Average:
                if (property != RuleKind.Any && !property.IsNumber()) Mismatch(aggregate, $"{RuleTextWriter.Phrase(aggregate.Aggregation)}(…) needs a number; this is {property.ValueKind().Describe()}.");
                return new BoundAggregate(aggregate, selector, RuleKind.Number, property);
            case Aggregation.Minimum or Aggregation.Maximum:
                if (!property.IsOrdered()) Report(aggregate, "rules.no-order", $"{Capital(property.ValueKind().Describe())} has no least or greatest value.");
                return new BoundAggregate(aggregate, selector, property, property);
            case Aggregation.First or Aggregation.Last:
                return new BoundAggregate(aggregate, selector, RuleKind.Instant, property);
            case Aggregation.Latest:
                return new BoundAggregate(aggregate, selector, property, property);
            default:
                return new BoundAggregate(aggregate, selector, RuleKind.Integer, property);
        }
    }

    private (BoundSelector Selector, EventScope Scope) Bind(EventSelector selector, object node)
    {
        RuleReads.Add(_reads.EventTypes, selector.EventType);
        var declared = _schema.FindEventType(selector.EventType);
        if (!_schema.HasAggregates)
            Report(node, "rules.no-aggregates", "A stage guard does not look at past events: declare a fact of the stage model and test that.");
        else if (declared is null && !_schema.HasOpenEvents)
            Report(node, "rules.unknown-event", $"There is no type of event '{selector.EventType}'.", Spelling.Nearest(selector.EventType, _schema.EventTypeNames));
        var scope = new EventScope(selector.EventType, declared?.Properties);
        return (new(selector.EventType, selector.Where is null ? null : Bind(selector.Where, scope)), scope);
    }

    private BoundSequence Bind(SequenceCondition sequence, EventScope? scope)
    {
        if (scope is not null) NotInSelector(sequence);
        _reads.Time = true;
        if (sequence.Window is not null) CheckWindow(sequence, sequence.Window);
        var steps = new List<BoundStep>(sequence.Steps.Count);
        foreach (var step in sequence.Steps)
        {
            if (step.Within is { } within) CheckAmount(sequence, within.Amount);
            if (step.Within is not null && steps.Count == 0) Report(sequence, "rules.first-step-within", "The first step has no step before it: give 'within' to a later one.");
            steps.Add(new(Bind(step.Events, sequence).Selector, step.Within));
        }

        return new BoundSequence(sequence, steps);
    }

    private BoundCondition Bind(SegmentCondition segment, EventScope? scope)
    {
        if (scope is not null) NotInSelector(segment);
        if (Find(segment) is not { } rule) return new BoundAny(Condition.False, []);
        // Each walker goes into a segment wherever it is referred to: together that must stay within a limit.
        if (_size <= RuleLimits.NodesWithSegments && (_size += rule.Size) > RuleLimits.NodesWithSegments)
            Report(segment, "rules.segments-too-large", $"With the segments that it refers to, each as often as it does, the rule has more than {RuleLimits.NodesWithSegments} nodes. Refer to a segment once where it is referred to many times.");
        RuleReads.Add(_reads.Segments, segment.Segment);
        _reads.Include(rule.Reads);
        return new BoundSegment(segment, rule);
    }

    private BoundRule? Find(SegmentCondition segment)
    {
        var name = segment.Segment;
        if (_chain.Contains(name))
        {
            Report(segment, "rules.segment-cycle", $"The segment refers to itself: {string.Join(" → ", _chain.Skip(_chain.IndexOf(name)).Append(name))}.");
            return null;
        }

        if (_bound.TryGetValue(name, out var known))
        {
            if (known is null) Report(segment, "rules.invalid-segment", $"The segment '{name}' has problems of its own.");
            return known;
        }

        if (_segments.Find(name) is not { } rule)
        {
            Report(segment, "rules.unknown-segment", $"There is no segment '{name}'.", Spelling.Nearest(name, _segments.Names));
            return null;
        }

        if (_chain.Count == RuleLimits.SegmentChain)
        {
            Report(segment, "rules.segment-chain", $"Segments refer to one another over more than {RuleLimits.SegmentChain} steps.");
            return null;
        }

        _chain.Add(name);
        var load = Bind(rule, _schema, _segments, _bound, _chain);
        _chain.RemoveAt(_chain.Count - 1);
        _bound[name] = load.IsLoaded ? load.Value : null;
        if (load.IsLoaded) return load.Value;
        foreach (var problem in load.Problems)
            Report(segment, problem.Code, $"In the segment '{name}': {problem.Message}");
        return null;
    }

    /// <summary>The event whose properties names mean inside a selector; null properties admit any.</summary>
    private sealed record EventScope(string Type, IReadOnlyDictionary<string, RuleKind>? Properties);
}
