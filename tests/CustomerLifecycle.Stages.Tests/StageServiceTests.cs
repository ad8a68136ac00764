using System.Buffers;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerLifecycle.Stages.Tests;

public class StageServiceTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 1, 1, 0, 0);
    private static readonly CustomerId Anna = new("anna");
    private static readonly StageModel Model = StageTemplates.PurchaseLifecycleWithWinBack();
    private readonly SettableClock _clock = new() { Now = Start + Duration.FromDays(30) };
    private readonly InMemoryJournal<StageLife, StageRecord> _journal;
    private readonly StageService _service;

    public StageServiceTests()
    {
        _journal = new(_clock);
        _service = new(StageMachine.Compile(Model), _journal, _clock);
    }

    [Fact]
    public async Task Record_InOrder_MovesAndTellsTheOutside()
    {
        var receipt = await _service.RecordAsync(Order("o1", 5));

        Assert.Equal((StageReceiptStatus.Recorded, "first-purchase"), (receipt.Status, receipt.Stage));
        Assert.Equal(["prospect", "first-purchase"], receipt.Changes.Added.Select(row => row.To));
        Assert.Equal(Start + Duration.FromDays(95), receipt.NextDue?.At);
        var told = await _journal.ClaimOutboxAsync(10, Duration.FromMinutes(1));
        Assert.Equal([OutboxKinds.StageChanged, OutboxKinds.StageChanged], told.Select(claim => claim.Record.Kind));
        Assert.Equal("first-purchase", told[1].Record.Properties["to"].AsText);
    }

    [Fact]
    public async Task Record_Again_ChangesNothing_AndOtherContentIsAConflict()
    {
        await _service.RecordAsync(Order("o1", 5));

        Assert.Equal(StageReceiptStatus.Repeated, (await _service.RecordAsync(Order("o1", 5))).Status);
        Assert.Equal(StageReceiptStatus.Conflict, (await _service.RecordAsync(Order("o1", 5, total: 7))).Status);
        Assert.Equal(2, (await _service.AtAsync(Anna, _clock.Now)).History.Count);
    }

    [Fact]
    public async Task Record_Late_RetractsAndAddsRows()
    {
        await _service.RecordAsync(Order("o2", 20));

        var receipt = await _service.RecordAsync(Order("o1", 5));

        Assert.True(receipt.Changes.IsLate);
        Assert.Equal(["prospect", "first-purchase"], receipt.Changes.Retracted.Select(row => row.To));
        Assert.Equal(["prospect", "first-purchase", "repeat-purchase"], receipt.Changes.Added.Select(row => row.To));
        Assert.Equal("repeat-purchase", (await _service.FindAsync(Anna))?.Stage);
    }

    [Fact]
    public async Task Find_AfterADueInstant_KnowsTheMoveThoughNothingRan()
    {
        await _service.RecordAsync(Order("o1", 5));

        Assert.Equal("first-purchase", (await _service.FindAsync(Anna, Start + Duration.FromDays(95) - Duration.Epsilon))?.Stage);
        Assert.Equal("at-risk", (await _service.FindAsync(Anna, Start + Duration.FromDays(95)))?.Stage);
        Assert.Null(await _service.FindAsync(new("nobody")));
    }

    [Fact]
    public async Task AdvanceDue_TellsOfTheMovesThatTimeMade_Once()
    {
        await _service.RecordAsync(Order("o1", 5));
        await _journal.AcknowledgeAsync(await _journal.ClaimOutboxAsync(10, Duration.FromMinutes(1)));
        _clock.Now = Start + Duration.FromDays(400);

        Assert.Equal(1, await _service.AdvanceDueAsync());
        Assert.Equal(0, await _service.AdvanceDueAsync());

        var told = await _journal.ClaimOutboxAsync(10, Duration.FromMinutes(1));
        Assert.Equal(["at-risk", "churned", "start-win-back"], told.Select(claim => claim.Record.Properties["to"].AsText ?? claim.Record.Properties["effect"].AsText));
        Assert.Equal(Start + Duration.FromDays(95), told[0].Record.At);
        Assert.Equal((await _service.AtAsync(Anna, _clock.Now)).History, await HistoryAsync());
    }

    [Fact]
    public async Task AdvanceDue_OfSeveralModelsInOneJournal_EachAdvancesItsOwn()
    {
        var journey = new StageService(StageMachine.Compile(StageTemplates.Journey()), _journal, _clock);
        for (var number = 0; number < 5; number++)
        {
            var customer = new CustomerId($"c{number}");
            await journey.RecordAsync(new("o1", customer, "order", Start));
            await _service.RecordAsync(new("o1", customer, "order", Start));
        }

        _clock.Now = Start + Duration.FromDays(500);

        Assert.Equal(2, await _service.AdvanceDueAsync(limit: 2));
        Assert.Equal(3, await _service.AdvanceDueAsync(limit: 10));
        Assert.Equal(5, await journey.AdvanceDueAsync());
        Assert.Equal(0, await _service.AdvanceDueAsync());
    }

    [Fact]
    public async Task AdvanceDue_OfALifeThatHasStopped_TellsItOnceAndNeverAgain()
    {
        var loop = new StageModelBuilder("loop", "s")
            .Stage("s", stage => stage.Timer("t1", StageSpan.OfDays(10), "m", since: ["ping"]))
            .Stage("m", stage => stage.Timer("t2", StageSpan.OfDays(5), "s", since: ["ping"]))
            .Build();
        var service = new StageService(StageMachine.Compile(loop), _journal, _clock);
        await service.RecordAsync(new("p1", Anna, "ping", Start));
        _clock.Now = Start + Duration.FromDays(400);

        Assert.Equal(1, await service.AdvanceDueAsync());
        Assert.Equal(0, await service.AdvanceDueAsync());

        var loaded = (await _journal.ListAsync(null, 1))[0];
        Assert.Equal((StageFault.Livelock, 2L), (loaded.State!.Snapshot.State.Error, loaded.Version));
        Assert.Null(loaded.State.Snapshot.NextDue);
    }

    [Fact]
    public async Task AdvanceDue_WithManyOfAnotherModelBefore_EndsAndGivesThemBack()
    {
        var journey = new StageService(StageMachine.Compile(StageTemplates.Journey()), _journal, _clock);
        for (var number = 0; number < 1_500; number++) await journey.RecordAsync(new("o1", new($"c{number}"), "order", Start));
        _clock.Now = Start + Duration.FromDays(500);

        Assert.Equal(0, await _service.AdvanceDueAsync(limit: 100_000));
        Assert.Equal(1_500, await journey.AdvanceDueAsync(limit: 100_000));
    }

    [Fact]
    public async Task Handle_WithAnEventThatCannotBeRecorded_RecordsTheOthersAndSaysSo()
    {
        var service = new StageService(StageMachine.Compile(Model), _journal, _clock, new() { KeepAllProperties = true, PartitionBy = "brand" });
        var full = new PropertyBag(Enumerable.Range(0, PropertyBag.MaxCount - 1).Select(number => KeyValuePair.Create($"p{number}", new PropertyValue(number))).Append(KeyValuePair.Create("brand", new PropertyValue("north"))));

        await Assert.ThrowsAnyAsync<ArgumentException>(() => service.HandleAsync([new("o1", Anna, "order", Start, full), Order("o2", 6, brand: "north")]).AsTask());

        Assert.Equal("first-purchase", (await service.FindAsync(Anna, partition: "north"))?.Stage);
    }

    [Fact]
    public async Task Record_OfMoreChangesThanAnAppendCanTell_TellsHowMany()
    {
        var toggle = new StageModelBuilder("toggle", "off").Stage("off").Stage("on").Transition("up", "off", "flip", "on").Transition("down", "on", "flip", "off").Build();
        var service = new StageService(StageMachine.Compile(toggle), _journal, _clock);
        for (var number = 1; number <= 600; number++) await service.RecordAsync(new($"f{number}", Anna, "flip", Start + Duration.FromMinutes(number)));
        while (await _journal.ClaimOutboxAsync(1_000, Duration.FromMinutes(1)) is { Count: > 0 } told) await _journal.AcknowledgeAsync(told);

        var receipt = await service.RecordAsync(new("f0", Anna, "flip", Start));

        Assert.Equal((601, 602), (receipt.Changes.Retracted.Count, receipt.Changes.Added.Count));
        var record = Assert.Single(await _journal.ClaimOutboxAsync(10, Duration.FromMinutes(1))).Record;
        Assert.Equal((StageService.RetoldKind, 601m, 602m), (record.Kind, record.Properties["retracted"].AsNumber, record.Properties["added"].AsNumber));
    }

    [Fact]
    public async Task Partitions_OfLongNames_AreLivesOfTheirOwn()
    {
        var service = new StageService(StageMachine.Compile(Model), _journal, _clock, new() { PartitionBy = "brand" });
        var (north, south) = (new string('n', 300), new string('s', 300));
        await service.RecordAsync(Order("o1", 5, brand: north));
        await service.RecordAsync(Order("o1", 6, brand: south));
        await service.RecordAsync(Order("o2", 7, brand: north));

        Assert.Equal(("repeat-purchase", "first-purchase"), ((await service.FindAsync(Anna, partition: north))?.Stage, (await service.FindAsync(Anna, partition: south))?.Stage));
    }

    [Fact]
    public async Task AddStages_InTwoContainersOfOneCollection_KeepsEachToItsOwnJournal()
    {
        var services = new ServiceCollection().AddSingleton<IClock>(_clock).AddCustomerLifecycle().AddStages(Model).Services;
        await using var first = services.BuildServiceProvider();
        await using var second = services.BuildServiceProvider();
        await first.GetRequiredService<StageService>().RecordAsync(Order("o1", 5));

        Assert.Null(await second.GetRequiredService<StageService>().FindAsync(Anna));
        Assert.Same(second.GetRequiredService<StageService>(), second.GetServices<IDueWork>().OfType<StageService>().Single());
    }

    [Fact]
    public async Task Override_Unknown_IsRefusedAndNotRecorded()
    {
        await _service.RecordAsync(Order("o1", 5));

        var refused = await _service.OverrideAsync("d1", Anna, new("platinum", "key account"));
        var accepted = await _service.OverrideAsync("d2", Anna, new("loyal", "key account", isLocked: true));

        Assert.Equal("stages.unknown-stage", refused.Refusal?.Code);
        Assert.Equal("loyal", accepted.Value.Stage);
        Assert.Equal("key account", (await _service.AtAsync(Anna, _clock.Now)).History[^1].Reason);
        Assert.True((await _service.FindAsync(Anna, Start + Duration.FromDays(4000)))?.IsLocked);
        Assert.Empty((await _service.AtAsync(Anna, _clock.Now)).Blocked);
    }

    [Fact]
    public async Task Override_ToAStageThatAsksForAReason_NeedsOne()
    {
        var service = new StageService(StageMachine.Compile(StageTemplates.Journey()), _journal, _clock);

        Assert.Equal("stages.reason-required", (await service.OverrideAsync("d1", Anna, new("departure"))).Refusal?.Code);
        Assert.True((await service.OverrideAsync("d2", Anna, new("departure", "moved"))).IsAccepted);
    }

    [Fact]
    public async Task Override_SaidAgainLater_IsTheSameDecision()
    {
        await _service.RecordAsync(Order("o1", 5));
        await _service.OverrideAsync("d1", Anna, new("loyal", "key account", isLocked: true));
        await _service.UnlockAsync("d2", Anna);
        _clock.Now += Duration.FromSeconds(5);

        Assert.Equal(StageReceiptStatus.Repeated, (await _service.OverrideAsync("d1", Anna, new("loyal", "key account", isLocked: true))).Value.Status);
        Assert.Equal(StageReceiptStatus.Conflict, (await _service.OverrideAsync("d1", Anna, new("churned", "key account", isLocked: true))).Value.Status);
        Assert.Equal(StageReceiptStatus.Repeated, (await _service.UnlockAsync("d2", Anna)).Status);
    }

    [Fact]
    public async Task Override_BeforeANewVersionIsInForce_IsJudgedByTheOldOne()
    {
        var next = new StageModelBuilder(Model.Id, "fresh", version: 2).Stage("fresh").Build();
        var map = Model.Stages.ToDictionary(stage => stage.Id, _ => "fresh", StringComparer.Ordinal);
        var service = new StageService(StageMachine.Compile([new(Model), new(next, _clock.Now + Duration.FromDays(10), map)]), _journal, _clock);

        Assert.Equal("loyal", (await service.OverrideAsync("d1", Anna, new("loyal"))).Value.Stage);
        Assert.Equal("stages.unknown-stage", (await service.OverrideAsync("d2", Anna, new("fresh"))).Refusal?.Code);
        _clock.Now += Duration.FromDays(10);
        Assert.Equal("fresh", (await service.OverrideAsync("d3", Anna, new("fresh"))).Value.Stage);
        Assert.Equal("stages.unknown-stage", (await service.OverrideAsync("d4", Anna, new("loyal"))).Refusal?.Code);
    }

    [Fact]
    public async Task Unlock_LetsOverdueTimersActAtOnce()
    {
        await _service.RecordAsync(Order("o1", 5));
        await _service.OverrideAsync("d1", Anna, new("first-purchase", "wait", isLocked: true));
        _clock.Now = Start + Duration.FromDays(200);

        var receipt = await _service.UnlockAsync("d2", Anna);

        Assert.Equal(("at-risk", _clock.Now), (receipt.Stage, receipt.Changes.Added[^1].At));
    }

    [Fact]
    public async Task Model_Changed_RetellsTheLifeWithTheNextEvent()
    {
        await _service.RecordAsync(Order("o1", 5));
        var changed = new StageService(StageMachine.Compile(StageTemplates.PurchaseLifecycleWithWinBack(riskDays: 10)), _journal, _clock);

        Assert.Equal("at-risk", (await changed.FindAsync(Anna))?.Stage);
        var receipt = await changed.RecordAsync(Order("o2", 20));

        Assert.Equal(["at-risk", "repeat-purchase"], receipt.Changes.Added.Select(row => row.To));
    }

    [Fact]
    public async Task Partitions_AreLivesOfTheirOwn()
    {
        var service = new StageService(StageMachine.Compile(Model), _journal, _clock, new() { PartitionBy = "brand" });
        await service.RecordAsync(Order("o1", 5, brand: "north"));
        await service.RecordAsync(Order("o1", 6, brand: "south"));
        await service.RecordAsync(Order("o2", 7, brand: "north"));

        Assert.Equal("repeat-purchase", (await service.FindAsync(Anna, partition: "north"))?.Stage);
        Assert.Equal("first-purchase", (await service.AtAsync(Anna, _clock.Now, partition: "south")).Stage);
        Assert.Null(await service.FindAsync(Anna));
    }

    [Fact]
    public async Task SeveralModels_ShareOneJournal()
    {
        var journey = new StageService(StageMachine.Compile(StageTemplates.Journey()), _journal, _clock);
        await _service.RecordAsync(Order("o1", 5));
        await journey.RecordAsync(Order("o1", 5));

        Assert.Equal(("first-purchase", "purchase"), ((await _service.FindAsync(Anna))?.Stage, (await journey.FindAsync(Anna))?.Stage));
    }

    [Fact]
    public async Task Service_OnGeneratedLives_SaysWhatReplaySays()
    {
        for (var seed = 20_000; seed < 20_300; seed++)
        {
            var generated = GeneratedCase.Of(seed);
            var clock = new SettableClock { Now = Start + Duration.FromDays(1000) };
            var journal = new InMemoryJournal<StageLife, StageRecord>(clock);
            var service = new StageService(generated.Machine, journal, clock, new() { KeepAllProperties = seed % 2 == 0 });
            // Of several deliveries of one id, a journal keeps the one that came first.
            var deliveries = generated.Deliveries.GroupBy(delivery => delivery.Id).Select(group => group.First()).ToList();
            foreach (var delivery in deliveries) await service.RecordAsync(delivery);
            foreach (var look in generated.Looks)
            {
                var expected = generated.Machine.Replay(deliveries, new(look));
                Assert.Equal(expected.History, (await service.AtAsync(deliveries[0].Customer, look)).History);
                var found = await service.FindAsync(deliveries[0].Customer, look);
                Assert.Equal((expected.Stage, expected.NextDue, expected.IsLocked), (found?.Stage, found?.NextDue, found?.IsLocked ?? false));
            }

            var records = await journal.ReadAsync((await journal.ListAsync(null, 1))[0].Stream, 0, 1000);
            var end = deliveries.Max(delivery => delivery.Occurred);
            var whole = generated.Machine.Replay(deliveries, new(end));
            if (whole.Error == StageFault.None) Assert.Equal(whole.History, StageRecord.HistoryOf(records.Select(recorded => Recode(recorded.Record))));
        }
    }

    [Fact]
    public async Task Codec_State_ComesBackAsItWas()
    {
        var codec = new StageJournalCodec();
        await _service.RecordAsync(Order("o1", 5));
        var life = (await _journal.ListAsync(null, 1))[0].State!;
        var first = new ArrayBufferWriter<byte>();
        codec.WriteState(life, first);
        var second = new ArrayBufferWriter<byte>();
        codec.WriteState(codec.ReadState(first.WrittenSpan, 1), second);

        Assert.Equal(first.WrittenSpan.ToArray(), second.WrittenSpan.ToArray());
        Assert.Throws<StoreVersionException>(() => codec.ReadState(first.WrittenSpan, 2));
        Assert.Throws<StoreCorruptException>(() => codec.ReadState("{}"u8, 1));
    }

    [Fact]
    public async Task AddStages_RegistersAModel_AndTheFrontDoorFindsIt()
    {
        await using var provider = new ServiceCollection().AddSingleton<IClock>(_clock)
            .AddCustomerLifecycle(options => options.HostCurrency = "EUR")
            .AddStages(Model)
            .AddStages(StageTemplates.Journey())
            .Services.BuildServiceProvider();

        var receipt = await provider.GetRequiredService<CustomerEvents>().RecordAsync(Order("o1", 5));

        Assert.True(receipt.IsAccepted);
        var services = provider.GetServices<StageService>().ToList();
        Assert.Equal(("first-purchase", "purchase"), ((await services[0].FindAsync(Anna))?.Stage, (await services[1].FindAsync(Anna))?.Stage));
    }

    [Fact]
    public async Task Telemetry_CountsMovesWithoutPersonalData()
    {
        List<string> measured = [];
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == StageService.TelemetryName) listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            lock (measured) measured.Add($"{instrument.Name} {value} {string.Join(",", tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}");
        });
        listener.Start();
        var service = new StageService(StageMachine.Compile(StageTemplates.Subscription(trialDays: 3)), _journal, _clock);

        await service.RecordAsync(new("secret-id", new("secret-name"), "subscribe", Start));

        Assert.Contains("customerlifecycle.stages.moves 1 model=subscription,stage=active", measured);
        Assert.DoesNotContain(measured, line => line.Contains("secret", StringComparison.Ordinal));
    }

    private static StageRecord Recode(StageRecord record)
    {
        var codec = new StageJournalCodec();
        var bytes = new ArrayBufferWriter<byte>();
        codec.WriteRecord(record, bytes);
        return codec.ReadRecord(bytes.WrittenSpan, 1);
    }

    private async Task<IReadOnlyList<StageChange>> HistoryAsync()
    {
        var stream = (await _journal.ListAsync(null, 1))[0].Stream;
        return StageRecord.HistoryOf((await _journal.ReadAsync(stream, 0, 100)).Select(recorded => recorded.Record));
    }

    private static CustomerEvent Order(string id, int day, decimal total = 100, string? brand = null) => new(
        id, Anna, "order", Start + Duration.FromDays(day), PropertyBag.Of(("total", total), ("brand", brand is null ? default : new PropertyValue(brand))));

    private sealed class SettableClock : IClock
    {
        public Instant Now { get; set; }

        public Instant GetCurrentInstant() => Now;
    }
}
