using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>The likelihood of the Gamma-Gamma model, grouped by purchase count, with exact first and second derivatives.</summary>
/// <remarks>Fader and Hardie (2013), note 025, eq. 1a: with the total y = M x, a row is -ln B(p x, q) - ln M - p x ln(1 + v/y) - q ln(1 + y/v).</remarks>
internal sealed class GammaGammaLikelihood : ILogLikelihood
{
    private static readonly string[] ParameterNames = ["p", "q", "v"];
    private readonly List<double> _counts = [];
    private readonly List<int> _customersOfCount = [];
    private readonly double[] _totals;
    private readonly double _sumLogMeans;
    private readonly double[] _sumLogTotals;
    private readonly double _meanOfMeans;

    public GammaGammaLikelihood(ReadOnlySpan<double> purchases, ReadOnlySpan<double> meanSpend)
    {
        Dictionary<double, int> groups = [];
        var group = new int[purchases.Length];
        double sum = 0;
        for (var i = 0; i < purchases.Length; i++)
        {
            group[i] = -1;
            if (!double.IsFinite(purchases[i]) || !double.IsFinite(meanSpend[i]))
                throw new ArgumentException(FormattableString.Invariant($"Row {i} has {purchases[i]} purchases with a mean amount of {meanSpend[i]}; both must be finite. Leave the customer out."), nameof(meanSpend));
            if (!(purchases[i] > 0 && meanSpend[i] > 0)) continue;
            if (!groups.TryGetValue(purchases[i], out group[i]))
            {
                group[i] = _counts.Count;
                groups.Add(purchases[i], group[i]);
                _counts.Add(purchases[i]);
                _customersOfCount.Add(0);
            }

            _customersOfCount[group[i]]++;
            _sumLogMeans += Math.Log(meanSpend[i]);
            sum += meanSpend[i];
            Customers++;
        }

        if (Customers == 0) throw new ArgumentException("No customer has a repeat purchase with an amount above 0, so there is no spend to fit to.", nameof(purchases));
        _meanOfMeans = sum / Customers;
        _totals = new double[Customers];
        _sumLogTotals = new double[_counts.Count];
        var next = new int[_counts.Count];
        for (var i = 1; i < next.Length; i++) next[i] = next[i - 1] + _customersOfCount[i - 1];
        for (var i = 0; i < purchases.Length; i++)
        {
            if (group[i] < 0) continue;
            var total = purchases[i] * meanSpend[i];
            _totals[next[group[i]]++] = total;
            _sumLogTotals[group[i]] += Math.Log(total);
        }
    }

    public IReadOnlyList<string> Names => ParameterNames;

    public bool HasSecondDerivatives => true;

    public int Customers { get; }

    /// <summary>Starting points at the cohort's own mean amount.</summary>
    public double[][] Starts() => [[3, 4, _meanOfMeans], [1, 2, _meanOfMeans], [10, 10, _meanOfMeans]];

    public double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient, Span<double> hessian)
    {
        double p = parameters[0], q = parameters[1], v = parameters[2], logV = Math.Log(v), digammaQ = GammaFunctions.Digamma(q), trigammaQ = GammaFunctions.Trigamma(q);
        double total = -_sumLogMeans, gP = 0, gQ = 0, gV = 0, pp = 0, pq = 0, pv = 0, qq = 0, qv = 0, vv = 0;
        var row = 0;
        for (var i = 0; i < _counts.Count; i++)
        {
            double x = _counts[i], n = _customersOfCount[i], shape = p * x, logs = 0, inverses = 0, squares = 0;
            for (var end = row + _customersOfCount[i]; row < end; row++)
            {
                var sum = v + _totals[row];
                var inverse = 1 / sum;
                logs += Math.Log(sum);
                inverses += inverse;
                squares += inverse * inverse;
            }

            double digamma = GammaFunctions.Digamma(shape + q), trigamma = GammaFunctions.Trigamma(shape + q), logTotals = _sumLogTotals[i];
            total += (n * (q * logV - GammaFunctions.LogBeta(shape, q))) + (shape * logTotals) - ((shape + q) * logs);
            gP += x * ((n * (digamma - GammaFunctions.Digamma(shape))) + logTotals - logs);
            gQ += (n * (digamma - digammaQ + logV)) - logs;
            gV += (n * q / v) - ((shape + q) * inverses);
            pp += n * x * x * (trigamma - GammaFunctions.Trigamma(shape));
            pq += n * x * trigamma;
            pv -= x * inverses;
            qq += n * (trigamma - trigammaQ);
            qv += (n / v) - inverses;
            vv += ((shape + q) * squares) - (n * q / (v * v));
        }

        ReadOnlySpan<double> first = [gP, gQ, gV], second = [pp, pq, pv, pq, qq, qv, pv, qv, vv];
        first.CopyTo(gradient);
        second.CopyTo(hessian);
        return total;
    }

    public string Explain(ReadOnlySpan<int> directions) =>
        directions[1] > 0 && directions[0] <= 0 ? "its customers do not differ in what they spend (q and v grow without bound together), and one mean for all describes it as well."
        : directions[0] > 0 ? "each customer spends the same amount every time (p grows without bound)."
        : "there are too few customers with repeat purchases to determine all three parameters.";
}
