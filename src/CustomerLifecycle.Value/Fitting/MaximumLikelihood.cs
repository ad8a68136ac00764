using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>A cohort's log-likelihood as a function of a model's positive parameters, with exact first derivatives.</summary>
internal interface ILogLikelihood
{
    /// <summary>The parameters' names, in the order of the paper.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Customers that enter.</summary>
    int Customers { get; }

    /// <summary>Whether <see cref="Evaluate"/> gives second derivatives; where it does not, they are differenced from the first.</summary>
    bool HasSecondDerivatives { get; }

    /// <summary>ln L and its derivatives on the natural scale; <paramref name="hessian"/> is empty where they are not wanted.</summary>
    /// <returns>Not a number where it cannot be computed.</returns>
    double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient, Span<double> hessian);

    /// <summary>What it means that parameters run away, in one sentence; the library adds the rest.</summary>
    /// <param name="directions">For each parameter -1 where it falls to 0, 1 where it grows without bound, 0 where it stays.</param>
    string Explain(ReadOnlySpan<int> directions);
}

/// <summary>Maximises a likelihood over the logarithms of its parameters and reports in words.</summary>
internal static class MaximumLikelihood
{
    /// <summary>An estimate whose logarithm is less certain than this has no interior optimum worth the name: the data do not tell it from 0 or infinity.</summary>
    private const double LargestLogVariance = 1e4;

    private const double Inert = 0.05;

    /// <summary>Fits from the first start; from the next ones only where there is no interior optimum, and keeps the best.</summary>
    public static ModelFit<TModel> Fit<TModel>(ILogLikelihood likelihood, IReadOnlyList<double[]> starts, Func<IReadOnlyList<double>, TModel> model, FitOptions? options, CancellationToken cancellationToken)
        where TModel : class
    {
        options ??= new FitOptions();
        IObjective objective = new LogScale(likelihood);
        if (!likelihood.HasSecondDerivatives) objective = new DifferencedHessian(objective);
        var minimisation = new MinimisationOptions(options.MaximumIterations);
        var progress = options.Progress is { } listener ? new Relay(listener) : null;
        Minimum? best = null;
        int iterations = 0, evaluations = 0;
        foreach (var start in starts)
        {
            var minimum = NewtonMinimiser.Minimise(objective, Array.ConvertAll(start, Math.Log), minimisation, progress, cancellationToken);
            iterations += minimum.Iterations;
            evaluations += minimum.Evaluations;
            if (best is null || minimum.Value < best.Value) best = minimum;
            if (Information(best.Hessian) is not null) break;
        }

        return Report(likelihood, best!, model, iterations, evaluations);
    }

    private static ModelFit<TModel> Report<TModel>(ILogLikelihood likelihood, Minimum minimum, Func<IReadOnlyList<double>, TModel> model, int iterations, int evaluations)
        where TModel : class
    {
        var n = minimum.Point.Count;
        var natural = minimum.Point.Select(Math.Exp).ToArray();
        var inverse = Information(minimum.Hessian);
        var convergence = minimum.Status == MinimisationStatus.IterationLimit
            ? new Convergence(ConvergenceStatus.IterationLimit, FormattableString.Invariant($"The iteration limit was reached after {iterations} steps; the likelihood may still rise. Allow more iterations."), iterations, evaluations)
            : inverse is null
                ? new Convergence(ConvergenceStatus.Boundary, $"This cohort has no interior optimum: {likelihood.Explain(Directions(minimum))} The likelihood is reached to the printed digits and predictions are sound, but the parameters that run away have no standard errors.", iterations, evaluations)
                : new Convergence(ConvergenceStatus.Interior, FormattableString.Invariant($"Converged at an interior optimum in {iterations} steps."), iterations, evaluations);

        var covariance = convergence.Status == ConvergenceStatus.Interior ? NaturalCovariance(minimum, natural) : [];
        var parameters = new ParameterEstimate[n];
        for (var i = 0; i < n; i++) parameters[i] = new ParameterEstimate(likelihood.Names[i], natural[i], covariance.Length == 0 ? null : Math.Sqrt(covariance[(i * n) + i]));
        return new ModelFit<TModel>(model(natural), parameters, covariance, -minimum.Value, likelihood.Customers, convergence);
    }

    /// <summary>The inverse of the information on the natural scale: with θ = ln φ the second derivative by φ is (that by θ less the first one on the diagonal) / φᵢ φⱼ.</summary>
    private static double[] NaturalCovariance(Minimum minimum, double[] natural)
    {
        var n = natural.Length;
        double[] information = new double[n * n], inverse = new double[n * n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                information[(i * n) + j] = (minimum.Hessian[(i * n) + j] - (i == j ? minimum.Gradient[i] : 0)) / (natural[i] * natural[j]);
        if (!Cholesky.Factor(information, n)) return [];
        Cholesky.Invert(information, inverse, n);
        return inverse;
    }

    /// <summary>The covariance of the logarithms; null where the data do not determine them.</summary>
    private static double[]? Information(IReadOnlyList<double> hessian)
    {
        var n = (int)Math.Sqrt(hessian.Count);
        double[] factor = [.. hessian], inverse = new double[n * n];
        if (!Cholesky.Factor(factor, n)) return null;
        Cholesky.Invert(factor, inverse, n);
        for (var i = 0; i < n; i++) if (!(inverse[(i * n) + i] < LargestLogVariance)) return null;
        return inverse;
    }

    /// <summary>Which parameters run away, and whither: the direction in which the likelihood is flattest, pointed uphill.</summary>
    private static int[] Directions(Minimum minimum)
    {
        var n = minimum.Point.Count;
        var vector = SymmetricEigen.SmallestVector([.. minimum.Hessian], n);
        double uphill = 0, largest = 0;
        for (var i = 0; i < n; i++)
        {
            uphill -= vector[i] * minimum.Gradient[i];
            largest = Math.Max(largest, Math.Abs(vector[i]));
        }

        var directions = new int[n];
        for (var i = 0; i < n; i++) directions[i] = Math.Abs(vector[i]) < Inert * largest ? 0 : Math.Sign(vector[i]) * (uphill < 0 ? -1 : 1);
        return directions;
    }

    /// <summary>Minus the log-likelihood over the logarithms of the parameters.</summary>
    private sealed class LogScale(ILogLikelihood likelihood) : IObjective
    {
        private readonly double[] _natural = new double[likelihood.Names.Count];

        public int Dimension => _natural.Length;

        public double Evaluate(ReadOnlySpan<double> point, Span<double> gradient, Span<double> hessian)
        {
            var n = _natural.Length;
            for (var i = 0; i < n; i++)
            {
                _natural[i] = Math.Exp(point[i]);
                if (!(_natural[i] > 1e-100 && _natural[i] < 1e100)) return double.NaN;
            }

            var value = likelihood.Evaluate(_natural, gradient, hessian);
            for (var i = 0; i < n; i++)
            {
                gradient[i] *= -_natural[i];
                if (hessian.IsEmpty) continue;
                for (var j = 0; j < n; j++) hessian[(i * n) + j] *= -_natural[i] * _natural[j];
                hessian[(i * n) + i] += gradient[i];
            }

            return -value;
        }
    }

    private sealed class Relay(IProgress<FitProgress> listener) : IProgress<MinimisationProgress>
    {
        public void Report(MinimisationProgress value) => listener.Report(new FitProgress(value.Iteration, -value.Value));
    }
}
