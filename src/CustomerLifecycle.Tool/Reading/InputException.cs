namespace CustomerLifecycle.Tool;

/// <summary>The input or the command line cannot be used: the message is shown as it is and the exit code is 2.</summary>
internal sealed class InputException : Exception
{
    public InputException(string message)
        : base(message)
    {
    }

    public InputException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
