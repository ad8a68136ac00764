namespace CustomerLifecycle;

/// <summary>What the outside is told: one shape for all packages, written in the same append as the state that caused it.</summary>
/// <remarks>Delivered at least once: a consumer tells repeats by <see cref="Key"/>.</remarks>
public sealed class OutboxRecord
{
    /// <summary>The longest key, in UTF-16 code units.</summary>
    public const int MaxKeyLength = 300;

    // The properties, or the record that has them: then they are put together when somebody asks.
    private object _told;
    private readonly string? _amount;

    /// <summary>Describes a message to the outside.</summary>
    /// <param name="stream">The stream whose append causes it.</param>
    /// <param name="kind">What it says, as a stable name: <c>StageChanged</c>. 1 to <see cref="JournalLimits.MaxKindLength"/> code units.</param>
    /// <param name="at">When what it tells happened.</param>
    /// <param name="key">The same for the same message, and for no other of this journal. 1 to <see cref="MaxKeyLength"/> code units.</param>
    /// <param name="properties">What it tells, as small typed values; null is none.</param>
    /// <exception cref="ArgumentException">A text is blank or too long.</exception>
    public OutboxRecord(StreamId stream, string kind, Instant at, string key, PropertyBag? properties = null)
    {
        _ = stream.Value;
        Stream = stream;
        Kind = KeyText.Check(kind, JournalLimits.MaxKindLength, nameof(kind));
        At = at;
        Key = KeyText.Check(key, MaxKeyLength, nameof(key));
        _told = properties ?? PropertyBag.Empty;
    }

    /// <summary>Describes a message that tells of a journal record: when it happened, and its amount.</summary>
    /// <param name="stream">The stream whose append causes it.</param>
    /// <param name="kind">What it says, as a stable name. 1 to <see cref="JournalLimits.MaxKindLength"/> code units.</param>
    /// <param name="key">The same for the same message, and for no other of this journal. 1 to <see cref="MaxKeyLength"/> code units.</param>
    /// <param name="record">What happened.</param>
    /// <param name="amount">The name under which <see cref="Properties"/> have its amount, if it has one.</param>
    /// <exception cref="ArgumentException">A text is blank or too long.</exception>
    public OutboxRecord(StreamId stream, string kind, string key, IJournalRecord record, string amount)
        : this(stream, kind, (record ?? throw new ArgumentNullException(nameof(record))).Occurred, key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(amount);
        _told = record;
        _amount = amount;
    }

    /// <summary>The stream whose append causes it.</summary>
    public StreamId Stream { get; }

    /// <summary>What it says, as a stable name.</summary>
    public string Kind { get; }

    /// <summary>When what it tells happened.</summary>
    public Instant At { get; }

    /// <summary>The same for the same message, and for no other of this journal.</summary>
    public string Key { get; }

    /// <summary>What it tells, as small typed values.</summary>
    public PropertyBag Properties
    {
        get
        {
            if (_told is PropertyBag properties) return properties;
            properties = ((IJournalRecord)_told).Amount is { } amount ? PropertyBag.Of(_amount!, amount) : PropertyBag.Empty;
            _told = properties;
            return properties;
        }
    }

    /// <summary>Reads back what a store has kept of a record.</summary>
    /// <param name="stream">Its stream.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="ticks">Its instant, as ticks of 100 nanoseconds since 1970.</param>
    /// <param name="rest">The 0 to 99 nanoseconds above them.</param>
    /// <param name="key">Its key.</param>
    /// <param name="properties">Its properties, as <see cref="PropertyBagJson.ToText"/> wrote them.</param>
    /// <param name="record">The record; of a damaged one what can be read, without its properties.</param>
    /// <returns>False when it is damaged: a store sets it aside as a dead letter for <see cref="DeadLetter.Damaged"/>, so that it fails no claim of others.</returns>
    public static bool TryRestore(string stream, string kind, long ticks, long rest, string key, string properties, out OutboxRecord record)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(properties);
        try
        {
            record = new(new(stream), kind, Instant.FromUnixTimeTicks(ticks).PlusNanoseconds(rest), key);
            record._told = PropertyBagJson.FromText(properties);
            return true;
        }
        catch (FormatException)
        {
            record = new(new(stream), kind, Instant.FromUnixTimeTicks(ticks).PlusNanoseconds(rest), key);
        }
        catch (Exception fault) when (fault is ArgumentException or OverflowException)
        {
            record = new(new(string.IsNullOrWhiteSpace(stream) || stream.Length > StreamId.MaxLength ? DeadLetter.Damaged : stream), DeadLetter.Damaged, default, DeadLetter.Damaged);
        }

