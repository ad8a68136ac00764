namespace CustomerLifecycle.Segmentation;

/// <summary>How values are cut into classes.</summary>
/// <remarks>Rules that look at the customers (<see cref="Rank"/>, <see cref="Quantile"/>, <see cref="DistinctQuantile"/>) move with them; <see cref="Thresholds"/> are fixed.</remarks>
public abstract class RfmRule
{
    /// <summary>The most classes of one score, so that a cell keeps one digit for each.</summary>
    public const int MaxClasses = 9;

    private RfmRule(int classes) => Classes = classes;

    /// <summary>The highest score that the rule gives; 1 to <see cref="MaxClasses"/>.</summary>
    public int Classes { get; }

    /// <summary>Score = 1 + floor(k × share of customers with a strictly worse value). The usual quintiles, with ties never split.</summary>
    /// <param name="classes">k, 1 to <see cref="MaxClasses"/>; 5 is usual.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classes"/> is out of range.</exception>
    public static RfmRule Rank(int classes = 5) => new RankRule(Checked(classes));

    /// <summary>Score = 1 + number of cuts strictly below the value, the cuts being the type-7 quantiles j/k.</summary>
    /// <param name="classes">k, 1 to <see cref="MaxClasses"/>; 5 is usual.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classes"/> is out of range.</exception>
    /// <remarks>Type 7 of Hyndman and Fan, The American Statistician 50 (1996): linear between order statistics, as R and numpy do by default.</remarks>
    public static RfmRule Quantile(int classes = 5) => new QuantileRule(Checked(classes), distinct: false);

    /// <summary>Like <see cref="Quantile"/>, but equal boundaries (the smallest value, the cuts, the largest value) are one: where many values are equal there are fewer classes, without gaps.</summary>
    /// <param name="classes">k, 1 to <see cref="MaxClasses"/>; 4, quartiles, is usual.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classes"/> is out of range.</exception>
    /// <remarks>
    /// With m distinct classes the scores are 1 to m, for recency m to 1; all are 1 where all values are equal. As pandas' <c>qcut</c> with <c>duplicates="drop"</c>, which PyMC-Marketing and
    /// others score RFM with.
    /// </remarks>
    public static RfmRule DistinctQuantile(int classes = 4) => new QuantileRule(Checked(classes), distinct: true);

    /// <summary>Score = 1 + number of limits at or below the value; for recency, classes less the number of limits strictly below the days.</summary>
    /// <param name="limits">Strictly ascending and finite; one fewer than there are classes.</param>
    /// <exception cref="ArgumentException">The limits do not ascend, or are not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are more limits than <see cref="MaxClasses"/> - 1.</exception>
    public static RfmRule Thresholds(params double[] limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limits.Length, MaxClasses - 1, nameof(limits));
        var copy = (double[])limits.Clone();
        for (var i = 0; i < copy.Length; i++)
        {
            if (double.IsNaN(copy[i]) || double.IsInfinity(copy[i]))
                throw new ArgumentException($"Limit {i + 1} is not a finite number.", nameof(limits));
            if (i > 0 && copy[i] <= copy[i - 1])
                throw new ArgumentException($"Limit {i + 1} is not above limit {i}: limits ascend strictly.", nameof(limits));
        }

        return new ThresholdRule(copy);
    }

    /// <summary>Learns from the values of all customers what one value is worth.</summary>
    /// <param name="values">In any order; not kept.</param>
    internal abstract Scale Fit(ReadOnlySpan<double> values);

    private static int Checked(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, MaxClasses);
        return classes;
    }

    private static double[] Sorted(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    private static int CountBelow(double[] sorted, double value)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (sorted[middle] < value) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private static int CountUpTo(double[] sorted, double value)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (sorted[middle] <= value) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>A rule that has seen its customers.</summary>
    internal abstract class Scale
    {
        public abstract int HigherIsBetter(double value);

        public abstract int LowerIsBetter(double value);
    }

    private sealed class RankRule(int classes) : RfmRule(classes)
    {
        internal override Scale Fit(ReadOnlySpan<double> values) => new Ranks(Classes, Sorted(values));

        private sealed class Ranks(int classes, double[] sorted) : Scale
        {
            public override int HigherIsBetter(double value) => Class(CountBelow(sorted, value));

            public override int LowerIsBetter(double value) => Class(sorted.Length - CountUpTo(sorted, value));

            // The number of strictly worse customers is below n, so the quotient is below the number of classes.
            private int Class(int worse) => 1 + (int)((long)classes * worse / sorted.Length);
        }
    }

    private sealed class QuantileRule(int classes, bool distinct) : RfmRule(classes)
    {
        internal override Scale Fit(ReadOnlySpan<double> values)
        {
            var cuts = new double[values.IsEmpty ? 0 : Classes - 1];
            var sorted = Sorted(values);
            for (var j = 1; j <= cuts.Length; j++)
            {
                // The position (n-1) j/k is kept as a whole number and a remainder, so that a cut that falls on a customer is exactly that customer's value.
                var position = (long)(sorted.Length - 1) * j;
                var below = sorted[position / Classes];
                var remainder = position % Classes;
                cuts[j - 1] = remainder == 0 ? below : below + ((sorted[(position / Classes) + 1] - below) * remainder / Classes);
            }

            if (!distinct || sorted.Length == 0) return new Cuts(Classes, cuts);

            cuts = [.. cuts.Where(cut => cut > sorted[0] && cut < sorted[sorted.Length - 1]).Distinct()];
            return new Cuts(cuts.Length + 1, cuts);
        }

        private sealed class Cuts(int classes, double[] cuts) : Scale
        {
            public override int HigherIsBetter(double value) => 1 + CountBelow(cuts, value);

            public override int LowerIsBetter(double value) => classes + 1 - HigherIsBetter(value);
        }
    }

    private sealed class ThresholdRule(double[] limits) : RfmRule(limits.Length + 1)
    {
        internal override Scale Fit(ReadOnlySpan<double> values) => new Limits(limits);

        private sealed class Limits(double[] limits) : Scale
        {
            public override int HigherIsBetter(double value) => 1 + CountUpTo(limits, value);

            public override int LowerIsBetter(double value) => limits.Length + 1 - CountBelow(limits, value);
        }
    }
}
