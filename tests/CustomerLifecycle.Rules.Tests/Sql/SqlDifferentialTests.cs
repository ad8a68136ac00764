using System.Data.Common;
using CustomerLifecycle.Rules.Tests.Differential;
using CustomerLifecycle.Tests.Shared;
using Microsoft.Data.Sqlite;
using Npgsql;
using Xunit.Abstractions;

namespace CustomerLifecycle.Rules.Tests.Sql;

/// <summary>Random rules over random customers in real databases: what the query finds is what the compiled rule says, or more where the translation says so.</summary>
public class SqlDifferentialTests(ITestOutputHelper output)
{
    private const int Rules = 900;
    private const int Moments = 30;
    private const int CustomersAtEach = 8;

    [Theory]
    [InlineData(SqlInstantForm.UnixTicks)]
    [InlineData(SqlInstantForm.UnixSeconds)]
    [InlineData(SqlInstantForm.Timestamp)]
    public void Query_OfRandomRules_FindsWhomTheyHoldOf_InSqlite(SqlInstantForm instants)
    {
        using var connection = Sqlite();
        Agree(Disagreement(SqlDialect.Sqlite, connection, instants, static query => query, 1));
    }

    [PostgreSqlFact]
    public void Query_OfRandomRules_FindsWhomTheyHoldOf_InPostgreSql()
    {
        using var server = new PostgreSqlServer();
        using var source = NpgsqlDataSource.Create(server.ConnectionString);
        using var connection = source.OpenConnection();
        Agree(Disagreement(SqlDialect.PostgreSql, connection, SqlInstantForm.Timestamp, static query => query, 2));
    }

    [Theory]
    [InlineData("IS NOT NULL", "IS NOT NULL OR TRUE")]
    [InlineData("NOT (", "(")]
    [InlineData(" AND ", " OR ")]
    [InlineData(" OR ", " AND ")]
    [InlineData(" < @", " <= @")]
    [InlineData(" >= @", " > @")]
    [InlineData(" <= @", " < @")]
    [InlineData(" = @", " <> @")]
    [InlineData(" IN (", " NOT IN (")]
    [InlineData("COLLATE BINARY", "COLLATE NOCASE")]
    [InlineData("count(DISTINCT ", "count(")]
    [InlineData("count(", "1 + count(")]
    [InlineData(" DESC", " ASC")]
    [InlineData("min(", "max(")]
    [InlineData("max(", "min(")]
    [InlineData("NOT EXISTS", "EXISTS")]
    [InlineData("GLOB", "LIKE")]
    [InlineData("instr(", "0 * instr(")]
    [InlineData("\"e1\".\"at\" > \"e0\".\"at\"", "\"e1\".\"at\" >= \"e0\".\"at\"")]
    [InlineData("\"e1\".\"at\" > \"e0\".\"at\"", "\"e1\".\"at\" < \"e0\".\"at\"")]
    [InlineData("AS BLOB), 1, ", "AS BLOB), 2, ")]
    public void Fault_PlantedInTheQuery_IsFound(string right, string wrong)
    {
        using var connection = Sqlite();
        Assert.NotNull(Disagreement(SqlDialect.Sqlite, connection, SqlInstantForm.UnixTicks, query => query.Replace(right, wrong, StringComparison.Ordinal), 1));
    }

    private static void Agree(string? disagreement) => Assert.True(disagreement is null, disagreement);

    private static SqliteConnection Sqlite()
    {
        var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        return connection;
    }

    private string? Disagreement(SqlDialect dialect, DbConnection connection, SqlInstantForm instants, Func<string, string> fault, int seed)
    {
        var random = new RandomRules(40_000 + seed);
        var database = new RuleDatabase(dialect, connection, instants);
        var mapping = database.Make(Attributes, Events);
        var moments = Enumerable.Range(0, Moments).Select(_ => (Now: random.Now(), Customers: Enumerable.Range(0, CustomersAtEach).Select(_ => random.Customer()).ToList())).ToList();
        var customers = moments.SelectMany(moment => moment.Customers).Select((customer, index) => Held(customer, index)).ToList();
        using (var transaction = connection.BeginTransaction())
        {
            foreach (var customer in customers)
            {
                database.AddCustomer(customer.Customer, customer.Attributes);
                foreach (var happened in customer.Events.Events) database.AddEvent(customer.Customer, happened, happened.Properties);
            }

            transaction.Commit();
        }

        var (pairs, exact, narrowed) = (0, 0, 0);
        for (var i = 0; i < Rules; i++)
        {
            var rule = new Rule(random.Condition()).Bind(RuleSchema.Open, new SegmentTable([KeyValuePair.Create("s1", new Rule(Segment)), KeyValuePair.Create("s2", new Rule(new SegmentCondition("s1")))])) is { IsLoaded: true } load ? load.Value : null;
            if (rule is null) continue;
            var moment = new RuleMoment(random.Pick(moments).Now, new LocalCalendar(random.Zone()));
            var compiled = CustomerFacts.Profile().Compile(rule);
            var condition = mapping.Translate(rule, moment);
            HashSet<string> found;
            try
            {
                found = database.Find(fault(condition.Query), condition.Parameters);
            }
            catch (DbException failure)
            {
                return $"{rule} fails with {failure.Message}: {condition.Query}";
            }

            if (condition.IsExact) exact++;
            else if (found.Count < customers.Count) narrowed++;
            foreach (var customer in customers)
            {
                pairs++;
                var holds = compiled.Matches(customer, moment);
                var isFound = found.Contains(customer.Customer);
                if (condition.IsExact ? holds != isFound : holds && !isFound)
                    return $"{rule} at {moment.Now} in {moment.Calendar.Zone.Id} {(holds ? "holds" : "does not hold")} of {customer.Customer}: {condition.Query} [{string.Join(", ", condition.Parameters.Select(static parameter => parameter.Value is byte[] bytes ? Convert.ToHexString(bytes) : parameter.Value))}]; {Show(customer)}";
            }
        }

        output.WriteLine($"{pairs} pairs; of {Rules} rules {exact} exact, {narrowed} more narrowed down");
        Assert.True(exact > Rules / 4, $"only {exact} of {Rules} rules are exact");
        return null;
    }

