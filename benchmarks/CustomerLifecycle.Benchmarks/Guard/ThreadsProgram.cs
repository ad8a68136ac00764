using System.Diagnostics;

namespace CustomerLifecycle.Benchmarks.Guard;

/// <summary>Measures how much faster the parallel hot paths are on several threads, beside arithmetic in registers: what the machine itself allows at that moment.</summary>
internal static class ThreadsProgram
{
    private const int Rounds = 9;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestRun = TimeSpan.FromMilliseconds(200);

    /// <param name="output">Where the table is printed.</param>
    public static int Run(TextWriter output)
    {
        int[] threads = [.. new[] { 1, 2, 4, 8, 16 }.Where(count => count <= Environment.ProcessorCount)];
        output.WriteLine(Machine.Kind);
        output.WriteLine($"{"hot path",-28} {"threads",7} {"time/ms",10} {"speed-up",8} {"machine",8} {"units/s",12}");
        foreach (var path in GuardProgram.HotPaths.OfType<ParallelPath>())
        {
            path.Setup();
            var (own, machine) = (SpeedUps(threads, (first, count) => path.Part(first, count), path.Units, out var times), SpeedUps(threads, Registers, path.Units, out _));
            for (var i = 0; i < threads.Length; i++)
                output.WriteLine(FormattableString.Invariant($"{path.Name,-28} {threads[i],7} {times[i],10:0.000} {own[i],8:0.00} {machine[i],8:0.00} {path.Units * 1000 / times[i],12:0}"));
        }

        return 0;
    }

    // Round by round, so that a machine that becomes slower does so for all.
    private static double[] SpeedUps(int[] threads, Func<int, int, double> part, int units, out double[] times)
    {
        var calls = Math.Max(1, (int)(ShortestRun / Warm(part, units)));
        var rounds = threads.Select(_ => new double[Rounds]).ToArray();
        for (var round = 0; round < Rounds; round++)
            for (var i = 0; i < threads.Length; i++) rounds[i][round] = Time(part, units, threads[i], calls);
        double[] speedUps = [.. rounds.Select(several => Median([.. rounds[0].Zip(several, (one, time) => one / time)]))];
        times = [.. rounds.Select(Median)];
        return speedUps;
    }

    private static double Registers(int first, int count)
    {
        var bits = 88172645463325252UL + (ulong)first;
        for (var i = 0; i < count * 100; i++)
        {
            bits ^= bits << 13;
            bits ^= bits >> 7;
            bits ^= bits << 17;
        }

        return bits;
    }

    private static TimeSpan Warm(Func<int, int, double> part, int units)
    {
        var start = Stopwatch.GetTimestamp();
        var calls = 0;
        while (calls < 3 || Stopwatch.GetElapsedTime(start) < WarmUp)
        {
            part(0, units);
            calls++;
        }

        return Stopwatch.GetElapsedTime(start) / calls;
    }

    // Each thread has its own part, and calls often enough that starting it does not count.
    private static double Time(Func<int, int, double> part, int units, int threads, int calls)
    {
        var each = units / threads;
        using var ready = new Barrier(threads + 1);
        Thread[] workers =
        [
            .. Enumerable.Range(0, threads).Select(number => new Thread(() =>
            {
                ready.SignalAndWait();
                for (var i = 0; i < calls; i++) part(number * each, each);
            })),
        ];
        foreach (var worker in workers) worker.Start();
        ready.SignalAndWait();
        var start = Stopwatch.GetTimestamp();
        foreach (var worker in workers) worker.Join();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / calls;
    }

    private static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
