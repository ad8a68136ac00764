using System.Diagnostics;

namespace CustomerLifecycle.Benchmarks.Figures;

/// <summary>A figure that the library promises, and how to measure it.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Target">What is promised, in words.</param>
/// <param name="Measure">The figure in words, and whether it keeps the promise; null where its data are not here.</param>
internal sealed record Figure(string Name, string Target, Func<(string Found, bool Kept)?> Measure)
{
    private const int Repeats = 7;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <summary>A time of one call: the median of some, warm.</summary>
    public static Figure Time(string name, double milliseconds, Action call) => new(name, FormattableString.Invariant($"<= {milliseconds:0} ms"), () =>
    {
        var median = Median(call);
        return (FormattableString.Invariant($"{median:0.0} ms"), median <= milliseconds);
    });

    /// <summary>How many times as fast a call is on several threads as on one.</summary>
    public static Figure SpeedUp(string name, int threads, double factor, Action<int> call) => new($"{name}, {threads} threads", FormattableString.Invariant($">= {factor:0.0}x"), () =>
    {
        double found = Median(() => call(1)) / Median(() => call(threads));
        return (FormattableString.Invariant($"{found:0.00}x"), found >= factor);
    });

    /// <summary>Bytes that a call allocates on this thread.</summary>
    public static Figure Allocations(string name, Action call) => new(name, "0 bytes", () =>
    {
        call();
        var before = GC.GetAllocatedBytesForCurrentThread();
        call();
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        return ($"{bytes} bytes", bytes == 0);
    });

    public static double Median(Action call)
    {
        // Tiered compilation promotes code in the background after some calls.
        var start = Stopwatch.GetTimestamp();
        for (var calls = 0; calls < 2 || Stopwatch.GetElapsedTime(start) < WarmUp; calls++) call();

        var times = new double[Repeats];
        for (var i = 0; i < Repeats; i++)
        {
            start = Stopwatch.GetTimestamp();
            call();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        return times[Repeats / 2];
    }
}
