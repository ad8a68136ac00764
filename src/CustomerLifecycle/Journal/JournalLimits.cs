namespace CustomerLifecycle;

/// <summary>The sizes that every journal accepts and none exceeds.</summary>
public static class JournalLimits
{
    /// <summary>Streams in one append.</summary>
    public const int MaxStreams = 100;

    /// <summary>Records for one stream in one append.</summary>
    public const int MaxRecords = 1_000;

    /// <summary>Outbox records in one append.</summary>
    public const int MaxOutboxRecords = 1_000;

    /// <summary>Appends in one batch, streams in one load of many, claims in one call.</summary>
    public const int MaxBatch = 10_000;

    /// <summary>Records or streams on one page.</summary>
    public const int MaxPage = 10_000;

    /// <summary>The length of a record's or outbox record's kind, in UTF-16 code units.</summary>
    public const int MaxKindLength = 64;

    /// <summary>The length of a dead letter's reason, in UTF-16 code units.</summary>
    public const int MaxReasonLength = 200;

    /// <summary>Up to how many a backlog counts of each kind.</summary>
    public const int MaxCounted = 100_000;

    /// <summary>The longest lease of a claim, and the longest delay of what is given back.</summary>
    public static Duration MaxLease { get; } = Duration.FromDays(7);

    /// <summary>For those who write a store: refuses a batch that is too large.</summary>
    /// <typeparam name="T">What is in the batch.</typeparam>
    /// <param name="batch">The batch.</param>
    /// <param name="paramName">The caller's name for it.</param>
    /// <exception cref="ArgumentException">It is null, has null in it, or is too large.</exception>
    public static void CheckBatch<T>(IReadOnlyList<T> batch, string paramName)
    {
        ArgumentNullException.ThrowIfNull(batch, paramName);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch.Count, MaxBatch, paramName);
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i] is null) throw new ArgumentException($"Item {i} is null.", paramName);
        }
    }

    /// <summary>For those who write a store: refuses a page size outside its limits.</summary>
    /// <param name="limit">The page size.</param>
    /// <param name="paramName">The caller's name for it.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1 or above <see cref="MaxPage"/>.</exception>
    public static void CheckPage(int limit, string paramName)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit, paramName);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxPage, paramName);
    }

    /// <summary>For those who write a store: refuses a claim outside its limits.</summary>
    /// <param name="limit">How many are claimed.</param>
    /// <param name="limitName">The caller's name for it.</param>
    /// <param name="lease">For how long.</param>
    /// <param name="leaseName">The caller's name for it.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is outside its limits.</exception>
    public static void CheckClaim(int limit, string limitName, Duration lease, string leaseName)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit, limitName);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxBatch, limitName);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lease, Duration.Zero, leaseName);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lease, MaxLease, leaseName);
    }

    /// <summary>For those who write a store: refuses a delay outside its limits.</summary>
    /// <param name="delay">The delay.</param>
    /// <param name="paramName">The caller's name for it.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is below 0 or above <see cref="MaxLease"/>.</exception>
    public static void CheckDelay(Duration delay, string paramName)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, Duration.Zero, paramName);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(delay, MaxLease, paramName);
    }

    /// <summary>For those who write a store: refuses a reason outside its limits.</summary>
    /// <param name="reason">The reason of a dead letter.</param>
    /// <param name="paramName">The caller's name for it.</param>
    /// <exception cref="ArgumentException">It is blank, too long, or cannot be stored as UTF-8.</exception>
    public static void CheckReason(string reason, string paramName) => KeyText.Check(reason, MaxReasonLength, paramName);
}
