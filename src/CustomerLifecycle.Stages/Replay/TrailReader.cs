using System.Globalization;

namespace CustomerLifecycle.Stages;

/// <summary>Reads a trail in the words of the model.</summary>
internal sealed class TrailReader(StageMachine machine, StageTrail trail, Func<int, CustomerEvent> eventOf)
{
    /// <summary>What the steps from one on say.</summary>
    public StageCorrection Since(int from) => trail.Count == from ? StageCorrection.Nothing : new(isLate: false, [], Changes(from), Effects(from), Blocked(from), Ambiguous(from));

    public StageChange[] Changes(int from = 0)
    {
        var changes = new List<StageChange>();
        for (var i = from; i < trail.Count; i++)
        {
            ref readonly var step = ref trail[i];
            if (!step.IsMove) continue;
            var version = machine.Versions[step.Version];
            changes.Add(new(StageTime.InstantOf(step.Ticks), FromOf(in step), version.StageIds[step.To], CauseOf(in step), ReasonOf(in step), version.Model.Version, NoteOf(in step)));
        }

        return [.. changes];
    }

    public StageEffect[] Effects(int from = 0)
    {
        var effects = new List<StageEffect>();
        for (var i = from; i < trail.Count; i++)
        {
            ref readonly var step = ref trail[i];
            if (step.Kind == TrailKind.Migration || (!step.IsMove && step.Kind != TrailKind.Internal)) continue;
            var at = StageTime.InstantOf(step.Ticks);
            foreach (var effect in EffectsOf(machine, step)) effects.Add(new(at, effect));
        }

        return [.. effects];
    }

    public BlockedMove[] Blocked(int from = 0)
    {
        var blocked = new List<BlockedMove>();
        for (var i = from; i < trail.Count; i++)
        {
            ref readonly var step = ref trail[i];
            if (step.Kind is not (TrailKind.BlockedEvent or TrailKind.BlockedTimer or TrailKind.BlockedOverride)) continue;
            blocked.Add(new(StageTime.InstantOf(step.Ticks), CauseOf(in step), TargetOf(in step), WhyBlocked(in step)));
        }

        return [.. blocked];
    }

    public AmbiguousEvent[] Ambiguous(int from = 0)
    {
        var ambiguous = new List<AmbiguousEvent>();
        for (var i = from; i < trail.Count; i++)
        {
            ref readonly var step = ref trail[i];
            if (step.Kind == TrailKind.Ambiguous) ambiguous.Add(new(StageTime.InstantOf(step.Ticks), eventOf(step.Signal).Id));
        }

        return [.. ambiguous];
    }

    /// <summary>Exits from the leaf outwards, the transition's own, entries from the outermost stage inwards.</summary>
    public static IEnumerable<string> EffectsOf(StageMachine machine, TrailStep step)
    {
        var version = machine.Versions[step.Version];
        var stages = version.Model.Stages;
        if (step.IsMove && step.From >= 0)
        {
            var left = version.Paths[step.From];
            for (var depth = left.Length - 1; depth >= step.Kept; depth--)
                foreach (var effect in stages[left[depth]].Exit) yield return effect;
        }

        foreach (var effect in OwnEffects(version, step)) yield return effect;
        if (!step.IsMove) yield break;
        var entered = version.Paths[step.To];
        for (var depth = (int)step.Kept; depth < entered.Length; depth++)
            foreach (var effect in stages[entered[depth]].Entry) yield return effect;
    }

    private static IReadOnlyList<string> OwnEffects(CompiledVersion version, TrailStep step) => step.Kind switch
    {
        TrailKind.Event or TrailKind.Internal => version.Model.Transitions[step.Source].Effects,
        TrailKind.Timer => version.TimerOf(step.From, step.Source).Effects,
        _ => [],
    };

    private string? FromOf(in TrailStep step) =>
        step.From < 0 ? null : machine.Versions[step.Kind == TrailKind.Migration ? step.Version - 1 : step.Version].StageIds[step.From];

    private StageCause CauseOf(in TrailStep step) => step.Kind switch
    {
        TrailKind.Start => new(StageCauseKind.Start, ""),
        TrailKind.Timer or TrailKind.BlockedTimer => new(StageCauseKind.Timer, machine.Versions[step.Version].TimerOf(step.From, step.Source).Id),
        TrailKind.Override or TrailKind.BlockedOverride => new(StageCauseKind.Override, eventOf(step.Signal).Id),
        TrailKind.Migration => new(StageCauseKind.Migration, machine.Versions[step.Version].Model.Version.ToString(CultureInfo.InvariantCulture)),
        _ => new(StageCauseKind.Event, eventOf(step.Signal).Id),
    };

    private string? ReasonOf(in TrailStep step) => step.Kind switch
    {
        TrailKind.Override => eventOf(step.Signal).Properties[StageEvents.ReasonProperty].AsText,
        TrailKind.Timer => machine.Versions[step.Version].TimerOf(step.From, step.Source).Reason,
        TrailKind.Event when machine.Versions[step.Version].Model.Stages[step.To].Reasons.Count > 0 => eventOf(step.Signal).Properties[StageEvents.ReasonProperty].AsText,
        _ => null,
    };

    private string? NoteOf(in TrailStep step) =>
        step.Kind == TrailKind.Event && machine.Versions[step.Version].Model.Stages[step.To].Reasons.Count > 0 ? eventOf(step.Signal).Properties[StageEvents.NoteProperty].AsText : null;

    private string? TargetOf(in TrailStep step) => step.Kind switch
    {
        TrailKind.BlockedTimer => machine.Versions[step.Version].TimerOf(step.From, step.Source).To,
        TrailKind.BlockedEvent => machine.Versions[step.Version].Model.Transitions[step.Source].To,
        _ => eventOf(step.Signal).Properties[StageEvents.ToProperty].AsText,
    };

    private StageBlockReason WhyBlocked(in TrailStep step)
    {
        var version = machine.Versions[step.Version];
        if (step.Kind == TrailKind.BlockedOverride)
            return TargetOf(in step) is { } to && version.StageIndex.ContainsKey(to) ? StageBlockReason.ReasonMissing : StageBlockReason.UnknownStage;
        if (step.Kind == TrailKind.BlockedTimer) return StageBlockReason.Backward;
        var isBackward = version.Model.Direction == StageDirection.Forward && !version.Model.Transitions[step.Source].AllowBackward
            && version.Model.Stages[step.To].Rank < version.Model.Stages[step.From].Rank;
        return isBackward ? StageBlockReason.Backward : StageBlockReason.ReasonMissing;
    }
}
