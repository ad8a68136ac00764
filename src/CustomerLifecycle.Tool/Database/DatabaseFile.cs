using Microsoft.Data.Sqlite;

namespace CustomerLifecycle.Tool;

/// <summary>The file of a database: whether it is one of ours, and that one <c>clm</c> at a time uses it.</summary>
internal sealed class DatabaseFile : IDisposable
{
    private const int LockSeconds = 2, BusySeconds = 60;
    private readonly string _name;
    private readonly FileStream _lock;

    private DatabaseFile(string name, FileStream held)
    {
        _name = name;
        _lock = held;
    }

    /// <summary>Takes a database for this process.</summary>
    /// <param name="name">Its path, as the user wrote it.</param>
    /// <param name="mayBeNew">Whether one that is not there will be made.</param>
    /// <exception cref="InputException">It is not there, is no database of ours, or is in use.</exception>
    public static DatabaseFile Take(string name, bool mayBeNew)
    {
        if (string.IsNullOrWhiteSpace(name)) throw new InputException("--db needs the name of a file, for example shop.db.");
        if (Directory.Exists(name)) throw new InputException($"'{name}' is a folder. Name a file in it with --db, for example '{Path.Combine(name, "shop.db")}'.");
        var exists = File.Exists(name);
        if (!exists && !mayBeNew) throw new InputException($"There is no database '{name}'. Make it from a file of purchases: clm import FILE --db {name}");
        if (exists) MustBeDatabase(name);

        var held = Lock(name);
        try
        {
            if (exists) MustBeOurs(name);
        }
        catch
        {
            held.Dispose();
            throw;
        }

        return new(name, held);
    }

    /// <summary>How the journals are kept: what is said to be done is on the disk. Whether another program has the file is found out before; here they wait for each other.</summary>
    public static Storage.Sqlite.SqliteStoreOptions Options => new() { BusyTimeoutSeconds = BusySeconds };

    /// <summary>What a fault of the store means to the user.</summary>
    public Exception Explain(StoreException fault) => fault switch
    {
        StoreVersionException { Name: var what, Found: var found, Known: var known } => new InputException(
            $"'{_name}' was written by a newer clm: it holds the {what} in version {found}, this clm knows versions up to {known}. Update it: dotnet tool update --global CustomerLifecycle.Tool", fault),
        StoreCorruptException => new InputException($"'{_name}' is damaged: {fault.Message} Or make it anew from the files of purchases.", fault),
        { InnerException: SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED } } => new InputException($"'{_name}' is locked by another program. Close it, or wait until it has finished, and try again.", fault),
        _ => new IOException($"'{_name}': {fault.Message}", fault),
    };

    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string name)
    {
        try
        {
            return new(name + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (DirectoryNotFoundException exception)
        {
            throw new InputException($"The folder of '{name}' is not there. Make it, or name another file with --db.", exception);
        }
        catch (IOException exception) when (File.Exists(name + ".lock"))
        {
            throw new InputException($"'{name}' is in use by another clm. Wait until it has finished, and try again.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{name}' cannot be used: nothing can be written beside it. {exception.Message} Name another file with --db.", exception);
        }
    }

    private static void MustBeDatabase(string name)
    {
        Span<byte> head = stackalloc byte[16];
        try
        {
            using var file = new FileStream(name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) is 0 || head.SequenceEqual("SQLite format 3\0"u8)) return;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{name}' cannot be opened: {exception.Message}", exception);
        }

        throw new InputException($"'{name}' is not a SQLite database, and is left alone. Name another file with --db. If it holds purchases: clm import {name} --db shop.db");
    }

    /// <summary>Before tables are made in it: somebody else's database is left alone.</summary>
    private static void MustBeOurs(string name)
    {
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = name, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = LockSeconds }.ToString());
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) > 0 AND count(*) FILTER (WHERE name = 'customerlifecycle_journal') = 0 FROM sqlite_schema";
            if (command.ExecuteScalar() is not 0L) throw new InputException($"'{name}' is a database of another program, and is left alone. Name another file with --db.");
            command.CommandText = "BEGIN IMMEDIATE; ROLLBACK";
            command.ExecuteNonQuery();
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED)
        {
            throw new InputException($"'{name}' is locked by another program. Close it, or wait until it has finished, and try again.", fault);
        }
        catch (SqliteException fault)
        {
            throw new InputException($"'{name}' is damaged, or no database at all (SQLite error {fault.SqliteExtendedErrorCode}). Take a backup of it, or make it anew from the files of purchases.", fault);
        }
    }
}
