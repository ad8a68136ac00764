namespace CustomerLifecycle.Rules;

/// <summary>Aggregates and sequences of a customer's events, as conditions with subqueries.</summary>
internal sealed class SqlSelects(SqlMapping mapping, SqlTests tests, RuleMoment moment, Func<BoundCondition, SqlScope, SqlOutcome> where)
{
    private static readonly SqlText Value = SqlText.Of($"a.\"v\"");

    /// <summary>A test of an aggregate.</summary>
    /// <param name="aggregate">The aggregate.</param>
    /// <param name="wanted">The kind of which the least and greatest of a property of any kind are looked for.</param>
    /// <param name="test">The test of the aggregate's value.</param>
    /// <param name="source">The test as it was bound, when it is one of a value.</param>
    public SqlOutcome Aggregate(BoundAggregate aggregate, RuleValueKind wanted, Func<SqlOperand, SqlOutcome> test, BoundTest? source)
    {
        if (mapping.FindEvent(aggregate.Events.EventType) is not { } table) return NoTable;
        var scope = new SqlScope("e", table.Columns);
        var events = Events(aggregate.Events, aggregate.Window, table, scope);
        if (events.Text is not { } conditions) return events;

        SqlOperand? property = null;
        if (aggregate.Property is { } name)
        {
            if (scope.Find(name) is not { } found) return SqlOutcome.Refuse("The property is not mapped to a column.");
            property = found;
            conditions = SqlText.All(conditions, tests.IsSet(found));
        }

        var from = SqlText.Of($"FROM {table.Table} AS e WHERE {conditions}");
        if (aggregate.Aggregation == Aggregation.Count && source is not null && Presence(source) is { } present)
            return present ? SqlText.Of($"EXISTS (SELECT 1 {from})") : SqlText.Of($"NOT EXISTS (SELECT 1 {from})");

        var (selected, kind, reason) = Selected(aggregate, wanted, property, table, scope, from);
        if (selected is null) return SqlOutcome.Refuse(reason!);
        var outcome = test(new(Value, kind));
        if (outcome.Text is not { } tested || ReferenceEquals(tested, SqlText.False)) return outcome;
        return SqlText.Of($"EXISTS (SELECT 1 FROM ({selected}) AS a WHERE {tested})");
    }

    // At least one, or none at all: the database need not count.
    private static bool? Presence(BoundTest test)
    {
        if (test.Values.Length == 0 || test.Values[0].Kind != RuleValueKind.Number || !(test.Operator.IsOrdering() || test.Operator == RuleOperator.Equal)) return null;
        var (low, high) = NumberRange.OfIntegers(test.Operator, test.Values);
        if (low == 1 && high == long.MaxValue) return true;
        return low <= 0 && high == 0 ? false : null;
    }

    private (SqlText? Select, RuleKind Kind, string? Reason) Selected(BoundAggregate aggregate, RuleValueKind wanted, SqlOperand? property, SqlEventTable table, SqlScope scope, SqlText from)
    {
        var occurred = scope.Column(table.Occurred);
        var isSqlite = mapping.Dialect == SqlDialect.Sqlite;
        switch (aggregate.Aggregation)
        {
            case Aggregation.Count:
                return (SqlText.Of($"SELECT count(*) AS v {from}"), RuleKind.Integer, null);
            case Aggregation.First:
                return (SqlText.Of($"SELECT min({occurred}) AS v {from}"), RuleKind.Instant, null);
            case Aggregation.Last:
                return (SqlText.Of($"SELECT max({occurred}) AS v {from}"), RuleKind.Instant, null);
            case Aggregation.Sum when property!.Kind is RuleKind.Integer or RuleKind.Decimal && !isSqlite:
                return (SqlText.Of($"SELECT CAST(COALESCE(sum({property.Text}), 0) AS numeric) AS v {from}"), RuleKind.Decimal, null);
            case Aggregation.Sum or Aggregation.Average when isSqlite:
                return (null, default, "SQLite adds up neither decimals exactly nor integers without end.");
            case Aggregation.Sum:
                return (null, default, "Sums of doubles depend on the order in which they are added up.");
            case Aggregation.Average:
                return (null, default, "Databases round means in ways of their own.");
        }

        var kind = property!.Kind;
        if (kind == RuleKind.Set) return (null, default, "Sets are not compared in the database.");
        if (kind == RuleKind.Decimal && isSqlite) return (null, default, "SQLite has no decimal numbers.");
        var text = kind == RuleKind.Text ? tests.ByCodePoint(property.Text) : property.Text;
        switch (aggregate.Aggregation)
        {
            case Aggregation.Distinct:
                return (SqlText.Of($"SELECT count(DISTINCT {text}) AS v {from}"), RuleKind.Integer, null);
            case Aggregation.Minimum or Aggregation.Maximum when kind == RuleKind.Boolean:
                return (null, default, "Truth values have no order.");
            case Aggregation.Minimum:
                return (SqlText.Of($"SELECT min({text}) AS v {from}"), kind, null);
            case Aggregation.Maximum:
                return (SqlText.Of($"SELECT max({text}) AS v {from}"), kind, null);
            default:
                return (SqlText.Of($"SELECT (SELECT {text} {from} ORDER BY {occurred} DESC, {scope.Column(table.Order)} DESC, {tests.ByCodePoint(scope.Column(table.Id))} DESC LIMIT 1) AS v"), kind, null);
        }
    }

