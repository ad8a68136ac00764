namespace CustomerLifecycle.Stages;

public sealed partial class StageMachine
{
    /// <summary>Explains where a customer is, and what each way out would take.</summary>
    /// <param name="deliveries">The customer's events as they arrived.</param>
    /// <param name="query">What is asked.</param>
    public StageExplanation Explain(IReadOnlyList<CustomerEvent> deliveries, StageQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var (state, facts, answer, _) = Live(deliveries, query, null);
        if (!state.HasStarted || state.Fault != StageFault.None) return new(query.AsOf, null, null, isLocked: false, []);
        return new(query.AsOf, answer.Stage, LastOf(answer), answer.IsLocked, WaysAhead(in state, facts, StageTime.TicksOf(query.AsOf)));
    }

    /// <summary>Explains what an event did, and why: each transition that was looked at, with the values at that moment.</summary>
    /// <param name="deliveries">The customer's events as they arrived.</param>
    /// <param name="query">What is asked; the event must lie at or before its as-of instant.</param>
    /// <param name="eventId">The event.</param>
    /// <returns>The explanation; null when no such event was applied.</returns>
    public StageExplanation? ExplainEvent(IReadOnlyList<CustomerEvent> deliveries, StageQuery query, string eventId)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(eventId);
        var (state, facts, answer, source) = Live(deliveries, query, eventId);
        if (source is null || !state.HasStarted || state.Fault != StageFault.None) return null;
        var signal = Resolve(source);
        if (signal.Type < 0) return new(source.Occurred, answer.Stage, LastOf(answer), state.IsLockedAt(signal.Ticks), []);
        TakeIn(ref state, facts, in signal);
        return new(source.Occurred, answer.Stage, LastOf(answer), state.IsLockedAt(signal.Ticks), WaysOf(in state, facts, in signal));
    }

    private static StageChange? LastOf(StageAnswer answer) => answer.History.Count == 0 ? null : answer.History[answer.History.Count - 1];

    // The state at the query's instant, or just before an event is taken in.
    private (StageState State, StageValue[] Facts, StageAnswer Answer, CustomerEvent? Stop) Live(IReadOnlyList<CustomerEvent> deliveries, StageQuery query, string? untilEvent)
    {
        ArgumentNullException.ThrowIfNull(deliveries);
        var known = KnownEvents.Of(deliveries, query.KnownAt, query.Partition);
        var state = default(StageState);
        var facts = new StageValue[FactCells];
        var trail = new StageTrail();
        CustomerEvent? stop = null;
        var asOf = StageTime.TicksOf(query.AsOf);
        if ((query.Start ?? (known.Events.Count > 0 ? known.Events[0].Occurred : null)) is { } start && StageTime.TicksOf(start) <= asOf)
        {
            Start(ref state, facts, start, trail);
            for (var i = 0; i < known.Events.Count; i++)
            {
                var source = known.Events[i];
                if (source.Occurred < start) continue;
                if (StageTime.TicksOf(source.Occurred) > asOf) break;
                if (string.Equals(source.Id, untilEvent, StringComparison.Ordinal))
                {
                    stop = source;
                    break;
                }

                Apply(ref state, facts, Resolve(source), trail, i);
            }

            Advance(ref state, facts, stop?.Occurred ?? query.AsOf, trail);
        }

        return (state, facts, Answer(in state, facts, trail, known, query), stop);
    }

    private List<StageWay> WaysAhead(in StageState state, StageValue[] facts, long now)
    {
        var version = Versions[state.Version];
        var isLocked = state.IsLockedAt(now);
        var by = state.NextDue;
        var ways = new List<StageWay>();
        foreach (var pair in _types.OrderBy(pair => pair.Value))
        {
            var cell = version.Cells[(state.Leaf * _typeCount) + pair.Value];
            for (var i = cell.First; i < cell.First + cell.Count; i++)
            {
                var candidate = version.Candidates[i];
                var transition = version.Model.Transitions[candidate.Transition];
                var guard = transition.When is null ? null : new GuardExplainer(version, state, facts, default, hasEvent: false, isTimer: false, now).Explain(transition.When.Node);
                var verdict = isLocked ? StageWayVerdict.Locked
                    : candidate.IsBlocked ? StageWayVerdict.Blocked
                    : guard?.Holds == false ? StageWayVerdict.Closed
                    : guard is { Holds: null } ? StageWayVerdict.Depends
                    : StageWayVerdict.Open;
                ways.Add(new(transition.Id, transition.On, null, transition.To, verdict, guard, by, ReasonsOf(version, in candidate)));
            }
        }

        foreach (var timer in version.Timers[state.Leaf])
        {
            if ((state.Spent & timer.Bit) != 0) continue;
            var due = StageTime.DueOf(timer.DueOf(in state));
            var when = timer.Definition.When;
            var guard = when is null ? null : new GuardExplainer(version, state, facts, default, hasEvent: false, isTimer: true, now).Explain(when.Node);
            var verdict = due is null ? StageWayVerdict.Locked : timer.IsBlocked ? StageWayVerdict.Blocked : guard?.Holds == false ? StageWayVerdict.Closed : StageWayVerdict.Open;
            ways.Add(new($"{version.StageIds[version.Paths[state.Leaf][timer.Depth]]}.{timer.Definition.Id}", null, due, timer.Definition.To, verdict, guard, due));
        }

        return ways;
    }

    private static IReadOnlyList<string> ReasonsOf(CompiledVersion version, in Candidate candidate) => candidate.ReasonField < 0 ? [] : version.Model.Stages[candidate.To].Reasons;

    private List<StageWay> WaysOf(in StageState state, StageValue[] facts, in StageSignal signal)
    {
        var version = Versions[state.Version];
        var isLocked = state.IsLockedAt(signal.Ticks);
        var cell = version.Cells[(state.Leaf * _typeCount) + signal.Type];
        var candidates = version.Candidates.AsSpan(cell.First, cell.Count);
        var isAmbiguous = false;
        var isDecided = false;
        var ways = new List<StageWay>();
        for (var i = 0; i < candidates.Length; i++)
        {
            ref readonly var candidate = ref candidates[i];
            var transition = version.Model.Transitions[candidate.Transition];
            var holds = version.Guards.IsTrue(candidate.Guard, in state, facts, in signal, signal.Ticks);
            var guard = transition.When is null ? null : new GuardExplainer(version, state, facts, signal, hasEvent: true, isTimer: false, signal.Ticks).Explain(transition.When.Node);
            if (!isDecided && holds && !isLocked)
                isAmbiguous = version.IsExclusive && HasRival(version, candidates, i, in state, facts, in signal);
            var verdict = isLocked ? StageWayVerdict.Locked
                : !holds ? StageWayVerdict.Closed
                : isAmbiguous ? StageWayVerdict.Ambiguous
                : isDecided ? StageWayVerdict.NotReached
                : candidate.IsBlocked ? StageWayVerdict.Blocked
                : LacksReason(version, in candidate, in signal) ? StageWayVerdict.ReasonMissing
                : StageWayVerdict.Taken;
            isDecided |= holds;
            ways.Add(new(transition.Id, transition.On, null, transition.To, verdict, guard, null, ReasonsOf(version, in candidate)));
        }

        return ways;
    }
}