        return false;
    }
}

/// <summary>The kinds of the outbox records that the shipped packages write.</summary>
public static class OutboxKinds
{
    /// <summary>A customer came into another stage.</summary>
    public const string StageChanged = "StageChanged";

    /// <summary>A customer came into a segment.</summary>
    public const string SegmentEntered = "SegmentEntered";

    /// <summary>A customer left a segment.</summary>
    public const string SegmentLeft = "SegmentLeft";

    /// <summary>Points moved.</summary>
    public const string PointsPosted = "PointsPosted";

    /// <summary>A step of a play is due.</summary>
    public const string PlayDue = "PlayDue";
}

/// <summary>What a journal's appends have to tell the outside, until it is acknowledged.</summary>
/// <remarks>
/// Delivery is at least once, and in order for each stream: a record is handed out when all earlier ones of its stream are acknowledged, set aside as dead letters, or handed out in the same
/// call. Other streams do not wait for it. Leases run by the store's clock, never the host's; a host that outstays its lease can still tell what another tells again.
/// </remarks>
public interface IOutbox
{
    /// <summary>Claims records that nobody has acknowledged yet.</summary>
    /// <param name="limit">Claims at most, 1 to <see cref="JournalLimits.MaxBatch"/>.</param>
    /// <param name="lease">How long others keep away, by the store's clock; above 0, at most <see cref="JournalLimits.MaxLease"/>.</param>
    /// <param name="cancellationToken">Cancels waiting. Records may be claimed all the same, until their lease is over.</param>
    /// <returns>In order of positions. None that is claimed already or given back with a delay that still runs, nor any later one of the same stream.</returns>
    /// <exception cref="StoreException">The store cannot be reached or read.</exception>
    ValueTask<IReadOnlyList<OutboxClaim>> ClaimOutboxAsync(int limit, Duration lease, CancellationToken cancellationToken = default);

    /// <summary>Acknowledges what was claimed: it is told, and never handed out again. Counts also after the lease is over.</summary>
    /// <param name="claims">Claims, at most <see cref="JournalLimits.MaxBatch"/>; those acknowledged before are passed over.</param>
    /// <param name="cancellationToken">Cancels waiting. Records may be acknowledged all the same.</param>
    /// <exception cref="StoreException">The outcome is unknown: acknowledge again.</exception>
    ValueTask AcknowledgeAsync(IReadOnlyList<OutboxClaim> claims, CancellationToken cancellationToken = default);

    /// <summary>Gives a claim back after an attempt that failed.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="delay">How long nobody gets it, by the store's clock; 0 to <see cref="JournalLimits.MaxLease"/>.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>False when it is no longer this one: acknowledged, or claimed by another host. Nothing changes then.</returns>
    /// <exception cref="StoreException">The store cannot be reached.</exception>
    ValueTask<bool> ReleaseOutboxAsync(OutboxClaim claim, Duration delay, CancellationToken cancellationToken = default);

    /// <summary>Gives claims back untried, as if they had never been made: free at once, the attempt not counted.</summary>
    /// <param name="claims">Claims, at most <see cref="JournalLimits.MaxBatch"/>; those that are no longer the latest are passed over.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="StoreException">Claims that were not given back end with their lease.</exception>
    ValueTask ReturnOutboxAsync(IReadOnlyList<OutboxClaim> claims, CancellationToken cancellationToken = default);

    /// <summary>Sets a claimed record aside as a dead letter: it is handed out no more, and holds up no other.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="reason">Why, as a stable code without personal data; 1 to <see cref="JournalLimits.MaxReasonLength"/> code units.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>False when the claim is no longer the latest. Nothing changes then.</returns>
    /// <exception cref="StoreException">The store cannot be reached.</exception>
    ValueTask<bool> SetAsideAsync(OutboxClaim claim, string reason, CancellationToken cancellationToken = default);

