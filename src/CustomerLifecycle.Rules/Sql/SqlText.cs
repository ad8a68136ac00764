using System.Text;

namespace CustomerLifecycle.Rules;

/// <summary>A piece of SQL: fixed words of this package around quoted names, values and other pieces.</summary>
/// <remarks>Values become parameters when the whole is written, so that what was folded away leaves none behind.</remarks>
internal sealed class SqlText
{
    private readonly string _format;
    private readonly object[] _parts;

    private SqlText(string format, params object[] parts)
    {
        _format = format;
        _parts = parts;
        foreach (var part in parts)
        {
            Depth = Math.Max(Depth, part is SqlText text ? text.Depth : 0);
            Parameters += part is SqlText { Parameters: var inside } ? inside : part is Parameter ? 1 : 0;
        }

        Depth++;
    }

    public static SqlText True { get; } = new("TRUE");

    public static SqlText False { get; } = new("FALSE");

    public int Depth { get; }

    public int Parameters { get; }

    /// <summary>Words around parts: each part is a piece of SQL.</summary>
    public static SqlText Of(FormattableString words) => new(words.Format, Array.ConvertAll(words.GetArguments(), static part => (SqlText)part!));

    public static SqlText Value(object value) => new("{0}", new Parameter(value));

    /// <summary>A quoted name.</summary>
    public static SqlText Name(string name, string? schema = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0 || name.Any(static unit => unit == '\0') || schema is { Length: 0 } || schema?.Any(static unit => unit == '\0') == true) throw new ArgumentException("A name in SQL has at least one character and no U+0000.", nameof(name));
        return new("{0}", schema is null ? Quoted(name) : $"{Quoted(schema)}.{Quoted(name)}");

        static string Quoted(string name) => $"\"{string.Join("\"\"", name.Split('"'))}\"";
    }

    public static SqlText List(IEnumerable<SqlText> items)
    {
        SqlText[] all = [.. items];
        return new(string.Join(", ", Enumerable.Range(0, all.Length).Select(static index => $"{{{index}}}")), all);
    }

    public static SqlText Not(SqlText part) => ReferenceEquals(part, True) ? False : ReferenceEquals(part, False) ? True : Of($"NOT ({part})");

    public static SqlText All(params IEnumerable<SqlText> parts) => Join(parts, True, False, "({0}) AND ({1})");

    public static SqlText Any(params IEnumerable<SqlText> parts) => Join(parts, False, True, "({0}) OR ({1})");

    private static SqlText Join(IEnumerable<SqlText> parts, SqlText neutral, SqlText decisive, string pair)
    {
        var kept = new List<SqlText>();
        foreach (var part in parts)
        {
            if (ReferenceEquals(part, decisive)) return decisive;
            if (!ReferenceEquals(part, neutral)) kept.Add(part);
        }

        return kept.Count == 0 ? neutral : Balanced(0, kept.Count);

        // Databases bound the depth of an expression, and a chain is as deep as it is long.
        SqlText Balanced(int from, int count) =>
            count == 1 ? kept[from] : new(pair, Balanced(from, count / 2), Balanced(from + (count / 2), count - (count / 2)));
    }

    public static string ParameterName(int index) => FormattableString.Invariant($"@p{index}");

    /// <summary>The whole as text; values are put at the end of <paramref name="values"/>.</summary>
    public string Write(List<object> values)
    {
        var text = new StringBuilder();
        Write(text, values);
        return text.ToString();
    }

    /// <summary>The text; values are not in it.</summary>
    public override string ToString() => Write([]);

    // The words between the parts, and between each two of them the part of that place; placeholders are {0}, {1}, … in order.
    private void Write(StringBuilder text, List<object> values)
    {
        var next = 0;
        for (var i = 0; i < _format.Length; i++)
        {
            if (_format[i] != '{')
            {
                text.Append(_format[i]);
                continue;
            }

            switch (_parts[next++])
            {
                case SqlText part:
                    part.Write(text, values);
                    break;
                case Parameter parameter:
                    text.Append(ParameterName(values.Count));
                    values.Add(parameter.Value);
                    break;
                case var words:
                    text.Append((string)words);
                    break;
            }

            while (_format[i] != '}') i++;
        }
    }

    private sealed record Parameter(object Value);
}
