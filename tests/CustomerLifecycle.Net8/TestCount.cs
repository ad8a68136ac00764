using Xunit.Abstractions;

namespace CustomerLifecycle.Net8;

/// <summary>Listens to xunit while it runs one assembly, prints what failed and counts.</summary>
/// <param name="output">Where failures are printed.</param>
internal sealed class TestCount(TextWriter output) : IMessageSink
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _passed;
    private int _failed;
    private int _skipped;

    public int Passed => _passed;

    public int Failed => _failed;

    public int Skipped => _skipped;

    /// <summary>Completes when xunit has run the last test.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Counts a failure that belongs to no test.</summary>
    public void Broken(string what)
    {
        Interlocked.Increment(ref _failed);
        output.WriteLine($"FAILED {what}");
    }

    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestPassed:
                Interlocked.Increment(ref _passed);
                break;
            case ITestSkipped skipped:
                Interlocked.Increment(ref _skipped);
                output.WriteLine($"SKIPPED {skipped.Test.DisplayName}: {skipped.Reason}");
                break;
            case ITestFailed failed:
                Broken($"{failed.Test.DisplayName}\n{Text(failed)}");
                break;
            case ITestAssemblyFinished:
                _ended.TrySetResult();
                break;
            case IFailureInformation failure: // an error in a fixture, a constructor of a collection or a clean-up
                Broken(Text(failure));
                break;
        }

        return true;
    }

    private static string Text(IFailureInformation failure) => string.Join('\n', failure.Messages.Zip(failure.StackTraces, (message, trace) => $"    {message}\n{trace}"));
}
