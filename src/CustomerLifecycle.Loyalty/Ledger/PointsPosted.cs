namespace CustomerLifecycle.Loyalty;

/// <summary>What the outside is told of a posting.</summary>
internal sealed class PointsPosted : IOutboxProjection<Posting>
{
    private PointsPosted()
    {
    }

    /// <summary>Tells of the postings of one member.</summary>
    public static PointsPosted ByPosting { get; } = new();

    /// <summary>Tells of the postings of several members.</summary>
    public static IReadOnlyList<OutboxRecord> Of(IReadOnlyList<Posting> postings)
    {
        var records = new OutboxRecord[postings.Count];
        for (var i = 0; i < records.Length; i++) records[i] = ByPosting.Project(StreamId.Of(postings[i].Member), postings[i], i);
        return records;
    }

    public OutboxRecord Project(StreamId stream, Posting record, int index) => new(
        stream,
        OutboxKinds.PointsPosted,
        record.Effective,
        KeyOf(record, index),
        PropertyBag.Of(("points", record.Change), ("currency", record.Currency), ("kind", PostingKinds.Code(record.Kind)), ("version", record.Version)));

    /// <summary>The command's own key for its first posting, and one that no command can have for each other.</summary>
    private static string KeyOf(Posting posting, int index) =>
        index == 0 ? posting.Key : FormattableString.Invariant($"{ReservedKeys.Part}{index}/{PooledKey.CommandOf(posting.Key)}");
}
