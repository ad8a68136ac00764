#if NET10_0_OR_GREATER
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CustomerLifecycle.Value;

internal sealed partial class BetaGeometricScorer
{
    private const int TermLimit = 512;
    private const int TermsPerCheck = 8;
    private const int Block = 256;
    private const int Columns = 10;
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

    /// <summary>Scores all rows, block by block, so that what is computed on the way stays near the processor.</summary>
    /// <param name="histories">The customers.</param>
    /// <param name="plan">The future; no periods for P(alive).</param>
    /// <param name="destination">One entry per customer.</param>
    /// <remarks>Each step is a method of its own: one that did all of them would be too large for the compiler to keep its numbers in registers.</remarks>
    internal void Score<T>(PurchaseHistories histories, PeriodPlan plan, Span<double> destination)
        where T : struct, ILanes<T>
    {
        // The last block is filled up with copies, so that every step works on whole vectors.
        int step = 2 * T.Count, longest = Math.Min(Block, (destination.Length + step - 1) / step * step);
        Span<double> memory = stackalloc double[Columns * longest];
        Span<int> order = stackalloc int[longest];
        for (var start = 0; start < destination.Length; start += longest)
        {
            var rows = Math.Min(longest, destination.Length - start);
            RequireValid<T>(histories, start, rows);
            var block = histories.Slice(start, rows);
            var scores = destination.Slice(start, rows);
            if (plan.Periods == 0 && rows == longest)
            {
                Alive<T>(block.Frequency, block.Recency, block.Age, scores);
                continue;
            }

            var columns = new BlockColumns(memory, longest, (rows + step - 1) / step * step);
            order = order[..columns.Rows];
            OrderByAge(block.Age, plan.Periods * plan.Length, order);
            columns.Gather(block, order);
            Alive<T>(columns.Frequency, columns.Recency, columns.Age, columns.Alive);
            if (plan.Periods > 0) AddPeriods<T>(columns, plan);
            for (var i = 0; i < rows; i++) scores[order[i]] = columns.Alive[i];
        }
    }

    private static void RequireValid<T>(PurchaseHistories histories, int start, int rows)
        where T : struct, ILanes<T>
    {
        ref var frequency = ref Unsafe.Add(ref MemoryMarshal.GetReference(histories.Frequency), start);
        ref var recency = ref Unsafe.Add(ref MemoryMarshal.GetReference(histories.Recency), start);
        ref var age = ref Unsafe.Add(ref MemoryMarshal.GetReference(histories.Age), start);
        var row = 0;
        for (; row <= rows - T.Count; row += T.Count)
            if (!T.All(LaneFunctions.Valid(T.Load(ref Unsafe.Add(ref frequency, row)), T.Load(ref Unsafe.Add(ref recency, row)), T.Load(ref Unsafe.Add(ref age, row))))) break;
        histories.RequireValid(start + row, rows - row);
    }

    /// <summary>The rows in the order of the terms that their series need, as far as eighths of an octave of 1 - q tell them apart: many terms of a few would keep their neighbours waiting.</summary>
    /// <param name="ages">The rows' ages.</param>
    /// <param name="horizon">The longest.</param>
    /// <param name="order">Filled; entries beyond the rows repeat the last one.</param>
    private void OrderByAge(ReadOnlySpan<double> ages, double horizon, Span<int> order)
    {
        const int Parts = 64, BitsOfPart = 49, PartOfOne = 1023 << 3;
        Span<byte> part = stackalloc byte[Block];
        Span<int> place = stackalloc int[Parts + 1];
        for (var row = 0; row < ages.Length; row++)
        {
            var rate = _alpha + ages[row];
            var own = Math.Clamp(PartOfOne - (int)(BitConverter.DoubleToInt64Bits(rate / (rate + horizon)) >> BitsOfPart), 0, Parts - 1);
            part[row] = (byte)own;
            place[own + 1]++;
        }

        for (var i = 1; i < Parts; i++) place[i] += place[i - 1];
        for (var row = 0; row < ages.Length; row++) order[place[part[row]]++] = row;
        order[ages.Length..].Fill(order[ages.Length - 1]);
    }

    /// <summary>P(alive) times the discounted purchases of all periods, in place of P(alive).</summary>
    private void AddPeriods<T>(BlockColumns columns, PeriodPlan plan)
        where T : struct, ILanes<T>
    {
        columns.Sum.Clear();
        columns.Before.Clear();
        var worth = 1.0;
        for (var period = 1; period <= plan.Periods; period++)
        {
            worth *= plan.Worth;
            PowerIntegral<T>(columns, period * plan.Length);
            Series<T>(columns);
            Add<T>(columns, period * plan.Length, worth);
        }

        for (var i = 0; i < columns.Rows; i += T.Count) (T.Load(ref columns.Alive[i]) * T.Load(ref columns.Sum[i])).Store(ref columns.Alive[i]);
    }

