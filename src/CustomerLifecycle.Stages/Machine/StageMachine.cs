using System.Runtime.CompilerServices;

namespace CustomerLifecycle.Stages;

/// <summary>A valid model, or a chain of its versions, ready to run: immutable, safe for any number of threads, without clock and without I/O.</summary>
/// <remarks>Everything here is a function of its arguments. What passing time does happens at its exact instant, whether or not anything ran then:
/// <see cref="Advance"/> and <see cref="Apply(ref StageState, Span{StageValue}, in StageSignal, StageTrail?, int)"/> make up for it in order.</remarks>
public sealed partial class StageMachine
{
    /// <summary>More timer moves than this at one instant, with no event between them, are a livelock.</summary>
    public const int LongestTimerChain = 64;

    private readonly Dictionary<string, int> _types;
    private readonly string[][] _fields;
    private readonly EventUse[] _uses;
    private readonly StageValue[] _emptyFacts;
    private readonly int[] _stageFacts;
    private readonly int[] _stageRings;
    private readonly (StageAggregate Aggregate, long Window)[] _rings;
    private readonly int _typeCount;
    private readonly int _clockCount;
    private readonly int _visitCount;
    private readonly int _depth;
    private readonly bool _needsMemory;

    private StageMachine(IReadOnlyList<StageModelVersion> models)
    {
        Models = models;
        var compiler = new StageCompiler(models);
        Versions = compiler.Versions;
        compiler.Compile(this);
        _types = compiler.Types;
        _fields = compiler.Fields;
        _uses = compiler.Uses;
        _emptyFacts = compiler.EmptyFacts;
        _stageFacts = compiler.StageFacts;
        _stageRings = compiler.StageRings;
        _rings = compiler.Rings;
        _typeCount = compiler.TypeCount;
        _clockCount = compiler.ClockCount;
        _visitCount = compiler.VisitCount;
        _depth = compiler.Depth;
        _needsMemory = _clockCount > 1 || _visitCount > 0 || _depth > 0 || _rings.Length > 0;
        Fingerprint = StageFingerprint.Of(models);
    }

    /// <summary>Makes a machine of one model.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="StageModelException">The model has errors; the exception lists all findings.</exception>
    public static StageMachine Compile(StageModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Compile([new StageModelVersion(model)]);
    }

    /// <summary>Makes a machine of a chain of versions.</summary>
    /// <param name="versions">The versions, oldest first.</param>
    /// <param name="allowUnmapped">Whether a stage without counterpart in the next version is let pass: a customer who is in it when that version comes into
    /// force gets the error <see cref="StageFault.UnmappedStage"/>. For versions that come from elsewhere, one by one.</param>
    /// <exception cref="StageModelException">A model or the chain has errors; the exception lists all findings.</exception>
    public static StageMachine Compile(IReadOnlyList<StageModelVersion> versions, bool allowUnmapped = false)
    {
        ArgumentNullException.ThrowIfNull(versions);
        if (versions.Count == 0) throw new ArgumentException("A chain has at least one version.", nameof(versions));
        var findings = StageModel.Validate(versions);
        foreach (var finding in findings)
            if (finding.Severity == FindingSeverity.Error && !(allowUnmapped && StageModelValidator.IsUnmapped(finding))) throw new StageModelException(findings);
        return new([.. versions]);
    }

    /// <summary>The versions, oldest first.</summary>
    internal CompiledVersion[] Versions { get; }

    /// <summary>The models of the chain, oldest first.</summary>
    public IReadOnlyList<StageModelVersion> Models { get; }

    /// <summary>Stands for everything that the answers depend on: two machines with one fingerprint answer alike. Predicates count by their name.</summary>
    public RequestHash Fingerprint { get; }

    /// <summary>The newest model.</summary>
    public StageModel Model => Models[Models.Count - 1].Model;

    /// <summary>How many <see cref="StageValue"/> cells lie beside each state: one for each plain fact.</summary>
    public int FactCells => _emptyFacts.Length;

    /// <summary>The number of an event type, for hosts that keep their events in tables of their own; -1 for one that the model does not read.</summary>
    /// <param name="eventType">The type.</param>
    public int TypeOf(string eventType)
    {
        ArgumentNullException.ThrowIfNull(eventType);
        return _types.TryGetValue(eventType, out var type) ? type : StageSignal.UnknownType;
    }

