using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CustomerLifecycle.Storage.PostgreSql;

/// <summary>Keeps a host's journals in PostgreSQL.</summary>
public static class PostgreSqlStoreExtensions
{
    /// <summary>The key of the journals' own <see cref="NpgsqlDataSource"/> among the services; the one without a key is the host's, and left alone.</summary>
    public const string DataSourceKey = "CustomerLifecycle";

    /// <summary>Keeps the journals of all packages in one PostgreSQL database, in place of memory, over connections of their own.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">The database. It never appears in a message.</param>
    /// <param name="configure">Sets the options.</param>
    public static CustomerLifecycleBuilder UsePostgreSqlStore(this CustomerLifecycleBuilder builder, string connectionString, Action<PostgreSqlStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        builder.Services.AddKeyedSingleton(DataSourceKey, (_, _) => CreateDataSource(connectionString));
        return builder.UseJournals(configure);
    }

    /// <summary>Keeps the journals of all packages in one PostgreSQL database, in place of memory, over a data source of the host's.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="source">The database; the caller's own, and not disposed of by the container.</param>
    /// <param name="configure">Sets the options.</param>
    public static CustomerLifecycleBuilder UsePostgreSqlStore(this CustomerLifecycleBuilder builder, NpgsqlDataSource source, Action<PostgreSqlStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(source);
        builder.Services.AddKeyedSingleton(DataSourceKey, source);
        return builder.UseJournals(configure);
    }

    /// <summary>Keeps the journals of all packages in one PostgreSQL database, in place of memory, over a data source that is among the host's services.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="source">Finds the data source, once: <c>provider => provider.GetRequiredService&lt;NpgsqlDataSource&gt;()</c>. The container disposes of it at its end.</param>
    /// <param name="configure">Sets the options.</param>
    public static CustomerLifecycleBuilder UsePostgreSqlStore(this CustomerLifecycleBuilder builder, Func<IServiceProvider, NpgsqlDataSource> source, Action<PostgreSqlStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(source);
        builder.Services.AddKeyedSingleton(DataSourceKey, (provider, _) => source(provider));
        return builder.UseJournals(configure);
    }

    private static CustomerLifecycleBuilder UseJournals(this CustomerLifecycleBuilder builder, Action<PostgreSqlStoreOptions>? configure)
    {
        var options = builder.Services.AddOptions<PostgreSqlStoreOptions>().ValidateOnStart();
        if (configure is not null) options.Configure(configure);

        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PostgreSqlStoreOptions>, PostgreSqlStoreOptionsValidator>());
        builder.Services.TryAddSingleton(static provider => provider.GetRequiredService<IOptions<PostgreSqlStoreOptions>>().Value);
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
