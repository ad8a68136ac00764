using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>What the parameters of a fitted model could as well have been, and so what customers and cohorts may do: one shape for every model and for both ways to draw.</summary>
/// <remarks>
/// From <see cref="ParametricBootstrap"/>, which refits simulated cohorts, or from <see cref="DeltaMethod.Draw{TModel}"/>, which is as sure as the likelihood is near to a normal one and
/// costs nothing. Each draw has a generator of its own, so that the bits are the same for any number of threads. Immutable; safe for concurrent callers.
/// </remarks>
/// <typeparam name="TModel">The model, of any kind.</typeparam>
public sealed class ParameterDraws<TModel>
    where TModel : class
{
    private readonly SeededRandom _random;

    internal ParameterDraws(TModel fitted, IReadOnlyList<TModel> models, SeededRandom random)
    {
        Fitted = fitted;
        Models = models;
        _random = random;
    }

    /// <summary>The model as it was fitted.</summary>
    public TModel Fitted { get; }

    /// <summary>The model at each draw of its parameters, in the order of their seeds.</summary>
    public IReadOnlyList<TModel> Models { get; }

    /// <summary>The confidence interval of any number that the model gives: the parameters' uncertainty alone.</summary>
    /// <param name="expectation">The number: a parameter, a survival, a lifetime value, of a customer or of a cohort. Called by several threads.</param>
    /// <param name="confidence">Above 0, below 1; 0.95 unless given.</param>
    /// <param name="parallel">How many threads, and a token that stops them between draws; null uses one for each processor.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="confidence"/> is outside its range.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IntervalEstimate Of(Func<TModel, double> expectation, double confidence = 0.95, ParallelOptions? parallel = null)
    {
        ArgumentNullException.ThrowIfNull(expectation);
        return Of(expectation, (model, _) => expectation(model), confidence, parallel);
    }

    /// <summary>The prediction interval of anything that may happen: the parameters' uncertainty and chance together.</summary>
    /// <param name="expectation">What the model expects.</param>
    /// <param name="outcome">What happens by the model, once, with the randomness passed in. Called by several threads.</param>
    /// <param name="confidence">Above 0, below 1; 0.95 unless given.</param>
    /// <param name="parallel">How many threads, and a token that stops them between draws; null uses one for each processor.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="confidence"/> is outside its range.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IntervalEstimate Of(Func<TModel, double> expectation, Func<TModel, SeededRandom, double> outcome, double confidence = 0.95, ParallelOptions? parallel = null)
    {
        ArgumentNullException.ThrowIfNull(expectation);
        ArgumentNullException.ThrowIfNull(outcome);
        IntervalEstimate.RequireConfidence(confidence);
        var outcomes = new double[Models.Count];
        Parallel.For(0, outcomes.Length, parallel ?? new ParallelOptions(), i => outcomes[i] = outcome(Models[i], _random.Split(~i)));
        Array.Sort(outcomes);
        return new IntervalEstimate(expectation(Fitted), Quantiles.OfSorted(outcomes, (1 - confidence) / 2)!.Value, Quantiles.OfSorted(outcomes, (1 + confidence) / 2)!.Value, confidence);
    }
}
