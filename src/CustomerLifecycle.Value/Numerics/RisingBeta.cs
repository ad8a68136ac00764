namespace CustomerLifecycle.Value;

/// <summary>
/// ln of B(a+i, b+j)/B(a, b) with its derivatives in (ln a, ln b), written to two adjoining places of a gradient and a packed Hessian.
/// </summary>
internal readonly struct RisingBeta
{
    public RisingBeta(double a, double b, double i, double j)
    {
        RisingGamma first = new(a, i), second = new(b, j), both = new(a + b, i + j);
        double shareA = a / (a + b), shareB = b / (a + b);
        Log = first.Log + second.Log - both.Log;
        SlopeA = first.Slope - shareA * both.Slope;
        SlopeB = second.Slope - shareB * both.Slope;
        CurvatureA = SlopeA + first.Curvature - shareA * shareA * both.Curvature;
        CurvatureB = SlopeB + second.Curvature - shareB * shareB * both.Curvature;
        Cross = -shareA * shareB * both.Curvature;
    }

    public double Log { get; }

    public double SlopeA { get; }

    public double SlopeB { get; }

    public double CurvatureA { get; }

    public double CurvatureB { get; }

    public double Cross { get; }

    /// <summary>Writes the derivatives where the parameters <paramref name="place"/> and <paramref name="place"/> + 1 have theirs, and returns the logarithm.</summary>
    public double Write(int place, Span<double> g, Span<double> h)
    {
        g[place] = SlopeA;
        g[place + 1] = SlopeB;
        var row = place * (place + 1) / 2 + place;
        h[row] = CurvatureA;
        h[row + place + 1] = Cross;
        h[row + place + 2] = CurvatureB;
        return Log;
    }
}
