using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace CustomerLifecycle;

/// <summary>What all packages share: where the host's days begin, and what its front door lets in.</summary>
public sealed class CustomerLifecycleOptions
{
    /// <summary>The zone whose local days count, by its IANA name. Default <c>UTC</c>.</summary>
    [Required]
    public string ZoneId { get; set; } = "UTC";

    /// <summary>The first day of the week. Default Monday.</summary>
    [Range((int)IsoDayOfWeek.Monday, (int)IsoDayOfWeek.Sunday)]
    public IsoDayOfWeek WeekStart { get; set; } = IsoDayOfWeek.Monday;

    /// <summary>Where 29 February falls in a common year. Default 28 February.</summary>
    [Range((int)LeapDayRule.February28, (int)LeapDayRule.March1)]
    public LeapDayRule LeapDay { get; set; } = LeapDayRule.February28;

    /// <summary>The currency of orders that name none, by its ISO 4217 code. Default none: every order must name its own.</summary>
    public string? HostCurrency { get; set; }

    /// <summary>Seconds by which an event may lie ahead of this host's clock. Default 300; 0 means not at all.</summary>
    [Range(0, 86_400)]
    public int MaxClockSkewSeconds { get; set; } = 300;

    /// <summary>Events in one call of <see cref="CustomerEvents"/>. Default 1,000.</summary>
    [Range(1, 100_000)]
    public int MaxEventsPerCall { get; set; } = 1_000;

    /// <summary>The calendar that these options describe.</summary>
    /// <exception cref="ArgumentException">The zone is unknown, or a value is out of its range.</exception>
    public LocalCalendar ToCalendar() => LocalCalendar.ForZone(ZoneId, WeekStart, LeapDay);

    internal static void Check(CustomerLifecycleOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var result = new CustomerLifecycleOptionsRangeValidator().Validate(null, options);
        if (!result.Failed) result = new CustomerLifecycleOptionsValidator().Validate(null, options);
        if (result.Failed) throw new ArgumentException(result.FailureMessage, nameof(options));
    }
}

/// <summary>The ranges that the attributes state, checked by generated code.</summary>
[OptionsValidator]
internal sealed partial class CustomerLifecycleOptionsRangeValidator : IValidateOptions<CustomerLifecycleOptions>;

/// <summary>What no attribute can state.</summary>
internal sealed class CustomerLifecycleOptionsValidator : IValidateOptions<CustomerLifecycleOptions>
{
    public ValidateOptionsResult Validate(string? name, CustomerLifecycleOptions options)
    {
        var failures = new List<string>();
        if (options.ZoneId is { } zone && DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null)
            failures.Add($"ZoneId ('{zone}') is not in the IANA database {DateTimeZoneProviders.Tzdb.VersionId}. Use a name like Europe/Berlin.");
        if (options.HostCurrency is { } code && !Currency.IsCode(code))
            failures.Add($"HostCurrency ('{code}') is not three upper-case letters. Use an ISO 4217 code like EUR, or leave it out.");
        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }
}
