using System.Data.Common;
using System.Globalization;
using CustomerLifecycle.Loyalty;
using CustomerLifecycle.Stages;
using CustomerLifecycle.Storage.Conformance;
using CustomerLifecycle.Storage.PostgreSql;
using CustomerLifecycle.Storage.Sqlite;
using CustomerLifecycle.Testing;
using CustomerLifecycle.Tests.Shared;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace CustomerLifecycle.Storage.Tests;

/// <summary>What reports read by SQL is what the library answers.</summary>
public sealed class ReportViewsTests : IClassFixture<PostgreSqlServer>, IDisposable
{
    private static readonly Instant Start = Instant.FromUtc(2025, 1, 1, 12, 0);

    private readonly string _folder = Directory.CreateTempSubdirectory("views").FullName;
    private readonly NpgsqlDataSource? _source;
    private readonly string _schema = $"reports-{Guid.NewGuid():N}";
    private readonly SettableClock _clock = new(Start);

    public ReportViewsTests(PostgreSqlServer server)
    {
        if (server.ConnectionString.Length > 0) _source = NpgsqlDataSource.Create(server.ConnectionString);
    }

    private string FilePath => Path.Combine(_folder, "reports.db");

    private string Schema => $"\"{_schema}\".";

    [Fact]
    public async Task LoyaltyViews_InSqlite_SayWhatTheLedgerSays()
    {
        using var journal = new SqliteJournal<MemberState, Posting>(FilePath, new LedgerCodec());
        await using var connection = await OpenSqliteAsync();
        await CompareLedgerAsync(journal, connection, "");
    }

    [PostgreSqlFact]
    public async Task LoyaltyViews_InPostgreSql_SayWhatTheLedgerSays()
    {
        using var journal = new PostgreSqlJournal<MemberState, Posting>(_source!, new LedgerCodec(), new() { Schema = _schema });
        await using var connection = await _source!.OpenConnectionAsync();
        await CompareLedgerAsync(journal, connection, Schema);
    }

    [Fact]
    public async Task StageHistory_InSqlite_IsTheHistoryAsToldLast()
    {
        using var journal = new SqliteJournal<StageLife, StageRecord>(FilePath, new StageJournalCodec());
        await using var connection = await OpenSqliteAsync();
        await CompareStagesAsync(journal, connection, "");
    }

    [PostgreSqlFact]
    public async Task StageHistory_InPostgreSql_IsTheHistoryAsToldLast()
    {
        using var journal = new PostgreSqlJournal<StageLife, StageRecord>(_source!, new StageJournalCodec(), new() { Schema = _schema });
        await using var connection = await _source!.OpenConnectionAsync();
        await CompareStagesAsync(journal, connection, Schema);
    }

    [Fact]
    public async Task JournalViews_InSqlite_CountWhatIsThere()
    {
        using var journal = new SqliteJournal<Note, NoteAdded>(FilePath, new NoteCodec());
        await using var connection = await OpenSqliteAsync();
        await CountAsync(journal, connection, "", "2025-01-01");
    }

    [PostgreSqlFact]
    public async Task JournalViews_InPostgreSql_CountWhatIsThere()
    {
        using var journal = new PostgreSqlJournal<Note, NoteAdded>(_source!, new NoteCodec(), new() { Schema = _schema });
        await using var connection = await _source!.OpenConnectionAsync();
        await CountAsync(journal, connection, Schema, "2025-01-01");
    }

    [Fact]
    public async Task Views_OfANewerVersion_TakeTheOldOnesPlaceAndStayWhenAnOlderProcessComes()
    {
        await using var connection = await OpenSqliteAsync();
        foreach (var (version, answer) in new[] { (1, "1"), (2, "2"), (1, "2") })
        {
            using var journal = new SqliteJournal<Note, NoteAdded>(FilePath, new CodecWithViews(version));
            Assert.Equal([answer], await RowsAsync(connection, "SELECT answer FROM notes_answer"));
        }
    }

    [PostgreSqlFact]
    public async Task Views_InPostgreSqlOfANewerVersion_TakeTheOldOnesPlaceAndStayWhenAnOlderProcessComes()
    {
        await using var connection = await _source!.OpenConnectionAsync();
        foreach (var (version, answer) in new[] { (1, "1"), (2, "2"), (1, "2") })
        {
            using var journal = new PostgreSqlJournal<Note, NoteAdded>(_source, new CodecWithViews(version), new() { Schema = _schema });
            await journal.LoadAsync(new("a"));
            Assert.Equal([answer], await RowsAsync(connection, $"SELECT answer FROM {Schema}notes_answer"));
        }
    }