    /// <summary>The dead letters, page by page, in order of positions.</summary>
    /// <param name="afterPosition">The last position of the page before; 0 for the first page.</param>
    /// <param name="limit">Dead letters on a page, 1 to <see cref="JournalLimits.MaxPage"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>At most <paramref name="limit"/> dead letters; none when there are no more.</returns>
    /// <exception cref="StoreException">The store cannot be reached or read.</exception>
    ValueTask<IReadOnlyList<DeadLetter>> ListDeadLettersAsync(long afterPosition, int limit, CancellationToken cancellationToken = default);

    /// <summary>Puts a dead letter back into the outbox, at its old place, with no attempt counted. Later ones of its stream may have been told already.</summary>
    /// <param name="position">Its position.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>False when there is no such dead letter.</returns>
    /// <exception cref="StoreException">The outcome is unknown: call again.</exception>
    ValueTask<bool> RetryDeadLetterAsync(long position, CancellationToken cancellationToken = default);

    /// <summary>Forgets a dead letter that nobody needs to be told.</summary>
    /// <param name="position">Its position.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>False when there is no such dead letter.</returns>
    /// <exception cref="StoreException">The outcome is unknown: call again.</exception>
    ValueTask<bool> DiscardDeadLetterAsync(long position, CancellationToken cancellationToken = default);
}

/// <summary>One outbox record, claimed for a while.</summary>
public sealed class OutboxClaim
{
    /// <summary>Describes a claim.</summary>
    /// <param name="position">The record's place in the outbox; rises with each record of a stream.</param>
    /// <param name="version">The version to which its append brought the stream.</param>
    /// <param name="record">The record.</param>
    /// <param name="attempt">1 for the first claim, then 2, 3…; claims that were returned untried do not count.</param>
    /// <param name="until">When the lease ends, by the store's clock.</param>
    /// <param name="fence">Tells this claim from later ones of the same record.</param>
    public OutboxClaim(long position, long version, OutboxRecord record, int attempt, Instant until, long fence)
    {
        ArgumentNullException.ThrowIfNull(record);
        Position = position;
        Version = version;
        Record = record;
        Attempt = attempt;
        Until = until;
        Fence = fence;
    }

    /// <summary>The record's place in the outbox; rises with each record of a stream.</summary>
    public long Position { get; }

    /// <summary>The version to which its append brought the stream. Dead letters that are retried come late, and what is told twice can come after what follows it: a consumer that minds compares this.</summary>
    public long Version { get; }

    /// <summary>The record.</summary>
    public OutboxRecord Record { get; }

    /// <summary>1 for the first claim, then 2, 3…: what fails again and again shows here.</summary>
    public int Attempt { get; }

    /// <summary>When the lease ends, by the store's clock.</summary>
    public Instant Until { get; }

    /// <summary>Tells this claim from later ones of the same record.</summary>
    public long Fence { get; }
}

/// <summary>An outbox record that was set aside because telling it failed for good.</summary>
public sealed class DeadLetter
{
    /// <summary>The reason of a record that the store could not read back: somebody changed it, or the disk did. Mend its row, or restore it from a backup, and retry it.</summary>
    public const string Damaged = "outbox.damaged";

    /// <summary>The reason of a record that was claimed for its last attempt and never heard of again: each host that told it ended before it could say what came of it. Mend what ends them, and retry it.</summary>
    public const string Abandoned = "outbox.abandoned";

    /// <summary>Describes a dead letter.</summary>
    /// <param name="position">The record's place in the outbox.</param>
    /// <param name="version">The version to which its append brought the stream.</param>
    /// <param name="record">The record.</param>
    /// <param name="attempts">How often it was tried.</param>
    /// <param name="reason">Why it was set aside, as a stable code.</param>
    /// <param name="since">When it was set aside, by the store's clock.</param>
    public DeadLetter(long position, long version, OutboxRecord record, int attempts, string reason, Instant since)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(reason);
        Position = position;
        Version = version;
        Record = record;
        Attempts = attempts;
        Reason = reason;
        Since = since;
    }

    /// <summary>The record's place in the outbox: names the dead letter.</summary>
    public long Position { get; }

    /// <summary>The version to which its append brought the stream.</summary>
    public long Version { get; }

    /// <summary>The record.</summary>
    public OutboxRecord Record { get; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; }

    /// <summary>Why it was set aside, as a stable code.</summary>
    public string Reason { get; }

    /// <summary>When it was set aside, by the store's clock.</summary>
    public Instant Since { get; }
}
