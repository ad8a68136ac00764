using System.Diagnostics;

namespace CustomerLifecycle.Tests.Shared;

/// <summary>A PostgreSQL server of the tests' own: made in a temporary folder, reached through a socket there, gone with the tests.</summary>
/// <remarks>CUSTOMERLIFECYCLE_POSTGRESQL names another server by its connection string. Its database must be one that tests may fill.</remarks>
public sealed class PostgreSqlServer : IDisposable
{
    private readonly string? _folder;

    public PostgreSqlServer()
        : this("fsync=off")
    {
    }

    private PostgreSqlServer(params string[] settings)
    {
        if (Given is { } given)
        {
            ConnectionString = given;
            return;
        }

        if (Binaries is null) return;
        _folder = Directory.CreateTempSubdirectory("pg").FullName;
        var data = Path.Combine(_folder, "data");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);
        Run("initdb", "-D", data, "-A", "trust", "-U", "tests", "-E", "UTF8", "--locale=C", "--no-sync");
        Run("pg_ctl", "-D", data, "-w", "-l", Path.Combine(_folder, "log"), "-o", $"-c listen_addresses='' -c unix_socket_directories='{_folder}' -c max_connections=200{string.Concat(settings.Select(static setting => $" -c {setting}"))}", "start");
        ConnectionString = $"Host={_folder};Username=tests;Database=postgres;Maximum Pool Size=60";
    }

    /// <summary>Why there is no server, or null when there is one.</summary>
    public static string? Missing => Prerequisite.Missing(Given is not null || Binaries is not null, "There is no PostgreSQL: install it, or name a server in CUSTOMERLIFECYCLE_POSTGRESQL.");

    public string ConnectionString { get; } = "";

    /// <summary>Whether it was started here, so that a test may kill its processes.</summary>
    public bool IsOwn => _folder is not null;

    /// <summary>A server with the settings of postgresql.conf that are given, and else PostgreSQL's own: with fsync, unlike the one for tests.</summary>
    public static PostgreSqlServer With(params string[] settings) => new(settings);

    private static string? Given => Environment.GetEnvironmentVariable("CUSTOMERLIFECYCLE_POSTGRESQL") is { Length: > 0 } given ? given : null;

    private static string? Binaries { get; } = Folders().FirstOrDefault(static folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl")));

    public void Dispose()
    {
        if (_folder is null) return;
        Run("pg_ctl", "-D", Path.Combine(_folder, "data"), "-m", "immediate", "-w", "stop");
        Run("rm", "-rf", Path.Combine(_folder, "data"));
        Directory.Delete(_folder, recursive: true);
    }

    private static IEnumerable<string> Folders() =>
        Prerequisite.Path.Concat(Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(static folder => folder, StringComparer.Ordinal).Select(static folder => Path.Combine(folder, "bin"))
            : []);

    // The server refuses to run as root: there it runs as the user that Debian's package made.
    private static void Run(string program, params string[] arguments)
    {
        var inFolder = Path.Combine(Binaries!, program);
        var path = File.Exists(inFolder) ? inFolder : program;
        var command = string.Equals(Environment.UserName, "root", StringComparison.Ordinal)
            ? new ProcessStartInfo("runuser", ["-u", "postgres", "--", path, .. arguments])
            : new ProcessStartInfo(path, arguments);
        command.WorkingDirectory = Path.GetTempPath();
        command.RedirectStandardOutput = true; // little enough to stay in the pipe unread
        using var process = Process.Start(command) ?? throw new InvalidOperationException($"{program} did not start.");
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with exit code {process.ExitCode}.");
    }
}
