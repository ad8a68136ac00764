using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace CustomerLifecycle.Storage.Sqlite;

/// <summary>A journal in a SQLite file. Several journals share one file, each with its own tables, named after its codec.</summary>
/// <typeparam name="TState">The folded state of a stream.</typeparam>
/// <typeparam name="TRecord">What happened.</typeparam>
/// <remarks>
/// Safe for concurrent callers and for several processes on one machine: readers never wait, writers take turns. SQLite works synchronously, so every call does, too, once it has its
/// turn. The store's clock is the machine's. Tables are made when the journal is opened; a file of a newer version is refused with <see cref="StoreVersionException"/>.
/// </remarks>
public sealed class SqliteJournal<TState, TRecord> : IJournal<TState, TRecord>, IDisposable
    where TState : class
    where TRecord : class, IJournalRecord
{
    private readonly SqliteStore _store;
    private readonly JournalCodec<TState, TRecord> _codec;
    private readonly IClock _clock;
    private readonly JournalSession _writer;
    private readonly ConcurrentBag<JournalSession> _readers = [];
    private volatile bool _disposed;

    /// <summary>Opens a journal in a file of its own.</summary>
    /// <param name="path">The file. Its folder must exist. A new file can be read by its owner only.</param>
    /// <param name="codec">How states and records become bytes; its name is the journal's.</param>
    /// <exception cref="StoreException">The file cannot be opened, is no database, or was written by a newer version.</exception>
    public SqliteJournal(string path, JournalCodec<TState, TRecord> codec)
        : this(new SqliteStore(path), codec)
    {
    }

    /// <summary>Opens a journal, and makes its file and tables where they are not there yet.</summary>
    /// <param name="store">The file.</param>
    /// <param name="codec">How states and records become bytes; its name is the journal's.</param>
    /// <param name="clock">The machine's clock; null for <see cref="SystemClock"/>.</param>
    /// <exception cref="StoreException">The file cannot be opened, is no database, or was written by a newer version.</exception>
    public SqliteJournal(SqliteStore store, JournalCodec<TState, TRecord> codec, IClock? clock = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(codec);
        _store = store;
        _codec = codec;
        _clock = clock ?? SystemClock.Instance;

        _store.Writing.Wait();
        try
        {
            _writer = new(OpenWithTables(store, codec), codec.Name);
        }
        finally
        {
            _store.Writing.Release();
        }
    }

    /// <inheritdoc/>
    public ValueTask<AppendOutcome<TRecord>> AppendAsync(Append<TState, TRecord> append, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(append);
        cancellationToken.ThrowIfCancellationRequested();
        var encoded = new EncodedAppend(append, _codec, new());
        return WriteAsync(session => Apply(session, encoded), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AppendOutcome<TRecord>>> AppendBatchAsync(IReadOnlyList<Append<TState, TRecord>> appends, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckBatch(appends, nameof(appends));
        cancellationToken.ThrowIfCancellationRequested();
        var buffer = new ByteBuffer();
        var encoded = new EncodedAppend[appends.Count];
        for (var i = 0; i < encoded.Length; i++) encoded[i] = new(appends[i], _codec, buffer);
        return WriteAsync<IReadOnlyList<AppendOutcome<TRecord>>>(session => Array.ConvertAll(encoded, one => Apply(session, one)), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<Loaded<TState>> LoadAsync(StreamId stream, CancellationToken cancellationToken = default) =>
        new(Read(session => Load(session, stream, _clock.GetCurrentInstant()), cancellationToken));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Loaded<TState>>> LoadManyAsync(IReadOnlyList<StreamId> streams, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckBatch(streams, nameof(streams));
        return new(Read(
            session =>
            {
                var now = _clock.GetCurrentInstant();
                session.BeginReading();
                try
                {
                    var loaded = new Loaded<TState>[streams.Count];
                    for (var i = 0; i < loaded.Length; i++) loaded[i] = Load(session, streams[i], now);
                    return loaded;
                }
                finally
                {
                    session.Rollback();
                }
            },
            cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Loaded<TState>>> ListAsync(StreamId? after, int limit, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckPage(limit, nameof(limit));
        return new(Read(
            session =>
            {
                var now = _clock.GetCurrentInstant();
                var page = new List<Loaded<TState>>();
                using var row = session.ListStreams(after, limit);
                while (row.Read()) page.Add(ToLoaded(row, now));
                return page;
            },
            cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask<Commit<TRecord>?> FindAsync(IdempotencyKey key, CancellationToken cancellationToken = default) =>
        new(Read(
            session =>
            {
                session.BeginReading();
                try
                {
                    return session.FindKey(key) is { } stored ? ToCommit(session, key, stored) : null;
                }
                finally
                {
                    session.Rollback();
                }
            },
            cancellationToken));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Recorded<TRecord>>> ReadAsync(StreamId stream, long afterVersion, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterVersion);
        JournalLimits.CheckPage(limit, nameof(limit));
        return new(Read(
            session =>
            {
                using var row = session.ReadRecords(stream, afterVersion, limit);
                return ToRecords(row);
            },
            cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DueClaim>> ClaimDueAsync(Instant upTo, int limit, Duration lease, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckClaim(limit, nameof(limit), lease, nameof(lease));
        return WriteAsync<IReadOnlyList<DueClaim>>(
            session =>
            {
                var now = _clock.GetCurrentInstant();
                return session.ClaimDue(upTo, limit, now, now + lease);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> ReleaseDueAsync(DueClaim claim, Duration delay, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(claim);
        JournalLimits.CheckDelay(delay, nameof(delay));
        return WriteAsync(session => session.ReleaseDue(claim, _clock.GetCurrentInstant() + delay), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<OutboxClaim>> ClaimOutboxAsync(int limit, Duration lease, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckClaim(limit, nameof(limit), lease, nameof(lease));
        return WriteAsync<IReadOnlyList<OutboxClaim>>(
            session =>
            {
                var now = _clock.GetCurrentInstant();
                return session.ClaimOutbox(limit, now, now + lease);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask AcknowledgeAsync(IReadOnlyList<OutboxClaim> claims, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckBatch(claims, nameof(claims));
        await WriteAsync(
            session =>
            {
                foreach (var claim in claims) session.Acknowledge(claim.Position);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<bool> ReleaseOutboxAsync(OutboxClaim claim, Duration delay, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(claim);
        JournalLimits.CheckDelay(delay, nameof(delay));
        return WriteAsync(session => session.ReleaseOutbox(claim, _clock.GetCurrentInstant() + delay), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask ReturnOutboxAsync(IReadOnlyList<OutboxClaim> claims, CancellationToken cancellationToken = default)
    {
        JournalLimits.CheckBatch(claims, nameof(claims));
        await WriteAsync(
            session =>
            {
                foreach (var claim in claims) session.ReturnOutbox(claim);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<bool> SetAsideAsync(OutboxClaim claim, string reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(claim);
        JournalLimits.CheckReason(reason, nameof(reason));
        return WriteAsync(session => session.SetAside(claim, reason, _clock.GetCurrentInstant()), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(long afterPosition, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterPosition);
        JournalLimits.CheckPage(limit, nameof(limit));
        return new(Read(session => session.ListDeadLetters(afterPosition, limit), cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask<bool> RetryDeadLetterAsync(long position, CancellationToken cancellationToken = default) =>
        WriteAsync(session => session.RetryDeadLetter(position), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> DiscardDeadLetterAsync(long position, CancellationToken cancellationToken = default) =>
        WriteAsync(session => session.DiscardDeadLetter(position), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Backlog> MeasureAsync(Instant? upTo = null, CancellationToken cancellationToken = default) =>
        new(Read(
            session =>
            {
                var now = _clock.GetCurrentInstant();
                var (backlog, schema, codec) = session.Measure(_codec.Name, upTo ?? now, now);
                Schema.Check(_codec.Name, schema, codec, _codec.Version);
                return backlog;
            },
            cancellationToken));

    /// <summary>Closes the file. Calls that are under way must have ended.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _writer.Dispose();
        while (_readers.TryTake(out var reader)) reader.Dispose();
    }

    private static SqliteConnection OpenWithTables(SqliteStore store, JournalCodec<TState, TRecord> codec)
    {
        var connection = store.Open();
        try
        {
            Schema.ApplyOrAssert(connection, codec.Name, codec.Version, codec.Views);
            return connection;
        }
        catch (SqliteException fault)
        {
            connection.Dispose();
            throw SqliteFaults.Of(fault);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private async ValueTask<T> WriteAsync<T>(Func<JournalSession, T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed, this);
        await _store.Writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _writer.Begin();
            try
            {
                var result = work(_writer);
                _writer.Commit();
                return result;
            }
            catch
            {
                _writer.Rollback();
                throw;
            }
        }
        catch (SqliteException fault)
        {
            throw SqliteFaults.Of(fault);
        }
        finally
        {
            _store.Writing.Release();
        }
    }

    private T Read<T>(Func<JournalSession, T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            var session = _readers.TryTake(out var idle) ? idle : new(_store.Open(), _codec.Name);
            try
            {
                return work(session);
            }
            finally
            {
                _readers.Add(session);
            }
        }
        catch (SqliteException fault)
        {
            throw SqliteFaults.Of(fault);
        }
    }

    private AppendOutcome<TRecord> Apply(JournalSession session, EncodedAppend encoded)
    {
        var append = encoded.Append;
        if (session.FindKey(append.Key) is { } stored)
            return stored.Request == append.Request ? AppendOutcome<TRecord>.Replayed(ToCommit(session, append.Key, stored)) : AppendOutcome<TRecord>.KeyConflict;

        var ids = new long?[append.Streams.Count];
        for (var i = 0; i < ids.Length; i++)
        {
            var part = append.Streams[i];
            var found = session.FindStream(part.Stream);
            if ((found?.Version ?? 0) != part.ExpectedVersion) return AppendOutcome<TRecord>.VersionConflict(new(part.Stream, part.ExpectedVersion, found?.Version ?? 0));
            ids[i] = found?.Id;
        }

        var key = session.InsertKey(append.Key, append.Request);
        for (var i = 0; i < ids.Length; i++)
        {
            var part = append.Streams[i];
            if (ids[i] is { } id) session.UpdateStream(id, part.NewVersion, _codec.Version, encoded.States[i], part.NextDue);
            else ids[i] = id = session.InsertStream(part.Stream, part.NewVersion, _codec.Version, encoded.States[i], part.NextDue);
            var records = part.Records;
            for (var n = 0; n < records.Count; n++) session.InsertRecord(id, part.ExpectedVersion + n + 1, key, records[n], _codec.Version, encoded.Records[i][n]);
        }

        if (encoded.Outbox.Count > 0) Tell(session, encoded, ids, _clock.GetCurrentInstant());

        return AppendOutcome<TRecord>.Appended;
    }

    private static void Tell(JournalSession session, EncodedAppend encoded, long?[] ids, Instant now)
    {
        foreach (var told in encoded.Outbox)
        {
            var part = encoded.Append.IndexOf(told.Stream);
            session.InsertOutbox(ids[part].GetValueOrDefault(), encoded.Append.Streams[part].NewVersion, told, now);
        }
    }

    private Loaded<TState> Load(JournalSession session, StreamId stream, Instant now)
    {
        using var row = session.LoadStream(stream);
        return row.Read() ? ToLoaded(row, now) : new(stream, null, 0, now);
    }

    private Loaded<TState> ToLoaded(SqliteDataReader row, Instant now) => new(new(row.GetString(0)), _codec.ReadState(row.GetFieldValue<byte[]>(3), row.GetInt32(2)), row.GetInt64(1), now);

    private Commit<TRecord> ToCommit(JournalSession session, IdempotencyKey key, StoredKey stored)
    {
        using var row = session.ReadCommit(stored.Id);
        return new(key, stored.Request, ToRecords(row));
    }

    private List<Recorded<TRecord>> ToRecords(SqliteDataReader row)
    {
        var records = new List<Recorded<TRecord>>();
        while (row.Read()) records.Add(new(new(row.GetString(0)), row.GetInt64(1), new(row.GetString(2)), _codec.ReadRecord(row.GetFieldValue<byte[]>(4), row.GetInt32(3))));
        return records;
    }

    // Encoding comes before the turn to write, so that writers encode side by side and a codec's fault writes nothing.
    private sealed class EncodedAppend
    {
        public EncodedAppend(Append<TState, TRecord> append, JournalCodec<TState, TRecord> codec, ByteBuffer buffer)
        {
            Append = append;
            Outbox = append.Outbox;
            States = new byte[append.Streams.Count][];
            Records = new byte[append.Streams.Count][][];
            for (var i = 0; i < States.Length; i++)
            {
                var part = append.Streams[i];
                codec.WriteState(part.State, buffer);
                States[i] = buffer.Take();
                var records = part.Records;
                Records[i] = new byte[records.Count][];
                for (var n = 0; n < records.Count; n++)
                {
                    codec.WriteRecord(records[n], buffer);
                    Records[i][n] = buffer.Take();
                }
            }
        }

        public Append<TState, TRecord> Append { get; }

        public IReadOnlyList<OutboxRecord> Outbox { get; }

        public byte[][] States { get; }

        public byte[][][] Records { get; }
    }
}
