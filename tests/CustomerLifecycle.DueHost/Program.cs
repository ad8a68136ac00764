// A host that does due work until nothing is due: run CONNECTION SCHEMA BATCH LEASE_SECONDS. It says 0 when it is ready, waits for a line, and says after each batch how many streams it has done.
// rate STREAMS: each on a server of its own, the rate of one such process and of two.
using System.Diagnostics;
using System.Globalization;
using CustomerLifecycle.DueHost;
using CustomerLifecycle.Hosting;
using CustomerLifecycle.Tests.Shared;

switch (args[0])
{
    case "run":
        await RunAsync(args[1], args[2], int.Parse(args[3], CultureInfo.InvariantCulture), int.Parse(args[4], CultureInfo.InvariantCulture));
        break;
    case "rate":
        var streams = int.Parse(args[1], CultureInfo.InvariantCulture);
        var (one, two) = (await OnItsOwnServerAsync(streams, hosts: 1), await OnItsOwnServerAsync(streams, hosts: 2));
        Console.WriteLine(FormattableString.Invariant($"{streams} streams: one host {one:F0}/s, two hosts {two:F0}/s, ratio {two / one:F2}"));
        break;
    default:
        throw new ArgumentException($"There is no '{args[0]}'.", nameof(args));
}

static async Task RunAsync(string connection, string schema, int batch, int lease)
{
    await using var shop = new DueShop(connection, schema);
    await shop.Journal.MeasureAsync();
    Console.WriteLine(0);
    await Console.In.ReadLineAsync();
    using var worker = new DueWorker([new SpokenWork(shop.Service)], new() { DueBatch = batch, LeaseSeconds = lease });
    while (true)
    {
        await worker.RunOnceAsync();
        if ((await shop.Journal.MeasureAsync()).DueStreams == 0) return;
        await Task.Delay(100); // what another host has claimed may come back
    }
}

// A server for each measurement: what one leaves to be vacuumed would cost the next. As a host would run it, with every commit on the disk and the tables in its memory.
static async Task<double> OnItsOwnServerAsync(int streams, int hosts)
{
    using var server = PostgreSqlServer.With("shared_buffers=4GB", "max_wal_size=8GB", "checkpoint_timeout=30min");
    return await RateAsync(server.ConnectionString, "shop", streams, hosts);
}

static async Task<double> RateAsync(string connection, string schema, int streams, int hosts)
{
    await using var shop = new DueShop(connection, schema);
    await shop.SeedAsync(streams);
    var processes = Enumerable.Range(0, hosts).Select(_ => Process.Start(new ProcessStartInfo("dotnet", [Environment.GetCommandLineArgs()[0], "run", connection, schema, "500", "60"]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false })!).ToArray();
    foreach (var process in processes) await process.StandardOutput.ReadLineAsync();
    var watch = Stopwatch.StartNew(); // what it takes to start a process is not counted
    var done = await Task.WhenAll(processes.Select(async process =>
    {
        await process.StandardInput.WriteLineAsync();
        string? last = null;
        while (await process.StandardOutput.ReadLineAsync() is { } line) last = line;
        await process.WaitForExitAsync();
        process.Dispose();
        return int.Parse(last ?? "0", CultureInfo.InvariantCulture);
    }));
    var elapsed = watch.Elapsed;
    Console.WriteLine($"{hosts} hosts did {string.Join(" + ", done)} in {elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)} s");
    return done.Sum() / elapsed.TotalSeconds;
}
