namespace CustomerLifecycle.Loyalty;

/// <summary>Where points can be. Every <see cref="Movement"/> takes them from one account and puts them into another.</summary>
public enum LedgerAccount
{
    /// <summary>Member: spendable, in a lot.</summary>
    Open = 0,

    /// <summary>Member: earned, not yet spendable, in a lot.</summary>
    Pending = 1,

    /// <summary>Member: reserved by a hold, belonging to a lot.</summary>
    Held = 2,

    /// <summary>Member: lapsed, not yet booked as expired, belonging to a lot.</summary>
    Due = 3,

    /// <summary>Member: what the member owes. Points taken from here make the debt grow, points put here pay it.</summary>
    Debt = 4,

    /// <summary>System: where earned points come from and refunded ones go back to.</summary>
    Issued = 5,

    /// <summary>System: where corrections come from and go to.</summary>
    Adjusted = 6,

    /// <summary>System: what the programme bears.</summary>
    WrittenOff = 7,

    /// <summary>System: what members spent.</summary>
    Redeemed = 8,

    /// <summary>System: what lapsed, once a sweep has booked it.</summary>
    Expired = 9,

    /// <summary>System: what closed members left behind.</summary>
    Forfeited = 10,

    /// <summary>Between members: what leaves one arrives at another in the same transaction, so that it is always empty.</summary>
    Transferred = 11,

    /// <summary>Counter: points a member ever earned, net of refunds.</summary>
    LifetimeEarned = 12,

    /// <summary>Counter: points a member ever spent, net of returns.</summary>
    LifetimeRedeemed = 13,

    /// <summary>Counter: points a member ever lost to expiry.</summary>
    LifetimeExpired = 14,

    /// <summary>The other side of the counters.</summary>
    Memorandum = 15,
}
