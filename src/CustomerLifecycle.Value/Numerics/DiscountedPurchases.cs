using System.Collections.Concurrent;

namespace CustomerLifecycle.Value;

/// <summary>Discounted expected purchases of living customers of one model: BG/NBD's and MBG/NBD's DERT without P(alive).</summary>
/// <remarks>
/// For one number of purchases it is (r + x)/u F(u) with u = (α + T) d: a function of one variable, whose logarithm's slope in ln u lies between 0 and 1 and which is analytic in ln u
/// where |Im ln u| is below π. So F is interpolated at Chebyshev's points on panels of ln u of length 1; the error of degree 19 is below 1e-15. The coefficients of a panel depend on the purchases
/// and the model only: they are computed at its first use and kept, so that the bits of an answer depend neither on other customers nor on what was asked before.
/// </remarks>
internal sealed class DiscountedPurchases(double r, double alpha, double a, double b)
{
    /// <summary>Numbers of purchases that many customers share; rarer ones, and those that are no whole numbers, are integrated one by one.</summary>
    private const int MostShared = 255;

    /// <summary>Beyond this ln u is of no practical use and its panels are not kept.</summary>
    private const int FarthestPanel = 100;
    private const int Points = 20;

    private readonly ConcurrentDictionary<(int Purchases, int Panel), double[]> _panels = new();

    /// <summary>Relative error below 1e-10.</summary>
    public double Of(double frequency, double age, double continuousRate)
    {
        double shape = r + frequency, u = (alpha + age) * continuousRate, place = Math.Log(u), panel = Math.Floor(place);
        if (!(frequency <= MostShared && Math.Floor(frequency) == frequency && Math.Abs(panel) <= FarthestPanel)) return shape / u * BetaGeometricPurchases.DiscountedShare(shape, u, a, b + frequency);

        var key = ((int)frequency, (int)panel);
        if (!_panels.TryGetValue(key, out var coefficients)) coefficients = _panels.GetOrAdd(key, Coefficients(shape, panel, b + frequency));
        return shape / u * Clenshaw(coefficients, (2 * (place - panel)) - 1);
    }

    private double[] Coefficients(double shape, double panel, double stays)
    {
        var values = new double[Points];
        for (var i = 0; i < Points; i++) values[i] = BetaGeometricPurchases.DiscountedShare(shape, Math.Exp(panel + ((1 + Math.Cos(Math.PI * (i + 0.5) / Points)) / 2)), a, stays);

        var coefficients = new double[Points];
        for (var k = 0; k < Points; k++)
        {
            for (var i = 0; i < Points; i++) coefficients[k] += values[i] * Math.Cos(Math.PI * k * (i + 0.5) / Points);
            coefficients[k] *= (k == 0 ? 1.0 : 2.0) / Points;
        }

        return coefficients;
    }

    /// <summary>The sum of Chebyshev's polynomials.</summary>
    private static double Clenshaw(double[] coefficients, double x)
    {
        double last = 0, before = 0;
        for (var k = Points - 1; k > 0; k--) (last, before) = (coefficients[k] + (2 * x * last) - before, last);
        return coefficients[0] + (x * last) - before;
    }
}
