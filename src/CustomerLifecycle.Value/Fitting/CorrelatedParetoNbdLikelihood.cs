using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>The likelihood of <see cref="CorrelatedParetoNbdModel"/>, with m at lowest + (highest - lowest)/(1 + exp(-z)).</summary>
/// <remarks>
/// A row is ln L + ln(1 + m q), where q is the mean of (exp(-λ) - A)(exp(-μ) - C) given the history. m's bounds are one over the larger of two numbers, a function with an edge, on which the optimum may lie;
/// the p-norm of the two rounds the edge and keeps inside the bound.
/// </remarks>
internal sealed class CorrelatedParetoNbdLikelihood(DistinctHistories rows, double sharpness) : ILikelihoodWithCoefficients
{
    /// <summary>From round to sharp: each fit starts where the one before ended.</summary>
    public static readonly double[] Sharpnesses = [8, 64, 1024, 16384];

    private const int Positive = 4;
    private const int All = Positive + 1;
    private static readonly string[] ParameterNames = [.. ParetoNbdLikelihood.ParameterNames, "z"];
    private readonly RisingGamma[] _purchases = new RisingGamma[rows.Frequencies.Count];
    private readonly Customer _independent = new();
    private readonly Customer _slowerBuying = new();
    private readonly Customer _slowerLeaving = new();
    private readonly Customer _slowerBoth = new();

    public IReadOnlyList<string> Names => ParameterNames;

    public int Customers => rows.Customers;

    public bool HasSecondDerivatives => true;

    public int PositiveCount => Positive;

    /// <summary>The Pareto/NBD optimum, where m is 0.</summary>
    public static double[] Start(ParetoNbdParameters pareto)
    {
        var (lowest, highest) = CorrelatedParetoNbdParameters.Bounds(pareto.R, pareto.Alpha, pareto.S, pareto.Beta);
        return [pareto.R, pareto.Alpha, pareto.S, pareto.Beta, Math.Log(-lowest / highest)];
    }

    /// <summary>The same fit with m in the place of z, and its standard errors by the delta method.</summary>
    public static ModelFit<CorrelatedParetoNbdModel> OnTheScaleOfM(ModelFit<CorrelatedParetoNbdModel> fit, TimeUnit timeUnit)
    {
        var covariance = Array.Empty<double>();
        if (fit.Covariance(0, 0) is not null)
        {
            var slopes = new double[All];
            double[] point = [.. fit.Parameters.Select(parameter => parameter.Value)];
            for (var i = 0; i < All; i++)
            {
                var step = 1e-6 * Math.Max(1e-3, Math.Abs(point[i]));
                double[] above = [.. point], below = [.. point];
                above[i] += step;
                below[i] -= step;
                slopes[i] = (fit.ModelAt!(above).Parameters.M - fit.ModelAt(below).Parameters.M) / (2 * step);
            }

            covariance = new double[All * All];
            for (var i = 0; i < All; i++)
            {
                for (var j = 0; j < All; j++)
                {
                    for (var k = 0; k < All; k++)
                        for (var l = 0; l < All; l++) covariance[i * All + j] += Slope(i, k) * Slope(j, l) * fit.Covariance(k, l)!.Value;
                }
            }

            double Slope(int parameter, int by) => parameter == Positive ? slopes[by] : parameter == by ? 1 : 0;
        }

        var values = fit.Model.Parameters;
        double[] estimates = [values.R, values.Alpha, values.S, values.Beta, values.M];
        string[] names = [.. ParetoNbdLikelihood.ParameterNames, "m"];
        return new ModelFit<CorrelatedParetoNbdModel>(
            fit.Model,
            [.. names.Select((name, i) => new ParameterEstimate(name, estimates[i], covariance.Length == 0 ? null : Math.Sqrt(covariance[i * All + i])))],
            covariance, fit.LogLikelihood, fit.Customers, fit.Convergence, fit.LogLikelihood - fit.PenalisedLogLikelihood)
        {
            ModelAt = at =>
            {
                var (lowest, highest) = CorrelatedParetoNbdParameters.Bounds(at[0], at[1], at[2], at[3]);
                return new CorrelatedParetoNbdModel(new CorrelatedParetoNbdParameters(at[0], at[1], at[2], at[3], Math.Max(lowest, Math.Min(highest, at[4]))), timeUnit);
            },
            PositiveParameters = Positive,
        };
    }

