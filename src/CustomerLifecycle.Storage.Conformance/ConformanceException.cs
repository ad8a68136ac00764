namespace CustomerLifecycle.Storage.Conformance;

/// <summary>A store under test breaks a promise. The message says which, what was expected and what came.</summary>
public sealed class ConformanceException : Exception
{
    /// <summary>Reports a broken promise.</summary>
    /// <param name="message">What was expected and what came.</param>
    public ConformanceException(string message)
        : base(message)
    {
    }
}
