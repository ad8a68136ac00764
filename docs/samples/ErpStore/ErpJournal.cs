using System.Buffers;
using CustomerLifecycle;
using Microsoft.Data.Sqlite;

namespace ErpStore;

/// <summary>A journal over the tables of an ERP that may not be changed: each record is a booking that the ERP's own reports count, and side tables hold the rest.</summary>
/// <remarks>One connection and one call at a time: simple, and enough for an ERP. The store's clock is the machine's.</remarks>
public sealed class ErpJournal<TState, TRecord> : IJournal<TState, TRecord>, IDisposable
    where TState : class
    where TRecord : class, IJournalRecord
{
    private readonly ErpDatabase _database;
    private readonly JournalCodec<TState, TRecord> _codec;
    private readonly IClock _clock;
    private readonly SemaphoreSlim _turn = new(1, 1);

    public ErpJournal(string path, JournalCodec<TState, TRecord> codec, IClock clock)
    {
        _codec = codec;
        _clock = clock;
        _database = new(path);
        try
        {
            MakeSideTables();
        }
        catch
        {
            _database.Dispose();
            throw;
        }
    }

    public ValueTask<AppendOutcome<TRecord>> AppendAsync(Append<TState, TRecord> append, CancellationToken cancellationToken = default) =>
        InTransactionAsync(() => Apply(append), cancellationToken);

    // Each append is all or nothing by itself, since what is refused has written nothing; all of them are on the disk together.
    public ValueTask<IReadOnlyList<AppendOutcome<TRecord>>> AppendBatchAsync(IReadOnlyList<Append<TState, TRecord>> appends, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckBatch(appends, nameof(appends));
        return InTransactionAsync<IReadOnlyList<AppendOutcome<TRecord>>>(() => [.. appends.Select(Apply)], cancellationToken);
    }

    public ValueTask<Loaded<TState>> LoadAsync(StreamId stream, CancellationToken cancellationToken = default) => InTransactionAsync(() => Load(stream), cancellationToken);

    public ValueTask<IReadOnlyList<Loaded<TState>>> LoadManyAsync(IReadOnlyList<StreamId> streams, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckBatch(streams, nameof(streams));
        return InTransactionAsync<IReadOnlyList<Loaded<TState>>>(() => [.. streams.Select(Load)], cancellationToken);
    }

    public ValueTask<IReadOnlyList<Loaded<TState>>> ListAsync(StreamId? after, int limit, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckPage(limit, nameof(limit));
        return InTransactionAsync<IReadOnlyList<Loaded<TState>>>(
            () => _database.Query("SELECT name, version, codec, state FROM journal_stream WHERE name > ?1 ORDER BY name LIMIT ?2", ToLoaded, after?.Value ?? "", limit), cancellationToken);
    }

    public ValueTask<Commit<TRecord>?> FindAsync(IdempotencyKey key, CancellationToken cancellationToken = default) => InTransactionAsync(() => Find(key), cancellationToken);

    public ValueTask<IReadOnlyList<Recorded<TRecord>>> ReadAsync(StreamId stream, long afterVersion, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterVersion);
        JournalLimits.CheckPage(limit, nameof(limit));
        return InTransactionAsync<IReadOnlyList<Recorded<TRecord>>>(
            () => _database.Query(RecordsOf + "WHERE stream.name = ?1 AND record.version > ?2 ORDER BY record.version LIMIT ?3", ToRecorded, stream.Value, afterVersion, limit), cancellationToken);
    }

    public ValueTask<IReadOnlyList<DueClaim>> ClaimDueAsync(Instant upTo, int limit, Duration lease, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckClaim(limit, nameof(limit), lease, nameof(lease));
        return InTransactionAsync<IReadOnlyList<DueClaim>>(
            () =>
            {
                var now = _clock.GetCurrentInstant();
                var claims = _database.Query(
                    """
                    UPDATE journal_stream SET due_free = ?4, due_fence = due_fence + 1, due_attempt = due_attempt + 1
                    WHERE account_id IN (
                        SELECT account_id FROM journal_stream
                        WHERE due IS NOT NULL AND (due < ?1 OR (due = ?1 AND due_rest <= ?2)) AND due_free <= ?3
                        ORDER BY due, due_rest, name LIMIT ?5)
                    RETURNING name, due, due_rest, version, due_attempt, due_fence
                    """,
                    row => new DueClaim(new(row.GetString(0)), Ticks.ToInstant(row.GetInt64(1), row.GetInt64(2)), row.GetInt64(3), row.GetInt32(4), now + lease, row.GetInt64(5)),
                    Ticks.Of(upTo), Ticks.RestOf(upTo), Ticks.Of(now), Ticks.Ceiling(now + lease), limit);
                return [.. claims.OrderBy(claim => claim.Due).ThenBy(claim => claim.Stream)];
            },
            cancellationToken);
    }

    public ValueTask<bool> ReleaseDueAsync(DueClaim claim, Duration delay, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(claim);
        JournalLimits.CheckDelay(delay, nameof(delay));
        return InTransactionAsync(
            () => _database.Execute(
                "UPDATE journal_stream SET due_free = ?3, due_fence = due_fence + 1 WHERE name = ?1 AND due_fence = ?2 AND due_attempt > 0",
                claim.Stream.Value, claim.Fence, Ticks.Ceiling(_clock.GetCurrentInstant() + delay)) == 1,
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<OutboxClaim>> ClaimOutboxAsync(int limit, Duration lease, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckClaim(limit, nameof(limit), lease, nameof(lease));
        return InTransactionAsync<IReadOnlyList<OutboxClaim>>(
            () =>
            {
                var now = _clock.GetCurrentInstant();
                var claims = _database.Query(
                    """
                    UPDATE journal_outbox SET free = ?2, fence = fence + 1, attempt = attempt + 1
                    WHERE position IN (
                        SELECT position FROM journal_outbox AS told
                        WHERE reason IS NULL AND free <= ?1 AND NOT EXISTS (
                            SELECT 1 FROM journal_outbox AS earlier
                            WHERE earlier.account_id = told.account_id AND earlier.position < told.position AND earlier.reason IS NULL AND earlier.free > ?1)
                        ORDER BY position LIMIT ?3)
                    RETURNING position, version, (SELECT name FROM journal_stream WHERE account_id = journal_outbox.account_id), kind, at, at_rest, key, properties, attempt, fence
                    """,
                    row => new OutboxClaim(row.GetInt64(0), row.GetInt64(1), ToTold(row), row.GetInt32(8), now + lease, row.GetInt64(9)),
                    Ticks.Of(now), Ticks.Ceiling(now + lease), limit);
                return [.. claims.OrderBy(claim => claim.Position)];
            },
            cancellationToken);
    }

    public async ValueTask AcknowledgeAsync(IReadOnlyList<OutboxClaim> claims, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckBatch(claims, nameof(claims));
        await InTransactionAsync(() => claims.Sum(claim => _database.Execute("DELETE FROM journal_outbox WHERE position = ?1 AND reason IS NULL", claim.Position)), cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<bool> ReleaseOutboxAsync(OutboxClaim claim, Duration delay, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(claim);
        JournalLimits.CheckDelay(delay, nameof(delay));
        return InTransactionAsync(
            () => _database.Execute(
                "UPDATE journal_outbox SET free = ?3, fence = fence + 1 WHERE position = ?1 AND fence = ?2 AND reason IS NULL",
                claim.Position, claim.Fence, Ticks.Ceiling(_clock.GetCurrentInstant() + delay)) == 1,
            cancellationToken);
    }

    public async ValueTask ReturnOutboxAsync(IReadOnlyList<OutboxClaim> claims, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckBatch(claims, nameof(claims));
        await InTransactionAsync(
            () => claims.Sum(claim => _database.Execute(
                "UPDATE journal_outbox SET free = 0, fence = fence + 1, attempt = attempt - 1 WHERE position = ?1 AND fence = ?2 AND reason IS NULL", claim.Position, claim.Fence)),
            cancellationToken).ConfigureAwait(false);
    }

    // A dead letter stays where it is, with a reason: so it keeps its place, should it be told after all.
    public ValueTask<bool> SetAsideAsync(OutboxClaim claim, string reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(claim);
        JournalLimits.CheckReason(reason, nameof(reason));
        return InTransactionAsync(
            () => _database.Execute(
                "UPDATE journal_outbox SET reason = ?3, since = ?4 WHERE position = ?1 AND fence = ?2 AND reason IS NULL", claim.Position, claim.Fence, reason, Ticks.Of(_clock.GetCurrentInstant())) == 1,
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(long afterPosition, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterPosition);
        JournalLimits.CheckPage(limit, nameof(limit));
        return InTransactionAsync<IReadOnlyList<DeadLetter>>(
            () => _database.Query(
                """
                SELECT position, outbox.version, name, kind, at, at_rest, key, properties, attempt, reason, since
                FROM journal_outbox AS outbox JOIN journal_stream AS stream ON stream.account_id = outbox.account_id
                WHERE reason IS NOT NULL AND position > ?1 ORDER BY position LIMIT ?2
                """,
                row => new DeadLetter(row.GetInt64(0), row.GetInt64(1), ToTold(row), row.GetInt32(8), row.GetString(9), Ticks.ToInstant(row.GetInt64(10), 0)), afterPosition, limit),
            cancellationToken);
    }

    public ValueTask<bool> RetryDeadLetterAsync(long position, CancellationToken cancellationToken = default) => InTransactionAsync(
        () => _database.Execute("UPDATE journal_outbox SET reason = NULL, since = NULL, free = 0, fence = fence + 1, attempt = 0 WHERE position = ?1 AND reason IS NOT NULL", position) == 1, cancellationToken);

    public ValueTask<bool> DiscardDeadLetterAsync(long position, CancellationToken cancellationToken = default) =>
        InTransactionAsync(() => _database.Execute("DELETE FROM journal_outbox WHERE position = ?1 AND reason IS NOT NULL", position) == 1, cancellationToken);

    public ValueTask<Backlog> MeasureAsync(Instant? upTo = null, CancellationToken cancellationToken = default) => InTransactionAsync(
        () =>
        {
            CheckCodec();
            var now = _clock.GetCurrentInstant();
            var until = upTo ?? now;
            var due = _database.Query(
                "SELECT due, due_rest FROM journal_stream WHERE due IS NOT NULL AND (due, due_rest) <= (?1, ?2) ORDER BY due, due_rest LIMIT ?3",
                row => Ticks.ToInstant(row.GetInt64(0), row.GetInt64(1)), Ticks.Of(until), Ticks.RestOf(until), JournalLimits.MaxCounted);
            var waiting = _database.Query("SELECT written FROM journal_outbox WHERE reason IS NULL ORDER BY position LIMIT ?1", row => Ticks.ToInstant(row.GetInt64(0), 0), JournalLimits.MaxCounted);
            var dead = _database.Query("SELECT position FROM journal_outbox WHERE reason IS NOT NULL LIMIT ?1", row => row.GetInt64(0), JournalLimits.MaxCounted);
            return new Backlog(now, due.Count, due.Count > 0 ? due[0] : null, waiting.Count, waiting.Count > 0 ? waiting[0] : null, dead.Count);
        },
        cancellationToken);

    public void Dispose()
    {
        _turn.Dispose();
        _database.Dispose();
    }

    private const string RecordsOf =
        """
        SELECT stream.name, record.version, key.name, record.codec, record.body
        FROM journal_record AS record JOIN journal_stream AS stream ON stream.account_id = record.account_id JOIN journal_key AS key ON key.key_id = record.key_id

        """;

    private AppendOutcome<TRecord> Apply(Append<TState, TRecord> append)
    {
        // 1. The key, before the versions.
        if (Find(append.Key) is { } first) return first.Request == append.Request ? AppendOutcome<TRecord>.Replayed(first) : AppendOutcome<TRecord>.KeyConflict;

        // 2. Every version, before anything is written.
        var accounts = new long?[append.Streams.Count];
        for (var i = 0; i < accounts.Length; i++)
        {
            var part = append.Streams[i];
            var found = _database.Query("SELECT account_id, version FROM journal_stream WHERE name = ?1", row => (Account: row.GetInt64(0), Version: row.GetInt64(1)), part.Stream.Value);
            var version = found.Count == 0 ? 0 : found[0].Version;
            if (version != part.ExpectedVersion) return AppendOutcome<TRecord>.VersionConflict(new(part.Stream, part.ExpectedVersion, version));
            accounts[i] = found.Count == 0 ? null : found[0].Account;
        }

        // 3. All of it, in the ERP's tables and in those beside them.
        var key = _database.Insert("INSERT INTO journal_key (name, request_high, request_low) VALUES (?1, ?2, ?3)", append.Key.Value, append.Request.High, append.Request.Low);
        for (var i = 0; i < accounts.Length; i++)
        {
            var part = append.Streams[i];
            var account = accounts[i] ??= OpenAccount(part.Stream);
            _database.Execute(
                """
                INSERT INTO journal_stream (account_id, name, version, codec, state, due, due_rest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                ON CONFLICT (account_id) DO UPDATE SET version = ?3, codec = ?4, state = ?5, due = ?6, due_rest = ?7, due_free = 0, due_fence = due_fence + 1, due_attempt = 0
                """,
                account, part.Stream.Value, part.NewVersion, _codec.Version, Bytes(output => _codec.WriteState(part.State, output)),
                part.NextDue is { } due ? Ticks.Of(due) : null, part.NextDue is { } same ? Ticks.RestOf(same) : null);
            for (var n = 0; n < part.Records.Count; n++) Book(account, part.ExpectedVersion + n + 1, key, part.Records[n]);
        }

        foreach (var told in append.Outbox)
        {
            var part = append.IndexOf(told.Stream);
            _database.Execute(
                "INSERT INTO journal_outbox (account_id, version, kind, at, at_rest, key, properties, written) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                accounts[part], append.Streams[part].NewVersion, told.Kind, Ticks.Of(told.At), Ticks.RestOf(told.At), told.Key, PropertyBagJson.ToText(told.Properties), Ticks.Of(_clock.GetCurrentInstant()));
        }

        return AppendOutcome<TRecord>.Appended;
    }

    private long OpenAccount(StreamId stream) => _database.Insert("INSERT INTO account (code, opened_on) VALUES (?1, ?2)", stream.Value, Day(_clock.GetCurrentInstant()));

    /// <summary>A record is a booking of the ERP, and beside it what a booking cannot hold.</summary>
    private void Book(long account, long version, long key, TRecord record)
    {
        var booking = _database.Insert(
            "INSERT INTO booking (account_id, booked_on, type, quantity) VALUES (?1, ?2, ?3, ?4)",
            account, Day(record.Occurred), record.Kind, record.Amount?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        _database.Execute(
            "INSERT INTO journal_record (account_id, version, booking_id, key_id, codec, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            account, version, booking, key, _codec.Version, Bytes(output => _codec.WriteRecord(record, output)));
    }

    private Loaded<TState> Load(StreamId stream)
    {
        var found = _database.Query("SELECT name, version, codec, state FROM journal_stream WHERE name = ?1", ToLoaded, stream.Value);
        return found.Count == 0 ? new(stream, null, 0, _clock.GetCurrentInstant()) : found[0];
    }

    private Commit<TRecord>? Find(IdempotencyKey key)
    {
        var found = _database.Query("SELECT key_id, request_high, request_low FROM journal_key WHERE name = ?1", row => (Id: row.GetInt64(0), Request: new RequestHash(row.GetInt64(1), row.GetInt64(2))), key.Value);
        return found.Count == 0 ? null : new(key, found[0].Request, _database.Query(RecordsOf + "WHERE key.key_id = ?1 ORDER BY stream.name, record.version", ToRecorded, found[0].Id));
    }

    private Loaded<TState> ToLoaded(SqliteDataReader row) =>
        new(new(row.GetString(0)), _codec.ReadState(row.GetFieldValue<byte[]>(3), row.GetInt32(2)), row.GetInt64(1), _clock.GetCurrentInstant());

    private Recorded<TRecord> ToRecorded(SqliteDataReader row) =>
        new(new(row.GetString(0)), row.GetInt64(1), new(row.GetString(2)), _codec.ReadRecord(row.GetFieldValue<byte[]>(4), row.GetInt32(3)));

    private static OutboxRecord ToTold(SqliteDataReader row) =>
        new(new(row.GetString(2)), row.GetString(3), Ticks.ToInstant(row.GetInt64(4), row.GetInt64(5)), row.GetString(6), PropertyBagJson.FromText(row.GetString(7)));

    private static byte[] Bytes(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    private static string Day(Instant instant) => instant.InUtc().Date.ToString("uuuu-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Makes the side tables once, and refuses what a newer codec has written before anything of it is read.</summary>
    private void MakeSideTables()
    {
        _database.Begin();
        try
        {
            _database.RunScript("side-tables.sql");
            CheckCodec();
            _database.Execute("DELETE FROM journal_codec");
            _database.Execute("INSERT INTO journal_codec (version) VALUES (?1)", _codec.Version);
            _database.Commit();
        }
        catch
        {
            _database.Rollback();
            throw;
        }
    }

    private void CheckCodec()
    {
        foreach (var written in _database.Query("SELECT version FROM journal_codec", row => row.GetInt32(0)))
        {
            if (written > _codec.Version) throw new StoreVersionException(_codec.Name, written, _codec.Version);
        }
    }

    private async ValueTask<T> InTransactionAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _database.Begin();
            try
            {
                var result = work();
                _database.Commit();
                return result;
            }
            catch
            {
                _database.Rollback();
                throw;
            }
        }
        finally
        {
            _turn.Release();
        }
    }
}
