namespace CustomerLifecycle.Rules;

/// <summary>How rules read a host's own customer type: a typed getter for each attribute, no reflection. The schema follows from it.</summary>
/// <typeparam name="T">The host's type; a class, or a small struct.</typeparam>
/// <remarks>Declare everything, then bind and compile. Getters must be pure and must not throw. What is declared gives a field by whose operators rules can be written in code.</remarks>
public sealed class RuleProfile<T>
{
    private readonly Dictionary<string, Accessor<T>> _attributes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Accessor<T>> _eventFields = new(StringComparer.Ordinal);
    private readonly RuleSchemaBuilder _schema = new();
    private Func<T, string, RuleValue>? _anyAttribute;
    private Func<T, string, RuleValue>? _anyEventField;
    private RuleSchema? _built;

    /// <summary>What rules over this profile may speak of.</summary>
    public RuleSchema Schema => _built ??= _schema.Build();

    internal Func<T, string>? CustomerId { get; private set; }

    internal Func<T, EventLog>? Log { get; private set; }

    internal Func<T, Instant?>? StageEntered { get; private set; }

    internal Func<T, string, long>? StageVisits { get; private set; }

    /// <summary>Tells the customer's id, for <c>bucket(…)</c>.</summary>
    /// <param name="get">The host's key of the customer.</param>
    public RuleProfile<T> Id(Func<T, string> get)
    {
        ArgumentNullException.ThrowIfNull(get);
        CustomerId = get;
        return this;
    }

    /// <summary>Tells the customer's events, for aggregates and sequences. Types are declared with <see cref="Event(string)"/>.</summary>
    /// <param name="get">The customer's log; never null.</param>
    public RuleProfile<T> Events(Func<T, EventLog> get)
    {
        ArgumentNullException.ThrowIfNull(get);
        Log = get;
        return this;
    }

    /// <summary>Declares a type of event with any properties.</summary>
    /// <param name="type">Its name, unique.</param>
    public EventField Event(string type)
    {
        Change().Event(type);
        return new(type);
    }

    /// <summary>Declares a type of event with the properties that rules may use.</summary>
    /// <param name="type">Its name, unique.</param>
    /// <param name="properties">The properties.</param>
    public EventField Event(string type, params (string Name, RuleKind Kind)[] properties)
    {
        Change().Event(type, properties);
        return new(type);
    }

    /// <summary>Declares an integer.</summary>
    /// <param name="name">Its name in rules, unique.</param>
    /// <param name="get">Reads it.</param>
    public NumberField Integer(string name, Func<T, long> get) => new(Add(name, new IntegerAccessor<T>(Checked(get))));

    /// <summary>Declares an integer that may be missing.</summary>
    /// <param name="name">Its name in rules, unique.</param>
    /// <param name="get">Reads it; null is missing.</param>
    public NumberField Integer(string name, Func<T, long?> get) => new(Add(name, new OptionalIntegerAccessor<T>(Checked(get))));

    /// <summary>Declares a double.</summary>
    /// <param name="name">Its name in rules, unique.</param>
    /// <param name="get">Reads it; NaN is missing.</param>
    public NumberField Double(string name, Func<T, double> get) => new(Add(name, new DoubleAccessor<T>(Checked(get))));

    /// <summary>Declares a decimal, as money is.</summary>
    /// <param name="name">Its name in rules, unique.</param>
    /// <param name="get">Reads it.</param>
    public NumberField Decimal(string name, Func<T, decimal> get) => new(Add(name, new DecimalAccessor<T>(Checked(get))));

    /// <summary>Declares a decimal that may be missing.</summary>
    /// <param name="name">Its name in rules, unique.</param>
    /// <param name="get">Reads it; null is missing.</param>
    public NumberField Decimal(string name, Func<T, decimal?> get) => new(Add(name, new OptionalDecimalAccessor<T>(Checked(get))));

    /// <summary>Declares a truth value.</summary>
    /// <param name="name">Its name in rules, unique.</param>
    /// <param name="get">Reads it; null is missing.</param>
    public BooleanField Boolean(string name, Func<T, bool?> get) => new(Add(name, new BooleanAccessor<T>(Checked(get))));

    /// <summary>Declares a text.</summary>
    /// <param name="name">Its name in rules, unique.</param>
    /// <param name="get">Reads it; null is missing, the empty text is a value.</param>
    public TextField Text(string name, Func<T, string?> get) => new(Add(name, new TextAccessor<T>(Checked(get))));

    /// <summary>Declares a date.</summary>
    /// <param name="name">Its name in rules, unique.</param>
    /// <param name="get">Reads it; null is missing. In the ISO calendar.</param>
    public DateField Date(string name, Func<T, LocalDate?> get) => new(Add(name, new DateAccessor<T>(Checked(get))), name);

    /// <summary>Declares an instant.</summary>
    /// <param name="name">Its name in rules, unique.</param>
    /// <param name="get">Reads it; null is missing.</param>
    public InstantField Instant(string name, Func<T, Instant?> get) => new(Add(name, new InstantAccessor<T>(Checked(get))));

