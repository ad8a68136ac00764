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
        return KillAndVerifyAsync("sqlite", file, () => new SqliteJournal<Note, NoteAdded>(file, new NoteCodec()), KillProcessAsync);
    }

    /// <summary>In turns the client is killed, and one of the server's processes, after which the server ends all others and recovers from its log.</summary>
    [PostgreSqlFact]
    public async Task PostgreSql_ClientAndServerKilledAtRandomMoments_KeepsWhatItAcknowledgedAndNothingByHalf()
    {
        using var server = new PostgreSqlServer();
        var place = new NpgsqlConnectionStringBuilder(server.ConnectionString) { ApplicationName = $"killed {Guid.NewGuid():N}" };
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        var kills = 0;
        await KillAndVerifyAsync("postgresql", place.ConnectionString, () => new PostgreSqlJournal<Note, NoteAdded>(source, new NoteCodec()), async process =>
        {
            if (server.IsOwn && kills++ % 2 == 1)
            {
                using var backend = Process.GetProcessById((await BackendsAsync(source, place.ApplicationName!))[0]);
                backend.Kill();
            }

            await KillProcessAsync(process);

            // What the server has begun for a client that is gone, it ends; only then is the truth still.
            while ((await BackendsAsync(source, place.ApplicationName!)).Count > 0) await Task.Delay(20);
        });
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task KillAndVerifyAsync(string store, string place, Func<IJournal<Note, NoteAdded>> open, Func<Process, Task> killAsync)
    {
        var random = new Random(20261121);
        var acknowledged = new List<string>();
        for (var run = 0; run < Kills; run++)
        {
            acknowledged.AddRange(await KillAsync(store, place, run, afterAcknowledgements: random.Next(1, 200), delay: TimeSpan.FromMilliseconds(random.Next(0, 50)), killAsync));
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

    private static async Task KillProcessAsync(Process process)
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    // The server's processes that serve a client; none while it recovers.
    private static async Task<List<int>> BackendsAsync(NpgsqlDataSource source, string client)
    {
        while (true)
        {
            try
            {
                await using var command = source.CreateCommand("SELECT pid FROM pg_stat_activity WHERE application_name = $1");
                command.Parameters.Add(new() { Value = client });
                var backends = new List<int>();
                await using var row = await command.ExecuteReaderAsync();
                while (await row.ReadAsync()) backends.Add(row.GetInt32(0));
                return backends;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(20);
            }
        }
    }

    private static async Task<List<string>> KillAsync(string store, string place, int run, int afterAcknowledgements, TimeSpan delay, Func<Process, Task> killAsync)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "CustomerLifecycle.Storage.Crash.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, store, place, $"run{run}"]) { RedirectStandardOutput = true, UseShellExecute = false })
            ?? throw new InvalidOperationException($"{program} did not start.");
        var acknowledged = new List<string>();
        while (acknowledged.Count < afterAcknowledgements && await process.StandardOutput.ReadLineAsync() is { } key) acknowledged.Add(key);
        Assert.False(process.HasExited, $"The load ended by itself after {acknowledged.Count} acknowledgements.");
        await Task.Delay(delay);
        await killAsync(process);

        // What was still in the pipe was acknowledged, too; a last line without its end was not.
        var rest = await process.StandardOutput.ReadToEndAsync();
        acknowledged.AddRange(rest[..(rest.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return acknowledged;
    }
}
