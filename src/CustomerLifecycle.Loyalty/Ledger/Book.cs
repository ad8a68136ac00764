using System.Runtime.InteropServices;

namespace CustomerLifecycle.Loyalty;

/// <summary>One member's points in one currency, settled as of its last posting.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Book
{
    private readonly PackedInstant _lastActivity;
    private readonly PackedInstant _nextChange;
    private readonly byte _spending;

    /// <summary>Opens a book without points.</summary>
    public Book(string currency)
    {
        Currency = currency;
        Margin = Margin.None;
        LastActivity = Instant.MinValue;
        NextChange = Instant.MaxValue;
    }

    public string Currency { get; }

    /// <summary>Lots with points in them, in <see cref="Spending"/> order.</summary>
    public LotList Lots { get; init; }

    public SpendingOrder Spending
    {
        get => (SpendingOrder)_spending;
        init => _spending = (byte)value;
    }

    public Archive Archive { get; init; }

    public long Available { get; init; }

    /// <summary>What most members have none of: shared between books while it does not change.</summary>
    public Margin Margin { get; init; }

    public PointHold[] Holds => Margin.Holds;

    /// <summary>Whether no points wait or are held, so that nothing changes before the first lot lapses.</summary>
    public bool IsAllOpen => Margin.Pending == 0 && Margin.Holds.Length == 0;

    public long Pending => Margin.Pending;

    public long Held => Margin.Held;

    public decimal Debt => Margin.Debt;

    public decimal Due => Margin.Due;

    public decimal LifetimeExpired => Margin.LifetimeExpired;

    public decimal LifetimeEarned { get; init; }

    public decimal LifetimeRedeemed { get; init; }

    /// <summary>The last posted earn, redemption or capture; <see cref="Instant.MinValue"/> for none.</summary>
    public Instant LastActivity
    {
        get => _lastActivity;
        init => _lastActivity = value;
    }

    public int NextSequence { get; init; }

    /// <summary>When time next changes something; <see cref="Instant.MaxValue"/> for never.</summary>
    public Instant NextChange
    {
        get => _nextChange;
        init => _nextChange = value;
    }

    /// <summary>When there is next something for a sweep to book; <see cref="Instant.MaxValue"/> for never.</summary>
    public Instant NextSweep => Margin.NextSweep ?? NextChange;

    public Lot? FindLot(string key) => Lots.IndexOf(key) is >= 0 and var index ? Lots[index] : Lots.Spent.Find(key) ?? Archive.FindLot(key, Margin.Moved);

    public PointHold? FindHold(string key) => Array.Find(Holds, hold => string.Equals(hold.Key, key, StringComparison.Ordinal)) ?? Archive.Find<PointHold>(key);

    /// <summary>Lots that are over, the newest first.</summary>
    public IEnumerable<Lot> LotsOver()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Lots.Count; i++) seen.Add(Lots.Stored(i).Key);
        return LotsOver(Lots, Archive, Margin.Moved, seen);
    }

    /// <summary>Lots that are over, the newest first.</summary>
    /// <param name="lots">A book's lots.</param>
    /// <param name="archive">Its archive.</param>
    /// <param name="moved">How expiries have moved since the archive's newest entry.</param>
    /// <param name="seen">Keys of those at hand.</param>
    public static IEnumerable<Lot> LotsOver(LotList lots, Archive archive, ExpiryMove? moved, HashSet<string> seen)
    {
        var spent = lots.Spent;
        for (var i = spent.Count - 1; i >= 0; i--)
        {
            if (seen.Add(spent[i].Key)) yield return spent[i];
        }

        foreach (var lot in archive.Lots(seen, moved)) yield return lot;
    }

    public MemberBalance Balance(long version) => new(Available, Pending, Held, Debt, LifetimeExpired, Due, LifetimeEarned, LifetimeRedeemed, version);
}

/// <summary>Points of a member that are neither open nor spent, and what it owes.</summary>
/// <param name="Holds">Open holds.</param>
/// <param name="Pending">Points earned, not yet open.</param>
/// <param name="Held">Points in holds.</param>
/// <param name="Debt">Points owed.</param>
/// <param name="Due">Points lapsed, not yet booked.</param>
/// <param name="LifetimeExpired">Points lapsed ever.</param>
/// <param name="NextSweep">When a sweep next has something to book; null for when time next changes something.</param>
/// <param name="Earned">What was earned on the day that was last asked about; null when nobody has to ask.</param>
/// <param name="Redemptions">How many redemptions and holds there were on the day that was last asked about.</param>
/// <param name="Moved">How activity has moved the expiry of all lots in the archive since its newest entry; a codec writes what comes of it.</param>
/// <param name="HasReceived">Whether a lot ever came by transfer, so that one may be named as a later command would name its own.</param>
internal sealed record Margin(PointHold[] Holds, long Pending, long Held, decimal Debt, decimal Due, decimal LifetimeExpired, Instant? NextSweep, DaySum? Earned = null, DaySum? Redemptions = null, ExpiryMove? Moved = null, bool HasReceived = false)
{
    public static readonly Margin None = new([], 0, 0, 0, 0, 0, null);
}

/// <summary>What a limit by day counts, so that a history is gone through once a day and not with each command. Follows from the rest of the book: a codec leaves it out.</summary>
internal sealed record DaySum(Instant From, Instant To, decimal Sum)
{
    public bool Has(Instant at) => at >= From && at < To;

    public DaySum Plus(decimal more) => this with { Sum = Sum + more };
}
