using Microsoft.Extensions.Options;

namespace CustomerLifecycle.Loyalty;

/// <summary>How loyalty works in this process.</summary>
public sealed class LoyaltyOptions
{
    /// <summary>The rules of the ledger. Default: points never lapse. Where it names no zone, its local days are the host's (<see cref="CustomerLifecycleOptions.ZoneId"/>).</summary>
    public LedgerPolicy Policy { get; set; } = LedgerPolicy.Default;

    /// <summary>The currency of the money that the policy's <see cref="LedgerPolicy.OrderRule"/> values, by its ISO 4217 code. Default null: <see cref="CustomerLifecycleOptions.HostCurrency"/>. Purchases in another currency earn nothing.</summary>
    public string? OrderCurrency { get; set; }

    /// <summary>How far a command may be later than the store's own clock. Default 5 minutes; 0 or more.</summary>
    public Duration MaxClockSkew { get; set; } = Duration.FromMinutes(5);

    /// <summary>How long a sweeper keeps others away from the members that it is booking. Default 1 minute; above 0, at most 7 days.</summary>
    public Duration SweepLease { get; set; } = Duration.FromMinutes(1);

    /// <summary>How many batches of members a sweep books at once. Default 1; 1 to 64. More is faster over a database server, and has no use in memory or over a file, where writers take turns.</summary>
    public int SweepWorkers { get; set; } = 1;

    internal string? Complaint =>
        Policy is null ? "LoyaltyOptions.Policy is null. Leave it at LedgerPolicy.Default or give one."
        : OrderCurrency is not null && !Currency.IsCode(OrderCurrency) ? $"LoyaltyOptions.OrderCurrency is '{OrderCurrency}', which is not three upper-case letters. Use an ISO 4217 code like EUR, or leave it out."
        : MaxClockSkew < Duration.Zero ? $"LoyaltyOptions.MaxClockSkew is {MaxClockSkew}, below 0. Give 0 or more."
        : SweepLease <= Duration.Zero || SweepLease > JournalLimits.MaxLease ? $"LoyaltyOptions.SweepLease is {SweepLease}. Give more than 0 and at most {JournalLimits.MaxLease}."
        : SweepWorkers is < 1 or > 64 ? $"LoyaltyOptions.SweepWorkers is {SweepWorkers}. Give 1 to 64."
        : null;
}

/// <summary>Checks the options when the host starts.</summary>
internal sealed class LoyaltyOptionsValidator : IValidateOptions<LoyaltyOptions>
{
    public ValidateOptionsResult Validate(string? name, LoyaltyOptions options) =>
        options.Complaint is { } complaint ? ValidateOptionsResult.Fail(complaint) : ValidateOptionsResult.Success;
}
