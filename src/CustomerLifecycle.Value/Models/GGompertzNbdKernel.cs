#if NET10_0_OR_GREATER
using System.Runtime.Intrinsics;
#endif
using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>The arithmetic of the GGompertz/NBD model for one customer, on the logarithmic scale.</summary>
/// <remarks>K(z) = beta + exp(b z) - 1 is held as exp(b z) times its reduced value, which neither overflows nor cancels.</remarks>
internal static partial class GGompertzNbdKernel
{
    /// <summary>The number of parameters: r, alpha, b, s, beta.</summary>
    public const int Dimension = 5;

    /// <summary>K(z) exp(-b z).</summary>
    public static double ReducedK(double b, double beta, double z) => beta * Math.Exp(-b * z) - Elementary.Expm1(-b * z);

    /// <summary>ln of K(to)/K(from).</summary>
    public static double LogGrowth(double b, double beta, double from, double to) =>
        b * (to - from) + Math.Log(ReducedK(b, beta, to) / ReducedK(b, beta, from));

    /// <summary>ln of the odds that the customer has left by T: (1 - P(alive)) / P(alive).</summary>
    public static double LogOddsOfDropout(double shape, double alpha, double b, double s, double beta, double tx, double age)
    {
        if (!(age > tx)) return double.NegativeInfinity;
        var left = GaussLegendre.Integrate(new Dropout(shape, alpha, b, s, beta, tx), tx, age);
        return Math.Log(b * s * left) + shape * Math.Log((alpha + age) / (alpha + tx)) + s * LogGrowth(b, beta, tx, age);
    }

    /// <summary>The integral over u from 0 to t of exp(-d u) and the chance that a customer who is alive at T stays until T+u.</summary>
    public static double ExpectedStay(double b, double s, double beta, double age, double horizon, double discountRate) =>
        GaussLegendre.Integrate(new Stay(b, s, beta, age, discountRate), 0, horizon);

    /// <summary>Discounted to exp(-50), nothing counts any more.</summary>
    public const double FarEnough = 50;

    /// <summary>P(exactly <paramref name="count"/> purchases in the next t) of a customer who is alive at T.</summary>
    public static double Probability(double shape, double alpha, double b, double s, double beta, double age, double horizon, int count)
    {
        var staying = Math.Exp(NegativeBinomial.LogProbability(shape, horizon / (alpha + age), count) - s * LogGrowth(b, beta, age, age + horizon));
        return staying + GaussLegendre.IntegrateAdaptively(new Leaving(shape, alpha + age, b, s, beta, age, count), 0, horizon);
    }

    private readonly struct Leaving(double shape, double alpha, double b, double s, double beta, double age, int count) : IIntegrand
    {
        public double At(double point) =>
            Math.Exp(NegativeBinomial.LogProbability(shape, point / alpha, count) - s * LogGrowth(b, beta, age, age + point)) * s * b / ReducedK(b, beta, age + point);
    }

    private static double Panel(double shape, double alpha, double b, double s, double beta, double start)
    {
        var growth = b / ReducedK(b, beta, start);
        var near = Math.Min(alpha + start, ToSingularity(b, beta, start, growth));
        return Math.Min(GaussLegendre.Reach * near, GaussLegendre.Fall / (shape / (alpha + start) + b + (s + 1) * growth));
    }

    /// <summary>A lower bound of the distance to the nearest zero of K, which has the real part ln|1-beta|/b.</summary>
    private static double ToSingularity(double b, double beta, double z, double growth) =>
        Math.Max(1 / Math.Max(b, growth), z - Math.Log(Math.Abs(1 - beta)) / b);

    /// <summary>exp(b z)/K(z) ((alpha+tx)/(alpha+z))^R (K(tx)/K(z))^s; falls, or is dominated by a falling function.</summary>
    private readonly struct Dropout(double shape, double alpha, double b, double s, double beta, double tx) : IFallingIntegrand
    {
        public double At(double point)
        {
            var reduced = ReducedK(b, beta, point);
            return Math.Exp(-shape * Math.Log((alpha + point) / (alpha + tx)) - s * (b * (point - tx) + Math.Log(reduced / ReducedK(b, beta, tx)))) / reduced;
        }

        public double Panel(double start) => GGompertzNbdKernel.Panel(shape, alpha, b, s, beta, start);
    }

