using System.Runtime.InteropServices;
using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>The purchases to come of a living customer whose rate is gamma and whose chance to drop out after each purchase is beta distributed.</summary>
/// <remarks>
/// A customer with a history is such a one too: given that she is alive, her rate is Gamma(r + x, α + T) and her chance Beta(a, b + x). So everything here takes
/// those four numbers, called <c>shape</c>, <c>rate</c>, <c>a</c> and <c>b</c>, and serves BG/NBD and MBG/NBD, for new customers and known ones.
/// </remarks>
internal static class BetaGeometricPurchases
{
    private const int TermLimit = 1500;
    private const double LargestCancellation = 1e-3;

    /// <summary>Where g is negative the terms alternate and grow up to exp(-g q) times their sum: beyond this exponent too many digits are lost.</summary>
    internal const double LargestAlternation = 10;

    /// <summary>Expected purchases within a horizon.</summary>
    /// <remarks>
    /// ∫₀¹ Beta(p; a, b) (1 - (1 + p t/α)^-R)/p dp. Euler's transformation of the closed form of Fader, Hardie and Lee (2005), eq. 10, takes the number of purchases out of the
    /// hypergeometric function's upper parameters: with q = t/(α + t), c = a + b and g = c - 1 - R,
    /// <code>E = (c - 1) ∫₀^q (1 - s)^(a-2) ds - (1 - q)^(a-1) Σ_{n≥1} (a)ₙ₋₁ (g)ₙ / ((c)ₙ₋₁ n!) qⁿ,</code>
    /// which has no singularity at a = 1 or a + b = 1. Where the terms cancel or the sum is slow the integral itself is computed.
    /// </remarks>
    public static double Expected(double shape, double rate, double a, double b, double horizon)
    {
        if (horizon == 0) return 0;
        double q = horizon / (rate + horizon), log = -Elementary.Log1p(horizon / rate), c = a + b, g = c - 1 - shape;
        double straight = (c - 1) * PowerIntegral(a - 1, log), power = Math.Exp((a - 1) * log);
        double sum = 0, term = g * q;
        for (var n = 1; n < TermLimit && -g * q < LargestAlternation; n++)
        {
            sum += term;
            var ratio = (a + n - 1) * (g + n) / ((c + n - 1) * (n + 1)) * q;
            term *= ratio;
            var tail = Math.Max(Math.Abs(ratio), q);
            if (tail >= 1 || Math.Abs(term) > 1e-17 * (1 - tail) * Math.Abs(sum)) continue;

            var expected = straight - (power * sum);
            if (expected >= LargestCancellation * Math.Max(Math.Abs(straight), Math.Abs(power * sum)) && expected < double.PositiveInfinity) return expected;
            break;
        }

        return Quadrature.OverRealLine(new ExpectedIntegrand(shape, horizon / rate, a, b), Math.Log(a / b), Width(a, b));
    }

    /// <summary>Expected purchases, discounted at a continuous rate d, over the whole future, times u/R with u = α d: between 0 and 1.</summary>
    /// <remarks>
    /// ∫₀^∞ exp(-d t) dE(t) = R/α ∫₀¹ Beta(p; a, b) ∫₀^∞ exp(-d t) (1 + p t/α)^-(R+1) dt dp = R/(α d) ∫₀¹ Beta(p; a, b) z eᶻ E_{R+1}(z) dp with z = α d/p
    /// and the generalised exponential integral E (Abramowitz and Stegun 5.1.4).
    /// </remarks>
    public static double DiscountedShare(double shape, double u, double a, double b) =>
        Quadrature.OverRealLine(new DiscountedIntegrand(shape + 1, u, a, b), Math.Log(a / b), Width(a, b));

    /// <summary>The probability of exactly <paramref name="count"/> purchases within a horizon.</summary>
    /// <remarks>Fader, Hardie and Lee (2005), eq. 8: alive throughout with n purchases, or gone with the n-th of at least n.</remarks>
    public static double ProbabilityOf(int count, double shape, double rate, double a, double b, double horizon)
    {
        double log = -Elementary.Log1p(horizon / rate), q = horizon / (rate + horizon);
        double stays = GammaFunctions.LogPochhammer(b, count) - GammaFunctions.LogPochhammer(a + b, count);
        var exactly = count == 0 ? shape * log : q == 0 ? double.NegativeInfinity : LogNegativeBinomial(count, shape, log, q);
        var alive = Math.Exp(stays + exactly);
        if (count == 0) return alive;

        // B(a + 1, b + n - 1)/B(a, b) = B(a, b + n)/B(a, b) · a/(b + n - 1)
        return alive + (Math.Exp(stays) * a / (count - 1 + b) * AtLeast(count, shape, log, q));
    }

    private static double LogNegativeBinomial(int count, double shape, double log, double q) =>
        GammaFunctions.LogPochhammer(shape, count) - GammaFunctions.LogGamma(count + 1.0) + (shape * log) + (count * Math.Log(q));

    /// <summary>The probability of at least so many of a negative binomial count: one minus the few below, or where that cancels, the tail itself.</summary>
    private static double AtLeast(int count, double shape, double log, double q)
    {
        if (count == 0) return 1;
        if (q == 0) return 0;
        double below = 0, term = Math.Exp(shape * log);
        for (var j = 0; j < count; j++)
        {
            below += term;
            term *= (shape + j) / (j + 1) * q;
        }

        return below < 0.9 || q > 0.999 ? Math.Max(0, 1 - below) : Math.Exp(LogNegativeBinomial(count, shape, log, q)) * Hypergeometric.Gauss(1, count + shape, count + 1.0, q);
    }

    /// <summary>∫₀^q (1 - s)^(e-1) ds, given ln(1 - q).</summary>
    private static double PowerIntegral(double e, double log) => e == 0 ? -log : -Elementary.Expm1(e * log) / e;

    /// <summary>How wide a beta density is on the logistic scale.</summary>
    private static double Width(double a, double b) => Math.Min(1, Math.Sqrt((1 / a) + (1 / b)));

    /// <summary>The integrand of expected purchases, over y = ln(p/(1 - p)), where the ends of the beta density fall exponentially.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly struct ExpectedIntegrand(double shape, double time, double a, double b) : IIntegrand
    {
        private readonly double _logBeta = GammaFunctions.LogBeta(a, b);

        public double At(double y)
        {
            var density = Math.Exp(-(a * Elementary.Softplus(-y)) - (b * Elementary.Softplus(y)) - _logBeta);
            if (density == 0) return 0;
            var p = 1 / (1 + Math.Exp(-y));
            var mean = p * time < 1e-300 ? shape * time : -Elementary.Expm1(-shape * Elementary.Log1p(p * time)) / p;
            return density * mean;
        }
    }

    /// <summary>The integrand of discounted expected purchases, on the same scale.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly struct DiscountedIntegrand(double order, double rate, double a, double b) : IIntegrand
    {
        private readonly ExponentialIntegral _integral = new(order);
        private readonly double _logBeta = GammaFunctions.LogBeta(a, b);

        public double At(double y)
        {
            var density = Math.Exp(-(a * Elementary.Softplus(-y)) - (b * Elementary.Softplus(y)) - _logBeta);
            return density == 0 ? 0 : density * _integral.Scaled(rate * (1 + Math.Exp(-y)));
        }
    }
}
