namespace CustomerLifecycle.Stages;

/// <summary>Where one customer is: 64 bytes, changed in place by a <see cref="StageMachine"/>. The model's plain facts lie beside it, 16 bytes each.</summary>
/// <remarks>A copy of a state shares the memory that hierarchy, visit counts, windowed and distinct facts need: to keep one, take
/// <see cref="StageMachine.Copy"/>, or work with <see cref="StageSnapshot"/>, which is immutable. <c>default</c> is a customer who has not started.</remarks>
public struct StageState
{
    /// <summary>The last instant that was applied.</summary>
    internal long AtTicks;

    /// <summary>Entry into the leaf.</summary>
    internal long EnteredTicks;

    /// <summary>No timer acts before it: the end of the last lock, or the start of the version. Later than now: locked.</summary>
    internal long FloorTicks;

    /// <summary>The earliest armed timer; <see cref="StageTime.Never"/> for none.</summary>
    internal long NextDueTicks;

    /// <summary>The last event of the first clock; <see cref="StageTime.Before"/> for none.</summary>
    internal long FirstClock;

    /// <summary>Timers of the path that are spent, by their bit.</summary>
    internal ulong Spent;

    internal ushort Leaf;
    internal ushort Version;
    internal ushort NextTimer;
    internal StageFault Fault;
    internal bool HasStarted;

    /// <summary>What only some models need; null for the others.</summary>
    internal StageMemory? Memory;

    /// <summary>Whether the customer has a stage.</summary>
    public readonly bool IsStarted => HasStarted;

    /// <summary>What stopped the machine; <see cref="StageFault.None"/> as a rule.</summary>
    public readonly StageFault Error => Fault;

    /// <summary>When the current stage was entered; null before the start.</summary>
    public readonly Instant? EnteredAt => HasStarted ? StageTime.InstantOf(EnteredTicks) : null;

    /// <summary>The earliest instant at which a timer may act; null when there is none, or the machine has stopped. Its guard is not judged in advance.</summary>
    public readonly Instant? NextDue => HasStarted && Fault == StageFault.None ? StageTime.DueOf(NextDueTicks) : null;

    /// <summary>The last instant that was applied: events before it are late, and call for a replay.</summary>
    public readonly Instant? At => HasStarted ? StageTime.InstantOf(AtTicks) : null;

    internal readonly bool IsLockedAt(long ticks) => FloorTicks > ticks;
}

/// <summary>What stops a machine for good.</summary>
public enum StageFault : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>More than 64 timer moves at one instant with no event between them.</summary>
    Livelock,

    /// <summary>A new version came into force that has no counterpart of the customer's stage.</summary>
    UnmappedStage,
}

/// <summary>What a state needs beyond its 64 bytes when the model has hierarchy, several clocks, visit counts, windowed or distinct facts.</summary>
internal sealed class StageMemory
{
    public StageMemory(int clocks, int depth, int visits, FactRing[] rings)
    {
        Clocks = new long[clocks];
        for (var i = 0; i < clocks; i++) Clocks[i] = StageTime.Before;
        Entries = new long[depth];
        Visits = new int[visits];
        Rings = rings;
    }

    /// <summary>The last event of each clock after the first.</summary>
    public long[] Clocks { get; }

    /// <summary>Entry into each ancestor of the leaf, outermost first.</summary>
    public long[] Entries { get; }

    /// <summary>Entries into each stage that a guard asks about.</summary>
    public int[] Visits { get; }

    /// <summary>The windowed and distinct facts.</summary>
    public FactRing[] Rings { get; }

    public StageMemory Copy()
    {
        var copy = new StageMemory(Clocks.Length, Entries.Length, Visits.Length, Rings.Length == 0 ? [] : [.. Rings.Select(ring => ring.Copy())]);
        Clocks.CopyTo(copy.Clocks, 0);
        Entries.CopyTo(copy.Entries, 0);
        Visits.CopyTo(copy.Visits, 0);
        return copy;
    }
}
