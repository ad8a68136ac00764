namespace CustomerLifecycle.Loyalty;

/// <summary>What the outside is told of a posting.</summary>
internal static class PointsPosted
{
    public static OutboxRecord Of(StreamId stream, Posting posting, int index = 0) =>
        new(stream, OutboxKinds.PointsPosted, KeyOf(posting, index), posting, "points");

    public static IReadOnlyList<OutboxRecord> Of(IReadOnlyList<Posting> postings)
    {
        if (postings.Count == 1) return [Of(StreamId.Of(postings[0].Member), postings[0])];
        var records = new OutboxRecord[postings.Count];
        for (var i = 0; i < records.Length; i++) records[i] = Of(StreamId.Of(postings[i].Member), postings[i], i);
        return records;
    }

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
