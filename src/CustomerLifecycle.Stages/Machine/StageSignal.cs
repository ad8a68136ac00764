using System.Runtime.CompilerServices;

namespace CustomerLifecycle.Stages;

/// <summary>An event as a machine reads it: its type looked up, its instant in ticks, and those of its fields that the model reads.</summary>
/// <remarks>Made by <see cref="StageMachine.Resolve"/>, once for each event; holds for machines of the same versions only.</remarks>
public readonly struct StageSignal
{
    internal const int UnknownType = -1;
    internal const int OverrideType = -2;
    internal const int UnlockType = -3;

    private readonly StageValue _first;
    private readonly object? _more;

    internal StageSignal(long ticks, int type, string id, long order, in StageValue first, object? more)
    {
        Ticks = ticks;
        Type = type;
        Id = id;
        Order = order;
        _first = first;
        _more = more;
    }

    /// <summary>The event's id.</summary>
    public string Id { get; }

    /// <summary>When it happened.</summary>
    public Instant At => StageTime.InstantOf(Ticks);

    internal long Ticks { get; }

    internal int Type { get; }

    internal long Order { get; }

    internal StageOverride? Override => _more as StageOverride;

    /// <summary>The field with this number among those that the model reads of this type of event.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ref readonly StageValue Field(in StageSignal signal, int index)
    {
        if (index == 0) return ref signal._first;
        return ref ((StageValue[])signal._more!)[index - 1];
    }
}

/// <summary>What somebody decided by hand.</summary>
public sealed class StageOverride
{
    /// <summary>Decides.</summary>
    /// <param name="to">The stage to move to.</param>
    /// <param name="reason">Why, as a code or free text.</param>
    /// <param name="isLocked">Whether nothing else moves the customer until an unlock or another override.</param>
    /// <param name="lockUntil">Until when nothing else moves the customer; wins over <paramref name="isLocked"/>.</param>
    public StageOverride(string? to, string? reason = null, bool isLocked = false, Instant? lockUntil = null)
    {
        To = to;
        Reason = reason;
        IsLocked = isLocked;
        LockUntil = lockUntil;
    }

    /// <summary>The stage to move to.</summary>
    public string? To { get; }

    /// <summary>Why.</summary>
    public string? Reason { get; }

    /// <summary>Whether nothing else moves the customer until an unlock or another override.</summary>
    public bool IsLocked { get; }

    /// <summary>Until when nothing else moves the customer.</summary>
    public Instant? LockUntil { get; }
}
