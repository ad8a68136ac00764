namespace CustomerLifecycle.Rules;

/// <summary>Columns by name over the same rows: customers with their attributes, or events with their properties.</summary>
/// <param name="layout">Counts changes of form.</param>
/// <param name="keepsForms">Whether doubles and other numbers are told apart.</param>
internal sealed class ColumnTable(ColumnLayout layout, bool keepsForms)
{
    private readonly Dictionary<string, Column> _columns = new(StringComparer.Ordinal);
    private int _capacity;

    public ColumnLayout Layout => layout;

    public IReadOnlyDictionary<string, Column> Columns => _columns;

    /// <summary>The column of a name; one without values is made where there is none.</summary>
    public Column Column(string name)
    {
        if (_columns.TryGetValue(name, out var column)) return column;
        _columns.Add(name, column = new(layout, keepsForms));
        column.Grow(_capacity);
        return column;
    }

    public void Grow(int capacity)
    {
        _capacity = capacity;
        foreach (var column in _columns.Values) column.Grow(capacity);
    }
}
