namespace CustomerLifecycle.Statistics;

/// <summary>Eigenvalues and eigenvectors of a small symmetric matrix.</summary>
public static class SymmetricEigen
{
    private const int MaximumSweeps = 60;

    /// <summary>Decomposes a matrix into V Λ Vᵀ.</summary>
    /// <param name="matrix">n × n, symmetric, finite, by rows; overwritten.</param>
    /// <param name="values">n entries; overwritten with the eigenvalues, in no particular order.</param>
    /// <param name="vectors">n × n; overwritten with the eigenvectors of length one, as columns.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    /// <remarks>Jacobi's rotations (Golub and Van Loan, Matrix Computations, 8.5); errors of about 1e-15 times the largest eigenvalue.</remarks>
    public static void Decompose(Span<double> matrix, Span<double> values, Span<double> vectors)
    {
        var n = values.Length;
        if (matrix.Length != n * n) throw new ArgumentException($"A matrix with {n} eigenvalues has {n * n} entries, not {matrix.Length}.", nameof(matrix));
        if (vectors.Length != n * n) throw new ArgumentException($"A matrix with {n} eigenvalues has eigenvectors of {n * n} entries together, not {vectors.Length}.", nameof(vectors));
        vectors.Clear();
        for (var i = 0; i < n; i++) vectors[(i * n) + i] = 1;
        for (var sweep = 0; sweep < MaximumSweeps && Rotated(matrix, vectors, n); sweep++)
        {
        }

        for (var i = 0; i < n; i++) values[i] = matrix[(i * n) + i];
    }

    private static bool Rotated(Span<double> a, Span<double> vectors, int n)
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
