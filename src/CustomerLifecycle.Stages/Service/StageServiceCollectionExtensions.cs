using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace CustomerLifecycle.Stages;

/// <summary>Adds stage machines to a host.</summary>
public static class StageServiceCollectionExtensions
{
    /// <summary>Adds a model: <c>services.AddCustomerLifecycle().AddStages(StageTemplates.PurchaseLifecycle())</c>. Call it once for each model of your customers.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="model">The model.</param>
    /// <param name="configure">Sets how events are kept.</param>
    /// <exception cref="StageModelException">The model has errors.</exception>
    public static CustomerLifecycleBuilder AddStages(this CustomerLifecycleBuilder builder, StageModel model, Action<StageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddStages(StageMachine.Compile(model), configure);
    }

    /// <summary>Adds a machine, for instance of a chain of versions.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="configure">Sets how events are kept.</param>
    public static CustomerLifecycleBuilder AddStages(this CustomerLifecycleBuilder builder, StageMachine machine, Action<StageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(machine);
        var options = new StageOptions();
        configure?.Invoke(options);

        // Each container makes its own service of this call, and one for all three roles.
        var number = builder.Services.Count(static descriptor => descriptor.ServiceType == typeof(Registered));
        StageService Service(IServiceProvider provider) => provider.GetServices<Registered>().ElementAt(number).Service;
        builder.Services.AddSingleton(provider => new Registered(new(
            machine, provider.GetRequiredService<IJournal<StageLife, StageRecord>>(), provider.GetRequiredService<IClock>(), options, provider.GetService<ILogger<StageService>>())));

        builder.Services.TryAddSingleton<JournalCodec<StageLife, StageRecord>>(static _ => new StageJournalCodec());
        builder.Services.AddSingleton(Service);
        builder.Services.AddSingleton<ICustomerEventHandler>(Service);
        builder.Services.AddSingleton<IDueWork>(Service);
        return builder.AddJournal<StageLife, StageRecord>(StageJournalCodec.JournalName);
    }

    private sealed class Registered(StageService service)
    {
        public StageService Service { get; } = service;
    }
}
