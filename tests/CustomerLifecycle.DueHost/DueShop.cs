using CustomerLifecycle.Stages;
using CustomerLifecycle.Storage.PostgreSql;
using Npgsql;

namespace CustomerLifecycle.DueHost;

/// <summary>A shop in PostgreSQL whose customers have all bought once, long ago: a timer of each is due.</summary>
public sealed class DueShop : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly PostgreSqlJournal<StageLife, StageRecord> _journal;

    public DueShop(string connection, string schema)
    {
        // A million streams on a busy machine: slow is no failure here.
        _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection) { CommandTimeout = 0 });
        _journal = new(_source, new StageJournalCodec(), new() { Schema = schema });
    }

    public IJournal<StageLife, StageRecord> Journal => _journal;

    public StageService Service => ServiceOver(_journal);

    /// <summary>Writes the lives of customers, each a copy of one that the service made.</summary>
    public async Task SeedAsync(int customers)
    {
        var memory = new InMemoryJournal<StageLife, StageRecord>(SystemClock.Instance);
        await ServiceOver(memory).RecordAsync(new CustomerEvent("o-1", new("C"), "order", Instant.FromUtc(2020, 1, 1, 0, 0)));
        var life = (await memory.ListAsync(null, 1))[0];
        var record = (await memory.ReadAsync(life.Stream, 0, 1))[0].Record;
        await Parallel.ForAsync(0, (customers + 999) / 1_000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (batch, cancel) =>
        {
            var appends = Enumerable.Range(batch * 1_000, Math.Min(1_000, customers - (batch * 1_000))).Select(i => new Append<StageLife, StageRecord>(
                new($"seed-{i}"),
                default,
                new StreamAppend<StageLife, StageRecord>(new(FormattableString.Invariant($"{life.Stream.Value}{i:0000000}")), 0, life.State!, life.State!.Snapshot.NextDue, record)));
            await _journal.AppendBatchAsync([.. appends], cancel);
        });
    }

    public async ValueTask DisposeAsync()
    {
        _journal.Dispose();
        await _source.DisposeAsync();
    }

    private static StageService ServiceOver(IJournal<StageLife, StageRecord> journal)
    {
        var model = new StageModelBuilder("shop", "prospect")
            .Stage("prospect")
            .Stage("customer", static stage => stage.Timer("lapse", StageSpan.OfDays(90), "lapsed"))
            .Stage("lapsed")
            .Transition("first", "prospect", on: "order", to: "customer")
            .Build();
        return new(StageMachine.Compile(model), journal, SystemClock.Instance);
    }
}
