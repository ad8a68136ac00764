namespace CustomerLifecycle.Statistics;

/// <summary>Sample quantiles of type 7, the default of R and NumPy.</summary>
/// <remarks>Hyndman and Fan (1996), Sample quantiles in statistical packages, The American Statistician 50(4): linear interpolation at position (N - 1) p.</remarks>
public static class Quantiles
{
    /// <summary>The quantile of numbers that are already in ascending order.</summary>
    /// <param name="sorted">Ascending, without NaN.</param>
    /// <param name="probability">0 to 1: 0 is the smallest number, 0.5 the median, 1 the largest.</param>
    /// <returns>The quantile, exact where it falls on a number; null where there are no numbers.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is outside 0 to 1.</exception>
    public static double? OfSorted(ReadOnlySpan<double> sorted, double probability)
    {
        if (!(probability >= 0 && probability <= 1)) throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability lies between 0 and 1.");
        if (sorted.IsEmpty) return null;

        var position = (sorted.Length - 1) * probability;
        var below = (int)Math.Floor(position);
        var fraction = position - below;
        return fraction == 0 ? sorted[below] : sorted[below] + (fraction * (sorted[below + 1] - sorted[below]));
    }

    /// <summary>The quantile of numbers in any order.</summary>
    /// <param name="values">Any order, without NaN; left as they are.</param>
    /// <param name="probability">0 to 1.</param>
    /// <returns>The quantile; null where there are no numbers.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is outside 0 to 1.</exception>
    public static double? Of(ReadOnlySpan<double> values, double probability)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        return OfSorted(sorted, probability);
    }
}