    /// <summary>Declares a set of texts.</summary>
    /// <param name="name">Its name in rules, unique.</param>
    /// <param name="get">Reads it; null is missing. Duplicates count once.</param>
    public SetField Set(string name, Func<T, IReadOnlyList<string>?> get) => new(Add(name, new SetAccessor<T>(Checked(get))), name);

    /// <summary>Declares an attribute whose value says its kind itself.</summary>
    /// <param name="name">Its name in rules, unique.</param>
    /// <param name="kind">The kind that its values have; <see cref="RuleKind.Any"/> when they differ.</param>
    /// <param name="get">Reads it.</param>
    public RuleProfile<T> Value(string name, RuleKind kind, Func<T, RuleValue> get)
    {
        Add(name, new ValueAccessor<T>(Checked(get), kind));
        return this;
    }

    /// <summary>Lets rules use attributes that are not declared, with any kind.</summary>
    /// <param name="get">Reads the attribute of a name; missing when there is none.</param>
    public RuleProfile<T> AnyAttribute(Func<T, string, RuleValue> get)
    {
        _anyAttribute = Checked(get);
        Change().OpenAttributes();
        return this;
    }

    /// <summary>Lets rules use types of events that are not declared, with properties of any kind.</summary>
    public RuleProfile<T> AnyEvent()
    {
        Change().OpenEvents();
        return this;
    }

    /// <summary>Declares a field of the event at hand, <c>event.amount</c>, in a stage guard.</summary>
    /// <param name="name">Its name, unique.</param>
    /// <param name="kind">The kind that its values have; <see cref="RuleKind.Any"/> when they differ.</param>
    /// <param name="get">Reads it.</param>
    public RuleProfile<T> EventAtHand(string name, RuleKind kind, Func<T, RuleValue> get)
    {
        _eventFields.Add(TreeGuard.Name(name), new ValueAccessor<T>(Checked(get), kind));
        Change().EventAtHand([.. _eventFields.Select(static field => (field.Key, field.Value.Kind))]);
        return this;
    }

    /// <summary>Lets a stage guard use any field of the event at hand.</summary>
    /// <param name="get">Reads the field of a name; missing when there is none.</param>
    public RuleProfile<T> EventAtHand(Func<T, string, RuleValue> get)
    {
        _anyEventField = Checked(get);
        Change().EventAtHand();
        return this;
    }

    /// <summary>Lets a stage guard use <c>dwell</c> and <c>visits('…')</c>; aggregates over events are then refused, because a guard declares facts.</summary>
    /// <param name="entered">When the current stage was entered; null when there is none.</param>
    /// <param name="visits">How often the stage of an id was entered.</param>
    /// <param name="stages">The stages; none admits any.</param>
    public RuleProfile<T> StageAtHand(Func<T, Instant?> entered, Func<T, string, long> visits, params string[] stages)
    {
        StageEntered = Checked(entered);
        StageVisits = Checked(visits);
        Change().StageAtHand(stages).WithoutAggregates();
        return this;
    }

    /// <summary>Compiles a rule that was bound to this profile's schema.</summary>
    /// <param name="rule">The bound rule.</param>
    /// <exception cref="InvalidOperationException">The rule was bound to another schema, and looks at what this profile cannot read.</exception>
    public CompiledRule<T> Compile(BoundRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return RuleCompiler<T>.Compile(rule, this);
    }

    /// <summary>Reads, binds and compiles the text of a rule.</summary>
    /// <param name="text">The text of the language.</param>
    /// <param name="segments">Finds other segments' rules; null when there are none.</param>
    /// <returns>The compiled rule, or every problem.</returns>
    public RuleLoad<CompiledRule<T>> Load(string text, ISegmentLookup? segments = null)
    {
        var bound = RuleLoader.Bind(Rule.Parse(text), Schema, segments);
        return bound.IsLoaded ? new(Compile(bound.Value)) : new(bound.Problems);
    }

    internal Accessor<T> Attribute(string name) =>
        _attributes.TryGetValue(name, out var accessor) ? accessor
        : _anyAttribute is { } get ? new ValueAccessor<T>(item => get(item, name))
        : throw NotDeclared($"attribute '{name}'");

    internal Accessor<T> EventField(string name) =>
        _eventFields.TryGetValue(name, out var accessor) ? accessor
        : _anyEventField is { } get ? new ValueAccessor<T>(item => get(item, name))
        : throw NotDeclared($"field '{name}' of the event at hand");

    internal static InvalidOperationException NotDeclared(string what) => new($"The rule was bound to another schema: this profile has no {what}. Bind it to the profile's Schema.");

    private static TDelegate Checked<TDelegate>(TDelegate get)
        where TDelegate : Delegate => get ?? throw new ArgumentNullException(nameof(get));

    private AttributeOperand Add(string name, Accessor<T> accessor)
    {
        Change().Attribute(name, accessor.Kind);
        _attributes.Add(name, accessor);
        return new(name);
    }

    private RuleSchemaBuilder Change()
    {
        _built = null;
        return _schema;
    }
}
