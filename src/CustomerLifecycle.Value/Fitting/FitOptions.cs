namespace CustomerLifecycle.Value;

/// <summary>How to fit a model.</summary>
public sealed class FitOptions
{
    /// <summary>Uses the defaults.</summary>
    public FitOptions()
        : this(DefaultMaximumIterations)
    {
    }

    /// <summary>Sets the limits, and where and with what knowledge to begin.</summary>
    /// <param name="maximumIterations">Steps of the optimiser; above 0.</param>
    /// <param name="progress">Told after each step; null when nobody listens.</param>
    /// <param name="start">Where to begin: the parameters of an earlier fit, for a refit with new data. Used where it names all of the model's parameters; null begins at the cohort's own scale.</param>
    /// <param name="priors">What is known of the parameters beforehand; null or empty fits by maximum likelihood alone.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximumIterations"/> is not above 0.</exception>
    public FitOptions(int maximumIterations, IProgress<FitProgress>? progress = null, IReadOnlyList<ParameterEstimate>? start = null, IReadOnlyList<Prior>? priors = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumIterations);
        MaximumIterations = maximumIterations;
        Progress = progress;
        Start = start ?? [];
        Priors = priors ?? [];
    }

    /// <summary>Steps when nothing else is said. Ten are usual.</summary>
    public const int DefaultMaximumIterations = 500;

    /// <summary>Steps of the optimiser.</summary>
    public int MaximumIterations { get; }

    /// <summary>Told after each step.</summary>
    public IProgress<FitProgress>? Progress { get; }

    /// <summary>Where to begin; empty to begin at the cohort's own scale.</summary>
    public IReadOnlyList<ParameterEstimate> Start { get; }

    /// <summary>What is known of the parameters beforehand.</summary>
    public IReadOnlyList<Prior> Priors { get; }

    /// <summary>These options for a model that is fitted on the way to another one: without priors of parameters that it does not have.</summary>
    internal FitOptions ForNested(IReadOnlyList<string> names) =>
        new(MaximumIterations, Progress, Start, [.. Priors.Where(prior => names.Contains(prior.Parameter, StringComparer.Ordinal))]);

    /// <summary>The start's values in the order of a model's parameters; null where it does not name them all.</summary>
    internal double[]? StartOf(IReadOnlyList<string> names)
    {
        var values = new double[names.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var found = Start.Where(parameter => string.Equals(parameter.Name, names[i], StringComparison.Ordinal)).ToArray();
            if (found.Length == 0) return null;
            values[i] = found[0].Value;
        }

        return values;
    }
}

/// <summary>What is known of a parameter before the data speak: a fit with priors maximises the posterior density (MAP).</summary>
/// <remarks>
/// A positive parameter's logarithm, or a covariate's coefficient itself, is normal. A spread of 1 says that factors of e either way are nothing unusual; it keeps small cohorts off
/// the edge of the parameter space and hardly moves large ones. Standard errors are then those of the posterior's normal approximation.
/// </remarks>
public readonly record struct Prior
{
    /// <summary>Sets a prior.</summary>
    /// <param name="parameter">The parameter's name, as in <see cref="ModelFit{TModel}.Parameters"/>.</param>
    /// <param name="centre">The median; above 0 for a positive parameter.</param>
    /// <param name="spread">The standard deviation, of the logarithm for a positive parameter; above 0.</param>
    /// <exception cref="ArgumentException"><paramref name="parameter"/> is blank.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="spread"/> is not above 0, or <paramref name="centre"/> is not finite.</exception>
    public Prior(string parameter, double centre, double spread)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(parameter);
        if (!double.IsFinite(centre)) throw new ArgumentOutOfRangeException(nameof(centre), centre, "The centre of a prior is a finite number.");
        Parameter = parameter;
        Centre = centre;
        Spread = ModelParameter.RequirePositive(spread, nameof(spread));
    }

    /// <summary>The parameter's name.</summary>
    public string Parameter { get; }

    /// <summary>The median.</summary>
    public double Centre { get; }

    /// <summary>The standard deviation, of the logarithm for a positive parameter.</summary>
    public double Spread { get; }
}

/// <summary>Where a fit is.</summary>
/// <param name="Iteration">Steps taken.</param>
/// <param name="LogLikelihood">The log-likelihood of the cohort at that step.</param>
public readonly record struct FitProgress(int Iteration, double LogLikelihood);
