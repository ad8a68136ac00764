using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>Whether a model with more parameters describes a cohort better than chance would make it.</summary>
/// <param name="Statistic">2 (ln L - ln L₀), 0 or more.</param>
/// <param name="DegreesOfFreedom">Parameters that the larger model has more; above 0.</param>
/// <param name="PValue">The chance of such a statistic where the smaller model is true: the upper tail of chi-square.</param>
/// <remarks>
/// Wilks (1938). Valid where the smaller model is an interior point of the larger one. At a boundary, as NBD in BG/NBD, the true chance is smaller: about half of it for one parameter (Self and Liang 1987).
/// </remarks>
public readonly record struct LikelihoodRatioTest(double Statistic, int DegreesOfFreedom, double PValue)
{
    /// <summary>Compares two fits to the same cohort.</summary>
    /// <param name="larger">The fit with more parameters.</param>
    /// <param name="nested">The fit of a special case of the larger model.</param>
    /// <typeparam name="TLarger">The larger model.</typeparam>
    /// <typeparam name="TNested">Its special case.</typeparam>
    /// <exception cref="ArgumentException">The first fit does not have more parameters, or the cohorts differ in size.</exception>
    public static LikelihoodRatioTest Of<TLarger, TNested>(ModelFit<TLarger> larger, ModelFit<TNested> nested)
        where TLarger : class
        where TNested : class
    {
        ArgumentNullException.ThrowIfNull(larger);
        ArgumentNullException.ThrowIfNull(nested);
        var degrees = larger.Parameters.Count - nested.Parameters.Count;
        if (degrees <= 0) throw new ArgumentException($"The first fit has {larger.Parameters.Count} parameters and the nested one {nested.Parameters.Count}; it must have more.", nameof(larger));
        if (larger.Customers != nested.Customers) throw new ArgumentException($"The fits are of {larger.Customers} and {nested.Customers} customers; they must be of the same cohort.", nameof(nested));

        var statistic = Math.Max(0, 2 * (larger.LogLikelihood - nested.LogLikelihood));
        return new LikelihoodRatioTest(statistic, degrees, IncompleteGamma.Upper(degrees / 2.0, statistic / 2));
    }
}
