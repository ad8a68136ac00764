using System.Runtime.CompilerServices;

namespace CustomerLifecycle.Stages;

/// <summary>One version of a model as dense tables. Stages, event types, facts and timers are numbers here.</summary>
internal sealed class CompiledVersion(StageModel model)
{
    public StageModel Model { get; } = model;

    /// <summary>Its place in the chain.</summary>
    public int Number { get; init; }

    /// <summary>In force from here; <see cref="StageTime.Before"/> for the first.</summary>
    public long From { get; init; }

    /// <summary>In force until here, this instant excluded.</summary>
    public long Until { get; init; }

    public string[] StageIds { get; init; } = [];

    public Dictionary<string, int> StageIndex { get; init; } = [];

    /// <summary>The stage and its ancestors, outermost first.</summary>
    public int[][] Paths { get; init; } = [];

    /// <summary>The leaf entered when a stage is the target.</summary>
    public int[] InitialLeaf { get; init; } = [];

    /// <summary>The leaf in which life begins.</summary>
    public int Start { get; init; }

    /// <summary>Where each leaf of the version before goes; -1 for nowhere. Null in the first version.</summary>
    public int[]? Migration { get; init; }

    /// <summary>For each stage of the version before: the stage that it is in this one; -1 for none.</summary>
    public int[]? Counterpart { get; init; }

    /// <summary>By stage: the number of its visit count; -1 where no guard asks.</summary>
    public int[] VisitSlot { get; init; } = [];

    /// <summary>Whether nothing moves when several transitions are true.</summary>
    public bool IsExclusive { get; } = model.Selection == StageSelection.Exclusive;

    /// <summary>By leaf: the timers of its path, its own first, then its parents', in definition order.</summary>
    public CompiledTimer[][] Timers { get; init; } = [];

    /// <summary>By leaf: when its <see cref="Timers"/> are due.</summary>
    public LeafDues[] Dues { get; init; } = [];

    /// <summary>By leaf and event type: what may happen.</summary>
    public EventCell[] Cells { get; init; } = [];

    public Candidate[] Candidates { get; init; } = [];

    public GuardProgram Guards { get; init; } = new([], []);

    /// <summary>The version's facts by definition order: where each one lives.</summary>
    public FactPlace[] Facts { get; init; } = [];

    /// <summary>A timer of a leaf's path by its number.</summary>
    public StageTimer TimerOf(int leaf, int number)
    {
        foreach (var timer in Timers[leaf])
            if (timer.Number == number) return timer.Definition;
        throw new ArgumentOutOfRangeException(nameof(number));
    }

    public int LeafOf(string? stageId) => stageId is not null && StageIndex.TryGetValue(stageId, out var stage) ? InitialLeaf[stage] : -1;
}

/// <summary>What a type of event may do in one leaf.</summary>
internal readonly struct EventCell(int first, int count, ulong rearms)
{
    public readonly ulong Rearms = rearms;
    public readonly int First = first;
    public readonly int Count = count;
}

/// <summary>One transition as seen from one leaf, in the order of choice.</summary>
internal readonly struct Candidate
{
    public int Transition { get; init; }

    /// <summary>Distance from the leaf: 0 its own, 1 its parent's …; <see cref="int.MaxValue"/> for "any stage".</summary>
    public int Level { get; init; }

    public int Priority { get; init; }

    public int Guard { get; init; }

    public bool IsInternal { get; init; }

    public bool IsBlocked { get; init; }

    /// <summary>The field that must hold one of the target's reason codes; -1 when none is asked for.</summary>
    public int ReasonField { get; init; }

    public int To { get; init; }

    public int Kept { get; init; }
}

/// <summary>What moves a customer when a timer is due.</summary>
internal sealed class CompiledTimer(StageTimer definition)
{
    public StageTimer Definition { get; } = definition;

    /// <summary>Its number in the version.</summary>
    public int Number { get; init; }

    /// <summary>How deep the stage that declares it lies; the leaf's own timers have the depth of the leaf.</summary>
    public int Depth { get; init; }

    public bool IsOfLeaf { get; init; }

