namespace CustomerLifecycle.Loyalty;

/// <summary>A member's postings over a span of time, with the balance before and after: what a member is shown, and what an auditor asks for.</summary>
public sealed class Statement
{
    internal Statement(CustomerId member, string currency, Instant from, Instant to, MemberBalance opening, MemberBalance closing, IReadOnlyList<StatementLine> lines)
    {
        Member = member;
        Currency = currency;
        From = from;
        To = to;
        Opening = opening;
        Closing = closing;
        Lines = lines;
    }

    /// <summary>Whose.</summary>
    public CustomerId Member { get; }

    /// <summary>In which currency.</summary>
    public string Currency { get; }

    /// <summary>Its first instant.</summary>
    public Instant From { get; }

    /// <summary>The first instant after it.</summary>
    public Instant To { get; }

    /// <summary>The balance just before <see cref="From"/>.</summary>
    public MemberBalance Opening { get; }

    /// <summary>The balance just before <see cref="To"/>.</summary>
    public MemberBalance Closing { get; }

    /// <summary>What changed in between, in the order in which it took effect.</summary>
    public IReadOnlyList<StatementLine> Lines { get; }

    /// <summary>Draws up a statement from a member's postings.</summary>
    /// <param name="state">The member after its last posting.</param>
    /// <param name="postings">All of its postings, in order.</param>
    /// <param name="from">Its first instant.</param>
    /// <param name="to">The first instant after it.</param>
    /// <param name="currency">The point currency; null for <see cref="LedgerCommand.DefaultCurrency"/>.</param>
    /// <returns>Opening + the changes of all lines = closing, in available points.</returns>
    /// <exception cref="ArgumentException"><paramref name="to"/> is before <paramref name="from"/>.</exception>
    public static Statement Of(MemberState state, IReadOnlyList<Posting> postings, Instant from, Instant to, string? currency = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(postings);
        if (to < from) throw new ArgumentException($"The statement ends at {to}, before it begins at {from}. Swap them.", nameof(to));
        var unit = currency ?? LedgerCommand.DefaultCurrency;
        var opening = Before(from);
        var closing = Before(to);

        var lines = new List<StatementLine>();
        foreach (var posting in postings)
        {
            if (string.Equals(posting.Currency, unit, StringComparison.Ordinal)) AddLines(lines, posting.Entries.ToArray(), posting.Kind, posting.Key, posting.Recorded, from, to);
        }

        if (state.Find(unit) is { } book) AddLines(lines, BookDraft.Elapsed(book, to), PostingKind.Sweep, null, null, from, to);
        return new(state.Member, unit, from, to, opening, closing, [.. lines.OrderBy(static line => line.Effective)]);

        MemberBalance Before(Instant instant)
        {
            if (instant == Instant.MinValue) return default;
            var history = new LedgerHistory(state.Member, instant - Duration.Epsilon, currency: unit);
            foreach (var posting in postings) history.Add(posting);
            history.Add(state);
            return history.Balance;
        }
    }

    private static void AddLines(List<StatementLine> lines, Movement[] movements, PostingKind kind, string? key, Instant? recorded, Instant from, Instant to)
    {
        // One line for each instant and reason: what the command did, and what time did before it.
        foreach (var group in movements.Where(movement => movement.Effective >= from && movement.Effective < to).GroupBy(static movement => (movement.Effective, movement.IsElapsed, Reason: ReasonOf(movement))))
        {
            var figures = default(Figures);
            foreach (var movement in group) figures.Add(movement);
            var change = figures.ToBalance(0);
            var reason = group.Key.Reason ?? (group.Key.IsElapsed ? StatementReason.Returned : Reasons.Of(kind));
            if (change.Available == 0 && change.Pending == 0 && change.Held == 0 && change.Debt == 0) continue;
            lines.Add(new(group.Key.Effective, group.Key.IsElapsed ? null : recorded, reason, group.Key.IsElapsed || key is null ? null : PooledKey.CommandOf(key), change.Available, change.Pending, change.Held, change.Debt));
        }
    }

    private static StatementReason? ReasonOf(Movement movement) => movement switch
    {
        { From: LedgerAccount.Open, To: LedgerAccount.Due } => StatementReason.Lapsed,
        { From: LedgerAccount.Open, To: LedgerAccount.Debt } => StatementReason.DebtPaid,
        { From: LedgerAccount.Pending, To: LedgerAccount.Open } => StatementReason.Opened,
        _ => null,
    };
}

/// <summary>Why points changed, in the words of a statement.</summary>
public enum StatementReason
{
    /// <summary>Earned.</summary>
    Earned = 0,

    /// <summary>Pending points became spendable.</summary>
    Opened = 1,

    /// <summary>Spent.</summary>
    Redeemed = 2,

    /// <summary>Set aside.</summary>
    Reserved = 3,

    /// <summary>Came back: from a hold, or from a refunded redemption.</summary>
    Returned = 4,

    /// <summary>Taken back, because the purchase was.</summary>
    Refunded = 5,

    /// <summary>Lapsed.</summary>
    Lapsed = 6,

    /// <summary>Went into a debt.</summary>
    DebtPaid = 7,

    /// <summary>Corrected by hand.</summary>
    Adjusted = 8,

    /// <summary>Given to or by another member.</summary>
    Transferred = 9,

    /// <summary>Moved when two members became one.</summary>
    Merged = 10,

    /// <summary>Left behind when the membership ended.</summary>
    Closed = 11,

    /// <summary>A pending earn was taken back.</summary>
    Cancelled = 12,

    /// <summary>Came with a member who joined the household.</summary>
    Joined = 13,

    /// <summary>Went with a member who left the household.</summary>
    Left = 14,
}

/// <summary>One line of a statement.</summary>
/// <param name="Effective">When it took effect.</param>
/// <param name="Recorded">When the ledger took note of it; null for what time alone brought about.</param>
/// <param name="Reason">Why.</param>
/// <param name="Key">The key of the command; null for what time alone brought about.</param>
/// <param name="Available">Spendable points more or fewer.</param>
/// <param name="Pending">Pending points more or fewer.</param>
/// <param name="Held">Reserved points more or fewer.</param>
/// <param name="Debt">Debt more or less.</param>
public readonly record struct StatementLine(Instant Effective, Instant? Recorded, StatementReason Reason, string? Key, long Available, long Pending, long Held, decimal Debt);

/// <summary>What kind of posting is called what.</summary>
internal static class Reasons
{
    public static StatementReason Of(PostingKind kind) => kind switch
    {
        PostingKind.Earn or PostingKind.EarnOrder => StatementReason.Earned,
        PostingKind.Confirm => StatementReason.Opened,
        PostingKind.Cancel => StatementReason.Cancelled,
        PostingKind.Redeem or PostingKind.Capture => StatementReason.Redeemed,
        PostingKind.Reserve => StatementReason.Reserved,
        PostingKind.Release or PostingKind.RefundRedemption => StatementReason.Returned,
        PostingKind.RefundEarn or PostingKind.RefundOrder => StatementReason.Refunded,
        PostingKind.Adjust => StatementReason.Adjusted,
        PostingKind.TransferOut or PostingKind.TransferIn => StatementReason.Transferred,
        PostingKind.MergeOut or PostingKind.MergeIn => StatementReason.Merged,
        PostingKind.Close => StatementReason.Closed,
        PostingKind.Join or PostingKind.Admit => StatementReason.Joined,
        PostingKind.Leave or PostingKind.Dismiss => StatementReason.Left,
        _ => StatementReason.Lapsed,
    };
}
