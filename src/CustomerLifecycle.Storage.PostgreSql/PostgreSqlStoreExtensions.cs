using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CustomerLifecycle.Storage.PostgreSql;

/// <summary>Keeps a host's journals in PostgreSQL.</summary>
public static class PostgreSqlStoreExtensions
{
    /// <summary>Keeps the journals of all packages in one PostgreSQL database, in place of memory.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">The database. It never appears in a message.</param>
    /// <param name="configure">Sets the options.</param>
    /// <remarks>A host that has an <see cref="NpgsqlDataSource"/> of its own registers it before; it is used then, and the connection string is not.</remarks>
    public static CustomerLifecycleBuilder UsePostgreSqlStore(this CustomerLifecycleBuilder builder, string connectionString, Action<PostgreSqlStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        var options = builder.Services.AddOptions<PostgreSqlStoreOptions>().ValidateOnStart();
        if (configure is not null) options.Configure(configure);

        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PostgreSqlStoreOptions>, PostgreSqlStoreOptionsValidator>());
        builder.Services.TryAddSingleton(static provider => provider.GetRequiredService<IOptions<PostgreSqlStoreOptions>>().Value);
        builder.Services.TryAddSingleton(_ => CreateDataSource(connectionString));
        builder.Services.Replace(ServiceDescriptor.Singleton(typeof(IJournal<,>), typeof(PostgreSqlJournal<,>)));
        return builder;
    }

    // A connection that is given back needs no reset: journals leave nothing behind on it.
    private static NpgsqlDataSource CreateDataSource(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (!settings.Keys.OfType<string>().Contains("No Reset On Close", StringComparer.Ordinal)) settings.NoResetOnClose = true;
        return NpgsqlDataSource.Create(settings);
    }
}
