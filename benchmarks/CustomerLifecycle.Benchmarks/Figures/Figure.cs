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

    /// <summary>How many times as fast a call is on several threads as on one, beside arithmetic in registers: what the machine itself allows at that moment.</summary>
    /// <remarks>Round by round, so that a machine that becomes slower does so for both sides.</remarks>
    public static Figure SpeedUp(string name, int threads, double factor, Action<int> call) => new($"{name}, {threads} threads", FormattableString.Invariant($">= {factor:0.0}x"), () =>
    {
        double found = Ratio(call, threads), machine = Ratio(Registers, threads);
        return (FormattableString.Invariant($"{found:0.00}x (machine {machine:0.00}x)"), found >= factor);
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

    private static double Median(Action call)
    {
        Warm(call);
        return Median([.. Enumerable.Range(0, Repeats).Select(_ => Milliseconds(call))]);
    }

    private static double Ratio(Action<int> call, int threads)
    {
        Warm(() => call(threads));
        Warm(() => call(1));
        return Median([.. Enumerable.Range(0, 3 * Repeats).Select(_ => Milliseconds(() => call(1)) / Milliseconds(() => call(threads)))]);
    }

    private static void Registers(int threads)
    {
        const int Chunks = 256, Steps = 60_000;
        Parallel.For(0, Chunks, new ParallelOptions { MaxDegreeOfParallelism = threads }, chunk =>
        {
            var bits = 88172645463325252UL + (ulong)chunk;
            for (var i = 0; i < Steps; i++)
            {
                bits ^= bits << 13;
                bits ^= bits >> 7;
                bits ^= bits << 17;
            }

            if (bits == 0) throw new InvalidOperationException("A xorshift never comes to 0.");
        });
    }

    // Tiered compilation promotes code in the background after some calls.
    private static void Warm(Action call)
    {
        var start = Stopwatch.GetTimestamp();
        for (var calls = 0; calls < 2 || Stopwatch.GetElapsedTime(start) < WarmUp; calls++) call();
    }

    private static double Milliseconds(Action call)
    {
        var start = Stopwatch.GetTimestamp();
        call();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