    /// <summary>Σ of BetaGeometricPurchases.Expected, times the power before it; not a number where it does not converge.</summary>
    /// <remarks>The sum is kept over a common denominator, so that a term costs no division; two vectors at a time, so that one computes while the other waits.</remarks>
    private void Series<T>(BlockColumns columns)
        where T : struct, ILanes<T>
    {
        T one = T.Of(1), ab = T.Of(_a + _b), g = T.Of(_g), none = T.Of(double.NaN);
        ref var growth = ref MemoryMarshal.GetArrayDataReference(_growth);
        ref var slope = ref MemoryMarshal.GetArrayDataReference(_slope);
        ref var offset = ref MemoryMarshal.GetArrayDataReference(_offset);
        ref var frequencies = ref MemoryMarshal.GetReference(columns.Frequency);
        ref var shares = ref MemoryMarshal.GetReference(columns.Share);
        ref var rests = ref MemoryMarshal.GetReference(columns.Rest);
        ref var powers = ref MemoryMarshal.GetReference(columns.Power);
        for (int row = 0, next = T.Count; row < columns.Rows; row += 2 * T.Count, next += 2 * T.Count)
        {
            T c0 = ab + T.Load(ref Unsafe.Add(ref frequencies, row)), q0 = T.Load(ref Unsafe.Add(ref shares, row));
            T c1 = ab + T.Load(ref Unsafe.Add(ref frequencies, next)), q1 = T.Load(ref Unsafe.Add(ref shares, next));
            T term0 = g * q0, numerator0 = term0, denominator0 = one, sumNumerator0 = term0, sumDenominator0 = one, done0 = T.Of(0);
            T term1 = g * q1, numerator1 = term1, denominator1 = one, sumNumerator1 = term1, sumDenominator1 = one, done1 = T.Of(0);
            T threshold0 = T.Load(ref Unsafe.Add(ref rests, row)) * T.Of(Negligible), threshold1 = T.Load(ref Unsafe.Add(ref rests, next)) * T.Of(Negligible);
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

            ref var power0 = ref Unsafe.Add(ref powers, row);
            ref var power1 = ref Unsafe.Add(ref powers, next);
            T.Select(done0, T.Load(ref power0) * (sumNumerator0 / sumDenominator0), none).Store(ref power0);
            T.Select(done1, T.Load(ref power1) * (sumNumerator1 / sumDenominator1), none).Store(ref power1);
        }
    }

    /// <summary>E = (c - 1) integral - power Σ, and what it adds to the sum of the periods.</summary>
    private void Add<T>(BlockColumns columns, double horizon, double worth)
        where T : struct, ILanes<T>
    {
        T least = T.Of(LargestCancellation), alternation = T.Of(-_g), largest = T.Of(BetaGeometricPurchases.LargestAlternation);
        for (var row = 0; row < columns.Rows; row += T.Count)
        {
            T straight = (T.Of(_a + _b - 1) + T.Load(ref columns.Frequency[row])) * T.Load(ref columns.Integral[row]), bent = T.Load(ref columns.Power[row]), expected = straight - bent;
            var settled = T.And(T.AtMost(T.Abs(straight) * least, expected), T.AtMost(T.Abs(bent) * least, expected));
            settled = T.And(T.And(settled, T.AtMost(expected, T.Of(double.MaxValue))), T.AtMost(alternation * T.Load(ref columns.Share[row]), largest));
            if (!T.All(settled)) expected = Settle(columns, row, horizon, expected, settled);
            T.MultiplyAdd(expected - T.Load(ref columns.Before[row]), T.Of(worth), T.Load(ref columns.Sum[row])).Store(ref columns.Sum[row]);
            expected.Store(ref columns.Before[row]);
        }
    }

    /// <summary>Computes alone the lanes in which the terms cancel, do not converge or overflow.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private T Settle<T>(BlockColumns columns, int row, double horizon, T expected, T settled)
        where T : struct, ILanes<T>
    {
        Span<double> lanes = stackalloc double[2 * T.Count];
        T.Select(settled, T.Of(1), T.Of(0)).Store(ref lanes[0]);
        expected.Store(ref lanes[T.Count]);
        for (var i = 0; i < T.Count; i++)
            if (lanes[i] == 0) lanes[T.Count + i] = ScalarExpectedWhileAlive(columns.Frequency[row + i], columns.Age[row + i], horizon);
        return T.Load(ref lanes[T.Count]);
    }

