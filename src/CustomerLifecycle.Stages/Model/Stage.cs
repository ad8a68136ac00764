namespace CustomerLifecycle.Stages;

/// <summary>Names of one thing for people, in the languages of the templates.</summary>
/// <param name="English">In English.</param>
/// <param name="Chinese">In simplified Chinese; null when there is none.</param>
public sealed record StageText(string English, string? Chinese = null);

/// <summary>One stage of a customer's life.</summary>
public sealed class Stage
{
    /// <summary>Defines a stage.</summary>
    /// <param name="id">Its name in the model and in every history; unique.</param>
    /// <param name="rank">Its place in the order of life: <see cref="StageDirection.Forward"/> forbids moves to a lower one.</param>
    /// <param name="parent">The stage that it is a part of; null for none.</param>
    /// <param name="initial">The child that is entered when this stage is the target; for stages with children.</param>
    /// <param name="isFinal">Whether life ends here: nothing but an override leads out.</param>
    /// <param name="entry">Names of the effects of entering.</param>
    /// <param name="exit">Names of the effects of leaving.</param>
    /// <param name="timers">What passing time does here.</param>
    /// <param name="name">Its name for people.</param>
    /// <param name="description">What it means, for people.</param>
    /// <param name="reasons">The codes of which one must be given for entering by an event or an override; empty when none is asked for.</param>
    public Stage(
        string id,
        int rank = 0,
        string? parent = null,
        string? initial = null,
        bool isFinal = false,
        IReadOnlyList<string>? entry = null,
        IReadOnlyList<string>? exit = null,
        IReadOnlyList<StageTimer>? timers = null,
        StageText? name = null,
        StageText? description = null,
        IReadOnlyList<string>? reasons = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        Id = id;
        Rank = rank;
        Parent = parent;
        Initial = initial;
        IsFinal = isFinal;
        Entry = [.. entry ?? []];
        Exit = [.. exit ?? []];
        Timers = [.. timers ?? []];
        Name = name ?? new(id);
        Description = description;
        Reasons = [.. reasons ?? []];
    }

    /// <summary>Its name in the model and in every history.</summary>
    public string Id { get; }

    /// <summary>Its place in the order of life.</summary>
    public int Rank { get; }

    /// <summary>The stage that it is a part of.</summary>
    public string? Parent { get; }

    /// <summary>The child that is entered when this stage is the target.</summary>
    public string? Initial { get; }

    /// <summary>Whether life ends here.</summary>
    public bool IsFinal { get; }

    /// <summary>Names of the effects of entering, in order.</summary>
    public IReadOnlyList<string> Entry { get; }

    /// <summary>Names of the effects of leaving, in order.</summary>
    public IReadOnlyList<string> Exit { get; }

    /// <summary>What passing time does here.</summary>
    public IReadOnlyList<StageTimer> Timers { get; }

    /// <summary>Its name for people.</summary>
    public StageText Name { get; }

    /// <summary>What it means, for people.</summary>
    public StageText? Description { get; }

    /// <summary>The codes of which one must be given for entering by an event or an override; empty when none is asked for.</summary>
    public IReadOnlyList<string> Reasons { get; }
}

/// <summary>Moves a customer when enough time has passed: at its exact instant, whether or not anything runs then.</summary>
public sealed class StageTimer
{
    /// <summary>Defines a timer.</summary>
    /// <param name="id">Its name; unique within its stage.</param>
    /// <param name="after">How long after the anchor it is due; above 0.</param>
    /// <param name="to">The stage that it leads to.</param>
    /// <param name="since">Event types: the last such event, before or after entry, is the anchor. Empty, or before the first such event: entry into the stage.</param>
    /// <param name="when">Judged at the due instant; when false, the timer is spent.</param>
    /// <param name="effects">Names of the effects of moving.</param>
    /// <param name="allowBackward">Whether it may lead to a lower rank in a forward model.</param>
    /// <param name="reason">The reason code that its move carries; null for none.</param>
    public StageTimer(
        string id,
        StageSpan after,
        string to,
        IReadOnlyList<string>? since = null,
        StageGuard? when = null,
        IReadOnlyList<string>? effects = null,
        bool allowBackward = false,
        string? reason = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentException.ThrowIfNullOrWhiteSpace(to);
        Id = id;
        After = after;
        To = to;
        Since = [.. since ?? []];
        When = when;
        Effects = [.. effects ?? []];
        AllowBackward = allowBackward;
        Reason = reason;
    }

    /// <summary>Its name, unique within its stage.</summary>
    public string Id { get; }

    /// <summary>How long after the anchor it is due.</summary>
    public StageSpan After { get; }

    /// <summary>The stage that it leads to.</summary>
    public string To { get; }

    /// <summary>Event types whose last event is the anchor; empty: entry into the stage.</summary>
    public IReadOnlyList<string> Since { get; }

    /// <summary>Judged at the due instant.</summary>
    public StageGuard? When { get; }

    /// <summary>Names of the effects of moving, in order.</summary>
    public IReadOnlyList<string> Effects { get; }

    /// <summary>Whether it may lead to a lower rank in a forward model.</summary>
    public bool AllowBackward { get; }

    /// <summary>The reason code that its move carries.</summary>
    public string? Reason { get; }
}

/// <summary>Moves a customer when something happens.</summary>
public sealed class StageTransition
{
    /// <summary>Stands for every stage that is not final.</summary>
    public const string AnyStage = "*";

    internal static bool IsAny(string stage) => string.Equals(stage, AnyStage, StringComparison.Ordinal);

    /// <summary>Defines a transition.</summary>
    /// <param name="id">Its name; unique in the model.</param>
    /// <param name="from">The stages that it leads from, or <see cref="AnyStage"/>.</param>
    /// <param name="on">The type of event.</param>
    /// <param name="to">The stage that it leads to; null only for an internal one.</param>
    /// <param name="when">The guard; null is always true.</param>
    /// <param name="priority">Higher is tried first, among those of one level of the hierarchy.</param>
    /// <param name="isInternal">Whether nothing moves and only the effects happen.</param>
    /// <param name="effects">Names of the effects.</param>
    /// <param name="allowBackward">Whether it may lead to a lower rank in a forward model.</param>
    public StageTransition(
        string id,
        IReadOnlyList<string> from,
        string on,
        string? to,
        StageGuard? when = null,
        int priority = 0,
        bool isInternal = false,
        IReadOnlyList<string>? effects = null,
        bool allowBackward = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentNullException.ThrowIfNull(from);
        ArgumentException.ThrowIfNullOrWhiteSpace(on);
        Id = id;
        From = [.. from];
        On = on;
        To = to;
        When = when;
        Priority = priority;
        IsInternal = isInternal;
        Effects = [.. effects ?? []];
        AllowBackward = allowBackward;
    }

    /// <summary>Its name, unique in the model.</summary>
    public string Id { get; }

    /// <summary>The stages that it leads from.</summary>
    public IReadOnlyList<string> From { get; }

    /// <summary>The type of event.</summary>
    public string On { get; }

    /// <summary>The stage that it leads to.</summary>
    public string? To { get; }

    /// <summary>The guard; null is always true.</summary>
    public StageGuard? When { get; }

    /// <summary>Higher is tried first, among those of one level of the hierarchy.</summary>
    public int Priority { get; }

    /// <summary>Whether nothing moves and only the effects happen.</summary>
    public bool IsInternal { get; }

    /// <summary>Names of the effects, in order.</summary>
    public IReadOnlyList<string> Effects { get; }

    /// <summary>Whether it may lead to a lower rank in a forward model.</summary>
    public bool AllowBackward { get; }
}
