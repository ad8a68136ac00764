namespace CustomerLifecycle.Rules;

/// <summary>Where a host's database keeps what rules look at: attributes in columns of one table of customers, events in tables of their own.</summary>
/// <remarks>
/// Declare everything, then translate; a mapping that is no longer changed is safe for concurrent callers. Names of tables and columns come from here alone and are quoted.
/// Kinds and what columns must hold: integers, <c>double precision</c> or <c>real</c>, <c>numeric</c> with at most 28 digits, truth values (SQLite: 0 and 1), text without U+0000,
/// dates (SQLite: text, <c>2026-06-01</c>) of the years 1 to 9999, instants as the mapping says, sets of texts (PostgreSQL: <c>text[]</c>; SQLite: a JSON array). NULL is missing.
/// </remarks>
public sealed class SqlMapping
{
    private readonly Dictionary<string, SqlColumn> _columns = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SqlEventTable> _events = new(StringComparer.Ordinal);

    /// <summary>Names the table of customers.</summary>
    /// <param name="dialect">The database.</param>
    /// <param name="table">The table, one row for each customer.</param>
    /// <param name="key">Its column with the customer's key.</param>
    /// <param name="schema">The schema that the table stands in; null leaves it to the connection.</param>
    /// <param name="instants">How all columns hold instants.</param>
    public SqlMapping(SqlDialect dialect, string table, string key, string? schema = null, SqlInstantForm instants = SqlInstantForm.Timestamp)
    {
        Dialect = dialect;
        Table = SqlText.Name(table, schema);
        Key = SqlText.Name(key);
        Instants = instants;
    }

    /// <summary>The database.</summary>
    public SqlDialect Dialect { get; }

    /// <summary>How columns hold instants.</summary>
    public SqlInstantForm Instants { get; }

    internal SqlText Table { get; }

    internal SqlText Key { get; }

    internal IReadOnlyDictionary<string, SqlColumn> Columns => _columns;

    /// <summary>Maps an attribute.</summary>
    /// <param name="attribute">Its name in rules, unique.</param>
    /// <param name="kind">The one kind of the column's values; not <see cref="RuleKind.Any"/> or <see cref="RuleKind.Number"/>, which no column has.</param>
    /// <param name="column">The column; null when it is called like the attribute.</param>
    public SqlMapping Column(string attribute, RuleKind kind, string? column = null)
    {
        _columns.Add(TreeGuard.Name(attribute), new(kind, column ?? attribute));
        return this;
    }

    /// <summary>Maps a type of event.</summary>
    /// <param name="eventType">Its name in rules, unique.</param>
    /// <param name="table">Where events of this type are.</param>
    public SqlMapping Event(string eventType, SqlEventTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        _events.Add(TreeGuard.Name(eventType), table);
        return this;
    }

    /// <summary>Translates a rule at a moment. Every bound of time is computed here, from the moment and its zone; the database's clock is not asked.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="moment">The moment. The translation holds for this moment only.</param>
    /// <returns>A condition that holds of every customer of whom the rule holds, and what of the rule it leaves out.</returns>
    public SqlCondition Translate(BoundRule rule, RuleMoment moment)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(moment);
        return SqlTranslator.Translate(rule, this, moment);
    }

    internal SqlEventTable? FindEvent(string eventType) => _events.TryGetValue(eventType, out var table) ? table : null;
}

/// <summary>A table of events. It holds each event once: repeated deliveries of one id were dropped on the way in.</summary>
public sealed class SqlEventTable
{
    private readonly Dictionary<string, SqlColumn> _columns = new(StringComparer.Ordinal);

    /// <summary>Names the table and the columns that every event has. None of these columns holds NULL.</summary>
    /// <param name="table">The table.</param>
    /// <param name="customer">The column with the customer's key, which equals the key in the table of customers.</param>
    /// <param name="occurred">The column with the instant.</param>
    /// <param name="order">The column with the integer that orders events of one instant.</param>
    /// <param name="id">The column with the event's id, a text.</param>
    /// <param name="type">The column with the name of the event's type, where the table holds several types; else null.</param>
    /// <param name="schema">The schema that the table stands in; null leaves it to the connection.</param>
    public SqlEventTable(string table, string customer, string occurred, string order, string id, string? type = null, string? schema = null)
    {
        Table = SqlText.Name(table, schema);
        Customer = SqlText.Name(customer);
        Occurred = SqlText.Name(occurred);
        Order = SqlText.Name(order);
        Id = SqlText.Name(id);
        Type = type is null ? null : SqlText.Name(type);
    }

    internal SqlText Table { get; }

    internal SqlText Customer { get; }

    internal SqlText Occurred { get; }

    internal SqlText Order { get; }

    internal SqlText Id { get; }

    internal SqlText? Type { get; }

    internal IReadOnlyDictionary<string, SqlColumn> Columns => _columns;

    /// <summary>Maps a property of the events.</summary>
    /// <param name="property">Its name in rules, unique.</param>
    /// <param name="kind">The one kind of the column's values; not <see cref="RuleKind.Any"/> or <see cref="RuleKind.Number"/>, which no column has.</param>
    /// <param name="column">The column; null when it is called like the property.</param>
    public SqlEventTable Column(string property, RuleKind kind, string? column = null)
    {
        _columns.Add(TreeGuard.Name(property), new(kind, column ?? property));
        return this;
    }
}

/// <summary>A column and the one kind of its values.</summary>
internal sealed class SqlColumn
{
    public SqlColumn(RuleKind kind, string column)
    {
        if (kind is RuleKind.Any or RuleKind.Number) throw new ArgumentException($"A column holds values of one kind, not {kind}: say which.", nameof(kind));
        Kind = kind;
        Name = SqlText.Name(column);
    }

    public RuleKind Kind { get; }

    public SqlText Name { get; }
}
