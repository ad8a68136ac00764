namespace CustomerLifecycle.Statistics;

/// <summary>A smooth function to be minimised, with its derivatives.</summary>
public interface IObjective
{
    /// <summary>The number of variables.</summary>
    int Dimension { get; }

    /// <summary>Computes the value and, where asked for, its derivatives.</summary>
    /// <param name="point">Where; <see cref="Dimension"/> entries.</param>
    /// <param name="gradient">Overwritten with the first derivatives; empty when they are not wanted.</param>
    /// <param name="hessian">Overwritten with the second derivatives, by rows; empty when they are not wanted.</param>
    /// <returns>The value; not a number, or infinite, where the function is not defined.</returns>
    double Evaluate(ReadOnlySpan<double> point, Span<double> gradient, Span<double> hessian);
}

/// <summary>How a minimisation ended.</summary>
public enum MinimisationStatus
{
    /// <summary>No step promises a decrease above the tolerance: at a minimum, or where the function has become flat.</summary>
    Converged,

    /// <summary>The steps promise a decrease, but none is found: the function's rounding errors are larger than the tolerance.</summary>
    PrecisionReached,

    /// <summary>The iteration limit was reached first.</summary>
    IterationLimit,
}

/// <summary>When to stop.</summary>
/// <param name="MaximumIterations">Steps; above 0.</param>
/// <param name="Tolerance">The decrease still promised by the quadratic model at which to stop, in the function's own unit; above 0. What the value's last digits cannot show is not waited for.</param>
/// <param name="MaximumStep">The largest change of one variable in one step; above 0.</param>
public sealed record MinimisationOptions(int MaximumIterations = 200, double Tolerance = 1e-11, double MaximumStep = 2);

/// <summary>Where a minimisation is.</summary>
/// <param name="Iteration">Steps taken.</param>
/// <param name="Value">The function's value there.</param>
public readonly record struct MinimisationProgress(int Iteration, double Value);

/// <summary>Where a minimisation ended.</summary>
public sealed class Minimum
{
    internal Minimum(double[] point, double value, double[] gradient, double[] hessian, int iterations, int evaluations, MinimisationStatus status)
    {
        Point = point;
        Value = value;
        Gradient = gradient;
        Hessian = hessian;
        Iterations = iterations;
        Evaluations = evaluations;
        Status = status;
    }

    /// <summary>The variables.</summary>
    public IReadOnlyList<double> Point { get; }

    /// <summary>The function's value there.</summary>
    public double Value { get; }

    /// <summary>Its first derivatives there.</summary>
    public IReadOnlyList<double> Gradient { get; }

    /// <summary>Its second derivatives there, by rows.</summary>
    public IReadOnlyList<double> Hessian { get; }

    /// <summary>Steps taken.</summary>
    public int Iterations { get; }

    /// <summary>How often the function was computed.</summary>
    public int Evaluations { get; }

    /// <summary>Why it stopped.</summary>
    public MinimisationStatus Status { get; }
}

/// <summary>Newton's method with exact second derivatives, damped where the function is not convex.</summary>
/// <remarks>
/// Where the Hessian is not positive definite its eigenvalues are replaced by their magnitudes (Nocedal and Wright, Numerical Optimization, 3.4), which leads away from saddles;
/// a step is shortened until it decreases the function (Armijo). Deterministic: no randomness, no dependence on time or threads.
/// </remarks>
public static class NewtonMinimiser
{
    private const double SufficientDecrease = 1e-4;
    private const int MaximumHalvings = 40;
    private const double SmallestEigenvalue = 1e-14;

    /// <summary>Where the function is so flat that the largest step gains no more than this many tolerances, it has ended too: it may fall for ever without a minimum.</summary>
    private const double FlatTolerance = 1000;

    /// <summary>A decrease of fewer than about four units in the value's last digit cannot be seen.</summary>
    private const double RoundingErrors = 1e-15;

    /// <summary>Minimises a function from a starting point.</summary>
    /// <param name="objective">The function; must give second derivatives.</param>
    /// <param name="start">Where to start; the function must be finite there.</param>
    /// <param name="options">When to stop.</param>
    /// <param name="progress">Told after each step; may be null.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <exception cref="ArgumentException">The start has the wrong size, or the function is not finite there.</exception>
    /// <exception cref="ArithmeticException">The function has a finite value somewhere, but no finite derivatives.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static Minimum Minimise(
        IObjective objective,
        ReadOnlySpan<double> start,
        MinimisationOptions? options = null,
        IProgress<MinimisationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        options ??= new MinimisationOptions();
        var n = objective.Dimension;
        if (start.Length != n) throw new ArgumentException($"The start has {start.Length} entries and the function {n} variables.", nameof(start));

