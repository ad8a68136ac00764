namespace CustomerLifecycle.Stages;

public sealed partial class StageMachine
{
    /// <summary>Looks up an event's type and takes the fields that the model reads.</summary>
    /// <param name="source">The event.</param>
    public StageSignal Resolve(CustomerEvent source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var ticks = StageTime.TicksOf(source.Occurred);
        switch (source.Type)
        {
            case StageEvents.OverrideType:
                return new(ticks, StageSignal.OverrideType, source.Id, source.OrderNumber, StageValue.None, StageEvents.OverrideOf(source.Properties));
            case StageEvents.UnlockType:
                return new(ticks, StageSignal.UnlockType, source.Id, source.OrderNumber, StageValue.None, null);
        }

        var type = TypeOf(source.Type);
        if (type < 0) return new(ticks, StageSignal.UnknownType, source.Id, source.OrderNumber, StageValue.None, null);
        var fields = _fields[type];
        var first = fields.Length == 0 ? StageValue.None : StageValue.Of(source.Properties[fields[0]]);
        if (fields.Length <= 1) return new(ticks, type, source.Id, source.OrderNumber, in first, null);
        var more = new StageValue[fields.Length - 1];
        for (var i = 0; i < more.Length; i++) more[i] = StageValue.Of(source.Properties[fields[i + 1]]);
        return new(ticks, type, source.Id, source.OrderNumber, in first, more);
    }

    /// <summary>Answers where a customer was, from everything that is known of them. The order of the events does not matter.</summary>
    /// <param name="deliveries">The customer's events as they arrived; repeats and other customers' partitions may be among them.</param>
    /// <param name="query">What is asked.</param>
    public StageAnswer Replay(IReadOnlyList<CustomerEvent> deliveries, StageQuery query)
    {
        ArgumentNullException.ThrowIfNull(deliveries);
        ArgumentNullException.ThrowIfNull(query);
        var known = KnownEvents.Of(deliveries, query.KnownAt, query.Partition);
        var state = default(StageState);
        var facts = new StageValue[FactCells];
        var trail = new StageTrail();
        var asOf = StageTime.TicksOf(query.AsOf);
        if ((query.Start ?? (known.Events.Count > 0 ? known.Events[0].Occurred : null)) is { } start && StageTime.TicksOf(start) <= asOf)
        {
            Start(ref state, facts, start, trail);
            for (var i = 0; i < known.Events.Count; i++)
            {
                var source = known.Events[i];
                if (source.Occurred < start) continue;
                if (StageTime.TicksOf(source.Occurred) > asOf) break;
                Apply(ref state, facts, Resolve(source), trail, i);
            }

            Advance(ref state, facts, query.AsOf, trail);
        }

        return Answer(in state, facts, trail, known, query);
    }

    /// <summary>Runs a customer's whole life in place, for hosts with many customers: sorts, applies, lets time pass.</summary>
    /// <param name="state">The state, overwritten.</param>
    /// <param name="facts">The state's cells, overwritten.</param>
    /// <param name="signals">The customer's events, each id once; they are put in order. None may lie before <paramref name="start"/>.</param>
    /// <param name="asOf">Until when; later events are left out.</param>
    /// <param name="start">When life began; null: with the earliest event.</param>
    /// <param name="trail">Takes the steps; null for none.</param>
    /// <exception cref="InvalidOperationException">An event lies before <paramref name="start"/>.</exception>
    public void Replay(ref StageState state, Span<StageValue> facts, Span<StageSignal> signals, Instant asOf, Instant? start = null, StageTrail? trail = null)
    {
        Sort(signals);
        var until = StageTime.TicksOf(asOf);
        var begin = start is { } given ? StageTime.TicksOf(given) : signals.Length > 0 ? signals[0].Ticks : StageTime.Never;
        if (begin > until)
        {
            state = default;
            return;
        }

        Start(ref state, facts, begin, trail);
        var known = signals.Length;
        while (known > 0 && signals[known - 1].Ticks > until) known--;
        Apply(ref state, facts, signals.Slice(0, known), trail);
        if (until > state.AtTicks) AdvanceTo(ref state, facts, until, trail);
    }

    // Histories are kept in order as a rule: those that are pay one comparison for each event.
    private static void Sort(Span<StageSignal> signals)
    {
        for (var i = 1; i < signals.Length; i++)
        {
            if (!IsBefore(in signals[i], in signals[i - 1])) continue;
            if (signals.Length <= LongestByInsertion) SortByInsertion(signals, i);
            else SortLong(signals);
            return;
        }
    }