    public CorrelatedParetoNbdParameters Parameters(IReadOnlyList<double> fitted) => new(fitted[0], fitted[1], fitted[2], fitted[3], new Place(fitted[0], fitted[1], fitted[2], fitted[3], fitted[4], sharpness).M);

    public double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient, Span<double> hessian)
    {
        double r = parameters[0], alpha = parameters[1], s = parameters[2], beta = parameters[3];
        for (var i = 0; i < _purchases.Length; i++) _purchases[i] = new RisingGamma(r, rows.Frequencies[i]);
        var place = new Place(r, alpha, s, beta, parameters[4], sharpness);
        Span<double> slopeOfM = stackalloc double[All], curveOfM = stackalloc double[All * All], slope = stackalloc double[Positive], curve = stackalloc double[Positive * Positive];
        Span<double> sum = stackalloc double[All], sums = stackalloc double[All * All];
        for (var i = 0; i < All; i++) slopeOfM[i] = place.SlopeOfM(i);
        CurveOfM(parameters, curveOfM);
        sum.Clear();
        sums.Clear();
        double total = 0, a = place.A, c = place.C, m = place.M;
        foreach (var row in rows.Rows)
        {
            var purchases = _purchases[row.Frequency];
            double tx = rows.Times[row.Recency], age = rows.Times[row.Age], n = row.Count;
            _independent.At(purchases, alpha, s, beta, tx, age, 1, 1);
            _slowerBuying.At(purchases, alpha + 1, s, beta, tx, age, alpha / (alpha + 1), 1);
            _slowerLeaving.At(purchases, alpha, s, beta + 1, tx, age, 1, beta / (beta + 1));
            _slowerBoth.At(purchases, alpha + 1, s, beta + 1, tx, age, alpha / (alpha + 1), beta / (beta + 1));

            // q and its derivatives: four terms, each of the sort exp(ln A + ln C + ln L' - ln L).
            slope.Clear();
            curve.Clear();
            var q = Add(1, _slowerBoth, place, slope, curve) + Add(-1, _slowerBuying, place, slope, curve) + Add(-1, _slowerLeaving, place, slope, curve) + Add(1, _independent, place, slope, curve);
            var share = 1 + m * q;
            if (!(share > 0)) return double.NaN;
            total += n * (_independent.Log + Math.Log(share));
            for (var i = 0; i < All; i++)
            {
                var first = (m * (i < Positive ? slope[i] : 0) + q * slopeOfM[i]) / share;
                sum[i] += n * ((i < Positive ? _independent.Gradient[i] : 0) + first);
                for (var j = 0; j <= i; j++)
                {
                    double slopeI = i < Positive ? slope[i] : 0, slopeJ = j < Positive ? slope[j] : 0, second = (m * slopeJ + q * slopeOfM[j]) / share;
                    var bent = (m * (i < Positive ? curve[i * Positive + j] : 0) + slopeI * slopeOfM[j] + slopeJ * slopeOfM[i] + q * curveOfM[i * All + j]) / share;
                    sums[i * All + j] += n * ((i < Positive ? _independent.Curve(i, j) : 0) + bent - first * second);
                }
            }
        }

        for (var i = 0; i < All; i++) gradient[i] = sum[i] / (i < Positive ? parameters[i] : 1);
        if (hessian.IsEmpty) return total;
        for (var i = 0; i < All; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var natural = i == j && i < Positive ? sums[i * All + j] - sum[i] : sums[i * All + j];
                hessian[i * All + j] = hessian[j * All + i] = natural / ((i < Positive ? parameters[i] : 1) * (j < Positive ? parameters[j] : 1));
            }
        }

        return total;
    }

    /// <summary>Adds one of the terms of q, with its derivatives in the logarithms.</summary>
    private double Add(double sign, Customer customer, in Place place, Span<double> slope, Span<double> curve)
    {
        var term = sign * Math.Exp(place.LogA + place.LogC + customer.Log - _independent.Log);
        for (var i = 0; i < Positive; i++)
        {
            var byI = place.SlopeOfLogA(i) + place.SlopeOfLogC(i) + customer.Gradient[i] - _independent.Gradient[i];
            slope[i] += term * byI;
            for (var j = 0; j <= i; j++)
            {
                var byJ = place.SlopeOfLogA(j) + place.SlopeOfLogC(j) + customer.Gradient[j] - _independent.Gradient[j];
                curve[i * Positive + j] += term * (byI * byJ + place.CurveOfLogs(i, j) + customer.Curve(i, j) - _independent.Curve(i, j));
            }
        }

        return term;
    }

    /// <summary>m's second derivatives, differenced from its first: they need no data.</summary>
    private void CurveOfM(ReadOnlySpan<double> parameters, Span<double> curve)
    {
        const double Step = 1e-6;
        Span<double> above = stackalloc double[All], below = stackalloc double[All];
        for (var i = 0; i < All; i++)
        {
            parameters.CopyTo(above);
            parameters.CopyTo(below);
            above[i] = i < Positive ? above[i] * Math.Exp(Step) : above[i] + Step;
            below[i] = i < Positive ? below[i] * Math.Exp(-Step) : below[i] - Step;
            Place high = new(above[0], above[1], above[2], above[3], above[4], sharpness), low = new(below[0], below[1], below[2], below[3], below[4], sharpness);
            for (var j = 0; j < All; j++) curve[i * All + j] = (high.SlopeOfM(j) - low.SlopeOfM(j)) / (2 * Step);
        }

        for (var i = 0; i < All; i++)
            for (var j = 0; j < i; j++) curve[i * All + j] = curve[j * All + i] = (curve[i * All + j] + curve[j * All + i]) / 2;
    }

    public string Explain(ReadOnlySpan<int> directions)
    {
        var independent = directions.Slice(0, Positive);
        var bound = directions[Positive] > 0 ? "buying and leaving go together as far as this model can say (m is on its upper bound)"
            : directions[Positive] < 0 ? "buying and leaving go against each other as far as this model can say (m is on its lower bound)"
            : "";
        foreach (var direction in independent)
        {
            if (direction == 0) continue;
            var rest = ParetoNbdLikelihood.ExplainDirections(independent);
            return bound.Length == 0 ? rest : $"{bound}; and {rest}";
        }

        return bound.Length == 0 ? ParetoNbdLikelihood.ExplainDirections(independent) : $"{bound}.";
    }

    /// <summary>ln L of a customer of Pareto/NBD with its derivatives in the logarithms of r, alpha, s and beta, of which its own alpha and beta may be one more.</summary>
    private sealed class Customer
    {
        private readonly double[] _packed = new double[Positive * (Positive + 1) / 2];

        public double[] Gradient { get; } = new double[Positive];

        public double Log { get; private set; }

        public double Curve(int i, int j) => _packed[i * (i + 1) / 2 + j];

        /// <param name="purchases">The purchases.</param>
        /// <param name="alpha">Its own alpha.</param>
        /// <param name="s">s.</param>
        /// <param name="beta">Its own beta.</param>
        /// <param name="tx">Recency.</param>
        /// <param name="age">Age.</param>
        /// <param name="shareOfAlpha">The cohort's alpha over its own: how the one's logarithm moves with the other's.</param>
        /// <param name="shareOfBeta">The same of beta.</param>
        public void At(in RisingGamma purchases, double alpha, double s, double beta, double tx, double age, double shareOfAlpha, double shareOfBeta)
        {
            Log = ParetoNbdKernel.LogLikelihood(purchases, alpha, s, beta, tx, age, Gradient, _packed);
            Rescale(1, shareOfAlpha);
            Rescale(3, shareOfBeta);
        }

        /// <summary>With v = ln(alpha + 1) and u = ln alpha, dv/du = w = alpha/(alpha + 1) and dw/du = w (1 - w).</summary>
        private void Rescale(int parameter, double share)
        {
            if (share == 1) return;
            for (var j = 0; j < Positive; j++)
            {
                var place = j <= parameter ? parameter * (parameter + 1) / 2 + j : j * (j + 1) / 2 + parameter;
                _packed[place] *= j == parameter ? share * share : share;
            }

            _packed[parameter * (parameter + 1) / 2 + parameter] += Gradient[parameter] * share * (1 - share);
            Gradient[parameter] *= share;
        }
    }

    /// <summary>A, C and m at given parameters, with the derivatives of ln A, ln C and m in the logarithms of r, alpha, s, beta, and in z.</summary>
    private readonly struct Place
    {
        private readonly double _r;
        private readonly double _alpha;
        private readonly double _s;
        private readonly double _beta;
        private readonly double _slopeByA;
        private readonly double _slopeByC;
        private readonly double _slopeByZ;

        public Place(double r, double alpha, double s, double beta, double z, double sharpness)
        {
            (_r, _alpha, _s, _beta) = (r, alpha, s, beta);
            LogA = -r * Elementary.Log1p(1 / alpha);
            LogC = -s * Elementary.Log1p(1 / beta);
            A = Math.Exp(LogA);
            C = Math.Exp(LogC);
            double restA = -Elementary.Expm1(LogA), restC = -Elementary.Expm1(LogC), share = 1 / (1 + Math.Exp(-z));
            var highest = 1 / Norm(A * restC, C * restA, sharpness, out var first, out var second);
            var lowest = -1 / Norm(A * C, restA * restC, sharpness, out var third, out var fourth);
            M = lowest + (highest - lowest) * share;
            _slopeByZ = (highest - lowest) * share * (1 - share);

            // By ln A and ln C: x = A (1 - C), y = C (1 - A); u = A C, v = (1 - A)(1 - C); first to fourth are the norms' slopes by them.
            double up = -highest * highest * share, down = lowest * lowest * (1 - share);
            _slopeByA = up * (first * A * restC - second * C * A) + down * (third * A * C - fourth * A * restC);
            _slopeByC = up * (second * C * restA - first * A * C) + down * (third * A * C - fourth * C * restA);
        }

        public double LogA { get; }

        public double LogC { get; }

        public double A { get; }

        public double C { get; }

        public double M { get; }

        public double SlopeOfLogA(int parameter) => parameter switch { 0 => LogA, 1 => _r / (1 + _alpha), _ => 0 };

        public double SlopeOfLogC(int parameter) => parameter switch { 2 => LogC, 3 => _s / (1 + _beta), _ => 0 };

        /// <summary>The second derivative of ln A + ln C.</summary>
        public double CurveOfLogs(int i, int j) => (i, j) switch
        {
            (0, 0) => LogA,
            (1, 0) => _r / (1 + _alpha),
            (1, 1) => -_r * _alpha / ((1 + _alpha) * (1 + _alpha)),
            (2, 2) => LogC,
            (3, 2) => _s / (1 + _beta),
            (3, 3) => -_s * _beta / ((1 + _beta) * (1 + _beta)),
            _ => 0,
        };

        public double SlopeOfM(int parameter) => parameter == Positive ? _slopeByZ : _slopeByA * SlopeOfLogA(parameter) + _slopeByC * SlopeOfLogC(parameter);

        /// <summary>(xᵖ + yᵖ)^(1/p), a little above the larger of two positive numbers, with its slopes.</summary>
        private static double Norm(double x, double y, double p, out double byX, out double byY)
        {
            double largest = Math.Max(x, y), norm = largest * Math.Exp(Elementary.Log1p(Math.Exp(p * Math.Log(Math.Min(x, y) / largest))) / p);
            byX = Math.Exp((p - 1) * Math.Log(x / norm));
            byY = Math.Exp((p - 1) * Math.Log(y / norm));
            return norm;
        }
    }
}
