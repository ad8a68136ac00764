using System.Data.Common;
using System.Text.Json.Nodes;
using CustomerLifecycle.Rules;
using CustomerLifecycle.Tests.Shared;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CustomerLifecycle.Conformance.Formats;

/// <summary>A query of a real database that holds the customer; what it leaves out is checked by the compiled predicate. When the verdict changes is told by the predicate alone.</summary>
internal sealed class SqlPath(string name, SqlDialect dialect, SqlInstantForm instants, Func<DbConnection> connect) : ISegmentationPath
{
    // A column that holds nothing has a kind all the same.
    private static readonly RuleKind[] EmptyColumns = [RuleKind.Integer, RuleKind.Decimal, RuleKind.Double, RuleKind.Text, RuleKind.Boolean, RuleKind.Date, RuleKind.Instant, RuleKind.Set];

    private readonly Lazy<DbConnection> _connection = new(connect);

    public string Name => name;

    public static SqlPath Sqlite() => new("sqlite", SqlDialect.Sqlite, SqlInstantForm.UnixTicks, static () =>
    {
        var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        return connection;
    });

    public static SqlPath PostgreSql() => new("postgresql", SqlDialect.PostgreSql, SqlInstantForm.Timestamp, static () =>
    {
        var connection = new NpgsqlConnection(CaseStore.PostgreSql.Value.ConnectionString);
        connection.Open();
        return connection;
    });

    public JsonNode Answer(SegmentationCase given) => Answer(given, []);

    public CasePath For(SegmentationCase given)
    {
        SortedSet<string> reasons = new(StringComparer.Ordinal);
        return new(Name, () => Answer(given, reasons)) { Remark = () => reasons.Count == 0 ? null : $"with the fall-back: {string.Join(" ", reasons)}" };
    }

    private JsonNode Answer(SegmentationCase given, SortedSet<string> reasons)
    {
        if (given.Bind() is not { } rule) return SegmentationCase.LoadError();
        var absent = rule.Attributes.Where(attribute => !given.Facts.Attributes.TryGetValue(attribute, out var value) || value.IsMissing).ToList();
        var kinds = absent.Exists(attribute => Declared(given, attribute) is null) ? EmptyColumns : EmptyColumns[..1];
        JsonNode? answer = null;
        foreach (var kind in kinds)
        {
            var columns = absent.ToDictionary(attribute => attribute, attribute => Declared(given, attribute) ?? kind, StringComparer.Ordinal);
            var next = Answer(given, rule, columns, reasons);
            if (answer is not null && !JsonNode.DeepEquals(answer, next)) throw new InvalidOperationException($"An empty column of the kind {kind} gives another answer than one of the kind {kinds[0]}.");
            answer = next;
        }

        return answer!;
    }

    private static RuleKind? Declared(SegmentationCase given, string attribute) =>
        given.Schema is { } schema && schema.TryGetValue(attribute, out var kind) && kind != RuleKind.Number ? kind : null;

    private JsonObject Answer(SegmentationCase given, BoundRule rule, Dictionary<string, RuleKind> columns, SortedSet<string> reasons)
    {
        var facts = given.Facts;
        foreach (var (attribute, value) in facts.Attributes)
            if (!value.IsMissing && KindOf([value]) is { } kind) columns[attribute] = kind;
        var events = rule.EventTypes.Union(facts.Events.Events.Select(happened => happened.Type), StringComparer.Ordinal).ToDictionary(type => type, IReadOnlyDictionary<string, RuleKind> (type) => Properties(facts, type), StringComparer.Ordinal);
        var database = new RuleDatabase(dialect, _connection.Value, instants);
        var mapping = database.Make(columns, events);
        database.AddCustomer(given.Customer, facts.Attributes.Where(attribute => columns.ContainsKey(attribute.Key)));
        foreach (var (happened, index) in facts.Events.Events.Select((happened, index) => (happened, index)))
        {
            // A row has a key of its own where the event has none; it comes where the event comes, before those with ids.
            var row = happened.Id is null ? new RuleEvent(happened.Type, happened.At, happened.Properties, $"\u0001{index:D6}", happened.Order) : happened;
            database.AddEvent(given.Customer, row, happened.Properties.Where(property => events[happened.Type].ContainsKey(property.Key)));
        }

        var compiled = given.Profile.Compile(rule);
        return given.Answer(asOf =>
        {
            var moment = new RuleMoment(asOf, given.Calendar);
            var condition = mapping.Translate(rule, moment);
            foreach (var part in condition.Remainder) reasons.Add(part.Reason);
            var found = database.Find(condition.Query, condition.Parameters).Contains(given.Customer);
            var verdict = compiled.Judge(facts, moment);
            return (found && (condition.IsExact || verdict.Matches), verdict.NextChange);
        });
    }

    private static Dictionary<string, RuleKind> Properties(CustomerFacts facts, string type)
    {
        var kinds = new Dictionary<string, RuleKind>(StringComparer.Ordinal);
        foreach (var property in facts.Events.Events.Where(happened => string.Equals(happened.Type, type, StringComparison.Ordinal)).SelectMany(happened => happened.Properties).GroupBy(property => property.Key, property => property.Value, StringComparer.Ordinal))
            if (KindOf([.. property]) is { } kind) kinds.Add(property.Key, kind);
        return kinds;
    }

    // The kind of a column that can hold all the values; null when none can.
    private static RuleKind? KindOf(IReadOnlyList<RuleValue> values)
    {
        if (values.Any(value => value.Kind != values[0].Kind)) return null;
        switch (values[0].Kind)
        {
            case RuleValueKind.Number when values.All(value => value.Form == NumberForm.Double):
                return RuleKind.Double;
            case RuleValueKind.Number when values.Any(value => value.Form == NumberForm.Double):
                return null;
            case RuleValueKind.Number:
                return values.All(value => value.Form == NumberForm.Integer) ? RuleKind.Integer : RuleKind.Decimal;
            case RuleValueKind.Set:
                return values.All(value => value.AsSet.All(element => element.Kind == RuleValueKind.Text)) ? RuleKind.Set : null;
            default:
                return values[0].Kind switch
                {
                    RuleValueKind.Boolean => RuleKind.Boolean,
                    RuleValueKind.Text => RuleKind.Text,
                    RuleValueKind.Date => RuleKind.Date,
                    _ => RuleKind.Instant,
                };
        }
    }
}
