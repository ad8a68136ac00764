namespace CustomerLifecycle.Loyalty;

/// <summary>The codes with which the ledger refuses. Stable; docs/errors.md has a line for each.</summary>
public static class LedgerRefusals
{
    /// <summary>An amount is 0 or below where it must be above, or a money amount is.</summary>
    public const string InvalidAmount = "ledger.invalid-amount";

    /// <summary>An amount, or what a member would hold, is above 2^63-1.</summary>
    public const string AmountOverflow = "ledger.amount-overflow";

    /// <summary>More points are needed than the member can spend.</summary>
    public const string InsufficientPoints = "ledger.insufficient-points";

    /// <summary>There is no earlier posting of the right kind with that key.</summary>
    public const string UnknownReference = "ledger.unknown-reference";

    /// <summary>The earn is not pending.</summary>
    public const string NotPending = "ledger.not-pending";

    /// <summary>The hold was captured.</summary>
    public const string HoldAlreadyCaptured = "ledger.hold-already-captured";

    /// <summary>The hold was released.</summary>
    public const string HoldAlreadyReleased = "ledger.hold-already-released";

    /// <summary>The hold ended by itself.</summary>
    public const string HoldExpired = "ledger.hold-expired";

    /// <summary>The capture is larger than the hold.</summary>
    public const string CaptureExceedsHold = "ledger.capture-exceeds-hold";

    /// <summary>Refunds together would exceed what they refund.</summary>
    public const string RefundExceedsOriginal = "ledger.refund-exceeds-original";

    /// <summary>The points would lapse before they are earned.</summary>
    public const string InvalidExpiry = "ledger.invalid-expiry";

    /// <summary>It would take effect in the future.</summary>
    public const string EffectiveInFuture = "ledger.effective-in-future";

    /// <summary>It took effect too long ago.</summary>
    public const string BackdateTooOld = "ledger.backdate-too-old";

    /// <summary>Spending cannot be backdated.</summary>
    public const string BackdatedDebit = "ledger.backdated-debit";

    /// <summary>The member would hold more than the limit.</summary>
    public const string BalanceLimit = "ledger.balance-limit";

    /// <summary>The member has redeemed often enough today.</summary>
    public const string VelocityLimit = "ledger.velocity-limit";

    /// <summary>Fewer points than may be redeemed at once.</summary>
    public const string BelowMinimum = "ledger.below-minimum";

    /// <summary>The points are not a multiple of the step.</summary>
    public const string NotAMultiple = "ledger.not-a-multiple";

    /// <summary>Points of that currency only count: they cannot be redeemed, reserved or transferred.</summary>
    public const string NotRedeemable = "ledger.not-redeemable";

    /// <summary>The member is in another household, or a household would be inside a household.</summary>
    public const string InHousehold = "ledger.in-household";

    /// <summary>The member is in no household, or the household was closed.</summary>
    public const string NotInHousehold = "ledger.not-in-household";

    /// <summary>The household has as many members as it can have.</summary>
    public const string HouseholdFull = "ledger.household-full";

    /// <summary>The member may not spend the points of its household.</summary>
    public const string MayNotRedeem = "ledger.may-not-redeem";

    /// <summary>Both members are the same.</summary>
    public const string SameAccount = "ledger.same-account";

    /// <summary>The member is closed, or was merged into another.</summary>
    public const string AccountClosed = "ledger.account-closed";

    /// <summary>The member has open holds.</summary>
    public const string OpenHolds = "ledger.open-holds";

    /// <summary>The member has another version than the caller has seen.</summary>
    public const string VersionConflict = "ledger.version-conflict";

    /// <summary>The key was used for another request.</summary>
    public const string IdempotencyConflict = "ledger.idempotency-conflict";

    /// <summary>A purchase is in another money than the order rule's rate. No command is refused with it: the front door tells it in the log.</summary>
    public const string ForeignMoney = "ledger.foreign-money";

    /// <summary>A lot would get the name of another one that the member has.</summary>
    public const string LotNameTaken = "ledger.lot-name-taken";

    /// <summary>The command is later than the store's own clock.</summary>
    public const string ClockAhead = "ledger.clock-ahead";

    internal static Refusal NotPositive { get; } = new(InvalidAmount, "An amount must be above 0. Give at least 1 point.");

    internal static Refusal NoAdjustment { get; } = new(InvalidAmount, "An adjustment of 0 points changes nothing. Give a number above or below 0.");

    internal static Refusal NegativeLine { get; } = new(InvalidAmount, "An order line has a net amount below 0. Take returned goods back with a refund.");

    internal static Refusal NothingReturned { get; } = new(InvalidAmount, "Money returned for a line must be above 0. Leave lines without a return out.");

    internal static Refusal TooLarge { get; } = new(AmountOverflow, "The amount is above 2^63-1 points. Check the source of the number.");

    internal static Refusal HoldsTooMuch { get; } = new(AmountOverflow, "The member would hold more than 2^63-1 points. Set a highest balance in the policy.");

    internal static Refusal Unknown { get; } = new(UnknownReference, "No earlier posting of the right kind has that key. Send the first command first, then this one again with the same key.");

    internal static Refusal NoLine { get; } = new(UnknownReference, "The order has no line with that index. Lines count from 0.");

    internal static Refusal IsNotPending { get; } = new(NotPending, "The earn is not pending: it has opened, or nothing of it is left. Refund it instead of cancelling it.");

