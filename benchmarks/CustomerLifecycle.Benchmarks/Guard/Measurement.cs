namespace CustomerLifecycle.Benchmarks.Guard;

/// <summary>What a hot path cost.</summary>
/// <param name="Milliseconds">Median of one call of the library.</param>
/// <param name="Ratio">Median of library over yardstick, taken pair by pair: a noisy machine slows both.</param>
/// <param name="BytesPerUnit">Allocated by the library, per unit.</param>
/// <param name="UnitsPerSecond">Throughput of the library.</param>
internal sealed record Measurement(string Name, double Milliseconds, double Ratio, double BytesPerUnit, double UnitsPerSecond);

/// <summary>Times a hot path in this process, on this thread.</summary>
internal static class Stopwatches
{
    private const int Pairs = 9;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestRun = TimeSpan.FromMilliseconds(50);

    /// <exception cref="InvalidOperationException">Library and yardstick do not answer the same.</exception>
    public static Measurement Measure(HotPath path)
    {
        path.Setup();
        var (wanted, got) = (path.Yardstick(), path.Library());
        if (!(Math.Abs(got - wanted) <= path.Agreement * Math.Max(1, Math.Abs(wanted))))
            throw new InvalidOperationException($"{path.Name}: the yardstick answers {wanted:R} and the library {got:R}. One of them is wrong, so nothing was measured.");

        // Tiered compilation promotes code in the background after some calls: warm both until it has settled.
        var calls = Math.Min(WarmCalls(path.Yardstick), WarmCalls(path.Library));

        var ratios = new double[Pairs];
        var times = new double[Pairs];
        var bytes = long.MaxValue;
        for (var i = 0; i < Pairs; i++)
        {
            var yardstick = Time(path.Yardstick, calls);
            var before = GC.GetAllocatedBytesForCurrentThread();
            times[i] = Time(path.Library, calls);
            bytes = Math.Min(bytes, (GC.GetAllocatedBytesForCurrentThread() - before) / calls);
            ratios[i] = times[i] / yardstick;
        }

        Array.Sort(ratios);
        Array.Sort(times);
        var milliseconds = times[Pairs / 2];
        return new(path.Name, milliseconds, ratios[Pairs / 2], (double)bytes / path.Units, path.Units * 1000d / milliseconds);
    }

    /// <summary>Calls until it is warm.</summary>
    /// <returns>How many calls last long enough to be timed.</returns>
    private static int WarmCalls(Func<double> call)
    {
        var calls = 0;
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        while (calls < 3 || System.Diagnostics.Stopwatch.GetElapsedTime(start) < WarmUp)
        {
            call();
            calls++;
        }

        var each = System.Diagnostics.Stopwatch.GetElapsedTime(start) / calls;
        return Math.Max(1, (int)Math.Ceiling(ShortestRun / each));
    }

    private static double Time(Func<double> call, int calls)
    {
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++) call();
        return System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMilliseconds / calls;
    }
}