    private static SqlOutcome NoTable { get; } = SqlOutcome.Refuse("The type of event is not mapped to a table.");

    // The customer's events of a selector in a window, exactly.
    private SqlOutcome Events(BoundSelector selector, RuleWindow? window, SqlEventTable table, SqlScope scope)
    {
        var range = (window is null ? TimeTest.Ever : TimeTest.Of(window)).At(moment).Instants;
        if (!range.IsInterval) return SqlOutcome.Refuse(SqlTranslator.ClockChanges);
        SqlOutcome properties = selector.Where is null ? SqlText.True : where(selector.Where, scope);
        if (properties.Text is not { } passed) return properties;
        return SqlText.All(
            SqlText.Of($"{scope.Column(table.Customer)} = c.{mapping.Key}"),
            table.Type is { } type ? SqlText.Of($"{tests.ByCodePoint(scope.Column(type))} = {SqlText.Value(selector.EventType)}") : SqlText.True,
            tests.InRange(new SqlOperand(scope.Column(table.Occurred), RuleKind.Instant), range),
            passed);
    }

    /// <summary>Steps met by distinct events in order: each step's event lies after that of the step before.</summary>
    public SqlOutcome Sequence(BoundSequence sequence)
    {
        SqlText? inner = null;
        for (var k = sequence.Steps.Count - 1; k >= 0; k--)
        {
            var step = sequence.Steps[k];
            if (mapping.FindEvent(step.Events.EventType) is not { } table) return NoTable;
            var scope = Scope(k, table);
            var events = Events(step.Events, sequence.Window, table, scope);
            if (events.Text is not { } conditions) return events;
            if (k > 0)
            {
                var before = mapping.FindEvent(sequence.Steps[k - 1].Events.EventType);
                if (before is null) return NoTable;
                var earlier = Scope(k - 1, before);
                conditions = SqlText.All(conditions, IsAfter(table, scope, before, earlier));
                if (step.Within is { } gap)
                {
                    if (!UnitArithmetic.IsExact(gap.Unit)) return SqlOutcome.Refuse("Databases add months in ways of their own.");
                    var length = UnitArithmetic.Later(NodaConstants.UnixEpoch, gap.Amount, gap.Unit, moment.Calendar) - NodaConstants.UnixEpoch;
                    if (tests.Later(earlier.Column(before.Occurred), length) is not { } end) return SqlOutcome.Refuse("Nothing is added to instants that are held as text.");
                    conditions = SqlText.All(conditions, SqlText.Of($"{scope.Column(table.Occurred)} < {end}"));
                }
            }

            if (inner is not null) conditions = SqlText.All(conditions, inner);
            var alias = SqlText.Name(Alias(k));
            inner = SqlText.Of($"EXISTS (SELECT 1 FROM {table.Table} AS {alias} WHERE {conditions})");
        }

        return inner!;

        static SqlScope Scope(int step, SqlEventTable table) => new(Alias(step), table.Columns);

        static string Alias(int step) => FormattableString.Invariant($"e{step}");
    }

    private SqlText IsAfter(SqlEventTable table, SqlScope scope, SqlEventTable before, SqlScope earlier)
    {
        var (at, from) = (scope.Column(table.Occurred), earlier.Column(before.Occurred));
        var (order, orderBefore) = (scope.Column(table.Order), earlier.Column(before.Order));
        var (id, idBefore) = (tests.ByCodePoint(scope.Column(table.Id)), tests.ByCodePoint(earlier.Column(before.Id)));
        return SqlText.Of($"({at} > {from} OR ({at} = {from} AND ({order} > {orderBefore} OR ({order} = {orderBefore} AND {id} > {idBefore}))))");
    }
}
