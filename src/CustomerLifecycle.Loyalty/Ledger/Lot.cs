using System.Runtime.InteropServices;

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

/// <summary>What can be asked about later, by its key.</summary>
internal interface IReference
{
    string Key { get; }
}

/// <summary>Points that were earned together and lapse together.</summary>
/// <remarks>A small value, so that a member's lots lie side by side: spending a thousand of them walks through one piece of memory.</remarks>
[StructLayout(LayoutKind.Auto)]
internal record struct Lot
{
    private const int Own = 1 << 8;
    private const int Taken = 1 << 16;

    // Most lots are recorded when they are earned, open then, and are only spent: what else there can be about points stands apart.
    private readonly Aside? _aside;

    private readonly string _key;
    private readonly PackedInstant _earned;
    private PackedInstant _expires;

    // The kind, whether the expiry is its own, and that this place of a buffer is taken, in one number that can be exchanged at once.
    private int _marks;

    /// <summary>Opens a lot, without points.</summary>
    /// <param name="key">The lot's name.</param>
    /// <param name="kind">Why it exists.</param>
    /// <param name="original">Points that it is opened with.</param>
    /// <param name="earned">When it was earned.</param>
    /// <param name="recorded">When it was recorded.</param>
    /// <param name="opens">When it opens by itself; <see cref="Instant.MaxValue"/> when it waits for a confirmation; without meaning once it is open.</param>
    /// <param name="expires">From when its points are unusable; <see cref="Instant.MaxValue"/> for never.</param>
    /// <param name="hasOwnExpiry">Whether activity leaves its expiry alone.</param>
    /// <param name="sequence">Its place in the order of posting.</param>
    public Lot(string key, LotKind kind, long original, Instant earned, Instant recorded, Instant opens, Instant expires, bool hasOwnExpiry, int sequence)
    {
        _key = key;
        _marks = (int)kind | (hasOwnExpiry ? Own : 0) | Taken;
        Original = original;
        _earned = earned;
        _expires = expires;
        Sequence = sequence;
        if (recorded != earned || opens != earned) _aside = new(recorded, opens);
    }

    public readonly string Key => _key;

    public readonly LotKind Kind => (LotKind)(byte)_marks;

    public long Original { get; }

    public readonly Instant Earned => _earned;

    public readonly Instant Recorded => _aside is null ? Earned : _aside.Recorded;

    /// <summary>When it opens by itself; <see cref="Instant.MaxValue"/> when it waits for a confirmation; without meaning once it is open.</summary>
    public readonly Instant Opens => _aside is null ? Earned : _aside.Opens;

    /// <summary>From when its points are unusable; <see cref="Instant.MaxValue"/> for never.</summary>
    public Instant Expires
    {
        readonly get => _expires;
        private init => _expires = value;
    }

    /// <summary>Whether activity leaves its expiry alone.</summary>
    public readonly bool HasOwnExpiry => (_marks & Own) != 0;

    /// <summary>Its place in the order of posting.</summary>
    public int Sequence { get; private init; }

    public long Open { get; private init; }

    public readonly long Pending => _aside is null ? 0 : _aside.Pending;

    public readonly long Held => _aside is null ? 0 : _aside.Held;

    /// <summary>Lapsed and not yet booked.</summary>
    public readonly long Due => _aside is null ? 0 : _aside.Due;

    /// <summary>Lapsed so far, booked or not.</summary>
    public readonly long Lapsed => _aside is null ? 0 : _aside.Lapsed;

    /// <summary>Refunded so far, of an earn.</summary>
    public readonly long Refunded => _aside is null ? 0 : _aside.Refunded;

    /// <summary>Lapsed points that a refund has already counted as taken.</summary>
    public readonly long LapsedRefunded => _aside is null ? 0 : _aside.LapsedRefunded;

    /// <summary>Whether anything can still happen to it by spending, time or a sweep.</summary>
    public readonly bool IsLive => Open != 0 || IsLiveWithoutOpen;

    /// <summary>Whether anything can still happen to it once its open points are spent.</summary>
    public readonly bool IsLiveWithoutOpen => _aside is not null && (_aside.Pending | _aside.Held | _aside.Due) != 0;

    /// <summary>Whether it was recorded when it was earned, and open then.</summary>
    public readonly bool IsPlain => _aside is null;

    private Aside More
    {
        readonly get => _aside ?? new(Earned, Earned);
        init => _aside = value;
    }

    public readonly Lot ExpiringAt(Instant expires) => this with { Expires = expires };

    /// <summary>The lot further back in the order of posting, as it stands at another member after a merge.</summary>
    public readonly Lot After(int offset) => this with { Sequence = Sequence + offset };

    public readonly Lot WithOpen(long open) => this with { Open = open };

