#if NET10_0_OR_GREATER
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CustomerLifecycle.Value;

internal sealed partial class BetaGeometricScorer
{
    private const int TermLimit = 512;
    private const int TermsPerCheck = 8;
    private const double Negligible = 1e-15;
    private const double LargestCancellation = 1e-3;

    /// <summary>Within this the vector exponential takes one path whatever stands in the other lanes, and does not underflow.</summary>
    private const double LargestExponent = 708;

    /// <summary>For the n-th term κ = (a + n - 1)(g + n)/(n + 1)², 1/(n + 1) and (n - 1)/(n + 1): they do not depend on the customer.</summary>
    private readonly double[] _growth = new double[TermLimit];
    private readonly double[] _slope = new double[TermLimit];
    private readonly double[] _offset = new double[TermLimit];

    public double ProbabilityAlive(PurchaseHistory history)
    {
        double alive = 0, frequency = history.Frequency, recency = history.Recency, age = history.Age;
        ProbabilityAlive(new PurchaseHistories(new(ref frequency), new(ref recency), new(ref age)), new(ref alive));
        return alive;
    }

    public double ExpectedPurchases(PurchaseHistory history, PeriodPlan plan)
    {
        double expected = 0, frequency = history.Frequency, recency = history.Recency, age = history.Age;
        ExpectedPurchases(new PurchaseHistories(new(ref frequency), new(ref recency), new(ref age)), plan, new(ref expected));
        return expected;
    }

    public void ProbabilityAlive(PurchaseHistories histories, Span<double> destination) => ExpectedPurchases(histories, new PeriodPlan(0, 0, 1), destination);

    public void ExpectedPurchases(PurchaseHistories histories, PeriodPlan plan, Span<double> destination)
    {
        histories.RequireDestination(destination);
        if (Vector512.IsHardwareAccelerated) Score<Lanes8>(histories, plan, destination);
        else if (Vector256.IsHardwareAccelerated) Score<Lanes4>(histories, plan, destination);
        else Score<Lanes2>(histories, plan, destination);
    }

