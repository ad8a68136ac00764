using System.Text;

namespace CustomerLifecycle.Stages.Tests;

/// <summary>What holds of every model and every history, on 12,000 generated ones.</summary>
public class StageLawTests
{
    private const int CasesPerRun = 1_000;
    private static readonly Duration Tick = Duration.FromTicks(1);

    public static TheoryData<int> Runs => [.. Enumerable.Range(0, 12)];

    private static readonly (string Name, Action<GeneratedCase> Holds)[] Laws =
    [
        (nameof(Life_StepByStepWithSavedSnapshots_IsThatOfOneReplay), Life_StepByStepWithSavedSnapshots_IsThatOfOneReplay),
        (nameof(Life_WhateverTheOrderOfArrival_IsTheSame), Life_WhateverTheOrderOfArrival_IsTheSame),
        (nameof(Life_RunInPlace_IsThatOfReplay), Life_RunInPlace_IsThatOfReplay),
        (nameof(Corrections_AddedUp_AreTheHistory), Corrections_AddedUp_AreTheHistory),
        (nameof(Looking_InBetween_ChangesNothingLater), Looking_InBetween_ChangesNothingLater),
        (nameof(Lock_WhileItHolds_LetsNothingMoveButAMigration), Lock_WhileItHolds_LetsNothingMoveButAMigration),
        (nameof(History_WithoutFurtherEvents_StaysAsItIsUntilNextDue), History_WithoutFurtherEvents_StaysAsItIsUntilNextDue),
    ];

    [Theory]
    [MemberData(nameof(Runs))]
    public void EachLaw_HoldsOfGeneratedLives(int run)
    {
        for (var seed = run * CasesPerRun; seed < (run + 1) * CasesPerRun; seed++)
        {
            var generated = GeneratedCase.Of(seed);
            foreach (var law in Laws)
            {
                try
                {
                    law.Holds(generated);
                }
                catch (Exception exception)
                {
                    throw new InvalidOperationException($"The case of seed {seed} breaks {law.Name}: {exception.Message}", exception);
                }
            }
        }
    }

    private static void Life_StepByStepWithSavedSnapshots_IsThatOfOneReplay(GeneratedCase generated)
    {
        var machine = generated.Machine;
        List<CustomerEvent> taken = [];
        StageSnapshot? saved = null;
        Instant? passed = null;
        var inOrder = generated.Deliveries.OrderBy(delivery => delivery.Position).ToList();
        KeepTies(inOrder, generated.Deliveries);
        foreach (var delivery in inOrder)
        {
            var timeline = StageTimeline.Restore(machine, saved, taken, passed, generated.Start);
            timeline.Advance(delivery.Occurred);
            timeline.Record(delivery);
            taken.Add(delivery);
            (saved, passed) = (StageCodec.Read(StageCodec.Write(timeline.Save())), timeline.AsOf);
        }

        var last = generated.Looks[^1] + Duration.FromDays(200);
        Same(machine.Replay(generated.Deliveries, new(last, generated.Start)), StageTimeline.Restore(machine, saved, taken, passed, generated.Start).At(last));
    }

    private static void Life_WhateverTheOrderOfArrival_IsTheSame(GeneratedCase generated)
    {
        var random = new Random(generated.Seed);
        var shuffled = generated.Deliveries.OrderBy(_ => random.Next()).ToList();
        KeepTies(shuffled, generated.Deliveries);
        var timeline = new StageTimeline(generated.Machine, generated.Start);
        foreach (var delivery in shuffled)
        {
            timeline.Record(delivery);
            if (random.Next(4) == 0) timeline.Advance(delivery.Occurred + Duration.FromDays(random.Next(20)));
        }

        foreach (var look in generated.Looks)
        {
            Same(generated.Machine.Replay(generated.Deliveries, new(look, generated.Start)), timeline.At(look));
            var known = look - Duration.FromDays(3);
            Same(generated.Machine.Replay(generated.Deliveries, new(look, generated.Start, known)), timeline.At(look, known));
        }
    }

    private static void Life_RunInPlace_IsThatOfReplay(GeneratedCase generated)
    {
        var machine = generated.Machine;
        var random = new Random(generated.Seed);
        foreach (var look in generated.Looks)
        {
            var expected = machine.Replay(generated.Deliveries, new(look, generated.Start));
            if (expected.Error != StageFault.None) continue;
            StageSignal[] signals = [.. Kept(generated.Deliveries).Where(delivery => generated.Start is not { } start || delivery.Occurred >= start).OrderBy(_ => random.Next()).Select(machine.Resolve)];
            var state = default(StageState);
            var facts = new StageValue[machine.FactCells];
            var trail = new StageTrail();
            machine.Replay(ref state, facts, signals, look, generated.Start, trail);

            Assert.Equal((expected.Stage, expected.EnteredAt, expected.NextDue), (machine.StageOf(in state), state.EnteredAt, machine.NextDueOf(in state)));
            Assert.Equal(expected.History.Select(row => row.At), Enumerable.Range(0, trail.Count).Where(step => trail[step].IsMove).Select(step => StageTime.InstantOf(trail[step].Ticks)));
            if (state.IsStarted) Assert.Equal(expected.Facts, machine.FactsOf(in state, facts, StageTime.TicksOf(look)));
        }
    }

