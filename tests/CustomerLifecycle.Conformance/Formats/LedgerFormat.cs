using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using CustomerLifecycle.Loyalty;

namespace CustomerLifecycle.Conformance.Formats;

/// <summary><c>ledger-scenarios/1</c>: sequences of operations on the point ledger, and what must come of them.</summary>
internal sealed class LedgerFormat : IFormat
{
    public string Name => "ledger-scenarios/1";

    public IReadOnlyList<string> Notes => CaseStore.Notes;

    public IEnumerable<FoundCase> Cases(CaseFile file)
    {
        var defaults = file.Members.Raw("defaultPolicy");
        return file.Members.Objects("cases").Select(entry => new FoundCase(entry.Text("id"), entry, () => Prepare(entry, defaults)));
    }

    private static Case Prepare(Members entry, JsonElement defaults)
    {
        entry.Skip("group");
        var policy = LedgerPolicies.Read(defaults, entry.Optional("policy"));
        var steps = entry.Objects("ops").Select(LedgerStep.Read).ToList();
        JsonArray expected = [.. steps.Select(step => step.Expected)];
        return new(
            steps.TrueForAll(step => step.ExpectsNothing) ? null : new JsonObject { ["ops"] = expected },
            Tolerance.Exact,
            [
                new CasePath("service", () => new LedgerRun(policy, fromPostings: false).Answer(steps, InMemory)),
                new CasePath("fold from postings", () => new LedgerRun(policy, fromPostings: true).Answer(steps, InMemory)),
                .. CaseStore.All.Select(store => new CasePath(store.Name, () => new LedgerRun(policy, fromPostings: false).Answer(steps, clock => store.Open(new LedgerCodec(), clock)))),
            ]);
    }

    private static InMemoryJournal<MemberState, Posting> InMemory(IClock clock) => new(clock);
}

/// <summary>One operation or check of a scenario, translated.</summary>
internal sealed class LedgerStep
{
    public required Instant At { get; init; }

    public string? Label { get; init; }

    public string? Key { get; init; }

    /// <summary>Makes the command, given the key behind a label; null for a sweep or a check.</summary>
    public Func<Func<string, string>, LedgerCommand>? Command { get; init; }

    public bool IsSweep { get; init; }

    public Instant? AsOf { get; init; }

    public Instant? KnownAt { get; init; }

    public string? Currency { get; init; }

    public IReadOnlyList<string> Accounts { get; init; } = [];

    public JsonNode? Expected { get; init; }

    public bool ExpectsNothing { get; init; }

    public static LedgerStep Read(Members op)
    {
        var name = op.Text("op");
        var at = op.Time("at");
        var expected = op.Optional("expect");
        var currency = op.OptionalText("currency");
        if (name is "check")
        {
            return new()
            {
                At = at,
                AsOf = op.Has("asOf") ? op.Time("asOf") : null,
                KnownAt = op.Has("knownAt") ? op.Time("knownAt") : null,
                Currency = currency,
                Expected = Answers.Tree(expected) ?? new JsonObject(),
                ExpectsNothing = expected is null,
                Accounts = AskedFor(expected),
            };
        }

        var label = op.Text("id");
        var key = op.OptionalText("key") ?? $"no key: {op.Place}";
        long? version = op.Has("expectedVersion") ? op.Integer("expectedVersion") : null;
        return new()
        {
            At = at,
            Label = label,
            Key = key,
            IsSweep = name is "sweep",
            Command = name is "sweep" ? null : CommandOf(name, op, key, currency, version),
            Accounts = [.. new[] { "account", "to", "into" }.Where(op.Has).Select(op.Text)],
            Expected = Answers.Tree(expected) ?? new JsonObject { ["accepted"] = true },
            ExpectsNothing = expected is null,
        };
    }

