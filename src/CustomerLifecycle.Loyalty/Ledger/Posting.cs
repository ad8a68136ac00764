namespace CustomerLifecycle.Loyalty;

/// <summary>What a posting is the consequence of.</summary>
public enum PostingKind
{
    /// <summary><see cref="EarnPoints"/>.</summary>
    Earn = 0,

    /// <summary><see cref="Loyalty.EarnOrder"/>.</summary>
    EarnOrder = 1,

    /// <summary><see cref="ConfirmEarn"/>.</summary>
    Confirm = 2,

    /// <summary><see cref="CancelEarn"/>.</summary>
    Cancel = 3,

    /// <summary><see cref="RedeemPoints"/>.</summary>
    Redeem = 4,

    /// <summary><see cref="ReservePoints"/>.</summary>
    Reserve = 5,

    /// <summary><see cref="CaptureHold"/>.</summary>
    Capture = 6,

    /// <summary><see cref="ReleaseHold"/>.</summary>
    Release = 7,

    /// <summary><see cref="Loyalty.RefundEarn"/>.</summary>
    RefundEarn = 8,

    /// <summary><see cref="Loyalty.RefundOrder"/>.</summary>
    RefundOrder = 9,

    /// <summary><see cref="Loyalty.RefundRedemption"/>.</summary>
    RefundRedemption = 10,

    /// <summary><see cref="AdjustPoints"/>.</summary>
    Adjust = 11,

    /// <summary><see cref="TransferPoints"/>, at the member who gives.</summary>
    TransferOut = 12,

    /// <summary><see cref="TransferPoints"/>, at the member who receives.</summary>
    TransferIn = 13,

    /// <summary><see cref="MergeMembers"/>, at the member who goes away.</summary>
    MergeOut = 14,

    /// <summary><see cref="MergeMembers"/>, at the member who stays.</summary>
    MergeIn = 15,

    /// <summary><see cref="CloseMember"/>.</summary>
    Close = 16,

    /// <summary>A sweep, which books lapsed points as expired.</summary>
    Sweep = 17,

    /// <summary><see cref="JoinHousehold"/>, at the member.</summary>
    Join = 18,

    /// <summary><see cref="JoinHousehold"/>, at the household.</summary>
    Admit = 19,

    /// <summary><see cref="LeaveHousehold"/>, at the member.</summary>
    Leave = 20,

    /// <summary>A member left or was closed, at the household.</summary>
    Dismiss = 21,
}

/// <summary>The stable codes of the kinds, as stores keep them.</summary>
internal static class PostingKinds
{
    private static readonly string[] Codes =
    [
        "earn", "earn-order", "confirm", "cancel", "redeem", "reserve", "capture", "release", "refund-earn", "refund-order", "refund-redemption",
        "adjust", "transfer-out", "transfer-in", "merge-out", "merge-in", "close", "sweep",
        "join", "admit", "leave", "dismiss",
    ];

    public static string Code(PostingKind kind) => Codes[(int)kind];
}

/// <summary>Points of one lot.</summary>
/// <param name="Lot">The lot's name.</param>
/// <param name="Points">How many; above 0.</param>
public readonly record struct LotPoints(string Lot, long Points);

/// <summary>What happened to one member's points in one currency: the record that the journal keeps, and all that a balance is made of.</summary>
/// <remarks>Its movements are double entries, so it sums to zero by construction. Movements that time brought about since the member's last posting stand first, at their own instants.</remarks>
public sealed class Posting : IJournalRecord, IReference
{
    private readonly byte _kind;
    private readonly byte _spending;
    private readonly PackedInstant _recorded;
    private readonly MovementStore _moved;
    private readonly OpenedLots _opened;
    private readonly Rest? _rest;

    internal Posting(
        PostingKind kind,
        string key,
        CustomerId member,
        string currency,
        Instant effective,
        Instant recorded,
        long version,
        SpendingOrder spending,
        in MovementStore moved,
        ReadOnlySpan<Lot> opened = default,
        string? reference = null,
        PostingDetail? detail = null)
    {
        _kind = (byte)kind;
        _spending = (byte)spending;
        Key = key;
        Member = member;
        Currency = currency;
        _recorded = recorded;
        Version = version;
        _moved = moved;
        if (effective != recorded || reference is not null || detail is not null) _rest = new(effective, reference, detail);
        _opened = OpenedLots.Of(opened, key, effective);
    }

    /// <summary>What it is the consequence of.</summary>
    public PostingKind Kind => (PostingKind)_kind;

    /// <summary>The idempotency key of the command; for another member's part of a pooled command a name made of both.</summary>
    public string Key { get; }

    /// <summary>Whose points.</summary>
    public CustomerId Member { get; }

    /// <summary>In which currency.</summary>
    public string Currency { get; }

