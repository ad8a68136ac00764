using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CustomerLifecycle.Hosting;

/// <summary>Gives a host a background.</summary>
public static class HostingBuilderExtensions
{
    /// <summary>Adds due work of all packages: a <see cref="DueWorker"/> that runs by itself in a host with a background, and by hand in any other.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Sets the options.</param>
    public static CustomerLifecycleBuilder AddHosting(this CustomerLifecycleBuilder builder, Action<HostingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = builder.Services.AddOptions<HostingOptions>().ValidateOnStart();
        if (configure is not null) options.Configure(configure);

        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<HostingOptions>, HostingOptionsRangeValidator>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<HostingOptions>, HostingOptionsValidator>());
        builder.Services.TryAddSingleton(static provider => new DueWorker(
            provider.GetServices<IDueWork>(), provider.GetRequiredService<IOptions<HostingOptions>>().Value, provider.GetService<ILogger<DueWorker>>()));
        builder.Services.AddHostedService<DueBackground>();
        return builder;
    }

    /// <summary>Adds an outbox dispatcher, and the background with it: an <see cref="OutboxDispatcher"/> that runs by itself in a host with a background, and by hand in any other.</summary>
    /// <typeparam name="THandler">Tells the outside; one for the whole host.</typeparam>
    /// <param name="builder">The host's builder.</param>
    public static CustomerLifecycleBuilder AddOutboxHandler<
#if NET8_0_OR_GREATER
        [System.Diagnostics.CodeAnalysis.DynamicallyAccessedMembers(System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes.PublicConstructors)]
#endif
        THandler>(this CustomerLifecycleBuilder builder)
        where THandler : class, IOutboxHandler
    {
        builder.AddHosting();
        builder.Services.TryAddSingleton<IOutboxHandler, THandler>();
        builder.Services.TryAddSingleton(static provider => new OutboxDispatcher(
            provider.GetServices<NamedJournal>(),
            provider.GetRequiredService<IOutboxHandler>(),
            provider.GetRequiredService<IOptions<HostingOptions>>().Value,
            provider.GetService<ILogger<OutboxDispatcher>>()));
        builder.Services.AddHostedService<OutboxBackground>();
        return builder;
    }

    /// <summary>Adds a check of all journals: reachable, of a version that this process knows, due work and outbox in time, no dead letters.</summary>
    /// <param name="builder">The host's health checks.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="tags">Its tags; null is none.</param>
    public static IHealthChecksBuilder AddCustomerLifecycle(this IHealthChecksBuilder builder, string name = "customerlifecycle", IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<HostingOptions>();
        return builder.Add(new(
            name,
            static provider => new JournalHealthCheck(provider.GetServices<NamedJournal>, provider.GetRequiredService<IOptions<HostingOptions>>().Value),
            failureStatus: null,
            tags));
    }
}
