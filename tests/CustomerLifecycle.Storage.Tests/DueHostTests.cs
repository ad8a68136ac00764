using System.Diagnostics;
using System.Globalization;
using CustomerLifecycle.DueHost;
using CustomerLifecycle.Tests.Shared;

namespace CustomerLifecycle.Storage.Tests;

/// <summary>Two processes share the due work of one database, and one of them is killed. CUSTOMERLIFECYCLE_DUE_STREAMS sets how many streams are due; the default keeps the suite short.</summary>
public sealed class DueHostTests
{
    private static readonly int Streams = int.TryParse(Environment.GetEnvironmentVariable("CUSTOMERLIFECYCLE_DUE_STREAMS"), CultureInfo.InvariantCulture, out var streams) ? streams : 2_000;

    [PostgreSqlFact]
    public async Task TwoHosts_OneKilledHalfWay_DoEachStreamOnce()
    {
        using var server = new PostgreSqlServer();
        await using var shop = new DueShop(server.ConnectionString, "shop");
        await shop.SeedAsync(Streams);

        using var killed = Start(server.ConnectionString);
        using var other = Start(server.ConnectionString);
        foreach (var host in new[] { killed, other }) Assert.Equal("0", await host.StandardOutput.ReadLineAsync());
        foreach (var host in new[] { killed, other }) await host.StandardInput.WriteLineAsync();
        Assert.True(await UntilAsync(killed, Streams / 8) >= Streams / 8, "The host that is to be killed has ended by itself.");
        killed.Kill();
        await killed.WaitForExitAsync();
        var doneByOther = await UntilAsync(other, int.MaxValue);
        await other.WaitForExitAsync();

        Assert.Equal(0, other.ExitCode);
        Assert.InRange(doneByOther, 1, Streams - (Streams / 8));
        await AssertEachOnceAsync(shop);
    }

    // Time passed once for each: one record beside the seed's, and one message.
    private static async Task AssertEachOnceAsync(DueShop shop)
    {
        Assert.Equal(0, (await shop.Journal.MeasureAsync()).DueStreams);
        var streams = 0;
        StreamId? last = null;
        while (await shop.Journal.ListAsync(last, JournalLimits.MaxPage) is { Count: > 0 } page)
        {
            Assert.All(page, static stream => Assert.Equal(2, stream.Version));
            streams += page.Count;
            last = page[^1].Stream;
        }

        var told = new HashSet<StreamId>();
        while (await shop.Journal.ClaimOutboxAsync(JournalLimits.MaxBatch, Duration.FromDays(1)) is { Count: > 0 } claims)
        {
            Assert.All(claims, claim => Assert.True(told.Add(claim.Record.Stream), "A stream told twice that time has passed."));
            await shop.Journal.AcknowledgeAsync(claims);
        }

        Assert.Equal((Streams, Streams), (streams, told.Count));
    }

    // The lease is short, so that what the killed host had claimed comes back soon.
    private static Process Start(string connection)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "CustomerLifecycle.DueHost.dll");
        var batch = Math.Clamp(Streams / 50, 1, 500).ToString(CultureInfo.InvariantCulture);
        return Process.Start(new ProcessStartInfo("dotnet", [program, "run", connection, "shop", batch, "5"]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false })
            ?? throw new InvalidOperationException($"{program} did not start.");
    }

    private static async Task<int> UntilAsync(Process host, int done)
    {
        var last = 0;
        while (last < done && await host.StandardOutput.ReadLineAsync() is { } line) last = int.Parse(line, CultureInfo.InvariantCulture);
        return last;
    }
}
