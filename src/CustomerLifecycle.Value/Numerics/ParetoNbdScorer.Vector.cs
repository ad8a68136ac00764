#if NET10_0_OR_GREATER
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CustomerLifecycle.Value;

internal sealed partial class ParetoNbdScorer
{
    /// <summary>Beyond so many terms the series is slower than the quadrature.</summary>
    private const int MostTerms = 120;

    private const double LargestExponent = 708;
    private int _terms;

    partial void Prepare()
    {
        var ratio = Math.Abs(_alpha - _beta) / Math.Max(_alpha, _beta);
        _terms = ratio == 0 ? 1 : 1 + (int)Math.Min(MostTerms, Math.Ceiling(Math.Log(1e-17) / Math.Log(ratio)));
    }

    private void Score(PurchaseHistories histories, PeriodPlan plan, Span<double> destination)
    {
        if (_terms > MostTerms) ScoreOneByOne(histories, plan, destination);
        else if (Vector512.IsHardwareAccelerated) Score<Lanes8>(histories, plan, destination);
        else if (Vector256.IsHardwareAccelerated) Score<Lanes4>(histories, plan, destination);
        else Score<Lanes2>(histories, plan, destination);
    }

    /// <summary>Scores all rows; those that are left over are computed beside copies of one of them.</summary>
    internal void Score<T>(PurchaseHistories histories, PeriodPlan plan, Span<double> destination)
        where T : struct, ILanes<T>
    {
        histories.RequireDestination(destination);
        var row = 0;
        for (; row <= destination.Length - T.Count; row += T.Count) ScoreLanes<T>(histories, row, plan, ref Unsafe.Add(ref MemoryMarshal.GetReference(destination), row));

        var rest = destination.Length - row;
        if (rest == 0) return;
        histories.RequireValid(row, rest);
        Span<double> padded = stackalloc double[4 * T.Count];
        Span<double> frequency = padded[..T.Count], recency = padded.Slice(T.Count, T.Count), age = padded.Slice(2 * T.Count, T.Count), result = padded.Slice(3 * T.Count, T.Count);
        LaneFunctions.Pad(histories.Frequency[row..], frequency);
        LaneFunctions.Pad(histories.Recency[row..], recency);
        LaneFunctions.Pad(histories.Age[row..], age);
        ScoreLanes<T>(new PurchaseHistories(frequency, recency, age), 0, plan, ref result[0]);
        result[..rest].CopyTo(destination[row..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ScoreLanes<T>(PurchaseHistories histories, int row, PeriodPlan plan, ref double target)
        where T : struct, ILanes<T>
    {
        T frequency = T.Load(ref Unsafe.Add(ref MemoryMarshal.GetReference(histories.Frequency), row));
        T recency = T.Load(ref Unsafe.Add(ref MemoryMarshal.GetReference(histories.Recency), row));
        T age = T.Load(ref Unsafe.Add(ref MemoryMarshal.GetReference(histories.Age), row));
        if (!T.All(LaneFunctions.Valid(frequency, recency, age))) histories.RequireValid(row, T.Count);

        T shape = T.Of(_r) + frequency, rate = T.Of(_alpha) + age, dropout = T.Of(_beta) + age;
        var alive = Alive(shape, T.Of(_alpha) + recency, rate, T.Of(_beta) + recency, dropout);
        if (plan.Periods == 0)
        {
            alive.Store(ref target);
            return;
        }

        // The expected stay is (β + T) ℓ (exp(z) - 1)/z with ℓ = ln(1 + t/(β + T)) and z = (1 - s) ℓ: nothing special at s = 1.
        T one = T.Of(1), exponent = T.Of(1 - _s), sum = T.Of(0), before = T.Of(0);
        double worth = 1;
        for (var period = 1; period <= plan.Periods; period++)
        {
            worth *= plan.Worth;
            T share = T.Of(period * plan.Length) / dropout, grown = one + share, log = T.Log(grown), lost = grown - one;
            log = T.Select(T.AtMost(share, one), T.Select(T.Equal(lost, T.Of(0)), share, log * (share / lost)), log);
            T z = exponent * log, bounded = T.Min(T.Select(T.AtMost(T.Of(-LargestExponent), z), z, T.Of(-LargestExponent)), T.Of(LargestExponent));
            var until = log * T.Select(T.AtMost(T.Abs(z), T.Of(0.5)), LaneFunctions.ExponentialQuotient(z), (T.Exp(bounded) - one) / z);
            sum = T.MultiplyAdd(until - before, T.Of(worth), sum);
            before = until;
        }

        (alive * (shape / rate) * dropout * sum).Store(ref target);
    }

    /// <summary>
    /// 1/(1 + s/(R + s) (E F(t_x) - F(T))) with E the ratio of (α + y)^R (β + y)^s at T and t_x, and F(y) = ₂F₁(1, R; R + s + 1; (α - β)/(α + y)) where α is the larger, or
    /// (α + y)/(β + y) ₂F₁(1, s + 1; R + s + 1; (β - α)/(β + y)) where β is: all terms positive, and few, as α and β are of one size.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T Alive<T>(T shape, T rateAtRecency, T rate, T dropoutAtRecency, T dropout)
        where T : struct, ILanes<T>
    {
        T one = T.Of(1), s = T.Of(_s), both = shape + s;
        var exponent = T.MultiplyAdd(shape, T.Log(rate / rateAtRecency), s * T.Log(dropout / dropoutAtRecency));
        var inverse = T.Select(T.AtMost(exponent, T.Of(LargestExponent)), T.Exp(T.Of(0) - T.Min(exponent, T.Of(LargestExponent))), T.Of(0));
        T first, second;
        if (_alpha >= _beta)
        {
            var difference = T.Of(_alpha - _beta);
            Series(shape, both + one, difference / rateAtRecency, difference / rate, out first, out second);
        }
        else
        {
            var difference = T.Of(_beta - _alpha);
            Series(s + one, both + one, difference / dropoutAtRecency, difference / dropout, out first, out second);
            first *= rateAtRecency / dropoutAtRecency;
            second *= rate / dropout;
        }

        return inverse / T.MultiplyAdd(s / both, first - (inverse * second), inverse);
    }

    /// <summary>₂F₁(1, b; c; u) at two places, from the last term back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Series<T>(T b, T c, T atRecency, T atAge, out T first, out T second)
        where T : struct, ILanes<T>
    {
        T one = T.Of(1);
        first = one;
        second = one;
        for (var n = _terms - 1; n >= 0; n--)
        {
            var ratio = (b + T.Of(n)) / (c + T.Of(n));
            first = T.MultiplyAdd(ratio * atRecency, first, one);
            second = T.MultiplyAdd(ratio * atAge, second, one);
        }
    }
}
#endif
