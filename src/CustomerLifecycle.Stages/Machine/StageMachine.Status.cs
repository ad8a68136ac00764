namespace CustomerLifecycle.Stages;

public sealed partial class StageMachine
{
    internal StageStatus? StatusOf(CustomerId customer, in StageState state, ReadOnlySpan<StageValue> facts, Instant asOf)
    {
        if (!state.HasStarted || state.Fault != StageFault.None) return null;
        var version = Versions[state.Version];
        var now = StageTime.TicksOf(asOf);
        return new(
            customer, asOf, version.Model, version.StageIds[state.Leaf], [.. Enumerable.Reverse(version.Paths[state.Leaf]).Select(stage => version.StageIds[stage])],
            StageTime.InstantOf(state.EnteredTicks), NextDueOf(in state), state.IsLockedAt(now), FactsOf(in state, facts, now));
    }
}
