using Microsoft.Data.Sqlite;

namespace CustomerLifecycle.Benchmarks.Stores;

/// <summary>By hand: the same statements on the same tables, prepared, with parameters that are made once, and bytes that nobody encodes.</summary>
internal sealed class BareSqliteClient : AppendClient
{
    private readonly string[] _streams;
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _findKey;
    private readonly SqliteCommand _findStream;
    private readonly SqliteCommand _insertKey;
    private readonly SqliteCommand _insertStream;
    private readonly SqliteCommand _updateStream;
    private readonly SqliteCommand _insertRecord;

    public BareSqliteClient(string name, int batch, string file)
        : base(name, batch)
    {
        _streams = Streams(name);
        _connection = new SqliteConnection($"Data Source={file};Pooling=False");
        _connection.Open();
        foreach (var pragma in new[] { "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON" }) Prepare(pragma).ExecuteNonQuery();
        var (state, record) = Bytes();
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _findKey = Prepare("SELECT id, request_high, request_low FROM accounts_key WHERE name = ?1", "");
        _findStream = Prepare("SELECT id, version FROM accounts_stream WHERE name = ?1", "");
        _insertKey = Prepare("INSERT INTO accounts_key (name, request_high, request_low) VALUES (?1, ?2, ?3) RETURNING id", "", 0L, 0L);
        _insertStream = Prepare("INSERT INTO accounts_stream (name, version, codec, state, due, due_rest) VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id", "", 0L, 1, state, DBNull.Value, DBNull.Value);
        _updateStream = Prepare(
            "UPDATE accounts_stream SET version = ?2, codec = ?3, state = ?4, due = ?5, due_rest = ?6, due_free = 0, due_fence = due_fence + 1, due_attempt = 0 WHERE id = ?1", 0L, 0L, 1, state, DBNull.Value, DBNull.Value);
        _insertRecord = Prepare(
            "INSERT INTO accounts_record (stream_id, version, key_id, kind, occurred, recorded, amount, codec, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", 0L, 0L, 0L, "moved", At.ToUnixTimeTicks(), At.ToUnixTimeTicks(), 10L, 1, record);
    }

    public override ValueTask DisposeAsync() => _connection.DisposeAsync();

    protected override ValueTask AppendAsync(long first, CancellationToken cancellationToken)
    {
        _begin.ExecuteNonQuery();
        for (var n = first; n < first + Batch; n++) Append(n);
        _commit.ExecuteNonQuery();
        return default;
    }

    private void Append(long n)
    {
        _findKey.Parameters[0].Value = Key(n);
        using (var row = _findKey.ExecuteReader()) Expect(!row.Read());

        var member = _streams[n % Members];
        var version = n / Members;
        long id = 0;
        _findStream.Parameters[0].Value = member;
        using (var row = _findStream.ExecuteReader())
        {
            if (row.Read())
            {
                id = row.GetInt64(0);
                Expect(row.GetInt64(1) == version);
            }
        }

        _insertKey.Parameters[0].Value = Key(n);
        _insertKey.Parameters[1].Value = n;
        _insertKey.Parameters[2].Value = n;
        var key = (long)_insertKey.ExecuteScalar()!;
        if (version == 0)
        {
            _insertStream.Parameters[0].Value = member;
            _insertStream.Parameters[1].Value = 1L;
            id = (long)_insertStream.ExecuteScalar()!;
        }
        else
        {
            _updateStream.Parameters[0].Value = id;
            _updateStream.Parameters[1].Value = version + 1;
            _updateStream.ExecuteNonQuery();
        }

        _insertRecord.Parameters[0].Value = id;
        _insertRecord.Parameters[1].Value = version + 1;
        _insertRecord.Parameters[2].Value = key;
        _insertRecord.ExecuteNonQuery();
    }

    private SqliteCommand Prepare(string sql, params object[] values)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue(FormattableString.Invariant($"?{i + 1}"), values[i]);
        return command;
    }
}