    /// <summary>The fields of a type of event that the model reads: the ones worth keeping for replay.</summary>
    /// <param name="eventType">The type.</param>
    public IReadOnlyList<string> FieldsOf(string eventType)
    {
        var type = TypeOf(eventType);
        return type < 0 ? [] : _fields[type];
    }

    /// <summary>An event of a type that has at most one field which the model reads, for hosts that keep their events in tables of their own.</summary>
    /// <param name="type">From <see cref="TypeOf"/>.</param>
    /// <param name="at">When it happened.</param>
    /// <param name="id">Its id.</param>
    /// <param name="field">The value of the only field that the model reads of it.</param>
    /// <param name="order">Its place among those of one instant.</param>
    public StageSignal Signal(int type, Instant at, string id, StageValue field, long order = 0)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(type, _typeCount);
        if (type >= 0 && _fields[type].Length > 1) throw new ArgumentException("The model reads several fields of this type of event: use Resolve.", nameof(type));
        return new(StageTime.TicksOf(at), Math.Max(type, StageSignal.UnknownType), id, order, in field, null);
    }

    /// <summary>Starts a customer: enters the first stage of the version in force.</summary>
    /// <param name="state">The state, overwritten.</param>
    /// <param name="facts"><see cref="FactCells"/> cells, overwritten.</param>
    /// <param name="at">The start.</param>
    /// <param name="trail">Takes the steps; null for none.</param>
    public void Start(ref StageState state, Span<StageValue> facts, Instant at, StageTrail? trail = null) => Start(ref state, facts, StageTime.TicksOf(at), trail);

    internal void Start(ref StageState state, Span<StageValue> facts, long at, StageTrail? trail)
    {
        CheckCells(facts);
        state.Memory = _needsMemory ? NewMemory() : null;
        for (var i = 0; i < facts.Length; i++) facts[i].Reset(in _emptyFacts[i]);
        var compiled = VersionAt(at);
        state.AtTicks = at;
        state.FloorTicks = StageTime.Before;
        state.FirstClock = StageTime.Before;
        state.Spent = 0;
        state.Version = (ushort)compiled.Number;
        state.Fault = StageFault.None;
        state.HasStarted = true;
        Enter(ref state, facts, compiled, compiled.Start, 0, at);
        trail?.Add(new(TrailKind.Start, at, compiled.Number, -1, state.Leaf, 0, -1, -1));
        compiled.Dues[state.Leaf].SetNext(ref state);
    }

    /// <summary>The version in force at an instant.</summary>
    internal CompiledVersion VersionAt(long at)
    {
        var number = Versions.Length - 1;
        while (number > 0 && Versions[number].From > at) number--;
        return Versions[number];
    }

    private StageMemory NewMemory()
    {
        var rings = new FactRing[_rings.Length];
        for (var i = 0; i < rings.Length; i++) rings[i] = new(_rings[i].Aggregate, _rings[i].Window);
        return new(Math.Max(0, _clockCount - 1), _depth, _visitCount, rings);
    }

    /// <summary>Applies one event, after everything that time did before it.</summary>
    /// <param name="state">A started state that is not later than the event.</param>
    /// <param name="facts">The state's cells.</param>
    /// <param name="signal">The event.</param>
    /// <param name="trail">Takes the steps; null for none.</param>
    /// <param name="number">What stands for the event in the trail.</param>
    /// <exception cref="InvalidOperationException">The state has not started, or has gone past the event: replay instead.</exception>
    public void Apply(ref StageState state, Span<StageValue> facts, in StageSignal signal, StageTrail? trail = null, int number = -1)
    {
        ApplyOne(ref state, facts, in signal, trail, number);
    }

    /// <summary>Applies a customer's next events, one after another.</summary>
    /// <param name="state">A started state that is not later than the first event.</param>
    /// <param name="facts">The state's cells.</param>
    /// <param name="signals">The events, in order.</param>
    /// <param name="trail">Takes the steps, in which an event's place among these stands for it; null for none.</param>
    /// <exception cref="InvalidOperationException">The state has not started, or has gone past an event: replay instead. Those before it are applied.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)] // inlined, it would compete with its caller for registers
    public void Apply(ref StageState state, Span<StageValue> facts, ReadOnlySpan<StageSignal> signals, StageTrail? trail = null)
    {
        for (var i = 0; i < signals.Length; i++) ApplyOne(ref state, facts, in signals[i], trail, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ApplyOne(ref StageState state, Span<StageValue> facts, in StageSignal signal, StageTrail? trail, int number)
    {
        // A state that has not started is due at once: the one comparison with the next due instant finds both.
        var now = signal.Ticks;
        if (now < state.AtTicks) throw NotApplicable(in state);
        var version = Versions[state.Version];
        if (now >= state.NextDueTicks || now >= version.Until) version = CatchUp(ref state, facts, now, trail);
        if (state.Fault != StageFault.None) return;
        state.AtTicks = now;
        var type = signal.Type;
        if (type < 0)
        {
            if (type != StageSignal.UnknownType) ApplyControl(ref state, facts, in signal, trail, number);
            return;
        }

        ref readonly var cell = ref version.Cells[(state.Leaf * _typeCount) + type];
        TakeIn(ref state, facts, in signal);
        if (cell.Rearms != 0) state.Spent &= ~cell.Rearms;
        if (cell.Count != 0 && state.FloorTicks <= now && Choose(ref state, facts, version, in cell, in signal, trail, number)) return;
        if (cell.Rearms != 0) version.Dues[state.Leaf].SetNext(ref state);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private CompiledVersion CatchUp(ref StageState state, Span<StageValue> facts, long now, StageTrail? trail)
    {
        if (!state.HasStarted) throw NotApplicable(in state);
        AdvanceTo(ref state, facts, now, trail);
        return Versions[state.Version];
    }

    // Facts and clocks take an event in before any guard is judged.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void TakeIn(ref StageState state, Span<StageValue> facts, in StageSignal signal)
    {
        ref readonly var use = ref _uses[signal.Type];
        var updates = use.Updates;
        for (var i = 0; i < updates.Length; i++) UpdateFact(facts, in updates[i], in signal);
        if (use.SetsFirstClock) state.FirstClock = signal.Ticks;
        if (use.NeedsMemory) Remember(in use, state.Memory!, in signal);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Remember(in EventUse use, StageMemory memory, in StageSignal signal)
    {
        foreach (ref readonly var update in use.RingUpdates.AsSpan()) memory.Rings[update.Slot].Add(signal.Ticks, update.Field < 0 ? StageValue.None : StageSignal.Field(in signal, update.Field));
        foreach (var clock in use.MoreClocks) memory.Clocks[clock - 1] = signal.Ticks;
    }

    /// <summary>Lets time pass: every timer due up to <paramref name="asOf"/> acts at its instant.</summary>
    /// <param name="state">A started state.</param>
    /// <param name="facts">The state's cells.</param>
    /// <param name="asOf">Until when; an instant before the state's own changes nothing.</param>
    /// <param name="trail">Takes the steps; null for none.</param>
    public void Advance(ref StageState state, Span<StageValue> facts, Instant asOf, StageTrail? trail = null)
    {
        var ticks = StageTime.TicksOf(asOf);
        if (state.HasStarted && ticks > state.AtTicks) AdvanceTo(ref state, facts, ticks, trail);
    }

    /// <summary>A copy that shares nothing with the original.</summary>
    /// <param name="state">The original.</param>
    public static StageState Copy(in StageState state)
    {
        var copy = state;
        copy.Memory = state.Memory?.Copy();
        return copy;
    }

    /// <summary>The leaf that a state is in.</summary>
    /// <param name="state">The state.</param>
    /// <returns>The stage's id; null before the start.</returns>
    public string? StageOf(in StageState state) => state.HasStarted ? Versions[state.Version].StageIds[state.Leaf] : null;

    internal void AdvanceTo(ref StageState state, Span<StageValue> facts, long until, StageTrail? trail)
    {
        var moves = 0;
        var instant = StageTime.Before;
        while (state.Fault == StageFault.None)
        {
            var version = Versions[state.Version];
            if (version.Until <= until && version.Until <= state.NextDueTicks)
            {
                Migrate(ref state, trail);
                continue;
            }

            var due = state.NextDueTicks;
            if (due > until || due == StageTime.Never) break;
            if (due != instant)
            {
                instant = due;
                moves = 0;
            }

            state.AtTicks = due;
            if (!ActOnTimer(ref state, facts, version, due, trail)) continue;
            if (++moves > LongestTimerChain) state.Fault = StageFault.Livelock;
        }

        if (state.Fault == StageFault.None) state.AtTicks = until;
    }

    private bool ActOnTimer(ref StageState state, Span<StageValue> facts, CompiledVersion version, long due, StageTrail? trail)
    {
        var timer = version.Timers[state.Leaf][state.NextTimer];
        var nothing = default(StageSignal);
        if (!version.Guards.IsTrue(timer.Guard, in state, facts, in nothing, due))
        {
            Spend(ref state, version, timer);
            return false;
        }

        if (timer.IsBlocked)
        {
            trail?.Add(new(TrailKind.BlockedTimer, due, state.Version, state.Leaf, timer.To, timer.Kept, timer.Number, -1));
            Spend(ref state, version, timer);
            return false;
        }

        trail?.Add(new(TrailKind.Timer, due, state.Version, state.Leaf, timer.To, timer.Kept, timer.Number, -1));
        Enter(ref state, facts, version, timer.To, timer.Kept, due);
        version.Dues[state.Leaf].SetNext(ref state);
        return true;
    }

    private static void Spend(ref StageState state, CompiledVersion version, CompiledTimer timer)
    {
        state.Spent |= timer.Bit;
        version.Dues[state.Leaf].SetNext(ref state);
    }

    private bool Choose(ref StageState state, Span<StageValue> facts, CompiledVersion version, in EventCell cell, in StageSignal signal, StageTrail? trail, int number)
    {
        var candidates = version.Candidates.AsSpan(cell.First, cell.Count);
        for (var i = 0; i < candidates.Length; i++)
        {
            ref readonly var candidate = ref candidates[i];
            if (!version.Guards.IsTrue(candidate.Guard, in state, facts, in signal, signal.Ticks)) continue;
            if (version.IsExclusive && HasRival(version, candidates, i, in state, facts, in signal))
            {
                trail?.Add(new(TrailKind.Ambiguous, signal.Ticks, state.Version, state.Leaf, state.Leaf, 0, candidate.Transition, number));
                return false;
            }

            var kind = candidate.IsInternal ? TrailKind.Internal
                : candidate.IsBlocked || LacksReason(version, in candidate, in signal) ? TrailKind.BlockedEvent
                : TrailKind.Event;
            trail?.Add(new(kind, signal.Ticks, state.Version, state.Leaf, candidate.To, candidate.Kept, candidate.Transition, number));
            if (kind != TrailKind.Event) return false;
            Enter(ref state, facts, version, candidate.To, candidate.Kept, signal.Ticks);
            Settle(ref state, facts, version, trail);
            return true;
        }

        return false;
    }

    private static bool HasRival(CompiledVersion version, ReadOnlySpan<Candidate> candidates, int chosen, in StageState state, ReadOnlySpan<StageValue> facts, in StageSignal signal)
    {
        for (var i = chosen + 1; i < candidates.Length; i++)
        {
            ref readonly var rival = ref candidates[i];
            if (rival.Level != candidates[chosen].Level || rival.Priority != candidates[chosen].Priority) return false;
            if (version.Guards.IsTrue(rival.Guard, in state, facts, in signal, signal.Ticks)) return true;
        }

        return false;
    }

    private static bool LacksReason(CompiledVersion version, in Candidate candidate, in StageSignal signal) =>
        candidate.ReasonField >= 0
        && !(StageSignal.Field(in signal, candidate.ReasonField).TryGetText(out var reason) && version.Model.Stages[candidate.To].Reasons.Contains(reason, StringComparer.Ordinal));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ApplyControl(ref StageState state, Span<StageValue> facts, in StageSignal signal, StageTrail? trail, int number)
    {
        var version = Versions[state.Version];
        var now = signal.Ticks;
        switch (signal.Type)
        {
            case StageSignal.UnlockType when state.IsLockedAt(now):
                state.FloorTicks = now;
                Settle(ref state, facts, version, trail);
                break;
            case StageSignal.OverrideType:
                var order = signal.Override!;
                if (order.To is null || !version.StageIndex.TryGetValue(order.To, out var target) || LacksReason(version.Model.Stages[version.InitialLeaf[target]], order))
                {
                    trail?.Add(new(TrailKind.BlockedOverride, now, state.Version, state.Leaf, -1, 0, -1, number));
                    break;
                }

                var leaf = version.InitialLeaf[target];
                var kept = KeptOf(version.Paths, state.Leaf, target);
                trail?.Add(new(TrailKind.Override, now, state.Version, state.Leaf, leaf, kept, -1, number));
                Enter(ref state, facts, version, leaf, kept, now);
                state.FloorTicks = order.LockUntil is { } until ? Math.Max(now, StageTime.TicksOf(until)) : order.IsLocked ? StageTime.Never : now;
                Settle(ref state, facts, version, trail);
                break;
        }
    }

    private static bool LacksReason(Stage stage, StageOverride order) => stage.Reasons.Count > 0 && !stage.Reasons.Contains(order.Reason, StringComparer.Ordinal);

    // After each move the new stage's timers are looked at at once, so one instant can hold a chain.
    private void Settle(ref StageState state, Span<StageValue> facts, CompiledVersion version, StageTrail? trail)
    {
        version.Dues[state.Leaf].SetNext(ref state);
        if (state.NextDueTicks <= state.AtTicks) AdvanceTo(ref state, facts, state.AtTicks, trail);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Enter(ref StageState state, Span<StageValue> facts, CompiledVersion version, int leaf, int kept, long now)
    {
        state.Leaf = (ushort)leaf;
        state.EnteredTicks = now;
        foreach (var slot in _stageFacts) facts[slot].Reset(in _emptyFacts[slot]);
        if (_needsMemory) EnterPath(ref state, version, leaf, kept, now);
        else state.Spent = 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterPath(ref StageState state, CompiledVersion version, int leaf, int kept, long now)
    {
        var memory = state.Memory!;
        foreach (var ring in _stageRings) memory.Rings[ring].Clear();
        var path = version.Paths[leaf];
        for (var depth = kept; depth < path.Length; depth++)
        {
            if (depth < path.Length - 1) memory.Entries[depth] = now;
            var visits = version.VisitSlot[path[depth]];
            if (visits >= 0) memory.Visits[visits]++;
        }

        if (state.Spent != 0) state.Spent &= KeptTimers(version.Timers[leaf], kept);
    }

    private static ulong KeptTimers(CompiledTimer[] timers, int kept)
    {
        var bits = 0UL;
        foreach (var timer in timers)
            if (timer.Depth < kept) bits |= timer.Bit;
        return bits;
    }

    private void Migrate(ref StageState state, StageTrail? trail)
    {
        var old = Versions[state.Version];
        var number = state.Version + 1;
        var version = Versions[number];
        var now = version.From;
        var leaf = version.Migration![state.Leaf];
        state.AtTicks = now;
        if (leaf < 0)
        {
            state.Fault = StageFault.UnmappedStage;
            return;
        }

        var oldLeaf = state.Leaf;
        var spent = SpentAfterMigration(in state, old, version, leaf);
        if (state.Memory is { } memory) MigrateEntries(memory, in state, old, version, leaf);
        state.Version = (ushort)number;
        state.Leaf = (ushort)leaf;
        state.Spent = spent;
        if (state.FloorTicks < now) state.FloorTicks = now;
        if (!string.Equals(old.StageIds[oldLeaf], version.StageIds[leaf], StringComparison.Ordinal))
            trail?.Add(new(TrailKind.Migration, now, number, oldLeaf, leaf, 0, -1, -1));
        version.Dues[state.Leaf].SetNext(ref state);
    }

    private static ulong SpentAfterMigration(in StageState state, CompiledVersion old, CompiledVersion version, int leaf)
    {
        var spent = 0UL;
        if (state.Spent == 0) return spent;
        foreach (var timer in old.Timers[state.Leaf])
        {
            if ((state.Spent & timer.Bit) == 0) continue;
            var stage = timer.IsOfLeaf ? leaf : version.Counterpart![old.Paths[state.Leaf][timer.Depth]];
            foreach (var candidate in version.Timers[leaf])
            {
                if (version.Paths[leaf][candidate.Depth] == stage && string.Equals(candidate.Definition.Id, timer.Definition.Id, StringComparison.Ordinal)) spent |= candidate.Bit;
            }
        }

        return spent;
    }

    // A parent that was one before keeps its entry; another takes the leaf's.
    private static void MigrateEntries(StageMemory memory, in StageState state, CompiledVersion old, CompiledVersion version, int leaf)
    {
        var oldPath = old.Paths[state.Leaf];
        var path = version.Paths[leaf];
        Span<long> entries = stackalloc long[path.Length];
        for (var depth = 0; depth < path.Length - 1; depth++)
        {
            entries[depth] = state.EnteredTicks;
            for (var before = 0; before < oldPath.Length - 1; before++)
                if (version.Counterpart![oldPath[before]] == path[depth]) entries[depth] = memory.Entries[before];
        }

        for (var depth = 0; depth < path.Length - 1; depth++) memory.Entries[depth] = entries[depth];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void UpdateFact(Span<StageValue> facts, in FactUpdate update, in StageSignal signal)
    {
        ref var fact = ref facts[update.Slot];
        if (update.Aggregate == StageAggregate.Count) fact.Increment();
        else if (update.Aggregate != StageAggregate.Sum || !fact.TryAdd(in StageSignal.Field(in signal, update.Field))) Fold(ref fact, update.Aggregate, in StageSignal.Field(in signal, update.Field));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Fold(ref StageValue fact, StageAggregate aggregate, in StageValue value)
    {
        switch (aggregate)
        {
            case StageAggregate.Last:
                if (!value.IsNone) fact = value;
                break;
            case var _ when value.Kind != StageValueKind.Number:
                break;
            case StageAggregate.Sum:
                fact = StageValue.Add(in fact, in value);
                break;
            case StageAggregate.Min:
                if (fact.IsNone || StageValue.CompareNumbers(in value, in fact) < 0) fact = value;
                break;
            default:
                if (fact.IsNone || StageValue.CompareNumbers(in value, in fact) > 0) fact = value;
                break;
        }
    }

    internal static StageValue FactValue(FactPlace place, in StageState state, ReadOnlySpan<StageValue> facts, long now) =>
        place.IsRing ? state.Memory!.Rings[place.Slot].Value(now) : facts[place.Slot];

    internal static StageValue FactValue(CompiledVersion version, string name, in StageState state, ReadOnlySpan<StageValue> facts, long now)
    {
        for (var i = 0; i < version.Facts.Length; i++)
            if (string.Equals(version.Model.Facts[i].Name, name, StringComparison.Ordinal)) return FactValue(version.Facts[i], in state, facts, now);
        throw new ArgumentException($"The model declares no fact '{name}': declare it, or ask for one of those that it declares.", nameof(name));
    }

    internal StageValue FieldOf(in StageSignal signal, string name)
    {
        if (signal.Type < 0 || signal.Id is null) return StageValue.None;
        var index = Array.IndexOf(_fields[signal.Type], name);
        return index < 0 ? StageValue.None : StageSignal.Field(in signal, index);
    }

    /// <summary>How many ancestors of a leaf, outermost first, stay as they are when it moves to a stage.</summary>
    internal static int KeptOf(int[][] paths, int leaf, int target)
    {
        var from = paths[leaf];
        var to = paths[target];
        if (target != leaf && to.Length < from.Length && from[to.Length - 1] == target) return to.Length;
        var shared = 0;
        while (shared < from.Length - 1 && shared < to.Length && from[shared] == to[shared]) shared++;
        return shared;
    }

    private void CheckCells(ReadOnlySpan<StageValue> facts)
    {
        if (facts.Length != FactCells) throw new ArgumentException($"The machine needs {FactCells} fact cells for each state, and got {facts.Length}.", nameof(facts));
    }

    private static InvalidOperationException NotApplicable(in StageState state) => state.HasStarted
        ? new("The event happened before the state's own instant: late events need a replay, as StageTimeline and StageService make it.")
        : new("The state has not started: call Start first.");
}
