namespace CustomerLifecycle.Rules;

/// <summary>The events of many customers, column by column. Those of a customer stand side by side, in the order of events.</summary>
/// <remarks>A customer whose events outgrow their place moves to the end with twice the room, so that single events can be added in passing and at most as many places are empty as are used.</remarks>
internal sealed class EventTable
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private readonly Codes _orders;
    private readonly ColumnLayout _layout;
    private int[] _starts = [];
    private int[] _counts = [];
    private int[] _rooms = [];
    private long[] _at = [];

    // What most events do not have costs nothing until one has it.
    private string?[]? _ids;
    private Instant[]? _received;
    private Instant[]? _distant;

    public EventTable(ColumnLayout layout)
    {
        _layout = layout;
        Types = new(layout);
        _orders = new(layout);
        Properties = new(layout, keepsForms: true);
    }

    /// <summary>Places taken by events, those left behind included.</summary>
    public int Slots { get; private set; }

    /// <summary>Counts changes of the events.</summary>
    public int Version { get; private set; }

    /// <summary>The type of each event, see <see cref="TypeCode"/>.</summary>
    public Codes Types { get; }

    public ColumnTable Properties { get; }

    /// <summary>When each event was, in nanoseconds since 1970; the ends of the range stand for what lies beyond.</summary>
    public ReadOnlySpan<long> At => _at;

    /// <summary>Whether an event lies beyond the nanoseconds that 64 bits hold, from 1677 to 2262.</summary>
    public bool HasDistant => _distant is not null;

    /// <summary>The code of a type; -1 when no event has it.</summary>
    public int TypeCode(string type) => _places.TryGetValue(type, out var place) ? place : -1;

    public Instant InstantAt(int slot) => _distant is null ? NodaConstants.UnixEpoch.PlusNanoseconds(_at[slot]) : _distant[slot];

    /// <summary>Where a customer's events stand.</summary>
    public (int Start, int End) Slice(int row) => (_starts[row], _starts[row] + _counts[row]);

    /// <summary>Makes place for customers.</summary>
    public void Grow(int customers)
    {
        Array.Resize(ref _starts, customers);
        Array.Resize(ref _counts, customers);
        Array.Resize(ref _rooms, customers);
    }

    /// <summary>A customer's events, as a log of their own.</summary>
    public EventLog Log(int row)
    {
        var (start, end) = Slice(row);
        return start == end ? EventLog.Empty : EventLog.Of(Enumerable.Range(start, end - start).Select(Event));
    }

    /// <summary>Sets a customer's events, which are in order.</summary>
    public void Set(int row, ReadOnlySpan<RuleEvent> events)
    {
        if (events.Length == 0 && _counts[row] == 0) return;
        MakeRoom(row, events.Length);
        for (var i = 0; i < events.Length; i++) Write(_starts[row] + i, events[i]);
        _counts[row] = events.Length;
        Version++;
    }

    /// <summary>Adds one event to a customer's.</summary>
    /// <returns>Whether it was new.</returns>
    public bool Record(int row, RuleEvent added)
    {
        var (start, end) = Slice(row);
        if (added.Id is not null && Find(added.Id, start, end) is { } known && added.Received >= Received(known)) return false;
        if (added.Id is not null && Find(added.Id, start, end) is not null || (end > start && !Follows(end - 1, added)))
        {
            Set(row, Log(row).With(added).All);
            return true;
        }

        var count = end - start;
        if (MakeRoom(row, count + 1))
            for (var i = 0; i < count; i++) Move(start + i, _starts[row] + i);
        Write(_starts[row] + count, added);
        _counts[row]++;
        Version++;
        return true;
    }

    private int? Find(string id, int start, int end)
    {
        for (var slot = start; _ids is not null && slot < end; slot++)
            if (string.Equals(_ids[slot], id, StringComparison.Ordinal)) return slot;
        return null;
    }

    private bool Follows(int last, RuleEvent added)
    {
        var order = InstantAt(last).CompareTo(added.At);
        if (order == 0) order = _orders[last].CompareTo(added.Order);
        return order < 0 || (order == 0 && CodePointComparer.CompareText(_ids?[last], added.Id) <= 0);
    }

    private Instant Received(int slot) => _received is null ? InstantAt(slot) : _received[slot];

    private RuleEvent Event(int slot) => new(
        _names[(int)Types[slot]],
        InstantAt(slot),
        Properties.Columns.Select(column => new KeyValuePair<string, RuleValue>(column.Key, column.Value.Get(slot))),
        _ids?[slot],
        _orders[slot],
        Received(slot));

    // Whether the customer has moved.
    private bool MakeRoom(int row, int count)
    {
        if (count <= _rooms[row]) return false;
        var room = Math.Max(count, 2 * _rooms[row]);
        (_starts[row], _rooms[row]) = (Slots, room);
        Slots = checked(Slots + room);
        if (Slots > _at.Length) GrowSlots(Math.Max(Slots, (int)Math.Min(2L * _at.Length, int.MaxValue - 64)));
        return true;
    }

    private void GrowSlots(int least)
    {
        var capacity = (least + 63) & ~63;
        Array.Resize(ref _at, capacity);
        Types.Grow(capacity);
        _orders.Grow(capacity);
        Properties.Grow(capacity);
        if (_ids is not null) Array.Resize(ref _ids, capacity);
        if (_received is not null) Array.Resize(ref _received, capacity);
        if (_distant is not null) Array.Resize(ref _distant, capacity);
    }

    private void Write(int slot, RuleEvent item)
    {
        if (!_places.TryGetValue(item.Type, out var place))
        {
            _places.Add(item.Type, place = _names.Count);
            _names.Add(item.Type);
            _layout.Change();
        }

        Types[slot] = place;
        _orders[slot] = item.Order;
        WriteTime(slot, item.At);
        if (item.Id is not null || _ids is not null) (_ids ??= new string?[_at.Length])[slot] = item.Id;
        if (item.Received != item.At || _received is not null) WriteReceived(slot, item.Received);
        foreach (var property in item.Properties) Properties.Column(property.Key);
        foreach (var column in Properties.Columns) column.Value.Set(slot, item[column.Key]);
    }

    private void WriteTime(int slot, Instant at)
    {
        var isNear = Nanoseconds.TryOf(at, out _at[slot]);
        if (!isNear && _distant is null)
        {
            _distant = new Instant[_at.Length];
            for (var other = 0; other < Slots; other++) _distant[other] = NodaConstants.UnixEpoch.PlusNanoseconds(_at[other]);
            _layout.Change();
        }

        if (_distant is not null) _distant[slot] = at;
    }

    private void WriteReceived(int slot, Instant received)
    {
        if (_received is null)
        {
            _received = new Instant[_at.Length];
            for (var other = 0; other < Slots; other++) _received[other] = InstantAt(other);
        }

        _received[slot] = received;
    }

    private void Move(int from, int to)
    {
        _at[to] = _at[from];
        Types[to] = Types[from];
        _orders[to] = _orders[from];
        if (_ids is not null) _ids[to] = _ids[from];
        if (_received is not null) _received[to] = _received[from];
        if (_distant is not null) _distant[to] = _distant[from];
        foreach (var column in Properties.Columns.Values) column.Set(to, column.Get(from));
    }
}

/// <summary>Instants as nanoseconds since 1970.</summary>
internal static class Nanoseconds
{
    // A day less than 64 bits could hold at either end.
    private const int MostDays = 106_750;

    /// <summary>False, and an end of the range, when the instant lies beyond 1677 to 2262.</summary>
    public static bool TryOf(Instant instant, out long nanoseconds)
    {
        var sinceEpoch = instant - NodaConstants.UnixEpoch;
        if (sinceEpoch.Days is < -MostDays or > MostDays)
        {
            nanoseconds = sinceEpoch.Days < 0 ? Codes.Missing + 1 : long.MaxValue;
            return false;
        }

        nanoseconds = (sinceEpoch.Days * NodaConstants.NanosecondsPerDay) + sinceEpoch.NanosecondOfDay;
        return true;
    }
}
