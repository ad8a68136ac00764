namespace CustomerLifecycle.Loyalty;

/// <summary>Deferred revenue of points sold together with goods: what of a price belongs to the points, and when it becomes revenue.</summary>
/// <remarks>
/// IFRS 15, customer options for additional goods (B39 to B43) by relative stand-alone selling price (76 to 80), with a cumulative catch-up when the estimate of redemptions changes (88).
/// Amounts are rounded half to even to the money's decimals when they are computed; differences are exact, so the periods add up to the whole.
/// </remarks>
public sealed class DeferredRevenue
{
    private readonly int _decimals;
    private decimal _redeemed;

    /// <summary>Splits a price between goods and points.</summary>
    /// <param name="price">What was paid for both; 0 or more.</param>
    /// <param name="goodsStandalone">The stand-alone selling price of the goods; 0 or more.</param>
    /// <param name="pointsIssued">Points given; 0 or more.</param>
    /// <param name="valuePerPoint">The stand-alone value of a redeemed point; 0 or more.</param>
    /// <param name="expectedRedemptionRate">The share of points expected to be redeemed, 0 to 1.</param>
    /// <param name="decimals">Decimals of the money, 0 to 8.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range, or both stand-alone prices are 0.</exception>
    public DeferredRevenue(decimal price, decimal goodsStandalone, long pointsIssued, decimal valuePerPoint, decimal expectedRedemptionRate, int decimals)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(price);
        ArgumentOutOfRangeException.ThrowIfNegative(goodsStandalone);
        ArgumentOutOfRangeException.ThrowIfNegative(pointsIssued);
        ArgumentOutOfRangeException.ThrowIfNegative(valuePerPoint);
        ArgumentOutOfRangeException.ThrowIfNegative(expectedRedemptionRate);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(expectedRedemptionRate, 1m);
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, 8);

        var points = ExactDecimal.Of(pointsIssued) * ExactDecimal.Of(valuePerPoint) * ExactDecimal.Of(expectedRedemptionRate);
        var both = ExactDecimal.Of(goodsStandalone) + points;
        if (both.IsZero)
            throw new ArgumentOutOfRangeException(nameof(goodsStandalone), goodsStandalone, "Goods and points have no stand-alone price, so there is nothing to split by. Give one of them a price.");

        _decimals = decimals;
        AllocatedToPoints = ExactDecimal.Ratio(ExactDecimal.Of(price) * points, both, decimals);
        AllocatedToGoods = price - AllocatedToPoints;
    }

    /// <summary>What of the price belongs to the points: the first liability.</summary>
    public decimal AllocatedToPoints { get; }

    /// <summary>What of the price belongs to the goods: revenue at once.</summary>
    public decimal AllocatedToGoods { get; }

    /// <summary>Revenue of the points so far.</summary>
    public decimal Recognised { get; private set; }

    /// <summary>What of the points is not yet revenue.</summary>
    public decimal Liability => AllocatedToPoints - Recognised;

    /// <summary>Ends a period.</summary>
    /// <param name="redeemed">Points redeemed in it; 0 or more.</param>
    /// <param name="expectedTotal">Points expected to be redeemed altogether, as estimated now; 0 when nothing will be redeemed any more, so that the rest is revenue.</param>
    /// <returns>The period's revenue; below 0 when a raised estimate takes some back.</returns>
    public decimal Recognise(long redeemed, long expectedTotal)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(redeemed);
        ArgumentOutOfRangeException.ThrowIfNegative(expectedTotal);
        _redeemed += redeemed;
        var before = Recognised;
        Recognised = expectedTotal == 0
            ? AllocatedToPoints
            : ExactDecimal.Ratio(ExactDecimal.Of(AllocatedToPoints) * ExactDecimal.Of(_redeemed), ExactDecimal.Of(expectedTotal), _decimals);
        return Recognised - before;
    }
}
