using CustomerLifecycle.Rules;

namespace CustomerLifecycle.Stages;

/// <summary>Turns the condition language's tree into what a machine runs, and says what has no place in a guard.</summary>
internal sealed class GuardReader
{
    // Tests that need the language's own meaning are asked of one value, under this name.
    private const string Subject = "value";
    private static readonly RuleProfile<RuleValue> Subjects = new RuleProfile<RuleValue>().Value(Subject, RuleKind.Any, value => value);

    private readonly List<RuleProblem> _problems = [];

    public IReadOnlyList<RuleProblem> Problems => _problems;

    // The tree's depth is bounded by RuleLimits, so that recursion is too.
    public GuardNode Read(Condition condition)
    {
        switch (condition)
        {
            case AllCondition all:
                return new GuardNode.All([.. all.Conditions.Select(Read)]);
            case AnyCondition any:
                return new GuardNode.Any([.. any.Conditions.Select(Read)]);
            case NotCondition not:
                return new GuardNode.Not(Read(not.Condition));
            case DwellCondition dwell:
                return Compared(dwell.Operator, comparison => new GuardNode.Dwell(comparison, SpanOf(dwell.Amount, dwell.Unit)))!;
            case TestCondition test:
                return Read(test);
            case DateCondition date when OperandOf(date.Operand) is var (kind, name):
                return Asked(kind, name, date, OfSubject(date));
            default:
                return Refused(condition, "looks at more than a guard can see");
        }
    }

    /// <summary>A comparison, "not equal" as the complement of "equal"; null for an operator that compares nothing.</summary>
    public static GuardNode? Compared(RuleOperator op, Func<GuardComparison, GuardNode> make) => op switch
    {
        RuleOperator.Equal => make(GuardComparison.Equal),
        RuleOperator.NotEqual => new GuardNode.Not(make(GuardComparison.Equal)),
        RuleOperator.Less => make(GuardComparison.Less),
        RuleOperator.LessOrEqual => make(GuardComparison.LessOrEqual),
        RuleOperator.Greater => make(GuardComparison.Greater),
        RuleOperator.GreaterOrEqual => make(GuardComparison.GreaterOrEqual),
        _ => null,
    };

    public static string Symbol(RuleOperator op) => op switch
    {
        RuleOperator.Equal => "=",
        RuleOperator.NotEqual => "!=",
        RuleOperator.Less => "<",
        RuleOperator.LessOrEqual => "<=",
        RuleOperator.Greater => ">",
        _ => ">=",
    };

    private static StageSpan SpanOf(int amount, RuleUnit unit) => unit switch
    {
        RuleUnit.Second => StageSpan.Of(Duration.FromSeconds(amount)),
        RuleUnit.Minute => StageSpan.Of(Duration.FromMinutes(amount)),
        RuleUnit.Hour => StageSpan.OfHours(amount),
        RuleUnit.Day => StageSpan.OfDays(amount),
        RuleUnit.Week => StageSpan.OfDays(amount * 7),
        RuleUnit.Month => StageSpan.OfMonths(amount),
        RuleUnit.Quarter => StageSpan.OfMonths(amount * 3),
        _ => StageSpan.OfMonths(amount * 12),
    };

    private static (GuardOperandKind Kind, string Name)? OperandOf(Operand operand) => operand switch
    {
        AttributeOperand attribute => (GuardOperandKind.Fact, attribute.Name),
        EventFieldOperand field => (GuardOperandKind.EventField, field.Name),
        VisitsOperand visits => (GuardOperandKind.Visits, visits.Stage),
        AgeOperand age => (GuardOperandKind.Fact, age.Name),
        _ => null,
    };

    private static DateCondition OfSubject(DateCondition date)
    {
        var subject = new AttributeOperand(Subject);
        return date.Test switch
        {
            DateTestKind.InWindow => DateCondition.In(subject, date.Window!),
            DateTestKind.InNext => DateCondition.InNext(subject, date.Amount, date.Unit),
            DateTestKind.InNextCalendar => DateCondition.InNext(subject, date.Amount, date.Unit, calendar: true),
            DateTestKind.AnniversaryToday => DateCondition.AnniversaryToday(subject),
            DateTestKind.AnniversaryInNext => DateCondition.AnniversaryInNext(subject, date.Amount),
            DateTestKind.MonthIs => DateCondition.MonthIs(subject, date.Amount),
            DateTestKind.BeforeAgo => DateCondition.BeforeAgo(subject, date.Amount, date.Unit),
            _ => DateCondition.AfterAgo(subject, date.Amount, date.Unit),
        };
    }

