namespace CustomerLifecycle;

/// <summary>What waits in a journal at one moment: due streams, outbox records and dead letters.</summary>
public sealed class Backlog
{
    /// <summary>Describes a measurement.</summary>
    /// <param name="storeTime">The store's own clock when it was made.</param>
    /// <param name="dueStreams">Streams whose due instant has come, claimed or not; at most <see cref="JournalLimits.MaxCounted"/>.</param>
    /// <param name="earliestDue">The earliest of their due instants; null when there is none.</param>
    /// <param name="outboxRecords">Records that nobody has acknowledged, claimed or not, without dead letters; at most <see cref="JournalLimits.MaxCounted"/>.</param>
    /// <param name="oldestOutbox">When the first of them was written, by the store's clock; null when there is none.</param>
    /// <param name="deadLetters">Records that were set aside; at most <see cref="JournalLimits.MaxCounted"/>.</param>
    public Backlog(Instant storeTime, long dueStreams, Instant? earliestDue, long outboxRecords, Instant? oldestOutbox, long deadLetters)
    {
        StoreTime = storeTime;
        DueStreams = dueStreams;
        EarliestDue = earliestDue;
        OutboxRecords = outboxRecords;
        OldestOutbox = oldestOutbox;
        DeadLetters = deadLetters;
    }

    /// <summary>The store's own clock when it was made.</summary>
    public Instant StoreTime { get; }

    /// <summary>Streams whose due instant has come, claimed or not; no more than <see cref="JournalLimits.MaxCounted"/> are counted.</summary>
    public long DueStreams { get; }

    /// <summary>The earliest of their due instants; null when there is none.</summary>
    public Instant? EarliestDue { get; }

    /// <summary>Records that nobody has acknowledged, claimed or not, without dead letters; no more than <see cref="JournalLimits.MaxCounted"/> are counted.</summary>
    public long OutboxRecords { get; }

    /// <summary>When the first of them was written, by the store's clock; null when there is none.</summary>
    public Instant? OldestOutbox { get; }

    /// <summary>Records that were set aside; no more than <see cref="JournalLimits.MaxCounted"/> are counted.</summary>
    public long DeadLetters { get; }

    /// <summary>How far due work lags behind the store's clock; zero when nothing is due.</summary>
    public Duration DueLag => EarliestDue is { } due && due < StoreTime ? StoreTime - due : Duration.Zero;

    /// <summary>How long the first outbox record has waited; zero when there is none.</summary>
    public Duration OutboxLag => OldestOutbox is { } written && written < StoreTime ? StoreTime - written : Duration.Zero;
}
