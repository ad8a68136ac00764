namespace CustomerLifecycle.Loyalty;

/// <summary>Something that somebody wants of the ledger. One command is one posting for each member it touches, or a refusal.</summary>
public abstract class LedgerCommand
{
    /// <summary>The currency of a command that names none.</summary>
    public const string DefaultCurrency = "PTS";

    /// <summary>The longest idempotency key, in UTF-16 code units.</summary>
    public const int MaxKeyLength = 200;

    /// <summary>The longest name of a currency, in UTF-16 code units.</summary>
    public const int MaxCurrencyLength = 32;

    private protected LedgerCommand(string key, string? currency, long? expectedVersion)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(key.Length, MaxKeyLength, nameof(key));
        ReservedKeys.Check(key, nameof(key));
        if (currency is not null)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(currency);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(currency.Length, MaxCurrencyLength, nameof(currency));

            // The outside is told of it: it has to be a text that every store can keep.
            _ = new PropertyValue(currency);
        }

        Key = key;
        Currency = currency ?? DefaultCurrency;
        ExpectedVersion = expectedVersion;
    }

    /// <summary>The idempotency key: unique over the whole ledger. Later commands refer to this one by it, and the lot of an earn is named by it.</summary>
    public string Key { get; }

    /// <summary>The point currency; that of the referenced posting where there is a reference.</summary>
    public string Currency { get; }

    /// <summary>The member's version that the caller has seen; null where that does not matter.</summary>
    public long? ExpectedVersion { get; }

    internal abstract PostingKind Kind { get; }
}

/// <summary>A command that names the member whose points it moves.</summary>
public abstract class MemberCommand : LedgerCommand
{
    private protected MemberCommand(string key, CustomerId member, string? currency, long? expectedVersion)
        : base(key, currency, expectedVersion) => Member = member;

    /// <summary>The member whose points it moves.</summary>
    public CustomerId Member { get; }
}

/// <summary>A command that names an earlier posting by its key; the member follows from it.</summary>
public abstract class ReferringCommand : LedgerCommand
{
    private protected ReferringCommand(string key, string reference, long? expectedVersion)
        : base(key, null, expectedVersion)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reference);
        Reference = reference;
    }

    /// <summary>The key of the earlier command.</summary>
    public string Reference { get; }
}

/// <summary>Gives points for something a member did.</summary>
public sealed class EarnPoints : MemberCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="key">The idempotency key; the lot is named by it.</param>
    /// <param name="member">Who earns.</param>
    /// <param name="amount">How many points; above 0.</param>
    /// <param name="effective">When it took effect; null for now. May lie in the past.</param>
    /// <param name="expiry">When the points lapse; by policy unless given.</param>
    /// <param name="pending">Whether the points wait for <see cref="ConfirmEarn"/>.</param>
    /// <param name="currency">The point currency; null for <see cref="LedgerCommand.DefaultCurrency"/>.</param>
    /// <param name="expectedVersion">The member's version that the caller has seen.</param>
    public EarnPoints(string key, CustomerId member, PointAmount amount, Instant? effective = null, LotExpiry expiry = default, bool pending = false, string? currency = null, long? expectedVersion = null)
        : base(key, member, currency, expectedVersion)
    {
        Amount = amount;
        Effective = effective;
        Expiry = expiry;
        Pending = pending;
    }

    /// <summary>How many points.</summary>
    public PointAmount Amount { get; }

    /// <summary>When it took effect; null for now.</summary>
    public Instant? Effective { get; }

    /// <summary>When the points lapse.</summary>
    public LotExpiry Expiry { get; }

    /// <summary>Whether the points wait for <see cref="ConfirmEarn"/>.</summary>
    public bool Pending { get; }

    internal override PostingKind Kind => PostingKind.Earn;
}

/// <summary>Gives points for an order, by the policy's <see cref="LedgerPolicy.OrderRule"/>.</summary>
public sealed class EarnOrder : MemberCommand
{
    /// <summary>The most lines one order may have.</summary>
    public const int MaxLines = 10_000;

    /// <summary>Makes the command.</summary>
    /// <param name="key">The idempotency key; the lot is named by it.</param>
    /// <param name="member">Who earns.</param>
    /// <param name="lines">The order's lines, at most <see cref="MaxLines"/>.</param>
    /// <param name="effective">When it took effect; null for now.</param>
    /// <param name="currency">The point currency; null for <see cref="LedgerCommand.DefaultCurrency"/>.</param>
    /// <param name="expectedVersion">The member's version that the caller has seen.</param>
    public EarnOrder(string key, CustomerId member, IReadOnlyList<EarnLine> lines, Instant? effective = null, string? currency = null, long? expectedVersion = null)
        : base(key, member, currency, expectedVersion)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lines.Count, MaxLines, nameof(lines));
        Lines = [.. lines];
        Effective = effective;
    }

    /// <summary>The order's lines.</summary>
    public IReadOnlyList<EarnLine> Lines { get; }

    /// <summary>When it took effect; null for now.</summary>
    public Instant? Effective { get; }

    internal override PostingKind Kind => PostingKind.EarnOrder;
}