    /// <summary>The clock that it runs since; -1: entry.</summary>
    public int Clock { get; init; }

    public CompiledSpan After { get; init; }

    public int Guard { get; init; }

    public ulong Bit { get; init; }

    public bool IsBlocked { get; init; }

    public int To { get; init; }

    public int Kept { get; init; }

    public long DueOf(in StageState state)
    {
        var entry = IsOfLeaf ? state.EnteredTicks : state.Memory!.Entries[Depth];
        var anchor = Clock < 0 ? StageTime.Before : Clock == 0 ? state.FirstClock : state.Memory!.Clocks[Clock - 1];
        var due = After.After(anchor == StageTime.Before ? entry : anchor);
        return Math.Max(Math.Max(due, entry), state.FloorTicks);
    }
}

/// <summary>When the timers of a leaf are due: looked at after every event that moves a customer or arms a timer anew.</summary>
internal readonly struct LeafDues
{
    private readonly ulong _bit;
    private readonly long _ticks;
    private readonly CompiledTimer[] _timers;
    private readonly bool _hasTimers;
    private readonly bool _isPlain;
    private readonly bool _hasClock;

    public LeafDues(CompiledTimer[] timers)
    {
        _timers = timers;
        _hasTimers = timers.Length > 0;
        if (timers.Length != 1 || !timers[0].IsOfLeaf || timers[0].Clock > 0 || timers[0].After.IsCalendar) return;
        _isPlain = true;
        _bit = timers[0].Bit;
        _ticks = timers[0].After.Ticks;
        _hasClock = timers[0].Clock == 0;
    }

    /// <summary>Finds the earliest armed timer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetNext(ref StageState state)
    {
        if (!_hasTimers)
        {
            state.NextDueTicks = StageTime.Never;
            state.NextTimer = 0;
        }
        else if (_isPlain)
        {
            // One timer of exact length since entry or the first clock: what most stages of most models have.
            var anchor = _hasClock && state.FirstClock != StageTime.Before ? state.FirstClock : state.EnteredTicks;
            var due = unchecked(anchor + _ticks);
            if (due < anchor || (state.Spent & _bit) != 0) due = StageTime.Never;
            state.NextDueTicks = Math.Max(Math.Max(due, state.EnteredTicks), state.FloorTicks);
            state.NextTimer = 0;
        }
        else
        {
            SetNextOfAll(ref state);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SetNextOfAll(ref StageState state)
    {
        var next = StageTime.Never;
        var chosen = 0;
        for (var i = 0; i < _timers.Length; i++)
        {
            if ((state.Spent & _timers[i].Bit) != 0) continue;
            var due = _timers[i].DueOf(in state);
            if (due >= next) continue;
            next = due;
            chosen = i;
        }

        state.NextDueTicks = next;
        state.NextTimer = (ushort)chosen;
    }
}

/// <summary>Where a fact lives: a cell or a ring.</summary>
internal readonly struct FactPlace(bool isRing, int slot)
{
    public readonly bool IsRing = isRing;
    public readonly int Slot = slot;
}

/// <summary>What a type of event does to facts and clocks.</summary>
internal readonly struct EventUse(FactUpdate[] updates, FactUpdate[] ringUpdates, int[] clocks)
{
    /// <summary>What it does to plain facts.</summary>
    public readonly FactUpdate[] Updates = updates;

    /// <summary>What it does to windowed and distinct facts.</summary>
    public readonly FactUpdate[] RingUpdates = ringUpdates;

    /// <summary>The clocks that it sets, but for the first.</summary>
    public readonly int[] MoreClocks = [.. clocks.Where(clock => clock > 0)];

    public readonly bool SetsFirstClock = clocks.Contains(0);

    public readonly bool NeedsMemory = ringUpdates.Length > 0 || clocks.Any(clock => clock > 0);
}

/// <summary>What a type of event does to a fact.</summary>
internal readonly struct FactUpdate(StageAggregate aggregate, int slot, int field)
{
    public readonly StageAggregate Aggregate = aggregate;
    public readonly int Slot = slot;
    public readonly int Field = field;
}
