namespace CustomerLifecycle.Stages;

/// <summary>Whether a customer may go back.</summary>
public enum StageDirection
{
    /// <summary>Anywhere.</summary>
    Free,

    /// <summary>A move to a stage of lower rank is blocked, and recorded as such, unless its transition or timer allows it. Overrides are never blocked.</summary>
    Forward,
}

/// <summary>What happens when several transitions of one level and priority are true.</summary>
public enum StageSelection
{
    /// <summary>The first in definition order is taken.</summary>
    First,

    /// <summary>Nothing moves, and the event is listed as ambiguous.</summary>
    Exclusive,
}

/// <summary>The definition of a lifecycle: its stages, what leads from one to another, and the facts that guards look at. Immutable.</summary>
/// <remarks>A model is data and may be wrong: <see cref="Validate()"/> lists everything that is. Only a valid one becomes a <see cref="StageMachine"/>.</remarks>
public sealed class StageModel
{
    /// <summary>Defines a lifecycle.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="version">Its version, a number that grows.</param>
    /// <param name="initial">The first stage; null is a finding.</param>
    /// <param name="stages">The stages.</param>
    /// <param name="transitions">What events do.</param>
    /// <param name="facts">What guards look at.</param>
    /// <param name="direction">Whether a customer may go back.</param>
    /// <param name="selection">What happens when several transitions are true.</param>
    /// <param name="manualOnly">Stages that are reached by override only.</param>
    /// <param name="name">Its name for people.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="zoneId">The TZDB zone whose days and months guards and spans count; null is UTC.</param>
    public StageModel(
        string id,
        int version,
        string? initial,
        IReadOnlyList<Stage> stages,
        IReadOnlyList<StageTransition>? transitions = null,
        IReadOnlyList<StageFact>? facts = null,
        StageDirection direction = StageDirection.Free,
        StageSelection selection = StageSelection.First,
        IReadOnlyList<string>? manualOnly = null,
        StageText? name = null,
        StageText? description = null,
        string? zoneId = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentNullException.ThrowIfNull(stages);
        Id = id;
        Version = version;
        Initial = initial;
        Stages = [.. stages];
        Transitions = [.. transitions ?? []];
        Facts = [.. facts ?? []];
        Direction = direction;
        Selection = selection;
        ManualOnly = [.. manualOnly ?? []];
        Name = name ?? new(id);
        Description = description;
        ZoneId = zoneId;
    }

    /// <summary>Its name.</summary>
    public string Id { get; }

    /// <summary>Its version.</summary>
    public int Version { get; }

    /// <summary>The first stage.</summary>
    public string? Initial { get; }

    /// <summary>The stages, in definition order.</summary>
    public IReadOnlyList<Stage> Stages { get; }

    /// <summary>What events do, in definition order.</summary>
    public IReadOnlyList<StageTransition> Transitions { get; }

    /// <summary>What guards look at.</summary>
    public IReadOnlyList<StageFact> Facts { get; }

    /// <summary>Whether a customer may go back.</summary>
    public StageDirection Direction { get; }

    /// <summary>What happens when several transitions are true.</summary>
    public StageSelection Selection { get; }

    /// <summary>Stages that are reached by override only; neither they nor what is reached from them counts as unreachable.</summary>
    public IReadOnlyList<string> ManualOnly { get; }

    /// <summary>Its name for people.</summary>
    public StageText Name { get; }

    /// <summary>What it is for.</summary>
    public StageText? Description { get; }

    /// <summary>The TZDB zone whose days and months guards count, and spans that name no zone; null is UTC.</summary>
    public string? ZoneId { get; }

    /// <summary>Everything that is wrong with the model, in one pass, sorted by code then place.</summary>
    /// <returns>Errors and warnings; empty for a model without fault.</returns>
    public IReadOnlyList<Finding> Validate() => StageModelValidator.Validate(this);

    /// <summary>Everything that is wrong with a chain of versions.</summary>
    /// <param name="versions">The versions, oldest first.</param>
    /// <returns>The findings of each version, and of what has no counterpart in the next.</returns>
    public static IReadOnlyList<Finding> Validate(IReadOnlyList<StageModelVersion> versions) => StageModelValidator.Validate(versions);
}

/// <summary>One version of a model in force from an instant on.</summary>
public sealed class StageModelVersion
{
    /// <summary>Puts a version in force.</summary>
    /// <param name="model">The definition.</param>
    /// <param name="from">From when on; null for the first version.</param>
    /// <param name="map">Where the stages of the version before go; a stage that is not named keeps its id.</param>
    public StageModelVersion(StageModel model, Instant? from = null, IReadOnlyDictionary<string, string>? map = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        From = from;
        Map = map is null ? new Dictionary<string, string>(StringComparer.Ordinal) : map.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
    }

    /// <summary>The definition.</summary>
    public StageModel Model { get; }

    /// <summary>From when on it is in force; null: from ever.</summary>
    public Instant? From { get; }

    /// <summary>Where the stages of the version before go.</summary>
    public IReadOnlyDictionary<string, string> Map { get; }
}
