namespace CustomerLifecycle.Statistics;

/// <summary>Eigenvectors of a small symmetric matrix.</summary>
public static class SymmetricEigen
{
    private const int MaximumSweeps = 60;

    /// <summary>The eigenvector of the smallest eigenvalue: the direction in which a quadratic form is flattest.</summary>
    /// <param name="matrix">n × n, symmetric, finite, by rows; left as it is.</param>
    /// <param name="n">Rows; above 0.</param>
    /// <returns>A vector of length one, accurate to about 1e-14 where the eigenvalue is well apart from the others; its sign is arbitrary.</returns>
    /// <exception cref="ArgumentException"><paramref name="matrix"/> does not have n × n entries.</exception>
    /// <remarks>Jacobi's rotations (Golub and Van Loan, Matrix Computations, 8.5).</remarks>
    public static double[] SmallestVector(ReadOnlySpan<double> matrix, int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        if (matrix.Length != n * n) throw new ArgumentException($"A matrix of {n} rows has {n * n} entries, not {matrix.Length}.", nameof(matrix));
        var a = matrix.ToArray();
        var vectors = new double[n * n];
        for (var i = 0; i < n; i++) vectors[(i * n) + i] = 1;
        for (var sweep = 0; sweep < MaximumSweeps && Rotated(a, vectors, n); sweep++)
        {
        }

        var smallest = 0;
        for (var i = 1; i < n; i++) if (a[(i * n) + i] < a[(smallest * n) + smallest]) smallest = i;
        var vector = new double[n];
        for (var i = 0; i < n; i++) vector[i] = vectors[(i * n) + smallest];
        return vector;
    }

    private static bool Rotated(double[] a, double[] vectors, int n)
    {
        var any = false;
        for (var p = 0; p < n; p++)
        {
            for (var q = p + 1; q < n; q++)
            {
                var off = a[(p * n) + q];
                if (Math.Abs(off) <= 1e-18 * Math.Sqrt(Math.Abs(a[(p * n) + p] * a[(q * n) + q])) || off == 0) continue;
                any = true;
                var theta = (a[(q * n) + q] - a[(p * n) + p]) / (2 * off);
                var t = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
                var c = 1 / Math.Sqrt((t * t) + 1);
                var s = t * c;
                for (var k = 0; k < n; k++) (a[(k * n) + p], a[(k * n) + q]) = ((c * a[(k * n) + p]) - (s * a[(k * n) + q]), (s * a[(k * n) + p]) + (c * a[(k * n) + q]));
                for (var k = 0; k < n; k++) (a[(p * n) + k], a[(q * n) + k]) = ((c * a[(p * n) + k]) - (s * a[(q * n) + k]), (s * a[(p * n) + k]) + (c * a[(q * n) + k]));
                for (var k = 0; k < n; k++) (vectors[(k * n) + p], vectors[(k * n) + q]) = ((c * vectors[(k * n) + p]) - (s * vectors[(k * n) + q]), (s * vectors[(k * n) + p]) + (c * vectors[(k * n) + q]));
                a[(p * n) + q] = a[(q * n) + p] = 0;
            }
        }

        return any;
    }
}