    /// <summary>A check asks by name: members who did nothing yet have a balance too.</summary>
    private static IReadOnlyList<string> AskedFor(JsonElement? expected) =>
        expected is { ValueKind: JsonValueKind.Object } members && members.TryGetProperty("balances", out var balances) ? [.. balances.EnumerateObject().Select(account => account.Name)] : [];

    private static Func<Func<string, string>, LedgerCommand> CommandOf(string name, Members op, string key, string? currency, long? version)
    {
        switch (name)
        {
            case "earn":
                var earn = new EarnPoints(key, Account(op), Amount(op)!.Value, Time(op, "effective"), Expiry(op), op.Has("pending") && op.Flag("pending"), currency, version);
                return _ => earn;
            case "earnOrder":
                List<EarnLine> lines = [.. op.Objects("lines").Select(line => new EarnLine(line.Decimal("net"), line.OptionalText("category")))];
                var order = new EarnOrder(key, Account(op), lines, Time(op, "effective"), currency, version);
                return _ => order;
            case "redeem":
                var redeem = new RedeemPoints(key, Account(op), Amount(op)!.Value, Time(op, "effective"), currency, version);
                return _ => redeem;
            case "reserve":
                Duration? timeout = op.OptionalInteger("timeoutSeconds") is { } seconds ? Duration.FromSeconds(seconds) : null;
                var reserve = new ReservePoints(key, Account(op), Amount(op)!.Value, timeout, Time(op, "effective"), currency, version);
                return _ => reserve;
            case "adjust":
                var adjust = new AdjustPoints(key, Account(op), Amount(op)!.Value, op.Has("allowNegative") && op.Flag("allowNegative"), currency, version);
                return _ => adjust;
            case "transfer":
                var transfer = new TransferPoints(key, Account(op), new(op.Text("to")), Amount(op)!.Value, currency, version);
                return _ => transfer;
            case "merge":
                var merge = new MergeMembers(key, Account(op), new(op.Text("into")), version);
                return _ => merge;
            case "close":
                var close = new CloseMember(key, Account(op), version);
                return _ => close;
        }

        var reference = op.Text("ref");
        switch (name)
        {
            case "confirm":
                return keyOf => new ConfirmEarn(key, keyOf(reference), version);
            case "cancel":
                return keyOf => new CancelEarn(key, keyOf(reference), version);
            case "release":
                return keyOf => new ReleaseHold(key, keyOf(reference), version);
            case "capture":
                var captured = Amount(op);
                return keyOf => new CaptureHold(key, keyOf(reference), captured, version);
            case "refundEarn":
                var refunded = Amount(op);
                return keyOf => new RefundEarn(key, keyOf(reference), refunded, version);
            case "refundRedeem":
                var restored = Amount(op);
                return keyOf => new RefundRedemption(key, keyOf(reference), restored, version);
            case "refundOrder":
                List<ReturnedLine> returned = [.. op.Objects("lines").Select(line => new ReturnedLine(line.Integer("line"), line.Decimal("net")))];
                return keyOf => new RefundOrder(key, keyOf(reference), returned, version);
            default:
                throw op.Unknown("op");
        }
    }

    private static CustomerId Account(Members op) => new(op.Text("account"));

    private static Instant? Time(Members op, string name) => op.OptionalText(name) is null ? null : op.Time(name);

    private static LotExpiry Expiry(Members op)
    {
        if (!op.Has("expires")) return LotExpiry.ByPolicy;
        return Time(op, "expires") is { } expires ? LotExpiry.AtInstant(expires) : LotExpiry.Never;
    }

    private static PointAmount? Amount(Members op)
    {
        if (op.Optional("amount") is not { ValueKind: not JsonValueKind.Null } value) return null;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        if (!BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) throw op.Unknown("amount");
        return PointAmount.Of((decimal)BigInteger.Min(BigInteger.Max(whole, (BigInteger)decimal.MinValue), (BigInteger)decimal.MaxValue));
    }
}

