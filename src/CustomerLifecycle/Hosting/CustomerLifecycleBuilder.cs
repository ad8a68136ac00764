using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CustomerLifecycle;

/// <summary>Adds packages to a host, one after another: <c>services.AddCustomerLifecycle().AddLoyalty()</c>.</summary>
public sealed class CustomerLifecycleBuilder
{
    /// <summary>Makes a builder over a host's services.</summary>
    /// <param name="services">The services.</param>
    public CustomerLifecycleBuilder(IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        Services = services;
    }

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Adds a handler of customers' events. Handlers are told in the order in which they are added.</summary>
    /// <typeparam name="THandler">The handler; one for the whole host.</typeparam>
    public CustomerLifecycleBuilder AddEventHandler<
#if NET8_0_OR_GREATER
        [System.Diagnostics.CodeAnalysis.DynamicallyAccessedMembers(System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes.PublicConstructors)]
#endif
        THandler>()
        where THandler : class, ICustomerEventHandler
    {
        Services.TryAddEnumerable(ServiceDescriptor.Singleton<ICustomerEventHandler, THandler>());
        return this;
    }

    /// <summary>Names a journal for what runs on all of them: the outbox, health checks. Packages name their own; once or several times makes no difference.</summary>
    /// <typeparam name="TState">The folded state of a stream.</typeparam>
    /// <typeparam name="TRecord">What happened.</typeparam>
    /// <param name="name">Its name, as its codec has it: <c>loyalty</c>.</param>
    public CustomerLifecycleBuilder AddJournal<TState, TRecord>(string name)
        where TState : class
        where TRecord : class, IJournalRecord
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Services.AddSingleton(provider => new NamedJournal(name, provider.GetRequiredService<IJournal<TState, TRecord>>()));
        return this;
    }
}

/// <summary>Adds CustomerLifecycle to a host.</summary>
public static class CustomerLifecycleServiceCollectionExtensions
{
    /// <summary>Adds what all packages share: a clock, a calendar, journals in memory, and <see cref="CustomerEvents"/>. What the host registered before stays.</summary>
    /// <param name="services">The host's services.</param>
    /// <returns>A builder to which packages add themselves.</returns>
    public static CustomerLifecycleBuilder AddCustomerLifecycle(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<CustomerLifecycleOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CustomerLifecycleOptions>, CustomerLifecycleOptionsRangeValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CustomerLifecycleOptions>, CustomerLifecycleOptionsValidator>());
        services.TryAddSingleton<IClock>(SystemClock.Instance);
        services.TryAdd(ServiceDescriptor.Singleton(typeof(IJournal<,>), typeof(InMemoryJournal<,>)));
        services.TryAddSingleton(static provider => provider.GetRequiredService<IOptions<CustomerLifecycleOptions>>().Value.ToCalendar());
        services.TryAddSingleton(static provider => new CustomerEvents(
            provider.GetServices<ICustomerEventHandler>(),
            provider.GetRequiredService<IClock>(),
            provider.GetRequiredService<IOptions<CustomerLifecycleOptions>>().Value,
            provider.GetService<ILogger<CustomerEvents>>()));
        return new(services);
    }

    /// <summary>Adds what all packages share, with options set by code.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>A builder to which packages add themselves.</returns>
    public static CustomerLifecycleBuilder AddCustomerLifecycle(this IServiceCollection services, Action<CustomerLifecycleOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var builder = services.AddCustomerLifecycle();
        services.Configure(configure);
        return builder;
    }

    /// <summary>Adds what all packages share, with options from a host's configuration: <c>AddCustomerLifecycle(configuration.GetSection("CustomerLifecycle"))</c>.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">A section whose keys are the names of <see cref="CustomerLifecycleOptions"/>.</param>
    /// <returns>A builder to which packages add themselves.</returns>
    public static CustomerLifecycleBuilder AddCustomerLifecycle(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var builder = services.AddCustomerLifecycle();
        services.Configure<CustomerLifecycleOptions>(configuration);
        return builder;
    }
}
