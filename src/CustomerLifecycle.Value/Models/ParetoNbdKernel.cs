using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>The arithmetic of the Pareto/NBD model for one customer, on the logarithmic scale.</summary>
/// <remarks>
/// The likelihood is (alpha+T)^-R (beta+T)^-s, alive, plus the integral of s (alpha+y)^-R (beta+y)^-(s+1) over the times y at which the customer may have
/// left. The integral is taken over panels from t_x that are as long as the nearest singularity (-alpha or -beta) and the decay allow.
/// </remarks>
internal static class ParetoNbdKernel
{
    /// <summary>The number of parameters: r, alpha, s, beta.</summary>
    public const int Dimension = 4;

    /// <summary>ln of the odds that the customer has left by T: (1 - P(alive)) / P(alive).</summary>
    public static double LogOddsOfDropout(double shape, double alpha, double s, double beta, double tx, double age)
    {
        if (!(age > tx) || s == 0) return double.NegativeInfinity;
        double a = alpha + tx, b = beta + tx;
        return Math.Log(s / b) + shape * Math.Log((alpha + age) / a) + s * Math.Log((beta + age) / b) + Math.Log(DropoutIntegral(shape, a, s, b, age - tx));
    }

    /// <summary>The longest panel that starts at a distance a from -alpha and b from -beta.</summary>
    public static double Panel(double shape, double a, double s, double b) =>
        Math.Min(GaussLegendre.Reach * Math.Min(a, b), GaussLegendre.Fall / (shape / a + (s + 1) / b));

    /// <summary>(1+u/a)^-R (1+u/b)^-(s+1).</summary>
    private readonly struct Dropout(double shape, double a, double s, double b) : IFallingIntegrand
    {
        public double At(double point) => Math.Exp(-shape * Math.Log(1 + point / a) - (s + 1) * Math.Log(1 + point / b));

        public double Panel(double start) => ParetoNbdKernel.Panel(shape, a + start, s, b + start);
    }

    /// <summary>The expected time that a customer who is alive at T stays in the next t: integral of ((beta+T)/(beta+T+u))^s.</summary>
    /// <remarks>Written with expm1 and log1p, which leave s = 1 and short horizons nothing special.</remarks>
    public static double ExpectedStay(double s, double beta, double horizon)
    {
        var log = Elementary.Log1p(horizon / beta);
        var exponent = (1 - s) * log;
        return exponent == 0 ? beta * log : beta * Elementary.Expm1(exponent) / (1 - s);
    }

    /// <summary>The same to the end of time, with exp(-d u) inside: beta U(1, 2-s, d beta), U being Tricomi's function (here beta stands for beta+T).</summary>
    public static double DiscountedStay(double s, double beta, double rate) =>
        beta * GaussLegendre.Integrate(new Stay(s, rate * beta), 0, FarEnough / (rate * beta));

    /// <summary>The same until a horizon, discounted or not.</summary>
    public static double StayUntil(double s, double beta, double horizon, double rate) =>
        rate == 0 ? ExpectedStay(s, beta, horizon) : beta * GaussLegendre.Integrate(new Stay(s, rate * beta), 0, horizon / beta);

    /// <summary>The integral over u from 0 to <paramref name="length"/> of (1+u/a)^-R (1+u/b)^-(s+1).</summary>
    public static double DropoutIntegral(double shape, double a, double s, double b, double length) =>
        GaussLegendre.Integrate(new Dropout(shape, a, s, b), 0, length);

    /// <summary>P(exactly <paramref name="count"/> purchases in the next t) of a customer who is alive.</summary>
    public static double Probability(double shape, double alpha, double s, double beta, double horizon, int count)
    {
        var staying = Math.Exp(NegativeBinomial.LogProbability(shape, horizon / alpha, count) - s * Elementary.Log1p(horizon / beta));
        return staying + GaussLegendre.IntegrateAdaptively(new Leaving(shape, alpha, s, beta, count), 0, horizon);
    }

    private const double FarEnough = 50;

    private readonly struct Stay(double s, double rate) : IFallingIntegrand
    {
        public double At(double point) => Math.Exp(-s * Elementary.Log1p(point) - rate * point);

        public double Panel(double start) => Math.Min(GaussLegendre.Reach * (1 + start), GaussLegendre.Fall / (rate + s / (1 + start)));
    }

