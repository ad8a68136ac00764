namespace CustomerLifecycle.Stages;

/// <summary>What moved a customer.</summary>
public enum StageCauseKind
{
    /// <summary>Life began.</summary>
    Start,

    /// <summary>An event.</summary>
    Event,

    /// <summary>Time.</summary>
    Timer,

    /// <summary>Somebody's decision.</summary>
    Override,

    /// <summary>A new version of the model.</summary>
    Migration,
}

/// <summary>What moved a customer, or tried to.</summary>
/// <param name="Kind">What kind of cause.</param>
/// <param name="Name">The id of the event, override or timer, or the number of the version; empty for the start.</param>
public readonly record struct StageCause(StageCauseKind Kind, string Name)
{
    /// <summary>The cause in one word.</summary>
    /// <returns><c>start</c>, <c>event:e1</c>, <c>timer:lapse</c>, <c>override:o1</c> or <c>migration:2</c>.</returns>
    public override string ToString() => Kind switch
    {
        StageCauseKind.Start => "start",
        StageCauseKind.Event => "event:" + Name,
        StageCauseKind.Timer => "timer:" + Name,
        StageCauseKind.Override => "override:" + Name,
        _ => "migration:" + Name,
    };
}

/// <summary>One row of a customer's history.</summary>
/// <param name="At">When it happened.</param>
/// <param name="From">The leaf left; null at the start.</param>
/// <param name="To">The leaf entered.</param>
/// <param name="Cause">What moved the customer.</param>
/// <param name="Reason">Why, where somebody said so: of an override, or of entering a stage that asks for a reason.</param>
/// <param name="Version">The version of the model that was in force.</param>
/// <param name="Note">Free words beside the reason code of entering a stage that asks for one.</param>
public sealed record StageChange(Instant At, string? From, string To, StageCause Cause, string? Reason, int Version, string? Note = null)
{
    /// <summary>When, from where, to where and by what; neither reason nor note, which may be personal.</summary>
    public override string ToString() => $"{At} {From ?? "∅"} → {To} by {Cause}";
}

/// <summary>Something that the host is to do because a customer moved.</summary>
/// <param name="At">When.</param>
/// <param name="Effect">What, by the model's name for it.</param>
public sealed record StageEffect(Instant At, string Effect);

/// <summary>Why a move was refused.</summary>
public enum StageBlockReason
{
    /// <summary>It leads to a lower rank in a forward model.</summary>
    Backward,

    /// <summary>An override names a stage that there is not.</summary>
    UnknownStage,

    /// <summary>The stage asks for a reason, and none of its codes was given.</summary>
    ReasonMissing,
}

/// <summary>A move that was refused. Nothing moved.</summary>
/// <param name="At">When.</param>
/// <param name="Cause">What tried.</param>
/// <param name="To">Where to, as named in the model or the override.</param>
/// <param name="Why">Why not.</param>
public sealed record BlockedMove(Instant At, StageCause Cause, string? To, StageBlockReason Why);

/// <summary>An event for which several transitions were true, in a model that allows only one. Nothing moved.</summary>
/// <param name="At">When.</param>
/// <param name="EventId">The event.</param>
public sealed record AmbiguousEvent(Instant At, string EventId);

/// <summary>The earliest timer that may act.</summary>
/// <param name="At">When it is due. Its guard is not judged in advance.</param>
/// <param name="Timer">Its id.</param>
/// <param name="To">Where it leads to, as named in the model.</param>
public sealed record StageDue(Instant At, string Timer, string To);

/// <summary>Where a customer was at an instant, how they came there, and what would happen next.</summary>
public sealed class StageAnswer
{
    internal StageAnswer(Instant asOf) => AsOf = asOf;

    /// <summary>The instant that was asked about.</summary>
    public Instant AsOf { get; }

    /// <summary>The leaf that the customer was in; null before the start.</summary>
    public string? Stage { get; internal init; }

    /// <summary>When it was entered.</summary>
    public Instant? EnteredAt { get; internal init; }

    /// <summary>The leaf and its ancestors.</summary>
    public IReadOnlyList<string> IsIn { get; internal init; } = [];

    /// <summary>Every move up to then.</summary>
    public IReadOnlyList<StageChange> History { get; internal init; } = [];

    /// <summary>The earliest armed timer; null when there is none, or while a lock without end holds.</summary>
    public StageDue? NextDue { get; internal init; }

    /// <summary>The declared facts.</summary>
    public IReadOnlyList<KeyValuePair<string, StageValue>> Facts { get; internal init; } = [];

    /// <summary>What the host was to do.</summary>
    public IReadOnlyList<StageEffect> Effects { get; internal init; } = [];

    /// <summary>Whether only an override or unlock moves the customer.</summary>
    public bool IsLocked { get; internal init; }

    /// <summary>Moves that were refused.</summary>
    public IReadOnlyList<BlockedMove> Blocked { get; internal init; } = [];

    /// <summary>Events for which several transitions were true.</summary>
    public IReadOnlyList<AmbiguousEvent> Ambiguous { get; internal init; } = [];

    /// <summary>The ids of further deliveries of the same content, once for each.</summary>
    public IReadOnlyList<string> Duplicates { get; internal init; } = [];

    /// <summary>The ids of further deliveries of other content, once for each.</summary>
    public IReadOnlyList<string> Conflicts { get; internal init; } = [];

    /// <summary>The ids of the events that were set aside because they happened before the start.</summary>
    public IReadOnlyList<string> BeforeStart { get; internal init; } = [];

    /// <summary>What stopped the machine; the other answers are then empty.</summary>
    public StageFault Error { get; internal init; }
}
