using CustomerLifecycle.Tests.Shared;

namespace CustomerLifecycle.Stages.Tests;

public class StageExplanationTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 2, 2, 0, 0);
    private static readonly CustomerId Anna = new("anna");

    private static readonly StageMachine Machine = StageMachine.Compile(new StageModelBuilder("shop", "prospect")
        .Count("orders", "order").Sum("spend", "order", "total")
        .Stage("prospect")
        .Stage("repeat", stage => stage.Timer("lapse", StageSpan.OfDays(90), "lapsed", since: ["order"]).Timer("settle", StageSpan.OfDays(400), "loyal", when: "spend >= 1000"))
        .Stage("loyal", stage => stage.Timer("lapse", StageSpan.OfDays(90), "lapsed", since: ["order"]))
        .Stage("lapsed")
        .Transition("first", "prospect", "order", "repeat")
        .Transition("loyal", "repeat", "order", "loyal", "orders >= 5 and spend >= 500")
        .Transition("big", "repeat", "order", "loyal", "event.total >= 1000 or dwell >= 1 year")
        .Transition("back", "lapsed", "order", "repeat")
        .Build());

    private static readonly CustomerEvent[] Orders = [Order(0, 200), Order(1, 100), Order(2, 80)];

    [Fact]
    public Task Explain_SaysEachWay_WhatIsMissing_AndUntilWhen() => Verifier.Verify(Machine.Explain(Orders, new(Start + Duration.FromDays(10))).ToText());

    [Fact]
    public void Explain_OneMissing_IsNotCalledMany() =>
        Assert.StartsWith("orders: 1 more, ", Machine.Explain([.. Orders, Order(3, 10)], new(Start + Duration.FromDays(10))).Ways.Single(way => way.Id == "loyal").MissingText(), StringComparison.Ordinal);

    [Fact]
    public void Explain_Missing_IsDataToo()
    {
        var way = Machine.Explain(Orders, new(Start + Duration.FromDays(10))).Ways.Single(way => way.Id == "loyal");

        Assert.Equal([new("orders", 2), new("spend", 120)], way.Missing);
        Assert.Equal("2 more orders, 120 more spend, by 5 May 2026", way.MissingText());
        Assert.Equal(StageWayVerdict.Closed, way.Verdict);
    }

    [Fact]
    public void ExplainEvent_LeavingWithoutAReason_SaysWhichAreAskedFor()
    {
        var machine = StageMachine.Compile(new StageModelBuilder("m", "in").Stage("in").Stage("out", stage => stage.AsksReason("price", "moved")).Transition("leave", "in", "leave", "out").Build());
        CustomerEvent[] events = [new("v", new("c"), "visit", Start), new("e", new("c"), "leave", Start)];

        var refused = Assert.Single(machine.ExplainEvent(events, new(Start), "e")!.Ways);
        var ahead = machine.Explain(events, new(Start));

        Assert.Equal(StageWayVerdict.ReasonMissing, refused.Verdict);
        Assert.Equal(["price", "moved"], refused.Reasons);
        Assert.Contains("leave on leave to out: open, asks for a reason: price, moved", ahead.ToText(), StringComparison.Ordinal);
        Assert.Contains("blocked, asks for a reason: price, moved", machine.ExplainEvent(events, new(Start), "e")!.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public Task ExplainEvent_SaysWhichTransitionWasTaken_OnWhichValues() =>
        Verifier.Verify(Machine.ExplainEvent([.. Orders, Order(3, 60), Order(4, 60)], new(Start + Duration.FromDays(10)), "o4")!.ToText());

    [Fact]
    public void Explain_AgreesWithWhatHappensNext()
    {
        // Whatever is said to be open happens with its event, and whatever is said to be closed does not.
        var compared = 0;
        for (var seed = 30_000; seed < 30_400; seed++)
        {
            var generated = GeneratedCase.Of(seed);
            var at = generated.Looks[2];
            var before = generated.Machine.Replay(generated.Deliveries, new(at, generated.Start));
            if (before.Stage is null || before.Error != StageFault.None) continue;
            foreach (var type in new[] { "buy", "visit", "leave" })
            {
                var next = new CustomerEvent("next", Anna, type, at, null, at + Duration.FromDays(999), 9);
                List<CustomerEvent> events = [.. generated.Deliveries.Where(delivery => delivery.Occurred <= at), next];
                var after = generated.Machine.Replay(events, new(at, generated.Start));
                var explained = generated.Machine.ExplainEvent(events, new(at, generated.Start), "next");
                if (explained is null || after.Error != StageFault.None) continue;
                var taken = explained.Ways.SingleOrDefault(way => way.Verdict == StageWayVerdict.Taken);
                var moved = after.History.Any(row => row.Cause.ToString() == "event:next");
                Assert.Equal(moved, taken is { To: not null });
                compared++;
            }
        }

        Assert.True(compared > 500, $"Only {compared} were compared.");
    }

    [Fact]
    public void Explain_BeforeTheStart_SaysSo() => Assert.Equal("not started", Machine.Explain(Orders, new(Start - Duration.Epsilon)).ToText());

    [Fact]
    public Task Mermaid_OfAModelWithFlows()
    {
        var flows = new StageFlows();
        flows.Add(Machine.Replay(Orders, new(Start + Duration.FromDays(10))).History);
        flows.Add(Machine.Replay(Orders, new(Start + Duration.FromDays(100))).History);

        return Verifier.Verify(StageDiagram.ToMermaid(Machine.Model, flows));
    }

    [Fact]
    public Task Mermaid_OfATemplate_InChinese() => Verifier.Verify(StageDiagram.ToMermaid(StageTemplates.PurchaseLifecycle(), chinese: true));

    [Fact]
    public void WhatIf_ShowsWhoMovesWhere()
    {
        var strict = StageMachine.Compile(StageTemplates.PurchaseLifecycle(loyalOrders: 4));
        var now = StageMachine.Compile(StageTemplates.PurchaseLifecycle(loyalOrders: 3));
        var lives = new Dictionary<CustomerId, IReadOnlyList<CustomerEvent>> { [Anna] = Orders, [new("ben")] = [Order(0, 10)] };

        var whatIf = StageWhatIf.Compare(now, strict, lives, new(Start + Duration.FromDays(10)));

        Assert.Equal(1, whatIf.Same);
        Assert.Equal(new StageDifference(Anna, "loyal", "repeat-purchase"), Assert.Single(whatIf.Differences));
        Assert.Equal(("loyal", "repeat-purchase", 1), Assert.Single(whatIf.Moves));
    }

    private static CustomerEvent Order(int day, decimal total) => new($"o{day}", Anna, "order", Start + Duration.FromDays(day), PropertyBag.Of("total", total));
}
