namespace CustomerLifecycle.Benchmarks.Stores;

/// <summary>Prints what was measured beside what is wanted.</summary>
internal sealed class TargetTable(TextWriter output)
{
    private const int Rounds = 4;

    /// <summary>How many targets were missed.</summary>
    public int Missed { get; private set; }

    /// <summary>Measures library and bare side in turns, so that what else the machine does meets both.</summary>
    public async Task AddAsync(string what, double target, int seconds, IReadOnlyList<AppendClient> library, IReadOnlyList<AppendClient> bare)
    {
        var slice = TimeSpan.FromSeconds((double)seconds / Rounds);
        var warm = TimeSpan.FromSeconds(0.5);
        await RateAsync(library, warm);
        await RateAsync(bare, warm);
        var pairs = new List<(double Library, double Bare)>();
        for (var round = 0; round < Rounds; round++)
        {
            var first = round % 2 == 0 ? await RateAsync(bare, slice) : 0;
            var ours = await RateAsync(library, slice);
            pairs.Add((ours, round % 2 == 0 ? first : await RateAsync(bare, slice)));
        }

        foreach (var client in library.Concat(bare)) await client.DisposeAsync();
        var (rate, bareRate) = (Median(pairs.Select(static pair => pair.Library)), Median(pairs.Select(static pair => pair.Bare)));
        Add(what, Median(pairs.Select(static pair => pair.Library / pair.Bare)), target, isLeast: true, FormattableString.Invariant($"of bare; {rate:0} appends/s, bare {bareRate:0}"));
    }

    /// <summary>Prints one figure.</summary>
    public void Add(string what, double figure, double target, bool isLeast, string unit)
    {
        var met = isLeast ? figure >= target : figure <= target;
        if (!met) Missed++;
        output.WriteLine(FormattableString.Invariant($"{what,-44} {figure,8:0.00}  {(isLeast ? ">=" : "<=")} {target,-6} {(met ? "met   " : "MISSED")} {unit}"));
        output.Flush();
    }

    private static async Task<double> RateAsync(IReadOnlyList<AppendClient> clients, TimeSpan time)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var counts = await Task.WhenAll(clients.Select(client => Task.Run(() => client.RunAsync(time, default))));
        return counts.Sum() / watch.Elapsed.TotalSeconds;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
