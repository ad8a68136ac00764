using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>What BG/NBD and MBG/NBD say of customers whose parameters are known.</summary>
/// <remarks>
/// P(alive) and expected purchases stand in files of their own: customer by customer for older frameworks, several at a time for net10.0. Within a framework one customer
/// and many take the same path, so that they agree to the bit.
/// </remarks>
internal sealed partial class BetaGeometricScorer
{
    private readonly double _r;
    private readonly double _alpha;
    private readonly double _a;
    private readonly double _prior;
    private readonly double _b;
    private readonly double _g;
    private readonly DiscountedPurchases _discounted;

    /// <param name="r">Shape of the purchase rates.</param>
    /// <param name="alpha">Rate of the purchase rates.</param>
    /// <param name="a">First parameter of the chances to leave.</param>
    /// <param name="b">Second parameter.</param>
    /// <param name="firstDropout">1 where a customer may leave directly after the first purchase, 0 where not.</param>
    public BetaGeometricScorer(double r, double alpha, double a, double b, int firstDropout)
    {
        _r = r;
        _alpha = alpha;
        _a = a;
        _prior = b;
        _b = b + firstDropout;
        _g = a + _b - 1 - r;
        FirstDropout = firstDropout;
        _discounted = new DiscountedPurchases(r, alpha, a, _b);
        Prepare();
    }

    public int FirstDropout { get; }

    /// <summary>Tables what does not depend on the customer, where this framework's path uses it.</summary>
    partial void Prepare();

    public double DiscountedExpected(PurchaseHistory history, double continuousRate) =>
        ProbabilityAlive(history) * _discounted.Of(history.Frequency, history.Age, continuousRate);

    public void DiscountedExpected(PurchaseHistories histories, double continuousRate, Span<double> destination)
    {
        ProbabilityAlive(histories, destination);
        for (var row = 0; row < destination.Length; row++) destination[row] *= _discounted.Of(histories.Frequency[row], histories.Age[row], continuousRate);
    }

    public double ProbabilityOf(PurchaseHistory history, int count, double horizon)
    {
        // A known customer has had the chance to leave at her last purchase already: only the purchases to come count.
        var alive = ProbabilityAlive(history);
        var probability = alive * BetaGeometricPurchases.ProbabilityOf(count, _r + history.Frequency, _alpha + history.Age, _a, _b + history.Frequency, horizon);
        return count == 0 ? probability + (1 - alive) : probability;
    }

    /// <summary>Fader, Hardie and Lee (2005), eq. 6.</summary>
    public double LogLikelihood(PurchaseHistory history)
    {
        double x = history.Frequency, opportunities = x + FirstDropout;
        var alive = GammaFunctions.LogPochhammer(_r, x) - (_r * Elementary.Log1p(history.Age / _alpha)) - (x * Math.Log(_alpha + history.Age))
            + GammaFunctions.LogPochhammer(_prior, opportunities) - GammaFunctions.LogPochhammer(_a + _prior, opportunities);
        return opportunities == 0 ? alive : alive + Elementary.Softplus(LogOddsGone(history));
    }

    /// <summary>P(alive) without vectors. Fader, Hardie and Lee (2008), Computing P(alive) Using the BG/NBD Model.</summary>
    internal double ScalarProbabilityAlive(PurchaseHistory history) => history.Frequency + FirstDropout == 0 ? 1 : 1 / (1 + Math.Exp(LogOddsGone(history)));

    /// <summary>Expected purchases of a customer who is known to be alive, without vectors.</summary>
    internal double ScalarExpectedWhileAlive(double frequency, double age, double horizon) => BetaGeometricPurchases.Expected(_r + frequency, _alpha + age, _a, _b + frequency, horizon);

    /// <summary>The logarithm of the odds that a customer who could leave has left.</summary>
    private double LogOddsGone(PurchaseHistory history) =>
        Math.Log(_a / (history.Frequency + (FirstDropout - 1) + _prior)) + ((_r + history.Frequency) * Elementary.Log1p((history.Age - history.Recency) / (_alpha + history.Recency)));
}
