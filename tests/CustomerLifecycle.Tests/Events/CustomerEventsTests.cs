namespace CustomerLifecycle.Tests;

public class CustomerEventsTests
{
    private static readonly Instant Noon = Instant.FromUtc(2026, 3, 1, 12, 0);

    private readonly Recorder _recorder = new("recorder");

    [Fact]
    public async Task Record_OfABatch_HandsItOverByCustomerInTheOneOrderOfEvents()
    {
        var receipt = await Door(_recorder).RecordAsync([Visit("2", "b"), Visit("3", "a", minutes: -1), Visit("1", "b"), Visit("2", "a", minutes: -2)]);

        Assert.True(receipt.IsAccepted);
        Assert.Equal(4, receipt.Recorded);
        Assert.Equal(["a/2", "a/3", "b/1", "b/2"], Assert.Single(_recorder.Batches));
    }

    [Fact]
    public async Task Record_OfRepeats_HandsOverTheFirstReceivedOfEach()
    {
        var early = Visit("1", "a", received: Noon - Duration.FromMinutes(5));

        var receipt = await Door(_recorder).RecordAsync([Visit("1", "a"), early, Visit("1", "a"), Visit("1", "b")]);

        Assert.Equal((2, 2), (receipt.Recorded, receipt.Repeats));
        Assert.Same(early, _recorder.Events[0]);
        Assert.Equal(["a/1", "b/1"], Assert.Single(_recorder.Batches));
    }

    [Fact]
    public async Task Record_OfWrongEvents_ReportsAllFindingsAndHandsOverNothing()
    {
        var receipt = await Door(_recorder).RecordAsync(
        [
            Visit("1", "a"),
            Visit("2", "a", minutes: 6),
            Visit("3", "a", received: Noon + Duration.FromMinutes(6)),
            new("4", new("a"), "order", Noon, PropertyBag.Of("total", "much"), lines: [PropertyBag.Empty]),
            new("1", new("a"), "click", Noon),
        ]);

        Assert.False(receipt.IsAccepted);
        Assert.Equal(
            [
                "event.conflicting-content at events[4].id",
                "event.occurred-ahead at events[1].occurred",
                "event.received-ahead at events[1].received",
                "event.received-ahead at events[2].received",
                "event.order-without-total at events[3].total",
                "event.order-without-currency at events[3].currency",
                "event.order-line-without-net at events[3].lines[0].net",
            ],
            receipt.Findings.Select(finding => $"{finding.Code} at {finding.Place}"));
        Assert.Empty(_recorder.Batches);
    }

    [Fact]
    public async Task Record_OfAnOrderWithoutCurrency_TakesTheHosts()
    {
        var order = new CustomerEvent("1", new("a"), "order", Noon, PropertyBag.Of("total", 5));

        Assert.False((await Door(_recorder).RecordAsync(order)).IsAccepted);
        Assert.True((await Door(new CustomerLifecycleOptions { HostCurrency = "EUR" }, _recorder).RecordAsync(order)).IsAccepted);
    }

    [Fact]
    public async Task Record_UpToTheClockSkew_IsAccepted()
    {
        Assert.True((await Door(_recorder).RecordAsync(Visit("1", "a", minutes: 5))).IsAccepted);
        Assert.False((await Door(new CustomerLifecycleOptions { MaxClockSkewSeconds = 0 }, _recorder).RecordAsync(Visit("2", "a", minutes: 1))).IsAccepted);
    }

    [Fact]
    public async Task Record_OfVeryManyFindings_StopsCounting()
    {
        var lines = Enumerable.Repeat(PropertyBag.Empty, 1_000).ToArray();
        var wrong = Enumerable.Range(0, 3).Select(i => new CustomerEvent($"{i}", new("a"), "order", Noon, lines: lines)).ToArray();

        var receipt = await Door(_recorder).RecordAsync(wrong);

        Assert.Equal(CustomerEvents.MaxFindings + 1, receipt.Findings.Count);
        Assert.Equal("event.more-findings", receipt.Findings[^1].Code);
    }

    [Fact]
    public async Task Record_WhenAHandlerFails_TellsTheOthersAndCanBeRepeated()
    {
        var broken = new Recorder("broken") { Fault = new StoreUnavailableException("The store is down. Try again.") };
        var door = Door(new CustomerLifecycleOptions(), broken, _recorder);

        var fault = await Assert.ThrowsAsync<EventHandlingException>(async () => await door.RecordAsync(Visit("1", "a")));
        broken.Fault = null;
        var again = await door.RecordAsync(Visit("1", "a"));

        Assert.Equal(("broken", true), (Assert.Single(fault.Failures).Handler, fault.IsTransient));
        Assert.True(again.IsAccepted);
        Assert.Equal(["a/1"], Assert.Single(broken.Batches));
        Assert.Equal(2, _recorder.Batches.Count);
    }

    [Fact]
    public async Task Record_WhenAHandlerHasABug_IsNotTransient()
    {
        var buggy = new Recorder("buggy") { Fault = new InvalidOperationException("of jane@example.org") };

        var fault = await Assert.ThrowsAsync<EventHandlingException>(async () => await Door(buggy).RecordAsync(Visit("1", "a")));

        Assert.False(fault.IsTransient);
        Assert.DoesNotContain("jane", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Record_WhenCancelled_StopsBetweenHandlers()
    {
        using var source = new CancellationTokenSource();
        var first = new Recorder("first") { Then = source.Cancel };

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await Door(new CustomerLifecycleOptions(), first, _recorder).RecordAsync(Visit("1", "a"), source.Token));

        Assert.Empty(_recorder.Batches);
    }

    [Fact]
    public async Task Record_OfNothing_TellsNobody()
    {
        Assert.True((await Door(_recorder).RecordAsync([])).IsAccepted);
        Assert.Empty(_recorder.Batches);
    }

    [Fact]
    public async Task Record_OfTooManyOrNone_Throws()
    {
        var door = Door(new CustomerLifecycleOptions { MaxEventsPerCall = 1 }, _recorder);

        await Assert.ThrowsAsync<ArgumentException>(async () => await door.RecordAsync([Visit("1", "a"), Visit("2", "a")]));
        await Assert.ThrowsAsync<ArgumentException>(async () => await door.RecordAsync([null!]));
    }

    private static CustomerEvents Door(params ICustomerEventHandler[] handlers) => Door(new CustomerLifecycleOptions(), handlers);

    private static CustomerEvents Door(CustomerLifecycleOptions options, params ICustomerEventHandler[] handlers) => new(handlers, new TestClock(Noon), options);

    private static CustomerEvent Visit(string id, string customer, int minutes = 0, Instant? received = null) =>
        new(id, new(customer), "visit", Noon + Duration.FromMinutes(minutes), received: received);

    private sealed class Recorder(string name) : ICustomerEventHandler
    {
        public string Name { get; } = name;

        public List<string[]> Batches { get; } = [];

        public IReadOnlyList<CustomerEvent> Events { get; private set; } = [];

        public Exception? Fault { get; set; }

        public Action? Then { get; init; }

        public ValueTask HandleAsync(IReadOnlyList<CustomerEvent> events, CancellationToken cancellationToken = default)
        {
            if (Fault is not null) throw Fault;
            Events = events;
            Batches.Add([.. events.Select(handled => $"{handled.Customer.Value}/{handled.Id}")]);
            Then?.Invoke();
            return default;
        }
    }
}