    private readonly struct Leaving(double shape, double alpha, double s, double beta, int count) : IIntegrand
    {
        public double At(double point) =>
            Math.Exp(NegativeBinomial.LogProbability(shape, point / alpha, count) - s * Elementary.Log1p(point / beta)) * s / (beta + point);
    }

    /// <summary>ln of the likelihood of the purchase times.</summary>
    public static double LogLikelihood(double r, double alpha, double s, double beta, PurchaseHistory history)
    {
        double x = history.Frequency, age = history.Age;
        var alive = GammaFunctions.LogPochhammer(r, x) - r * Elementary.Log1p(age / alpha) - x * Math.Log(alpha + age) - s * Elementary.Log1p(age / beta);
        return alive + Elementary.Softplus(LogOddsOfDropout(r + x, alpha, s, beta, history.Recency, age));
    }

    /// <summary>ln of the likelihood of the purchase times, with its gradient and Hessian in (ln r, ln alpha, ln s, ln beta).</summary>
    public static double LogLikelihood(in RisingGamma purchases, double alpha, double s, double beta, double tx, double age, Span<double> gradient, Span<double> hessian)
    {
        Span<double> g = stackalloc double[4];
        Span<double> h = stackalloc double[10];
        h.Clear();
        var sum = new LogSum(gradient, hessian);
        var alive = new PurchaseTerm(purchases, alpha).Until(age, g, h) + Staying(s, beta, age, g, h);
        sum.Add(alive, g, h);
        if (age > tx) sum.Add(Left(purchases, alpha, s, beta, tx, age, g, h), g, h);
        return sum.Complete();
    }

    /// <summary>ln of beta^s (beta+T)^-s.</summary>
    private static double Staying(double s, double beta, double until, Span<double> g, Span<double> h)
    {
        double end = beta + until, share = beta / end, log = Math.Log(share);
        g[2] = s * log;
        g[3] = s * (1 - share);
        h[5] = s * log;
        h[8] = s * (1 - share);
        h[9] = -s * share * (1 - share);
        return s * log;
    }

    /// <summary>ln of the part of the likelihood that belongs to having left before T.</summary>
    /// <remarks>The derivatives are means, and covariances, under the density of the time of leaving, of ln(alpha+y), 1/(alpha+y), ln(beta+y) and 1/(beta+y).</remarks>
    private static double Left(in RisingGamma purchases, double alpha, double s, double beta, double tx, double age, Span<double> g, Span<double> h)
    {
        double r = purchases.Shape, total = purchases.Total, a = alpha + tx, b = beta + tx;
        var moments = DropoutMoments.Of(total, a, s, b, age - tx);
        double logA = Math.Log(alpha / a) - moments.LogA, shareA = alpha * moments.InverseA, logB = Math.Log(beta / b) - moments.LogB, shareB = beta * moments.InverseB;
        double ta = total * alpha, tb = (s + 1) * beta;
        g[0] = purchases.Slope + r * logA;
        g[1] = r - total * shareA;
        g[2] = 1 + s * logB;
        g[3] = s - (s + 1) * shareB;
        h[0] = g[0] + purchases.Curvature + r * r * moments.LogALogA;
        h[1] = r * (1 - shareA) + r * ta * moments.LogAInverseA;
        h[2] = -total * shareA + total * (shareA * shareA + alpha * alpha * moments.InverseAInverseA) + ta * ta * moments.InverseAInverseA;
        h[3] = r * s * moments.LogALogB;
        h[4] = ta * s * moments.InverseALogB;
        h[5] = s * logB + s * s * moments.LogBLogB;
        h[6] = r * tb * moments.LogAInverseB;
        h[7] = ta * tb * moments.InverseAInverseB;
        h[8] = s * (1 - shareB) + s * tb * moments.LogBInverseB;
        h[9] = -(s + 1) * shareB + (s + 1) * (shareB * shareB + beta * beta * moments.InverseBInverseB) + tb * tb * moments.InverseBInverseB;
        return purchases.Log + r * Math.Log(alpha / a) - (total - r) * Math.Log(a) + s * Math.Log(beta / b) + Math.Log(s / b) + Math.Log(moments.Integral);
    }
}
