namespace CustomerLifecycle.Stages.Tests;

public class StageAllocationTests
{
    [Fact]
    public void Apply_PlainFactsAndTimers_AllocatesNothing()
    {
        var machine = StageMachine.Compile(StageTemplates.PurchaseLifecycleWithWinBack());
        var order = machine.TypeOf("order");
        var start = Instant.FromUtc(2026, 1, 1, 0, 0);
        var signals = Enumerable.Range(0, 400).Select(number => machine.Signal(order, start + Duration.FromDays((number * 160) + (number % 3 * 10)), $"o{number}", StageValue.Number(number * 1.25m))).ToArray();
        var state = default(StageState);
        var facts = new StageValue[machine.FactCells];
        var trail = new StageTrail();
        machine.Replay(ref state, facts, signals, start + Duration.FromDays(100_000), start, trail); // the trail grows once

        var before = GC.GetAllocatedBytesForCurrentThread();
        trail.Clear();
        machine.Replay(ref state, facts, signals, start + Duration.FromDays(100_000), start, trail);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(trail.Count > 100);
    }

    [Fact]
    public void Machine_ManyThreads_GivesTheSameStates()
    {
        var machine = StageMachine.Compile(StageTemplates.EngagementLifecycle());
        var answers = new string?[64];
        Parallel.For(0, answers.Length, number =>
        {
            var life = Enumerable.Range(0, 30).Select(day => new CustomerEvent($"v{day}", new("c"), day % 3 == 0 ? "order" : "visit", Instant.FromUtc(2026, 1, 1, 0, 0) + Duration.FromDays(day))).ToList();
            answers[number] = machine.Replay(life, new(Instant.FromUtc(2026, 2, 1, 0, 0))).Stage;
        });

        Assert.All(answers, answer => Assert.Equal("loyal", answer));
    }
}
