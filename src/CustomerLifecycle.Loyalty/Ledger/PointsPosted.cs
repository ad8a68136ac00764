namespace CustomerLifecycle.Loyalty;

/// <summary>What the outside is told of a posting.</summary>
internal static class PointsPosted
{
    public static OutboxRecord Of(StreamId stream, Posting posting) =>
        new(stream, OutboxKinds.PointsPosted, posting.Effective, KeyOf(posting), PropertyBag.Of("points", posting.Change));

    public static IReadOnlyList<OutboxRecord> Of(IReadOnlyList<Posting> postings)
    {
        var records = new OutboxRecord[postings.Count];
        for (var i = 0; i < records.Length; i++) records[i] = Of(StreamId.Of(postings[i].Member), postings[i]);
        return records;
    }

    private static string KeyOf(Posting posting) =>
        posting.Kind switch
        {
            PostingKind.TransferIn or PostingKind.MergeIn => $"{posting.Key}/in/{posting.Currency}",
            PostingKind.MergeOut or PostingKind.Close or PostingKind.Sweep => $"{posting.Key}/{posting.Currency}",
            _ => posting.Key,
        };
}