    internal static Refusal Future { get; } = new(EffectiveInFuture, "It would take effect after the instant at which it is recorded. Send it when it happens.");

    internal static Refusal TooOld { get; } = new(BackdateTooOld, "It took effect before the earliest instant that the policy allows. Adjust the balance instead.");

    internal static Refusal TermOver { get; } = new(BackdateTooOld, "Its points have lapsed already, and the policy takes no such earns. Adjust the balance instead.");

    internal static Refusal ExpiresTooEarly { get; } = new(InvalidExpiry, "The points would lapse before they are earned. Give an expiry after the effective instant.");

    internal static Refusal DebitInPast { get; } = new(BackdatedDebit, "Spending takes effect when it is recorded. Leave the effective instant out.");

    internal static Refusal OnlyCounts { get; } = new(NotRedeemable, "Points of this currency only count: they cannot be redeemed, reserved or transferred. Name a redeemable currency.");

    internal static Refusal ElsewhereAtHome { get; } = new(InHousehold, "The member is in another household. Let it leave that one first.");

    internal static Refusal Nested { get; } = new(InHousehold, "A household cannot be in a household. Let the members join one of the two.");

    internal static Refusal NotAtHome { get; } = new(NotInHousehold, "The member is in no household, or it was closed. Let it join one first.");

    internal static Refusal NoMoreRoom { get; } = new(HouseholdFull, FormattableString.Invariant($"A household has {JoinHousehold.MaxMembers} members at most. Let somebody leave first."));

    internal static Refusal MayNotSpend { get; } = new(MayNotRedeem, "The member may not spend the points of its household. Let it join again with that right, or redeem its own points.");

    internal static Refusal Same { get; } = new(SameAccount, "Both members are the same, perhaps by way of an earlier merge. Name two members.");

    internal static Refusal Closed { get; } = new(AccountClosed, "The member is closed. Nothing can be posted any more.");

    internal static Refusal NameTaken { get; } = new(LotNameTaken, "A lot would get the name of another one that the member has. Send it with another key; where members are merged, keep both.");

    internal static Refusal HasHolds { get; } = new(OpenHolds, "The member has open holds. Capture or release them first.");

    internal static Refusal NothingLeft { get; } = new(RefundExceedsOriginal, "Nothing is left to refund.");

    internal static Refusal KeyUsed { get; } = new(IdempotencyConflict, "The key was used for another request. A key names one request for good: make a new one.");

    internal static Refusal Ended(MemberState member) => member.MergedInto is { } into
        ? new(AccountClosed, FormattableString.Invariant($"The member was merged into {into}, whom its state names. Post to that member."))
        : Closed;

    internal static Refusal OfMembersWhoLeft(decimal asked, decimal open) =>
        new(AccountClosed, open == 0
            ? "What is left to refund are points of members who have left, and nothing can be posted to them any more. Adjust the balance of another member instead."
            : FormattableString.Invariant($"Asks for {asked} points, of which {open} can go back: the others are of members who have left. Refund at most {open}."), [new("points", asked - open)]);

    internal static Refusal Ahead(Duration by) =>
        new(ClockAhead, FormattableString.Invariant($"The command is {by.TotalSeconds:0} seconds ahead of the store's clock. Set the host's clock, then send it again."));

    internal static Refusal Short(long needed, long available) =>
        new(InsufficientPoints, FormattableString.Invariant($"Needs {needed} points, has {available}."), [new("points", needed - (decimal)available)]);

    internal static Refusal OverOriginal(decimal asked, decimal left, string what) =>
        new(RefundExceedsOriginal, FormattableString.Invariant($"Asks for {asked} {what}, of which {left} are left to refund. Refund at most that."), [new(what, asked - left)]);

    internal static Refusal OverHold(long asked, long held) =>
        new(CaptureExceedsHold, FormattableString.Invariant($"Captures {asked} points of a hold of {held}. Capture at most the hold and redeem the rest."), [new("points", asked - held)]);

    internal static Refusal OverBalance(long wanted, long room) =>
        new(BalanceLimit, FormattableString.Invariant($"Adds {wanted} points where the highest balance leaves room for {room}."), [new("room", wanted - (decimal)room)]);

    internal static Refusal TooOften(int most) =>
        new(VelocityLimit, FormattableString.Invariant($"The member has made the {most} redemptions and holds of a day. Try again tomorrow."));

    internal static Refusal TooFew(long asked, long least) =>
        new(BelowMinimum, FormattableString.Invariant($"Redeems {asked} points, the fewest are {least}."), [new("points", least - (decimal)asked)]);

    internal static Refusal OffStep(long asked, long step) =>
        new(NotAMultiple, FormattableString.Invariant($"Redeems {asked} points, which is no multiple of {step}."), [new("points", step - (asked % step))]);

    internal static Refusal OtherVersion(long found, long expected) =>
        new(VersionConflict, FormattableString.Invariant($"The member has version {found}, the command expects {expected}. Read the member again and decide anew."));

    internal static Refusal OfHold(HoldStatus status) => status switch
    {
        HoldStatus.Captured => new(HoldAlreadyCaptured, "The hold was captured. Refund the capture to give points back."),
        HoldStatus.Released => new(HoldAlreadyReleased, "The hold was released. Reserve again."),
        _ => new(HoldExpired, "The hold ended by itself. Reserve again."),
    };
}
