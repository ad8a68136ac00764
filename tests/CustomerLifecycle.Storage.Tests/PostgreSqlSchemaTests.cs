using System.Text;
using CustomerLifecycle.Storage.Conformance;
using CustomerLifecycle.Storage.PostgreSql;
using CustomerLifecycle.Tests.Shared;
using Npgsql;

namespace CustomerLifecycle.Storage.Tests;

/// <summary>How the tables come into a database: by the store, step by step, or by hand.</summary>
public sealed class PostgreSqlSchemaTests : IClassFixture<PostgreSqlServer>, IDisposable
{
    private const int LastStep = 4;

    private readonly string _schema = $"Notes-{Guid.NewGuid():N}";
    private readonly string _role = $"shop-{Guid.NewGuid():N}";
    private readonly PostgreSqlServer _server;
    private readonly NpgsqlDataSource? _source;

    public PostgreSqlSchemaTests(PostgreSqlServer server)
    {
        _server = server;
        if (server.ConnectionString.Length > 0) _source = NpgsqlDataSource.Create(server.ConnectionString);
    }

    public static TheoryData<string> Promises => [.. JournalConformance.Names];

    [PostgreSqlFact]
    public async Task Steps_AppliedWhileAnOlderHostAppends_LoseNoDueInstant()
    {
        await ApplyByHandAsync(3);
        await using var older = await _source!.OpenConnectionAsync();
        await using var appending = await older.BeginTransactionAsync();
        await using (var append = new NpgsqlCommand($"INSERT INTO \"{_schema}\".notes_stream (name, version, codec, state, due, due_rest) VALUES ('late', 1, 1, '', 7, 0)", older)) await append.ExecuteNonQueryAsync();
        using var journal = Open();

        var upgrade = Task.Run(async () => await journal.LoadAsync(new("other")));
        await UntilBlockedAsync(upgrade, older.ProcessID);
        await appending.CommitAsync();
        await upgrade;

        Assert.Equal("late", Assert.Single(await journal.ClaimDueAsync(Instant.FromUnixTimeTicks(100), 10, Duration.FromMinutes(1))).Stream.Value);
    }

    [PostgreSqlTheory]
    [MemberData(nameof(Promises))]
    public async Task KeepsOverTablesMadeByHand(string promise)
    {
        await ApplyByHandAsync(LastStep);
        await using var source = await AsShopAsync();
        await JournalConformance.RunAsync(promise, () => new(new PostgreSqlJournal<Note, NoteAdded>(source, new NoteCodec(), new() { Schema = _schema, ApplySchema = false })));
    }

    [PostgreSqlFact]
    public async Task Load_FromTablesMadeByHandThatAreBehind_SaysWhichStepIsMissing()
    {
        await ApplyByHandAsync(LastStep - 1);
        await using var source = await AsShopAsync();
        using var journal = new PostgreSqlJournal<Note, NoteAdded>(source, new NoteCodec(), new() { Schema = _schema, ApplySchema = false });

        var fault = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await journal.LoadAsync(new("a")));

        Assert.Contains($"step {LastStep - 1} of {LastStep}", fault.Message, StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public async Task TablesMadeByHand_AppliedTwice_AreLeftAsTheyAre()
    {
        await ApplyByHandAsync(LastStep);
        using (var newer = Open(codec: 2)) await newer.LoadAsync(new("a"));

        await Assert.ThrowsAsync<PostgresException>(() => ApplyByHandAsync(LastStep));
        using var older = Open(codec: 1);

        await Assert.ThrowsAsync<StoreVersionException>(async () => await older.LoadAsync(new("a")));
    }

    [PostgreSqlFact]
    public async Task Journal_WhoseTablesANewerVersionChangesMeanwhile_IsRefusedAtEveryCall()
    {
        using var journal = Open();
        await journal.MeasureAsync();
        await ExecuteAsync($"""
            ALTER TABLE "{_schema}".notes_schedule RENAME COLUMN due_rest TO due_nanoseconds;
            ALTER TABLE "{_schema}".notes_record RENAME TO notes_records;
            UPDATE "{_schema}".customerlifecycle_journal SET schema = {LastStep + 1};
            """);

        await Assert.ThrowsAsync<StoreVersionException>(async () => await journal.MeasureAsync());
        await Assert.ThrowsAsync<StoreVersionException>(async () => await journal.ReadAsync(new("a"), 0, 10));
        await Assert.ThrowsAsync<StoreVersionException>(async () => await journal.ClaimDueAsync(Instant.FromUnixTimeTicks(0), 10, Duration.FromMinutes(1)));
    }

    [PostgreSqlFact]
    public async Task Journal_WhoseTablesAreTakenAway_FailsInsteadOfTryingForEver()
    {
        using var journal = Open();
        await journal.MeasureAsync();
        await ExecuteAsync($"ALTER TABLE \"{_schema}\".notes_record RENAME TO notes_records");

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await journal.ReadAsync(new("a"), 0, 10));
    }

    public void Dispose() => _source?.Dispose();

    private PostgreSqlJournal<Note, NoteAdded> Open(int codec = 1) => new(_source!, new NoteCodec(codec), new() { Schema = _schema });

    // A user with the rights that docs/postgresql.md grants, and no others.
    private async Task<NpgsqlDataSource> AsShopAsync()
    {
        await ExecuteAsync($"""
            CREATE ROLE "{_role}";
            GRANT USAGE ON SCHEMA "{_schema}" TO "{_role}";
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "{_schema}" TO "{_role}";
            GRANT USAGE ON ALL SEQUENCES IN SCHEMA "{_schema}" TO "{_role}";
            """);
        return NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Options = $"-c role={_role}" });
    }

    // What an administrator does with the package's files: psql --single-transaction.
    private async Task ApplyByHandAsync(int steps)
    {
        var sql = new StringBuilder($"BEGIN; CREATE SCHEMA IF NOT EXISTS \"{_schema}\";");
        for (var step = 1; step <= steps; step++)
        {
            await using var file = typeof(PostgreSqlJournal<,>).Assembly.GetManifestResourceStream($"000{step}.sql")!;
            using var reader = new StreamReader(file);
            sql.Append((await reader.ReadToEndAsync()).Replace("{schema}", $"\"{_schema}\"", StringComparison.Ordinal).Replace("{journal}", "notes", StringComparison.Ordinal));
        }

        await ExecuteAsync(sql.Append("COMMIT").ToString());
    }

    private async Task UntilBlockedAsync(Task upgrade, int process)
    {
        await using var command = _source!.CreateCommand("SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid)))");
        command.Parameters.Add(new() { Value = process });
        while (!upgrade.IsCompleted && await command.ExecuteScalarAsync() is false) await Task.Delay(20);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _source!.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
