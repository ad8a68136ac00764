using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using CustomerLifecycle.Loyalty;
using CustomerLifecycle.Stages;
using CustomerLifecycle.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace CustomerLifecycle.Hosting.Tests;

public sealed class AddHostingTests
{
    private static readonly CustomerId Anna = new("anna");

    [Fact]
    public async Task RunOnce_ByHand_DoesTheDueWorkOfAllPackagesAndTellsTheirOutboxes()
    {
        var clock = new SettableClock(Notes.Noon);
        await using var host = Services(clock).BuildServiceProvider();
        await BuyAndEarnAsync(host);
        clock.Advance(Duration.FromDays(91));

        var done = await host.GetRequiredService<DueWorker>().RunOnceAsync();
        await host.GetRequiredService<OutboxDispatcher>().RunOnceAsync();

        Assert.Equal(new DuePass(2, 0), done);
        var ids = host.GetRequiredService<Told>().Messages.Select(static message => $"{message.Journal} {message.Record.Kind}").ToList();
        Assert.Equal(3, ids.Count(static id => id == "stages StageChanged")); // she came, she bought, she lapsed
        Assert.Equal(2, ids.Count(static id => id == "loyalty PointsPosted")); // earned, expired
        Assert.Equal(0, (await host.GetRequiredService<LedgerService>().BalanceAsync(Anna)).Available);
    }

    [Fact]
    public async Task Background_OfAHost_DoesDueWorkAndTellsTheOutboxByItself()
    {
        var clock = new SettableClock(Notes.Noon);
        await using var host = Services(clock).BuildServiceProvider();
        await BuyAndEarnAsync(host);
        clock.Advance(Duration.FromDays(91));

        await StartAsync(host);
        await host.GetRequiredService<Told>().All;
        await StopAsync(host);

        Assert.Equal(5, host.GetRequiredService<Told>().Messages.Select(static message => message.Id).Distinct().Count());
    }

    [Fact]
    public async Task Background_ThatIsSwitchedOff_LeavesTheWorkToTheHost()
    {
        var clock = new SettableClock(Notes.Noon);
        await using var host = Services(clock).Configure<HostingOptions>(static options => (options.RunDueWork, options.RunOutbox) = (false, false)).BuildServiceProvider();
        await BuyAndEarnAsync(host);
        clock.Advance(Duration.FromDays(91));

        await StartAsync(host);
        await StopAsync(host);

        Assert.Equal(2, (await host.GetRequiredService<DueWorker>().RunOnceAsync()).Done);
        Assert.Empty(host.GetRequiredService<Told>().Messages);
    }

    [Fact]
    public async Task Passes_ReachAMeter_WithoutPersonalData()
    {
        var measurements = new ConcurrentBag<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, meters) =>
        {
            if (instrument.Meter.Name == HostingOptions.TelemetryName) meters.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measurements.Add($"{instrument.Name} {value} {string.Join(',', tags.ToArray())}"));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => measurements.Add($"{instrument.Name} {value} {string.Join(',', tags.ToArray())}"));
        listener.Start();
        var notes = new Notes();
        await notes.AddAsync("anna", Notes.Noon - Duration.FromSeconds(7), "of anna");
        var named = new NamedJournal("metered", notes.Journal);
        using var worker = new DueWorker([new NoteWork(notes.Journal, named, "an")]);

        await worker.RunOnceAsync();
        listener.RecordObservableInstruments();

        Assert.Contains("customerlifecycle.hosting.due.done 1 [work, notes:an]", measurements);
        Assert.Contains("customerlifecycle.hosting.due.lag 7 [journal, metered]", measurements);
        Assert.DoesNotContain(measurements, static measurement => measurement.Contains("anna", StringComparison.Ordinal));
    }

    [Fact]
    public void Options_OutOfTheirRange_AreRefusedWithWhatToDo()
    {
        using var host = Services(new(Notes.Noon)).Configure<HostingOptions>(static options => options.MaxDelaySeconds = 0).BuildServiceProvider();
        Assert.Contains("MaxDelaySeconds", Assert.Throws<OptionsValidationException>(() => host.GetRequiredService<DueWorker>()).Message, StringComparison.Ordinal);

        var fault = Assert.Throws<ArgumentException>(static () => new DueWorker([], new() { MinDelaySeconds = 10, MaxDelaySeconds = 5 }));
        Assert.Contains("MaxDelaySeconds (5) is below MinDelaySeconds (10)", fault.Message, StringComparison.Ordinal);
    }

    private static async Task StartAsync(IServiceProvider host)
    {
        foreach (var service in host.GetServices<IHostedService>()) await service.StartAsync(CancellationToken.None);
    }

    private static async Task StopAsync(IServiceProvider host)
    {
        foreach (var service in host.GetServices<IHostedService>()) await service.StopAsync(CancellationToken.None);
    }

    private static IServiceCollection Services(SettableClock clock)
    {
        var model = new StageModelBuilder("shop", "prospect")
            .Stage("prospect")
            .Stage("customer", static stage => stage.Timer("lapse", StageSpan.OfDays(90), "lapsed"))
            .Stage("lapsed")
            .Transition("first", "prospect", on: "order", to: "customer")
            .Build();
        var services = new ServiceCollection().AddSingleton<IClock>(clock).AddSingleton<Told>().AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddCustomerLifecycle(static options => options.HostCurrency = "EUR").AddLoyalty().AddStages(model)
            .AddHosting(static options => (options.DuePollSeconds, options.OutboxPollSeconds) = (1, 1))
            .AddOutboxHandler<Teller>();
        return services;
    }

    private static async Task BuyAndEarnAsync(IServiceProvider host)
    {
        await host.GetRequiredService<StageService>().RecordAsync(new CustomerEvent("o-1", Anna, "order", Notes.Noon));
        var earned = await host.GetRequiredService<LedgerService>().PostAsync(new EarnPoints("e-1", Anna, 10, expiry: LotExpiry.AtInstant(Notes.Noon + Duration.FromDays(30))));
        Assert.True(earned.IsAccepted);
    }

    private sealed class Told
    {
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<OutboxMessage> Messages { get; } = new();

        public Task All => _all.Task;

        public void Add(OutboxMessage message)
        {
            Messages.Enqueue(message);
            if (Messages.Count == 5) _all.SetResult();
        }
    }

    private sealed class Teller(Told told) : IOutboxHandler
    {
        public ValueTask<Refusal?> HandleAsync(OutboxMessage message, CancellationToken cancellationToken = default)
        {
            told.Add(message);
            return new((Refusal?)null);
        }
    }
}
