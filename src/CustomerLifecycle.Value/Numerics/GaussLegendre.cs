using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>The sixteen-point Gauss-Legendre rule.</summary>
/// <remarks>
/// Exact for polynomials up to degree 31. On a panel whose length is at most three times the distance from its nearer end to the
/// nearest singularity, and over which the logarithm of the integrand falls by at most 12, the relative error is below 1e-14: the
/// callers cut their intervals accordingly.
/// </remarks>
internal static class GaussLegendre
{
    public const int Points = 16;

    /// <summary>How long a panel may be, in distances to the nearest singularity.</summary>
    public const double Reach = 3;

    /// <summary>How far the logarithm of an integrand may change over a panel.</summary>
    public const double Fall = 12;

    private static readonly double[] HalfNodes =
    [
        0.0950125098376374402, 0.281603550779258913, 0.458016777657227386, 0.617876244402643748,
        0.755404408355003034, 0.865631202387831744, 0.944575023073232576, 0.989400934991649933,
    ];

    private static readonly double[] HalfWeights =
    [
        0.189450610455068496, 0.182603415044923589, 0.169156519395002538, 0.149595988816576732,
        0.124628971255533872, 0.0951585116824927848, 0.0622535239386478929, 0.0271524594117540949,
    ];

    /// <summary>Where the rule looks on [0, 1], ascending.</summary>
    public static readonly double[] Nodes = Mirror(HalfNodes, node => (1 - node) / 2, node => (1 + node) / 2);

    /// <summary>The weights on [0, 1]; they add up to 1.</summary>
    public static readonly double[] Weights = Mirror(HalfWeights, weight => weight / 2, weight => weight / 2);

    /// <summary>The logarithms of <see cref="Weights"/>.</summary>
    public static readonly double[] LogWeights = [.. Weights.Select(weight => Math.Log(weight))];

    /// <summary>The integral of a positive, falling integrand, panel by panel; stops when what is left cannot matter.</summary>
    public static double Integrate<TIntegrand>(in TIntegrand integrand, double from, double to)
        where TIntegrand : struct, IFallingIntegrand
    {
        double sum = 0, start = from;
        while (start < to)
        {
            var panel = Math.Min(to - start, integrand.Panel(start));
            double part = 0, last = 0;
            for (var i = 0; i < Points; i++)
            {
                last = integrand.At(start + panel * Nodes[i]);
                part += Weights[i] * last;
            }

            sum += panel * part;
            start += panel;
            if (last * (to - start) <= 1e-25 * sum) break;
        }

        return sum;
    }

    /// <summary>The integral of any smooth function, halving until both halves agree with the whole to 1e-14 of the total.</summary>
    public static double IntegrateAdaptively<TIntegrand>(in TIntegrand integrand, double from, double to)
        where TIntegrand : struct, IIntegrand
    {
        var whole = Once(integrand, from, to);
        return Refine(integrand, from, to, whole, Math.Abs(whole), Depth);
    }

    private static double Refine<TIntegrand>(in TIntegrand integrand, double from, double to, double whole, double scale, int depth)
        where TIntegrand : struct, IIntegrand
    {
        var middle = from + (to - from) / 2;
        double left = Once(integrand, from, middle), right = Once(integrand, middle, to);
        scale = Math.Max(scale, Math.Abs(left) + Math.Abs(right));
        if (depth == 0 || Math.Abs(left + right - whole) <= 1e-14 * scale) return left + right;
        return Refine(integrand, from, middle, left, scale, depth - 1) + Refine(integrand, middle, to, right, scale, depth - 1);
    }

    private static double Once<TIntegrand>(in TIntegrand integrand, double from, double to)
        where TIntegrand : struct, IIntegrand
    {
        double sum = 0;
        for (var i = 0; i < Points; i++) sum += Weights[i] * integrand.At(from + (to - from) * Nodes[i]);
        return (to - from) * sum;
    }

    private const int Depth = 60;

    private static double[] Mirror(double[] half, Func<double, double> lower, Func<double, double> upper) =>
        [.. Enumerable.Reverse(half).Select(lower), .. half.Select(upper)];
}

/// <summary>A positive function that never rises, and knows over what length a polynomial follows it.</summary>
internal interface IFallingIntegrand : IIntegrand
{
    /// <summary>The longest panel that may start at a point.</summary>
    double Panel(double start);
}
