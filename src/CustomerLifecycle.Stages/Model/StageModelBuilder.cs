namespace CustomerLifecycle.Stages;

/// <summary>Builds a <see cref="StageModel"/> sentence by sentence. Guards are texts of the condition language.</summary>
/// <example><code>
/// var model = new StageModelBuilder("shop", "prospect")
///     .Count("orders", "order")
///     .Stage("prospect")
///     .Stage("customer", stage => stage.Timer("lapse", StageSpan.OfDays(90), "lapsed", since: ["order"]))
///     .Stage("lapsed")
///     .Transition("buy", ["prospect", "lapsed"], on: "order", to: "customer")
///     .Build();
/// </code></example>
public sealed class StageModelBuilder
{
    private readonly string _id;
    private readonly int _version;
    private readonly string _initial;
    private readonly List<Stage> _stages = [];
    private readonly List<StageTransition> _transitions = [];
    private readonly List<StageFact> _facts = [];
    private readonly List<string> _manualOnly = [];
    private StageDirection _direction;
    private StageSelection _selection;
    private StageText? _name;
    private StageText? _description;
    private string? _zoneId;

    /// <summary>Begins a model.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="initial">The first stage.</param>
    /// <param name="version">Its version.</param>
    public StageModelBuilder(string id, string initial, int version = 1)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentException.ThrowIfNullOrWhiteSpace(initial);
        _id = id;
        _initial = initial;
        _version = version;
    }

    /// <summary>Names the model for people.</summary>
    /// <param name="english">In English.</param>
    /// <param name="chinese">In Chinese.</param>
    public StageModelBuilder Name(string english, string? chinese = null) => With(() => _name = new(english, chinese));

    /// <summary>Says what the model is for.</summary>
    /// <param name="english">In English.</param>
    /// <param name="chinese">In Chinese.</param>
    public StageModelBuilder Description(string english, string? chinese = null) => With(() => _description = new(english, chinese));

    /// <summary>Says in which zone guards count days and months, and spans that name no zone.</summary>
    /// <param name="zoneId">A TZDB zone, such as <c>Asia/Shanghai</c>.</param>
    public StageModelBuilder InZone(string zoneId) => With(() => _zoneId = zoneId);

    /// <summary>Forbids moves to a lower rank, but for transitions and timers that allow it.</summary>
    public StageModelBuilder Forward() => With(() => _direction = StageDirection.Forward);

    /// <summary>Lets nothing move when several transitions are true.</summary>
    public StageModelBuilder Exclusive() => With(() => _selection = StageSelection.Exclusive);

    /// <summary>Names stages that are reached by override only.</summary>
    /// <param name="stages">The stages.</param>
    public StageModelBuilder ManualOnly(params string[] stages) => With(() => _manualOnly.AddRange(stages));

    /// <summary>Declares a fact.</summary>
    /// <param name="fact">The fact.</param>
    public StageModelBuilder Fact(StageFact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        return With(() => _facts.Add(fact));
    }

    /// <summary>Declares the number of events of a type.</summary>
    /// <param name="name">The fact's name.</param>
    /// <param name="eventType">The type of event.</param>
    /// <param name="scope">Which events count.</param>
    /// <param name="window">For how long an event counts; null: for ever.</param>
    public StageModelBuilder Count(string name, string eventType, StageFactScope scope = StageFactScope.Lifetime, StageSpan? window = null) =>
        Fact(new(name, StageAggregate.Count, eventType, null, scope, window));

    /// <summary>Declares the sum of a field.</summary>
    /// <param name="name">The fact's name.</param>
    /// <param name="eventType">The type of event.</param>
    /// <param name="field">The field.</param>
    /// <param name="scope">Which events count.</param>
    /// <param name="window">For how long an event counts; null: for ever.</param>
    public StageModelBuilder Sum(string name, string eventType, string field, StageFactScope scope = StageFactScope.Lifetime, StageSpan? window = null) =>
        Fact(new(name, StageAggregate.Sum, eventType, field, scope, window));

    /// <summary>Defines a stage.</summary>
    /// <param name="id">Its name in the model.</param>
    /// <param name="configure">Says more about it.</param>
    public StageModelBuilder Stage(string id, Action<StageBuilder>? configure = null)
    {
        var builder = new StageBuilder(id);
        configure?.Invoke(builder);
        return With(() => _stages.Add(builder.ToStage()));
    }

    /// <summary>Defines a transition.</summary>
    /// <param name="id">Its name; unique in the model.</param>
    /// <param name="from">The stages that it leads from, or <see cref="StageTransition.AnyStage"/>.</param>
    /// <param name="on">The type of event.</param>
    /// <param name="to">The stage that it leads to.</param>
    /// <param name="when">The guard as text; null is always true.</param>
    /// <param name="priority">Higher is tried first, among those of one level of the hierarchy.</param>
    /// <param name="effects">Names of the effects.</param>
    /// <param name="allowBackward">Whether it may lead to a lower rank in a forward model.</param>
    public StageModelBuilder Transition(
        string id, IReadOnlyList<string> from, string on, string to, string? when = null, int priority = 0, IReadOnlyList<string>? effects = null, bool allowBackward = false) =>
        Transition(new(id, from, on, to, when is null ? null : StageGuard.Parse(when), priority, effects: effects, allowBackward: allowBackward));

    /// <summary>Defines a transition from one stage.</summary>
    /// <param name="id">Its name; unique in the model.</param>
    /// <param name="from">The stage that it leads from, or <see cref="StageTransition.AnyStage"/>.</param>
    /// <param name="on">The type of event.</param>
    /// <param name="to">The stage that it leads to.</param>
    /// <param name="when">The guard as text; null is always true.</param>
    /// <param name="priority">Higher is tried first, among those of one level of the hierarchy.</param>
    /// <param name="effects">Names of the effects.</param>
    /// <param name="allowBackward">Whether it may lead to a lower rank in a forward model.</param>
    public StageModelBuilder Transition(
        string id, string from, string on, string to, string? when = null, int priority = 0, IReadOnlyList<string>? effects = null, bool allowBackward = false) =>
        Transition(id, [from], on, to, when, priority, effects, allowBackward);

    /// <summary>Defines a transition made elsewhere: an internal one, or one whose guard is a host's own code.</summary>
    /// <param name="transition">The transition.</param>
    public StageModelBuilder Transition(StageTransition transition)
    {
        ArgumentNullException.ThrowIfNull(transition);
        return With(() => _transitions.Add(transition));
    }

    /// <summary>The model as it is, faults included: <see cref="StageModel.Validate()"/> lists them.</summary>
    public StageModel ToModel() => new(_id, _version, _initial, _stages, _transitions, _facts, _direction, _selection, _manualOnly, _name, _description, _zoneId);

    /// <summary>The model, without errors.</summary>
    /// <exception cref="StageModelException">The model has errors; the exception lists all findings.</exception>
    public StageModel Build()
    {
        var model = ToModel();
        var findings = model.Validate();
        return findings.Any(finding => finding.Severity == FindingSeverity.Error) ? throw new StageModelException(findings) : model;
    }

    private StageModelBuilder With(Action change)
    {
        change();
        return this;
    }
}

