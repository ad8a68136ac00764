using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>Gamma-Gamma: amounts vary about each customer's own mean, and the means vary across customers; both are independent of how often they buy.</summary>
/// <remarks>
/// Fader and Hardie (2013), The Gamma-Gamma Model of Monetary Value, note 025; Fader, Hardie and Lee (2005), RFM and CLV, Journal of Marketing Research 42(4).
/// Amounts are Gamma(p, rate ν), rates Gamma(q, rate v).
/// </remarks>
public sealed class GammaGammaModel : ISpendModel
{
    private readonly GammaGammaParameters _parameters;

    /// <summary>A model with known parameters.</summary>
    /// <param name="parameters">From <see cref="Fit(PurchaseSummary, FitOptions?, CancellationToken)"/>, a paper or another package.</param>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> are <c>default</c>.</exception>
    public GammaGammaModel(GammaGammaParameters parameters)
    {
        if (parameters == default) throw new ArgumentException("The parameters were never set.", nameof(parameters));
        _parameters = parameters;
    }

    /// <inheritdoc/>
    public string Name => "Gamma-Gamma";

    /// <summary>The parameters.</summary>
    public GammaGammaParameters Parameters => _parameters;

    /// <summary>The mean amount of the whole cohort's purchases, p v/(q - 1); null where q is 1 or less, for then there is none.</summary>
    public double? MeanSpend => ExpectedAverageSpend(0, 0);

    /// <inheritdoc/>
    /// <remarks>Note 025, eq. 5: the cohort's mean and the customer's own, weighted by what is known of the customer. Null where p x + q is 1 or less. Relative error below 1e-14.</remarks>
    public double? ExpectedAverageSpend(double purchases, double meanSpend)
    {
        RequireAmounts(purchases, meanSpend);
        double weight = (_parameters.P * purchases) + _parameters.Q - 1, spend = _parameters.P * (_parameters.V + (meanSpend * purchases)) / weight;
        return weight > 0 && spend < double.PositiveInfinity ? spend : null;
    }

    /// <inheritdoc/>
    public void ExpectedAverageSpend(ReadOnlySpan<double> purchases, ReadOnlySpan<double> meanSpend, Span<double?> destination)
    {
        if (meanSpend.Length != purchases.Length || destination.Length != purchases.Length)
            throw new ArgumentException($"Columns have one row per customer: purchases has {purchases.Length}, meanSpend {meanSpend.Length} and the destination {destination.Length}.", nameof(destination));
        for (var row = 0; row < destination.Length; row++) destination[row] = ExpectedAverageSpend(purchases[row], meanSpend[row]);
    }

    /// <summary>The natural logarithm of the density of a customer's mean amount.</summary>
    /// <param name="purchases">Purchases that the mean is over; 0 or more.</param>
    /// <param name="meanSpend">Their mean amount; 0 or more.</param>
    /// <returns>The log-likelihood; null where there is no purchase or no amount, for then there is nothing to be likely. Error below 1e-12 times the larger of 1 and the largest of its terms.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is negative or not finite.</exception>
    /// <remarks>Note 025, eq. 1a.</remarks>
    public double? LogLikelihood(double purchases, double meanSpend)
    {
        RequireAmounts(purchases, meanSpend);
        if (purchases == 0 || meanSpend == 0) return null;

        // ln B(px, q) as one function; the powers of the total M x and of v are gathered so that large x and M cancel before they are rounded.
        double p = _parameters.P, q = _parameters.Q, v = _parameters.V, total = meanSpend * purchases, shape = p * purchases;
        return -GammaFunctions.LogBeta(shape, q) - Math.Log(meanSpend) - (shape * Elementary.Log1p(v / total)) - (q * Elementary.Log1p(total / v));
    }

    /// <summary>Fits the model to the repeat purchases of a cohort by maximum likelihood.</summary>
    /// <param name="summary">The cohort; customers without a repeat purchase or with a mean amount of 0 or less do not enter.</param>
    /// <param name="options">Limits and progress.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The fitted model. Look at <see cref="ModelFit{TModel}.Convergence"/> first.</returns>
    /// <exception cref="ArgumentException">No customer of the cohort has a repeat purchase with an amount.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ModelFit<GammaGammaModel> Fit(PurchaseSummary summary, FitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return Fit(summary.Frequency, summary.MeanSpend, options, cancellationToken);
    }

    /// <summary>Fits the model to columns by maximum likelihood.</summary>
    /// <param name="purchases">Purchases of each customer.</param>
    /// <param name="meanSpend">Their mean amounts; customers without a purchase or with a mean amount of 0 or less do not enter.</param>
    /// <param name="options">Limits and progress.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The fitted model. Look at <see cref="ModelFit{TModel}.Convergence"/> first.</returns>
    /// <exception cref="ArgumentException">The columns differ in length, an entry is not finite, or no customer has a purchase with an amount.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ModelFit<GammaGammaModel> Fit(ReadOnlySpan<double> purchases, ReadOnlySpan<double> meanSpend, FitOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (meanSpend.Length != purchases.Length) throw new ArgumentException($"Columns have one row per customer: purchases has {purchases.Length} and meanSpend {meanSpend.Length}.", nameof(meanSpend));
        var likelihood = new GammaGammaLikelihood(purchases, meanSpend);
        return MaximumLikelihood.Fit(likelihood, likelihood.Starts(), fitted => new GammaGammaModel(new GammaGammaParameters(fitted[0], fitted[1], fitted[2])), options, cancellationToken);
    }

    /// <summary>Draws the mean amount of a customer's purchases.</summary>
    internal double NextMeanSpend(double purchases, SeededRandom random) =>
        random.NextGamma(_parameters.P * purchases, random.NextGamma(_parameters.Q, _parameters.V)) / purchases;

    private static void RequireAmounts(double purchases, double meanSpend)
    {
        if (!(purchases >= 0) || double.IsPositiveInfinity(purchases)) throw new ArgumentOutOfRangeException(nameof(purchases), purchases, "A purchase count is a finite number, 0 or more.");
        if (!(meanSpend >= 0) || double.IsPositiveInfinity(meanSpend)) throw new ArgumentOutOfRangeException(nameof(meanSpend), meanSpend, "A mean amount is a finite number, 0 or more. Leave out customers whose returns exceed their purchases.");
    }
}
