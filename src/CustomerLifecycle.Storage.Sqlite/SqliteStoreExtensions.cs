using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CustomerLifecycle.Storage.Sqlite;

/// <summary>Keeps a host's journals in a SQLite file.</summary>
public static class SqliteStoreExtensions
{
    /// <summary>Keeps the journals of all packages in one SQLite file, in place of memory.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The file; its folder must exist. A new file can be read by its owner only.</param>
    /// <param name="configure">Sets the options.</param>
    public static CustomerLifecycleBuilder UseSqliteStore(this CustomerLifecycleBuilder builder, string path, Action<SqliteStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var options = builder.Services.AddOptions<SqliteStoreOptions>().ValidateOnStart();
        if (configure is not null) options.Configure(configure);

        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SqliteStoreOptions>, SqliteStoreOptionsValidator>());
        builder.Services.TryAddSingleton(provider => new SqliteStore(path, provider.GetRequiredService<IOptions<SqliteStoreOptions>>().Value));
        builder.Services.Replace(ServiceDescriptor.Singleton(typeof(IJournal<,>), typeof(SqliteJournal<,>)));
        return builder;
    }
}
