using System.Buffers;
using CustomerLifecycle.Storage.Conformance;
using CustomerLifecycle.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace CustomerLifecycle.Storage.Tests;

public sealed class SqliteJournalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("notes").FullName;

    public static TheoryData<string> Promises => [.. JournalConformance.Names];

    public static TheoryData<string> DurablePromises => [.. DurableJournalConformance.Names];

    private string FilePath => Path.Combine(_folder, "notes.db");

    [Theory]
    [MemberData(nameof(Promises))]
    public Task Keeps(string promise) => JournalConformance.RunAsync(promise, () => new(Open()));

    [Theory]
    [MemberData(nameof(DurablePromises))]
    public Task KeepsOverRestarts(string promise) => DurableJournalConformance.RunAsync(promise, codec => new(Open(codec)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public Task Journal_UnderRandomOperations_AnswersAsTheOneInMemory(int seed) =>
        JournalDifferential.RunAsync(seed, 1_500, () => new(new SqliteJournal<Note, NoteAdded>(new SqliteStore(FilePath, new() { FullSynchronous = false }), new NoteCodec())));

    [Fact]
    public void File_OnUnix_IsItsOwnersOnly()
    {
        if (OperatingSystem.IsWindows()) return;
        using var journal = Open();

        foreach (var file in Directory.GetFiles(_folder)) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public void Open_OfAFileThatIsNoDatabase_IsRefusedAndLeavesItAsItIs()
    {
        File.WriteAllText(FilePath, new string('x', 5_000));

        var fault = Assert.Throws<StoreCorruptException>(() => Open());

        Assert.Contains("backup", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(FilePath, fault.Message, StringComparison.Ordinal);
        Assert.Equal(new string('x', 5_000), File.ReadAllText(FilePath));
    }

    [Fact]
    public void Open_InAFolderThatIsNotThere_SaysWhatToDo()
    {
        var fault = Assert.Throws<StoreUnavailableException>(() => new SqliteJournal<Note, NoteAdded>(Path.Combine(_folder, "missing", "notes.db"), new NoteCodec()));

        Assert.Contains("folder exists", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OfASchemaFromTheFuture_IsRefused()
    {
        Open().Dispose();
        Execute("UPDATE customerlifecycle_journal SET schema = 99");

        var fault = Assert.Throws<StoreVersionException>(() => Open());

        Assert.Equal(99, fault.Found);
    }

    [Fact]
    public async Task Open_OfTablesOfTheFirstStep_BringsThemUpWithWhatTheyHold()
    {
        await using var step = typeof(SqliteJournal<,>).Assembly.GetManifestResourceStream("0001.sql")!;
        using var reader = new StreamReader(step);
        Execute((await reader.ReadToEndAsync()).Replace("{journal}", "notes", StringComparison.Ordinal));
        Execute("""
            CREATE TABLE customerlifecycle_journal (name TEXT PRIMARY KEY, schema INTEGER NOT NULL, codec INTEGER NOT NULL) STRICT;
            INSERT INTO customerlifecycle_journal VALUES ('notes', 1, 1);
            INSERT INTO notes_stream (name, version, codec, state) VALUES ('a', 1, 1, x'00');
            INSERT INTO notes_outbox (stream_id, stream_version, kind, at, at_rest, key, properties) VALUES (1, 1, 'NoteTold', 0, 0, 'x', '{}');
            """);

        using var journal = Open();

        Assert.Equal("x", Assert.Single(await journal.ClaimOutboxAsync(10, Duration.FromMinutes(1))).Record.Key);
        Assert.Equal(1, (await journal.MeasureAsync()).OutboxRecords);
    }

    [Fact]
    public async Task Load_OfADamagedState_SaysSoAndShowsNothingOfIt()
    {
        using var journal = Open();
        await journal.AppendAsync(Note("a", 0));
        Execute("UPDATE notes_stream SET state = CAST('Anna Schmidt' AS BLOB)");

        var fault = await Assert.ThrowsAsync<StoreCorruptException>(async () => await journal.LoadAsync(new("a")));

        Assert.DoesNotContain("Anna", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("properties = '{'")]
    [InlineData("properties = '{\"name\": {\"Anna\": 1}}'")]
    [InlineData("kind = ' '")]
    [InlineData("at = 9223372036854775807")]
    public async Task Claim_OverADamagedOutboxRecord_SetsItAsideAndHandsOutTheRest(string damage)
    {
        using var journal = Open();
        foreach (var stream in new[] { "a", "b" })
        {
            await journal.AppendAsync(Told(stream, 0));
            await journal.AppendAsync(Told(stream, 1));
        }

        Execute($"UPDATE notes_outbox SET {damage} WHERE key = 'a/0'");

        Assert.Equal(["a/1"], (await journal.ClaimOutboxAsync(2, Duration.FromMinutes(1))).Select(static claim => claim.Record.Key));
        Assert.Equal(["b/0", "b/1"], (await journal.ClaimOutboxAsync(10, Duration.FromMinutes(1))).Select(static claim => claim.Record.Key));
        var letter = Assert.Single(await journal.ListDeadLettersAsync(0, 10));
        Assert.Equal((DeadLetter.Damaged, new StreamId("a")), (letter.Reason, letter.Record.Stream));
        Execute("UPDATE notes_dead_letter SET kind = 'NoteTold', at = 0, properties = '{}'");
        Assert.True(await journal.RetryDeadLetterAsync(letter.Position));
        Assert.Single(await journal.ClaimOutboxAsync(10, Duration.FromMinutes(1)));
    }

    [Fact]
    public async Task Claim_OverNothingButDamage_AnswersWithWhatLiesBehind()
    {
        using var journal = Open();
        for (var i = 0; i < 5; i++) await journal.AppendAsync(Told("a", i));
        Execute("UPDATE notes_outbox SET properties = '' WHERE key < 'a/4'");

        Assert.Equal("a/4", Assert.Single(await journal.ClaimOutboxAsync(2, Duration.FromMinutes(1))).Record.Key);
        Assert.Equal(4, (await journal.MeasureAsync()).DeadLetters);
    }

    [Fact]
    public async Task Append_WhileAnotherProcessWritesForTooLong_IsAFaultThatMayBeTriedAgain()
    {
        using var journal = new SqliteJournal<Note, NoteAdded>(new SqliteStore(FilePath, new() { BusyTimeoutSeconds = 0 }), new NoteCodec());
        using (var other = Connect())
        {
            Run(other, "BEGIN IMMEDIATE");
            var fault = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await journal.AppendAsync(Note("a", 0)));
            Assert.True(fault.IsTransient);
        }

        Assert.Equal(AppendStatus.Appended, (await journal.AppendAsync(Note("a", 0))).Status);
    }

    [Fact]
    public async Task Append_WhileAnotherJournalOfTheFileWrites_WaitsForItsTurnAndNotForTheBusyTimeout()
    {
        var store = new SqliteStore(FilePath, new() { BusyTimeoutSeconds = 0 });
        using var clock = new StoppingClock();
        using var writing = new SqliteJournal<Note, NoteAdded>(store, new NoteCodec(), clock);
        using var journal = new SqliteJournal<Note, NoteAdded>(store, new OtherCodec("others"));

        var claiming = Task.Run(async () => await writing.ClaimDueAsync(Instant.MaxValue, 1, Duration.FromMinutes(1)));
        clock.Reached.Wait();
        var append = journal.AppendAsync(Note("a", 0)).AsTask();
        var opening = Task.Run(() => new SqliteJournal<Note, NoteAdded>(store, new OtherCodec("more")));
        Assert.False(append.IsCompleted);
        clock.GoOn();

        Assert.Empty(await claiming);
        Assert.Equal(AppendStatus.Appended, (await append).Status);
        (await opening).Dispose();
    }

    [Fact]
    public void Open_WhenSqliteRollsBackByItself_SaysWhatWentWrongFirst()
    {
        var views = new JournalViews(1, "-", "CREATE TABLE once (id INTEGER PRIMARY KEY); INSERT INTO once VALUES (1); INSERT OR ROLLBACK INTO once VALUES (1)");

        var fault = Assert.Throws<StoreUnavailableException>(() => new SqliteJournal<Note, NoteAdded>(FilePath, new OtherCodec("notes", views)));

        Assert.Contains("SQLite failed with error 1555", fault.Message, StringComparison.Ordinal);
        Open().Dispose();
    }

    [Fact]
    public void Backup_ToAFolderThatIsNotThere_SaysWhatToDoAndNamesNoPath()
    {
        using var journal = Open();

        var fault = Assert.Throws<StoreUnavailableException>(() => new SqliteStore(FilePath).Backup(Path.Combine(_folder, "missing", "copy.db")));

        Assert.Contains("folder exists", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder, fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Backup_InPlaceOfAFolder_SaysWhatToDoAndLeavesNothingBehind()
    {
        using var journal = Open();
        var target = Directory.CreateDirectory(Path.Combine(_folder, "copy.db")).FullName;

        var fault = Assert.Throws<StoreUnavailableException>(() => new SqliteStore(FilePath).Backup(target));

        Assert.DoesNotContain(_folder, fault.ToString(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder, "*.unfinished"));
    }

    [Fact]
    public void Backup_OverAFolderInTheWay_SaysWhatToDo()
    {
        using var journal = Open();
        var target = Path.Combine(_folder, "copy.db");
        Directory.CreateDirectory(target + ".unfinished");

        Assert.Throws<StoreUnavailableException>(() => new SqliteStore(FilePath).Backup(target));
    }

    [Fact]
    public void Faults_OfAMissingFile_NeverNameIt()
    {
        Assert.DoesNotContain(_folder, Assert.Throws<FileNotFoundException>(() => new SqliteStore(FilePath).Backup(Path.Combine(_folder, "copy.db"))).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(_folder, Assert.Throws<StoreUnavailableException>(() => new SqliteJournal<Note, NoteAdded>(Path.Combine(_folder, "missing", "notes.db"), new NoteCodec())).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backup_WhileWritersGoOn_IsOneMomentAndCanBeRestored()
    {
        var copy = Path.Combine(_folder, "copy.db");
        using (var journal = Open())
        {
            for (var i = 0; i < 50; i++) await journal.AppendAsync(Note("a", i));
            var writing = Task.Run(async () =>
            {
                for (var i = 50; i < 150; i++) await journal.AppendAsync(Note("a", i));
            });
            new SqliteStore(FilePath).Backup(copy);
            new SqliteStore(FilePath).Backup(copy);
            await writing;
        }

        foreach (var file in Directory.GetFiles(_folder, "notes.db*")) File.Delete(file);
        File.Move(copy, FilePath);
        using var restored = Open();
        var loaded = await restored.LoadAsync(new("a"));
        var records = await restored.ReadAsync(new("a"), 0, 1_000);
        Assert.InRange(loaded.Version, 50, 150);
        Assert.Equal(loaded.Version, records.Count);
        Assert.Equal(AppendStatus.Replayed, (await restored.AppendAsync(Note("a", 49))).Status);
        Assert.Empty(Directory.GetFiles(_folder, "*.unfinished"));
    }

    [Fact]
    public async Task Columns_OfARecord_CanBeReadByAReport()
    {
        using var journal = Open();
        var at = Instant.FromUtc(2026, 3, 1, 12, 0);
        await journal.AppendAsync(new(new("k"), default, new StreamAppend<Note, NoteAdded>(new("a"), 0, new(2, "x"), at, [new("x", at, at, "earn", 12m), new("y", at, at, "spend", -0.5m)])));

        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT kind || ' ' || amount || ' ' || datetime(occurred / 10000000, 'unixepoch') FROM notes_record ORDER BY version";
        using var row = command.ExecuteReader();
        Assert.True(row.Read());
        Assert.Equal("earn 12 2026-03-01 12:00:00", row.GetString(0));
        Assert.True(row.Read());
        Assert.Equal("spend -0.5 2026-03-01 12:00:00", row.GetString(0));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Append<Note, NoteAdded> Note(string stream, long expected) =>
        new(new($"{stream}/{expected}"), default, new StreamAppend<Note, NoteAdded>(new(stream), expected, new(expected + 1, "text"), null, new NoteAdded("text", Instant.FromUnixTimeTicks(0), Instant.FromUnixTimeTicks(0))));

    private static Append<Note, NoteAdded> Told(string stream, long expected)
    {
        var note = Note(stream, expected);
        return new(note.Key, default, note.Streams[0], [new OutboxRecord(new(stream), "NoteTold", Instant.FromUnixTimeTicks(0), note.Key.Value)]);
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private void Execute(string sql)
    {
        using var connection = Connect();
        Run(connection, sql);
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        connection.Open();
        return connection;
    }

    private SqliteJournal<Note, NoteAdded> Open(int codec = 1) => new(FilePath, new NoteCodec(codec));

    /// <summary>The notes of another journal, perhaps with views.</summary>
    private sealed class OtherCodec(string name, JournalViews? views = null) : JournalCodec<Note, NoteAdded>(name, 1)
    {
        private readonly NoteCodec _notes = new();

        public override JournalViews? Views => views;

        public override void WriteState(Note state, IBufferWriter<byte> output) => _notes.WriteState(state, output);

        public override void WriteRecord(NoteAdded record, IBufferWriter<byte> output) => _notes.WriteRecord(record, output);

        protected override Note DecodeState(ReadOnlySpan<byte> stored, int version) => _notes.ReadState(stored, version);

        protected override NoteAdded DecodeRecord(ReadOnlySpan<byte> stored, int version) => _notes.ReadRecord(stored, version);
    }

    /// <summary>A clock that keeps who asks it waiting, until it may go on.</summary>
    private sealed class StoppingClock : IClock, IDisposable
    {
        private readonly ManualResetEventSlim _goOn = new();

        public ManualResetEventSlim Reached { get; } = new();

        public Instant GetCurrentInstant()
        {
            Reached.Set();
            _goOn.Wait();
            return SystemClock.Instance.GetCurrentInstant();
        }

        public void GoOn() => _goOn.Set();

        public void Dispose()
        {
            _goOn.Dispose();
            Reached.Dispose();
        }
    }
}
