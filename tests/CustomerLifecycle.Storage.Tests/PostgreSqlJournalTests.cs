using System.Transactions;
using CustomerLifecycle.Storage.Conformance;
using CustomerLifecycle.Storage.PostgreSql;
using CustomerLifecycle.Tests.Shared;
using Npgsql;

namespace CustomerLifecycle.Storage.Tests;

public sealed class PostgreSqlJournalTests : IClassFixture<PostgreSqlServer>, IDisposable
{
    private static int LastSchema;

    private readonly string _schema = $"Notes-{Interlocked.Increment(ref LastSchema)}-{Guid.NewGuid():N}";
    private readonly PostgreSqlServer _server;
    private readonly NpgsqlDataSource? _source;

    public PostgreSqlJournalTests(PostgreSqlServer server)
    {
        _server = server;
        if (server.ConnectionString.Length > 0) _source = NpgsqlDataSource.Create(server.ConnectionString);
    }

    public static TheoryData<string> Promises => [.. JournalConformance.Names];

    public static TheoryData<string> DurablePromises => [.. DurableJournalConformance.Names];

    [PostgreSqlTheory]
    [MemberData(nameof(Promises))]
    public Task Keeps(string promise) => JournalConformance.RunAsync(promise, () => new(Open()));

    [PostgreSqlTheory]
    [MemberData(nameof(DurablePromises))]
    public Task KeepsOverRestarts(string promise) => DurableJournalConformance.RunAsync(promise, codec => new(Open(codec)));