    private static void Corrections_AddedUp_AreTheHistory(GeneratedCase generated)
    {
        var timeline = new StageTimeline(generated.Machine, generated.Start);
        List<StageChange> told = [];
        foreach (var delivery in generated.Deliveries)
        {
            var correction = timeline.Record(delivery);
            Assert.Equal(correction.Retracted, told.TakeLast(correction.Retracted.Count));
            told.RemoveRange(told.Count - correction.Retracted.Count, correction.Retracted.Count);
            told.AddRange(correction.Added);
        }

        Assert.Equal(timeline.History, told);
    }

    private static void Looking_InBetween_ChangesNothingLater(GeneratedCase generated)
    {
        StageAnswer? before = null;
        foreach (var look in generated.Looks)
        {
            var answer = generated.Machine.Replay(generated.Deliveries, new(look, generated.Start));
            if (before is not null && answer.Error == StageFault.None)
            {
                Assert.Equal(before.History, answer.History.Where(row => row.At <= before.AsOf));
                Assert.Equal(before.Effects, answer.Effects.Where(effect => effect.At <= before.AsOf));
                Assert.Equal(before.Blocked, answer.Blocked.Where(move => move.At <= before.AsOf));
                Assert.Equal(before.Ambiguous, answer.Ambiguous.Where(entry => entry.At <= before.AsOf));
            }

            if (before is { Error: not StageFault.None }) Assert.Equal(before.Error, answer.Error);
            before = answer;
        }
    }

    private static void Lock_WhileItHolds_LetsNothingMoveButAMigration(GeneratedCase generated)
    {
        StageAnswer Look(Instant asOf) => generated.Machine.Replay(generated.Deliveries, new(asOf, generated.Start));
        foreach (var row in Look(generated.Looks[^1]).History)
        {
            if (row.Cause.Kind is not (StageCauseKind.Event or StageCauseKind.Timer)) continue;
            var isControlled = generated.Deliveries.Any(delivery => delivery.Occurred == row.At && delivery.Type.StartsWith('$'));
            Assert.False(!isControlled && Look(row.At - Tick).IsLocked && Look(row.At).IsLocked, $"{row} lies inside a lock.");
        }
    }

    private static void History_WithoutFurtherEvents_StaysAsItIsUntilNextDue(GeneratedCase generated)
    {
        foreach (var look in generated.Looks)
        {
            var answer = generated.Machine.Replay(generated.Deliveries, new(look, generated.Start));
            if (answer.Stage is null || answer.Error != StageFault.None) continue;
            var until = Kept(generated.Deliveries).Where(delivery => delivery.Occurred <= look).ToList();
            var horizon = generated.Machine.Models.Select(version => version.From).FirstOrDefault(from => from > look) ?? look + Duration.FromDays(4000);
            var end = answer.NextDue is { } due && due.At <= horizon ? due.At : horizon;
            if (answer.NextDue is null && answer.IsLocked) continue;

            var later = generated.Machine.Replay(until, new(end - Tick, generated.Start));
            Assert.Equal(answer.History, later.History);
            Assert.Equal(answer.Stage, later.Stage);
        }
    }

    /// <summary>Of each id the delivery that stays.</summary>
    private static IEnumerable<CustomerEvent> Kept(IReadOnlyList<CustomerEvent> deliveries) =>
        deliveries.GroupBy(delivery => delivery.Id, StringComparer.Ordinal).Select(group => group.OrderBy(delivery => delivery.Received).First());

    // Conflicting contents received at one instant are the one thing for which the order of arrival counts.
    private static void KeepTies(List<CustomerEvent> shuffled, IReadOnlyList<CustomerEvent> given)
    {
        foreach (var tied in given.GroupBy(delivery => (delivery.Id, delivery.Received)).Where(group => group.Count() > 1))
        {
            var places = Enumerable.Range(0, shuffled.Count).Where(place => tied.Contains(shuffled[place])).ToList();
            foreach (var (place, delivery) in places.Zip(tied)) shuffled[place] = delivery;
        }
    }

    private static void Same(StageAnswer expected, StageAnswer actual) => Assert.Equal(Describe(expected), Describe(actual));

    private static string Describe(StageAnswer answer)
    {
        var text = new StringBuilder();
        text.AppendLine($"{answer.Error} {answer.Stage} {answer.EnteredAt} due {answer.NextDue} locked {answer.IsLocked}");
        text.AppendJoin('\n', answer.History).AppendLine();
        text.AppendJoin('\n', answer.Effects).AppendLine();
        text.AppendJoin('\n', answer.Blocked).AppendLine();
        text.AppendJoin('\n', answer.Ambiguous).AppendLine();
        text.AppendJoin(',', answer.IsIn).AppendLine();
        text.AppendJoin(',', answer.Facts.Select(fact => $"{fact.Key}={fact.Value.ToInvariantText()}")).AppendLine();
        text.AppendJoin(',', answer.Duplicates).Append('|').AppendJoin(',', answer.Conflicts).Append('|').AppendJoin(',', answer.BeforeStart);
        return text.ToString();
    }
}