    private readonly struct Stay(double b, double s, double beta, double age, double discountRate) : IFallingIntegrand
    {
        public double At(double point) => Math.Exp(-s * LogGrowth(b, beta, age, age + point) - discountRate * point);

        public double Panel(double start)
        {
            var growth = b / ReducedK(b, beta, age + start);
            return Math.Min(GaussLegendre.Reach * ToSingularity(b, beta, age + start, growth), GaussLegendre.Fall / (discountRate + s * growth));
        }
    }

    /// <summary>ln of the likelihood of the purchase times, with its gradient and Hessian in (ln r, ln alpha, ln b, ln s, ln beta).</summary>
    public static double LogLikelihood(in RisingGamma purchases, double alpha, double b, double s, double beta, double tx, double age, Span<double> gradient, Span<double> hessian)
    {
        Span<double> g = stackalloc double[5];
        Span<double> h = stackalloc double[15];
        h.Clear();
        var terms = new Terms(purchases, alpha, b, s, beta);
        var sum = new LogSum(gradient, hessian);
        sum.Add(terms.Alive(age, g, h), g, h);

#if NET10_0_OR_GREATER
        if (age > tx && Vector512.IsHardwareAccelerated)
        {
            sum.Add(LeftByEight(purchases, alpha, b, s, beta, tx, age, g, h), g, h);
            return sum.Complete();
        }
#endif

        var start = tx;
        var largest = double.NegativeInfinity;
        while (start < age)
        {
            var panel = Math.Min(age - start, Panel(purchases.Total, alpha, b, s, beta, start));
            var logPanel = Math.Log(panel);
            var last = double.NegativeInfinity;
            for (var i = 0; i < GaussLegendre.Points; i++)
            {
                last = terms.LeftAt(start + panel * GaussLegendre.Nodes[i], g, h) + logPanel;
                sum.Add(last + GaussLegendre.LogWeights[i], g, h);
                if (last > largest) largest = last;
            }

            start += panel;
            if (last + Math.Log((age - start) / panel) < largest - 60) break;
        }

        return sum.Complete();
    }

    /// <summary>The terms of the likelihood, each with its first and second derivatives in the logarithms of the parameters.</summary>
    private readonly struct Terms
    {
        private readonly PurchaseTerm _purchasing;
        private readonly double _b, _s, _beta, _logB, _logS, _logBeta;

        public Terms(in RisingGamma purchases, double alpha, double b, double s, double beta)
        {
            _purchasing = new PurchaseTerm(purchases, alpha);
            (_b, _s, _beta) = (b, s, beta);
            (_logB, _logS, _logBeta) = (Math.Log(b), Math.Log(s), Math.Log(beta));
        }

        public double Alive(double age, Span<double> g, Span<double> h) =>
            _purchasing.Until(age, g, h) + Staying(age, _s, g, h);

        public double LeftAt(double time, Span<double> g, Span<double> h)
        {
            var log = _purchasing.Until(time, g, h) + Staying(time, _s + 1, g, h) + _logB + _logS + _b * time;
            g[2] += 1 + _b * time;
            g[3] += 1;
            h[5] += _b * time;
            return log;
        }

        private double Staying(double until, double power, Span<double> g, Span<double> h)
        {
            double age = _b * until, reduced = ReducedK(_b, _beta, until), logK = age + Math.Log(reduced);
            double c = age / reduced, share = _beta * Math.Exp(-age) / reduced, slope = _s * (_logBeta - logK);
            g[2] = -power * c;
            g[3] = slope;
            g[4] = _s - power * share;
            h[5] = -power * (c * (1 + age) - c * c);
            h[8] = -_s * c;
            h[9] = slope;
            h[12] = power * share * c;
            h[13] = _s * (1 - share);
            h[14] = -power * share * (1 - share);
            return _s * _logBeta - power * logK;
        }
    }
}
