namespace CustomerLifecycle.Rules;

/// <summary>The attributes and events of many customers, column by column, kept and updated: what a <see cref="ColumnPlan"/> evaluates rules over.</summary>
/// <remarks>
/// A customer is a row, from 0 in order of addition. Numbers, days, instants, truth values and sets are held as whole numbers or doubles as narrow as the values allow, texts by
/// their place in a dictionary; a value that does not fit changes how its column is held, never what it says. Not safe for concurrent use: neither change it while a plan evaluates.
/// </remarks>
public sealed class CustomerColumns
{
    private readonly Dictionary<(string Salt, int Buckets), BucketColumn> _buckets = [];
    private string[] _customers = [];

    /// <summary>Makes columns without rows.</summary>
    /// <param name="schema">The attributes; an open schema gets a column for each name that appears.</param>
    public CustomerColumns(RuleSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        Schema = schema;
        Table = new(Layout, keepsForms: false);
        Happened = new(Layout);
        foreach (var attribute in schema.Attributes) Table.Column(attribute.Name);
    }

    /// <summary>What rules over these customers may speak of.</summary>
    public RuleSchema Schema { get; }

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    internal ColumnLayout Layout { get; } = new();

    internal ColumnTable Table { get; }

    internal EventTable Happened { get; }

    /// <summary>Reads customers of a host's own type.</summary>
    /// <typeparam name="T">The host's type.</typeparam>
    /// <param name="profile">How it is read.</param>
    /// <param name="customers">The customers, one row each.</param>
    public static CustomerColumns Of<T>(RuleProfile<T> profile, IEnumerable<T> customers)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(customers);
        var columns = new CustomerColumns(profile.Schema);
        foreach (var customer in customers) columns.Add(profile, customer);
        return columns;
    }

    /// <summary>Adds a row without attributes.</summary>
    /// <param name="customer">The host's key, for <c>bucket(…)</c>; empty when no rule asks for it.</param>
    /// <param name="events">The customer's events; null is none.</param>
    /// <returns>The row.</returns>
    public int Add(string customer = "", EventLog? events = null)
    {
        ArgumentNullException.ThrowIfNull(customer);
        if (Count == _customers.Length) Grow(Math.Max(64, Count * 2));
        _customers[Count] = customer;
        if (events is not null) Happened.Set(Count, events.All);
        return Count++;
    }

    /// <summary>Adds a customer of a host's own type: the declared attributes, the events and the id are read once.</summary>
    /// <typeparam name="T">The host's type.</typeparam>
    /// <param name="profile">How it is read.</param>
    /// <param name="customer">The customer.</param>
    /// <returns>The row.</returns>
    public int Add<T>(RuleProfile<T> profile, T customer)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var row = Add(profile.CustomerId?.Invoke(customer) ?? "", profile.Log?.Invoke(customer));
        foreach (var attribute in profile.Schema.Attributes) Set(row, attribute.Name, profile.Attribute(attribute.Name).Get(customer));
        return row;
    }

    /// <summary>Adds a customer whose values are named. Names that a closed schema does not declare are left out.</summary>
    /// <param name="customer">The customer.</param>
    /// <returns>The row.</returns>
    public int Add(CustomerFacts customer)
    {
        ArgumentNullException.ThrowIfNull(customer);
        var row = Add(customer.Customer, customer.Events);
        foreach (var attribute in customer.Attributes)
            if (Schema.IsOpen || Schema.FindAttribute(attribute.Key) is not null) Set(row, attribute.Key, attribute.Value);
        return row;
    }

    /// <summary>Sets one value.</summary>
    /// <param name="row">The customer's row.</param>
    /// <param name="attribute">The attribute's name.</param>
    /// <param name="value">The value; missing takes it away.</param>
    /// <exception cref="ArgumentException">The schema is closed and does not declare the attribute.</exception>
    public void Set(int row, string attribute, RuleValue value) => Column(attribute).Set(Checked(row), value);

    /// <summary>Sets a customer's events.</summary>
    /// <param name="row">The customer's row.</param>
    /// <param name="events">All of them.</param>
    public void SetEvents(int row, EventLog events)
    {
        ArgumentNullException.ThrowIfNull(events);
        Happened.Set(Checked(row), events.All);
    }

    /// <summary>Adds an event to those of a customer, as <see cref="EventLog.With"/> does: it may be late, and one that is known already changes nothing.</summary>
    /// <param name="row">The customer's row.</param>
    /// <param name="added">The event. It is copied into the columns and not kept.</param>
    /// <returns>Whether it was new.</returns>
    /// <remarks>An event that follows all others of its customer costs least, so load events in order of time; customers may alternate.</remarks>
    public bool Record(int row, RuleEvent added)
    {
        ArgumentNullException.ThrowIfNull(added);
        return Happened.Record(Checked(row), added);
    }

    /// <summary>A value, equal by the language to the one that was set; a number may be held in another form.</summary>
    /// <param name="row">The customer's row.</param>
    /// <param name="attribute">The attribute's name.</param>
    public RuleValue Get(int row, string attribute) => Column(attribute).Get(Checked(row));

    /// <summary>A customer's events, made anew of the columns at each call; a number may be held in another form than it was told in.</summary>
    /// <param name="row">The customer's row.</param>
    public EventLog Events(int row) => Happened.Log(Checked(row));

    /// <summary>The host's key of a customer.</summary>
    /// <param name="row">The customer's row.</param>
    public string Customer(int row) => _customers[Checked(row)];

    internal Column Column(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Table.Columns.TryGetValue(name, out var column)) return column;
        if (!Schema.IsOpen) throw new ArgumentException($"There is no attribute '{name}' in the schema of these columns: declare it there.", nameof(name));
        return Table.Column(name);
    }

    internal BucketColumn Buckets(string salt, int buckets)
    {
        if (!_buckets.TryGetValue((salt, buckets), out var column)) _buckets.Add((salt, buckets), column = new(this, salt, buckets));
        return column;
    }

    private int Checked(int row)
    {
        if ((uint)row >= (uint)Count) throw new ArgumentOutOfRangeException(nameof(row), row, $"There are {Count} rows.");
        return row;
    }

    private void Grow(int capacity)
    {
        Array.Resize(ref _customers, capacity);
        Table.Grow(capacity);
        Happened.Grow(capacity);
    }
}

/// <summary>The places of all customers in one stable sample; they follow from ids, so each is computed once.</summary>
internal sealed class BucketColumn(CustomerColumns columns, string salt, int buckets)
{
    private int _filled;

    public Codes Codes { get; } = new(columns.Layout);

    public void Fill()
    {
        Codes.Grow(columns.Count);
        for (; _filled < columns.Count; _filled++) Codes[_filled] = Bucket.Of(salt, columns.Customer(_filled), buckets);
    }
}
