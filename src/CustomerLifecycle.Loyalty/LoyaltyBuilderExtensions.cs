using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CustomerLifecycle.Loyalty;

/// <summary>Adds loyalty to a host.</summary>
public static class LoyaltyBuilderExtensions
{
    /// <summary>Adds the ledger in memory, and points for purchases where the policy has an order rule. What the host registered before stays: its journal, its clock. A policy that names no zone follows the host's.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder.</returns>
    public static CustomerLifecycleBuilder AddLoyalty(this CustomerLifecycleBuilder builder, Action<LoyaltyOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = builder.Services.AddOptions<LoyaltyOptions>().ValidateOnStart();
        if (configure is not null) options.Configure(configure);
        options.PostConfigure<IOptions<CustomerLifecycleOptions>>(static (loyalty, host) => loyalty.Policy = loyalty.Policy?.In(DateTimeZoneProviders.Tzdb[host.Value.ZoneId])!);

        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LoyaltyOptions>, LoyaltyOptionsValidator>());
        builder.Services.TryAddSingleton<JournalCodec<MemberState, Posting>, LedgerCodec>();
        builder.Services.TryAddSingleton(static provider => new LedgerService(
            provider.GetRequiredService<IJournal<MemberState, Posting>>(),
            provider.GetRequiredService<IOptions<LoyaltyOptions>>().Value,
            provider.GetRequiredService<IClock>(),
            provider.GetService<ILogger<LedgerService>>()));
        builder.Services.TryAddSingleton(static provider => new OrderPoints(
            provider.GetRequiredService<LedgerService>(),
            provider.GetRequiredService<IClock>(),
            provider.GetRequiredService<IOptions<CustomerLifecycleOptions>>().Value,
            provider.GetService<ILogger<OrderPoints>>()));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ICustomerEventHandler, OrderPoints>(static provider => provider.GetRequiredService<OrderPoints>()));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IDueWork, LedgerService>(static provider => provider.GetRequiredService<LedgerService>()));
        return builder.AddJournal<MemberState, Posting>(LedgerCodec.JournalName);
    }
}
