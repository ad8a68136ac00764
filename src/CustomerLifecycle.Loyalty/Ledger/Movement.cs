using System.Runtime.InteropServices;

namespace CustomerLifecycle.Loyalty;

/// <summary>Points that leave one account and arrive in another: both entries of a double entry in one value, so that they cannot differ.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Movement
{
    private readonly PackedInstant _effective;
    private readonly byte _from;
    private readonly byte _to;

    /// <summary>Moves points.</summary>
    /// <param name="lot">The member's lot that gives or takes them; null where no lot is concerned.</param>
    /// <param name="from">Where they come from.</param>
    /// <param name="to">Where they go.</param>
    /// <param name="points">How many; above 0.</param>
    /// <param name="effective">When it takes effect.</param>
    /// <param name="isElapsed">Whether time alone brought it about.</param>
    public Movement(string? lot, LedgerAccount from, LedgerAccount to, long points, Instant effective, bool isElapsed = false)
    {
        Lot = lot;
        _from = (byte)from;
        _to = (byte)to;
        Points = points;
        _effective = effective;
        IsElapsed = isElapsed;
    }

    private Movement(in LotPoints part, in Movement like)
    {
        this = like;
        Lot = part.Lot;
        Points = part.Points;
    }

    /// <summary>The member's lot that gives or takes the points; null where no lot is concerned.</summary>
    public string? Lot { get; }

    /// <summary>Where they come from.</summary>
    public LedgerAccount From => (LedgerAccount)_from;

    /// <summary>Where they go.</summary>
    public LedgerAccount To => (LedgerAccount)_to;

    /// <summary>How many; above 0.</summary>
    public long Points { get; }

    /// <summary>When it takes effect.</summary>
    public Instant Effective => _effective;

    /// <summary>Whether time alone brought it about (lapse, time-out of a hold, activation): then it is known from <see cref="Effective"/> on, although a later posting wrote it down.</summary>
    public bool IsElapsed { get; }

    /// <summary>The same movement of another lot.</summary>
    internal Movement Of(in LotPoints part) => new(part, this);
}
