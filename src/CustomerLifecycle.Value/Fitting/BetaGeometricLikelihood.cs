using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>The likelihood of BG/NBD and MBG/NBD over the distinct rows of a cohort, with exact first and second derivatives.</summary>
/// <remarks>
/// Fader, Hardie and Lee (2005), eq. 6; with a possible drop-out at the first purchase Batislam, Denizel and Filiztekin (2007). With s = ln(a/(b + x + m - 1)) + (r + x) ln((α + T)/(α + t_x)),
/// the logarithm of the odds of having left, a row is ln (r)ₓ + ln (b)ₓ₊ₘ - ln (a + b)ₓ₊ₘ - r ln(1 + T/α) - x ln(α + T) + ln(1 + eˢ). Differences are written so that they keep
/// their digits where parameters run to infinity.
/// </remarks>
internal sealed class BetaGeometricLikelihood : ILogLikelihood
{
    public static readonly string[] ParameterNames = ["r", "alpha", "a", "b"];
    private const string NoDropout = "it shows no drop-out (the mean chance to leave falls to 0), and the NBD model describes it as well";
    private readonly DistinctHistories _rows;
    private readonly int _firstDropout;
    private readonly double[] _countOfFrequency;
    private readonly double[] _growth;
    private readonly double[] _inverse;

    /// <param name="rows">The cohort.</param>
    /// <param name="firstDropout">m: 1 where a customer may leave directly after the first purchase, 0 where not.</param>
    public BetaGeometricLikelihood(DistinctHistories rows, int firstDropout)
    {
        _rows = rows;
        _firstDropout = firstDropout;
        _countOfFrequency = new double[rows.Frequencies.Count];
        foreach (var row in rows.Rows) _countOfFrequency[row.Frequency] += row.Count;
        _growth = new double[rows.Times.Count];
        _inverse = new double[rows.Times.Count];
    }

    public IReadOnlyList<string> Names => ParameterNames;

    public bool HasSecondDerivatives => true;

    public int Customers => _rows.Customers;

    /// <summary>Starting points on the scale of the cohort's own times and rates.</summary>
    public static double[][] Starts(DistinctHistories rows)
    {
        double purchases = 0, time = 0;
        foreach (var row in rows.Rows)
        {
            purchases += row.Count * rows.Frequencies[row.Frequency];
            time += row.Count * rows.Times[row.Age];
        }

        var wait = purchases > 0 && time > 0 ? time / purchases : 1;
        return [[0.5, 0.3 * wait, 0.8, 2.5], [1, wait, 0.1, 5], [5, 5 * wait, 5, 50]];
    }

