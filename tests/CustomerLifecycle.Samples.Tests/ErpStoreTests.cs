using CustomerLifecycle.Loyalty;
using CustomerLifecycle.Storage.Conformance;
using ErpStore;
using Microsoft.Data.Sqlite;

namespace CustomerLifecycle.Samples.Tests;

/// <summary>The store over an ERP's tables keeps every promise, and leaves the ERP's tables as they were.</summary>
public sealed class ErpStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("erp-").FullName;
    private readonly string _path;

    public ErpStoreTests()
    {
        _path = Path.Combine(_folder, "erp.db");
        using var script = new StreamReader(typeof(ErpJournal<,>).Assembly.GetManifestResourceStream("erp.sql")!);
        Ask(script.ReadToEnd() + "; INSERT INTO account (code, opened_on) VALUES ('anna', '2019-01-01'); INSERT INTO booking (account_id, booked_on, type, quantity) VALUES (1, '2019-01-02', 'opening', 25)");
    }

    public static TheoryData<string> Promises => [.. JournalConformance.Names];

    public static TheoryData<string> DurablePromises => [.. DurableJournalConformance.Names];

    [Theory]
    [MemberData(nameof(Promises))]
    public Task Keeps(string promise) => JournalConformance.RunAsync(promise, () => new(Open()));

    [Theory]
    [MemberData(nameof(DurablePromises))]
    public Task KeepsOverRestarts(string promise) => DurableJournalConformance.RunAsync(promise, codec => new(Open(codec)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public Task Journal_UnderRandomOperations_AnswersAsTheOneInMemory(int seed) => JournalDifferential.RunAsync(seed, operations: 1_000, () => new(Open()));

    [Fact]
    public async Task Ledger_InTheErp_IsCountedByItsReports_AndItsTablesStay()
    {
        var before = Tables();
        using (var journal = new ErpJournal<MemberState, Posting>(_path, new LedgerCodec(), SystemClock.Instance))
        {
            var ledger = new LedgerService(journal, new LoyaltyOptions(), SystemClock.Instance);
            await ledger.PostAsync(new EarnPoints("order-1", new("anna"), 100));
            await ledger.PostAsync(new EarnPoints("order-2", new("Anna"), 7));
            await ledger.PostAsync(new RedeemPoints("basket-1", new("anna"), 40));

            Assert.Equal(60, (await ledger.BalanceAsync(new("anna"))).Available);
            Assert.Equal(7, (await ledger.BalanceAsync(new("Anna"))).Available);
        }

        Assert.Equal(before, Tables());
        Assert.Equal("opening 25\nearn 100\nearn 7\nredeem -40", Ask("SELECT group_concat(type || ' ' || quantity, char(10)) FROM (SELECT type, quantity FROM booking ORDER BY booking_id)"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ErpJournal<Note, NoteAdded> Open(int codec = 1) => new(_path, new NoteCodec(codec), SystemClock.Instance);

    private string Tables() => Ask("SELECT group_concat(sql, char(10)) FROM (SELECT sql FROM sqlite_schema WHERE name IN ('account', 'booking') ORDER BY name)");

    private string Ask(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of these tests, and the ERP's own script.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar()?.ToString() ?? "";
    }
}
