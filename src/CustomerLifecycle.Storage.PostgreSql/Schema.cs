using System.Globalization;
using Npgsql;

namespace CustomerLifecycle.Storage.PostgreSql;

/// <summary>Applies the tables of a journal to a database, step by step and one process at a time, or refuses what is newer than this process.</summary>
internal static class Schema
{
    /// <summary>The newest step: Schema/0001.sql and on. Each records itself, so that it can be applied by hand, too.</summary>
    /// <remarks>A step that copies rows locks their table first: older hosts go on appending while it is applied.</remarks>
    public const int Version = 4;

    public static async Task ApplyOrAssertAsync(NpgsqlDataSource source, JournalNames names, int codec, JournalViews? views, bool apply, CancellationToken cancellationToken)
    {
        var connection = await source.OpenOutsideScopeAsync(cancellationToken).ConfigureAwait(false);
        await using var opened = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var begun = transaction.ConfigureAwait(false);

        if (apply)
        {
            // Held to the end of the transaction: of many hosts that start at once, one applies.
            await RunAsync(connection, "SELECT pg_advisory_xact_lock(hashtextextended('customerlifecycle.schema', 0))", cancellationToken).ConfigureAwait(false);
            await RunAsync(connection, $"CREATE SCHEMA IF NOT EXISTS {names.Schema}", cancellationToken).ConfigureAwait(false);
        }

        var (schema, written) = await FindAsync(connection, names, cancellationToken).ConfigureAwait(false);
        Check(names, schema, written, codec);
        if (schema < Version && !apply)
            throw new StoreUnavailableException($"The tables of '{names.Journal}' are at step {schema} of {Version}. Set ApplySchema, or apply the package's schema/*.sql by hand.");

        for (var step = schema + 1; step <= Version; step++) await RunAsync(connection, Step(step, names), cancellationToken).ConfigureAwait(false);
        if (written < codec) await RecordAsync(connection, names, codec, cancellationToken).ConfigureAwait(false);
        if (apply && views is not null) await ApplyViewsAsync(connection, names, views, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Refuses what a newer version than this process has written.</summary>
    public static void Check(JournalNames names, int schema, int written, int codec)
    {
        if (schema > Version) throw new StoreVersionException($"schema of {names.Journal}", schema, Version);
        if (written > codec) throw new StoreVersionException(names.Journal, written, codec);
    }

    private static async Task<(int Schema, int Codec)> FindAsync(NpgsqlConnection connection, JournalNames names, CancellationToken cancellationToken)
    {
        using var exists = new NpgsqlCommand("SELECT to_regclass($1) IS NOT NULL", connection) { Parameters = { new() { Value = names.Register } } };
        if (await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true) return (0, 0);
        using var command = new NpgsqlCommand($"SELECT schema, codec FROM {names.Register} WHERE name = $1", connection) { Parameters = { new() { Value = names.Journal } } };
        var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var opened = row.ConfigureAwait(false);
        return await row.ReadAsync(cancellationToken).ConfigureAwait(false) ? (row.GetInt32(0), row.GetInt32(1)) : (0, 0);
    }

    private static async Task RecordAsync(NpgsqlConnection connection, JournalNames names, int codec, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand($"UPDATE {names.Register} SET codec = $2 WHERE name = $1 AND codec < $2", connection) { Parameters = { new() { Value = names.Journal }, new() { Value = codec } } };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    // The newest stay: an older process beside a newer one leaves them alone. A host that may not change the database does without, or has them applied by hand.
    private static async Task ApplyViewsAsync(NpgsqlConnection connection, JournalNames names, JournalViews views, CancellationToken cancellationToken)
    {
        await RunAsync(connection, $"CREATE TABLE IF NOT EXISTS {names.ViewRegister} (name text PRIMARY KEY, version integer NOT NULL)", cancellationToken).ConfigureAwait(false);
        var sql = $"INSERT INTO {names.ViewRegister} AS v (name, version) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET version = excluded.version WHERE v.version < excluded.version";
        using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = names.Journal }, new() { Value = views.Version } } };
        if (await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1) await RunAsync(connection, Named(views.PostgreSql, names), cancellationToken).ConfigureAwait(false);
    }

    private static string Named(string sql, JournalNames names) =>
        sql.Replace("{schema}", names.Schema, StringComparison.Ordinal).Replace("{journal}", names.Journal, StringComparison.Ordinal);

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static string Step(int step, JournalNames names)
    {
        var name = step.ToString("0000", CultureInfo.InvariantCulture) + ".sql";
        using var stream = typeof(Schema).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is missing from this assembly.");
        using var reader = new StreamReader(stream);
        return Named(reader.ReadToEnd(), names);
    }
}
