namespace CustomerLifecycle.Loyalty;

/// <summary>A member's points in one currency at one instant.</summary>
/// <param name="Available">Spendable.</param>
/// <param name="Pending">Earned, not yet spendable.</param>
/// <param name="Held">Reserved.</param>
/// <param name="Debt">Owed by the member.</param>
/// <param name="Expired">Lost to expiry so far, whether or not a sweep has booked it.</param>
/// <param name="Due">Of those, not yet booked.</param>
/// <param name="LifetimeEarned">Ever earned, net of refunds; pending points do not count.</param>
/// <param name="LifetimeRedeemed">Ever spent, net of returns.</param>
/// <param name="Version">Postings of the member so far, in all currencies.</param>
/// <remarks>What has no upper bound of 2^63-1 is a <see cref="decimal"/>, always a whole number.</remarks>
public readonly record struct MemberBalance(
    long Available,
    long Pending,
    long Held,
    decimal Debt,
    decimal Expired,
    decimal Due,
    decimal LifetimeEarned,
    decimal LifetimeRedeemed,
    long Version);

/// <summary>The programme's side of the books in one currency.</summary>
/// <param name="Issued">Earned by members, net of refunds.</param>
/// <param name="Adjusted">Adjusted by hand, net.</param>
/// <param name="WrittenOff">Borne by the programme.</param>
/// <param name="Redeemed">Spent by members, net of returns.</param>
/// <param name="Expired">Lapsed and booked by a sweep.</param>
/// <param name="Forfeited">Left behind by closed members.</param>
/// <param name="Transferred">What left members for others, less what arrived: 0 over all members of a ledger at rest.</param>
/// <remarks>Always: issued + adjusted + written off = redeemed + expired + forfeited + transferred + Σ members (available + pending + held + due − debt).</remarks>
public readonly record struct SystemTotals(decimal Issued, decimal Adjusted, decimal WrittenOff, decimal Redeemed, decimal Expired, decimal Forfeited, decimal Transferred = 0)
{
    /// <summary>Adds two slices of the books.</summary>
    /// <param name="other">The other slice.</param>
    public SystemTotals Plus(SystemTotals other) => new(
        Issued + other.Issued,
        Adjusted + other.Adjusted,
        WrittenOff + other.WrittenOff,
        Redeemed + other.Redeemed,
        Expired + other.Expired,
        Forfeited + other.Forfeited,
        Transferred + other.Transferred);
}

/// <summary>What became of a lot.</summary>
public enum LotState
{
    /// <summary>Not yet spendable.</summary>
    Pending = 0,

    /// <summary>Something of it is spendable or held.</summary>
    Open = 1,

    /// <summary>Nothing is left and something of it lapsed.</summary>
    Lapsed = 2,

    /// <summary>Nothing is left.</summary>
    Spent = 3,
}

/// <summary>A lot at one instant.</summary>
/// <param name="Key">Its name: the key of the command that opened it; for a transferred part <c>transfer/source</c>.</param>
/// <param name="Kind">Why it exists.</param>
/// <param name="Member">Whose it is.</param>
/// <param name="Original">Points it was opened with.</param>
/// <param name="Remaining">Points open or pending.</param>
/// <param name="Held">Points in holds.</param>
/// <param name="Lapsed">Points lapsed out of it.</param>
/// <param name="Earned">When it was earned.</param>
/// <param name="Expires">From when its points are unusable; null for never.</param>
/// <param name="State">What became of it.</param>
public readonly record struct LotView(string Key, LotKind Kind, CustomerId Member, long Original, long Remaining, long Held, long Lapsed, Instant Earned, Instant? Expires, LotState State)
{
    internal static LotView Of(in Lot lot, CustomerId member) => new(
        lot.Key,
        lot.Kind,
        member,
        lot.Original,
        lot.Open + lot.Pending,
        lot.Held,
        lot.Lapsed,
        lot.Earned,
        lot.Expires == Instant.MaxValue ? null : lot.Expires,
        lot.Pending > 0 ? LotState.Pending
        : lot.Open > 0 || lot.Held > 0 ? LotState.Open
        : lot.Lapsed > 0 ? LotState.Lapsed
        : LotState.Spent);
}

/// <summary>Points that lapse at one instant.</summary>
/// <param name="At">From then on they are unusable.</param>
/// <param name="Points">How many, unless they are spent before.</param>
public readonly record struct UpcomingLapse(Instant At, decimal Points);