        var point = start.ToArray();
        var gradient = new double[n];
        var hessian = new double[n * n];
        var candidate = new double[n];
        var candidateGradient = new double[n];
        var candidateHessian = new double[n * n];
        var step = new double[n];
        var factor = new double[n * n];
        var value = objective.Evaluate(point, gradient, hessian);
        var evaluations = 1;
        if (!double.IsFinite(value)) throw new ArgumentException("The function is not finite at the start. Start nearer to plausible values.", nameof(start));

        for (var iteration = 0; iteration < options.MaximumIterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var convex = Direction(gradient, hessian, factor, step);
            var decrease = -Dot(gradient, step) / 2;
            var tolerance = Math.Max(options.Tolerance, RoundingErrors * Math.Abs(value));
            if ((convex && decrease <= tolerance) || Sum(gradient) * options.MaximumStep <= tolerance * FlatTolerance) return Ended(iteration, MinimisationStatus.Converged);

            var length = Math.Min(1, options.MaximumStep / Largest(step));
            var there = double.NaN;
            for (var halving = 0; halving < MaximumHalvings; halving++, length /= 2)
            {
                for (var i = 0; i < n; i++) candidate[i] = point[i] + (length * step[i]);
                there = objective.Evaluate(candidate, candidateGradient, candidateHessian);
                evaluations++;
                // Strictly below as well: a promise below the value's last digit would be kept by standing still.
                if (there < value && there <= value - (2 * SufficientDecrease * length * decrease)) break;
                there = double.NaN;
            }

            if (double.IsNaN(there)) return Ended(iteration, MinimisationStatus.PrecisionReached);
            value = there;
            (point, candidate) = (candidate, point);
            (gradient, candidateGradient) = (candidateGradient, gradient);
            (hessian, candidateHessian) = (candidateHessian, hessian);
            progress?.Report(new MinimisationProgress(iteration + 1, value));
        }

        return Ended(options.MaximumIterations, MinimisationStatus.IterationLimit);

        Minimum Ended(int iterations, MinimisationStatus status) => new(point, value, gradient, hessian, iterations, evaluations, status);
    }

    /// <summary>Newton's step; where the Hessian is not positive definite, the step of the matrix with its eigenvalues turned positive.</summary>
    /// <returns>Whether the Hessian is positive definite.</returns>
    private static bool Direction(double[] gradient, double[] hessian, double[] factor, double[] step)
    {
        var n = gradient.Length;
        hessian.CopyTo(factor, 0);
        if (Cholesky.Factor(factor, n))
        {
            for (var i = 0; i < n; i++) step[i] = -gradient[i];
            Cholesky.Solve(factor, step);
            return true;
        }

        double[] values = new double[n], vectors = new double[n * n];
        hessian.CopyTo(factor, 0);
        SymmetricEigen.Decompose(factor, values, vectors);
        var largest = Largest(values);
        if (!double.IsFinite(largest)) throw new ArithmeticException("The function has a finite value but no finite derivatives.");
        Array.Clear(step, 0, n);
        for (var k = 0; k < n; k++)
        {
            double slope = 0;
            for (var i = 0; i < n; i++) slope += vectors[(i * n) + k] * gradient[i];
            var length = -slope / Math.Max(Math.Abs(values[k]), Math.Max(largest * SmallestEigenvalue, double.Epsilon));
            for (var i = 0; i < n; i++) step[i] += length * vectors[(i * n) + k];
        }

        return false;
    }

    private static double Dot(double[] x, double[] y)
    {
        double sum = 0;
        for (var i = 0; i < x.Length; i++) sum += x[i] * y[i];
        return sum;
    }

    private static double Sum(double[] x)
    {
        double sum = 0;
        foreach (var entry in x) sum += Math.Abs(entry);
        return sum;
    }

    private static double Largest(double[] x)
    {
        double largest = 0;
        foreach (var entry in x) largest = Math.Max(largest, Math.Abs(entry));
        return largest;
    }
}
