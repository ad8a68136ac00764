using System.Diagnostics.CodeAnalysis;

namespace CustomerLifecycle.Rules;

/// <summary>One node of a rule: true or false of a customer at an instant.</summary>
/// <remarks>Immutable; equal to another with the same shape. Made by <see cref="Rule.Parse(string, RuleKeywords?)"/>, <see cref="Rule.ParseJson(string)"/> or in code.</remarks>
public abstract record Condition
{
    private protected Condition(int depth, int nodes)
    {
        TreeGuard.Size(depth, nodes);
        Depth = depth;
        Nodes = nodes;
    }

    private protected Condition(NodeList<Condition> parts)
    {
        foreach (var part in parts.Items)
        {
            Depth = Math.Max(Depth, part.Depth);
            Nodes += part.Nodes;
        }

        TreeGuard.Size(++Depth, ++Nodes);
    }

    /// <summary>Holds for every customer: the empty "all".</summary>
    public static Condition True { get; } = new AllCondition(new([]));

    /// <summary>Holds for no customer: the empty "any".</summary>
    public static Condition False { get; } = new AnyCondition(new([]));

    /// <summary>Levels of conditions, this one included; at most <see cref="RuleLimits.Depth"/>.</summary>
    public int Depth { get; }

    /// <summary>Conditions, operands and steps, this one included; at most <see cref="RuleLimits.Nodes"/>.</summary>
    public int Nodes { get; }

    /// <summary>Every part holds.</summary>
    /// <param name="conditions">The parts; of none it is <see cref="True"/>, of one that one.</param>
    public static Condition All(IEnumerable<Condition> conditions)
    {
        var parts = new NodeList<Condition>(conditions);
        return parts.Count == 0 ? True : parts.Count == 1 ? parts[0] : new AllCondition(parts);
    }

    /// <summary>At least one part holds.</summary>
    /// <param name="conditions">The parts; of none it is <see cref="False"/>, of one that one.</param>
    public static Condition Any(IEnumerable<Condition> conditions)
    {
        var parts = new NodeList<Condition>(conditions);
        return parts.Count == 0 ? False : parts.Count == 1 ? parts[0] : new AnyCondition(parts);
    }

    /// <summary>Both hold. A chain becomes one node.</summary>
    /// <param name="left">One condition.</param>
    /// <param name="right">The other.</param>
    [SuppressMessage("Usage", "CA2225", Justification = "All is the named alternative.")]
    public static Condition operator &(Condition left, Condition right) => All((left is AllCondition { Conditions.Count: > 0 } all ? all.Conditions : Enumerable.Repeat(left, 1)).Append(right));

    /// <summary>At least one holds. A chain becomes one node.</summary>
    /// <param name="left">One condition.</param>
    /// <param name="right">The other.</param>
    [SuppressMessage("Usage", "CA2225", Justification = "Any is the named alternative.")]
    public static Condition operator |(Condition left, Condition right) => Any((left is AnyCondition { Conditions.Count: > 0 } any ? any.Conditions : Enumerable.Repeat(left, 1)).Append(right));

    /// <summary>The complement.</summary>
    /// <param name="condition">The condition.</param>
    [SuppressMessage("Usage", "CA2225", Justification = "NotCondition is the named alternative.")]
    public static Condition operator !(Condition condition) => new NotCondition(condition);

    /// <summary>The canonical text of the language.</summary>
    public sealed override string ToString() => RuleTextWriter.Write(this, RuleKeywords.English);
}

/// <summary>Every part holds; true when there is none.</summary>
public sealed record AllCondition : Condition
{
    internal AllCondition(NodeList<Condition> conditions)
        : base(conditions) => Conditions = conditions;

    /// <summary>The parts.</summary>
    public NodeList<Condition> Conditions { get; }
}

/// <summary>At least one part holds; false when there is none.</summary>
public sealed record AnyCondition : Condition
{
    internal AnyCondition(NodeList<Condition> conditions)
        : base(conditions) => Conditions = conditions;

    /// <summary>The parts.</summary>
    public NodeList<Condition> Conditions { get; }
}

/// <summary>The complement of a condition.</summary>
public sealed record NotCondition : Condition
{
    /// <summary>Negates a condition.</summary>
    /// <param name="condition">The condition.</param>
    public NotCondition(Condition condition)
        : base(1 + (condition ?? throw new ArgumentNullException(nameof(condition))).Depth, 1 + condition.Nodes) => Condition = condition;

    /// <summary>What must not hold.</summary>
    public Condition Condition { get; }
}

