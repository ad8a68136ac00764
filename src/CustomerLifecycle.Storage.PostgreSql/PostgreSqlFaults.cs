using System.Net.Sockets;
using Npgsql;

namespace CustomerLifecycle.Storage.PostgreSql;

internal static class PostgreSqlFaults
{
    /// <summary>Whether a driver's exception is the world's fault.</summary>
    /// <remarks>The driver that closes a connection after a time-out can meet its own closed socket.</remarks>
    public static bool IsFault(Exception exception) =>
        exception is NpgsqlException or TimeoutException or IOException or SocketException or ObjectDisposedException { ObjectName: "System.Net.Sockets.Socket" };

    /// <summary>Whether the server gave the whole transaction up, so that it can be made again.</summary>
    public static bool IsRetryable(Exception exception) => exception is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    /// <summary>Whether the server knows a table, a column or a function no longer, or not in the form that was named.</summary>
    public static bool IsNotUnderstood(Exception exception) => exception is PostgresException
    {
        SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.DatatypeMismatch or PostgresErrorCodes.InvalidSchemaName,
    };

    // The driver's messages may hold the host, the user or a row's values: only the code goes into ours.
    public static StoreException Of(Exception fault) => fault switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.InvalidSchemaName } =>
            new StoreUnavailableException("The journal's tables are not in the database. Set ApplySchema, or apply the package's schema/*.sql by hand.", fault),
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } =>
            new StoreUnavailableException("The database user may not do this. It needs USAGE on the schema, SELECT, INSERT, UPDATE and DELETE on its tables, USAGE on its sequences, and CREATE where the schema is applied.", fault),
        PostgresException { SqlState: PostgresErrorCodes.DependentObjectsStillExist } =>
            new StoreUnavailableException("A view of the database's own reads one of the reporting views, which have a newer form. Drop that view, start, and make it again.", fault),
        PostgresException { SqlState: PostgresErrorCodes.InvalidSqlStatementName or PostgresErrorCodes.DuplicatePreparedStatement } =>
            new StoreUnavailableException("A prepared statement is not on the connection where it was prepared: a pooler shares connections between transactions. Set PrepareStatements to false.", fault),
        PostgresException { SqlState: PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted } corrupt =>
            new StoreCorruptException($"PostgreSQL reports damage (SQLSTATE {corrupt.SqlState}). Restore the database from a backup.", fault),
        PostgresException other => new StoreUnavailableException($"PostgreSQL gave up with SQLSTATE {other.SqlState}. Whether a write happened is unknown: try the same again.", fault),
        _ => new StoreUnavailableException("PostgreSQL did not answer. Whether a write happened is unknown: try the same again.", fault),
    };
}
