using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>ln of Gamma(r+n)/Gamma(r), with what its derivatives in ln r need.</summary>
internal readonly struct RisingGamma
{
    public RisingGamma(double shape, double count)
    {
        Shape = shape;
        Total = shape + count;
        if (count == 0) return;
        Log = GammaFunctions.LogPochhammer(shape, count);
        Slope = shape * (GammaFunctions.Digamma(Total) - GammaFunctions.Digamma(shape));
        Curvature = shape * shape * (GammaFunctions.Trigamma(Total) - GammaFunctions.Trigamma(shape));
    }

    /// <summary>r.</summary>
    public double Shape { get; }

    /// <summary>r + n.</summary>
    public double Total { get; }

    public double Log { get; }

    /// <summary>r times the first derivative in r, which is the first derivative in ln r.</summary>
    public double Slope { get; }

    /// <summary>r² times the second derivative in r; the second derivative in ln r is this plus <see cref="Slope"/>.</summary>
    public double Curvature { get; }
}