/// <summary>A test of one operand's value.</summary>
public sealed record TestCondition : Condition
{
    /// <summary>Describes a test.</summary>
    /// <param name="operand">What is looked at.</param>
    /// <param name="operator">The test.</param>
    /// <param name="values">The literals: one, two for between, any number for a list, none for "is set" and "is empty".</param>
    /// <param name="ignoreCase">Whether texts are compared without regard to case (ordinal).</param>
    public TestCondition(Operand operand, RuleOperator @operator, IEnumerable<RuleValue>? values = null, bool ignoreCase = false)
        : base(1 + (operand ?? throw new ArgumentNullException(nameof(operand))).Depth, 1 + operand.Nodes)
    {
        Operand = operand;
        Operator = @operator;
        Values = new(values ?? []);
        foreach (ref readonly var value in Values.Items.AsSpan()) TreeGuard.Literal(value);
        IgnoreCase = ignoreCase;
        var wanted = @operator.TakesNothing() ? 0 : @operator is RuleOperator.Between or RuleOperator.NotBetween ? 2 : 1;
        if (!@operator.TakesList() && Values.Count != wanted) throw new ArgumentException($"{@operator} takes {wanted} literals, {Values.Count} were given.", nameof(values));
        if (Values.Count > RuleLimits.ListLength) throw new ArgumentException($"A list holds at most {RuleLimits.ListLength} literals, {Values.Count} were given.", nameof(values));
    }

    /// <summary>What is looked at.</summary>
    public Operand Operand { get; }

    /// <summary>The test.</summary>
    public RuleOperator Operator { get; }

    /// <summary>The literals.</summary>
    public NodeList<RuleValue> Values { get; }

    /// <summary>Whether texts are compared without regard to case.</summary>
    public bool IgnoreCase { get; }
}

/// <summary>A comparison of the time in the current stage with a duration: <c>dwell &gt;= 30 days</c>.</summary>
public sealed record DwellCondition : Condition
{
    /// <summary>Describes the comparison.</summary>
    /// <param name="operator">One of the six comparisons.</param>
    /// <param name="amount">How many units, 0 to <see cref="RuleLimits.Amount"/>.</param>
    /// <param name="unit">The unit.</param>
    public DwellCondition(RuleOperator @operator, int amount, RuleUnit unit)
        : base(1, 1)
    {
        if (!@operator.IsComparison()) throw new ArgumentOutOfRangeException(nameof(@operator), @operator, "A dwell is compared with =, !=, <, <=, > or >=.");
        Operator = @operator;
        Amount = amount;
        Unit = unit;
    }

    /// <summary>The comparison.</summary>
    public RuleOperator Operator { get; }

    /// <summary>How many units.</summary>
    public int Amount { get; }

    /// <summary>The unit.</summary>
    public RuleUnit Unit { get; }
}

/// <summary>The forms of a test of a date or an instant against now.</summary>
public enum DateTestKind
{
    /// <summary><c>in last 7 days</c> and the other windows.</summary>
    InWindow = 0,

    /// <summary><c>in next 7 days</c>: after now, at most that many units ahead.</summary>
    InNext,

    /// <summary><c>in next 1 calendar month</c>: after now, in the current local unit or those after it.</summary>
    InNextCalendar,

    /// <summary><c>anniversary today</c></summary>
    AnniversaryToday,

    /// <summary><c>anniversary in next 7 days</c>: today or on one of the days after it.</summary>
    AnniversaryInNext,

    /// <summary><c>anniversary in month 7</c>: the local month is that one.</summary>
    MonthIs,

    /// <summary><c>before 90 days ago</c>: at or before now less that much.</summary>
    BeforeAgo,

    /// <summary><c>after 90 days ago</c>: later than now less that much.</summary>
    AfterAgo,
}

/// <summary>A test of a date or an instant against now; false for a missing value.</summary>
public sealed record DateCondition : Condition
{
    private DateCondition(Operand operand, DateTestKind test, int amount, RuleUnit unit, RuleWindow? window)
        : base(1 + (operand ?? throw new ArgumentNullException(nameof(operand))).Depth, 1 + operand.Nodes)
    {
        Operand = operand;
        Test = test;
        Amount = amount;
        Unit = unit;
        Window = window;
    }

    /// <summary>What is looked at.</summary>
    public Operand Operand { get; }

    /// <summary>The form of the test.</summary>
    public DateTestKind Test { get; }

    /// <summary>How many units, or the month 1 to 12; 0 where the test takes none.</summary>
    public int Amount { get; }

    /// <summary>The unit; days where the test takes none.</summary>
    public RuleUnit Unit { get; }

    /// <summary>The window of <see cref="DateTestKind.InWindow"/>; else null.</summary>
    public RuleWindow? Window { get; }

    /// <summary><c>in last 7 days</c> and the other windows.</summary>
    /// <param name="operand">What is looked at.</param>
    /// <param name="window">The window.</param>
    public static DateCondition In(Operand operand, RuleWindow window)
    {
        ArgumentNullException.ThrowIfNull(window);
        return new(operand, DateTestKind.InWindow, 0, RuleUnit.Day, window);
    }

