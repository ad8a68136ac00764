namespace CustomerLifecycle.Stages;

/// <summary>Where one customer is in one model, as a journal keeps it.</summary>
public sealed class StageLife
{
    /// <summary>Restores what was kept.</summary>
    /// <param name="snapshot">The state of the machine.</param>
    /// <param name="last">The last event in the one order of events; null before the first.</param>
    /// <param name="asOf">Until when time has passed; null before the first event.</param>
    public StageLife(StageSnapshot snapshot, EventPosition? last, Instant? asOf)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        Snapshot = snapshot;
        Last = last;
        AsOf = asOf;
    }

    /// <summary>The state of the machine.</summary>
    public StageSnapshot Snapshot { get; }

    /// <summary>The last event in the one order of events.</summary>
    public EventPosition? Last { get; }

    /// <summary>Until when time has passed.</summary>
    public Instant? AsOf { get; }
}

/// <summary>What happened to one customer in one model: an event that was recorded or time that passed, and what it changed in the history.</summary>
public sealed class StageRecord : IJournalRecord
{
    /// <summary>The kind of a record of time that passed.</summary>
    public const string TimeKind = "time";

    /// <summary>The kind of a record of an event.</summary>
    public const string EventKind = "event";

    /// <summary>The kind of a record of an override.</summary>
    public const string OverrideKind = "override";

    /// <summary>The kind of a record of the end of a lock.</summary>
    public const string UnlockKind = "unlock";

    /// <summary>Restores what was kept.</summary>
    /// <param name="occurred">When the event happened, or until when time passed.</param>
    /// <param name="recorded">When it was recorded.</param>
    /// <param name="source">The event, with the fields that the model reads; null for time.</param>
    /// <param name="retracted">How many of the last rows told before are no longer true.</param>
    /// <param name="added">The rows told after them.</param>
    public StageRecord(Instant occurred, Instant recorded, CustomerEvent? source, int retracted, IReadOnlyList<StageChange> added)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(retracted);
        ArgumentNullException.ThrowIfNull(added);
        Occurred = occurred;
        Recorded = recorded;
        Event = source;
        Retracted = retracted;
        Added = added;
    }

    /// <inheritdoc/>
    public Instant Occurred { get; }

    /// <inheritdoc/>
    public Instant Recorded { get; }

    /// <inheritdoc/>
    public string Kind => Event?.Type switch
    {
        null => TimeKind,
        StageEvents.OverrideType => OverrideKind,
        StageEvents.UnlockType => UnlockKind,
        _ => EventKind,
    };

    /// <summary>Nothing to sum.</summary>
    public decimal? Amount => null;

    /// <summary>The event, with the fields that the model reads; null for time.</summary>
    public CustomerEvent? Event { get; }

    /// <summary>How many of the last rows told before are no longer true.</summary>
    public int Retracted { get; }

    /// <summary>The rows told after them.</summary>
    public IReadOnlyList<StageChange> Added { get; }

    /// <summary>The history that several records tell together.</summary>
    /// <param name="records">All records of a stream, in order.</param>
    public static IReadOnlyList<StageChange> HistoryOf(IEnumerable<StageRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        var rows = new List<StageChange>();
        foreach (var record in records)
        {
            rows.RemoveRange(rows.Count - record.Retracted, record.Retracted);
            rows.AddRange(record.Added);
        }

        return rows;
    }
}
