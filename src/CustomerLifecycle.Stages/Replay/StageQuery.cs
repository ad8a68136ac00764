namespace CustomerLifecycle.Stages;

/// <summary>What is asked of a history.</summary>
public sealed class StageQuery
{
    /// <summary>Asks where a customer was.</summary>
    /// <param name="asOf">The instant that is asked about: events and due instants up to it count.</param>
    /// <param name="start">When life began; null: with the earliest event. Events before it are set aside.</param>
    /// <param name="knownAt">Only events received up to then are known; null: all.</param>
    /// <param name="partition">The part of the customer's life; null: the events that name none.</param>
    public StageQuery(Instant asOf, Instant? start = null, Instant? knownAt = null, string? partition = null)
    {
        AsOf = asOf;
        Start = start;
        KnownAt = knownAt;
        Partition = partition;
    }

    /// <summary>The instant that is asked about.</summary>
    public Instant AsOf { get; }

    /// <summary>When life began; null: with the earliest event.</summary>
    public Instant? Start { get; }

    /// <summary>Only events received up to then are known; null: all.</summary>
    public Instant? KnownAt { get; }

    /// <summary>The part of the customer's life; null: the events that name none.</summary>
    public string? Partition { get; }
}
