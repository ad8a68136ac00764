namespace CustomerLifecycle.Loyalty;

/// <summary>Takes a member into a household, whose redeemable points its members can spend together. Points, holds and debts stay with who earned them.</summary>
/// <remarks>A household is an account of its own, named by the host; it can hold points too. Said of a member who is in the household already, with another key, it changes the right to redeem.</remarks>
public sealed class JoinHousehold : MemberCommand
{
    /// <summary>The most members of a household.</summary>
    public const int MaxMembers = 20;

    /// <summary>Makes the command.</summary>
    /// <param name="key">The idempotency key.</param>
    /// <param name="member">Who joins.</param>
    /// <param name="household">The household's account; need not exist.</param>
    /// <param name="mayRedeem">Whether the member may spend the points of all. Its own points can be spent by the others either way.</param>
    /// <param name="expectedVersion">The member's version that the caller has seen.</param>
    public JoinHousehold(string key, CustomerId member, CustomerId household, bool mayRedeem = true, long? expectedVersion = null)
        : base(key, member, null, expectedVersion)
    {
        Household = household;
        MayRedeem = mayRedeem;
    }

    /// <summary>The household's account.</summary>
    public CustomerId Household { get; }

    /// <summary>Whether the member may spend the points of all.</summary>
    public bool MayRedeem { get; }

    internal override PostingKind Kind => PostingKind.Join;
}

/// <summary>Takes a member out of its household. Its points go with it.</summary>
public sealed class LeaveHousehold : MemberCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="key">The idempotency key.</param>
    /// <param name="member">Who leaves.</param>
    /// <param name="expectedVersion">The member's version that the caller has seen.</param>
    public LeaveHousehold(string key, CustomerId member, long? expectedVersion = null)
        : base(key, member, null, expectedVersion)
    {
    }

    internal override PostingKind Kind => PostingKind.Leave;
}

/// <summary>Spends points of a member's whole household: in spending order over the lots of all, whoever earned them.</summary>
public sealed class RedeemPooledPoints : MemberCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="key">The idempotency key.</param>
    /// <param name="member">Who spends; the policy's limits count for this member.</param>
    /// <param name="amount">How many points; above 0.</param>
    /// <param name="currency">The point currency; null for <see cref="LedgerCommand.DefaultCurrency"/>.</param>
    /// <param name="expectedVersion">The member's version that the caller has seen.</param>
    public RedeemPooledPoints(string key, CustomerId member, PointAmount amount, string? currency = null, long? expectedVersion = null)
        : base(key, member, currency, expectedVersion) => Amount = amount;

    /// <summary>How many points.</summary>
    public PointAmount Amount { get; }

    internal override PostingKind Kind => PostingKind.Redeem;
}

/// <summary>Sets points of a member's whole household aside. <see cref="CaptureHold"/>, <see cref="ReleaseHold"/> and <see cref="RefundRedemption"/> refer to it as to any other.</summary>
public sealed class ReservePooledPoints : MemberCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="key">The idempotency key; the hold is named by it.</param>
    /// <param name="member">Who reserves; the policy's limits count for this member.</param>
    /// <param name="amount">How many points; above 0.</param>
    /// <param name="timeout">After this time the hold is over; null for never. 0 or more.</param>
    /// <param name="currency">The point currency; null for <see cref="LedgerCommand.DefaultCurrency"/>.</param>
    /// <param name="expectedVersion">The member's version that the caller has seen.</param>
    public ReservePooledPoints(string key, CustomerId member, PointAmount amount, Duration? timeout = null, string? currency = null, long? expectedVersion = null)
        : base(key, member, currency, expectedVersion)
    {
        if (timeout < Duration.Zero || timeout > Duration.FromDays(LedgerPolicy.MaxDays))
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, $"A hold lasts 0 to {LedgerPolicy.MaxDays} days. Leave the time-out away for a hold without end.");
        Amount = amount;
        Timeout = timeout;
    }

    /// <summary>How many points.</summary>
    public PointAmount Amount { get; }

    /// <summary>After this time the hold is over; null for never.</summary>
    public Duration? Timeout { get; }

    internal override PostingKind Kind => PostingKind.Reserve;
}
