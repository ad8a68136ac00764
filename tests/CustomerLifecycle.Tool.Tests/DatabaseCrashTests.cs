using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace CustomerLifecycle.Tool.Tests;

/// <summary>An import whose process is killed at some moment, and what the next one finds.</summary>
public class DatabaseCrashTests
{
    private const int Customers = 800, Rounds = 8;

    [Fact]
    public async Task Import_KilledAtAnyMoment_HasHappenedWholly_OrNotAtAll()
    {
        using var clm = new Clm();
        var file = clm.Write("shop.csv", Csv(months: 6));
        var more = clm.Write("more.csv", Csv(months: 9));
        var began = clm.PathOf("began.db");
        await ImportAsync(clm, file, began);
        var calm = Copy(clm, began, "calm.db");
        var took = Stopwatch.StartNew();
        using (var process = Start("import", more, "--db", calm)) await process.WaitForExitAsync();
        took.Stop();
        var before = await StatementAsync(clm, file);
        var after = await StatementAsync(clm, more);
        Assert.NotEqual(before, after);
        Assert.Equal(after, await StatementAsync(clm, "--db", calm));

        var random = new Random(20261121);
        for (var round = 0; round < Rounds; round++)
        {
            var database = Copy(clm, began, FormattableString.Invariant($"killed-{round}.db"));
            using (var process = Start("import", more, "--db", database))
            {
                await Task.Delay((int)(took.ElapsedMilliseconds * (0.2 + (0.9 * random.NextDouble()))));
                process.Kill();
                await process.WaitForExitAsync();
            }

            var found = await StatementAsync(clm, "--db", database);
            Assert.True(string.Equals(found, before, StringComparison.Ordinal) || string.Equals(found, after, StringComparison.Ordinal), found);

            await ImportAsync(clm, more, database);
            Assert.Equal(after, await StatementAsync(clm, "--db", database));
            Assert.Equal(await SegmentAsync(clm, calm), await SegmentAsync(clm, database));
        }
    }

    /// <summary>Customers' statements and stages: the first, the last and some between, as the import wrote them one after another.</summary>
    private static async Task<string> StatementAsync(Clm clm, params string[] source)
    {
        var all = new StringBuilder();
        foreach (var customer in new[] { 0, 1, Customers / 3, Customers / 2, Customers - 1 })
        {
            foreach (var question in new[] { "points", "explain" })
            {
                string[] arguments = source is [var file] ? [question, file, $"c{customer}"] : [question, $"c{customer}", .. source];
                var (exitCode, output, error) = await clm.RunAsync(arguments);
                Assert.True(exitCode == 0, error);
                all.Append(output);
            }
        }

        return all.ToString();
    }

    private static async Task<string> SegmentAsync(Clm clm, string database) => (await clm.RunAsync("segment", "stage != 'churned' and points >= 0", "--db", database, "--list")).Output;

    private static string Csv(int months)
    {
        var csv = new StringBuilder("customer_id,date,amount\n");
        for (var month = 1; month <= months; month++)
        {
            for (var customer = 0; customer < Customers; customer++) csv.Append(CultureInfo.InvariantCulture, $"c{customer},2025-{month:00}-{1 + ((customer * month) % 28):00},{customer % 90}.{month}5\n");
        }

        return csv.ToString();
    }

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) is "dotnet" ? host : "dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(CommandLine).Assembly.Location);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static async Task ImportAsync(Clm clm, string file, string database)
    {
        var (exitCode, _, error) = await clm.RunAsync("import", file, "--db", database);
        Assert.True(exitCode == 0, error);
    }

    private static string Copy(Clm clm, string database, string name)
    {
        File.Copy(database, clm.PathOf(name));
        return clm.PathOf(name);
    }
}
