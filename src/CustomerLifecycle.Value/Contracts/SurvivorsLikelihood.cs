using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>The likelihood of sBG and BdW for the survivors of one cohort: ln P(T = t) for each loss, ln S for those who are left.</summary>
internal sealed class SurvivorsLikelihood : ILogLikelihood
{
    public static readonly string[] SbgNames = ["alpha", "beta"];
    private static readonly string[] BdwNames = ["alpha", "beta", "c"];
    private readonly int[] _survivors;
    private readonly int _dimension;

    public SurvivorsLikelihood(ReadOnlySpan<int> survivors, bool withDuration)
    {
        if (survivors.Length < 2) throw new ArgumentException("A cohort needs its size and at least one number of survivors.", nameof(survivors));
        for (var t = 0; t < survivors.Length; t++)
        {
            if (survivors[t] < 0 || (t > 0 && survivors[t] > survivors[t - 1]))
                throw new ArgumentException(FormattableString.Invariant($"Survivors never rise and are never negative; number {t + 1} is {survivors[t]}."), nameof(survivors));
        }

        if (survivors[0] == 0) throw new ArgumentException("The cohort is empty.", nameof(survivors));
        _survivors = survivors.ToArray();
        _dimension = withDuration ? 3 : 2;
        Names = withDuration ? BdwNames : SbgNames;
    }

    public IReadOnlyList<string> Names { get; }

    public int Customers => _survivors[0];

    public bool HasSecondDerivatives => true;

    public double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient, Span<double> hessian)
    {
        gradient.Clear();
        hessian.Clear();
        Term before = default, after = default;
        double total = 0;
        for (var t = 1; t < _survivors.Length; t++)
        {
            after.Set(parameters, t, _dimension == 3 ? parameters[2] : 1);
            double lost = _survivors[t - 1] - _survivors[t];
            if (lost > 0)
            {
                // ln(S(t-1) - S(t)), with the shares of both in the difference.
                double ratio = after.Log - before.Log, share = -1 / Elementary.Expm1(ratio);
                total += lost * (before.Log + Math.Log(-Elementary.Expm1(ratio)));
                for (var i = 0; i < _dimension; i++)
                {
                    var slope = share * before.Gradient(i) + (1 - share) * after.Gradient(i);
                    if (!gradient.IsEmpty) gradient[i] += lost * slope;
                    for (var j = 0; j < _dimension && !hessian.IsEmpty; j++)
                    {
                        var other = share * before.Gradient(j) + (1 - share) * after.Gradient(j);
                        hessian[i * _dimension + j] += lost * (share * before.Second(i, j) + (1 - share) * after.Second(i, j) - slope * other);
                    }
                }
            }

            before = after;
        }

        double left = _survivors[_survivors.Length - 1];
        total += left * before.Log;
        for (var i = 0; i < _dimension; i++)
        {
            if (!gradient.IsEmpty) gradient[i] += left * before.Gradient(i);
            for (var j = 0; j < _dimension && !hessian.IsEmpty; j++) hessian[i * _dimension + j] += left * (before.Second(i, j) - before.Gradient(i) * before.Gradient(j));
        }

        return total;
    }

    public string Explain(ReadOnlySpan<int> directions)
    {
        if (directions[0] > 0 && directions[1] > 0) return "its customers do not differ in their chance to leave (alpha and beta grow without bound together); one chance for all describes it as well.";
        return directions[0] < 0 && directions[1] < 0
            ? "its customers either leave at the first renewal or never (alpha and beta fall to 0 together)."
            : "hardly anybody leaves, or everybody does; there is nothing to tell the chances from.";
    }

    /// <summary>ln S(t) with its derivatives on the natural scale.</summary>
    private struct Term
    {
        public double Log;
        private double _a, _b, _c, _aa, _ab, _ac, _bb, _bc, _cc;

        public void Set(ReadOnlySpan<double> parameters, int t, double c)
        {
            double alpha = parameters[0], beta = parameters[1], both = alpha + beta, logT = Math.Log(t), time = Math.Pow(t, c);
            double rate = GammaFunctions.Digamma(beta + time) - GammaFunctions.Digamma(both + time), curve = GammaFunctions.Trigamma(beta + time) - GammaFunctions.Trigamma(both + time);
            double timeC = time * logT;
            Log = GammaFunctions.LogPochhammer(beta, time) - GammaFunctions.LogPochhammer(both, time);
            _a = GammaFunctions.Digamma(both) - GammaFunctions.Digamma(both + time);
            _b = _a + GammaFunctions.Digamma(beta + time) - GammaFunctions.Digamma(beta);
            _c = rate * timeC;
            _aa = _ab = GammaFunctions.Trigamma(both) - GammaFunctions.Trigamma(both + time);
            _bb = _aa + GammaFunctions.Trigamma(beta + time) - GammaFunctions.Trigamma(beta);
            _ac = -GammaFunctions.Trigamma(both + time) * timeC;
            _bc = curve * timeC;
            _cc = curve * timeC * timeC + rate * timeC * logT;
        }

        public readonly double Gradient(int i) => i == 0 ? _a : i == 1 ? _b : _c;

        /// <summary>The second derivative of ln S and the product of the first ones: that of S, relative to S.</summary>
        public readonly double Second(int i, int j)
        {
            var second = (i + j) switch { 0 => _aa, 1 => _ab, 2 when i == j => _bb, 2 => _ac, 3 => _bc, _ => _cc };
            return second + Gradient(i) * Gradient(j);
        }
    }
}
