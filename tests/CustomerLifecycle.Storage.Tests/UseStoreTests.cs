using CustomerLifecycle.Loyalty;
using CustomerLifecycle.Stages;
using CustomerLifecycle.Storage.Conformance;
using CustomerLifecycle.Storage.PostgreSql;
using CustomerLifecycle.Storage.Sqlite;
using CustomerLifecycle.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CustomerLifecycle.Storage.Tests;

public sealed class UseStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("host").FullName;

    private string FilePath => Path.Combine(_folder, "customers.db");

    [Fact]
    public async Task UseSqliteStore_PutsEveryJournalIntoTheFile()
    {
        using (var host = Host(static builder => { }, FilePath))
        {
            var journal = host.GetRequiredService<IJournal<Note, NoteAdded>>();
            Assert.IsType<SqliteJournal<Note, NoteAdded>>(journal);
            Assert.Same(journal, host.GetRequiredService<IJournal<Note, NoteAdded>>());
            var at = Instant.FromUnixTimeTicks(0);
            await journal.AppendAsync(new(new("k"), default, new StreamAppend<Note, NoteAdded>(new("a"), 0, new(1, "x"), null, new NoteAdded("x", at, at))));
        }

        using var again = Host(static builder => { }, FilePath);
        Assert.Equal(1, (await again.GetRequiredService<IJournal<Note, NoteAdded>>().LoadAsync(new("a"))).Version);
    }

    [PostgreSqlFact]
    public async Task UsePostgreSqlStore_PutsEveryJournalIntoTheDatabase()
    {
        using var server = new PostgreSqlServer();
        var services = new ServiceCollection().AddSingleton<JournalCodec<Note, NoteAdded>>(new NoteCodec());
        services.AddCustomerLifecycle().UsePostgreSqlStore(server.ConnectionString, static options => options.Schema = "shop");
        await using var host = services.BuildServiceProvider();

        var journal = host.GetRequiredService<IJournal<Note, NoteAdded>>();

        Assert.IsType<PostgreSqlJournal<Note, NoteAdded>>(journal);
        Assert.Equal(0, (await journal.LoadAsync(new("a"))).Version);
        await using var command = host.GetRequiredKeyedService<NpgsqlDataSource>(PostgreSqlStoreExtensions.DataSourceKey).CreateCommand("SELECT count(*) FROM shop.notes_stream");
        Assert.Equal(0L, await command.ExecuteScalarAsync());
    }

    [PostgreSqlTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task UsePostgreSqlStore_BesideADatabaseOfTheHost_LeavesThatAlone(bool hostFirst)
    {
        using var server = new PostgreSqlServer();
        await using var shop = NpgsqlDataSource.Create("Host=/nowhere-at-all;Username=shop");
        var services = new ServiceCollection().AddSingleton<JournalCodec<Note, NoteAdded>>(new NoteCodec());
        if (hostFirst) services.TryAddSingleton(shop);
        services.AddCustomerLifecycle().UsePostgreSqlStore(server.ConnectionString);
        services.TryAddSingleton(shop);
        await using var host = services.BuildServiceProvider();

        Assert.Same(shop, host.GetRequiredService<NpgsqlDataSource>());
        Assert.Equal(0, (await host.GetRequiredService<IJournal<Note, NoteAdded>>().LoadAsync(new("a"))).Version);
    }

    [PostgreSqlFact]
    public async Task UsePostgreSqlStore_OverADataSourceOfTheHost_UsesAndKeepsIt()
    {
        using var server = new PostgreSqlServer();
        await using var shop = NpgsqlDataSource.Create(server.ConnectionString);
        Action<CustomerLifecycleBuilder>[] ways =
        [
            builder => builder.UsePostgreSqlStore(shop),
            builder => builder.Services.AddSingleton(shop).AddCustomerLifecycle().UsePostgreSqlStore(static provider => provider.GetRequiredService<NpgsqlDataSource>()),
        ];
        foreach (var way in ways)
        {
            var services = new ServiceCollection().AddSingleton<JournalCodec<Note, NoteAdded>>(new NoteCodec());
            way(services.AddCustomerLifecycle());
            await using var host = services.BuildServiceProvider();

            Assert.Equal(0, (await host.GetRequiredService<IJournal<Note, NoteAdded>>().LoadAsync(new("a"))).Version);
            Assert.Same(shop, host.GetRequiredKeyedService<NpgsqlDataSource>(PostgreSqlStoreExtensions.DataSourceKey));
        }
    }

    [Theory]
    [InlineData("o'shop")]
    [InlineData("100%")]
    [InlineData("$$")]
    [InlineData("{journal}")]
    [InlineData("a\"b")]
    [InlineData("")]
    public void UsePostgreSqlStore_WithASchemaThatIsNoPlainName_IsRefusedAtStart(string schema)
    {
        var services = new ServiceCollection().AddSingleton<JournalCodec<Note, NoteAdded>>(new NoteCodec());
        services.AddCustomerLifecycle().UsePostgreSqlStore("Host=/nowhere-at-all", options => options.Schema = schema);
        using var host = services.BuildServiceProvider();
        using var source = NpgsqlDataSource.Create("Host=/nowhere-at-all");

        Assert.Contains("Schema", Assert.Throws<OptionsValidationException>(() => host.GetRequiredService<IJournal<Note, NoteAdded>>()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new PostgreSqlJournal<Note, NoteAdded>(source, new NoteCodec(), new() { Schema = schema }));
    }

    [Fact]
    public void UseSqliteStore_KeepsPointsAndStagesToo()
    {
        var model = new StageModelBuilder("shop", initial: "prospect").Stage("prospect").Stage("customer").Transition("first", "prospect", on: "order", to: "customer").Build();
        var services = new ServiceCollection();
        services.AddCustomerLifecycle().AddLoyalty().AddStages(model).UseSqliteStore(FilePath);
        using var host = services.BuildServiceProvider();

        Assert.IsType<SqliteJournal<MemberState, Posting>>(host.GetRequiredService<IJournal<MemberState, Posting>>());
        Assert.IsType<SqliteJournal<StageLife, StageRecord>>(host.GetRequiredService<IJournal<StageLife, StageRecord>>());
        Assert.NotNull(host.GetRequiredService<LedgerService>());
        Assert.NotNull(host.GetRequiredService<StageService>());
    }

    [Fact]
    public void AddCustomerLifecycle_WithoutAStore_KeepsJournalsInMemory()
    {
        using var host = new ServiceCollection().AddCustomerLifecycle().Services.BuildServiceProvider();

        Assert.IsType<InMemoryJournal<Note, NoteAdded>>(host.GetRequiredService<IJournal<Note, NoteAdded>>());
    }

    [Fact]
    public void UseSqliteStore_WithATimeoutOutOfRange_IsRefusedAtStart()
    {
        using var host = Host(static builder => builder.Services.Configure<SqliteStoreOptions>(static options => options.BusyTimeoutSeconds = 601), FilePath);

        var fault = Assert.Throws<OptionsValidationException>(() => host.GetRequiredService<IJournal<Note, NoteAdded>>());

        Assert.Contains("BusyTimeoutSeconds", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ServiceProvider Host(Action<CustomerLifecycleBuilder> configure, string path)
    {
        var builder = new ServiceCollection().AddSingleton<JournalCodec<Note, NoteAdded>>(new NoteCodec()).AddCustomerLifecycle().UseSqliteStore(path);
        configure(builder);
        return builder.Services.BuildServiceProvider();
    }
}
