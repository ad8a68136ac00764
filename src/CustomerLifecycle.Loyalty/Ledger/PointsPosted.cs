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

    public OutboxRecord Project(StreamId stream, Posting record, int index) =>
        new(stream, OutboxKinds.PointsPosted, KeyOf(record, index), record, "points");

    private static string KeyOf(Posting posting, int index) =>
        posting.Kind switch
        {
            _ when index == 0 => posting.Key,
            _ when PooledKey.IsPart(posting.Key) => FormattableString.Invariant($"{PooledKey.CommandOf(posting.Key)}/pool/{index}"),
            PostingKind.Admit or PostingKind.Dismiss => posting.Key + "/household",
            PostingKind.TransferIn or PostingKind.MergeIn => posting.Key + "/in/" + posting.Currency,
            PostingKind.MergeOut or PostingKind.Close or PostingKind.Sweep => posting.Key + "/" + posting.Currency,
            _ => posting.Key,
        };
}
