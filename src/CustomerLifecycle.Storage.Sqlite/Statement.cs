using Microsoft.Data.Sqlite;

namespace CustomerLifecycle.Storage.Sqlite;

/// <summary>One prepared statement of one connection, its parameters by position: ?1, ?2, …</summary>
internal sealed class Statement : IDisposable
{
    private readonly SqliteCommand _command;
    private readonly SqliteParameter[] _parameters;

    public Statement(SqliteConnection connection, string sql, int parameters)
    {
        _command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is put together from constants and journals' names, which are letters, digits and _.
        _command.CommandText = sql;
#pragma warning restore CA2100
        _parameters = new SqliteParameter[parameters];
        for (var i = 0; i < parameters; i++)
        {
            _parameters[i] = new SqliteParameter { ParameterName = FormattableString.Invariant($"?{i + 1}") };
            _command.Parameters.Add(_parameters[i]);
        }
    }

    public Statement Set(int parameter, object? value)
    {
        _parameters[parameter - 1].Value = value ?? DBNull.Value;
        return this;
    }

    public long Scalar() => (long)(_command.ExecuteScalar() ?? throw new InvalidOperationException("The statement gave no value."));

    public int Run() => _command.ExecuteNonQuery();

    public SqliteDataReader Read() => _command.ExecuteReader();

    public void Dispose() => _command.Dispose();
}