    public readonly Lot Refund(long refunded, long lapsed) => this with { More = More with { Refunded = checked(Refunded + refunded), LapsedRefunded = checked(LapsedRefunded + lapsed) } };

    /// <summary>The lot without points, as it arrives at another member before the movements bring them.</summary>
    public readonly Lot Emptied() => _aside is null ? WithOpen(0) : this with { Open = 0, More = _aside with { Pending = 0, Due = 0 } };

    public readonly Lot Move(LedgerAccount from, LedgerAccount to, long points)
    {
        var moved = from == LedgerAccount.Open ? WithOpen(Open - points) : from <= LedgerAccount.Due ? this with { More = More.Add(from, -points) } : this;
        if (to == LedgerAccount.Open) return moved.WithOpen(moved.Open + points);
        return to <= LedgerAccount.Due ? moved with { More = moved.More.Add(to, points, isLapse: from == LedgerAccount.Open) } : moved;
    }

    /// <summary>Takes an empty place for a lot; false when another one has it.</summary>
    /// <remarks>With a number and not with the key itself: the exchange of a reference has the collector look at the whole buffer again.</remarks>
    public static bool TryTake(ref Lot place) => Interlocked.CompareExchange(ref place._marks, Taken, 0) == 0;

    /// <summary>Whether nothing but the open points differs between two versions of a lot.</summary>
    public readonly bool DiffersInOpenOnly(in Lot other) => ReferenceEquals(_aside, other._aside) && _expires == other._expires;

    /// <summary>Which of two lots lapses earlier.</summary>
    public readonly int CompareExpiry(in Lot other) => _expires.CompareTo(other._expires);

    /// <summary>Which of two lots was earned earlier.</summary>
    public readonly int CompareEarned(in Lot other) => _earned.CompareTo(other._earned);

    /// <summary>A lot with its points, as a codec reads it back.</summary>
    public readonly Lot With(long open, long pending, long held, long due, long lapsed, long refunded, long lapsedRefunded) =>
        (pending | held | due | lapsed | refunded | lapsedRefunded) == 0
            ? WithOpen(open)
            : this with { Open = open, More = More with { Pending = pending, Held = held, Due = due, Lapsed = lapsed, Refunded = refunded, LapsedRefunded = lapsedRefunded } };

    private sealed record Aside(Instant Recorded, Instant Opens, long Pending = 0, long Held = 0, long Due = 0, long Lapsed = 0, long Refunded = 0, long LapsedRefunded = 0)
    {
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
internal sealed class PointHold(string key, Instant recorded, Instant ends, LotPoints[] parts, HoldStatus status = HoldStatus.Open) : IReference
{
    public string Key { get; } = key;

    public Instant Recorded { get; } = recorded;

    /// <summary>When it ends by itself; <see cref="Instant.MaxValue"/> for never.</summary>
    public Instant Ends { get; } = ends;

    public LotPoints[] Parts { get; } = parts;

    public HoldStatus Status { get; } = status;

    public PointHold Resolve(HoldStatus status) => new(Key, Recorded, Ends, Parts, status);
}

/// <summary>Points spent, by lot, and how many of them came back.</summary>
internal sealed class Redemption(string key, Instant recorded, bool isCapture, LotPoints[] parts, long restored = 0) : IReference
{
    public string Key { get; } = key;

    public Instant Recorded { get; } = recorded;

    public bool IsCapture { get; } = isCapture;

    public LotPoints[] Parts { get; } = parts;

    public long Restored { get; } = restored;

    /// <summary>What a posting redeemed, or null: until something comes back of it, a posting stands for itself.</summary>
    public static Redemption? Of(IReference reference) => reference as Redemption
        ?? (reference is Posting { Kind: PostingKind.Redeem or PostingKind.Capture } posting ? new(posting.Key, posting.Recorded, posting.Kind == PostingKind.Capture, PartsOf(posting, LedgerAccount.Redeemed)) : null);

    public Redemption Restore(long points) => new(Key, Recorded, IsCapture, Parts, checked(Restored + points));

    /// <summary>What a posting moved from lots to an account, in this order.</summary>
    public static LotPoints[] PartsOf(Posting posting, LedgerAccount to)
    {
        var parts = new List<LotPoints>();
        foreach (var movement in posting.Entries)
        {
            if (movement.To == to && !movement.IsElapsed) parts.Add(new(movement.Lot!, movement.Points));
        }

        return [.. parts];
    }
}

/// <summary>An order's lines, what was returned of them, and the rule that valued it.</summary>
internal sealed class PointOrder(string key, Instant effective, OrderEarnRule? rule, EarnLine[] lines, decimal[] returned) : IReference
{
    public string Key { get; } = key;

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
