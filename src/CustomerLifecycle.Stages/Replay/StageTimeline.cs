namespace CustomerLifecycle.Stages;

/// <summary>What a delivery or the passing of time changed in a history.</summary>
public sealed class StageCorrection
{
    internal StageCorrection(
        bool isLate, IReadOnlyList<StageChange> retracted, IReadOnlyList<StageChange> added, IReadOnlyList<StageEffect> effects, IReadOnlyList<BlockedMove> blocked, IReadOnlyList<AmbiguousEvent> ambiguous)
    {
        IsLate = isLate;
        Retracted = retracted;
        Added = added;
        Effects = effects;
        Blocked = blocked;
        Ambiguous = ambiguous;
    }

    internal static StageCorrection Nothing { get; } = new(false, [], [], [], [], []);

    /// <summary>Whether the past was told anew, because an event came late or an earlier delivery of it turned up.</summary>
    public bool IsLate { get; }

    /// <summary>Rows that were told before and are no longer true, in order.</summary>
    public IReadOnlyList<StageChange> Retracted { get; }

    /// <summary>Rows that are true now and were not told before, in order.</summary>
    public IReadOnlyList<StageChange> Added { get; }

    /// <summary>What the host is to do now. Effects of retracted rows are not taken back: the host is told of the rows.</summary>
    public IReadOnlyList<StageEffect> Effects { get; }

    /// <summary>Moves that were refused now.</summary>
    public IReadOnlyList<BlockedMove> Blocked { get; }

    /// <summary>Events for which several transitions are true now.</summary>
    public IReadOnlyList<AmbiguousEvent> Ambiguous { get; }

    /// <summary>The difference between two tellings of one life.</summary>
    internal static StageCorrection Between(Telling before, Telling after) => new(
        isLate: true, NotIn(before.Changes, after.Changes), NotIn(after.Changes, before.Changes), NotIn(after.Effects, before.Effects), NotIn(after.Blocked, before.Blocked), NotIn(after.Ambiguous, before.Ambiguous));

    // What both tell is told in the same order from the beginning.
    private static IReadOnlyList<T> NotIn<T>(IReadOnlyList<T> rows, IReadOnlyList<T> others)
    {
        var same = 0;
        while (same < rows.Count && same < others.Count && EqualityComparer<T>.Default.Equals(rows[same], others[same])) same++;
        return [.. rows.Skip(same)];
    }
}

/// <summary>One life as it was told at one time.</summary>
internal readonly struct Telling(TrailReader reader)
{
    public readonly IReadOnlyList<StageChange> Changes = reader.Changes();
    public readonly IReadOnlyList<StageEffect> Effects = reader.Effects();
    public readonly IReadOnlyList<BlockedMove> Blocked = reader.Blocked();
    public readonly IReadOnlyList<AmbiguousEvent> Ambiguous = reader.Ambiguous();
}

/// <summary>One customer's life as it becomes known, event by event, in any order: in order it costs one step, late it is replayed.</summary>
/// <remarks>Not safe for concurrent callers. Whatever the order of arrival, the answers are those of <see cref="StageMachine.Replay(IReadOnlyList{CustomerEvent}, StageQuery)"/>.</remarks>
public sealed class StageTimeline
{
    private readonly StageMachine _machine;
    private readonly Instant? _start;
    private readonly string? _partition;
    private readonly List<CustomerEvent> _deliveries = [];
    private readonly Dictionary<string, CustomerEvent> _kept = new(StringComparer.Ordinal);
    private readonly List<CustomerEvent> _events = [];
    private readonly StageTrail _trail = new();
    private readonly StageValue[] _facts;
    private StageState _state;
    private Instant? _asOf;

    /// <summary>Begins a life.</summary>
    /// <param name="machine">The model.</param>
    /// <param name="start">When life begins; null: with the earliest event.</param>
    /// <param name="partition">The part of the customer's life; events of other parts are passed over.</param>
    public StageTimeline(StageMachine machine, Instant? start = null, string? partition = null)
    {
        ArgumentNullException.ThrowIfNull(machine);
        _machine = machine;
        _start = start;
        _partition = partition;
        _facts = new StageValue[machine.FactCells];
    }

    /// <summary>Until when time has passed: what was asked of <see cref="Advance"/>, or the last event.</summary>
    public Instant? AsOf => _asOf;

    /// <summary>The history up to <see cref="AsOf"/>.</summary>
    public IReadOnlyList<StageChange> History => Reader(_trail).Changes();

    /// <summary>The earliest armed timer.</summary>
    public StageDue? NextDue => _machine.NextDueOf(in _state);

