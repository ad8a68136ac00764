using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace CustomerLifecycle.Storage.PostgreSql;

/// <summary>A journal in a PostgreSQL database, for many hosts at once. Several journals share one schema, each with its own tables, named after its codec.</summary>
/// <typeparam name="TState">The folded state of a stream.</typeparam>
/// <typeparam name="TRecord">What happened.</typeparam>
/// <remarks>
/// Safe for concurrent callers. An append is one round trip to the server: one call of a function that ships with the package, in a transaction of its own, even within a
/// <see cref="System.Transactions.TransactionScope"/>. The store's clock is the server's. Tables are made, or their version is checked, at the first use; a database of a newer version is refused with <see cref="StoreVersionException"/>.
/// </remarks>
public sealed class PostgreSqlJournal<TState, TRecord> : IJournal<TState, TRecord>, IDisposable
    where TState : class
    where TRecord : class, IJournalRecord
{
    private const string Now = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

    private readonly NpgsqlDataSource _source;
    private readonly JournalCodec<TState, TRecord> _codec;
    private readonly JournalNames _names;
    private readonly PostgreSqlStoreOptions _options;
    private readonly SemaphoreSlim _readying = new(1, 1);
    private readonly string _append;
    private readonly string _appendAll;
    private volatile bool _ready;

    /// <summary>Describes a journal. Nothing is opened yet.</summary>
    /// <param name="source">The database; the caller's own, and not disposed of here.</param>
    /// <param name="codec">How states and records become bytes; its name is the journal's.</param>
    /// <param name="options">How it is kept; null for the defaults.</param>
    public PostgreSqlJournal([FromKeyedServices(PostgreSqlStoreExtensions.DataSourceKey)] NpgsqlDataSource source, JournalCodec<TState, TRecord> codec, PostgreSqlStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(codec);
        _source = source;
        _codec = codec;
        _options = options ?? new();
        _names = new(_options.Schema, codec.Name);
        _append = $"SELECT status, mismatch, actual FROM {_names.AppendFunction}({Places(25)})";
        _appendAll = $"SELECT {_names.AppendFunction}_all({Places(30)})";
    }

    /// <inheritdoc/>
    public ValueTask<AppendOutcome<TRecord>> AppendAsync(Append<TState, TRecord> append, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(append);
        return RunAsync(
            async connection =>
            {
                using var command = new NpgsqlCommand(_append, connection);
                Bind(command.Parameters, append);
                Answer answer;
                var row = await ReadAsync(command, cancellationToken).ConfigureAwait(false);
                await using (row.ConfigureAwait(false)) answer = await ReadAnswerAsync(row, cancellationToken).ConfigureAwait(false);
                return await ToOutcomeAsync(connection, append, answer, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AppendOutcome<TRecord>>> AppendBatchAsync(IReadOnlyList<Append<TState, TRecord>> appends, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckBatch(appends, nameof(appends));
        if (appends.Count == 0) return new(Array.Empty<AppendOutcome<TRecord>>());
        return RunAsync<IReadOnlyList<AppendOutcome<TRecord>>>(
            async connection =>
            {
                var outcomes = new AppendOutcome<TRecord>[appends.Count];
                if (await TryAppendAllAsync(connection, appends, cancellationToken).ConfigureAwait(false))
                {
                    Array.Fill(outcomes, AppendOutcome<TRecord>.Appended);
                    return outcomes;
                }

                var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
                await using var begun = transaction.ConfigureAwait(false);
                await AppendOneByOneAsync(connection, appends, outcomes, cancellationToken).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                return outcomes;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<Loaded<TState>> LoadAsync(StreamId stream, CancellationToken cancellationToken = default) =>
        RunAsync(
            async connection =>
            {
                using var command = Command(connection, $"SELECT {Now}, s.name, s.version, s.codec, s.state FROM (SELECT 1) AS one LEFT JOIN {_names.Streams} AS s ON s.name = $1", stream.Value);
                var row = await ReadAsync(command, cancellationToken).ConfigureAwait(false);
                await using var opened = row.ConfigureAwait(false);
                await row.ReadAsync(cancellationToken).ConfigureAwait(false);
                return row.IsDBNull(1) ? new(stream, null, 0, Ticks.FromMicroseconds(row.GetInt64(0))) : ToLoaded(row);
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Loaded<TState>>> LoadManyAsync(IReadOnlyList<StreamId> streams, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckBatch(streams, nameof(streams));
        if (streams.Count == 0) return new(Array.Empty<Loaded<TState>>());
        return RunAsync<IReadOnlyList<Loaded<TState>>>(
            async connection =>
            {
                var sql = $"SELECT {Now}, s.name, s.version, s.codec, s.state FROM unnest($1) WITH ORDINALITY AS asked (name, place) LEFT JOIN {_names.Streams} AS s ON s.name = asked.name COLLATE \"C\" ORDER BY asked.place";
                using var command = Command(connection, sql, (object)streams.Select(static stream => stream.Value).ToArray());
                var loaded = new Loaded<TState>[streams.Count];
                var row = await ReadAsync(command, cancellationToken).ConfigureAwait(false);
                await using var opened = row.ConfigureAwait(false);
                for (var i = 0; await row.ReadAsync(cancellationToken).ConfigureAwait(false); i++)
                    loaded[i] = row.IsDBNull(1) ? new(streams[i], null, 0, Ticks.FromMicroseconds(row.GetInt64(0))) : ToLoaded(row);
                return loaded;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Loaded<TState>>> ListAsync(StreamId? after, int limit, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckPage(limit, nameof(limit));
        return RunAsync<IReadOnlyList<Loaded<TState>>>(
            async connection =>
            {
                using var command = Command(connection, $"SELECT {Now}, name, version, codec, state FROM {_names.Streams} WHERE name > $1 ORDER BY name LIMIT $2", after?.Value ?? "", limit);
                var page = new List<Loaded<TState>>();
                var row = await ReadAsync(command, cancellationToken).ConfigureAwait(false);
                await using var opened = row.ConfigureAwait(false);
                while (await row.ReadAsync(cancellationToken).ConfigureAwait(false)) page.Add(ToLoaded(row));
                return page;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<Commit<TRecord>?> FindAsync(IdempotencyKey key, CancellationToken cancellationToken = default) =>
        RunAsync(connection => FindAsync(connection, key, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Recorded<TRecord>>> ReadAsync(StreamId stream, long afterVersion, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterVersion);
        JournalLimits.CheckPage(limit, nameof(limit));
        return RunAsync<IReadOnlyList<Recorded<TRecord>>>(
            async connection =>
            {
                using var command = Command(connection, $"SELECT stream, version, key, codec, body FROM {_names.Records} WHERE stream = $1 AND version > $2 ORDER BY version LIMIT $3", stream.Value, afterVersion, limit);
                var records = new List<Recorded<TRecord>>();
                var row = await ReadAsync(command, cancellationToken).ConfigureAwait(false);
                await using var opened = row.ConfigureAwait(false);
                while (await row.ReadAsync(cancellationToken).ConfigureAwait(false)) records.Add(ToRecorded(row, 0));
                return records;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DueClaim>> ClaimDueAsync(Instant upTo, int limit, Duration lease, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckClaim(limit, nameof(limit), lease, nameof(lease));
        return RunAsync<IReadOnlyList<DueClaim>>(
            async connection =>
            {
                var sql = $"SELECT stream, due, due_rest, version, attempt, (extract(epoch FROM until) * 1000000)::bigint, fence FROM {_names.ClaimDueFunction}($1, $2, $3, $4)";
                using var command = Command(connection, sql, Ticks.Of(upTo), Ticks.RestOf(upTo), limit, Ticks.Ceiling(lease));
                var claims = new List<DueClaim>();
                var row = await ReadAsync(command, cancellationToken).ConfigureAwait(false);
                await using var opened = row.ConfigureAwait(false);
                while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
                    claims.Add(new(new(row.GetString(0)), Ticks.ToInstant(row.GetInt64(1), row.GetInt16(2)), row.GetInt64(3), row.GetInt32(4), Ticks.FromMicroseconds(row.GetInt64(5)), row.GetInt64(6)));
                claims.Sort(static (a, b) => a.Due != b.Due ? a.Due.CompareTo(b.Due) : a.Stream.CompareTo(b.Stream));
                return claims;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> ReleaseDueAsync(DueClaim claim, Duration delay, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(claim);
        JournalLimits.CheckDelay(delay, nameof(delay));
        var sql = $"UPDATE {_names.Schedule} SET free = clock_timestamp() + $3 * interval '1 microsecond', fence = 0 WHERE name = $1 AND fence = $2";
        return RunAsync(
            async connection =>
            {
                using var command = Command(connection, sql, claim.Stream.Value, claim.Fence, Ticks.Ceiling(delay));
                return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<OutboxClaim>> ClaimOutboxAsync(int limit, Duration lease, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckClaim(limit, nameof(limit), lease, nameof(lease));
        return RunAsync<IReadOnlyList<OutboxClaim>>(
            async connection =>
            {
                var sql = $"""
                    SELECT position, stream_version, stream, kind, at_ticks, at_rest, key, properties, attempt, (extract(epoch FROM free) * 1000000)::bigint, fence
                    FROM {_names.Outbox}_claim($1, $2)
                    """;
                var claims = new List<OutboxClaim>();
                var damaged = new List<OutboxClaim>();
                do
                {
                    await SetDamagedAsideAsync(connection, damaged, cancellationToken).ConfigureAwait(false);
                    using var command = Command(connection, sql, limit, Ticks.Ceiling(lease));
                    var row = await ReadAsync(command, cancellationToken).ConfigureAwait(false);
                    await using var opened = row.ConfigureAwait(false);
                    while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
                        (TryRestore(row, out var record) ? claims : damaged).Add(new(row.GetInt64(0), row.GetInt64(1), record, row.GetInt32(8), Ticks.FromMicroseconds(row.GetInt64(9)), row.GetInt64(10)));
                }
                while (claims.Count == 0 && damaged.Count > 0);

                await SetDamagedAsideAsync(connection, damaged, cancellationToken).ConfigureAwait(false);
                claims.Sort(static (a, b) => a.Position.CompareTo(b.Position));
                return claims;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask AcknowledgeAsync(IReadOnlyList<OutboxClaim> claims, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckBatch(claims, nameof(claims));
        await RunAsync(
            async connection =>
            {
                using var command = Command(connection, $"DELETE FROM {_names.Outbox} WHERE position = ANY ($1)", claims.Select(static claim => claim.Position).ToArray());
                return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<bool> ReleaseOutboxAsync(OutboxClaim claim, Duration delay, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(claim);
        JournalLimits.CheckDelay(delay, nameof(delay));
        return RunAsync(
            async connection =>
            {
                using var command = Command(connection, $"SELECT {_names.Outbox}_release($1, $2, $3)", claim.Position, claim.Fence, Ticks.Ceiling(delay));
                return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask ReturnOutboxAsync(IReadOnlyList<OutboxClaim> claims, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckBatch(claims, nameof(claims));
        await RunAsync(
            async connection =>
            {
                using var command = Command(connection, $"SELECT {_names.Outbox}_return($1, $2)", claims.Select(static claim => claim.Position).ToArray(), claims.Select(static claim => claim.Fence).ToArray());
                return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<bool> SetAsideAsync(OutboxClaim claim, string reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(claim);
        JournalLimits.CheckReason(reason, nameof(reason));
        return RunAsync(connection => SetAsideAsync(connection, claim, reason, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(long afterPosition, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterPosition);
        JournalLimits.CheckPage(limit, nameof(limit));
        return RunAsync<IReadOnlyList<DeadLetter>>(
            async connection =>
            {
                var sql = $"""
                    SELECT position, stream_version, stream, kind, at_ticks, at_rest, key, properties, attempt, reason, (extract(epoch FROM since) * 1000000)::bigint
                    FROM {_names.DeadLetters} WHERE position > $1 ORDER BY position LIMIT $2
                    """;
                using var command = Command(connection, sql, afterPosition, limit);
                var letters = new List<DeadLetter>();
                var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                await using var opened = row.ConfigureAwait(false);
                while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    _ = TryRestore(row, out var record);
                    letters.Add(new(row.GetInt64(0), row.GetInt64(1), record, row.GetInt32(8), row.GetString(9), Ticks.FromMicroseconds(row.GetInt64(10))));
                }

                return letters;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> RetryDeadLetterAsync(long position, CancellationToken cancellationToken = default)
    {
        var sql = $"""
            WITH taken AS (DELETE FROM {_names.DeadLetters} WHERE position = $1 RETURNING *)
            INSERT INTO {_names.Outbox} (position, stream, stream_version, kind, at, at_ticks, at_rest, key, properties, fence, written) OVERRIDING SYSTEM VALUE
            SELECT position, stream, stream_version, kind, at, at_ticks, at_rest, key, properties, fence + 1, written FROM taken
            """;
        return RunAsync(
            async connection =>
            {
                using var command = Command(connection, sql, position);
                return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> DiscardDeadLetterAsync(long position, CancellationToken cancellationToken = default) =>
        RunAsync(
            async connection =>
            {
                using var command = Command(connection, $"DELETE FROM {_names.DeadLetters} WHERE position = $1", position);
                return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1;
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Backlog> MeasureAsync(Instant? upTo = null, CancellationToken cancellationToken = default) =>
        RunAsync(
            async connection =>
            {
                // Bounds that are looked up once, so that the index on due is used: statement_timestamp() does not change within the statement, as clock_timestamp() would.
                const string Due = "(due, due_rest) <= ((SELECT due FROM asked), (SELECT due_rest FROM asked))";
                var sql = $"""
                    WITH clock AS (SELECT (extract(epoch FROM statement_timestamp()) * 1000000)::bigint AS now),
                        asked AS (SELECT coalesce($1, now * 10) AS due, coalesce($2, 0::smallint) AS due_rest FROM clock)
                    SELECT clock.now,
                        (SELECT count(*) FROM (SELECT 1 FROM {_names.Schedule} WHERE {Due} LIMIT $3) AS counted), first.due, first.due_rest,
                        (SELECT count(*) FROM (SELECT 1 FROM {_names.Outbox} LIMIT $3) AS counted),
                        (SELECT (extract(epoch FROM written) * 1000000)::bigint FROM {_names.Outbox} ORDER BY position LIMIT 1),
                        (SELECT count(*) FROM (SELECT 1 FROM {_names.DeadLetters} LIMIT $3) AS counted),
                        register.schema, register.codec
                    FROM {_names.Register} AS register CROSS JOIN clock
                    LEFT JOIN (SELECT due, due_rest FROM {_names.Schedule} WHERE {Due} ORDER BY due, due_rest LIMIT 1) AS first ON true
                    WHERE register.name = $4
                    """;
                using var command = Command(connection, sql);
                command.Parameters.Add(new() { Value = upTo is { } at ? Ticks.Of(at) : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
                command.Parameters.Add(new() { Value = upTo is { } same ? Ticks.RestOf(same) : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Smallint });
                command.Parameters.Add(new() { Value = JournalLimits.MaxCounted });
                command.Parameters.Add(new() { Value = _names.Journal });
                var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                await using var opened = row.ConfigureAwait(false);
                if (!await row.ReadAsync(cancellationToken).ConfigureAwait(false)) throw new StoreCorruptException("The journal is not in the database's register. Somebody changed it: restore the database from a backup.");
                Schema.Check(_names, row.GetInt32(7), row.GetInt32(8), _codec.Version);
                return new Backlog(
                    Ticks.FromMicroseconds(row.GetInt64(0)),
                    row.GetInt64(1),
                    row.IsDBNull(2) ? null : Ticks.ToInstant(row.GetInt64(2), row.GetInt16(3)),
                    row.GetInt64(4),
                    row.IsDBNull(5) ? null : Ticks.FromMicroseconds(row.GetInt64(5)),
                    row.GetInt64(6));
            },
            cancellationToken);

    /// <summary>Ends the journal; the data source stays its owner's.</summary>
    public void Dispose() => _readying.Dispose();

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] values)
    {
#pragma warning disable CA2100 // Every text is put together from constants and from names that are quoted or made of letters, digits and _.
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return command;
    }

    // Once for each connection and statement; after that it costs nothing.
    private async Task<NpgsqlDataReader> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        if (_options.PrepareStatements) await command.PrepareAsync(cancellationToken).ConfigureAwait(false);
        return await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Answer> ReadAnswerAsync(NpgsqlDataReader row, CancellationToken cancellationToken)
    {
        await row.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new((AppendStatus)row.GetInt32(0), row.IsDBNull(1) ? null : row.GetString(1), row.IsDBNull(2) ? 0 : row.GetInt64(2));
    }

    private async Task<bool> SetAsideAsync(NpgsqlConnection connection, OutboxClaim claim, string reason, CancellationToken cancellationToken)
    {
        var sql = $"""
            WITH taken AS (DELETE FROM {_names.Outbox} WHERE position = $1 AND fence = $2 RETURNING *)
            INSERT INTO {_names.DeadLetters} (position, stream, stream_version, kind, at, at_ticks, at_rest, key, properties, fence, attempt, written, reason, since)
            SELECT position, stream, stream_version, kind, at, at_ticks, at_rest, key, properties, fence, attempt, written, $3, clock_timestamp() FROM taken
            """;
        using var command = Command(connection, sql, claim.Position, claim.Fence, reason);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1;
    }

    private async Task SetDamagedAsideAsync(NpgsqlConnection connection, List<OutboxClaim> damaged, CancellationToken cancellationToken)
    {
        foreach (var claim in damaged) await SetAsideAsync(connection, claim, DeadLetter.Damaged, cancellationToken).ConfigureAwait(false);
        damaged.Clear();
    }

    private async Task<bool> TryAppendAllAsync(NpgsqlConnection connection, IReadOnlyList<Append<TState, TRecord>> appends, CancellationToken cancellationToken)
    {
        if (AppendBatch<TState, TRecord>.Of(appends, _codec) is not { } batch) return false;
        using var command = new NpgsqlCommand(_appendAll, connection);
        batch.Bind(command.Parameters);
        var row = await ReadAsync(command, cancellationToken).ConfigureAwait(false);
        await using var opened = row.ConfigureAwait(false);
        await row.ReadAsync(cancellationToken).ConfigureAwait(false);
        return row.GetBoolean(0);
    }

    // In one transaction. What is known already is settled first and together, as when a batch is said again; what is left mostly goes in together then.
    private async Task AppendOneByOneAsync(NpgsqlConnection connection, IReadOnlyList<Append<TState, TRecord>> appends, AppendOutcome<TRecord>[] outcomes, CancellationToken cancellationToken)
    {
        var known = await FindManyAsync(connection, appends, cancellationToken).ConfigureAwait(false);
        var left = new List<int>(appends.Count);
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (known.TryGetValue(appends[i].Key.Value, out var first)) outcomes[i] = Settled(appends[i], first);
            else left.Add(i);
        }

        if (left.Count == 0) return;
        Append<TState, TRecord>[] rest = [.. left.Select(i => appends[i])];
        if (left.Count < appends.Count && await TryAppendAllAsync(connection, rest, cancellationToken).ConfigureAwait(false))
        {
            foreach (var i in left) outcomes[i] = AppendOutcome<TRecord>.Appended;
            return;
        }

        var answers = await AppendEachAsync(connection, rest, cancellationToken).ConfigureAwait(false);
        for (var n = 0; n < answers.Length; n++) outcomes[left[n]] = await ToOutcomeAsync(connection, rest[n], answers[n], cancellationToken).ConfigureAwait(false);
    }

    // One round trip. The streams that exist are locked in order first, so that batches over the same streams take turns instead of blocking each other.
    private async Task<Answer[]> AppendEachAsync(NpgsqlConnection connection, Append<TState, TRecord>[] appends, CancellationToken cancellationToken)
    {
        using var batch = new NpgsqlBatch(connection);
        var names = appends.SelectMany(static append => append.Streams).Select(static part => part.Stream.Value).Distinct(StringComparer.Ordinal).ToArray();
        var locks = new NpgsqlBatchCommand($"SELECT 1 FROM unnest($1) AS asked (name) JOIN {_names.Streams} AS s ON s.name = asked.name COLLATE \"C\" ORDER BY s.name FOR UPDATE OF s");
        AppendColumns<TState, TRecord>.Add(locks.Parameters, names);
        batch.BatchCommands.Add(locks);
        foreach (var append in appends)
        {
            var command = new NpgsqlBatchCommand(_append);
            Bind(command.Parameters, append);
            batch.BatchCommands.Add(command);
        }

        var answers = new Answer[appends.Length];
        var row = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var opened = row.ConfigureAwait(false);
        for (var i = 0; i < answers.Length; i++)
        {
            await row.NextResultAsync(cancellationToken).ConfigureAwait(false);
            answers[i] = await ReadAnswerAsync(row, cancellationToken).ConfigureAwait(false);
        }

        return answers;
    }

    private void Bind(NpgsqlParameterCollection parameters, Append<TState, TRecord> append)
    {
        var records = 0;
        foreach (var part in append.Streams) records += part.RecordCount;
        var columns = new AppendColumns<TState, TRecord>(_codec, append.Streams.Count, records, append.Outbox.Count);
        foreach (var part in append.Streams)
        {
            columns.AddStream(part.ExpectedVersion, part);
            columns.AddRecords(part);
        }

        columns.AddOutbox(append);
        AppendColumns<TState, TRecord>.Add(parameters, append.Key.Value);
        AppendColumns<TState, TRecord>.Add(parameters, append.Request.High);
        AppendColumns<TState, TRecord>.Add(parameters, append.Request.Low);
        columns.Bind(parameters);
    }

    private static string Places(int count) => string.Join(", ", Enumerable.Range(1, count).Select(static place => FormattableString.Invariant($"${place}")));

    private static AppendOutcome<TRecord> Settled(Append<TState, TRecord> append, Commit<TRecord> first) =>
        first.Request == append.Request ? AppendOutcome<TRecord>.Replayed(first) : AppendOutcome<TRecord>.KeyConflict;

    private async Task<AppendOutcome<TRecord>> ToOutcomeAsync(NpgsqlConnection connection, Append<TState, TRecord> append, Answer answer, CancellationToken cancellationToken) => answer.Status switch
    {
        AppendStatus.Appended => AppendOutcome<TRecord>.Appended,
        AppendStatus.KeyConflict => AppendOutcome<TRecord>.KeyConflict,
        AppendStatus.VersionConflict => AppendOutcome<TRecord>.VersionConflict(MismatchOf(append, answer)),
        _ => AppendOutcome<TRecord>.Replayed(
            await FindAsync(connection, append.Key, cancellationToken).ConfigureAwait(false) ?? throw new StoreCorruptException("A key is known, and what was written under it is not. Restore the database from a backup.")),
    };

    private static VersionMismatch MismatchOf(Append<TState, TRecord> append, Answer answer)
    {
        var stream = new StreamId(answer.Mismatch!);
        return new(stream, append.Streams[append.IndexOf(stream)].ExpectedVersion, answer.Actual);
    }

    private async Task<Commit<TRecord>?> FindAsync(NpgsqlConnection connection, IdempotencyKey key, CancellationToken cancellationToken)
    {
        using var command = Command(connection, FindSql($"SELECT * FROM {_names.Keys} WHERE name = $1"), key.Value);
        return (await ReadCommitsAsync(command, cancellationToken).ConfigureAwait(false)).GetValueOrDefault(key.Value);
    }

    private async Task<Dictionary<string, Commit<TRecord>>> FindManyAsync(NpgsqlConnection connection, IReadOnlyList<Append<TState, TRecord>> appends, CancellationToken cancellationToken)
    {
        var keys = appends.Select(static append => append.Key.Value).Distinct(StringComparer.Ordinal).ToArray();
        using var command = Command(connection, FindSql($"SELECT k.* FROM unnest($1) AS asked (name) JOIN {_names.Keys} AS k ON k.name = asked.name COLLATE \"C\""), (object)keys);
        return await ReadCommitsAsync(command, cancellationToken).ConfigureAwait(false);
    }

    private string FindSql(string keys) => $"""
        SELECT k.name, k.request_high, k.request_low, r.stream, r.version, r.key, r.codec, r.body
        FROM ({keys}) AS k
        CROSS JOIN LATERAL unnest(k.streams, k.versions, k.new_versions) AS written (stream, version, new_version)
        JOIN {_names.Records} AS r ON r.stream = written.stream COLLATE "C" AND r.version > written.version AND r.version <= written.new_version
        ORDER BY k.name, r.stream, r.version
        """;

    private async Task<Dictionary<string, Commit<TRecord>>> ReadCommitsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var commits = new Dictionary<string, Commit<TRecord>>(StringComparer.Ordinal);
        var row = await ReadAsync(command, cancellationToken).ConfigureAwait(false);
        await using var opened = row.ConfigureAwait(false);
        var records = new List<Recorded<TRecord>>();
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var key = row.GetString(0);
            if (!commits.ContainsKey(key))
            {
                records = [];
                commits.Add(key, new(new(key), new(row.GetInt64(1), row.GetInt64(2)), records));
            }

            records.Add(ToRecorded(row, 3));
        }

        return commits;
    }

    private Loaded<TState> ToLoaded(NpgsqlDataReader row) =>
        new(new(row.GetString(1)), _codec.ReadState(row.GetFieldValue<byte[]>(4), row.GetInt32(3)), row.GetInt64(2), Ticks.FromMicroseconds(row.GetInt64(0)));

    private static bool TryRestore(NpgsqlDataReader row, out OutboxRecord record) =>
        OutboxRecord.TryRestore(row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetInt16(5), row.GetString(6), row.GetString(7), out record);

    private Recorded<TRecord> ToRecorded(NpgsqlDataReader row, int first) =>
        new(new(row.GetString(first)), row.GetInt64(first + 1), new(row.GetString(first + 2)), _codec.ReadRecord(row.GetFieldValue<byte[]>(first + 4), row.GetInt32(first + 3)));

    private async ValueTask<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                if (!_ready) await ReadyAsync(cancellationToken).ConfigureAwait(false);
                var connection = await _source.OpenOutsideScopeAsync(cancellationToken).ConfigureAwait(false);
                await using var opened = connection.ConfigureAwait(false);
                return await work(connection).ConfigureAwait(false);
            }
            catch (Exception fault) when (PostgreSqlFaults.IsRetryable(fault) && attempt < _options.MaxRetries)
            {
                // The server gave the whole transaction up; it is made again as it was.
            }
            catch (Exception fault) when (PostgreSqlFaults.IsNotUnderstood(fault) && attempt == 0)
            {
                // Somebody changed the tables. If it was a newer version, looking at them again says so.
                _ready = false;
            }
            catch (Exception fault) when (PostgreSqlFaults.IsFault(fault))
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw PostgreSqlFaults.Of(fault);
            }
        }
    }

    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        await _readying.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_ready) return;
            await Schema.ApplyOrAssertAsync(_source, _names, _codec.Version, _codec.Views, _options.ApplySchema, cancellationToken).ConfigureAwait(false);
            _ready = true;
        }
        finally
        {
            _readying.Release();
        }
    }

    private readonly record struct Answer(AppendStatus Status, string? Mismatch, long Actual);
}
