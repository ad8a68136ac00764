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
    /// <param name="directions">For each parameter how far its logarithm has gone: below 0 where it falls to 0, above 0 where it grows without bound, 0 where it stays.</param>
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

    /// <summary>A parameter whose logarithm has moved so far from a start on the data's own scale has run away.</summary>
    private const double FarLogarithm = 11.5;

    /// <summary>Where a parameter that runs away is stopped: the likelihood is flat there, or grows without bound.</summary>
    private const double FarthestLogarithm = 25;

    /// <summary>A parameter whose logarithm has moved so far takes part in what runs away.</summary>
    private const double Moved = 4.6;

    /// <summary>Fits from the first start; from the next ones only where there is no interior optimum, and keeps the best.</summary>
    public static ModelFit<TModel> Fit<TModel>(ILogLikelihood likelihood, IReadOnlyList<double[]> starts, Func<IReadOnlyList<double>, TModel> model, FitOptions? options, CancellationToken cancellationToken)
        where TModel : class
    {
        options ??= new FitOptions();
        var scale = new LogScale(likelihood, starts[0], options.Priors);
        IObjective objective = scale;
        if (!likelihood.HasSecondDerivatives) objective = new DifferencedHessian(objective);
        var minimisation = new MinimisationOptions(options.MaximumIterations);
        var progress = options.Progress is { } listener ? new Relay(listener) : null;
        Ending? best = null;
        int iterations = 0, evaluations = 0;
        foreach (var start in options.StartOf(likelihood.Names) is { } given ? [given, .. starts] : starts)
        {
            var ending = new Ending(NewtonMinimiser.Minimise(objective, scale.ToPoint(start), minimisation, progress, cancellationToken), scale.Origin);
            iterations += ending.Minimum.Iterations;
            evaluations += ending.Minimum.Evaluations;
            if (best is null || ending.Minimum.Value < best.Minimum.Value) best = ending;
            if (!best.RunsAway) break;
        }

        return Report(likelihood, scale, best!, model, iterations, evaluations);
    }

    private static ModelFit<TModel> Report<TModel>(ILogLikelihood likelihood, LogScale scale, Ending ending, Func<IReadOnlyList<double>, TModel> model, int iterations, int evaluations)
        where TModel : class
    {
        var minimum = ending.Minimum;
        var natural = scale.ToNatural(minimum.Point);
        var penalty = scale.Penalty(minimum.Point);
        var convergence = ending.RunsAway
            ? new Convergence(ConvergenceStatus.Boundary, $"This cohort has no interior optimum: {likelihood.Explain(ending.Directions)} The likelihood is reached and predictions are sound, but the parameters that run away have no standard errors.", iterations, evaluations)
            : minimum.Status == MinimisationStatus.IterationLimit
                ? new Convergence(ConvergenceStatus.IterationLimit, FormattableString.Invariant($"The iteration limit was reached after {iterations} steps; the likelihood may still rise. Allow more iterations."), iterations, evaluations)
                : new Convergence(ConvergenceStatus.Interior, FormattableString.Invariant($"Converged at an interior optimum in {iterations} steps."), iterations, evaluations);
        var covariance = convergence.Status == ConvergenceStatus.Interior ? NaturalCovariance(minimum, scale.Slopes(natural)) : [];
        var n = natural.Length;
        var parameters = new ParameterEstimate[n];
        for (var i = 0; i < n; i++) parameters[i] = new ParameterEstimate(likelihood.Names[i], natural[i], covariance.Length == 0 ? null : Math.Sqrt(covariance[(i * n) + i]));
        return new ModelFit<TModel>(model(natural), parameters, covariance, penalty - minimum.Value, likelihood.Customers, convergence, penalty) { ModelAt = model, PositiveParameters = scale.PositiveCount };
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

    /// <summary>Where a search ended, seen from a start on the data's own scale.</summary>
    private sealed class Ending
    {
        public Ending(Minimum minimum, double[] origin)
        {
            Minimum = minimum;
            Directions = new int[origin.Length];
            var farthest = 0.0;
            for (var i = 0; i < origin.Length; i++)
            {
                var moved = minimum.Point[i] - origin[i];
                farthest = Math.Max(farthest, Math.Abs(moved));
                Directions[i] = Math.Abs(moved) > Moved ? (int)Math.Round(moved) : 0;
            }

            RunsAway = farthest > FarLogarithm || !IsDetermined(minimum.Hessian);
        }

        public Minimum Minimum { get; }

        public int[] Directions { get; }

        public bool RunsAway { get; }

        /// <summary>Whether the data tell each parameter from 0 and infinity.</summary>
        private static bool IsDetermined(IReadOnlyList<double> hessian)
        {
            var n = (int)Math.Sqrt(hessian.Count);
            double[] factor = [.. hessian], inverse = new double[n * n];
            if (!Cholesky.Factor(factor, n)) return false;
            Cholesky.Invert(factor, inverse, n);
            for (var i = 0; i < n; i++) if (!(inverse[(i * n) + i] < LargestLogVariance)) return false;
            return true;
        }
    }

    /// <summary>Minus the log-likelihood, and the priors, over the logarithms of the positive parameters and the coefficients as they are.</summary>
    private sealed class LogScale : IObjective
    {
        private readonly ILogLikelihood _likelihood;
        private readonly double[] _natural;
        private readonly int _positive;
        private readonly List<(int Place, double Centre, double Precision)> _priors = [];

        public LogScale(ILogLikelihood likelihood, double[] origin, IReadOnlyList<Prior> priors)
        {
            _likelihood = likelihood;
            _natural = new double[likelihood.Names.Count];
            _positive = likelihood is ILikelihoodWithCoefficients mixed ? mixed.PositiveCount : _natural.Length;
            Origin = [.. origin.Select((value, i) => i < _positive ? Math.Log(value) : value)];
            foreach (var prior in priors)
            {
                var place = likelihood.Names.ToList().IndexOf(prior.Parameter);
                if (place < 0) throw new ArgumentException($"There is a prior for '{prior.Parameter}', which this model does not have. It has {string.Join(", ", likelihood.Names)}.", nameof(priors));
                if (place < _positive && !(prior.Centre > 0)) throw new ArgumentException($"The prior's centre for '{prior.Parameter}' must be above 0, as the parameter is.", nameof(priors));
                _priors.Add((place, place < _positive ? Math.Log(prior.Centre) : prior.Centre, 1 / (prior.Spread * prior.Spread)));
            }
        }

        public int Dimension => _natural.Length;

        public int PositiveCount => _positive;

        /// <summary>A start on the data's own scale; the search does not leave its wide neighbourhood.</summary>
        public double[] Origin { get; }

        public double[] ToPoint(IReadOnlyList<double> natural) =>
            [.. natural.Select((value, i) => Math.Max(Origin[i] - FarLogarithm, Math.Min(Origin[i] + FarLogarithm, i < _positive ? Math.Log(value) : value)))];

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
                if (!(Math.Abs(point[i] - Origin[i]) < FarthestLogarithm)) return double.NaN;
                _natural[i] = i < _positive ? Math.Exp(point[i]) : point[i];
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