    /// <summary><c>in next N units</c>, or calendar units.</summary>
    /// <param name="operand">What is looked at.</param>
    /// <param name="amount">1 to <see cref="RuleLimits.Amount"/>.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="calendar">Whether whole local units count.</param>
    public static DateCondition InNext(Operand operand, int amount, RuleUnit unit, bool calendar = false) =>
        new(operand, calendar ? DateTestKind.InNextCalendar : DateTestKind.InNext, amount, unit, null);

    /// <summary><c>anniversary today</c>.</summary>
    /// <param name="operand">What is looked at.</param>
    public static DateCondition AnniversaryToday(Operand operand) => new(operand, DateTestKind.AnniversaryToday, 0, RuleUnit.Day, null);

    /// <summary><c>anniversary in next N days</c>: days 0 to N - 1.</summary>
    /// <param name="operand">What is looked at.</param>
    /// <param name="days">1 to <see cref="RuleLimits.Amount"/>.</param>
    public static DateCondition AnniversaryInNext(Operand operand, int days) => new(operand, DateTestKind.AnniversaryInNext, days, RuleUnit.Day, null);

    /// <summary><c>anniversary in month N</c>.</summary>
    /// <param name="operand">What is looked at.</param>
    /// <param name="month">1 to 12.</param>
    public static DateCondition MonthIs(Operand operand, int month) => new(operand, DateTestKind.MonthIs, month, RuleUnit.Day, null);

    /// <summary><c>before N units ago</c>.</summary>
    /// <param name="operand">What is looked at.</param>
    /// <param name="amount">1 to <see cref="RuleLimits.Amount"/>.</param>
    /// <param name="unit">The unit.</param>
    public static DateCondition BeforeAgo(Operand operand, int amount, RuleUnit unit) => new(operand, DateTestKind.BeforeAgo, amount, unit, null);

    /// <summary><c>after N units ago</c>.</summary>
    /// <param name="operand">What is looked at.</param>
    /// <param name="amount">1 to <see cref="RuleLimits.Amount"/>.</param>
    /// <param name="unit">The unit.</param>
    public static DateCondition AfterAgo(Operand operand, int amount, RuleUnit unit) => new(operand, DateTestKind.AfterAgo, amount, unit, null);
}

/// <summary>The customer is in another segment: <c>in segment 'vip'</c>.</summary>
public sealed record SegmentCondition : Condition
{
    /// <summary>Refers to a segment.</summary>
    /// <param name="segment">Its name, 1 to <see cref="RuleLimits.NameLength"/> code units.</param>
    public SegmentCondition(string segment)
        : base(1, 1) => Segment = TreeGuard.Name(segment);

    /// <summary>The segment's name.</summary>
    public string Segment { get; }
}

/// <summary>Events that follow one another: <c>sequence(view then order within 7 days) last 30 days</c>.</summary>
public sealed record SequenceCondition : Condition
{
    /// <summary>Describes a sequence.</summary>
    /// <param name="steps">The steps, at least one; they must be met by distinct events in order.</param>
    /// <param name="window">When every step's event must lie; null for ever.</param>
    public SequenceCondition(IEnumerable<SequenceStep> steps, RuleWindow? window = null)
        : this(new NodeList<SequenceStep>(steps), window)
    {
    }

    private SequenceCondition(NodeList<SequenceStep> steps, RuleWindow? window)
        : base(1 + steps.Select(step => step.Events.Depth).DefaultIfEmpty().Max(), 1 + steps.Sum(step => step.Events.Nodes))
    {
        if (steps.Count == 0) throw new ArgumentException("A sequence has at least one step.", nameof(steps));
        Steps = steps;
        Window = window;
    }

    /// <summary>The steps.</summary>
    public NodeList<SequenceStep> Steps { get; }

    /// <summary>When every step's event must lie; null for ever.</summary>
    public RuleWindow? Window { get; }
}

/// <summary>One step of a sequence.</summary>
public sealed record SequenceStep
{
    /// <summary>Describes a step.</summary>
    /// <param name="events">Which events meet it.</param>
    /// <param name="within">The gap to the step before it must be shorter than this; null for any gap.</param>
    public SequenceStep(EventSelector events, RuleGap? within = null)
    {
        ArgumentNullException.ThrowIfNull(events);
        Events = events;
        Within = within;
    }

    /// <summary>Which events meet it.</summary>
    public EventSelector Events { get; }

    /// <summary>The gap to the step before it must be shorter than this; null for any gap.</summary>
    public RuleGap? Within { get; }
}

/// <summary>A length of time in units.</summary>
/// <param name="Amount">How many units.</param>
/// <param name="Unit">The unit.</param>
public readonly record struct RuleGap(int Amount, RuleUnit Unit);
