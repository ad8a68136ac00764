namespace CustomerLifecycle.Rules;

/// <summary>A node of the bound tree. Complement operators are gone: a test is positive and says whether it is negated.</summary>
internal abstract class BoundCondition(Condition source)
{
    /// <summary>The node as it was written.</summary>
    public Condition Source { get; } = source;
}

internal sealed class BoundAll(Condition source, IReadOnlyList<BoundCondition> parts) : BoundCondition(source)
{
    public IReadOnlyList<BoundCondition> Parts { get; } = parts;
}

internal sealed class BoundAny(Condition source, IReadOnlyList<BoundCondition> parts) : BoundCondition(source)
{
    public IReadOnlyList<BoundCondition> Parts { get; } = parts;
}

internal sealed class BoundNot(Condition source, BoundCondition part) : BoundCondition(source)
{
    public BoundCondition Part { get; } = part;
}

/// <summary>A test of a value: the positive operator, and whether its complement is meant.</summary>
internal sealed class BoundTest(TestCondition source, BoundOperand operand, RuleOperator op, bool negated, RuleValue[] values) : BoundCondition(source)
{
    public BoundOperand Operand { get; } = operand;

    public RuleOperator Operator { get; } = op;

    public bool Negated { get; } = negated;

    public RuleValue[] Values { get; } = values;

    public bool IgnoreCase { get; } = source.IgnoreCase;
}

internal sealed class BoundDateTest(DateCondition source, BoundOperand operand) : BoundCondition(source)
{
    public BoundOperand Operand { get; } = operand;

    public DateCondition Test { get; } = source;
}

internal sealed class BoundDwell(DwellCondition source) : BoundCondition(source)
{
    public DwellCondition Test { get; } = source;
}

internal sealed class BoundSegment(SegmentCondition source, BoundRule rule) : BoundCondition(source)
{
    public string Name { get; } = source.Segment;

    public BoundRule Rule { get; } = rule;
}

internal sealed class BoundSequence(SequenceCondition source, IReadOnlyList<BoundStep> steps) : BoundCondition(source)
{
    public IReadOnlyList<BoundStep> Steps { get; } = steps;

    public RuleWindow? Window { get; } = source.Window;
}

/// <summary>A step of a sequence.</summary>
internal sealed record BoundStep(BoundSelector Events, RuleGap? Within);

/// <summary>Events of a type that pass a test of their properties. Inside <see cref="Where"/> attributes are properties.</summary>
internal sealed record BoundSelector(string EventType, BoundCondition? Where);

/// <summary>What a test looks at, and the kind that it has.</summary>
internal abstract class BoundOperand(Operand source, RuleKind kind)
{
    public Operand Source { get; } = source;

    public RuleKind Kind { get; } = kind;
}

/// <summary>An attribute of the customer, or inside a selector a property of the event.</summary>
internal sealed class BoundAttribute(Operand source, string name, RuleKind kind, bool ofEvent) : BoundOperand(source, kind)
{
    public string Name { get; } = name;

    public bool OfEvent { get; } = ofEvent;
}

internal sealed class BoundEventField(EventFieldOperand source, RuleKind kind) : BoundOperand(source, kind)
{
    public string Name { get; } = source.Name;
}

internal sealed class BoundVisits(VisitsOperand source) : BoundOperand(source, RuleKind.Integer)
{
    public string Stage { get; } = source.Stage;
}

internal sealed class BoundAge(AgeOperand source, BoundAttribute of) : BoundOperand(source, RuleKind.Integer)
{
    public BoundAttribute Of { get; } = of;
}

internal sealed class BoundSize(SizeOperand source, BoundAttribute of) : BoundOperand(source, RuleKind.Integer)
{
    public BoundAttribute Of { get; } = of;
}

internal sealed class BoundBucket(BucketOperand source) : BoundOperand(source, RuleKind.Integer)
{
    public string Salt { get; } = source.Salt;

    public int Buckets { get; } = source.Buckets;
}

internal sealed class BoundAggregate(AggregateOperand source, BoundSelector events, RuleKind kind, RuleKind propertyKind) : BoundOperand(source, kind)
{
    public BoundSelector Events { get; } = events;

    public Aggregation Aggregation { get; } = source.Aggregation;

    public string? Property { get; } = source.Property;

    public RuleKind PropertyKind { get; } = propertyKind;

    public RuleWindow? Window { get; } = source.Window;
}
