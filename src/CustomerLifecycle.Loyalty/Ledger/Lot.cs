namespace CustomerLifecycle.Loyalty;

/// <summary>Why a lot exists.</summary>
public enum LotKind
{
    /// <summary>Points were earned.</summary>
    Earn = 0,

    /// <summary>Points were given by an adjustment.</summary>
    Adjustment = 1,

    /// <summary>Points arrived from another member.</summary>
    Transfer = 2,

    /// <summary>Redeemed points came back with a new term.</summary>
    Reinstated = 3,

    /// <summary>Redeemed points came back after their lot's expiry, with a few days of grace.</summary>
    Grace = 4,
}

/// <summary>What a posting can be asked about later: named by its key.</summary>
internal abstract class Reference(string key)
{
    public string Key { get; } = key;
}

/// <summary>What never changes about a lot, or only with activity.</summary>
internal sealed class LotTerms(string key, LotKind kind, long original, Instant earned, Instant recorded, Instant opens, Instant expires, bool hasOwnExpiry, int sequence)
{
    public string Key { get; } = key;

    public LotKind Kind { get; } = kind;

    public long Original { get; } = original;

    public Instant Earned { get; } = earned;

    public Instant Recorded { get; } = recorded;

    /// <summary>When it opens by itself; <see cref="Instant.MaxValue"/> when it waits for a confirmation; without meaning once it is open.</summary>
    public Instant Opens { get; } = opens;

    /// <summary>From when its points are unusable; <see cref="Instant.MaxValue"/> for never.</summary>
    public Instant Expires { get; } = expires;

    /// <summary>Whether activity leaves its expiry alone.</summary>
    public bool HasOwnExpiry { get; } = hasOwnExpiry;

    /// <summary>Its place in the order of posting.</summary>
    public int Sequence { get; } = sequence;

    public LotTerms ExpiringAt(Instant expires) => new(Key, Kind, Original, Earned, Recorded, Opens, expires, HasOwnExpiry, Sequence);

    public LotTerms After(int offset) => new(Key, Kind, Original, Earned, Recorded, Opens, Expires, HasOwnExpiry, Sequence + offset);
}

/// <summary>Points that were earned together and lapse together.</summary>
internal sealed class Lot : Reference
{
    // Most lots are only ever opened and spent: what else can happen to points stands apart, and is shared while nothing has.
    private Aside _aside;

    public Lot(LotTerms terms)
        : this(terms, 0, Aside.Nothing)
    {
    }

    private Lot(LotTerms terms, long open, Aside aside)
        : base(terms.Key)
    {
        Terms = terms;
        Open = open;
        _aside = aside;
    }

    public LotTerms Terms { get; private set; }

    public long Open { get; private set; }

    public long Pending => _aside.Pending;

    public long Held => _aside.Held;

    /// <summary>Lapsed and not yet booked.</summary>
    public long Due => _aside.Due;

    /// <summary>Lapsed so far, booked or not.</summary>
    public long Lapsed => _aside.Lapsed;

    /// <summary>Refunded so far, of an earn.</summary>
    public long Refunded => _aside.Refunded;

    /// <summary>Lapsed points that a refund has already counted as taken.</summary>
    public long LapsedRefunded => _aside.LapsedRefunded;

    /// <summary>Whether anything can still happen to it by spending, time or a sweep.</summary>
    public bool IsLive => Open != 0 || (_aside.Pending | _aside.Held | _aside.Due) != 0;

    public Lot With(LotTerms terms)
    {
        var copy = Copy();
        copy.Terms = terms;
        return copy;
    }

    public Lot Refund(long refunded, long lapsed)
    {
        var copy = Copy();
        copy._aside = _aside with { Refunded = checked(Refunded + refunded), LapsedRefunded = checked(LapsedRefunded + lapsed) };
        return copy;
    }

    /// <summary>The lot without points, as it arrives at another member before the movements bring them.</summary>
    public Lot Emptied(LotTerms terms)
    {
        var copy = With(terms);
        copy.Open = 0;
        copy._aside = _aside with { Pending = 0, Due = 0 };
        return copy;
    }

