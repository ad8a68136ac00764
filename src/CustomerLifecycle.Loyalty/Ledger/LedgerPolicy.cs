namespace CustomerLifecycle.Loyalty;

/// <summary>In which order spending takes lots.</summary>
public enum SpendingOrder
{
    /// <summary>The lot that lapses first; then the one earned first, then the one posted first.</summary>
    EarliestExpiryFirst = 0,

    /// <summary>The lot that was earned first; then the one posted first.</summary>
    Fifo = 1,
}

/// <summary>Which points a refunded earn may take when its own lot is spent.</summary>
public enum Clawback
{
    /// <summary>The lot's own, then the member's other open points.</summary>
    LotThenBalance = 0,

    /// <summary>The lot's own only.</summary>
    LotOnly = 1,
}

/// <summary>What happens to points that a refunded earn should take back and cannot.</summary>
public enum Shortfall
{
    /// <summary>The member owes them.</summary>
    Debt = 0,

    /// <summary>The programme bears them.</summary>
    WriteOff = 1,

    /// <summary>The refund is refused.</summary>
    Reject = 2,
}

/// <summary>Where the points of a refunded redemption go.</summary>
public enum Reinstatement
{
    /// <summary>To their lots, with the lots' expiry; past it they lapse at once.</summary>
    Original = 0,

    /// <summary>Into one new lot with a new term.</summary>
    Fresh = 1,

    /// <summary>To their lots; what would lapse goes into a new lot with a few days of grace.</summary>
    OriginalOrGrace = 2,
}

/// <summary>What a transferred lot keeps.</summary>
public enum TransferTerms
{
    /// <summary>Its expiry and the instant at which it was earned.</summary>
    KeepExpiry = 0,

    /// <summary>Nothing: a new term starts.</summary>
    FreshExpiry = 1,
}

/// <summary>What an operation on a member does that was merged into another.</summary>
public enum MergedMember
{
    /// <summary>It applies to the surviving member.</summary>
    Redirect = 0,

    /// <summary>It is refused.</summary>
    Reject = 1,
}

/// <summary>What happens to a backdated earn whose term is already over.</summary>
public enum BackdatedLapsed
{
    /// <summary>It is posted and lapses at once.</summary>
    Accept = 0,

    /// <summary>It is refused.</summary>
    Reject = 1,
}

/// <summary>From when an expiry term counts.</summary>
public enum ExpiryStart
{
    /// <summary>From the instant at which the points were earned.</summary>
    Earned = 0,

    /// <summary>From the instant at which they become spendable.</summary>
    Activated = 1,
}

/// <summary>What happens above the highest balance.</summary>
public enum BalanceLimitMode
{
    /// <summary>The points are cut off at the limit.</summary>
    Truncate = 0,

    /// <summary>The operation is refused.</summary>
    Reject = 1,
}

/// <summary>The most that a member may hold in one currency.</summary>
public sealed class BalanceLimit
{
    /// <summary>Limits the balance.</summary>
    /// <param name="points">The most that available, pending and held points may come to; 0 or more.</param>
    /// <param name="mode">What happens above it.</param>
    public BalanceLimit(long points, BalanceLimitMode mode)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(points);
        Points = points;
        Mode = Defined.Check(mode, mode is BalanceLimitMode.Truncate or BalanceLimitMode.Reject, nameof(mode));
    }

    /// <summary>The most that available, pending and held points may come to.</summary>
    public long Points { get; }

    /// <summary>What happens above it.</summary>
    public BalanceLimitMode Mode { get; }
}

/// <summary>The rules of a programme's points: every setting that a ledger decision depends on.</summary>
/// <remarks>Immutable. A posting keeps what was decided, so a changed policy changes no past.</remarks>
public sealed class LedgerPolicy
{
    /// <summary>The longest number of days any setting takes.</summary>
    public const int MaxDays = 366_000;

    private readonly bool _hasZone;
    private Dictionary<string, LedgerPolicy>? _currencies;