    /// <summary>Scores all rows, two vectors at a time so that one computes while the other waits; those that are left over are computed beside copies of one of them.</summary>
    /// <param name="histories">The customers.</param>
    /// <param name="plan">The future; no periods for P(alive).</param>
    /// <param name="destination">One entry per customer.</param>
    internal void Score<T>(PurchaseHistories histories, PeriodPlan plan, Span<double> destination)
        where T : struct, ILanes<T>
    {
        int row = 0, step = 2 * T.Count;
        for (; row <= destination.Length - step; row += step) ScoreTwo<T>(histories, row, step, plan, destination.Slice(row, step));

        var rest = destination.Length - row;
        if (rest == 0) return;
        histories.RequireValid(row, rest);
        Span<double> padded = stackalloc double[4 * step];
        Span<double> frequency = padded[..step], recency = padded.Slice(step, step), age = padded.Slice(2 * step, step), result = padded.Slice(3 * step, step);
        LaneFunctions.Pad(histories.Frequency[row..], frequency);
        LaneFunctions.Pad(histories.Recency[row..], recency);
        LaneFunctions.Pad(histories.Age[row..], age);
        ScoreTwo<T>(new PurchaseHistories(frequency, recency, age), 0, step, plan, result);
        result[..rest].CopyTo(destination[row..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ScoreTwo<T>(PurchaseHistories histories, int row, int rows, PeriodPlan plan, Span<double> destination)
        where T : struct, ILanes<T>
    {
        ref var frequencies = ref Unsafe.Add(ref MemoryMarshal.GetReference(histories.Frequency), row);
        ref var recencies = ref Unsafe.Add(ref MemoryMarshal.GetReference(histories.Recency), row);
        ref var ages = ref Unsafe.Add(ref MemoryMarshal.GetReference(histories.Age), row);
        ref var target = ref MemoryMarshal.GetReference(destination);
        T frequency0 = T.Load(ref frequencies), recency0 = T.Load(ref recencies), age0 = T.Load(ref ages);
        T frequency1 = T.Load(ref Unsafe.Add(ref frequencies, T.Count)), recency1 = T.Load(ref Unsafe.Add(ref recencies, T.Count)), age1 = T.Load(ref Unsafe.Add(ref ages, T.Count));
        if (!T.All(T.And(LaneFunctions.Valid(frequency0, recency0, age0), LaneFunctions.Valid(frequency1, recency1, age1)))) histories.RequireValid(row, rows);

        T alive0 = Alive(frequency0, recency0, age0), alive1 = Alive(frequency1, recency1, age1);
        if (plan.Periods == 0)
        {
            alive0.Store(ref target);
            alive1.Store(ref Unsafe.Add(ref target, T.Count));
            return;
        }

        // E = (c - 1) integral - power Σ: see BetaGeometricPurchases.Expected. The sum is kept over a common denominator, so that a term costs no division.
        T one = T.Of(1), ab = T.Of(_a + _b), c0 = ab + frequency0, c1 = ab + frequency1, g = T.Of(_g);
        ref var growth = ref MemoryMarshal.GetArrayDataReference(_growth);
        ref var slope = ref MemoryMarshal.GetArrayDataReference(_slope);
        ref var offset = ref MemoryMarshal.GetArrayDataReference(_offset);
        T sum0 = T.Of(0), sum1 = T.Of(0), before0 = T.Of(0), before1 = T.Of(0);
        var worth = 1.0;
        for (var period = 1; period <= plan.Periods; period++)
        {
            var horizon = period * plan.Length;
            worth *= plan.Worth;
            var integral0 = PowerIntegral(T.Of(_alpha) + age0, T.Of(horizon), out var q0, out var rest0, out var power0);
            var integral1 = PowerIntegral(T.Of(_alpha) + age1, T.Of(horizon), out var q1, out var rest1, out var power1);
            T term0 = g * q0, numerator0 = term0, denominator0 = one, threshold0 = rest0 * T.Of(Negligible), sumNumerator0 = term0, sumDenominator0 = one, done0 = T.Of(0);
            T term1 = g * q1, numerator1 = term1, denominator1 = one, threshold1 = rest1 * T.Of(Negligible), sumNumerator1 = term1, sumDenominator1 = one, done1 = T.Of(0);
            for (var n = 0; n < TermLimit; n += TermsPerCheck)
            {
                for (var i = n; i < n + TermsPerCheck; i++)
                {
                    T grow = T.Of(Unsafe.Add(ref growth, i)), steep = T.Of(Unsafe.Add(ref slope, i)), start = T.Of(Unsafe.Add(ref offset, i));
                    T ratio0 = T.MultiplyAdd(c0, steep, start), ratio1 = T.MultiplyAdd(c1, steep, start);
                    term0 *= grow * q0;
                    term1 *= grow * q1;
                    numerator0 = T.MultiplyAdd(numerator0, ratio0, term0);
                    numerator1 = T.MultiplyAdd(numerator1, ratio1, term1);
                    denominator0 *= ratio0;
                    denominator1 *= ratio1;
                }

                // A lane that has converged keeps its sum, however long its neighbours take.
                sumNumerator0 = T.Select(done0, sumNumerator0, numerator0);
                sumNumerator1 = T.Select(done1, sumNumerator1, numerator1);
                sumDenominator0 = T.Select(done0, sumDenominator0, denominator0);
                sumDenominator1 = T.Select(done1, sumDenominator1, denominator1);
                done0 = T.Or(done0, T.AtMost(T.Abs(term0), T.Abs(numerator0) * threshold0));
                done1 = T.Or(done1, T.AtMost(T.Abs(term1), T.Abs(numerator1) * threshold1));
                if (T.All(T.And(done0, done1))) break;
            }

            done0 = T.And(done0, T.AtMost(T.Of(-_g) * q0, T.Of(BetaGeometricPurchases.LargestAlternation)));
            done1 = T.And(done1, T.AtMost(T.Of(-_g) * q1, T.Of(BetaGeometricPurchases.LargestAlternation)));
            var expected0 = Difference((c0 - one) * integral0, power0 * (sumNumerator0 / sumDenominator0), ref done0);
            var expected1 = Difference((c1 - one) * integral1, power1 * (sumNumerator1 / sumDenominator1), ref done1);
            if (!T.All(T.And(done0, done1)))
            {
                expected0 = Settle(frequency0, age0, horizon, expected0, done0);
                expected1 = Settle(frequency1, age1, horizon, expected1, done1);
            }

            sum0 += (expected0 - before0) * T.Of(worth);
            sum1 += (expected1 - before1) * T.Of(worth);
            (before0, before1) = (expected0, expected1);
        }

        (alive0 * sum0).Store(ref target);
        (alive1 * sum1).Store(ref Unsafe.Add(ref target, T.Count));
    }

    /// <summary>1/(1 + odds of having left), with the exponential of a negative number only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Alive<T>(T frequency, T recency, T age)
        where T : struct, ILanes<T>
    {
        T alpha = T.Of(_alpha), shape = T.Of(_r) + frequency, chances = frequency + T.Of(FirstDropout - 1) + T.Of(_prior);
        var silence = T.Log((alpha + age) / (alpha + recency));
        T loss = shape * silence, certain = T.AtMost(T.Of(LargestExponent), loss);
        var odds = T.Min(T.Select(certain, T.Of(0), T.Exp(T.Of(0) - T.Min(loss, T.Of(LargestExponent))) * (chances / T.Of(_a))), T.Of(1e300));
        var alive = odds / (T.Of(1) + odds);
        return FirstDropout == 0 ? T.Select(T.Equal(frequency, T.Of(0)), T.Of(1), alive) : alive;
    }

    /// <summary>The integral of (1 - s)^(a - 2) from 0 to q = t/(α + t).</summary>
    /// <param name="rate">α.</param>
    /// <param name="horizon">t.</param>
    /// <param name="q">q.</param>
    /// <param name="rest">1 - q.</param>
    /// <param name="power">(1 - q)^(a - 1).</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T PowerIntegral<T>(T rate, T horizon, out T q, out T rest, out T power)
        where T : struct, ILanes<T>
    {
        T one = T.Of(1), sum = rate + horizon;
        q = horizon / sum;
        rest = rate / sum;

        // ln(1 - q): near 1 with Kahan's correction for what rounding 1 - q lost.
        T near = T.AtMost(q, T.Of(0.5)), argument = T.Select(near, one - q, rest), minusLog = T.Of(0) - T.Log(argument), lost = one - argument;
        minusLog = T.Select(near, T.Select(T.Equal(lost, T.Of(0)), q, minusLog * (q / lost)), minusLog);

        // The integral is -ln(1 - q) (exp(z) - 1)/z with z = (a - 1) ln(1 - q); near 0 by its power series, which at a = 1 is 1.
        T z = T.Of(1 - _a) * minusLog, bounded = T.Select(T.AtMost(T.Abs(z), T.Of(LargestExponent)), z, T.Of(0));
        power = T.Select(T.Equal(bounded, z), T.Exp(bounded), T.Of(double.NaN));
        return minusLog * T.Select(T.AtMost(T.Abs(z), T.Of(0.5)), LaneFunctions.ExponentialQuotient(z), (power - one) / z);
    }

    /// <summary>straight - bent; <paramref name="settled"/> keeps only the lanes in which they do not cancel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Difference<T>(T straight, T bent, ref T settled)
        where T : struct, ILanes<T>
    {
        T expected = straight - bent, least = T.Of(LargestCancellation);
        var uncancelled = T.And(T.AtMost(T.Abs(straight) * least, expected), T.AtMost(T.Abs(bent) * least, expected));
        settled = T.And(T.And(settled, uncancelled), T.AtMost(expected, T.Of(double.MaxValue)));
        return expected;
    }

    /// <summary>Computes alone the lanes in which the series would not do.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private T Settle<T>(T frequency, T age, double horizon, T expected, T settled)
        where T : struct, ILanes<T>
    {
        Span<double> lanes = stackalloc double[4 * T.Count];
        T.Select(settled, T.Of(1), T.Of(0)).Store(ref lanes[0]);
        frequency.Store(ref lanes[T.Count]);
        age.Store(ref lanes[2 * T.Count]);
        expected.Store(ref lanes[3 * T.Count]);
        for (var i = 0; i < T.Count; i++)
            if (lanes[i] == 0) lanes[(3 * T.Count) + i] = ScalarExpectedWhileAlive(lanes[T.Count + i], lanes[(2 * T.Count) + i], horizon);
        return T.Load(ref lanes[3 * T.Count]);
    }

    partial void Prepare()
    {
        for (var i = 0; i < TermLimit; i++)
        {
            double n = i + 1;
            _growth[i] = (_a + n - 1) * (_g + n) / ((n + 1) * (n + 1));
            _slope[i] = 1 / (n + 1);
            _offset[i] = (n - 1) / (n + 1);
        }
    }
}
#endif
