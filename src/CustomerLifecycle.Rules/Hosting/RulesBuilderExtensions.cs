using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CustomerLifecycle.Rules;

/// <summary>Adds the condition language to a host.</summary>
public static class RulesBuilderExtensions
{
    /// <summary>Adds a <see cref="RuleLoader"/> over a schema. Segments come from the host's <see cref="ISegmentLookup"/>; without one there are none.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="declare">Declares what rules may speak of; null leaves it to a <see cref="RuleSchema"/> that the host registered, or admits everything.</param>
    public static CustomerLifecycleBuilder AddRules(this CustomerLifecycleBuilder builder, Action<RuleSchemaBuilder>? declare = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton(Declare(declare));
        builder.Services.TryAddSingleton<ISegmentLookup>(SegmentTable.Empty);
        builder.Services.TryAddSingleton(static provider => new RuleLoader(provider.GetRequiredService<RuleSchema>(), provider.GetRequiredService<ISegmentLookup>()));
        return builder;
    }

    private static RuleSchema Declare(Action<RuleSchemaBuilder>? declare)
    {
        if (declare is null) return RuleSchema.Open;
        var schema = new RuleSchemaBuilder();
        declare(schema);
        return schema.Build();
    }
}
