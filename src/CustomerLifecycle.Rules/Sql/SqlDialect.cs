namespace CustomerLifecycle.Rules;

/// <summary>The databases whose SQL is written.</summary>
public enum SqlDialect
{
    /// <summary>PostgreSQL 12 or later, in a database with the encoding UTF8.</summary>
    PostgreSql = 0,

    /// <summary>SQLite 3.38 or later, in a database with the encoding UTF-8.</summary>
    Sqlite,
}

/// <summary>How a host's columns hold instants.</summary>
public enum SqlInstantForm
{
    /// <summary>PostgreSQL: <c>timestamp with time zone</c>. SQLite: text in UTC, <c>2026-06-01 08:00:00</c> with up to seven decimals, as Microsoft.Data.Sqlite and Entity Framework write it.</summary>
    Timestamp = 0,

    /// <summary>An integer: seconds since 1970-01-01T00:00:00Z.</summary>
    UnixSeconds,

    /// <summary>An integer: milliseconds since 1970-01-01T00:00:00Z.</summary>
    UnixMilliseconds,

    /// <summary>An integer: ticks of 100 ns since 1970-01-01T00:00:00Z.</summary>
    UnixTicks,
}
