namespace CustomerLifecycle.Rules;

/// <summary>A customer's events in the one order of events, each once. Immutable.</summary>
/// <remarks>
/// Of several deliveries of one id the one received first stays, ties by listing. The order is (instant, order number, id by code point), without ids by
/// listing, whatever the order of arrival.
/// </remarks>
public sealed class EventLog
{
    private readonly Entry[] _entries;
    private readonly RuleEvent[] _events;
    private readonly Dictionary<string, RuleEvent[]> _byType;
    private readonly int _listed;

    private EventLog(Entry[] sorted, int listed)
    {
        _entries = sorted;
        _listed = listed;
        _events = Array.ConvertAll(sorted, static entry => entry.Event);
        _byType = new(StringComparer.Ordinal);
        foreach (var type in _events.GroupBy(static item => item.Type, StringComparer.Ordinal)) _byType.Add(type.Key, [.. type]);
    }

    /// <summary>No events.</summary>
    public static EventLog Empty { get; } = new([], 0);

    /// <summary>All events, each once, in order.</summary>
    public IReadOnlyList<RuleEvent> Events => _events;

    /// <summary>Puts events in order, each once.</summary>
    /// <param name="events">The events, as listed.</param>
    public static EventLog Of(IEnumerable<RuleEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var entries = new List<Entry>();
        var byId = new Dictionary<string, int>(StringComparer.Ordinal);
        var listed = 0;
        foreach (var item in events)
        {
            var entry = new Entry(item, listed++);
            if (item.Id is null)
            {
                entries.Add(entry);
            }
            else if (!byId.TryGetValue(item.Id, out var known))
            {
                byId.Add(item.Id, entries.Count);
                entries.Add(entry);
            }
            else if (item.Received < entries[known].Event.Received)
            {
                entries[known] = entry;
            }
        }

        if (entries.Count == 0) return Empty;
        Entry[] sorted = [.. entries];
        Array.Sort(sorted);
        return new(sorted, listed);
    }

    /// <summary>The log with one more event, or with a delivery of a known one that was received earlier.</summary>
    /// <param name="added">The event, as listed last.</param>
    /// <returns>The new log; this one when the event is known already.</returns>
    public EventLog With(RuleEvent added)
    {
        ArgumentNullException.ThrowIfNull(added);
        var entry = new Entry(added, _listed);
        var kept = _entries;
        if (added.Id is not null)
        {
            var known = Array.FindIndex(_entries, other => string.Equals(other.Event.Id, added.Id, StringComparison.Ordinal));
            if (known >= 0)
            {
                if (added.Received >= _entries[known].Event.Received) return this;
                kept = [.. _entries.Where((_, index) => index != known)];
            }
        }

        var at = Array.BinarySearch(kept, entry);
        if (at < 0) at = ~at;
        var sorted = new Entry[kept.Length + 1];
        Array.Copy(kept, sorted, at);
        sorted[at] = entry;
        Array.Copy(kept, at, sorted, at + 1, kept.Length - at);
        return new(sorted, _listed + 1);
    }

    internal ReadOnlySpan<RuleEvent> All => _events;

    internal ReadOnlySpan<RuleEvent> OfType(string type) => _byType.TryGetValue(type, out var events) ? events : default;

    private readonly record struct Entry(RuleEvent Event, int Listed) : IComparable<Entry>
    {
        public int CompareTo(Entry other)
        {
            var order = Event.At.CompareTo(other.Event.At);
            if (order == 0) order = Event.Order.CompareTo(other.Event.Order);
            if (order == 0) order = CodePointComparer.CompareText(Event.Id, other.Event.Id);
            return order != 0 ? order : Listed.CompareTo(other.Listed);
        }
    }
}
