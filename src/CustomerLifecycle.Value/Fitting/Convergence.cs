namespace CustomerLifecycle.Value;

/// <summary>How a fit ended, for programs and for people.</summary>
/// <param name="Status">For programs.</param>
/// <param name="Message">One or two sentences: what was found and what to do about it.</param>
/// <param name="Iterations">Steps of the optimiser.</param>
/// <param name="Evaluations">How often the likelihood was computed.</param>
public sealed record Convergence(ConvergenceStatus Status, string Message, int Iterations, int Evaluations)
{
    /// <summary>Whether the likelihood has no interior maximum: a parameter runs to 0 or to infinity.</summary>
    /// <remarks>The likelihood is reached all the same, and predictions are sound; the parameters that run away mean nothing on their own and have no standard errors.</remarks>
    public bool IsBoundary => Status == ConvergenceStatus.Boundary;
}

/// <summary>How a fit ended.</summary>
public enum ConvergenceStatus
{
    /// <summary>At an interior maximum.</summary>
    Interior,

    /// <summary>The likelihood rises towards the edge of the parameter space and flattens there.</summary>
    Boundary,

    /// <summary>The iteration limit was reached first.</summary>
    IterationLimit,
}
