namespace CustomerLifecycle.Value;

/// <summary>How to fit a model.</summary>
public sealed class FitOptions
{
    /// <summary>Uses the defaults.</summary>
    public FitOptions()
        : this(DefaultMaximumIterations)
    {
    }

    /// <summary>Sets the limits.</summary>
    /// <param name="maximumIterations">Steps of the optimiser; above 0.</param>
    /// <param name="progress">Told after each step; null when nobody listens.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximumIterations"/> is not above 0.</exception>
    public FitOptions(int maximumIterations, IProgress<FitProgress>? progress = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumIterations);
        MaximumIterations = maximumIterations;
        Progress = progress;
    }

    /// <summary>Steps when nothing else is said. Ten are usual.</summary>
    public const int DefaultMaximumIterations = 500;

    /// <summary>Steps of the optimiser.</summary>
    public int MaximumIterations { get; }

    /// <summary>Told after each step.</summary>
    public IProgress<FitProgress>? Progress { get; }
}

/// <summary>Where a fit is.</summary>
/// <param name="Iteration">Steps taken.</param>
/// <param name="LogLikelihood">The log-likelihood of the cohort at that step.</param>
public readonly record struct FitProgress(int Iteration, double LogLikelihood);
