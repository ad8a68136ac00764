namespace CustomerLifecycle;

/// <summary>What a journal keeps of anything that happened: both of its times and what a report groups and sums by.</summary>
/// <remarks>Immutable: the in-memory journal hands out the very instance. The databases keep these four as columns of their own.</remarks>
public interface IJournalRecord
{
    /// <summary>When it happened, or takes effect.</summary>
    Instant Occurred { get; }

    /// <summary>When it became known. With <see cref="Occurred"/> it gives any past answer again: as of then, as known then.</summary>
    Instant Recorded { get; }

    /// <summary>What happened, as a short stable code: <c>earn</c>. 1 to <see cref="JournalLimits.MaxKindLength"/> code units.</summary>
    string Kind { get; }

    /// <summary>What a report sums: points, money, a count. Null when there is nothing to sum.</summary>
    decimal? Amount { get; }
}
