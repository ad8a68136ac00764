namespace CustomerLifecycle.Stages;

/// <summary>What a machine did, step by step: reused from customer to customer, so that it stops allocating once it has grown.</summary>
public sealed class StageTrail
{
    private TrailStep[] _steps = new TrailStep[16];

    /// <summary>Steps since the last <see cref="Clear"/>: moves, and what was refused.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets all steps and keeps the room.</summary>
    public void Clear() => Count = 0;

    internal ref readonly TrailStep this[int index] => ref _steps[index];

    internal StageTrail Copy() => new() { _steps = (TrailStep[])_steps.Clone(), Count = Count };

    internal void Add(in TrailStep step)
    {
        if (Count == _steps.Length) Array.Resize(ref _steps, Count * 2);
        _steps[Count++] = step;
    }
}

internal enum TrailKind : byte
{
    Start,
    Event,
    Timer,
    Override,
    Migration,
    Internal,
    BlockedEvent,
    BlockedTimer,
    BlockedOverride,
    Ambiguous,
}

/// <summary>One thing that a machine did.</summary>
internal readonly struct TrailStep(TrailKind kind, long ticks, int version, int from, int to, int kept, int source, int signal)
{
    public readonly long Ticks = ticks;

    /// <summary>The number of the event in what was replayed; -1 where there was none.</summary>
    public readonly int Signal = signal;

    /// <summary>The transition or timer, by number; -1 where there was none.</summary>
    public readonly int Source = source;

    /// <summary>The leaf left, of the version before for a migration; -1 at the start.</summary>
    public readonly short From = (short)from;

    /// <summary>The leaf entered.</summary>
    public readonly short To = (short)to;

    public readonly short Version = (short)version;

    /// <summary>How many ancestors, outermost first, were neither left nor entered.</summary>
    public readonly byte Kept = (byte)kept;

    public readonly TrailKind Kind = kind;

    public bool IsMove => Kind <= TrailKind.Migration;
}