/// <summary>One run of a scenario through the service; checks are answered from the kept states, or from nothing but the postings.</summary>
internal sealed class LedgerRun(LedgerPolicy policy, bool fromPostings)
{
    private readonly Dictionary<string, string> _keyOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _labelOf = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _accounts = new(StringComparer.Ordinal);
    private readonly SettableClock _clock = new();

    public JsonNode Answer(IReadOnlyList<LedgerStep> steps, Func<IClock, IJournal<MemberState, Posting>> journal)
    {
        var service = new LedgerService(journal(_clock), new() { Policy = policy, MaxClockSkew = Duration.MaxValue }, _clock); // a database's clock is not the scenario's
        var answers = new JsonArray();
        foreach (var step in steps) answers.Add(AnswerAsync(service, step).GetAwaiter().GetResult());
        return new JsonObject { ["ops"] = answers };
    }

    private async Task<JsonNode> AnswerAsync(LedgerService service, LedgerStep step)
    {
        _clock.Now = Instant.Max(_clock.Now, step.At);
        foreach (var account in step.Accounts) _accounts.Add(account);
        if (step.IsSweep)
        {
            var swept = await service.SweepAsync(step.At, step.Key);
            return swept.IsAccepted ? Accepted(new() { ["lots"] = swept.Value.Lots, ["points"] = Number(swept.Value.Points), ["duplicate"] = swept.Value.IsDuplicate }) : Refused(swept.Refusal);
        }

        if (step.Command is null) return await CheckAsync(service, step);

        var command = step.Command(label => _keyOf.TryGetValue(label, out var key) ? key : $"never accepted: {label}");
        var decision = await service.PostAsync(command, step.At);
        if (!decision.IsAccepted) return Refused(decision.Refusal);
        _keyOf[step.Label!] = step.Key!;
        _labelOf.TryAdd(step.Key!, step.Label!);
        return Accepted(ResultOf(command, decision.Value));
    }

    private static JsonObject Accepted(JsonObject result) => new() { ["accepted"] = true, ["result"] = result };

