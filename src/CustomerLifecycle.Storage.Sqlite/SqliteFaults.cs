using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace CustomerLifecycle.Storage.Sqlite;

internal static class SqliteFaults
{
    public static StoreException Of(SqliteException fault) => fault.SqliteErrorCode switch
    {
        SQLITE_CORRUPT or SQLITE_NOTADB => new StoreCorruptException($"The SQLite file cannot be read (SQLite error {fault.SqliteExtendedErrorCode}). Restore it from a backup.", fault),
        SQLITE_BUSY or SQLITE_LOCKED => new StoreUnavailableException("Another process writes to the SQLite file for longer than the busy timeout. Try again, or raise BusyTimeoutSeconds.", fault),
        SQLITE_FULL => new StoreUnavailableException("The disk that holds the SQLite file is full. Make room and try again.", fault),
        SQLITE_READONLY or SQLITE_PERM or SQLITE_CANTOPEN => new StoreUnavailableException("The SQLite file cannot be opened for writing. Check that its folder exists and that this user may write there.", fault),
        _ => new StoreUnavailableException($"SQLite failed with error {fault.SqliteExtendedErrorCode}. Whether a write happened is unknown: try the same again.", fault),
    };

    /// <summary>A fault of a file or folder. What the system said would name the path, which may be somebody's home.</summary>
    public static StoreException OfFile(string what, Exception fault) =>
        new StoreUnavailableException($"{what} Check that its folder exists, that this user may write there, and that the disk is not full ({fault.GetType()}).");
}
