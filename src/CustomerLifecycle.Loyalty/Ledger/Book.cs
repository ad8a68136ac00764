namespace CustomerLifecycle.Loyalty;

/// <summary>One member's points in one currency, settled as of its last posting.</summary>
internal sealed class Book(string currency)
{
    public string Currency { get; } = currency;

    /// <summary>Lots with points in them, in <see cref="Spending"/> order.</summary>
    public Lot[] Lots { get; init; } = [];

    public SpendingOrder Spending { get; init; }

    /// <summary>Open holds.</summary>
    public PointHold[] Holds { get; init; } = [];

    public Archive Archive { get; init; } = Archive.Empty;

    public long Available { get; init; }

    public long Pending { get; init; }

    public long Held { get; init; }

    /// <summary>Debt and lapsed points: shared between books while they do not change, which is mostly.</summary>
    public Arrears Arrears { get; init; } = Arrears.None;

    public decimal Debt => Arrears.Debt;

    public decimal Due => Arrears.Due;

    public decimal LifetimeExpired => Arrears.LifetimeExpired;

    public decimal LifetimeEarned { get; init; }

    public decimal LifetimeRedeemed { get; init; }

    /// <summary>The last posted earn, redemption or capture; <see cref="Instant.MinValue"/> for none.</summary>
    public Instant LastActivity { get; init; } = Instant.MinValue;

    public int NextSequence { get; init; }

    /// <summary>When time next changes something; <see cref="Instant.MaxValue"/> for never.</summary>
    public Instant NextChange { get; init; } = Instant.MaxValue;

    /// <summary>When there is next something for a sweep to book; <see cref="Instant.MaxValue"/> for never.</summary>
    public Instant NextSweep { get; init; } = Instant.MaxValue;

    public T? Find<T>(string key)
        where T : Reference
    {
        if (typeof(T) == typeof(Lot))
        {
            foreach (var lot in Lots)
            {
                if (string.Equals(lot.Key, key, StringComparison.Ordinal)) return (T)(Reference)lot;
            }
        }
        else if (typeof(T) == typeof(PointHold))
        {
            foreach (var hold in Holds)
            {
                if (string.Equals(hold.Key, key, StringComparison.Ordinal)) return (T)(Reference)hold;
            }
        }

        return Archive.Find<T>(key);
    }

    public MemberBalance Balance(long version) => new(Available, Pending, Held, Debt, LifetimeExpired, Due, LifetimeEarned, LifetimeRedeemed, version);
}

/// <summary>What a member owes and has lost to time.</summary>
internal sealed record Arrears(decimal Debt, decimal Due, decimal LifetimeExpired)
{
    public static readonly Arrears None = new(0, 0, 0);
}