    private static JsonObject Refused(Refusal refusal) => new()
    {
        ["accepted"] = false,
        ["error"] = string.Concat(refusal.Code[(refusal.Code.IndexOf('.', StringComparison.Ordinal) + 1)..].Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..])),
    };

    private JsonObject ResultOf(LedgerCommand command, LedgerResult result)
    {
        var answer = new JsonObject { ["duplicate"] = result.IsDuplicate };
        switch (command)
        {
            case EarnPoints or EarnOrder:
                answer["awarded"] = Number(result.Awarded);
                break;
            case ConfirmEarn:
                answer["confirmed"] = Number(result.Confirmed);
                break;
            case CancelEarn:
                answer["cancelled"] = Number(result.Cancelled);
                break;
            case RedeemPoints or ReservePoints:
                var lots = new JsonObject();
                foreach (var lot in result.Lots) lots[LabelOf(lot.Lot)] = Number(lot.Points);
                answer["lots"] = lots;
                break;
            case CaptureHold:
                answer["captured"] = Number(result.Captured);
                answer["released"] = Number(result.Released);
                break;
            case ReleaseHold:
                answer["released"] = Number(result.Released);
                break;
            case RefundEarn or RefundOrder:
                if (command is RefundOrder) answer["points"] = Number(result.Refunded);
                answer["clawedBack"] = Number(result.ClawedBack);
                answer["lapsed"] = Number(result.Lapsed);
                answer["shortfall"] = Number(result.Shortfall);
                break;
            case RefundRedemption:
                answer["restored"] = Number(result.Restored);
                break;
            case CloseMember:
                answer["forfeited"] = Number(result.Forfeited);
                break;
        }

        return answer;
    }

    private async Task<JsonNode> CheckAsync(LedgerService service, LedgerStep step)
    {
        var balances = new JsonObject();
        var lots = new JsonObject();
        foreach (var account in _accounts)
        {
            var (balance, views) = await ReadAsync(service, new(account), step);
            balances[account] = BalanceOf(balance);
            foreach (var view in views) lots[LabelOf(view.Key)] = LotOf(view);
        }

        return new JsonObject
        {
            ["balances"] = balances,
            ["lots"] = lots,
            ["system"] = TotalsOf(await service.TotalsAsync(step.AsOf ?? step.At, step.KnownAt, step.Currency)),
        };
    }

    private async Task<(MemberBalance Balance, IReadOnlyList<LotView> Lots)> ReadAsync(LedgerService service, CustomerId member, LedgerStep step)
    {
        if (step.AsOf is not null || step.KnownAt is not null)
        {
            var history = await service.HistoryAsync(member, step.AsOf ?? step.At, step.KnownAt, step.Currency, withLots: true);
            return (history.Balance, history.Lots);
        }

        if (!fromPostings)
        {
            var state = await service.LoadAsync(member);
            return (state.BalanceAt(step.At, step.Currency), state.LotsAt(step.At, step.Currency));
        }

        var postings = await service.PostingsAsync(member);
        var folded = Ledger.Fold(member, postings);
        var now = new LedgerHistory(member, step.At, currency: step.Currency);
        foreach (var posting in postings) now.Add(posting);
        now.Add(folded);
        return (now.Balance, folded.LotsAt(step.At, step.Currency));
    }

    private string LabelOf(string lot)
    {
        if (_labelOf.TryGetValue(lot, out var label)) return label;
        foreach (var (key, transfer) in _labelOf)
        {
            if (lot.StartsWith(key + "/", StringComparison.Ordinal)) return $"{transfer}/{LabelOf(lot[(key.Length + 1)..])}";
        }

        return lot;
    }

    private static JsonObject BalanceOf(MemberBalance balance) => new()
    {
        ["available"] = Number(balance.Available),
        ["pending"] = Number(balance.Pending),
        ["held"] = Number(balance.Held),
        ["debt"] = Number(balance.Debt),
        ["expired"] = Number(balance.Expired),
        ["due"] = Number(balance.Due),
        ["lifetimeEarned"] = Number(balance.LifetimeEarned),
        ["lifetimeRedeemed"] = Number(balance.LifetimeRedeemed),
        ["version"] = Number(balance.Version),
    };

    private static JsonObject LotOf(LotView lot) => new()
    {
        ["original"] = Number(lot.Original),
        ["remaining"] = Number(lot.Remaining),
        ["held"] = Number(lot.Held),
        ["lapsed"] = Number(lot.Lapsed),
        ["account"] = lot.Member.Value,
        ["expires"] = lot.Expires is { } expires ? NodaTime.Text.InstantPattern.ExtendedIso.Format(expires) : null,
        ["state"] = lot.State switch
        {
            LotState.Pending => "pending",
            LotState.Open => "open",
            LotState.Lapsed => "lapsed",
            _ => "spent",
        },
    };

    private static JsonObject TotalsOf(SystemTotals totals) => new()
    {
        ["issued"] = Number(totals.Issued),
        ["adjusted"] = Number(totals.Adjusted),
        ["writtenOff"] = Number(totals.WrittenOff),
        ["redeemed"] = Number(totals.Redeemed),
        ["expired"] = Number(totals.Expired),
        ["forfeited"] = Number(totals.Forfeited),
    };

    /// <summary>As the case files write whole numbers: above 2^53 as text.</summary>
    private static JsonValue Number(decimal value) =>
        Math.Abs(value) <= 9007199254740992m ? JsonValue.Create((long)value) : JsonValue.Create(decimal.Truncate(value).ToString(CultureInfo.InvariantCulture));

    private sealed class SettableClock : IClock
    {
        public Instant Now { get; set; } = NodaConstants.UnixEpoch;

        public Instant GetCurrentInstant() => Now;
    }
}