    /// <summary>1/(1 + odds of having left), with the exponential of a negative number only.</summary>
    private void Alive<T>(ReadOnlySpan<double> frequencies, ReadOnlySpan<double> recencies, ReadOnlySpan<double> ages, Span<double> destination)
        where T : struct, ILanes<T>
    {
        ref var firstFrequency = ref MemoryMarshal.GetReference(frequencies);
        ref var firstRecency = ref MemoryMarshal.GetReference(recencies);
        ref var firstAge = ref MemoryMarshal.GetReference(ages);
        ref var first = ref MemoryMarshal.GetReference(destination);
        T zero = T.Of(0), one = T.Of(1), alpha = T.Of(_alpha), exponent = T.Of(LargestExponent);
        for (var row = 0; row < destination.Length; row += T.Count)
        {
            T frequency = T.Load(ref Unsafe.Add(ref firstFrequency, row)), shape = T.Of(_r) + frequency, chances = frequency + T.Of(FirstDropout - 1) + T.Of(_prior);
            var silence = T.Log((alpha + T.Load(ref Unsafe.Add(ref firstAge, row))) / (alpha + T.Load(ref Unsafe.Add(ref firstRecency, row))));
            T loss = shape * silence, certain = T.AtMost(exponent, loss);
            var odds = T.Min(T.Select(certain, zero, T.Exp(zero - T.Min(loss, exponent)) * (chances / T.Of(_a))), T.Of(1e300));
            var alive = odds / (one + odds);
            if (FirstDropout == 0) alive = T.Select(T.Equal(frequency, zero), one, alive);
            alive.Store(ref Unsafe.Add(ref first, row));
        }
    }

    /// <summary>The integral of (1 - s)^(a - 2) from 0 to q = t/(α + t), with q, 1 - q and (1 - q)^(a - 1).</summary>
    private void PowerIntegral<T>(BlockColumns columns, double horizon)
        where T : struct, ILanes<T>
    {
        T one = T.Of(1), half = T.Of(0.5), zero = T.Of(0), exponent = T.Of(LargestExponent), time = T.Of(horizon);
        for (var row = 0; row < columns.Rows; row += T.Count)
        {
            T rate = T.Of(_alpha) + T.Load(ref columns.Age[row]), sum = rate + time, q = time / sum, rest = rate / sum;

            // ln(1 - q): near 1 with Kahan's correction for what rounding 1 - q lost.
            T near = T.AtMost(q, half), argument = T.Select(near, one - q, rest), minusLog = zero - T.Log(argument), lost = one - argument;
            minusLog = T.Select(near, T.Select(T.Equal(lost, zero), q, minusLog * (q / lost)), minusLog);

            // The integral is -ln(1 - q) (exp(z) - 1)/z with z = (a - 1) ln(1 - q); near 0 by its power series, which at a = 1 is 1.
            T z = T.Of(1 - _a) * minusLog, bounded = T.Select(T.AtMost(T.Abs(z), exponent), z, zero), power = T.Select(T.Equal(bounded, z), T.Exp(bounded), T.Of(double.NaN));
            (minusLog * T.Select(T.AtMost(T.Abs(z), half), LaneFunctions.ExponentialQuotient(z), (power - one) / z)).Store(ref columns.Integral[row]);
            q.Store(ref columns.Share[row]);
            rest.Store(ref columns.Rest[row]);
            power.Store(ref columns.Power[row]);
        }
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

    /// <summary>What is known of the customers of a block, column by column.</summary>
    private readonly ref struct BlockColumns(Span<double> memory, int longest, int rows)
    {
        private readonly Span<double> _memory = memory;

        public int Rows => rows;

        public Span<double> Frequency => Column(0);

        public Span<double> Recency => Column(1);

        public Span<double> Age => Column(2);

        public Span<double> Alive => Column(3);

        public Span<double> Integral => Column(4);

        /// <summary>q = t/(α + T + t).</summary>
        public Span<double> Share => Column(5);

        /// <summary>1 - q.</summary>
        public Span<double> Rest => Column(6);

        /// <summary>(1 - q)^(a - 1), then the same times the series.</summary>
        public Span<double> Power => Column(7);

        public Span<double> Sum => Column(8);

        /// <summary>What was expected until the period before.</summary>
        public Span<double> Before => Column(9);

        public void Gather(PurchaseHistories histories, ReadOnlySpan<int> order)
        {
            Span<double> frequency = Frequency, recency = Recency, age = Age;
            for (var i = 0; i < order.Length; i++)
            {
                var row = order[i];
                (frequency[i], recency[i], age[i]) = (histories.Frequency[row], histories.Recency[row], histories.Age[row]);
            }
        }

        private Span<double> Column(int number) => _memory.Slice(number * longest, rows);
    }
}
#endif
