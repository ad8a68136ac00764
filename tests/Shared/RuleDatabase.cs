using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using CustomerLifecycle.Rules;
using NodaTime.Text;

namespace CustomerLifecycle.Tests.Shared;

/// <summary>A host's tables in a real database: customers with attributes in columns, one table for each type of event.</summary>
/// <param name="connection">Open; its tables are dropped and made again.</param>
internal sealed class RuleDatabase(SqlDialect dialect, DbConnection connection, SqlInstantForm instants = SqlInstantForm.Timestamp)
{
    /// <summary>Makes the tables.</summary>
    /// <param name="attributes">The kind of each attribute's column.</param>
    /// <param name="events">For each type of event the kind of each property's column.</param>
    public SqlMapping Make(IReadOnlyDictionary<string, RuleKind> attributes, IReadOnlyDictionary<string, IReadOnlyDictionary<string, RuleKind>> events)
    {
        var mapping = new SqlMapping(dialect, "the customers", "key", instants: instants);
        Run($"DROP TABLE IF EXISTS \"the customers\"; CREATE TABLE \"the customers\" (key text PRIMARY KEY{Columns(attributes)})", []);
        foreach (var (name, kind) in attributes) mapping.Column(name, kind, Column(name));
        foreach (var (type, properties) in events)
        {
            var table = new SqlEventTable($"events {type}", "customer", "at", "order", "id");
            Run($"DROP TABLE IF EXISTS {Quoted($"events {type}")}; CREATE TABLE {Quoted($"events {type}")} (customer text NOT NULL, at {ColumnType(RuleKind.Instant)} NOT NULL, \"order\" bigint NOT NULL, id text NOT NULL{Columns(properties)})", []);
            foreach (var (name, kind) in properties) table.Column(name, kind, Column(name));
            mapping.Event(type, table);
        }

        return mapping;
    }

    public void AddCustomer(string key, IEnumerable<KeyValuePair<string, RuleValue>> attributes) =>
        Insert("the customers", [("key", RuleValue.Of(key)), .. attributes.Select(static pair => (Column(pair.Key), pair.Value))]);

    public void AddEvent(string customer, RuleEvent happened, IEnumerable<KeyValuePair<string, RuleValue>> properties) =>
        Insert($"events {happened.Type}", [("customer", RuleValue.Of(customer)), ("at", RuleValue.Of(happened.At)), ("order", RuleValue.Of(happened.Order)), ("id", RuleValue.Of(happened.Id)), .. properties.Select(static pair => (Column(pair.Key), pair.Value))]);

    /// <summary>The keys that a query finds.</summary>
    public HashSet<string> Find(string query, IEnumerable<SqlParameterValue> parameters)
    {
        using var command = Command(query, parameters);
        using var reader = command.ExecuteReader();
        var found = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read()) found.Add(reader.GetString(0));
        return found;
    }

    private void Insert(string table, (string Column, RuleValue Value)[] cells)
    {
        (string Column, RuleValue Value)[] present = [.. cells.Where(static cell => !cell.Value.IsMissing)];
        var values = present.Select((cell, index) => Written(cell.Value, $"@p{index.ToString(CultureInfo.InvariantCulture)}"));
        Run(
            $"INSERT INTO {Quoted(table)} ({string.Join(", ", present.Select(static cell => Quoted(cell.Column)))}) VALUES ({string.Join(", ", values)})",
            present.Select((cell, index) => new SqlParameterValue($"@p{index.ToString(CultureInfo.InvariantCulture)}", Held(cell.Value))));
    }

    private string Written(RuleValue value, string parameter) =>
        dialect == SqlDialect.Sqlite ? parameter
        : value.Kind == RuleValueKind.Date ? $"CAST({parameter} AS date)"
        : value.Kind == RuleValueKind.Instant ? $"CAST({parameter} AS timestamptz)"
        : parameter;

    private object Held(RuleValue value)
    {
        switch (value.Kind)
        {
            case RuleValueKind.Boolean:
                return dialect == SqlDialect.Sqlite ? value.AsBoolean ? 1L : 0L : value.AsBoolean;
            case RuleValueKind.Number when value.Form == NumberForm.Decimal:
                return dialect == SqlDialect.Sqlite ? value.AsDecimal.ToString(CultureInfo.InvariantCulture) : value.AsDecimal;
            case RuleValueKind.Number:
                return value.Form == NumberForm.Integer ? (object)value.AsInteger : value.AsDouble;
            case RuleValueKind.Text:
                return value.AsText;
            case RuleValueKind.Date:
                return LocalDatePattern.Iso.Format(value.AsDate);
            case RuleValueKind.Instant when dialect == SqlDialect.PostgreSql:
                return InstantPattern.ExtendedIso.Format(value.AsInstant);
            case RuleValueKind.Instant when instants == SqlInstantForm.Timestamp:
                return InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss.FFFFFFF").Format(value.AsInstant);
            case RuleValueKind.Instant:
                return value.AsInstant.ToUnixTimeTicks() / (instants == SqlInstantForm.UnixTicks ? 1 : instants == SqlInstantForm.UnixMilliseconds ? NodaConstants.TicksPerMillisecond : NodaConstants.TicksPerSecond);
            default:
                string[] elements = [.. value.AsSet.Select(static element => element.AsText)];
                return dialect == SqlDialect.Sqlite ? JsonSerializer.Serialize(elements) : elements;
        }
    }

    private string Columns(IReadOnlyDictionary<string, RuleKind> columns) => string.Concat(columns.Select(pair => $", {Quoted(Column(pair.Key))} {ColumnType(pair.Value)}"));

    // A column of texts that ignores case unless it is told otherwise, to see that it is.
    private string ColumnType(RuleKind kind) => (dialect, kind) switch
    {
        (SqlDialect.Sqlite, RuleKind.Integer or RuleKind.Boolean) => "INTEGER",
        (SqlDialect.Sqlite, RuleKind.Double) => "REAL",
        (SqlDialect.Sqlite, RuleKind.Instant) => instants == SqlInstantForm.Timestamp ? "TEXT" : "INTEGER",
        (SqlDialect.Sqlite, _) => "TEXT COLLATE NOCASE",
        (_, RuleKind.Integer) => "bigint",
        (_, RuleKind.Double) => "double precision",
        (_, RuleKind.Decimal) => "numeric",
        (_, RuleKind.Boolean) => "boolean",
        (_, RuleKind.Date) => "date",
        (_, RuleKind.Instant) => "timestamptz",
        (_, RuleKind.Set) => "text[]",
        _ => "text",
    };

    // Not called like the attribute, and in need of quotes.
    private static string Column(string name) => $"the \"{name}\"";

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private void Run(string text, IEnumerable<SqlParameterValue> parameters)
    {
        using var command = Command(text, parameters);
        command.ExecuteNonQuery();
    }

    private DbCommand Command(string text, IEnumerable<SqlParameterValue> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
