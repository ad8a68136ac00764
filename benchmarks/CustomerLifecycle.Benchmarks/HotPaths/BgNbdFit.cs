using CustomerLifecycle.Benchmarks.Guard;
using CustomerLifecycle.Statistics;
using CustomerLifecycle.Value;

namespace CustomerLifecycle.Benchmarks.HotPaths;

/// <summary>Fitting BG/NBD to a cohort of a music shop: 23,570 customers, 39 weeks, days as they come.</summary>
public class BgNbdFit : HotPath
{
    private const int Customers = 23_570;
    private readonly double[] _x = new double[Customers];
    private readonly double[] _tx = new double[Customers];
    private readonly double[] _age = new double[Customers];

    public override string Name => "bg-nbd fit";

    public override string Unit => "customer";

    public override int Units => Customers;

    /// <summary>Two optimisers stop at slightly different points of the same flat top.</summary>
    public override double Agreement => 1e-8;

    public override void Setup()
    {
        var random = new SeededRandom(1997);
        for (var i = 0; i < Customers; i++)
        {
            var days = 189 + random.NextInt(84);
            double rate = random.NextGamma(0.25, 4.5) / 7, leaves = random.NextBeta(0.8, 2.4), now = 0;
            var (last, count) = (0, 0);
            while (true)
            {
                now += random.NextExponential(rate);
                if (!(now <= days)) break;

                var day = Math.Max((int)Math.Ceiling(now), last + 1);
                if (day > days) break;
                (last, count) = (day, count + 1);
                if (random.NextDouble() < leaves) break;
            }

            (_x[i], _tx[i], _age[i]) = (count, last / 7.0, days / 7.0);
        }
    }

    /// <summary>By hand: identical rows once, tabled logarithms, analytic gradient, BFGS over the logarithms of the parameters. No standard errors.</summary>
    public override double Yardstick()
    {
        var rows = new Dictionary<(double X, double Tx, double Age), int>();
        for (var i = 0; i < Customers; i++)
        {
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(rows, (_x[i], _tx[i], _age[i]), out _)++;
        }

        var (keys, counts) = (rows.Keys.ToArray(), rows.Values.ToArray());
        var table = new double[6][];
        for (var i = 0; i < table.Length; i++) table[i] = new double[(int)_x.Max() + 1];
        return -Bfgs(point => NegativeLogLikelihood(point, keys, counts, table));
    }

    public override double Library() => BgNbdModel.Fit(new PurchaseHistories(_x, _tx, _age)).LogLikelihood;

    private static (double Value, double[] Gradient) NegativeLogLikelihood(double[] logs, (double X, double Tx, double Age)[] rows, int[] counts, double[][] table)
    {
        double r = Math.Exp(logs[0]), alpha = Math.Exp(logs[1]), a = Math.Exp(logs[2]), b = Math.Exp(logs[3]), logAlpha = logs[1], logA = logs[2];
        var (riseR, slopeR, riseB, slopeB, riseAb, slopeAb) = (table[0], table[1], table[2], table[3], table[4], table[5]);
        for (var j = 0; j + 1 < riseR.Length; j++)
        {
            riseR[j + 1] = riseR[j] + Math.Log(r + j);
            slopeR[j + 1] = slopeR[j] + (1 / (r + j));
            riseB[j + 1] = riseB[j] + Math.Log(b + j);
            slopeB[j + 1] = slopeB[j] + (1 / (b + j));
            riseAb[j + 1] = riseAb[j] + Math.Log(a + b + j);
            slopeAb[j + 1] = slopeAb[j] + (1 / (a + b + j));
        }

        double total = 0, dr = 0, dAlpha = 0, da = 0, db = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            var (x, tx, age) = rows[i];
            var n = (int)x;
            double count = counts[i], shape = r + x, logNow = Math.Log(alpha + age), alive = -shape * logNow, common = riseR[n] + (r * logAlpha) + riseB[n] - riseAb[n];
            if (n == 0)
            {
                total += count * (common + alive);
                dr += count * (logAlpha - logNow);
                dAlpha += count * ((r / alpha) - (shape / (alpha + age)));
                continue;
            }

            double logThen = Math.Log(alpha + tx), gone = logA - Math.Log(b + x - 1) - (shape * logThen), top = Math.Max(alive, gone);
            double both = Math.Exp(alive - top) + Math.Exp(gone - top), share = Math.Exp(gone - top) / both;
            total += count * (common + top + Math.Log(both));
            dr += count * (slopeR[n] + logAlpha - ((1 - share) * logNow) - (share * logThen));
            dAlpha += count * ((r / alpha) - (shape * (((1 - share) / (alpha + age)) + (share / (alpha + tx)))));
            da += count * ((share / a) - slopeAb[n]);
            db += count * (slopeB[n] - slopeAb[n] - (share / (b + x - 1)));
        }

        return (-total, [-dr * r, -dAlpha * alpha, -da * a, -db * b]);
    }

    private static double Bfgs(Func<double[], (double Value, double[] Gradient)> function)
    {
        const int N = 4;
        var point = new double[N];
        var inverse = new double[N, N];
        var (value, gradient) = function(point);
        var scale = 1 / Math.Sqrt(gradient.Sum(slope => slope * slope));
        for (var i = 0; i < N; i++) inverse[i, i] = scale;
        for (var iteration = 0; iteration < 200 && gradient.Max(Math.Abs) > 1e-4; iteration++)
        {
            var direction = new double[N];
            for (var i = 0; i < N; i++)
                for (var j = 0; j < N; j++) direction[i] -= inverse[i, j] * gradient[j];
            var slope = direction.Zip(gradient, (d, g) => d * g).Sum();
            double step = 1, newValue;
            double[] next, newGradient;
            do
            {
                next = [.. point.Zip(direction, (p, d) => p + (step * d))];
                (newValue, newGradient) = function(next);
                step /= 2;
            }
            while (!(newValue <= value + (1e-4 * 2 * step * slope)) && step > 1e-10);

            double[] moved = [.. next.Zip(point, (p, q) => p - q)], changed = [.. newGradient.Zip(gradient, (p, q) => p - q)];
            var curvature = moved.Zip(changed, (s, y) => s * y).Sum();
            if (curvature > 0)
            {
                if (iteration == 0)
                {
                    for (var i = 0; i < N; i++) inverse[i, i] = curvature / changed.Sum(y => y * y);
                }

                var turned = new double[N];
                for (var i = 0; i < N; i++)
                    for (var j = 0; j < N; j++) turned[i] += inverse[i, j] * changed[j];
                var along = 1 + (changed.Zip(turned, (y, h) => y * h).Sum() / curvature);
                for (var i = 0; i < N; i++)
                    for (var j = 0; j < N; j++) inverse[i, j] += ((along * moved[i] * moved[j]) - (turned[i] * moved[j]) - (moved[i] * turned[j])) / curvature;
            }

            (point, value, gradient) = (next, newValue, newGradient);
        }

        return value;
    }
}
