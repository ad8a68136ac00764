namespace CustomerLifecycle.Stages;

/// <summary>Deliveries put in order: each event once, in the one order of events.</summary>
internal sealed class KnownEvents
{
    private KnownEvents(List<CustomerEvent> events, List<CustomerEvent> duplicates, List<CustomerEvent> conflicts)
    {
        Events = events;
        Duplicates = duplicates;
        Conflicts = conflicts;
    }

    /// <summary>Each event once, in order.</summary>
    public List<CustomerEvent> Events { get; }

    /// <summary>Further deliveries of the same content.</summary>
    public List<CustomerEvent> Duplicates { get; }

    /// <summary>Further deliveries of other content.</summary>
    public List<CustomerEvent> Conflicts { get; }

    /// <summary>Keeps, of several deliveries of one id, the one received first; of those received at once, the first in the list.</summary>
    public static KnownEvents Of(IReadOnlyList<CustomerEvent> deliveries, Instant? knownAt, string? partition)
    {
        var kept = new Dictionary<string, int>(deliveries.Count, StringComparer.Ordinal);
        var known = new List<CustomerEvent>(deliveries.Count);
        foreach (var delivery in deliveries)
        {
            if (delivery.Received > (knownAt ?? Instant.MaxValue) || !StageEvents.IsOf(delivery, partition)) continue;
            if (!kept.TryGetValue(delivery.Id, out var first) || delivery.Received < known[first].Received) kept[delivery.Id] = known.Count;
            known.Add(delivery);
        }

        var result = new KnownEvents(new(kept.Count), [], []);
        for (var i = 0; i < known.Count; i++)
        {
            var first = kept[known[i].Id];
            if (first == i) result.Events.Add(known[i]);
            else if (known[first].SaysTheSameAs(known[i])) result.Duplicates.Add(known[i]);
            else result.Conflicts.Add(known[i]);
        }

        result.Events.Sort(static (left, right) => left.Position.CompareTo(right.Position));
        return result;
    }

    public static IReadOnlyList<string> IdsUpTo(List<CustomerEvent> deliveries, Instant asOf) =>
        deliveries.Count == 0 ? [] : [.. deliveries.Where(delivery => delivery.Occurred <= asOf).Select(delivery => delivery.Id).OrderBy(id => id, CodePointComparer.Instance)];
}
