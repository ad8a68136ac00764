namespace CustomerLifecycle.Rules;

/// <summary>A rule as SQL for one moment: it holds of every customer of whom the rule holds, and of no other when <see cref="IsExact"/>.</summary>
/// <remarks>When it is not exact, check the customers found with the compiled rule (<see cref="CompiledRule{T}.Matches"/>) at the same moment.</remarks>
public sealed class SqlCondition
{
    internal SqlCondition(SqlText condition, SqlMapping mapping, IReadOnlyList<SqlRemainder> remainder)
    {
        var values = new List<object>();
        Text = condition.Write(values);
        Query = $"SELECT c.{mapping.Key.Write(values)} FROM {mapping.Table.Write(values)} AS c WHERE {Text}";
        Parameters = [.. values.Select(static (value, index) => new SqlParameterValue(SqlText.ParameterName(index), value))];
        Remainder = remainder;
    }

    /// <summary>A condition on the table of customers under the alias <c>c</c>; never NULL. Parameters are written <c>@p0</c>, <c>@p1</c>, …</summary>
    public string Text { get; }

    /// <summary>The whole query: the keys of the customers found.</summary>
    public string Query { get; }

    /// <summary>The values of the parameters, each a <see cref="long"/>, <see cref="double"/>, <see cref="decimal"/>, <see cref="string"/> or array of bytes.</summary>
    public IReadOnlyList<SqlParameterValue> Parameters { get; }

    /// <summary>Whether the condition is the whole rule.</summary>
    public bool IsExact => Remainder.Count == 0;

    /// <summary>The parts of the rule that the condition leaves out; empty when it is exact.</summary>
    public IReadOnlyList<SqlRemainder> Remainder { get; }

    /// <summary>The condition's text; values are not in it.</summary>
    public override string ToString() => Text;
}

/// <summary>A parameter of a query.</summary>
/// <param name="Name">Its name as the text has it: <c>@p0</c>.</param>
/// <param name="Value">Its value; never null.</param>
public sealed record SqlParameterValue(string Name, object Value);

/// <summary>A part of a rule that is not translated.</summary>
/// <param name="Part">The part.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record SqlRemainder(Condition Part, string Reason);