/// <summary>Opens a pending earn before its time, or one that waits for it.</summary>
public sealed class ConfirmEarn : ReferringCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="key">The idempotency key.</param>
    /// <param name="reference">The key of the earn.</param>
    /// <param name="expectedVersion">The member's version that the caller has seen.</param>
    public ConfirmEarn(string key, string reference, long? expectedVersion = null)
        : base(key, reference, expectedVersion)
    {
    }

    internal override PostingKind Kind => PostingKind.Confirm;
}

/// <summary>Takes a pending earn back. It then counts as wholly refunded.</summary>
public sealed class CancelEarn : ReferringCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="key">The idempotency key.</param>
    /// <param name="reference">The key of the earn.</param>
    /// <param name="expectedVersion">The member's version that the caller has seen.</param>
    public CancelEarn(string key, string reference, long? expectedVersion = null)
        : base(key, reference, expectedVersion)
    {
    }

    internal override PostingKind Kind => PostingKind.Cancel;
}

/// <summary>Spends points.</summary>
public sealed class RedeemPoints : MemberCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="key">The idempotency key.</param>
    /// <param name="member">Who spends.</param>
    /// <param name="amount">How many points; above 0.</param>
    /// <param name="effective">When it took effect; null for now. A redemption cannot be backdated.</param>
    /// <param name="currency">The point currency; null for <see cref="LedgerCommand.DefaultCurrency"/>.</param>
    /// <param name="expectedVersion">The member's version that the caller has seen.</param>
    public RedeemPoints(string key, CustomerId member, PointAmount amount, Instant? effective = null, string? currency = null, long? expectedVersion = null)
        : base(key, member, currency, expectedVersion)
    {
        Amount = amount;
        Effective = effective;
    }

    /// <summary>How many points.</summary>
    public PointAmount Amount { get; }

    /// <summary>When it took effect; null for now.</summary>
    public Instant? Effective { get; }

    internal override PostingKind Kind => PostingKind.Redeem;
}

/// <summary>Sets points aside for a purchase that is not yet certain.</summary>
public sealed class ReservePoints : MemberCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="key">The idempotency key; the hold is named by it.</param>
    /// <param name="member">Whose points.</param>
    /// <param name="amount">How many points; above 0.</param>
    /// <param name="timeout">After this time the hold is over; null for never. 0 or more.</param>
    /// <param name="effective">When it took effect; null for now. A hold cannot be backdated.</param>
    /// <param name="currency">The point currency; null for <see cref="LedgerCommand.DefaultCurrency"/>.</param>
    /// <param name="expectedVersion">The member's version that the caller has seen.</param>
    public ReservePoints(string key, CustomerId member, PointAmount amount, Duration? timeout = null, Instant? effective = null, string? currency = null, long? expectedVersion = null)
        : base(key, member, currency, expectedVersion)
    {
        if (timeout < Duration.Zero || timeout > Duration.FromDays(LedgerPolicy.MaxDays))
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, $"A hold lasts 0 to {LedgerPolicy.MaxDays} days. Leave the time-out away for a hold without end.");
        Amount = amount;
        Timeout = timeout;
        Effective = effective;
    }

    /// <summary>How many points.</summary>
    public PointAmount Amount { get; }

    /// <summary>After this time the hold is over; null for never.</summary>
    public Duration? Timeout { get; }

    /// <summary>When it took effect; null for now.</summary>
    public Instant? Effective { get; }

    internal override PostingKind Kind => PostingKind.Reserve;
}

/// <summary>Spends what a hold set aside, and returns the rest.</summary>
public sealed class CaptureHold : ReferringCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="key">The idempotency key.</param>
    /// <param name="reference">The key of the hold.</param>
    /// <param name="amount">How many points; null for all of them.</param>
    /// <param name="expectedVersion">The member's version that the caller has seen.</param>
    public CaptureHold(string key, string reference, PointAmount? amount = null, long? expectedVersion = null)
        : base(key, reference, expectedVersion) => Amount = amount;

    /// <summary>How many points; null for all of them.</summary>
    public PointAmount? Amount { get; }

    internal override PostingKind Kind => PostingKind.Capture;
}

/// <summary>Returns what a hold set aside.</summary>
public sealed class ReleaseHold : ReferringCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="key">The idempotency key.</param>
    /// <param name="reference">The key of the hold.</param>
    /// <param name="expectedVersion">The member's version that the caller has seen.</param>
    public ReleaseHold(string key, string reference, long? expectedVersion = null)
        : base(key, reference, expectedVersion)
    {
    }

    internal override PostingKind Kind => PostingKind.Release;
}

/// <summary>Takes points of an earn back, because the purchase was.</summary>
public sealed class RefundEarn : ReferringCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="key">The idempotency key.</param>
    /// <param name="reference">The key of the earn.</param>
    /// <param name="amount">How many points; null for all that are not yet refunded.</param>
    /// <param name="expectedVersion">The member's version that the caller has seen.</param>
    public RefundEarn(string key, string reference, PointAmount? amount = null, long? expectedVersion = null)
        : base(key, reference, expectedVersion) => Amount = amount;

    /// <summary>How many points; null for all that are not yet refunded.</summary>
    public PointAmount? Amount { get; }

    internal override PostingKind Kind => PostingKind.RefundEarn;
}

