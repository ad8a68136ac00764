using System.Collections.Concurrent;
using System.Globalization;

namespace CustomerLifecycle.Loyalty.Tests.Simulation;

public class SimulationTests
{
    /// <summary>How many seeds; CI raises it.</summary>
    private static readonly int Seeds = int.Parse(Environment.GetEnvironmentVariable("CUSTOMERLIFECYCLE_LEDGER_SEEDS") ?? "500", CultureInfo.InvariantCulture);

    /// <summary>Runs this one only, with all that it does: what a failure prints is replayed so.</summary>
    private static readonly string? Seed = Environment.GetEnvironmentVariable("CUSTOMERLIFECYCLE_LEDGER_SEED");

    private const int Steps = 400;

    [Fact]
    public void Ledger_UnderAnySeed_KeepsItsRules()
    {
        var fired = new ConcurrentDictionary<SimulationFault, int>();
        var failed = new ConcurrentBag<(SimulationPlan Plan, string Failure)>();
        ulong[] seeds = Seed is null ? [.. Enumerable.Range(1, Seeds).Select(seed => (ulong)seed)] : [ulong.Parse(Seed, CultureInfo.InvariantCulture)];

        // Each seed is a world of its own, so they run side by side and are the same all the same.
        Parallel.ForEach(seeds, (seed, loop) =>
        {
            var plan = SimulationPlan.FromSeed(seed, Steps);
            var simulation = new LedgerSimulation(plan);
            if (simulation.Run() is { } failure)
            {
                failed.Add((plan, failure));
                loop.Stop();
            }

            foreach (var (fault, count) in simulation.Fired) fired.AddOrUpdate(fault, count, (_, before) => before + count);
        });

        if (failed.OrderBy(run => run.Plan.Seed).FirstOrDefault() is { Plan: { } first } found) Assert.Fail(Report(first, found.Failure));
        if (Seed is not null) return;
        Assert.Empty(Silent(fired));
    }

    [Fact]
    public void Ledger_OverAJournalThatNeverInjects_IsToldFromAProvenOne()
    {
        var fired = new Dictionary<SimulationFault, int>();
        for (ulong seed = 1; seed <= 40; seed++)
        {
            var simulation = new LedgerSimulation(SimulationPlan.FromSeed(seed, Steps), injects: false);
            Assert.Null(simulation.Run());
            foreach (var (fault, count) in simulation.Fired) fired[fault] = fired.GetValueOrDefault(fault) + count;
        }

        Assert.Equal(
            [SimulationFault.FailBeforeAppend, SimulationFault.FailAfterAppend, SimulationFault.DuplicateDelivery, SimulationFault.StaleRead, SimulationFault.VersionRace, SimulationFault.Crash, SimulationFault.SweeperDies],
            Silent(fired));
    }

    public static TheoryData<string> Faults => [.. PlantedFaults.All.Select(fault => fault.Name)];

    [Theory, MemberData(nameof(Faults))]
    public void Simulation_OfALedgerWithAPlantedFault_FindsIt(string name)
    {
        var planted = PlantedFaults.All.Single(fault => string.Equals(fault.Name, name, StringComparison.Ordinal));

        var found = Enumerable.Range(1, 200).Any(seed => new LedgerSimulation(SimulationPlan.FromSeed((ulong)seed, Steps), planted).Run() is not null);

        Assert.True(found, $"200 seeds did not find a ledger that {name}.");
    }

    [Fact]
    public void Shrink_OfAFailingRun_KeepsItFailingWithFewSteps()
    {
        var planted = PlantedFaults.All[0];
        var plan = Enumerable.Range(1, 200).Select(seed => SimulationPlan.FromSeed((ulong)seed, Steps)).First(plan => new LedgerSimulation(plan, planted).Run() is not null);

        var shrunk = Shrink(plan, planted);

        Assert.NotNull(new LedgerSimulation(shrunk, planted).Run());
        Assert.InRange(shrunk.Steps.Count, 1, 20);
    }

    [Fact]
    public void Run_OfTheSameSeed_IsTheSame()
    {
        var planted = PlantedFaults.All[1];
        var plan = SimulationPlan.FromSeed(7, Steps);

        Assert.Equal(new LedgerSimulation(plan, planted).Run(), new LedgerSimulation(SimulationPlan.FromSeed(7, Steps), planted).Run());
    }

    /// <summary>The faults that never came about: a run that met none of a kind proves nothing about it.</summary>
    private static IEnumerable<SimulationFault> Silent(IReadOnlyDictionary<SimulationFault, int> fired) =>
        Enum.GetValues<SimulationFault>().Where(fault => fault != SimulationFault.None && !fired.ContainsKey(fault));

    private static string Report(SimulationPlan plan, string failure)
    {
        var shrunk = Shrink(plan);
        return $"Seed {plan.Seed} fails; replay it with CUSTOMERLIFECYCLE_LEDGER_SEED={plan.Seed}.\n{failure}\nShrunk to {shrunk.Steps.Count} steps:\n{string.Join('\n', shrunk.Steps)}\n{new LedgerSimulation(shrunk).Run()}";
    }

    /// <summary>Leaves out steps, in ever smaller pieces, as long as the run still fails.</summary>
    internal static SimulationPlan Shrink(SimulationPlan plan, PlantedFault? planted = null)
    {
        var steps = plan.Steps.ToList();
        for (var size = steps.Count / 2; size > 0; size /= 2)
        {
            for (var from = 0; from + size <= steps.Count;)
            {
                var fewer = steps.Take(from).Concat(steps.Skip(from + size)).ToList();
                if (new LedgerSimulation(plan with { Steps = fewer }, planted).Run() is null) from += size;
                else steps = fewer;
            }
        }

        return plan with { Steps = steps };
    }
}
