namespace CustomerLifecycle.Rules;

/// <summary>Turns a bound tree into SQL. A part that cannot be translated becomes whatever lets more customers through: true where the rule asks for it, false where it asks for its complement.</summary>
internal sealed class SqlTranslator
{
    // Both databases bound the depth of an expression (SQLite: 1,000 nodes) and the number of parameters (SQLite: 32,766).
    private const int Depth = 120;
    private const int Steps = 20_000;
    private const int Parameters = 30_000;

    private readonly SqlMapping _mapping;
    private readonly RuleMoment _moment;
    private readonly SqlTests _tests;
    private readonly SqlSelects _selects;
    private readonly List<SqlRemainder> _remainder = [];
    private int _steps;

    private SqlTranslator(SqlMapping mapping, RuleMoment moment)
    {
        _mapping = mapping;
        _moment = moment;
        _tests = new(mapping.Dialect, mapping.Instants);
        _selects = new(mapping, _tests, moment, Where);
    }

    public static SqlCondition Translate(BoundRule rule, SqlMapping mapping, RuleMoment moment)
    {
        var translator = new SqlTranslator(mapping, moment);
        var condition = translator.Translate(rule.Root, new("c", mapping.Columns), wider: true);
        return new(condition, mapping, translator._remainder);
    }

    // wider: what is not translated may let customers through that the rule does not; else it may keep some out that the rule lets through.
    private SqlText Translate(BoundCondition condition, SqlScope scope, bool wider)
    {
        if (++_steps > Steps) return LeaveOut(condition, "The rule is too long for one query.", wider);
        var text = condition switch
        {
            BoundAll all => SqlText.All(all.Parts.Select(part => Translate(part, scope, wider))),
            BoundAny any => SqlText.Any(any.Parts.Select(part => Translate(part, scope, wider))),
            BoundNot not => SqlText.Not(Translate(not.Part, scope, !wider)),
            BoundTest { Negated: true } test => SqlText.Not(Settle(test, Test(test, scope), !wider)),
            BoundTest test => Settle(test, Test(test, scope), wider),
            BoundDateTest test => Translate(test, scope, wider),
            BoundSegment segment => Translate(segment.Rule.Root, scope, wider),
            BoundSequence sequence => Settle(sequence, _selects.Sequence(sequence), wider),
            _ => LeaveOut(condition, "The database does not know the stage at hand.", wider),
        };
        if (text.Parameters > Parameters) return LeaveOut(condition, "The rule has too many literals for one query.", wider);
        return text.Depth > Depth ? LeaveOut(condition, "The rule is nested too deeply for one query.", wider) : text;
    }

    private SqlText Settle(BoundCondition condition, SqlOutcome outcome, bool wider) => outcome.Text ?? LeaveOut(condition, outcome.Reason!, wider);

    private SqlText LeaveOut(BoundCondition condition, string reason, bool wider)
    {
        _remainder.Add(new(condition.Source, reason));
        return wider ? SqlText.True : SqlText.False;
    }

    /// <summary>The test of an event's properties, exactly.</summary>
    private SqlOutcome Where(BoundCondition where, SqlScope scope)
    {
        var before = _remainder.Count;
        var text = Translate(where, scope, wider: true);
        if (_remainder.Count == before) return text;
        var reason = _remainder[before].Reason;
        _remainder.RemoveRange(before, _remainder.Count - before);
        return SqlOutcome.Refuse(reason);
    }

    private SqlOutcome Test(BoundTest test, SqlScope scope)
    {
        switch (test.Operand)
        {
            case BoundAttribute attribute:
                return scope.Find(attribute.Name) is { } operand ? _tests.Test(operand, test.Operator, test.Values, test.IgnoreCase) : NotMapped;
            case BoundAge age:
                return scope.Find(age.Of.Name) is { } birth ? Age(birth, test) : NotMapped;
            case BoundSize size:
                return scope.Find(size.Of.Name) is { } set ? Size(set, test) : NotMapped;
            case BoundAggregate aggregate:
                return _selects.Aggregate(aggregate, RuleCompiler<RuleEvent>.ExtremeKind(test), value => _tests.Test(value, test.Operator, test.Values, test.IgnoreCase), test);
            case BoundBucket:
                return SqlOutcome.Refuse("The database has no SHA-256 of its own, or not the same one everywhere.");
            default:
                return SqlOutcome.Refuse("The database does not know the stage at hand.");
        }
    }

    private static SqlOutcome NotMapped { get; } = SqlOutcome.Refuse("It is not mapped to a column.");

    private SqlOutcome Size(SqlOperand set, BoundTest test)
    {
        if (set.Kind != RuleKind.Set) return SqlOutcome.Refuse("It is not mapped to a column of sets.");
        return _tests.Test(new(_tests.Size(set), RuleKind.Integer), test.Operator, test.Values, ignoreCase: false);
    }

