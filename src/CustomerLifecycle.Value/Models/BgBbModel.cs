using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>BG/BB: customers may buy once at each of a sequence of opportunities (yearly donations, issues, conferences), and may leave before any of them.</summary>
/// <remarks>
/// Fader, Hardie and Shang (2010), Customer-Base Analysis in a Discrete-Time Noncontractual Setting, Marketing Science 29(6). The chance to buy is Beta(α, β), the chance to leave before an
/// opportunity Beta(γ, δ). Times are whole numbers of opportunities: <see cref="PurchaseHistory.Frequency"/> is how many were taken, <see cref="PurchaseHistory.Recency"/> the last that was, <see cref="PurchaseHistory.Age"/> how many there were.
/// </remarks>
public sealed partial class BgBbModel : PurchaseModel
{
    private readonly BgBbParameters _parameters;

    /// <summary>A model with known parameters.</summary>
    /// <param name="parameters">From a fit, a paper or another package.</param>
    /// <param name="opportunity">How long it is from one opportunity to the next; matters to discount rates only. A year is <c>TimeUnit.Year</c>.</param>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> are <c>default</c>.</exception>
    public BgBbModel(BgBbParameters parameters, TimeUnit opportunity)
        : base(opportunity)
    {
        if (parameters == default) throw new ArgumentException("The parameters were never set.", nameof(parameters));
        _parameters = parameters;
    }

    /// <inheritdoc/>
    public override string Name => "BG/BB";

    /// <summary>The parameters.</summary>
    public BgBbParameters Parameters => _parameters;

    /// <inheritdoc/>
    /// <remarks>Alive at the last opportunity. Relative error below 1e-11, down to 1e-290.</remarks>
    public override double ProbabilityAlive(PurchaseHistory history) => Posterior(history).Alive;