    [PostgreSqlTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public Task Journal_UnderRandomOperations_AnswersAsTheOneInMemory(int seed) => JournalDifferential.RunAsync(seed, 600, () => new(Open()));

    [PostgreSqlFact]
    public async Task ManyHosts_StartingAtOnce_MakeTheTablesOnce()
    {
        var loads = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            using var journal = Open();
            return await journal.LoadAsync(new("a"));
        })));

        Assert.All(loads, static loaded => Assert.Equal(0, loaded.Version));
    }

    [PostgreSqlFact]
    public async Task Batches_OverTheSameStreams_AllEndAndLoseNothing()
    {
        using var journal = Open();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(host => Task.Run(async () =>
        {
            for (var round = 0; round < 10; round++)
            {
                var batch = new List<Append<Note, NoteAdded>>();
                var order = Enumerable.Range(0, 10).Select(i => new StreamId($"s{(i * (host + 1)) % 11}")).Distinct().ToList();
                foreach (var loaded in await journal.LoadManyAsync(order)) batch.Add(Note(loaded.Stream.Value, loaded.Version, $"{host}/{round}/{loaded.Stream.Value}"));
                await journal.AppendBatchAsync(batch);
            }
        })));

        foreach (var loaded in await journal.ListAsync(null, 100)) Assert.Equal(loaded.Version, (await journal.ReadAsync(loaded.Stream, 0, 1_000)).Count);
    }

    [PostgreSqlFact]
    public async Task Append_OnAWarmConnection_IsOneRoundTrip()
    {
        await using var proxy = new RoundTripProxy(_server.ConnectionString);
        await using var source = NpgsqlDataSource.Create(proxy.ConnectionString);
        using var journal = new PostgreSqlJournal<Note, NoteAdded>(source, new NoteCodec(), new() { Schema = _schema });
        var batch = (int round) => Enumerable.Range(0, 100).Select(i => Note($"m{i}", round, $"m{i}/{round}")).ToList();
        await journal.AppendAsync(Note("a", 0, "warm"));
        await journal.AppendBatchAsync(batch(0));

        var before = proxy.RoundTrips;
        await journal.AppendAsync(Note("a", 1, "k"));
        var single = proxy.RoundTrips - before;
        await journal.AppendBatchAsync(batch(1));

        Assert.Equal((1, 1), (single, proxy.RoundTrips - before - single));

        // The first of a kind of question also prepares its statement: two are told from one.
        before = proxy.RoundTrips;
        await journal.LoadAsync(new("a"));
        Assert.Equal(2, proxy.RoundTrips - before);
    }

    [PostgreSqlFact]
    public async Task Append_WithoutPreparedStatements_WorksTheSame()
    {
        using var journal = new PostgreSqlJournal<Note, NoteAdded>(_source!, new NoteCodec(), new() { Schema = _schema, PrepareStatements = false });

        Assert.Equal(AppendStatus.Appended, (await journal.AppendAsync(Note("a", 0, "k"))).Status);
        Assert.Equal(AppendStatus.Appended, Assert.Single(await journal.AppendBatchAsync([Note("a", 1, "k2")])).Status);
        Assert.Equal(2, (await journal.LoadAsync(new("a"))).Version);
    }

    [PostgreSqlFact]
    public async Task Append_WhereAPoolerTookTheStatementsAway_SaysWhatToSet()
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_server.ConnectionString) { MaxPoolSize = 1, NoResetOnClose = true });
        using var journal = new PostgreSqlJournal<Note, NoteAdded>(source, new NoteCodec(), new() { Schema = _schema });
        await journal.AppendAsync(Note("a", 0, "k1"));
        await using (var other = source.CreateCommand("DEALLOCATE ALL")) await other.ExecuteNonQueryAsync();

        var fault = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await journal.AppendAsync(Note("a", 1, "k2")));

        Assert.Contains("PrepareStatements", fault.Message, StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public async Task Appends_OfOneNewStreamByManyAtOnce_LetOneWinAndTellTheOthersTheVersion()
    {
        using var journal = Open();
        for (var round = 0; round < 20; round++)
        {
            var (one, two) = ($"x{round}", $"y{round}");
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () => writer % 2 == 0
                ? (await journal.AppendAsync(Note(one, 0, $"{round}/{writer}"))).Status
                : (await journal.AppendBatchAsync([Note(two, 0, $"{round}/{writer}/b"), Note(one, 0, $"{round}/{writer}")]))[1].Status)));

            Assert.Single(outcomes, AppendStatus.Appended);
            Assert.Equal(7, outcomes.Count(static outcome => outcome == AppendStatus.VersionConflict));
            Assert.Equal(1, (await journal.LoadAsync(new(one))).Version);
            Assert.Equal(1, (await journal.LoadAsync(new(two))).Version);
        }
    }

    [PostgreSqlFact]
    public async Task Appends_UnderOneKeyByManyAtOnce_AreMadeOnceAndReplayed()
    {
        using var journal = Open();
        await journal.AppendAsync(Note("a", 0, "first"));
        for (var round = 0; round < 20; round++)
        {
            var version = round + 1;
            var key = $"round/{round}";
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () => writer % 2 == 0
                ? await journal.AppendAsync(Note("a", version, key))
                : (await journal.AppendBatchAsync([Note("a", version, key)]))[0])));

            Assert.Single(outcomes, static outcome => outcome.Status == AppendStatus.Appended);
            Assert.Equal(7, outcomes.Count(static outcome => outcome.Status == AppendStatus.Replayed));
        }

        Assert.Equal(21, (await journal.ReadAsync(new("a"), 0, 100)).Count);
    }

    [PostgreSqlFact]
    public async Task Append_InATransactionScopeThatIsRolledBack_StaysWritten()
    {
        using var journal = Open();
        using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            Assert.Equal(AppendStatus.Appended, (await journal.AppendAsync(Note("a", 0, "k"))).Status);
            Assert.Equal([AppendStatus.Replayed, AppendStatus.VersionConflict, AppendStatus.Appended], (await journal.AppendBatchAsync([Note("a", 0, "k"), Note("a", 0, "k2"), Note("b", 0, "k3")])).Select(static outcome => outcome.Status));
        }

        Assert.Equal([1, 1], (await journal.LoadManyAsync([new("a"), new("b")])).Select(static loaded => loaded.Version));
    }

    [PostgreSqlFact]
    public async Task Load_WithoutTheTablesAndWithoutLeaveToMakeThem_SaysWhatToDo()
    {
        using var journal = new PostgreSqlJournal<Note, NoteAdded>(_source!, new NoteCodec(), new() { Schema = _schema, ApplySchema = false });

        var fault = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await journal.LoadAsync(new("a")));

        Assert.Contains("schema/*.sql", fault.Message, StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public async Task Load_FromAServerThatIsNotThere_ShowsNothingOfTheConnection()
    {
        await using var source = NpgsqlDataSource.Create("Host=/nowhere-at-all;Username=secretuser;Password=secretword;Timeout=2");
        using var journal = new PostgreSqlJournal<Note, NoteAdded>(source, new NoteCodec());

        var fault = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await journal.LoadAsync(new("a")));

        Assert.True(fault.IsTransient);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("nowhere", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secretword", fault.ToString(), StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public async Task Tables_OfTheFirstStep_AreBroughtUpWithWhatTheyHold()
    {
        await using var step = typeof(PostgreSqlJournal<,>).Assembly.GetManifestResourceStream("0001.sql")!;
        using var reader = new StreamReader(step);
        var first = (await reader.ReadToEndAsync()).Replace("{schema}", Quoted, StringComparison.Ordinal).Replace("{journal}", "notes", StringComparison.Ordinal);
        await ExecuteAsync($$"""
            CREATE SCHEMA {{Quoted}};
            {{first}}
            INSERT INTO {{Quoted}}.notes_outbox (stream, stream_version, kind, at, at_ticks, at_rest, key, properties) VALUES ('a', 1, 'NoteTold', 'epoch', 0, 0, 'x', '{}');
            INSERT INTO {{Quoted}}.notes_stream (name, version, codec, state, due, due_rest, due_free, due_fence, due_attempt) VALUES
                ('due', 1, 1, '', 7, 8, '-infinity', 0, 0), ('tried', 2, 1, '', 9, 0, clock_timestamp(), 4, 3), ('claimed', 3, 1, '', 1, 0, 'infinity', 5, 1), ('never', 4, 1, '', NULL, NULL, '-infinity', 60, 0);
            """);

        using var journal = Open();

        Assert.Equal("x", Assert.Single(await journal.ClaimOutboxAsync(10, Duration.FromMinutes(1))).Record.Key);
        Assert.Equal((1, 3), ((await journal.MeasureAsync()).OutboxRecords, (await journal.MeasureAsync()).DueStreams));
        var claims = await journal.ClaimDueAsync(Instant.FromUnixTimeTicks(100), 10, Duration.FromMinutes(1));
        Assert.Equal(
            [("due", Instant.FromUnixTimeTicks(7).PlusNanoseconds(8), 1L, 1), ("tried", Instant.FromUnixTimeTicks(9), 2L, 4)],
            claims.Select(static claim => (claim.Stream.Value, claim.Due, claim.Version, claim.Attempt)));
        Assert.All(claims, static claim => Assert.True(claim.Fence > 60, "A claim made before could be taken for this one."));
    }

    [PostgreSqlTheory]
    [InlineData("properties = '{'")]
    [InlineData("properties = '{\"name\": {\"Anna\": 1}}'")]
    [InlineData("kind = ' '")]
    [InlineData("stream = ''")]
    [InlineData("at_ticks = 9223372036854775807")]
    public async Task Claim_OverADamagedOutboxRecord_SetsItAsideAndHandsOutTheRest(string damage)
    {
        using var journal = Open();
        foreach (var stream in new[] { "a", "b" })
        {
            await journal.AppendAsync(Told(stream, 0));
            await journal.AppendAsync(Told(stream, 1));
        }

        await ExecuteAsync($"UPDATE {Quoted}.notes_outbox SET {damage} WHERE key = 'a/0'");

        Assert.Equal(["a/1"], (await journal.ClaimOutboxAsync(2, Duration.FromMinutes(1))).Select(static claim => claim.Record.Key));
        Assert.Equal(["b/0", "b/1"], (await journal.ClaimOutboxAsync(10, Duration.FromMinutes(1))).Select(static claim => claim.Record.Key));
        var letter = Assert.Single(await journal.ListDeadLettersAsync(0, 10));
        Assert.Equal(DeadLetter.Damaged, letter.Reason);
        await ExecuteAsync($"UPDATE {Quoted}.notes_dead_letter SET stream = 'a', kind = 'NoteTold', at_ticks = 0, properties = '{{}}'");
        Assert.True(await journal.RetryDeadLetterAsync(letter.Position));
        Assert.Single(await journal.ClaimOutboxAsync(10, Duration.FromMinutes(1)));
    }

    [PostgreSqlFact]
    public async Task Claim_OverNothingButDamage_AnswersWithWhatLiesBehind()
    {
        using var journal = Open();
        for (var i = 0; i < 5; i++) await journal.AppendAsync(Told("a", i));
        await ExecuteAsync($"UPDATE {Quoted}.notes_outbox SET properties = '' WHERE key < 'a/4'");

        Assert.Equal("a/4", Assert.Single(await journal.ClaimOutboxAsync(2, Duration.FromMinutes(1))).Record.Key);
        Assert.Equal(4, (await journal.MeasureAsync()).DeadLetters);
    }

    [PostgreSqlFact]
    public async Task Columns_OfARecord_CanBeReadByAReport()
    {
        using var journal = Open();
        var at = Instant.FromUtc(2026, 3, 1, 12, 0);
        await journal.AppendAsync(new(new("k"), default, new StreamAppend<Note, NoteAdded>(new("a"), 0, new(2, "x"), at, [new("x", at, at, "earn", 12m), new("y", at, at, "spend", -0.5m)])));

        await using var command = _source!.CreateCommand($"SELECT sum(amount) || ' ' || to_char(max(occurred) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') FROM {Quoted}.notes_record");
        Assert.Equal("11.5 2026-03-01 12:00", await command.ExecuteScalarAsync());
    }

    public void Dispose() => _source?.Dispose();

    private string Quoted => $"\"{_schema}\"";

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _source!.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static Append<Note, NoteAdded> Told(string stream, long expected)
    {
        var note = Note(stream, expected, $"{stream}/{expected}");
        return new(note.Key, default, note.Streams[0], [new OutboxRecord(new(stream), "NoteTold", Instant.FromUnixTimeTicks(0), note.Key.Value)]);
    }

    private static Append<Note, NoteAdded> Note(string stream, long expected, string key) =>
        new(new(key), default, new StreamAppend<Note, NoteAdded>(new(stream), expected, new(expected + 1, "text"), null, new NoteAdded("text", Instant.FromUnixTimeTicks(0), Instant.FromUnixTimeTicks(0))));

    private PostgreSqlJournal<Note, NoteAdded> Open(int codec = 1) => new(_source!, new NoteCodec(codec), new() { Schema = _schema });
}