    private static readonly Condition Segment = Rule.Parse("n > 0 or t is not empty").Value.Condition;

    private static readonly Dictionary<string, RuleKind> Attributes = new(StringComparer.Ordinal)
    {
        ["n"] = RuleKind.Integer,
        ["m"] = RuleKind.Double,
        ["any"] = RuleKind.Decimal,
        ["t"] = RuleKind.Text,
        ["u"] = RuleKind.Text,
        ["flag"] = RuleKind.Boolean,
        ["day"] = RuleKind.Date,
        ["seen"] = RuleKind.Instant,
        ["tags"] = RuleKind.Set,
    };

    private static readonly Dictionary<string, IReadOnlyDictionary<string, RuleKind>> Events = new(StringComparer.Ordinal)
    {
        ["order"] = new Dictionary<string, RuleKind>(StringComparer.Ordinal) { ["total"] = RuleKind.Integer, ["sku"] = RuleKind.Text, ["due"] = RuleKind.Date },
        ["view"] = new Dictionary<string, RuleKind>(StringComparer.Ordinal) { ["total"] = RuleKind.Decimal, ["sku"] = RuleKind.Text, ["due"] = RuleKind.Instant },
        ["cart"] = new Dictionary<string, RuleKind>(StringComparer.Ordinal) { ["total"] = RuleKind.Double, ["sku"] = RuleKind.Text, ["due"] = RuleKind.Instant },
    };

    // As tables hold a customer: each column one kind, each event once and with an id.
    private static CustomerFacts Held(SlowCustomer customer, int index)
    {
        var events = customer.Events.Select((happened, place) => new RuleEvent(
            happened.Type,
            happened.At,
            happened.Properties.Where(property => IsOf(property.Value, Events[happened.Type][property.Key])),
            happened.Id ?? $"u{place}",
            happened.Order,
            happened.Received));
        return new(customer.Attributes.Where(pair => IsOf(pair.Value, Attributes[pair.Key])), EventLog.Of(events), $"客户-{index}");
    }

    // A decimal of the database adds up exactly what 28 digits can hold.
    private static bool IsOf(RuleValue value, RuleKind kind) => kind switch
    {
        RuleKind.Integer => value is { Kind: RuleValueKind.Number, Form: NumberForm.Integer },
        RuleKind.Double => value is { Kind: RuleValueKind.Number, Form: NumberForm.Double },
        RuleKind.Decimal => value is { Kind: RuleValueKind.Number, Form: NumberForm.Decimal } && Math.Round(value.AsDecimal, 6) == value.AsDecimal,
        RuleKind.Set => value.Kind == RuleValueKind.Set,
        RuleKind.Text => value.Kind == RuleValueKind.Text,
        RuleKind.Boolean => value.Kind == RuleValueKind.Boolean,
        RuleKind.Date => value.Kind == RuleValueKind.Date,
        _ => value.Kind == RuleValueKind.Instant,
    };

    private static string Show(CustomerFacts customer) =>
        $"{string.Join(", ", customer.Attributes.Select(static pair => $"{pair.Key}={Show(pair.Value)}"))}; {string.Join(", ", customer.Events.Events.Select(static item => $"{item.Type} {item.Id} {item.At} {item.Order} [{string.Join(", ", item.Properties.Select(static pair => $"{pair.Key}={Show(pair.Value)}"))}]"))}";

    private static string Show(RuleValue value) => value.Kind == RuleValueKind.Set ? $"{{{string.Join(",", value.AsSet.Select(Show))}}}" : new TestCondition(new AttributeOperand("x"), RuleOperator.Equal, [value]).ToString();
}
