using System.Text.Json;
using CustomerLifecycle.Loyalty;

namespace CustomerLifecycle.Conformance.Formats;

/// <summary>Reads the policy of a ledger scenario: the file's default, with what the case says otherwise.</summary>
internal static class LedgerPolicies
{
    public static LedgerPolicy Read(JsonElement defaults, JsonElement? overrides)
    {
        var merged = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in defaults.EnumerateObject()) merged[member.Name] = member.Value;
        foreach (var member in overrides?.EnumerateObject() ?? default) merged[member.Name] = member.Value;

        var policy = new Members(JsonSerializer.SerializeToElement(merged), "policy");
        var read = new LedgerPolicy(
            OneOf(policy, "consume", ("earliestExpiryFirst", SpendingOrder.EarliestExpiryFirst), ("fifo", SpendingOrder.Fifo)),
            policy.OptionalObject("expiry") is { } expiry ? ReadExpiry(expiry) : null,
            policy.OptionalText("zone") is { } zone ? DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) ?? throw policy.Unknown("zone") : null,
            OneOf(policy, "expiryFrom", ("earned", ExpiryStart.Earned), ("activated", ExpiryStart.Activated)),
            policy.OptionalInteger("pendingDays"),
            OneOf(policy, "clawback", ("lotThenBalance", Clawback.LotThenBalance), ("lotOnly", Clawback.LotOnly)),
            OneOf(policy, "shortfall", ("debt", Shortfall.Debt), ("writeOff", Shortfall.WriteOff), ("reject", Shortfall.Reject)),
            OneOf(policy, "reinstate", ("original", Reinstatement.Original), ("fresh", Reinstatement.Fresh), ("originalOrGrace", Reinstatement.OriginalOrGrace)),
            policy.OptionalInteger("reinstateGraceDays") ?? LedgerPolicy.Default.ReinstatementGraceDays,
            OneOf(policy, "transferLots", ("keepExpiry", TransferTerms.KeepExpiry), ("freshExpiry", TransferTerms.FreshExpiry)),
            OneOf(policy, "mergedAccount", ("redirect", MergedMember.Redirect), ("reject", MergedMember.Reject)),
            OneOf(policy, "backdatedLapsed", ("accept", BackdatedLapsed.Accept), ("reject", BackdatedLapsed.Reject)),
            policy.OptionalInteger("maxBackdateDays"),
            policy.OptionalObject("maxBalance") is { } most ? new(Whole(most, "amount")!.Value, OneOf(most, "mode", ("truncate", BalanceLimitMode.Truncate), ("reject", BalanceLimitMode.Reject))) : null,
            Whole(policy, "earnCapPerDay"),
            policy.OptionalInteger("maxRedemptionsPerDay"),
            Whole(policy, "minRedeem"),
            Whole(policy, "redeemStep"),
            policy.OptionalObject("earnRule") is { } rule ? ReadRule(rule) : null);
        policy.NothingElse();
        return read;
    }

    private static ExpiryPolicy ReadExpiry(Members expiry)
    {
        var kind = expiry.Text("kind");
        var grace = expiry.OptionalInteger("graceDays") ?? 0;
        if (kind is "never") return ExpiryPolicy.Never;

        if (kind is "calendarYear") return ExpiryPolicy.EndOfYear(expiry.OptionalInteger("plusYears") ?? 0, grace);

        var builder = new PeriodBuilder { Days = expiry.OptionalInteger("days") ?? 0, Months = expiry.OptionalInteger("months") ?? 0, Years = expiry.OptionalInteger("years") ?? 0 };
        var rounding = OneOf(
            expiry,
            "roundTo",
            ("endOfDay", ExpiryRounding.EndOfDay),
            ("endOfMonth", ExpiryRounding.EndOfMonth),
            ("endOfQuarter", ExpiryRounding.EndOfQuarter),
            ("endOfYear", ExpiryRounding.EndOfYear),
            ("instant", ExpiryRounding.Instant));
        return kind switch
        {
            "duration" => ExpiryPolicy.After(builder.Build(), rounding, grace),
            "inactivity" => ExpiryPolicy.AfterInactivity(builder.Build(), rounding, grace),
            _ => throw expiry.Unknown("kind"),
        };
    }

    private static OrderEarnRule ReadRule(Members rule)
    {
        Dictionary<string, decimal>? multipliers = null;
        if (rule.OptionalObject("multiplier") is { } listed) multipliers = listed.Names.ToDictionary(name => name, listed.Decimal, StringComparer.Ordinal);

        EarnCampaign? campaign = null;
        if (rule.OptionalObject("campaign") is { } span) campaign = new(span.Time("from"), span.Time("to"), span.Decimal("factor"));

        return new(
            rule.Decimal("rate"),
            OneOf(rule, "rounding", ("floor", PointRounding.Floor), ("ceiling", PointRounding.Ceiling), ("halfUp", PointRounding.HalfUp), ("halfEven", PointRounding.HalfEven)),
            OneOf(rule, "scope", ("order", RoundingScope.Order), ("line", RoundingScope.Line)),
            multipliers,
            rule.Optional("exclude") is null or { ValueKind: JsonValueKind.Null } ? null : rule.Texts("exclude"),
            campaign,
            rule.Optional("minOrder") is null or { ValueKind: JsonValueKind.Null } ? null : rule.Decimal("minOrder"),
            Whole(rule, "maxPerOrder"));
    }

    private static long? Whole(Members members, string name) => members.Optional(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        _ when members.Decimal(name) is var value && value == decimal.Truncate(value) && value is >= long.MinValue and <= long.MaxValue => (long)value,
        _ => throw members.Unknown(name),
    };

    /// <summary>The first is the default.</summary>
    private static T OneOf<T>(Members members, string name, params ReadOnlySpan<(string Name, T Value)> known)
    {
        var text = members.OptionalText(name);
        if (text is null) return known[0].Value;
        foreach (var (candidate, value) in known)
        {
            if (string.Equals(candidate, text, StringComparison.Ordinal)) return value;
        }

        throw members.Unknown(name);
    }
}