    /// <summary>When it took effect.</summary>
    public Instant Effective => _rest is null ? Recorded : _rest.Effective;

    /// <summary>When the ledger took note of it; never before the member's previous posting.</summary>
    public Instant Recorded => _recorded;

    /// <summary>The member's version after it.</summary>
    public long Version { get; }

    /// <summary>The key of the posting that it refers to, if it does.</summary>
    public string? Reference => _rest?.Reference;

    /// <summary>What moved, in this order.</summary>
    public IReadOnlyList<Movement> Movements => Entries.ToArray();

    /// <summary>How many points more or fewer the member holds, by whatever account: what a report sums to the points outstanding.</summary>
    public decimal Change
    {
        get
        {
            var figures = default(Figures);
            foreach (var movement in Entries) figures.Add(movement);
            return figures.Outstanding;
        }
    }

    Instant IJournalRecord.Occurred => Effective;

    string IJournalRecord.Kind => PostingKinds.Code(Kind);

    decimal? IJournalRecord.Amount => Change;

    /// <summary>What moved, without a list of it.</summary>
    internal PostedMovements Entries => new(this);

    internal ref readonly MovementStore Moved => ref _moved;

    /// <summary>The order in which debts are paid by what time makes available after it.</summary>
    internal SpendingOrder Spending => (SpendingOrder)_spending;

    /// <summary>The lots that it opened, without points.</summary>
    internal Lot[] Opened => _opened.ToArray(Key, Effective);

    internal PostingDetail? Detail => _rest?.Detail;

    /// <summary>The same with another version.</summary>
    internal Posting At(long version) => version == Version ? this : new(Kind, Key, Member, Currency, Effective, Recorded, version, Spending, _moved, Opened, Reference, Detail);

    /// <summary>What most postings have none of: it took effect at another time, refers to something, or says more.</summary>
    private sealed record Rest(Instant Effective, string? Reference, PostingDetail? Detail);
}

/// <summary>What only some kinds of posting need.</summary>
internal sealed class PostingDetail
{
    /// <summary>The other member of a transfer or merge, who asked for a pooled command, or the other side of a household.</summary>
    public CustomerId? Counterparty { get; init; }

    /// <summary>When a hold ends by itself; <see cref="Instant.MaxValue"/> for never.</summary>
    public Instant? HoldEnds { get; init; }

    /// <summary>The expiry that activity gave to all lots, or a confirmation to its lot.</summary>
    public Instant? Expires { get; init; }

    /// <summary>An order, with all that its refunds need.</summary>
    public PointOrder? Order { get; init; }

    /// <summary>What a whole sweep came to.</summary>
    public SweepResult? Sweep { get; init; }

    /// <summary>The household ties that the posting leaves behind.</summary>
    public HouseholdTies? Ties { get; init; }

    /// <summary>Whose points a pooled command took.</summary>
    public PooledPoints? Pool { get; init; }

    /// <summary>Everything that came along with a merge.</summary>
    public Book? Moved { get; init; }
}

/// <summary>The postings of one command: mostly one, which needs no list.</summary>
internal readonly struct PostingList
{
    private readonly object _postings;

    private PostingList(object postings) => _postings = postings;

    public int Count => _postings is Posting[] several ? several.Length : 1;

    public Posting this[int index] => _postings is Posting[] several ? several[index] : (Posting)_postings;

    public static implicit operator PostingList(Posting only) => new(only);

    public static implicit operator PostingList(Posting[] postings) => new(postings.Length == 1 ? postings[0] : postings);

    public Posting[] ToArray() => _postings as Posting[] ?? [(Posting)_postings];
}

/// <summary>What one command does to the ledger, all or nothing: a posting for each member and currency that it touches.</summary>
public sealed class Transaction
{
    private readonly MemberState[]? _members;
    private readonly PostingList _postings;

    internal Transaction(in PostingList postings, MemberState primary, MemberState? other)
    {
        _postings = postings;
        Primary = primary;
        Other = other;
    }

    internal Transaction(in PostingList postings, MemberState[] members)
        : this(postings, members[0], null) => _members = members;

    /// <summary>The postings; the first is that of the command's own member.</summary>
    public IReadOnlyList<Posting> Postings => _postings.ToArray();

    /// <summary>The posting, where there is but one.</summary>
    internal Posting? Only => _postings.Count == 1 ? _postings[0] : null;

    /// <summary>What the command answers.</summary>
    public LedgerResult Result => new(_postings, isDuplicate: false);

    /// <summary>The command's own member after it.</summary>
    public MemberState Primary { get; }

    /// <summary>The other member of a transfer or merge, or the household, after it.</summary>
    public MemberState? Other { get; }

    /// <summary>Every member after it, the command's own first.</summary>
    public IReadOnlyList<MemberState> Members => _members ?? (Other is null ? [Primary] : [Primary, Other]);
}
