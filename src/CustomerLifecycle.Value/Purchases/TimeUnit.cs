namespace CustomerLifecycle.Value;

/// <summary>The unit in which a model counts time. Rates are purchases per unit, horizons and ages are units.</summary>
/// <remarks>A plain number of days: a year has 365.25 of them, a month a twelfth of that. <c>default</c> is <see cref="Week"/>, the unit of the papers.</remarks>
public readonly record struct TimeUnit
{
    private const double DaysInWeek = 7;
    private readonly double _unlessWeek;

    /// <summary>A unit of so many days.</summary>
    /// <param name="days">Above 0, finite; need not be whole.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="days"/> is not a positive number.</exception>
    public TimeUnit(double days)
    {
        if (!(days > 0) || double.IsPositiveInfinity(days)) throw new ArgumentOutOfRangeException(nameof(days), days, "A time unit has a finite number of days, above 0.");
        _unlessWeek = days == DaysInWeek ? 0 : days;
    }

    /// <summary>One day.</summary>
    public static TimeUnit Day => new(1);

    /// <summary>Seven days.</summary>
    public static TimeUnit Week => default;

    /// <summary>A twelfth of a <see cref="Year"/>: 30.4375 days.</summary>
    public static TimeUnit Month => new(365.25 / 12);

    /// <summary>365.25 days.</summary>
    public static TimeUnit Year => new(365.25);

    /// <summary>Days in one unit; above 0.</summary>
    public double Days => _unlessWeek == 0 ? DaysInWeek : _unlessWeek;
}
