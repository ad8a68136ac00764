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

/// <summary>A likelihood whose last parameters are coefficients, which may be of either sign.</summary>
internal interface ILikelihoodWithCoefficients : ILogLikelihood
{
    /// <summary>The number of positive parameters, which come first.</summary>
    int PositiveCount { get; }
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
        var scale = new LogScale(likelihood, options.Priors);
        IObjective objective = scale;
        if (!likelihood.HasSecondDerivatives) objective = new DifferencedHessian(objective);
        var minimisation = new MinimisationOptions(options.MaximumIterations);
        var progress = options.Progress is { } listener ? new Relay(listener) : null;
        Minimum? best = null;
        int iterations = 0, evaluations = 0;
        foreach (var start in options.StartOf(likelihood.Names) is { } given ? [given, .. starts] : starts)
        {
            var minimum = NewtonMinimiser.Minimise(objective, scale.ToPoint(start), minimisation, progress, cancellationToken);
            iterations += minimum.Iterations;
            evaluations += minimum.Evaluations;
            if (best is null || minimum.Value < best.Value) best = minimum;
            if (Information(best.Hessian) is not null) break;
        }

        return Report(likelihood, scale, best!, model, iterations, evaluations);
    }

    private static ModelFit<TModel> Report<TModel>(ILogLikelihood likelihood, LogScale scale, Minimum minimum, Func<IReadOnlyList<double>, TModel> model, int iterations, int evaluations)
        where TModel : class
    {
        var n = minimum.Point.Count;
        var natural = scale.ToNatural(minimum.Point);
        var penalty = scale.Penalty(minimum.Point);
        var inverse = Information(minimum.Hessian);
        var convergence = minimum.Status == MinimisationStatus.IterationLimit && inverse is not null
            ? new Convergence(ConvergenceStatus.IterationLimit, FormattableString.Invariant($"The iteration limit was reached after {iterations} steps; the likelihood may still rise. Allow more iterations."), iterations, evaluations)
            : inverse is null
                ? new Convergence(ConvergenceStatus.Boundary, $"This cohort has no interior optimum: {likelihood.Explain(Directions(minimum))} The likelihood is reached to the printed digits and predictions are sound, but the parameters that run away have no standard errors.", iterations, evaluations)
                : new Convergence(ConvergenceStatus.Interior, FormattableString.Invariant($"Converged at an interior optimum in {iterations} steps."), iterations, evaluations);

        var covariance = convergence.Status == ConvergenceStatus.Interior ? NaturalCovariance(minimum, scale.Slopes(natural)) : [];
        var parameters = new ParameterEstimate[n];
        for (var i = 0; i < n; i++) parameters[i] = new ParameterEstimate(likelihood.Names[i], natural[i], covariance.Length == 0 ? null : Math.Sqrt(covariance[(i * n) + i]));
        return new ModelFit<TModel>(model(natural), parameters, covariance, penalty - minimum.Value, likelihood.Customers, convergence, penalty);
    }

    /// <summary>The inverse of the information on the natural scale: with θ = ln φ the second derivative by φ is (that by θ less the first one on the diagonal) / φᵢ φⱼ.</summary>
    /// <param name="minimum">Where the search ended.</param>
    /// <param name="slopes">dφ/dθ: φ for a positive parameter, 1 for a coefficient, whose first derivative stays out.</param>
    private static double[] NaturalCovariance(Minimum minimum, (double Slope, bool IsPositive)[] slopes)
    {
        var n = slopes.Length;
        double[] information = new double[n * n], inverse = new double[n * n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                information[(i * n) + j] = (minimum.Hessian[(i * n) + j] - (i == j && slopes[i].IsPositive ? minimum.Gradient[i] : 0)) / (slopes[i].Slope * slopes[j].Slope);
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

    /// <summary>Minus the log-likelihood, and the priors, over the logarithms of the positive parameters and the coefficients as they are.</summary>
    private sealed class LogScale : IObjective
    {
        private readonly ILogLikelihood _likelihood;
        private readonly double[] _natural;
        private readonly int _positive;
        private readonly List<(int Place, double Centre, double Precision)> _priors = [];

        public LogScale(ILogLikelihood likelihood, IReadOnlyList<Prior> priors)
        {
            _likelihood = likelihood;
            _natural = new double[likelihood.Names.Count];
            _positive = likelihood is ILikelihoodWithCoefficients mixed ? mixed.PositiveCount : _natural.Length;
            foreach (var prior in priors)
            {
                var place = likelihood.Names.ToList().IndexOf(prior.Parameter);
                if (place < 0) throw new ArgumentException($"There is a prior for '{prior.Parameter}', which this model does not have. It has {string.Join(", ", likelihood.Names)}.", nameof(priors));
                if (place < _positive && !(prior.Centre > 0)) throw new ArgumentException($"The prior's centre for '{prior.Parameter}' must be above 0, as the parameter is.", nameof(priors));
                _priors.Add((place, place < _positive ? Math.Log(prior.Centre) : prior.Centre, 1 / (prior.Spread * prior.Spread)));
            }
        }

        public int Dimension => _natural.Length;

        public double[] ToPoint(IReadOnlyList<double> natural) => [.. natural.Select((value, i) => i < _positive ? Math.Log(value) : value)];

        public double[] ToNatural(IReadOnlyList<double> point) => [.. point.Select((value, i) => i < _positive ? Math.Exp(value) : value)];

        public (double Slope, bool IsPositive)[] Slopes(double[] natural) => [.. natural.Select((value, i) => i < _positive ? (value, true) : (1.0, false))];

        public double Penalty(IReadOnlyList<double> point)
        {
            double penalty = 0;
            foreach (var (place, centre, precision) in _priors) penalty += precision * (point[place] - centre) * (point[place] - centre) / 2;
            return penalty;
        }

        public double Evaluate(ReadOnlySpan<double> point, Span<double> gradient, Span<double> hessian)
        {
            var n = _natural.Length;
            for (var i = 0; i < n; i++)
            {
                _natural[i] = i < _positive ? Math.Exp(point[i]) : point[i];
                if (i < _positive ? !(_natural[i] > 1e-100 && _natural[i] < 1e100) : !(Math.Abs(point[i]) < 1e100)) return double.NaN;
            }

            var value = -_likelihood.Evaluate(_natural, gradient, hessian);
            for (var i = 0; i < n; i++)
            {
                var slope = i < _positive ? _natural[i] : 1;
                gradient[i] *= -slope;
                if (hessian.IsEmpty) continue;
                for (var j = 0; j < n; j++) hessian[(i * n) + j] *= -slope * (j < _positive ? _natural[j] : 1);
                if (i < _positive) hessian[(i * n) + i] += gradient[i];
            }

            foreach (var (place, centre, precision) in _priors)
            {
                var distance = point[place] - centre;
                value += precision * distance * distance / 2;
                gradient[place] += precision * distance;
                if (!hessian.IsEmpty) hessian[(place * n) + place] += precision;
            }

            return value;
        }
    }

    private sealed class Relay(IProgress<FitProgress> listener) : IProgress<MinimisationProgress>
    {
        public void Report(MinimisationProgress value) => listener.Report(new FitProgress(value.Iteration, -value.Value));
    }
}
