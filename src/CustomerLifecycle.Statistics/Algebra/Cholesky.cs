using System.Runtime.CompilerServices;

namespace CustomerLifecycle.Statistics;

/// <summary>The Cholesky factor of a small symmetric positive definite matrix, stored by rows in a span.</summary>
/// <remarks>Golub and Van Loan, Matrix Computations, 4.2. For the handful of parameters of a model, not for large systems.</remarks>
public static class Cholesky
{
    /// <summary>Overwrites the lower triangle of a matrix with its factor L, so that L Lᵀ is the matrix.</summary>
    /// <param name="matrix">n × n, by rows; only the lower triangle is read.</param>
    /// <param name="n">Rows.</param>
    /// <returns>False where the matrix is not positive definite to working precision; its contents are then lost.</returns>
    /// <exception cref="ArgumentException"><paramref name="matrix"/> does not have n × n entries.</exception>
    public static bool Factor(Span<double> matrix, int n)
    {
        RequireSquare(matrix.Length, n);
        for (var j = 0; j < n; j++)
        {
            var pivot = matrix[(j * n) + j];
            var scale = Math.Abs(pivot);
            for (var k = 0; k < j; k++) pivot -= matrix[(j * n) + k] * matrix[(j * n) + k];
            if (!(pivot > scale * 1e-15) || double.IsPositiveInfinity(pivot)) return false;

            var root = Math.Sqrt(pivot);
            matrix[(j * n) + j] = root;
            for (var i = j + 1; i < n; i++)
            {
                var entry = matrix[(i * n) + j];
                for (var k = 0; k < j; k++) entry -= matrix[(i * n) + k] * matrix[(j * n) + k];
                matrix[(i * n) + j] = entry / root;
            }
        }

        return true;
    }

    /// <summary>Solves A x = b in place, given the factor of A.</summary>
    /// <param name="factor">What <see cref="Factor"/> left.</param>
    /// <param name="vector">b on entry, x on return; its length is the number of rows.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public static void Solve(ReadOnlySpan<double> factor, Span<double> vector)
    {
        var n = vector.Length;
        RequireSquare(factor.Length, n);
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < i; k++) vector[i] -= factor[(i * n) + k] * vector[k];
            vector[i] /= factor[(i * n) + i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < n; k++) vector[i] -= factor[(k * n) + i] * vector[k];
            vector[i] /= factor[(i * n) + i];
        }
    }

    /// <summary>The inverse of A, given the factor of A.</summary>
    /// <param name="factor">What <see cref="Factor"/> left.</param>
    /// <param name="inverse">n × n, by rows; overwritten, symmetric to the bit.</param>
    /// <param name="n">Rows.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public static void Invert(ReadOnlySpan<double> factor, Span<double> inverse, int n)
    {
        RequireSquare(factor.Length, n);
        RequireSquare(inverse.Length, n);
        for (var j = 0; j < n; j++)
        {
            var row = inverse.Slice(j * n, n);
            row.Clear();
            row[j] = 1;
            Solve(factor, row);
        }

        for (var i = 0; i < n; i++)
            for (var j = 0; j < i; j++)
                inverse[(i * n) + j] = inverse[(j * n) + i] = (inverse[(i * n) + j] + inverse[(j * n) + i]) / 2;
    }

    private static void RequireSquare(int entries, int n, [CallerArgumentExpression(nameof(entries))] string? name = null)
    {
        if (entries != n * n) throw new ArgumentException($"A matrix of {n} rows has {n * n} entries, not {entries}.", name);
    }
}
