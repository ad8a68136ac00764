using System.Globalization;

namespace CustomerLifecycle.Loyalty;

/// <summary>A number of points as somebody asks for it: any whole number. The ledger judges it, so that an impossible amount is a refusal and not a crash.</summary>
/// <remarks>Made from a <see cref="long"/> without ceremony; money does not convert, so an order total cannot pass for points.</remarks>
public readonly record struct PointAmount
{
    private PointAmount(long count, bool isTooLarge)
    {
        Count = count;
        IsTooLarge = isTooLarge;
    }

    /// <summary>The points; 2^63-1 where more was asked for.</summary>
    public long Count { get; }

    /// <summary>Whether more than 2^63-1 points (or less than -2^63) were asked for, which no account can hold.</summary>
    public bool IsTooLarge { get; }

    /// <summary>Takes a whole number of any size.</summary>
    /// <param name="value">A whole number.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> has a fraction.</exception>
    public static PointAmount Of(decimal value)
    {
        if (decimal.Truncate(value) != value) throw new ArgumentException("Points are whole numbers. Round first, by the rule of your programme.", nameof(value));
        if (value > long.MaxValue) return new(long.MaxValue, true);
        return value < long.MinValue ? new(long.MinValue, true) : new((long)value, false);
    }

    /// <summary>Takes a whole number.</summary>
    /// <param name="value">Any number.</param>
    public static PointAmount FromInt64(long value) => new(value, false);

    /// <summary>Takes a whole number.</summary>
    /// <param name="value">Any number.</param>
    public static implicit operator PointAmount(long value) => new(value, false);

    /// <inheritdoc/>
    public override string ToString() => IsTooLarge ? "more than 2^63-1 points" : Count.ToString(CultureInfo.InvariantCulture) + " points";
}