    public double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient, Span<double> hessian)
    {
        double r = parameters[0], alpha = parameters[1], a = parameters[2], b = parameters[3];
        var total = FrequencyTerms(r, a, b, out var g, out var h);
        for (var i = 0; i < _growth.Length; i++)
        {
            _growth[i] = Elementary.Log1p(_rows.Times[i] / alpha);
            _inverse[i] = 1 / (alpha + _rows.Times[i]);
        }

        double logA = Math.Log(a), logAlpha = Math.Log(alpha);
        foreach (var row in _rows.Rows)
        {
            double x = _rows.Frequencies[row.Frequency], age = _rows.Times[row.Age], n = row.Count, shape = r + x, growth = _growth[row.Age], inverseAge = _inverse[row.Age];
            double passed = age * inverseAge / alpha;
            total -= n * ((shape * growth) + (x * logAlpha));
            g.R -= n * growth;
            g.Alpha += n * ((r * passed) - (x * inverseAge));
            h.RAlpha += n * passed;
            h.AlphaAlpha += n * ((x * inverseAge * inverseAge) - (r * passed * (inverseAge + (1 / alpha))));
            if (x + _firstDropout == 0) continue;

            double chances = x + (_firstDropout - 1) + b, sR = growth - _growth[row.Recency], inverseRecency = _inverse[row.Recency], difference = (_rows.Times[row.Recency] - age) * inverseAge * inverseRecency;
            var odds = logA - Math.Log(chances) + (shape * sR);
            total += n * Elementary.Softplus(odds);
            double gone = n / (1 + Math.Exp(-odds)), curvature = gone / (1 + Math.Exp(odds)), sAlpha = shape * difference, sA = 1 / a, sB = -1 / chances;
            g.R += gone * sR;
            g.Alpha += gone * sAlpha;
            g.A += gone * sA;
            g.B += gone * sB;
            h.RR += curvature * sR * sR;
            h.RAlpha += (curvature * sR * sAlpha) + (gone * difference);
            h.RA += curvature * sR * sA;
            h.RB += curvature * sR * sB;
            h.AlphaAlpha += (curvature * sAlpha * sAlpha) - (gone * shape * difference * (inverseAge + inverseRecency));
            h.AlphaA += curvature * sAlpha * sA;
            h.AlphaB += curvature * sAlpha * sB;
            h.AA += (curvature - gone) * sA * sA;
            h.AB += curvature * sA * sB;
            h.BB += (curvature + gone) * sB * sB;
        }

        g.CopyTo(gradient);
        h.CopyTo(hessian);
        return total;
    }

    public string Explain(ReadOnlySpan<int> directions)
    {
        int a = directions[2], b = directions[3];
        var leaving = a == 0 && b == 0 ? ""
            : a - b <= -BoundaryWords.Far ? NoDropout
            : a > 0 && b > 0 && a - b < BoundaryWords.Far ? "its customers do not differ in their chance to leave (a and b grow without bound together)"
            : a < 0 && b < 0 ? "its customers either never leave or leave at once (a and b fall to 0 together)"
            : "nearly all of it leaves at the first chance (the mean chance to leave rises to 1)";
        return BoundaryWords.OfRates(directions[0], directions[1], leaving, "four");
    }

    /// <summary>The terms that depend on the purchase count only, once for each distinct count.</summary>
    private double FrequencyTerms(double r, double a, double b, out Gradient g, out Hessian h)
    {
        g = default;
        h = default;
        double total = 0, ab = a + b;
        for (var i = 0; i < _countOfFrequency.Length; i++)
        {
            double x = _rows.Frequencies[i], n = _countOfFrequency[i], opportunities = x + _firstDropout;
            total += n * (GammaFunctions.LogPochhammer(r, x) + GammaFunctions.LogPochhammer(b, opportunities) - GammaFunctions.LogPochhammer(ab, opportunities));
            g.R += n * GammaFunctions.DigammaDifference(r, x);
            h.RR += n * GammaFunctions.TrigammaDifference(r, x);
            double both = n * GammaFunctions.DigammaDifference(ab, opportunities), bothCurvature = n * GammaFunctions.TrigammaDifference(ab, opportunities);
            g.A -= both;
            h.AA -= bothCurvature;
            h.AB -= bothCurvature;
            g.B += (n * GammaFunctions.DigammaDifference(b, opportunities)) - both;
            h.BB += (n * GammaFunctions.TrigammaDifference(b, opportunities)) - bothCurvature;
        }

        return total;
    }

    private struct Gradient
    {
        public double R, Alpha, A, B;

        public readonly void CopyTo(Span<double> gradient)
        {
            gradient[0] = R;
            gradient[1] = Alpha;
            gradient[2] = A;
            gradient[3] = B;
        }
    }

    private struct Hessian
    {
        public double RR, RAlpha, RA, RB, AlphaAlpha, AlphaA, AlphaB, AA, AB, BB;

        public readonly void CopyTo(Span<double> hessian)
        {
            hessian[0] = RR;
            hessian[1] = hessian[4] = RAlpha;
            hessian[2] = hessian[8] = RA;
            hessian[3] = hessian[12] = RB;
            hessian[5] = AlphaAlpha;
            hessian[6] = hessian[9] = AlphaA;
            hessian[7] = hessian[13] = AlphaB;
            hessian[10] = AA;
            hessian[11] = hessian[14] = AB;
            hessian[15] = BB;
        }
    }
}
