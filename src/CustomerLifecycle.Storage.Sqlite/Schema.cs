using System.Globalization;
using Microsoft.Data.Sqlite;

namespace CustomerLifecycle.Storage.Sqlite;

/// <summary>Applies the tables of a journal to a file, step by step, or refuses what is newer than this process.</summary>
internal static class Schema
{
    /// <summary>The newest step: Schema/0001.sql and on.</summary>
    public const int Version = 3;

    private const string Register = """
        CREATE TABLE IF NOT EXISTS customerlifecycle_journal (
            name   TEXT    PRIMARY KEY,
            schema INTEGER NOT NULL,    -- the last step applied to the journal's tables
            codec  INTEGER NOT NULL     -- the newest version in which a process writes its states and records
        ) STRICT
        """;

    public static void ApplyOrAssert(SqliteConnection connection, string journal, int codec, JournalViews? views)
    {
        SqliteStore.Execute(connection, "BEGIN IMMEDIATE");
        try
        {
            SqliteStore.Execute(connection, Register);
            var (schema, written) = Find(connection, journal);
            Check(journal, schema, written, codec);
            for (var step = schema + 1; step <= Version; step++) SqliteStore.Execute(connection, Step(step).Replace("{journal}", journal));
            Record(connection, journal, codec);
            if (views is not null) ApplyViews(connection, journal, views);
            SqliteStore.Execute(connection, "COMMIT");
        }
        catch
        {
            SqliteStore.Rollback(connection);
            throw;
        }
    }

    /// <summary>Refuses what a newer version than this process has written.</summary>
    public static void Check(string journal, int schema, int written, int codec)
    {
        if (schema > Version) throw new StoreVersionException($"schema of {journal}", schema, Version);
        if (written > codec) throw new StoreVersionException(journal, written, codec);
    }

    private static (int Schema, int Codec) Find(SqliteConnection connection, string journal)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT schema, codec FROM customerlifecycle_journal WHERE name = $name";
        command.Parameters.AddWithValue("$name", journal);
        using var row = command.ExecuteReader();
        return row.Read() ? (row.GetInt32(0), row.GetInt32(1)) : (0, 0);
    }

    private static void Record(SqliteConnection connection, string journal, int codec)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO customerlifecycle_journal (name, schema, codec) VALUES ($name, $schema, $codec)
            ON CONFLICT (name) DO UPDATE SET schema = excluded.schema, codec = excluded.codec
            """;
        command.Parameters.AddWithValue("$name", journal);
        command.Parameters.AddWithValue("$schema", Version);
        command.Parameters.AddWithValue("$codec", codec);
        command.ExecuteNonQuery();
    }

    // The newest stay: an older process beside a newer one leaves them alone.
    private static void ApplyViews(SqliteConnection connection, string journal, JournalViews views)
    {
        SqliteStore.Execute(connection, "CREATE TABLE IF NOT EXISTS customerlifecycle_views (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT");
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO customerlifecycle_views (name, version) VALUES ($name, $version)
            ON CONFLICT (name) DO UPDATE SET version = excluded.version WHERE version < excluded.version
            """;
        command.Parameters.AddWithValue("$name", journal);
        command.Parameters.AddWithValue("$version", views.Version);
        if (command.ExecuteNonQuery() == 1) SqliteStore.Execute(connection, views.Sqlite.Replace("{journal}", journal));
    }

    private static string Step(int step)
    {
        var name = step.ToString("0000", CultureInfo.InvariantCulture) + ".sql";
        using var stream = typeof(Schema).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is missing from this assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
