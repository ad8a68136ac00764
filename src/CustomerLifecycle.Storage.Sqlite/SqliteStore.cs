using Microsoft.Data.Sqlite;

namespace CustomerLifecycle.Storage.Sqlite;

/// <summary>One SQLite file that holds journals, how it is kept, and how it is backed up.</summary>
/// <remarks>The journals of one file should share one of these: their writers then wait for each other in order. Its faults never hold the path.</remarks>
public sealed class SqliteStore
{
    private readonly SqliteStoreOptions _options;

    /// <summary>Names a file. Nothing is opened yet.</summary>
    /// <param name="path">The file. Its folder must exist when the first journal is opened. A new file can be read by its owner only.</param>
    /// <param name="options">How the file is kept; null for the defaults.</param>
    public SqliteStore(string path, SqliteStoreOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _options = options ?? new();
        ArgumentOutOfRangeException.ThrowIfNegative(_options.BusyTimeoutSeconds, nameof(options));
        Path = System.IO.Path.GetFullPath(path);
    }

    /// <summary>The file, as an absolute path.</summary>
    public string Path { get; }

    /// <summary>The turn to write to the file: SQLite has one writer at a time, and lets the others look again and again instead of waiting.</summary>
    internal SemaphoreSlim Writing { get; } = new(1, 1);

    /// <summary>Writes a whole, consistent copy as of one moment. Readers and writers go on.</summary>
    /// <param name="target">The copy. It appears when it is whole; one that is there already is replaced then. To restore, stop all processes and put it in the place of the file and of its -wal and -shm.</param>
    /// <exception cref="FileNotFoundException">The store's file is not there.</exception>
    /// <exception cref="StoreException">The file cannot be read, or the copy not be written.</exception>
    public void Backup(string target)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        if (!File.Exists(Path)) throw new FileNotFoundException("There is no SQLite file to back up.");

        var unfinished = target + ".unfinished";
        try
        {
            File.Delete(unfinished);
            try
            {
                Create(unfinished);
                using (var connection = Open())
                using (var copy = new Statement(connection, "VACUUM INTO ?1", 1))
                {
                    copy.Set(1, unfinished).Run();
                }

                if (File.Exists(target)) File.Replace(unfinished, target, destinationBackupFileName: null);
                else File.Move(unfinished, target);
            }
            finally
            {
                File.Delete(unfinished);
            }
        }
        catch (SqliteException fault)
        {
            throw SqliteFaults.Of(fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw SqliteFaults.OfFile("The backup cannot be written.", fault);
        }
    }

    internal static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is put together here, from constants, whole numbers and journals' names, which are letters, digits and _.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    internal static void Rollback(SqliteConnection connection)
    {
        try
        {
            Execute(connection, "ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself already, as it does when the disk is full.
        }
    }

    internal SqliteConnection Open()
    {
        SqliteConnection? connection = null;
        try
        {
            Create(Path);
            connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false, DefaultTimeout = 1 }.ToString());
            connection.Open();
            Execute(connection, $"PRAGMA busy_timeout = {_options.BusyTimeoutSeconds * 1_000}");
            Execute(connection, "PRAGMA journal_mode = WAL");
            Execute(connection, _options.FullSynchronous ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            Execute(connection, "PRAGMA foreign_keys = ON");
            return connection;
        }
        catch (SqliteException fault)
        {
            connection?.Dispose();
            throw SqliteFaults.Of(fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw SqliteFaults.OfFile("The SQLite file cannot be made or opened.", fault);
        }
    }

    // For this user's eyes only; its companions (-wal, -shm) take its mode over.
    private static void Create(string path)
    {
#if NET8_0_OR_GREATER
        if (File.Exists(path) || OperatingSystem.IsWindows()) return;
        try
        {
            using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process made it in the meantime.
        }
#else
        _ = path;
#endif
    }
}
