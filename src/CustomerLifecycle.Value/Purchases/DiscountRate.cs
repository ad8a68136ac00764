using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>How fast the future loses worth, with the period that the rate is for.</summary>
/// <remarks><c>DiscountRate.Annual(0.10)</c>: what is worth 1 now is worth 1/1.10 in a year. <c>default</c> is no discount.</remarks>
public readonly record struct DiscountRate
{
    private DiscountRate(double continuousPerDay) => ContinuousPerDay = continuousPerDay;

    /// <summary>The equivalent continuous rate per day: ln(1 + rate) / days of the period.</summary>
    public double ContinuousPerDay { get; }

    /// <summary>A rate per year of 365.25 days, compounded yearly.</summary>
    /// <param name="rate">0.10 for 10 %; above -1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rate"/> is not a number above -1.</exception>
    public static DiscountRate Annual(double rate) => Per(TimeUnit.Year, rate);

    /// <summary>A rate per month of 30.4375 days, compounded monthly.</summary>
    /// <param name="rate">0.01 for 1 %; above -1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rate"/> is not a number above -1.</exception>
    public static DiscountRate Monthly(double rate) => Per(TimeUnit.Month, rate);

    /// <summary>A rate per any period, compounded once in it.</summary>
    /// <param name="period">The period.</param>
    /// <param name="rate">0.01 for 1 %; above -1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rate"/> is not a number above -1.</exception>
    public static DiscountRate Per(TimeUnit period, double rate)
    {
        if (!(rate > -1) || double.IsPositiveInfinity(rate)) throw new ArgumentOutOfRangeException(nameof(rate), rate, "A discount rate is a finite number above -1; 10 % is 0.10.");
        return new DiscountRate(Elementary.Log1p(rate) / period.Days);
    }

    /// <summary>A continuous rate: worth falls by exp(-rate) in each period.</summary>
    /// <param name="period">The period.</param>
    /// <param name="rate">Any finite number.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rate"/> is not finite.</exception>
    public static DiscountRate Continuous(TimeUnit period, double rate)
    {
        if (!double.IsFinite(rate)) throw new ArgumentOutOfRangeException(nameof(rate), rate, "A discount rate is a finite number.");
        return new DiscountRate(rate / period.Days);
    }

    /// <summary>The equivalent continuous rate per time unit.</summary>
    /// <param name="unit">The unit.</param>
    public double ContinuousPer(TimeUnit unit) => ContinuousPerDay * unit.Days;
}
