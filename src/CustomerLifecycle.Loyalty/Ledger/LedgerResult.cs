namespace CustomerLifecycle.Loyalty;

/// <summary>What an accepted command answers, read off its postings: so the first answer can be given again for as long as they live.</summary>
public sealed class LedgerResult
{
    private readonly PostingList _postings;

    internal LedgerResult(in PostingList postings, bool isDuplicate)
    {
        _postings = postings;
        IsDuplicate = isDuplicate;
    }

    /// <summary>What was posted; the first is that of the command's own member.</summary>
    public IReadOnlyList<Posting> Postings => _postings.ToArray();

    /// <summary>Whether the same request had been answered before, and this is that answer again.</summary>
    public bool IsDuplicate { get; }

    /// <summary>The kind of command.</summary>
    public PostingKind Kind => _postings[0].Kind;

    /// <summary>The command's own member, after redirection.</summary>
    public CustomerId Member => _postings[0].Member;

    /// <summary>The member's version after the command.</summary>
    public long Version => _postings[0].Version;

    /// <summary>Points given by an earn, after caps.</summary>
    public long Awarded => Sum(static (in m) => m.From == LedgerAccount.Issued && m.To is LedgerAccount.Open or LedgerAccount.Pending);

    /// <summary>Points opened by a confirmation.</summary>
    public long Confirmed => Kind == PostingKind.Confirm ? Sum(static (in m) => m is { From: LedgerAccount.Pending, To: LedgerAccount.Open, IsElapsed: false }) : 0;

    /// <summary>Points taken back by a cancellation.</summary>
    public long Cancelled => Kind == PostingKind.Cancel ? Sum(static (in m) => m is { From: LedgerAccount.Pending, To: LedgerAccount.Issued }) : 0;

    /// <summary>Points redeemed, without a hold.</summary>
    public long Redeemed => Sum(static (in m) => m is { From: LedgerAccount.Open, To: LedgerAccount.Redeemed });

    /// <summary>Points put into a hold.</summary>
    public long Reserved => Sum(static (in m) => m is { From: LedgerAccount.Open, To: LedgerAccount.Held });

    /// <summary>Points redeemed out of a hold.</summary>
    public long Captured => Sum(static (in m) => m is { From: LedgerAccount.Held, To: LedgerAccount.Redeemed });

    /// <summary>Points returned from a hold.</summary>
    public long Released => Sum(static (in m) => m is { From: LedgerAccount.Held, To: LedgerAccount.Open, IsElapsed: false });

    /// <summary>Points that a refund took from the member.</summary>
    public long ClawedBack => Kind is PostingKind.RefundEarn or PostingKind.RefundOrder ? Sum(static (in m) => m is { From: LedgerAccount.Open or LedgerAccount.Pending, To: LedgerAccount.Issued }) : 0;

    /// <summary>Points of a refunded earn that had lapsed before, and so count as taken already.</summary>
    public long Lapsed => Kind is PostingKind.RefundEarn or PostingKind.RefundOrder ? Sum(static (in m) => m is { From: LedgerAccount.LifetimeEarned, To: LedgerAccount.Memorandum }) : 0;

    /// <summary>Points that a refund could not take: owed or written off.</summary>
    public long Shortfall => Sum(static (in m) => m is { From: LedgerAccount.Debt or LedgerAccount.WrittenOff, To: LedgerAccount.Issued });

    /// <summary>Points that a refund was about: taken, lapsed and missing together.</summary>
    public long Refunded => ClawedBack + Lapsed + Shortfall;

    /// <summary>Points that a refunded redemption gave back.</summary>
    public long Restored => Sum(static (in m) => m is { From: LedgerAccount.Redeemed, To: LedgerAccount.Open });

    /// <summary>Points adjusted: up above 0, down below.</summary>
    public long Adjusted => Sum(static (in m) => m.From == LedgerAccount.Adjusted) - Sum(static (in m) => m.To == LedgerAccount.Adjusted);

    /// <summary>Points that reached the other member of a transfer.</summary>
    public long Transferred => Kind == PostingKind.TransferOut ? Sum(static (in m) => m.To == LedgerAccount.Transferred) : 0;

    /// <summary>Points that a closed member lost, in all currencies.</summary>
    public decimal Forfeited => Total(static (in m) => m.To == LedgerAccount.Forfeited);

    /// <summary>Points redeemed or reserved, by lot, in the order in which they were taken; of a pooled command member by member.</summary>
    public IReadOnlyList<LotPoints> Lots
    {
        get
        {
            var lots = new List<LotPoints>();
            if (Kind is not (PostingKind.Redeem or PostingKind.Reserve)) return lots;
            for (var i = 0; i < _postings.Count; i++)
            {
                foreach (var movement in _postings[i].Entries)
                {
                    if (movement is { From: LedgerAccount.Open, To: LedgerAccount.Redeemed or LedgerAccount.Held }) lots.Add(new(movement.Lot!, movement.Points));
                }
            }

            return lots;
        }
    }

    /// <summary>Whether a posting only mirrors what stands in that of the command's own member.</summary>
    internal static bool IsOtherSide(Posting posting) => posting.Kind is PostingKind.TransferIn or PostingKind.MergeIn or PostingKind.Admit or PostingKind.Dismiss;

    private long Sum(Condition counts)
    {
        long sum = 0;
        for (var i = 0; i < _postings.Count; i++)
        {
            if (IsOtherSide(_postings[i])) continue;
            foreach (var movement in _postings[i].Entries)
            {
                if (counts(movement)) sum += movement.Points;
            }
        }

        return sum;
    }

    private decimal Total(Condition counts)
    {
        decimal sum = 0;
        for (var i = 0; i < _postings.Count; i++)
        {
            foreach (var movement in _postings[i].Entries)
            {
                if (counts(movement)) sum += movement.Points;
            }
        }

        return sum;
    }

    private delegate bool Condition(in Movement movement);
}
