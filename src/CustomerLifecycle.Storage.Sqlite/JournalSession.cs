using System.Globalization;
using Microsoft.Data.Sqlite;

namespace CustomerLifecycle.Storage.Sqlite;

/// <summary>One connection to one journal's tables, with its statements prepared. Not safe for concurrent callers.</summary>
internal sealed class JournalSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Statement[] _all;
    private readonly Statement _begin;
    private readonly Statement _beginReading;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly Statement _findKey;
    private readonly Statement _findStream;
    private readonly Statement _insertKey;
    private readonly Statement _insertStream;
    private readonly Statement _updateStream;
    private readonly Statement _insertRecord;
    private readonly Statement _insertOutbox;
    private readonly Statement _loadStream;
    private readonly Statement _listStreams;
    private readonly Statement _readRecords;
    private readonly Statement _readCommit;
    private readonly Statement _claimDue;
    private readonly Statement _releaseDue;
    private readonly Statement _claimOutbox;
    private readonly Statement _acknowledge;
    private readonly Statement _releaseOutbox;
    private readonly Statement _returnOutbox;
    private readonly Statement _bury;
    private readonly Statement _listDead;
    private readonly Statement _retryDead;
    private readonly Statement _discardDead;
    private readonly Statement _measure;

    public JournalSession(SqliteConnection connection, string journal)
    {
        _connection = connection;
        _all =
        [
            _begin = new(connection, "BEGIN IMMEDIATE", 0),
            _beginReading = new(connection, "BEGIN", 0),
            _commit = new(connection, "COMMIT", 0),
            _rollback = new(connection, "ROLLBACK", 0),
            _findKey = new(connection, $"SELECT id, request_high, request_low FROM {journal}_key WHERE name = ?1", 1),
            _findStream = new(connection, $"SELECT id, version FROM {journal}_stream WHERE name = ?1", 1),
            _insertKey = new(connection, $"INSERT INTO {journal}_key (name, request_high, request_low) VALUES (?1, ?2, ?3) RETURNING id", 3),
            _insertStream = new(connection, $"INSERT INTO {journal}_stream (name, version, codec, state, due, due_rest) VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id", 6),
            _updateStream = new(connection, $"UPDATE {journal}_stream SET version = ?2, codec = ?3, state = ?4, due = ?5, due_rest = ?6, due_free = 0, due_fence = due_fence + 1, due_attempt = 0 WHERE id = ?1", 6),
            _insertRecord = new(connection, $"INSERT INTO {journal}_record (stream_id, version, key_id, kind, occurred, recorded, amount, codec, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", 9),
            _insertOutbox = new(connection, $"INSERT INTO {journal}_outbox (stream_id, stream_version, kind, at, at_rest, key, properties, written) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", 8),
            _loadStream = new(connection, $"SELECT name, version, codec, state FROM {journal}_stream WHERE name = ?1", 1),
            _listStreams = new(connection, $"SELECT name, version, codec, state FROM {journal}_stream WHERE name > ?1 ORDER BY name LIMIT ?2", 2),
            _readRecords = new(
                connection,
                $"""
                SELECT stream.name, record.version, key.name, record.codec, record.body
                FROM {journal}_stream AS stream
                JOIN {journal}_record AS record ON record.stream_id = stream.id
                JOIN {journal}_key AS key ON key.id = record.key_id
                WHERE stream.name = ?1 AND record.version > ?2
                ORDER BY record.version LIMIT ?3
                """,
                3),
            _readCommit = new(
                connection,
                $"""
                SELECT stream.name, record.version, key.name, record.codec, record.body
                FROM {journal}_key AS key
                JOIN {journal}_record AS record ON record.key_id = key.id
                JOIN {journal}_stream AS stream ON stream.id = record.stream_id
                WHERE key.id = ?1
                ORDER BY stream.name, record.version
                """,
                1),
            _claimDue = new(
                connection,
                $"""
                UPDATE {journal}_stream SET due_free = ?4, due_fence = due_fence + 1, due_attempt = due_attempt + 1
                WHERE id IN (
                    SELECT id FROM {journal}_stream
                    WHERE due IS NOT NULL AND (due < ?1 OR (due = ?1 AND due_rest <= ?2)) AND due_free <= ?3
                    ORDER BY due, due_rest, name LIMIT ?5)
                RETURNING name, due, due_rest, version, due_attempt, due_fence
                """,
                5),
            _releaseDue = new(connection, $"UPDATE {journal}_stream SET due_free = ?3, due_fence = due_fence + 1 WHERE name = ?1 AND due_fence = ?2 AND due_attempt > 0", 3),
            _claimOutbox = new(
                connection,
                $"""
                UPDATE {journal}_outbox SET free = ?2, fence = fence + 1, attempt = attempt + 1
                WHERE position IN (
                    SELECT position FROM {journal}_outbox AS told
                    WHERE free <= ?1 AND NOT EXISTS (
                        SELECT 1 FROM {journal}_outbox AS earlier
                        WHERE earlier.stream_id = told.stream_id AND earlier.position < told.position AND earlier.free > ?1 AND earlier.free > 0)
                    ORDER BY position LIMIT ?3)
                RETURNING position, stream_version, (SELECT name FROM {journal}_stream WHERE id = stream_id), kind, at, at_rest, key, properties, attempt, fence
                """,
                3),
            _acknowledge = new(connection, $"DELETE FROM {journal}_outbox WHERE position = ?1", 1),
            _releaseOutbox = new(connection, $"UPDATE {journal}_outbox SET free = ?3, fence = fence + 1 WHERE position = ?1 AND fence = ?2", 3),
            _returnOutbox = new(connection, $"UPDATE {journal}_outbox SET free = 0, fence = fence + 1, attempt = attempt - 1 WHERE position = ?1 AND fence = ?2", 2),
            _bury = new(
                connection,
                $"""
                INSERT INTO {journal}_dead_letter (position, stream_id, stream_version, kind, at, at_rest, key, properties, fence, attempt, written, reason, since)
                SELECT position, stream_id, stream_version, kind, at, at_rest, key, properties, fence, attempt, written, ?3, ?4
                FROM {journal}_outbox WHERE position = ?1 AND fence = ?2
                """,
                4),
            _listDead = new(
                connection,
                $"""
                SELECT dead.position, dead.stream_version, stream.name, dead.kind, dead.at, dead.at_rest, dead.key, dead.properties, dead.attempt, dead.reason, dead.since
                FROM {journal}_dead_letter AS dead JOIN {journal}_stream AS stream ON stream.id = dead.stream_id
                WHERE dead.position > ?1 ORDER BY dead.position LIMIT ?2
                """,
                2),
            _retryDead = new(
                connection,
                $"""
                INSERT INTO {journal}_outbox (position, stream_id, stream_version, kind, at, at_rest, key, properties, fence, written)
                SELECT position, stream_id, stream_version, kind, at, at_rest, key, properties, fence + 1, written
                FROM {journal}_dead_letter WHERE position = ?1
                """,
                1),
            _discardDead = new(connection, $"DELETE FROM {journal}_dead_letter WHERE position = ?1", 1),
            _measure = new(
                connection,
                $"""
                SELECT
                    (SELECT count(*) FROM (SELECT 1 FROM {journal}_stream WHERE due IS NOT NULL AND (due, due_rest) <= (?1, ?2) LIMIT ?3)),
                    first.due, first.due_rest,
                    (SELECT count(*) FROM (SELECT 1 FROM {journal}_outbox LIMIT ?3)),
                    (SELECT written FROM {journal}_outbox ORDER BY position LIMIT 1),
                    (SELECT count(*) FROM (SELECT 1 FROM {journal}_dead_letter LIMIT ?3)),
                    register.schema, register.codec
                FROM customerlifecycle_journal AS register
                LEFT JOIN (SELECT due, due_rest FROM {journal}_stream WHERE due IS NOT NULL AND (due, due_rest) <= (?1, ?2) ORDER BY due, due_rest LIMIT 1) AS first
                WHERE register.name = ?4
                """,
                4),
        ];
    }

    public void Begin() => _begin.Run();

    public void BeginReading() => _beginReading.Run();

    public void Commit() => _commit.Run();

    public void Rollback()
    {
        try
        {
            _rollback.Run();
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself already, as it does when the disk is full.
        }
    }

    public StoredKey? FindKey(IdempotencyKey key)
    {
        using var row = _findKey.Set(1, key.Value).Read();
        return row.Read() ? new(row.GetInt64(0), new(row.GetInt64(1), row.GetInt64(2))) : null;
    }

    public (long Id, long Version)? FindStream(StreamId stream)
    {
        using var row = _findStream.Set(1, stream.Value).Read();
        return row.Read() ? (row.GetInt64(0), row.GetInt64(1)) : null;
    }

    public long InsertKey(IdempotencyKey key, RequestHash request) => _insertKey.Set(1, key.Value).Set(2, request.High).Set(3, request.Low).Scalar();

    public long InsertStream(StreamId stream, long version, int codec, byte[] state, Instant? due) =>
        _insertStream.Set(1, stream.Value).Set(2, version).Set(3, codec).Set(4, state).Set(5, due is { } at ? Ticks.Of(at) : null).Set(6, due is { } same ? Ticks.RestOf(same) : null).Scalar();

    public void UpdateStream(long id, long version, int codec, byte[] state, Instant? due) =>
        _updateStream.Set(1, id).Set(2, version).Set(3, codec).Set(4, state).Set(5, due is { } at ? Ticks.Of(at) : null).Set(6, due is { } same ? Ticks.RestOf(same) : null).Run();

    public void InsertRecord(long stream, long version, long key, IJournalRecord record, int codec, byte[] body) =>
        _insertRecord.Set(1, stream).Set(2, version).Set(3, key).Set(4, record.Kind).Set(5, Ticks.Of(record.Occurred)).Set(6, Ticks.Of(record.Recorded)).Set(7, Amount(record.Amount)).Set(8, codec).Set(9, body).Run();

    public void InsertOutbox(long stream, long version, OutboxRecord record, Instant now) =>
        _insertOutbox.Set(1, stream).Set(2, version).Set(3, record.Kind).Set(4, Ticks.Of(record.At)).Set(5, Ticks.RestOf(record.At)).Set(6, record.Key).Set(7, PropertyBagJson.ToText(record.Properties)).Set(8, Ticks.Of(now)).Run();

    public SqliteDataReader LoadStream(StreamId stream) => _loadStream.Set(1, stream.Value).Read();

    public SqliteDataReader ListStreams(StreamId? after, int limit) => _listStreams.Set(1, after?.Value ?? "").Set(2, limit).Read();

    public SqliteDataReader ReadRecords(StreamId stream, long afterVersion, int limit) => _readRecords.Set(1, stream.Value).Set(2, afterVersion).Set(3, limit).Read();

    public SqliteDataReader ReadCommit(long key) => _readCommit.Set(1, key).Read();

    public List<DueClaim> ClaimDue(Instant upTo, int limit, Instant now, Instant until)
    {
        var claims = new List<DueClaim>();
        using var row = _claimDue.Set(1, Ticks.Of(upTo)).Set(2, Ticks.RestOf(upTo)).Set(3, Ticks.Of(now)).Set(4, Ticks.Ceiling(until)).Set(5, limit).Read();
        while (row.Read()) claims.Add(new(new(row.GetString(0)), Ticks.ToInstant(row.GetInt64(1), row.GetInt64(2)), row.GetInt64(3), row.GetInt32(4), until, row.GetInt64(5)));
        claims.Sort(static (a, b) => a.Due != b.Due ? a.Due.CompareTo(b.Due) : a.Stream.CompareTo(b.Stream));
        return claims;
    }

    public bool ReleaseDue(DueClaim claim, Instant free) => _releaseDue.Set(1, claim.Stream.Value).Set(2, claim.Fence).Set(3, Ticks.Ceiling(free)).Run() == 1;

    public List<OutboxClaim> ClaimOutbox(int limit, Instant now, Instant until)
    {
        var claims = new List<OutboxClaim>();
        var damaged = new List<OutboxClaim>();
        do
        {
            SetDamagedAside(damaged, now);
            using var row = _claimOutbox.Set(1, Ticks.Of(now)).Set(2, Ticks.Ceiling(until)).Set(3, limit).Read();
            while (row.Read()) (TryRestore(row, out var record) ? claims : damaged).Add(new(row.GetInt64(0), row.GetInt64(1), record, row.GetInt32(8), until, row.GetInt64(9)));
        }
        while (claims.Count == 0 && damaged.Count > 0);

        SetDamagedAside(damaged, now);
        claims.Sort(static (a, b) => a.Position.CompareTo(b.Position));
        return claims;
    }

    public void Acknowledge(long position) => _acknowledge.Set(1, position).Run();

    public bool ReleaseOutbox(OutboxClaim claim, Instant free) => _releaseOutbox.Set(1, claim.Position).Set(2, claim.Fence).Set(3, Ticks.Ceiling(free)).Run() == 1;

    public void ReturnOutbox(OutboxClaim claim) => _returnOutbox.Set(1, claim.Position).Set(2, claim.Fence).Run();

    public bool SetAside(OutboxClaim claim, string reason, Instant now)
    {
        if (_bury.Set(1, claim.Position).Set(2, claim.Fence).Set(3, reason).Set(4, Ticks.Of(now)).Run() == 0) return false;
        Acknowledge(claim.Position);
        return true;
    }

    public List<DeadLetter> ListDeadLetters(long afterPosition, int limit)
    {
        var letters = new List<DeadLetter>();
        using var row = _listDead.Set(1, afterPosition).Set(2, limit).Read();
        while (row.Read())
        {
            _ = TryRestore(row, out var record);
            letters.Add(new(row.GetInt64(0), row.GetInt64(1), record, row.GetInt32(8), row.GetString(9), Ticks.ToInstant(row.GetInt64(10), 0)));
        }

        return letters;
    }

    public bool RetryDeadLetter(long position) => _retryDead.Set(1, position).Run() == 1 && DiscardDeadLetter(position);

    public bool DiscardDeadLetter(long position) => _discardDead.Set(1, position).Run() == 1;

    public (Backlog Backlog, int Schema, int Codec) Measure(string journal, Instant upTo, Instant now)
    {
        using var row = _measure.Set(1, Ticks.Of(upTo)).Set(2, Ticks.RestOf(upTo)).Set(3, JournalLimits.MaxCounted).Set(4, journal).Read();
        if (!row.Read()) throw new StoreCorruptException("The journal is not in the file's register. Somebody changed it: restore the file from a backup.");
        Instant? due = row.IsDBNull(1) ? null : Ticks.ToInstant(row.GetInt64(1), row.GetInt64(2));
        Instant? written = row.IsDBNull(4) ? null : Ticks.ToInstant(row.GetInt64(4), 0);
        return (new(now, row.GetInt64(0), due, row.GetInt64(3), written, row.GetInt64(5)), row.GetInt32(6), row.GetInt32(7));
    }

    public void Dispose()
    {
        foreach (var statement in _all) statement.Dispose();
        _connection.Dispose();
    }

    private static object? Amount(decimal? amount) => amount switch
    {
        null => null,
        { } whole when whole == decimal.Truncate(whole) && whole is >= long.MinValue and <= long.MaxValue => (long)whole,
        { } other => other.ToString(CultureInfo.InvariantCulture),
    };

    private static bool TryRestore(SqliteDataReader row, out OutboxRecord record) =>
        OutboxRecord.TryRestore(row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetInt64(5), row.GetString(6), row.GetString(7), out record);

    private void SetDamagedAside(List<OutboxClaim> damaged, Instant now)
    {
        foreach (var claim in damaged) SetAside(claim, DeadLetter.Damaged, now);
        damaged.Clear();
    }
}

/// <summary>A key as it is stored.</summary>
internal readonly struct StoredKey(long id, RequestHash request)
{
    public long Id { get; } = id;

    public RequestHash Request { get; } = request;
}