    // Whole years are days of birth between two days.
    private SqlOutcome Age(SqlOperand birth, BoundTest test)
    {
        if (birth.Kind != RuleKind.Date) return SqlOutcome.Refuse("Only a column of dates tells an age.");
        if (test.Operator is RuleOperator.IsSet) return BornAtLeast(0);
        if (test.Operator is RuleOperator.IsEmpty) return SqlText.Not(BornAtLeast(0));
        RuleValue[] numbers = [.. test.Values.Where(static value => value.Kind == RuleValueKind.Number)];
        if (numbers.Length == 0 || (test.Operator == RuleOperator.Between && numbers.Length < 2) || test.Operator.IsTextual()) return SqlText.False;
        if (test.Operator != RuleOperator.In) return Between(NumberRange.OfIntegers(test.Operator, numbers));
        return SqlText.Any(numbers.Select(number => Between(NumberRange.OfIntegers(RuleOperator.Equal, [number]))));

        SqlText Between((long Low, long High) years) =>
            years.Low > years.High || years.High < 0 ? SqlText.False
            : years.High >= 20_000 ? BornAtLeast(Math.Max(years.Low, 0))
            : SqlText.All(BornAtLeast(Math.Max(years.Low, 0)), SqlText.Not(BornAtLeast(years.High + 1)));

        SqlText BornAtLeast(long years)
        {
            if (years >= 20_000) return SqlText.False;
            var today = _moment.Today;
            var year = today.Year - (int)years;
            if (year < 1) return SqlText.False;

            // Born on 29 February counts from the 28th on in common years.
            var latest = today is { Month: 2, Day: 28 } && !CalendarSystem.Iso.IsLeapYear(today.Year) && CalendarSystem.Iso.IsLeapYear(year) && years > 0
                ? new LocalDate(year, 2, 29)
                : new AnnualDate(today.Month, today.Day).InYear(year);
            return _tests.InRange(birth, new DateRange(LocalDate.MinIsoValue, UnitArithmetic.AddDays(latest, 1)));
        }
    }

    private SqlText Translate(BoundDateTest test, SqlScope scope, bool wider)
    {
        var time = TimeTest.Of(test.Test);
        var range = time?.At(_moment);
        if (test.Operand is BoundAggregate aggregate)
            return Settle(test, range is null ? SqlOutcome.Refuse(NoCalendar) : _selects.Aggregate(aggregate, RuleValueKind.Missing, value => InRange(value, range), null), wider);
        if (test.Operand is not BoundAttribute attribute) return LeaveOut(test, "The database does not know the stage at hand.", wider);
        if (scope.Find(attribute.Name) is not { } operand) return LeaveOut(test, NotMapped.Reason!, wider);
        if (range is null) return Settle(test, Calendar(operand, test.Test), wider);
        if (operand.Kind != RuleKind.Instant || range.Instants.IsInterval || !wider) return Settle(test, InRange(operand, range), wider);

        // Near a change of the zone's clock the ends only bound the range from outside.
        _remainder.Add(new(test.Source, ClockChanges));
        return _tests.InRange(operand, range.Instants);
    }

    internal const string ClockChanges = "A change of the zone's clock lies near an end of the window.";
    private const string NoCalendar = "Only a column of dates tells its anniversaries.";

    private SqlOutcome InRange(SqlOperand operand, TimeRange range) => operand.Kind switch
    {
        RuleKind.Date => _tests.InRange(operand, range.Days),
        RuleKind.Instant => range.Instants.IsInterval ? _tests.InRange(operand, range.Instants) : SqlOutcome.Refuse(ClockChanges),
        _ => SqlText.False,
    };

    private SqlOutcome Calendar(SqlOperand day, DateCondition test)
    {
        if (day.Kind == RuleKind.Instant) return SqlOutcome.Refuse(NoCalendar);
        if (day.Kind != RuleKind.Date) return SqlText.False;
        var today = _moment.Today;
        switch (test.Test)
        {
            case DateTestKind.MonthIs:
                return _tests.InYear(day, new(test.Amount, 1), new(test.Amount, test.Amount == 2 ? 29 : new LocalDate(2000, test.Amount, 1).PlusMonths(1).PlusDays(-1).Day));
            case DateTestKind.AnniversaryToday:
                return InDays(day, today, today);
            case var _ when test.Amount > 366:
                return SqlOutcome.Refuse("More than a year of anniversaries is not asked of the database.");
            default:
                return InDays(day, today, UnitArithmetic.AddDays(today, test.Amount - 1));
        }
    }

    private SqlText InDays(SqlOperand day, LocalDate first, LocalDate last) => SqlText.Any(Enumerable.Range(first.Year, last.Year - first.Year + 1).Select(year =>
    {
        var from = year == first.Year ? first : new LocalDate(year, 1, 1);
        var until = year == last.Year ? last : new LocalDate(year, 12, 31);

        // 29 February is observed on the 28th in common years.
        var end = until is { Month: 2, Day: 28 } && !CalendarSystem.Iso.IsLeapYear(year) ? new AnnualDate(2, 29) : new AnnualDate(until.Month, until.Day);
        return SqlText.All(_tests.InYear(day, new(from.Month, from.Day), end), _tests.InRange(day, new DateRange(LocalDate.MinIsoValue, new LocalDate(year, 1, 1))));
    }));
}

/// <summary>The columns that names mean, under the alias of their table.</summary>
internal sealed class SqlScope(string alias, IReadOnlyDictionary<string, SqlColumn> columns)
{
    private readonly SqlText _alias = SqlText.Name(alias);

    public SqlOperand? Find(string name) => columns.TryGetValue(name, out var column) ? new(Column(column.Name), column.Kind) : null;

    public SqlText Column(SqlText name) => SqlText.Of($"{_alias}.{name}");
}