    public void Dispose()
    {
        _source?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task CompareLedgerAsync(IJournal<MemberState, Posting> journal, DbConnection connection, string schema)
    {
        var policy = new LedgerPolicy(expiry: ExpiryPolicy.After(Period.FromDays(60)));
        var service = new LedgerService(journal, new() { Policy = policy }, _clock);
        var (anna, bert, carl) = (new CustomerId("anna/1"), new CustomerId("bert"), new CustomerId("carl"));
        await PostAsync(
            new EarnPoints("a1", anna, 100), new EarnPoints("a2", anna, 50, pending: true), new EarnPoints("a3", anna, 40, expiry: LotExpiry.Never), new RedeemPoints("a4", anna, 30),
            new EarnPoints("b1", bert, 80), new ReservePoints("b2", bert, 20), new EarnPoints("b3", bert, 7, currency: "status"), new RedeemPoints("b4", bert, 60),
            new EarnPoints("c1", carl, 90), new TransferPoints("c2", carl, bert, 25));
        _clock.Advance(Duration.FromDays(30));
        await PostAsync(
            new EarnPoints("a5", anna, 10), new RefundRedemption("a6", "a4", 5), new ConfirmEarn("a7", "a2"), new RefundEarn("c3", "c1", 80), new AdjustPoints("b5", bert, 12), new CaptureHold("b6", "b2", 15),
            new MergeMembers("c4", carl, anna));
        _clock.Advance(Duration.FromDays(45));
        Assert.True((await service.SweepAsync()).IsAccepted);
        await PostAsync(new EarnPoints("a8", anna, 1));

        var lots = new List<string>();
        foreach (var member in await service.MembersAsync())
        {
            foreach (var currency in member.Currencies)
                lots.AddRange(member.LotsAt(Instant.MinValue, currency).Select(lot => FormattableString.Invariant($"{member.Member.Value}|{currency}|{lot.Key}|{lot.Kind.ToString().ToLowerInvariant()}|{lot.Original}|{lot.Remaining}|{lot.Held}|{lot.Lapsed}|{lot.Earned:yyyy-MM-ddTHH:mm}|{(lot.Expires is { } expires ? expires.ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture) : "")}")));
        }

        var (time, never) = schema.Length > 0 ? ("to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI')", "") : ("strftime('%Y-%m-%dT%H:%M', {0})", "");
        var seen = await RowsAsync(
            connection,
            $"""
            SELECT member || '|' || currency || '|' || lot || '|' || kind || '|' || original || '|' || (open + pending) || '|' || held || '|' || lapsed || '|' || {string.Format(CultureInfo.InvariantCulture, time, "earned")}
                || '|' || coalesce({string.Format(CultureInfo.InvariantCulture, time, "expires")}, '{never}')
            FROM {schema}loyalty_lots
            """);
        Assert.True(lots.Count > 8);
        Assert.Equal(lots.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));

        var totals = await service.TotalsAsync(_clock.GetCurrentInstant());
        var sums = await RowsAsync(
            connection,
            $"""
            SELECT sum(CASE WHEN from_account = 'issued' THEN points WHEN to_account = 'issued' THEN -points ELSE 0 END)
                || '|' || sum(CASE WHEN to_account = 'redeemed' THEN points WHEN from_account = 'redeemed' THEN -points ELSE 0 END)
                || '|' || sum(CASE WHEN to_account = 'expired' THEN points WHEN from_account = 'expired' THEN -points ELSE 0 END)
                || '|' || sum(CASE WHEN to_account = 'transferred' THEN points WHEN from_account = 'transferred' THEN -points ELSE 0 END)
            FROM {schema}loyalty_movements WHERE currency = '{LedgerCommand.DefaultCurrency}'
            """);
        Assert.Equal([FormattableString.Invariant($"{totals.Issued}|{totals.Redeemed}|{totals.Expired}|0")], sums);
        Assert.Equal(["0"], await RowsAsync(connection, $"SELECT count(*) FROM {schema}loyalty_movements WHERE from_account IS NULL OR to_account IS NULL OR effective IS NULL OR recorded IS NULL OR posting IS NULL"));

        async Task PostAsync(params LedgerCommand[] commands)
        {
            foreach (var command in commands) Assert.Null((await service.PostAsync(command)).Refusal);
        }
    }