    /// <summary>Sets the rules; every setting has a default.</summary>
    /// <param name="spending">In which order spending takes lots.</param>
    /// <param name="expiry">When points lapse; null means never.</param>
    /// <param name="zone">The zone whose local days count; null means that of the host where <see cref="LoyaltyBuilderExtensions.AddLoyalty"/> adds the ledger (<see cref="CustomerLifecycleOptions.ZoneId"/>), and UTC elsewhere.</param>
    /// <param name="expiryFrom">From when the expiry term counts.</param>
    /// <param name="pendingDays">Days of 24 hours after which an earn opens; null means at once. 0 to <see cref="MaxDays"/>.</param>
    /// <param name="clawback">Which points a refund may take.</param>
    /// <param name="shortfall">What happens to what a refund cannot take.</param>
    /// <param name="reinstatement">Where the points of a refunded redemption go.</param>
    /// <param name="reinstatementGraceDays">Local days of grace after the day of the refund; 0 to <see cref="MaxDays"/>.</param>
    /// <param name="transferTerms">What a transferred lot keeps.</param>
    /// <param name="mergedMember">What an operation on a merged member does.</param>
    /// <param name="backdatedLapsed">What happens to a backdated earn whose term is over.</param>
    /// <param name="maxBackdateDays">Days of 24 hours by which an earn may be backdated; null means any. 0 to <see cref="MaxDays"/>.</param>
    /// <param name="maxBalance">The most that a member may hold; null means 2^63-1.</param>
    /// <param name="earnCapPerDay">The most that a member may earn on one local day; null means no cap.</param>
    /// <param name="maxRedemptionsPerDay">How many redemptions and holds a member may make on one local day; null means any number.</param>
    /// <param name="minRedeem">The fewest points that may be redeemed or reserved; null means 1.</param>
    /// <param name="redeemStep">Redemptions and holds must be a multiple of this; null means 1.</param>
    /// <param name="orderRule">What orders earn; null means nothing.</param>
    /// <param name="isRedeemable">Whether points can be redeemed, reserved, transferred and shared in a household. False for status points, which only count.</param>
    /// <param name="currencies">Whole policies of point currencies whose rules are others; a currency that is not named follows this one. <paramref name="mergedMember"/> holds for members, so that here alone counts.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range.</exception>
    /// <exception cref="ArgumentException">The policy of a currency has currencies of its own.</exception>
    public LedgerPolicy(
        SpendingOrder spending = SpendingOrder.EarliestExpiryFirst,
        ExpiryPolicy? expiry = null,
        DateTimeZone? zone = null,
        ExpiryStart expiryFrom = ExpiryStart.Earned,
        int? pendingDays = null,
        Clawback clawback = Clawback.LotThenBalance,
        Shortfall shortfall = Shortfall.Debt,
        Reinstatement reinstatement = Reinstatement.Original,
        int reinstatementGraceDays = 30,
        TransferTerms transferTerms = TransferTerms.KeepExpiry,
        MergedMember mergedMember = MergedMember.Redirect,
        BackdatedLapsed backdatedLapsed = BackdatedLapsed.Accept,
        int? maxBackdateDays = null,
        BalanceLimit? maxBalance = null,
        long? earnCapPerDay = null,
        int? maxRedemptionsPerDay = null,
        long? minRedeem = null,
        long? redeemStep = null,
        OrderEarnRule? orderRule = null,
        bool isRedeemable = true,
        IReadOnlyDictionary<string, LedgerPolicy>? currencies = null)
    {
        Spending = Defined.Check(spending, spending is SpendingOrder.EarliestExpiryFirst or SpendingOrder.Fifo, nameof(spending));
        Expiry = expiry ?? ExpiryPolicy.Never;
        Calendar = new LocalCalendar(zone ?? DateTimeZone.Utc);
        _hasZone = zone is not null;
        ExpiryFrom = Defined.Check(expiryFrom, expiryFrom is ExpiryStart.Earned or ExpiryStart.Activated, nameof(expiryFrom));
        PendingDays = Days(pendingDays, nameof(pendingDays));
        Clawback = Defined.Check(clawback, clawback is Clawback.LotThenBalance or Clawback.LotOnly, nameof(clawback));
        Shortfall = Defined.Check(shortfall, shortfall is Shortfall.Debt or Shortfall.WriteOff or Shortfall.Reject, nameof(shortfall));
        Reinstatement = Defined.Check(reinstatement, reinstatement is Reinstatement.Original or Reinstatement.Fresh or Reinstatement.OriginalOrGrace, nameof(reinstatement));
        ReinstatementGraceDays = Days(reinstatementGraceDays, nameof(reinstatementGraceDays))!.Value;
        TransferTerms = Defined.Check(transferTerms, transferTerms is TransferTerms.KeepExpiry or TransferTerms.FreshExpiry, nameof(transferTerms));
        MergedMember = Defined.Check(mergedMember, mergedMember is MergedMember.Redirect or MergedMember.Reject, nameof(mergedMember));
        BackdatedLapsed = Defined.Check(backdatedLapsed, backdatedLapsed is BackdatedLapsed.Accept or BackdatedLapsed.Reject, nameof(backdatedLapsed));
        MaxBackdateDays = Days(maxBackdateDays, nameof(maxBackdateDays));
        MaxBalance = maxBalance;
        EarnCapPerDay = AtLeast(earnCapPerDay, 0, nameof(earnCapPerDay));
        MaxRedemptionsPerDay = (int?)AtLeast(maxRedemptionsPerDay, 0, nameof(maxRedemptionsPerDay));
        MinRedeem = AtLeast(minRedeem, 0, nameof(minRedeem));
        RedeemStep = AtLeast(redeemStep, 1, nameof(redeemStep));
        OrderRule = orderRule;
        IsRedeemable = isRedeemable;
        if (currencies is not { Count: > 0 }) return;

        _currencies = new(StringComparer.Ordinal);
        foreach (var currency in currencies)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(currency.Key, nameof(currencies));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(currency.Key.Length, LedgerCommand.MaxCurrencyLength, nameof(currencies));
            ArgumentNullException.ThrowIfNull(currency.Value, nameof(currencies));
            if (currency.Value._currencies is not null) throw new ArgumentException($"The policy of '{currency.Key}' has currencies of its own. Name them all in the outer policy.", nameof(currencies));
            _currencies.Add(currency.Key, currency.Value);
        }
    }

    /// <summary>Points that never lapse, are spendable at once, and whose refunds may leave a debt.</summary>
    public static LedgerPolicy Default { get; } = new();

    /// <summary>In which order spending takes lots.</summary>
    public SpendingOrder Spending { get; }

    /// <summary>When points lapse.</summary>
    public ExpiryPolicy Expiry { get; }

    /// <summary>The local days of the programme.</summary>
    public LocalCalendar Calendar { get; private set; }

    /// <summary>From when the expiry term counts.</summary>
    public ExpiryStart ExpiryFrom { get; }

    /// <summary>Days of 24 hours after which an earn opens; null means at once.</summary>
    public int? PendingDays { get; }

    /// <summary>Which points a refund may take.</summary>
    public Clawback Clawback { get; }

    /// <summary>What happens to what a refund cannot take.</summary>
    public Shortfall Shortfall { get; }

    /// <summary>Where the points of a refunded redemption go.</summary>
    public Reinstatement Reinstatement { get; }

    /// <summary>Local days of grace after the day of the refund.</summary>
    public int ReinstatementGraceDays { get; }

    /// <summary>What a transferred lot keeps.</summary>
    public TransferTerms TransferTerms { get; }

    /// <summary>What an operation on a merged member does.</summary>
    public MergedMember MergedMember { get; }

    /// <summary>What happens to a backdated earn whose term is over.</summary>
    public BackdatedLapsed BackdatedLapsed { get; }

    /// <summary>Days of 24 hours by which an earn may be backdated; null means any.</summary>
    public int? MaxBackdateDays { get; }

    /// <summary>The most that a member may hold; null means 2^63-1.</summary>
    public BalanceLimit? MaxBalance { get; }

    /// <summary>The most that a member may earn on one local day; null means no cap.</summary>
    public long? EarnCapPerDay { get; }

    /// <summary>How many redemptions and holds a member may make on one local day; null means any number.</summary>
    public int? MaxRedemptionsPerDay { get; }

    /// <summary>The fewest points that may be redeemed or reserved; null means 1.</summary>
    public long? MinRedeem { get; }

    /// <summary>Redemptions and holds must be a multiple of this; null means 1.</summary>
    public long? RedeemStep { get; }

    /// <summary>What orders earn; null means nothing.</summary>
    public OrderEarnRule? OrderRule { get; }

    /// <summary>Whether points can be redeemed, reserved, transferred and shared in a household.</summary>
    public bool IsRedeemable { get; }

    /// <summary>The currencies whose rules are others than these.</summary>
    public IReadOnlyCollection<string> Currencies => _currencies is null ? [] : _currencies.Keys;

    /// <summary>The rules of one currency.</summary>
    /// <param name="currency">The point currency.</param>
    /// <returns>Its own policy where it has one, else this one.</returns>
    public LedgerPolicy For(string currency)
    {
        ArgumentNullException.ThrowIfNull(currency);
        return _currencies is not null && _currencies.TryGetValue(currency, out var own) ? own : this;
    }

    /// <summary>The same rules with the local days of a zone, here and in each currency, where no zone was named.</summary>
    internal LedgerPolicy In(DateTimeZone zone)
    {
        var policy = (LedgerPolicy)MemberwiseClone();
        if (!_hasZone) policy.Calendar = new LocalCalendar(zone);
        policy._currencies = _currencies?.ToDictionary(static currency => currency.Key, currency => currency.Value.In(zone), StringComparer.Ordinal);
        return policy;
    }

    private static int? Days(int? days, string name) =>
        days is < 0 or > MaxDays ? throw new ArgumentOutOfRangeException(name, days, $"Give 0 to {MaxDays} days.") : days;

    private static long? AtLeast(long? value, long least, string name) =>
        value < least ? throw new ArgumentOutOfRangeException(name, value, $"Give {least} or more, or null for none.") : value;
}

/// <summary>Keeps numbers that are no member of an enum out of a policy.</summary>
internal static class Defined
{
    public static T Check<T>(T value, bool isDefined, string name)
        where T : struct, Enum =>
        isDefined ? value : throw new ArgumentOutOfRangeException(name, value, "This is no named value of its enum. Use one of the names.");
}
