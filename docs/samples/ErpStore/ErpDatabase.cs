using CustomerLifecycle;
using Microsoft.Data.Sqlite;

namespace ErpStore;

/// <summary>The ERP's database: SQL with parameters ?1, ?2, …; what goes wrong in it is a <see cref="StoreException"/>.</summary>
internal sealed class ErpDatabase : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    public ErpDatabase(string path)
    {
        _connection = new(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        Asking(() =>
        {
            _connection.Open();
            return 0;
        });
    }

    // Immediate: who reads a version is the one who writes the next.
    public void Begin() => Execute("BEGIN IMMEDIATE");

    public void Commit() => Execute("COMMIT");

    public void Rollback()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (StoreException)
        {
            // It was rolled back already, as it is when the disk is full.
        }
    }

    public int Execute(string sql, params object?[] values) => Asking(() => Command(sql, values).ExecuteNonQuery());

    /// <summary>Inserts a row.</summary>
    /// <returns>Its number.</returns>
    public long Insert(string sql, params object?[] values)
    {
        Execute(sql, values);
        return Query("SELECT last_insert_rowid()", row => row.GetInt64(0))[0];
    }

    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params object?[] values) => Asking(() =>
    {
        var rows = new List<T>();
        using var row = Command(sql, values).ExecuteReader();
        while (row.Read()) rows.Add(read(row));
        return rows;
    });

    /// <summary>Runs one of the scripts that lie beside this file.</summary>
    public void RunScript(string name)
    {
        using var script = new StreamReader(typeof(ErpDatabase).Assembly.GetManifestResourceStream(name) ?? throw new ArgumentException($"There is no script '{name}'.", nameof(name)));
        Execute(script.ReadToEnd());
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values) command.Dispose();
        _connection.Dispose();
    }

    private SqliteCommand Command(string sql, object?[] values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this sample.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 0; i < values.Length; i++) command.Parameters.Add(new SqliteParameter { ParameterName = FormattableString.Invariant($"?{i + 1}") });
            _commands.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }

    // Without the driver's words in the message: they may quote data.
    private static T Asking<T>(Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB)
        {
            throw new StoreCorruptException("The ERP's database cannot be read. Restore it from a backup.", fault);
        }
        catch (SqliteException fault)
        {
            throw new StoreUnavailableException($"The ERP's database did not answer (SQLite error {fault.SqliteExtendedErrorCode}). Try the same again.", fault);
        }
    }
}