    public Lot Move(LedgerAccount from, LedgerAccount to, long points)
    {
        var copy = Copy();
        if (from == LedgerAccount.Open) copy.Open -= points;
        else if (from <= LedgerAccount.Due) copy._aside = copy._aside.Add(from, -points);
        if (to == LedgerAccount.Open) copy.Open += points;
        else if (to <= LedgerAccount.Due) copy._aside = copy._aside.Add(to, points, isLapse: from == LedgerAccount.Open);
        return copy;
    }

    /// <summary>A lot as a codec reads it back.</summary>
    public static Lot Restore(LotTerms terms, long open, long pending, long held, long due, long lapsed, long refunded, long lapsedRefunded) =>
        new(terms, open, new(pending, held, due, lapsed, refunded, lapsedRefunded));

    private Lot Copy() => new(Terms, Open, _aside);

    private sealed record Aside(long Pending, long Held, long Due, long Lapsed, long Refunded, long LapsedRefunded)
    {
        public static readonly Aside Nothing = new(0, 0, 0, 0, 0, 0);

        public Aside Add(LedgerAccount account, long points, bool isLapse = false) => account switch
        {
            LedgerAccount.Pending => this with { Pending = Pending + points },
            LedgerAccount.Held => this with { Held = Held + points },
            _ => this with { Due = Due + points, Lapsed = isLapse ? Lapsed + points : Lapsed },
        };
    }
}

/// <summary>How a hold ended.</summary>
internal enum HoldStatus
{
    Open = 0,
    Captured = 1,
    Released = 2,
    Expired = 3,
}

/// <summary>Points set aside, by lot.</summary>
internal sealed class PointHold(string key, Instant recorded, Instant ends, LotPoints[] parts, HoldStatus status = HoldStatus.Open) : Reference(key)
{
    public Instant Recorded { get; } = recorded;

    /// <summary>When it ends by itself; <see cref="Instant.MaxValue"/> for never.</summary>
    public Instant Ends { get; } = ends;

    public LotPoints[] Parts { get; } = parts;

    public HoldStatus Status { get; } = status;

    public PointHold Resolve(HoldStatus status) => new(Key, Recorded, Ends, Parts, status);
}

/// <summary>Points spent, by lot, and how many of them came back.</summary>
/// <remarks>Its parts are the posting's movements themselves: a redemption over a thousand lots is not written down twice.</remarks>
internal sealed class Redemption(string key, Instant recorded, bool isCapture, Movement[] movements, long restored = 0) : Reference(key)
{
    public Instant Recorded { get; } = recorded;

    public bool IsCapture { get; } = isCapture;

    public long Restored { get; } = restored;

    public LotPoints[] Parts => PartsOf(movements, LedgerAccount.Redeemed);

    public Redemption Restore(long points) => new(Key, Recorded, IsCapture, movements, checked(Restored + points));

    /// <summary>What went from lots to an account, in this order.</summary>
    public static LotPoints[] PartsOf(Movement[] movements, LedgerAccount to)
    {
        var count = 0;
        foreach (ref readonly var movement in movements.AsSpan())
        {
            if (movement.To == to && !movement.IsElapsed) count++;
        }

        var parts = new LotPoints[count];
        count = 0;
        foreach (ref readonly var movement in movements.AsSpan())
        {
            if (movement.To == to && !movement.IsElapsed) parts[count++] = new(movement.Lot!, movement.Points);
        }

        return parts;
    }

    /// <summary>A redemption as a codec reads it back.</summary>
    public static Redemption Restore(string key, Instant recorded, bool isCapture, LotPoints[] parts, long restored) =>
        new(key, recorded, isCapture, Array.ConvertAll(parts, part => new Movement(part.Lot, LedgerAccount.Open, LedgerAccount.Redeemed, part.Points, recorded)), restored);
}

/// <summary>An order's lines, what was returned of them, and the rule that valued it.</summary>
internal sealed class PointOrder(string key, Instant effective, OrderEarnRule? rule, EarnLine[] lines, decimal[] returned) : Reference(key)
{
    public Instant Effective { get; } = effective;

    public OrderEarnRule? Rule { get; } = rule;

    public EarnLine[] Lines { get; } = lines;

    public decimal[] Returned { get; } = returned;

    public PointAmount Value()
    {
        if (Rule is null) return 0;
        var left = new EarnLine[Lines.Length];
        for (var i = 0; i < left.Length; i++) left[i] = new(Lines[i].Net - Returned[i], Lines[i].Category);
        return Rule.Value(left, Effective);
    }
}