/// <summary>Says more about a stage of a <see cref="StageModelBuilder"/>.</summary>
public sealed class StageBuilder
{
    private readonly string _id;
    private readonly List<StageTimer> _timers = [];
    private readonly List<string> _entry = [];
    private readonly List<string> _exit = [];
    private readonly List<string> _reasons = [];
    private int _rank;
    private string? _parent;
    private string? _initial;
    private bool _isFinal;
    private StageText? _name;
    private StageText? _description;

    internal StageBuilder(string id) => _id = id;

    /// <summary>Its place in the order of life.</summary>
    /// <param name="rank">Higher is later.</param>
    public StageBuilder Rank(int rank) => With(() => _rank = rank);

    /// <summary>Makes it a part of another stage.</summary>
    /// <param name="parent">The other stage.</param>
    public StageBuilder PartOf(string parent) => With(() => _parent = parent);

    /// <summary>Says which child is entered when this stage is the target.</summary>
    /// <param name="child">The child.</param>
    public StageBuilder StartsIn(string child) => With(() => _initial = child);

    /// <summary>Ends life here.</summary>
    public StageBuilder Final() => With(() => _isFinal = true);

    /// <summary>Names the effects of entering.</summary>
    /// <param name="effects">The effects, in order.</param>
    public StageBuilder OnEntry(params string[] effects) => With(() => _entry.AddRange(effects));

    /// <summary>Names the effects of leaving.</summary>
    /// <param name="effects">The effects, in order.</param>
    public StageBuilder OnExit(params string[] effects) => With(() => _exit.AddRange(effects));

    /// <summary>Asks for a reason on entering by an event or an override: its property <c>reason</c> must hold one of these codes.</summary>
    /// <param name="codes">The codes.</param>
    public StageBuilder AsksReason(params string[] codes) => With(() => _reasons.AddRange(codes));

    /// <summary>Names it for people.</summary>
    /// <param name="english">In English.</param>
    /// <param name="chinese">In Chinese.</param>
    public StageBuilder Name(string english, string? chinese = null) => With(() => _name = new(english, chinese));

    /// <summary>Says what it means.</summary>
    /// <param name="english">In English.</param>
    /// <param name="chinese">In Chinese.</param>
    public StageBuilder Description(string english, string? chinese = null) => With(() => _description = new(english, chinese));

    /// <summary>Moves customers on when enough time has passed.</summary>
    /// <param name="id">The timer's name; unique in the stage.</param>
    /// <param name="after">How long after the anchor.</param>
    /// <param name="to">Where to.</param>
    /// <param name="since">Event types whose last event is the anchor; null: entry.</param>
    /// <param name="when">The guard as text, judged at the due instant.</param>
    /// <param name="effects">Names of the effects of moving.</param>
    /// <param name="allowBackward">Whether it may lead to a lower rank in a forward model.</param>
    /// <param name="reason">The reason code that its move carries.</param>
    public StageBuilder Timer(
        string id, StageSpan after, string to, IReadOnlyList<string>? since = null, string? when = null, IReadOnlyList<string>? effects = null, bool allowBackward = false, string? reason = null) =>
        With(() => _timers.Add(new(id, after, to, since, when is null ? null : StageGuard.Parse(when), effects, allowBackward, reason)));

    internal Stage ToStage() => new(_id, _rank, _parent, _initial, _isFinal, _entry, _exit, _timers, _name, _description, _reasons);

    private StageBuilder With(Action change)
    {
        change();
        return this;
    }
}
