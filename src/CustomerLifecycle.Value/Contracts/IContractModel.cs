namespace CustomerLifecycle.Value;

/// <summary>A model of customers under contract, who renew or leave at the end of each period. Implement it to bring your own.</summary>
/// <remarks>Pure and immutable: safe for concurrent callers.</remarks>
public interface IContractModel
{
    /// <summary>The share of a cohort that is still under contract after so many renewals.</summary>
    /// <param name="periods">0 or more.</param>
    /// <returns>S(t), 0 to 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="periods"/> is negative.</exception>
    double Survival(int periods);

    /// <summary>The share of a cohort that leaves at the end of a period.</summary>
    /// <param name="period">1 or more.</param>
    /// <returns>P(T = t) = S(t - 1) - S(t).</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is below 1.</exception>
    double ChurnProbability(int period);

    /// <summary>The share of those still under contract who renew at the end of a period.</summary>
    /// <param name="period">1 or more.</param>
    /// <returns>S(t)/S(t - 1).</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="period"/> is below 1.</exception>
    double Retention(int period);

    /// <summary>Discounted expected lifetime (DEL): the periods of a new customer, the first one too, each at its present worth.</summary>
    /// <param name="ratePerPeriod">Discount rate per period, compounded once in it; above 0.</param>
    /// <returns>Periods.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="ratePerPeriod"/> is outside its range.</exception>
    double DiscountedExpectedLifetime(double ratePerPeriod);

    /// <summary>Discounted expected residual lifetime (DERL): the periods to come of a customer who is about to make the n-th renewal or not.</summary>
    /// <param name="renewal">n: the renewal that is due; 1 or more, 1 for a customer in the first period.</param>
    /// <param name="ratePerPeriod">Discount rate per period, compounded once in it; above 0.</param>
    /// <returns>Periods, the one that the renewal would start at its full worth.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="renewal"/> is below 1, or <paramref name="ratePerPeriod"/> is outside its range.</exception>
    double DiscountedExpectedResidualLifetime(int renewal, double ratePerPeriod);
}
