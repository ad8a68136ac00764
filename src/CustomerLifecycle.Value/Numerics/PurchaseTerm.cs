namespace CustomerLifecycle.Value;

/// <summary>
/// The factor Gamma(r+n)/Gamma(r) alpha^r (alpha+t)^-(r+n) that all models with gamma-distributed purchase rates share, as a logarithm with
/// its derivatives in (ln r, ln alpha), the first two parameters.
/// </summary>
internal readonly struct PurchaseTerm(in RisingGamma purchases, double alpha)
{
    private readonly RisingGamma _purchases = purchases;
    private readonly double _alpha = alpha, _logAlpha = Math.Log(alpha);

    /// <summary>The factor for a customer who may buy until <paramref name="time"/>.</summary>
    public double Until(double time, Span<double> g, Span<double> h)
    {
        double r = _purchases.Shape, total = _purchases.Total, end = _alpha + time, share = _alpha / end, log = Math.Log(end);
        var slope = _purchases.Slope + r * (_logAlpha - log);
        g[0] = slope;
        g[1] = r - total * share;
        h[0] = slope + _purchases.Curvature;
        h[1] = r * (time / end);
        h[2] = -total * share * (time / end);
        return _purchases.Log + r * _logAlpha - total * log;
    }
}