    /// <summary>The probability that the customer will be alive at an opportunity to come.</summary>
    /// <param name="history">The customer's past.</param>
    /// <param name="ahead">Opportunities ahead; 0 or more. 1 gives the paper's equation 11.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="ahead"/> is negative.</exception>
    public double ProbabilityAlive(PurchaseHistory history, int ahead)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ahead);
        var delta = _parameters.Delta + history.Age;
        return Posterior(history).Alive * Math.Exp(GammaFunctions.LogPochhammer(delta, ahead) - GammaFunctions.LogPochhammer(_parameters.Gamma + delta, ahead));
    }

    /// <inheritdoc/>
    /// <remarks>Fader, Hardie and Shang (2010), eq. 13. Relative error below 1e-11. The horizon is a whole number of opportunities.</remarks>
    public override double ExpectedPurchases(PurchaseHistory history, double horizon)
    {
        var opportunities = RequireWhole(horizon);
        double delta = _parameters.Delta + history.Age, stay = 1, stays = 0;
        for (var i = 0; i < opportunities; i++)
        {
            stay *= (delta + i) / (_parameters.Gamma + delta + i);
            stays += stay;
        }

        return Posterior(history).Alive * PurchaseRate(history) * stays;
    }

    /// <inheritdoc/>
    /// <remarks>Fader, Hardie and Shang (2010), eq. 8 and 14. Relative error below 1e-11. The horizon is a whole number of opportunities.</remarks>
    public override double ProbabilityOfPurchases(PurchaseHistory history, int count, double horizon)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var opportunities = RequireWhole(horizon);
        var alive = Posterior(history).Alive;
        double x = history.Frequency, n = history.Age;
        var probability = alive * BgBbKernel.Probability(_parameters.Alpha + x, _parameters.Beta + n - x, _parameters.Gamma, _parameters.Delta + n, count, opportunities);
        return count == 0 ? probability + (1 - alive) : probability;
    }

    /// <inheritdoc/>
    /// <remarks>Fader, Hardie and Shang (2010), eq. 15; relative error below 1e-11.</remarks>
    public override double DiscountedExpectedTransactions(PurchaseHistory history, DiscountRate discount)
    {
        var rate = ModelParameter.RequireDiscount(discount, TimeUnit);
        double delta = _parameters.Delta + history.Age, all = _parameters.Gamma + delta, worth = Math.Exp(-rate);
        return Posterior(history).Alive * PurchaseRate(history) * worth * (delta / all) * UnitHypergeometric.Of(delta + 1, all + 1, worth);
    }

    /// <inheritdoc/>
    /// <remarks>Of the ordered sequence of purchases: no binomial coefficient. Error below 1e-11 times the larger of 1 and the result.</remarks>
    public override double LogLikelihood(PurchaseHistory history)
    {
        double x = history.Frequency, n = history.Age;
        var alive = GammaFunctions.LogPochhammer(_parameters.Alpha, x) + GammaFunctions.LogPochhammer(_parameters.Beta, n - x) - GammaFunctions.LogPochhammer(_parameters.Alpha + _parameters.Beta, n)
            + GammaFunctions.LogPochhammer(_parameters.Delta, n) - GammaFunctions.LogPochhammer(_parameters.Gamma + _parameters.Delta, n);
        return alive + Posterior(history).LogOfAllToAlive;
    }

    /// <summary>The posterior mean of the chance that the customer buys at an opportunity while alive.</summary>
    /// <param name="history">The customer's past.</param>
    /// <returns>0 to 1.</returns>
    public double MeanPurchaseProbability(PurchaseHistory history) => Posterior(history).Purchase;

    /// <summary>The posterior mean of the chance that the customer leaves before an opportunity.</summary>
    /// <param name="history">The customer's past.</param>
    /// <returns>0 to 1.</returns>
    public double MeanDropoutProbability(PurchaseHistory history) => Posterior(history).Dropout;

    /// <summary>How many of a cohort of new customers are expected to buy at an opportunity.</summary>
    /// <param name="customers">The size of the cohort; 0 or more.</param>
    /// <param name="opportunity">1 or more.</param>
    /// <returns>Customers, 0 or more. Relative error below 1e-12.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public double ExpectedBuyers(int customers, int opportunity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(customers);
        ArgumentOutOfRangeException.ThrowIfLessThan(opportunity, 1);
        var stay = GammaFunctions.LogPochhammer(_parameters.Delta, opportunity) - GammaFunctions.LogPochhammer(_parameters.Gamma + _parameters.Delta, opportunity);
        return customers * (_parameters.Alpha / (_parameters.Alpha + _parameters.Beta)) * Math.Exp(stay);
    }

    private BgBbPosterior Posterior(PurchaseHistory history)
    {
        if (Math.Floor(history.Age) != history.Age || Math.Floor(history.Recency) != history.Recency || history.Frequency > history.Recency || history.Age > BgBbKernel.MostOpportunities)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"BG/BB counts opportunities: recency {history.Recency} and age {history.Age} must be whole numbers, at most {BgBbKernel.MostOpportunities}, and frequency {history.Frequency} at most the recency."),
                nameof(history));
        }

        return BgBbKernel.Posterior(_parameters.Alpha, _parameters.Beta, _parameters.Gamma, _parameters.Delta, history.Frequency, history.Recency, history.Age);
    }

    private double PurchaseRate(PurchaseHistory history) =>
        (_parameters.Alpha + history.Frequency) / (_parameters.Alpha + _parameters.Beta + history.Age);

    private static int RequireWhole(double horizon)
    {
        ModelParameter.RequireHorizon(horizon);
        return Math.Floor(horizon) == horizon && horizon <= BgBbKernel.MostOpportunities
            ? (int)horizon
            : throw new ArgumentOutOfRangeException(nameof(horizon), horizon, FormattableString.Invariant($"A horizon of BG/BB is a whole number of opportunities, at most {BgBbKernel.MostOpportunities}."));
    }
}

/// <summary>The parameters of <see cref="BgBbModel"/>, named as in the paper.</summary>
public readonly record struct BgBbParameters
{
    /// <summary>Sets the parameters.</summary>
    /// <param name="alpha">First parameter of the purchase chances; above 0.</param>
    /// <param name="beta">Second parameter; above 0. The mean chance to buy at an opportunity is alpha / (alpha + beta).</param>
    /// <param name="gamma">First parameter of the drop-out chances; above 0.</param>
    /// <param name="delta">Second parameter; above 0. The mean chance to leave before an opportunity is gamma / (gamma + delta).</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not a positive number.</exception>
    public BgBbParameters(double alpha, double beta, double gamma, double delta)
    {
        Alpha = ModelParameter.RequirePositive(alpha, nameof(alpha));
        Beta = ModelParameter.RequirePositive(beta, nameof(beta));
        Gamma = ModelParameter.RequirePositive(gamma, nameof(gamma));
        Delta = ModelParameter.RequirePositive(delta, nameof(delta));
    }

    /// <summary>First parameter of the beta distribution of the purchase chances.</summary>
    public double Alpha { get; }

    /// <summary>Second parameter of the beta distribution of the purchase chances.</summary>
    public double Beta { get; }

    /// <summary>First parameter of the beta distribution of the drop-out chances.</summary>
    public double Gamma { get; }

    /// <summary>Second parameter of the beta distribution of the drop-out chances.</summary>
    public double Delta { get; }
}