/// <summary>Takes back what returned lines of an order earned, by the rule of the purchase.</summary>
public sealed class RefundOrder : ReferringCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="key">The idempotency key.</param>
    /// <param name="reference">The key of the order.</param>
    /// <param name="lines">The money returned, by line.</param>
    /// <param name="expectedVersion">The member's version that the caller has seen.</param>
    public RefundOrder(string key, string reference, IReadOnlyList<ReturnedLine> lines, long? expectedVersion = null)
        : base(key, reference, expectedVersion)
    {
        ArgumentNullException.ThrowIfNull(lines);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lines.Count, EarnOrder.MaxLines, nameof(lines));
        Lines = [.. lines];
    }

    /// <summary>The money returned, by line.</summary>
    public IReadOnlyList<ReturnedLine> Lines { get; }

    internal override PostingKind Kind => PostingKind.RefundOrder;
}

/// <summary>Gives points of a redemption or capture back.</summary>
public sealed class RefundRedemption : ReferringCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="key">The idempotency key.</param>
    /// <param name="reference">The key of the redemption or capture.</param>
    /// <param name="amount">How many points; null for all that are not yet given back.</param>
    /// <param name="expectedVersion">The member's version that the caller has seen.</param>
    public RefundRedemption(string key, string reference, PointAmount? amount = null, long? expectedVersion = null)
        : base(key, reference, expectedVersion) => Amount = amount;

    /// <summary>How many points; null for all that are not yet given back.</summary>
    public PointAmount? Amount { get; }

    internal override PostingKind Kind => PostingKind.RefundRedemption;
}

/// <summary>Corrects a balance by hand. An adjustment is not an earn.</summary>
public sealed class AdjustPoints : MemberCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="key">The idempotency key; an upward adjustment opens a lot named by it.</param>
    /// <param name="member">Whose points.</param>
    /// <param name="amount">How many points more, or with a minus fewer; not 0.</param>
    /// <param name="allowNegative">Whether what is missing becomes a debt.</param>
    /// <param name="currency">The point currency; null for <see cref="LedgerCommand.DefaultCurrency"/>.</param>
    /// <param name="expectedVersion">The member's version that the caller has seen.</param>
    public AdjustPoints(string key, CustomerId member, PointAmount amount, bool allowNegative = false, string? currency = null, long? expectedVersion = null)
        : base(key, member, currency, expectedVersion)
    {
        Amount = amount;
        AllowNegative = allowNegative;
    }

    /// <summary>How many points more or fewer.</summary>
    public PointAmount Amount { get; }

    /// <summary>Whether what is missing becomes a debt.</summary>
    public bool AllowNegative { get; }

    internal override PostingKind Kind => PostingKind.Adjust;
}

/// <summary>Gives points to another member.</summary>
public sealed class TransferPoints : MemberCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="key">The idempotency key; the lots that arrive are named by it and their source.</param>
    /// <param name="member">Who gives.</param>
    /// <param name="to">Who receives.</param>
    /// <param name="amount">How many points; above 0.</param>
    /// <param name="currency">The point currency; null for <see cref="LedgerCommand.DefaultCurrency"/>.</param>
    /// <param name="expectedVersion">The giving member's version that the caller has seen.</param>
    public TransferPoints(string key, CustomerId member, CustomerId to, PointAmount amount, string? currency = null, long? expectedVersion = null)
        : base(key, member, currency, expectedVersion)
    {
        To = to;
        Amount = amount;
    }

    /// <summary>Who receives.</summary>
    public CustomerId To { get; }

    /// <summary>How many points.</summary>
    public PointAmount Amount { get; }

    internal override PostingKind Kind => PostingKind.TransferOut;
}

/// <summary>Makes two members one: everything of one goes to the other, in all currencies.</summary>
public sealed class MergeMembers : MemberCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="key">The idempotency key.</param>
    /// <param name="member">Who goes away.</param>
    /// <param name="into">Who stays.</param>
    /// <param name="expectedVersion">The version, of the member who goes away, that the caller has seen.</param>
    public MergeMembers(string key, CustomerId member, CustomerId into, long? expectedVersion = null)
        : base(key, member, null, expectedVersion) => Into = into;

    /// <summary>Who stays.</summary>
    public CustomerId Into { get; }

    internal override PostingKind Kind => PostingKind.MergeOut;
}

/// <summary>Ends a membership: open and pending points are forfeited, a debt is written off, in all currencies. The books stay.</summary>
public sealed class CloseMember : MemberCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="key">The idempotency key.</param>
    /// <param name="member">Who leaves.</param>
    /// <param name="expectedVersion">The member's version that the caller has seen.</param>
    public CloseMember(string key, CustomerId member, long? expectedVersion = null)
        : base(key, member, null, expectedVersion)
    {
    }

    internal override PostingKind Kind => PostingKind.Close;
}
