using System.Diagnostics;
using System.Globalization;
using CustomerLifecycle.Storage.Conformance;
using CustomerLifecycle.Storage.PostgreSql;
using CustomerLifecycle.Storage.Sqlite;
using CustomerLifecycle.Tests.Shared;
using Npgsql;

namespace CustomerLifecycle.Storage.Tests;

/// <summary>A process that writes under load is killed at random moments, again and again. CUSTOMERLIFECYCLE_KILLS sets how often; the default keeps the suite short.</summary>
public sealed class KillTests : IDisposable
{
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("CUSTOMERLIFECYCLE_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 6;

    private readonly string _folder = Directory.CreateTempSubdirectory("kills").FullName;

    [Fact]
    public Task Sqlite_KilledAtRandomMoments_KeepsWhatItAcknowledgedAndNothingByHalf()
    {
        var file = Path.Combine(_folder, "notes.db");
        return KillAndVerifyAsync("sqlite", file, () => new SqliteJournal<Note, NoteAdded>(file, new NoteCodec()));
    }

    [PostgreSqlFact]
    public async Task PostgreSql_ItsClientKilledAtRandomMoments_KeepsWhatItAcknowledgedAndNothingByHalf()
    {
        using var server = new PostgreSqlServer();
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await KillAndVerifyAsync("postgresql", server.ConnectionString, () => new PostgreSqlJournal<Note, NoteAdded>(source, new NoteCodec()));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task KillAndVerifyAsync(string store, string place, Func<IJournal<Note, NoteAdded>> open)
    {
        var random = new Random(20261121);
        var acknowledged = new List<string>();
        for (var run = 0; run < Kills; run++)
        {
            acknowledged.AddRange(await KillAsync(store, place, run, afterAcknowledgements: random.Next(1, 200), delay: TimeSpan.FromMilliseconds(random.Next(0, 50))));
            var journal = open();
            try
            {
                Assert.True(await CrashConformance.VerifyAsync(journal, acknowledged) >= acknowledged.Count);
            }
            finally
            {
                (journal as IDisposable)?.Dispose();
            }
        }
    }

    private static async Task<List<string>> KillAsync(string store, string place, int run, int afterAcknowledgements, TimeSpan delay)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "CustomerLifecycle.Storage.Crash.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, store, place, $"run{run}"]) { RedirectStandardOutput = true, UseShellExecute = false })
            ?? throw new InvalidOperationException($"{program} did not start.");
        var acknowledged = new List<string>();
        while (acknowledged.Count < afterAcknowledgements && await process.StandardOutput.ReadLineAsync() is { } key) acknowledged.Add(key);
        Assert.False(process.HasExited, $"The load ended by itself after {acknowledged.Count} acknowledgements.");
        await Task.Delay(delay);
        process.Kill();

        // What was still in the pipe was acknowledged, too; a last line without its end was not.
        var rest = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        acknowledged.AddRange(rest[..(rest.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return acknowledged;
    }
}