    private async Task CompareStagesAsync(IJournal<StageLife, StageRecord> journal, DbConnection connection, string schema)
    {
        var service = new StageService(StageMachine.Compile(StageTemplates.PurchaseLifecycleWithWinBack()), journal, _clock);
        var random = new Random(7);
        var customers = new[] { "anna/1", "bert~0", "carl" };
        _clock.Advance(Duration.FromDays(700));
        for (var n = 0; n < 40; n++)
        {
            var at = Start + Duration.FromDays(random.Next(700));
            await service.RecordAsync(new($"o{n}", new(customers[random.Next(customers.Length)]), "order", at, PropertyBag.Of("total", 5)));
        }

        await service.AdvanceDueAsync();

        var told = new List<string>();
        foreach (var life in await journal.ListAsync(null, 100))
        {
            var rows = StageRecord.HistoryOf((await journal.ReadAsync(life.Stream, 0, 1_000)).Select(static recorded => recorded.Record));
            var customer = customers.Single(name => life.Stream.Value.EndsWith("/" + name, StringComparison.Ordinal));
            for (var i = 0; i < rows.Count; i++)
                told.Add(FormattableString.Invariant($"{customer}|{i + 1}|{rows[i].At:yyyy-MM-dd}|{(i + 1 < rows.Count ? rows[i + 1].At.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "")}|{rows[i].From}|{rows[i].To}|{rows[i].Cause}"));
        }

        var day = schema.Length > 0 ? "to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD')" : "strftime('%Y-%m-%d', {0})";
        var seen = await RowsAsync(
            connection,
            $"""
            SELECT customer || '|' || place || '|' || {string.Format(CultureInfo.InvariantCulture, day, "entered")} || '|' || coalesce({string.Format(CultureInfo.InvariantCulture, day, "left_at")}, '')
                || '|' || coalesce(from_stage, '') || '|' || stage || '|' || cause
            FROM {schema}stage_history WHERE model = '{StageTemplates.PurchaseLifecycleWithWinBack().Id}' AND partition IS NULL
            """);
        Assert.True(told.Count > 20);
        Assert.Equal(told.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    private static async Task CountAsync(IJournal<Note, NoteAdded> journal, DbConnection connection, string schema, string day)
    {
        var (a, b) = (new StreamId("a"), new StreamId("b"));
        await journal.AppendAsync(new(new("k1"), default, new StreamAppend<Note, NoteAdded>(a, 0, new(2, "x"), Start, [new("x", Start, Start, "earn", 12m), new("y", Start, Start, "earn", 3m)]), [new OutboxRecord(a, "told", Start, "t1"), new OutboxRecord(a, "told", Start, "t2")]));
        await journal.AppendAsync(new(new("k2"), default, new StreamAppend<Note, NoteAdded>(b, 0, new(1, "x"), Instant.MinValue, [new("x", Start, Start, "spend", -4m)])));
        Assert.Equal(2, (await journal.ClaimDueAsync(Start, 10, Duration.FromMinutes(1))).Count);
        await journal.SetAsideAsync(Assert.Single(await journal.ClaimOutboxAsync(1, Duration.FromMinutes(1))), "poison");

        Assert.Equal([$"{day}|earn|2|15", $"{day}|spend|1|-4"], await RowsAsync(connection, $"SELECT day || '|' || kind || '|' || records || '|' || amount FROM {schema}notes_by_day ORDER BY kind"));
        Assert.Equal(["b|1", "a|1"], await RowsAsync(connection, $"SELECT stream || '|' || attempts FROM {schema}notes_due WHERE claimed_until IS NOT NULL ORDER BY due"));
        Assert.Equal(["told|1|1"], await RowsAsync(connection, $"SELECT kind || '|' || waiting || '|' || dead FROM {schema}notes_outbox_by_kind"));
    }

    private static async Task<List<string>> RowsAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own texts.
        command.CommandText = sql;
#pragma warning restore CA2100
        var rows = new List<string>();
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync()) rows.Add(Convert.ToString(row.GetValue(0), CultureInfo.InvariantCulture)!);
        return rows;
    }

    private async Task<SqliteConnection> OpenSqliteAsync()
    {
        var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        await connection.OpenAsync();
        return connection;
    }

    private sealed class CodecWithViews(int version) : JournalCodec<Note, NoteAdded>("notes", 1)
    {
        private readonly NoteCodec _notes = new();

        public override JournalViews Views { get; } = new(
            version,
            FormattableString.Invariant($"DROP VIEW IF EXISTS {{schema}}.{{journal}}_answer; CREATE VIEW {{schema}}.{{journal}}_answer AS SELECT {version} AS answer"),
            FormattableString.Invariant($"DROP VIEW IF EXISTS {{journal}}_answer; CREATE VIEW {{journal}}_answer AS SELECT {version} AS answer"));

        public override void WriteState(Note state, System.Buffers.IBufferWriter<byte> output) => _notes.WriteState(state, output);

        public override void WriteRecord(NoteAdded record, System.Buffers.IBufferWriter<byte> output) => _notes.WriteRecord(record, output);

        protected override Note DecodeState(ReadOnlySpan<byte> stored, int version) => _notes.ReadState(stored, version);

        protected override NoteAdded DecodeRecord(ReadOnlySpan<byte> stored, int version) => _notes.ReadRecord(stored, version);
    }
}