    private const int LongestByInsertion = 64;

    // Sorts the places first and then moves each signal once: moving signals, which hold references, is what costs.
    private static void SortByInsertion(Span<StageSignal> signals, int sorted)
    {
        Span<byte> places = stackalloc byte[LongestByInsertion];
        Span<long> ticks = stackalloc long[LongestByInsertion];
        for (var i = 0; i < signals.Length; i++)
        {
            var at = signals[i].Ticks;
            var hole = i;
            if (i >= sorted)
            {
                while (hole > 0 && (at < ticks[hole - 1] || (at == ticks[hole - 1] && IsBefore(in signals[i], in signals[places[hole - 1]]))))
                {
                    ticks[hole] = ticks[hole - 1];
                    places[hole] = places[hole - 1];
                    hole--;
                }
            }

            ticks[hole] = at;
            places[hole] = (byte)i;
        }

        for (var start = 0; start < signals.Length; start++)
        {
            if (places[start] == start) continue;
            var moved = signals[start];
            var hole = start;
            while (places[hole] != start)
            {
                var from = places[hole];
                signals[hole] = signals[from];
                places[hole] = (byte)hole;
                hole = from;
            }

            signals[hole] = moved;
            places[hole] = (byte)hole;
        }
    }

    private static void SortLong(Span<StageSignal> signals)
    {
        var sorted = signals.ToArray();
        Array.Sort(sorted, static (left, right) => IsBefore(in left, in right) ? -1 : IsBefore(in right, in left) ? 1 : 0);
        sorted.AsSpan().CopyTo(signals);
    }

    private static bool IsBefore(in StageSignal left, in StageSignal right)
    {
        if (left.Ticks != right.Ticks) return left.Ticks < right.Ticks;
        if (left.Order != right.Order) return left.Order < right.Order;
        return CodePointComparer.CompareText(left.Id, right.Id) < 0;
    }

    internal StageAnswer Answer(in StageState state, ReadOnlySpan<StageValue> facts, StageTrail trail, KnownEvents known, StageQuery query)
    {
        if (state.Fault != StageFault.None) return new(query.AsOf) { Error = state.Fault };
        var duplicates = KnownEvents.IdsUpTo(known.Duplicates, query.AsOf);
        var conflicts = KnownEvents.IdsUpTo(known.Conflicts, query.AsOf);
        var beforeStart = query.Start is { } start
            ? known.Events.Where(source => source.Occurred < start && source.Occurred <= query.AsOf).Select(source => source.Id).ToArray()
            : [];
        if (!state.HasStarted) return new(query.AsOf) { Duplicates = duplicates, Conflicts = conflicts, BeforeStart = beforeStart };

        var version = Versions[state.Version];
        var path = version.Paths[state.Leaf];
        var reader = new TrailReader(this, trail, number => known.Events[number]);
        return new(query.AsOf)
        {
            Stage = version.StageIds[state.Leaf],
            EnteredAt = state.EnteredAt,
            IsIn = [.. Enumerable.Reverse(path).Select(stage => version.StageIds[stage])],
            History = reader.Changes(),
            NextDue = NextDueOf(in state),
            Facts = FactsOf(in state, facts, StageTime.TicksOf(query.AsOf)),
            Effects = reader.Effects(),
            IsLocked = state.IsLockedAt(StageTime.TicksOf(query.AsOf)),
            Blocked = reader.Blocked(),
            Ambiguous = reader.Ambiguous(),
            Duplicates = duplicates,
            Conflicts = conflicts,
            BeforeStart = beforeStart,
        };
    }

    /// <summary>The earliest armed timer of a state.</summary>
    /// <param name="state">The state.</param>
    /// <returns>When, which and where to; null when there is none.</returns>
    public StageDue? NextDueOf(in StageState state)
    {
        if (state.NextDue is not { } at) return null;
        var timer = Versions[state.Version].Timers[state.Leaf][state.NextTimer].Definition;
        return new(at, timer.Id, timer.To);
    }

    internal KeyValuePair<string, StageValue>[] FactsOf(in StageState state, ReadOnlySpan<StageValue> facts, long now)
    {
        var version = Versions[state.Version];
        var values = new KeyValuePair<string, StageValue>[version.Facts.Length];
        for (var i = 0; i < values.Length; i++) values[i] = new(version.Model.Facts[i].Name, FactValue(version.Facts[i], in state, facts, now));
        return values;
    }
}