    /// <summary>Takes a delivery, in whatever order it comes.</summary>
    /// <param name="delivery">The event as it arrived.</param>
    /// <returns>What it changed up to the later of <see cref="AsOf"/> and the event.</returns>
    public StageCorrection Record(CustomerEvent delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        if (!StageEvents.IsOf(delivery, _partition)) return StageCorrection.Nothing;
        _deliveries.Add(delivery);
        if (_kept.TryGetValue(delivery.Id, out var kept))
        {
            if (delivery.Received >= kept.Received) return StageCorrection.Nothing;
            _kept[delivery.Id] = delivery;
            return kept.SaysTheSameAs(delivery) ? StageCorrection.Nothing : Retell();
        }

        _kept.Add(delivery.Id, delivery);
        var isLate = (_events.Count > 0 && delivery.Position.CompareTo(_events[_events.Count - 1].Position) < 0)
            || (_state.HasStarted && StageTime.TicksOf(delivery.Occurred) < _state.AtTicks);
        if (isLate) return Retell();

        var before = _trail.Count;
        _events.Add(delivery);
        Apply(_events.Count - 1);
        if (_asOf is null || delivery.Occurred > _asOf) _asOf = delivery.Occurred;
        return Reader(_trail).Since(before);
    }

    /// <summary>Lets time pass.</summary>
    /// <param name="asOf">Until when; an earlier instant than before changes nothing.</param>
    /// <returns>What time did.</returns>
    public StageCorrection Advance(Instant asOf)
    {
        if (_asOf is { } already && asOf <= already) return StageCorrection.Nothing;
        var before = _trail.Count;
        _asOf = asOf;
        Pass();
        return Reader(_trail).Since(before);
    }

    /// <summary>Answers where the customer was.</summary>
    /// <param name="asOf">The instant that is asked about.</param>
    /// <param name="knownAt">Only events received up to then are known; null: all.</param>
    public StageAnswer At(Instant asOf, Instant? knownAt = null)
    {
        var query = new StageQuery(asOf, _start, knownAt, _partition);
        if (knownAt is not null || asOf < (_asOf ?? Instant.MaxValue) || _state.Fault != StageFault.None) return _machine.Replay(_deliveries, query);

        var state = StageMachine.Copy(in _state);
        var facts = (StageValue[])_facts.Clone();
        var trail = _trail.Copy();
        if (!state.HasStarted && _start is { } start && start <= asOf) _machine.Start(ref state, facts, start, trail);
        _machine.Advance(ref state, facts, asOf, trail);
        return _machine.Answer(in state, facts, trail, KnownEvents.Of(_deliveries, null, _partition), query);
    }

    /// <summary>What is to be kept between two processes, beside the deliveries.</summary>
    public StageSnapshot Save() => _machine.Save(in _state, _facts);

    /// <summary>Goes on where another process left off.</summary>
    /// <param name="machine">The model.</param>
    /// <param name="saved">What <see cref="Save"/> gave. One of another machine is not used: the deliveries are replayed.</param>
    /// <param name="deliveries">Everything that was recorded, in order of arrival.</param>
    /// <param name="asOf">Until when time had passed.</param>
    /// <param name="start">When life begins; null: with the earliest event.</param>
    /// <param name="partition">The part of the customer's life.</param>
    public static StageTimeline Restore(StageMachine machine, StageSnapshot? saved, IReadOnlyList<CustomerEvent> deliveries, Instant? asOf = null, Instant? start = null, string? partition = null)
    {
        ArgumentNullException.ThrowIfNull(deliveries);
        var timeline = new StageTimeline(machine, start, partition);
        foreach (var delivery in deliveries)
        {
            if (!StageEvents.IsOf(delivery, partition)) continue;
            timeline._deliveries.Add(delivery);
            if (!timeline._kept.TryGetValue(delivery.Id, out var kept) || delivery.Received < kept.Received) timeline._kept[delivery.Id] = delivery;
        }

        timeline._asOf = asOf;
        timeline.Retell();
        if (saved is not null && machine.TryRestore(saved, out var state, timeline._facts)) timeline._state = state;
        return timeline;
    }

    private TrailReader Reader(StageTrail trail) => new(_machine, trail, number => _events[number]);

    private StageCorrection Retell()
    {
        var before = new Telling(Reader(_trail));
        _events.Clear();
        _events.AddRange(_kept.Values);
        _events.Sort(static (left, right) => left.Position.CompareTo(right.Position));
        if (_events.Count > 0 && (_asOf is null || _events[_events.Count - 1].Occurred > _asOf)) _asOf = _events[_events.Count - 1].Occurred;
        _trail.Clear();
        _state = default;
        for (var i = 0; i < _events.Count; i++) Apply(i);
        Pass();

        return StageCorrection.Between(before, new(Reader(_trail)));
    }

    private void Apply(int number)
    {
        var source = _events[number];
        if (source.Occurred < _start) return;
        if (!_state.HasStarted) _machine.Start(ref _state, _facts, _start ?? source.Occurred, _trail);
        _machine.Apply(ref _state, _facts, _machine.Resolve(source), _trail, number);
    }

    private void Pass()
    {
        if (_asOf is not { } asOf) return;
        if (!_state.HasStarted && _start is { } start && start <= asOf) _machine.Start(ref _state, _facts, start, _trail);
        _machine.Advance(ref _state, _facts, asOf, _trail);
    }
}