    private GuardNode Asked(GuardOperandKind kind, string name, Condition condition, Condition ofSubject)
    {
        var bound = new Rule(ofSubject).Bind(Subjects.Schema);
        if (bound.IsLoaded) return new GuardNode.Asked(kind, name, Subjects.Compile(bound.Value), condition.ToString());
        _problems.AddRange(bound.Problems);
        return GuardNode.Never;
    }

    private GuardNode Read(TestCondition test)
    {
        if (OperandOf(test.Operand) is not var (kind, name)) return Refused(test, test.Operand is AggregateOperand ? "computes over events: declare a fact, and name it here" : "looks at more than a guard can see");
        if (test.Operand is AgeOperand) return Asked(kind, name, test, new TestCondition(new AgeOperand(Subject), test.Operator, test.Values, test.IgnoreCase));
        if (test.Operator == RuleOperator.Like) return Asked(kind, name, test, new TestCondition(new AttributeOperand(Subject), test.Operator, test.Values, test.IgnoreCase));
        if (test.Values.Any(value => !TryRead(value, out _))) return Refused(test, "compares with a number that is no exact decimal");
        StageValue[] values = [.. test.Values.Select(value => TryRead(value, out var constant) ? constant : StageValue.None)];
        var text = values.Length > 0 && values[0].TryGetText(out var pattern) ? pattern : "";
        switch (test.Operator)
        {
            case RuleOperator.Equal when test.IgnoreCase:
                return new GuardNode.Among(kind, name, values, ignoreCase: true);
            case RuleOperator.NotEqual when test.IgnoreCase:
                return new GuardNode.Not(new GuardNode.Among(kind, name, values, ignoreCase: true));
            case RuleOperator.In:
                return new GuardNode.Among(kind, name, values, test.IgnoreCase);
            case RuleOperator.NotIn:
                return new GuardNode.Not(new GuardNode.Among(kind, name, values, test.IgnoreCase));
            case RuleOperator.Between:
                return Between(kind, name, values);
            case RuleOperator.NotBetween:
                return new GuardNode.Not(Between(kind, name, values));
            case RuleOperator.IsSet:
                return new GuardNode.Exists(kind, name);
            case RuleOperator.IsNotSet:
                return new GuardNode.Not(new GuardNode.Exists(kind, name));
            case RuleOperator.IsEmpty:
                return new GuardNode.Not(new GuardNode.Exists(kind, name, emptyIsNone: true));
            case RuleOperator.IsNotEmpty:
                return new GuardNode.Exists(kind, name, emptyIsNone: true);
            case RuleOperator.Contains:
                return new GuardNode.Text(kind, name, GuardTextTest.Contains, text, test.IgnoreCase);
            case RuleOperator.NotContains:
                return new GuardNode.Not(new GuardNode.Text(kind, name, GuardTextTest.Contains, text, test.IgnoreCase));
            case RuleOperator.StartsWith:
                return new GuardNode.Text(kind, name, GuardTextTest.StartsWith, text, test.IgnoreCase);
            case RuleOperator.EndsWith:
                return new GuardNode.Text(kind, name, GuardTextTest.EndsWith, text, test.IgnoreCase);
            default:
                return Compared(test.Operator, comparison => new GuardNode.Compare(kind, name, comparison, values[0])) ?? Refused(test, "asks for a set, and facts and fields are none");
        }
    }

    private static GuardNode.All Between(GuardOperandKind kind, string name, StageValue[] bounds) => new(
    [
        new GuardNode.Compare(kind, name, GuardComparison.GreaterOrEqual, bounds[0]),
        new GuardNode.Compare(kind, name, GuardComparison.LessOrEqual, bounds[1]),
    ]);

    private static bool TryRead(RuleValue value, out StageValue constant)
    {
        constant = StageValue.None;
        switch (value.Kind)
        {
            case RuleValueKind.Boolean:
                constant = StageValue.Truth(value.AsBoolean);
                return true;
            case RuleValueKind.Text:
                constant = StageValue.Text(value.AsText);
                return true;
            case RuleValueKind.Date:
                constant = StageValue.Date(value.AsDate);
                return true;
            case RuleValueKind.Instant:
                constant = StageValue.Instant(value.AsInstant);
                return true;
            case RuleValueKind.Number when value.Form != NumberForm.Double:
                constant = StageValue.Number(value.AsDecimal);
                return true;
            case RuleValueKind.Number when Math.Abs(value.AsDouble) < 1e15 && (double)(decimal)value.AsDouble == value.AsDouble:
                constant = StageValue.Number((decimal)value.AsDouble);
                return true;
            default:
                return false;
        }
    }

    private GuardNode Refused(Condition condition, string why)
    {
        var text = condition.ToString();
        _problems.Add(new("stages.guard-not-allowed", $"'{text}' {why}. A guard sees declared facts, event.field, dwell and visits('stage').", -1, ""));
        return GuardNode.Never;
    }
}
