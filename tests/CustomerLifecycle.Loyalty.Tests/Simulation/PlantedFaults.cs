namespace CustomerLifecycle.Loyalty.Tests.Simulation;

/// <summary>Ledgers that are wrong in one way each: in their rules, in what they hear, in their clock, in what they write.</summary>
internal static class PlantedFaults
{
    public static IReadOnlyList<PlantedFault> All { get; } =
    [
        // Rules.
        new("spends in another order", Policy: p => With(p, spending: 1 - p.Spending)),
        new("never lets points lapse", Policy: p => With(p, expiry: ExpiryPolicy.Never)),
        new("lets points lapse a day late", Policy: p => With(p, expiry: DayLate(p.Expiry))),
        new("counts days in another zone", Policy: p => With(p, zone: DateTimeZone.ForOffset(Offset.FromHours(5)))),
        new("counts the term from the other start", Policy: p => With(p, expiryFrom: 1 - p.ExpiryFrom)),
        new("opens pending points a day late", Policy: p => With(p, pendingDays: p.PendingDays + 1)),
        new("opens pending points at once", Policy: p => With(p, pendingDays: p.PendingDays is null ? null : 0)),
        new("claws back from the wrong lots", Policy: p => With(p, clawback: 1 - p.Clawback)),
        new("forgets what members owe", Policy: p => With(p, shortfall: Shortfall.WriteOff)),
        new("refunds what it should refuse", Policy: p => With(p, shortfall: p.Shortfall == Shortfall.Reject ? Shortfall.Debt : p.Shortfall)),
        new("returns spent points with a new term", Policy: p => With(p, reinstatement: Reinstatement.Fresh)),
        new("gives a day too much of grace", Policy: p => With(p, reinstatementGraceDays: p.ReinstatementGraceDays + 1)),
        new("gives transferred points other terms", Policy: p => With(p, transferTerms: 1 - p.TransferTerms)),
        new("does not follow merged members", Policy: p => With(p, mergedMember: 1 - p.MergedMember)),
        new("takes earns whose term is over", Policy: p => With(p, backdatedLapsed: 1 - p.BackdatedLapsed)),
        new("takes earns from too long ago", Policy: p => With(p, maxBackdateDays: -1)),
        new("holds more than the limit", Policy: p => With(p, maxBalance: false)),
        new("has no cap for a day", Policy: p => With(p, earnCapPerDay: false)),
        new("has no limit of redemptions", Policy: p => With(p, maxRedemptionsPerDay: false)),
        new("has no least redemption", Policy: p => With(p, minRedeem: false)),
        new("has no step", Policy: p => With(p, redeemStep: false)),
        new("rounds orders otherwise", Policy: p => With(p, rounding: p.OrderRule!.Rounding == PointRounding.Floor ? PointRounding.Ceiling : PointRounding.Floor)),

        // Commands.
        new("redeems one point too many", Command: c => c is RedeemPoints r ? new RedeemPoints(r.Key, r.Member, r.Amount.Count + 1, r.Effective, r.Currency, r.ExpectedVersion) : c),
        new("ignores the effective instant", Command: c => c is EarnPoints { Effective: not null } e ? new EarnPoints(e.Key, e.Member, e.Amount, null, e.Expiry, e.Pending, e.Currency, e.ExpectedVersion) : c),
        new("ignores a lot's own expiry", Command: c => c is EarnPoints e ? new EarnPoints(e.Key, e.Member, e.Amount, e.Effective, default, e.Pending, e.Currency, e.ExpectedVersion) : c),
        new("opens what should wait", Command: c => c is EarnPoints e ? new EarnPoints(e.Key, e.Member, e.Amount, e.Effective, e.Expiry, false, e.Currency, e.ExpectedVersion) : c),
        new("mixes currencies", Command: c => c is RedeemPoints r ? new RedeemPoints(r.Key, r.Member, r.Amount, r.Effective, null, r.ExpectedVersion) : c),
        new("ignores the expected version", Command: c => c is EarnPoints e ? new EarnPoints(e.Key, e.Member, e.Amount, e.Effective, e.Expiry, e.Pending, e.Currency) : c),
        new("holds for ever", Command: c => c is ReservePoints r ? new ReservePoints(r.Key, r.Member, r.Amount, null, r.Effective, r.Currency, r.ExpectedVersion) : c),
        new("captures all of a hold", Command: c => c is CaptureHold h ? new CaptureHold(h.Key, h.Reference, null, h.ExpectedVersion) : c),

        // Clocks.
        new("has a slow clock", Clock: at => at - Duration.FromHours(1)),
        new("rounds its clock to days", Clock: at => Instant.FromUnixTimeSeconds(at.ToUnixTimeSeconds() / 86_400 * 86_400)),

        // Writing.
        new("forgets keys", Journal: j => new WrongJournal(j) { Rekey = true }),
        new("overwrites other versions", Journal: j => new WrongJournal(j) { IgnoresVersions = true }),
        new("keeps a state that its postings do not give", Journal: j => new WrongJournal(j) { Change = KeepOldState }),
        new("loses a movement", Journal: j => new WrongJournal(j) { Change = LoseMovement }),
        new("writes a movement twice", Journal: j => new WrongJournal(j) { Change = DoubleMovement }),
        new("moves a point too many", Journal: j => new WrongJournal(j) { Change = OneMore }),
        new("does not tell the outside", Journal: j => new WrongJournal(j) { Change = static append => new(append.Key, append.Request, append.Streams) }),
        new("tells the outside twice", Journal: j => new WrongJournal(j) { Change = static append => new(append.Key, append.Request, append.Streams, [.. append.Outbox, .. append.Outbox]) }),
        new("does not say when a sweep is due", Journal: j => new WrongJournal(j) { Change = static append => new(append.Key, append.Request, [.. append.Streams.Select(s => new StreamAppend<MemberState, Posting>(s.Stream, s.ExpectedVersion, s.State, null, s.Records))], append.Outbox) }),
        new("records before the last posting", Journal: j => new WrongJournal(j) { Change = append => Rewrite(append, p => Copy(p, recorded: p.Recorded - Duration.FromDays(1))) }),
        new("skips a version", Journal: j => new WrongJournal(j) { Change = append => Rewrite(append, p => Copy(p, version: p.Version + 1)) }),
        new("lets backdated points count from today", Journal: j => new WrongJournal(j) { Change = append => Rewrite(append, p => Copy(p, effective: p.Recorded)) }),
    ];

    private static LedgerPolicy With(
        LedgerPolicy p,
        SpendingOrder? spending = null,
        ExpiryPolicy? expiry = null,
        DateTimeZone? zone = null,
        ExpiryStart? expiryFrom = null,
        int? pendingDays = -1,
        Clawback? clawback = null,
        Shortfall? shortfall = null,
        Reinstatement? reinstatement = null,
        int? reinstatementGraceDays = null,
        TransferTerms? transferTerms = null,
        MergedMember? mergedMember = null,
        BackdatedLapsed? backdatedLapsed = null,
        int? maxBackdateDays = null,
        bool maxBalance = true,
        bool earnCapPerDay = true,
        bool maxRedemptionsPerDay = true,
        bool minRedeem = true,
        bool redeemStep = true,
        PointRounding? rounding = null) => new(
            spending ?? p.Spending,
            expiry ?? p.Expiry,
            zone ?? p.Calendar.Zone,
            expiryFrom ?? p.ExpiryFrom,
            pendingDays == -1 ? p.PendingDays : pendingDays,
            clawback ?? p.Clawback,
            shortfall ?? p.Shortfall,
            reinstatement ?? p.Reinstatement,
            reinstatementGraceDays ?? p.ReinstatementGraceDays,
            transferTerms ?? p.TransferTerms,
            mergedMember ?? p.MergedMember,
            backdatedLapsed ?? p.BackdatedLapsed,
            maxBackdateDays == -1 ? null : p.MaxBackdateDays,
            maxBalance ? p.MaxBalance : null,
            earnCapPerDay ? p.EarnCapPerDay : null,
            maxRedemptionsPerDay ? p.MaxRedemptionsPerDay : null,
            minRedeem ? p.MinRedeem : null,
            redeemStep ? p.RedeemStep : null,
            rounding is { } other ? new(p.OrderRule!.Rate, other, p.OrderRule.Scope, p.OrderRule.Multipliers, p.OrderRule.Excluded, p.OrderRule.Campaign, p.OrderRule.MinOrder, p.OrderRule.MaxPerOrder) : p.OrderRule);

    private static ExpiryPolicy DayLate(ExpiryPolicy expiry) => expiry.Kind switch
    {
        ExpiryKind.Never => expiry,
        ExpiryKind.CalendarYear => ExpiryPolicy.EndOfYear(expiry.PlusYears, expiry.GraceDays + 1),
        ExpiryKind.Inactivity => ExpiryPolicy.AfterInactivity(expiry.TermLength, expiry.Rounding, expiry.GraceDays + 1),
        _ => ExpiryPolicy.After(expiry.TermLength, expiry.Rounding, expiry.GraceDays + 1),
    };

    private static Append<MemberState, Posting> KeepOldState(Append<MemberState, Posting> append) =>
        new(append.Key, append.Request, [.. append.Streams.Select(s => new StreamAppend<MemberState, Posting>(s.Stream, s.ExpectedVersion, new MemberState(s.State.Member, s.State.Version, s.State.LastRecorded, MemberStatus.Open, null, []), s.NextDue, s.Records))], append.Outbox);

    private static Append<MemberState, Posting> LoseMovement(Append<MemberState, Posting> append) =>
        Rewrite(append, p => p.Movements.Count > 1 ? Copy(p, movements: [.. p.Movements.Skip(1)]) : p);

    private static Append<MemberState, Posting> DoubleMovement(Append<MemberState, Posting> append) =>
        Rewrite(append, p => p.Movements.Count > 0 ? Copy(p, movements: [.. p.Movements, p.Movements[p.Movements.Count - 1]]) : p);

    private static Append<MemberState, Posting> OneMore(Append<MemberState, Posting> append) =>
        Rewrite(append, p => Copy(p, movements: [.. p.Movements.Select(m => new Movement(m.Lot, m.From, m.To, m.Points + 1, m.Effective, m.IsElapsed))]));

    private static Append<MemberState, Posting> Rewrite(Append<MemberState, Posting> append, Func<Posting, Posting> change) =>
        new(append.Key, append.Request, [.. append.Streams.Select(s => new StreamAppend<MemberState, Posting>(s.Stream, s.ExpectedVersion, s.State, s.NextDue, [.. s.Records.Select(change)]))], append.Outbox);

    private static Posting Copy(Posting p, Movement[]? movements = null, Instant? effective = null, Instant? recorded = null, long? version = null) =>
        new(p.Kind, p.Key, p.Member, p.Currency, effective ?? p.Effective, recorded ?? p.Recorded, version ?? p.Version, p.Spending, movements is null ? p.Moved : MovementStore.Of(movements, effective ?? p.Effective), p.Opened, p.Reference, p.Detail);

    /// <summary>A journal that does not keep its promises.</summary>
    internal sealed class WrongJournal(IJournal<MemberState, Posting> inner) : DelegatingJournal<MemberState, Posting>(inner)
    {
        private int _calls;

        public bool Rekey { get; init; }

        public bool IgnoresVersions { get; init; }

        public Func<Append<MemberState, Posting>, Append<MemberState, Posting>>? Change { get; init; }

        public override async ValueTask<AppendOutcome<Posting>> AppendAsync(Append<MemberState, Posting> append, CancellationToken cancellationToken = default)
        {
            var changed = Change?.Invoke(append) ?? append;
            if (Rekey) changed = new(new($"{append.Key.Value}#{_calls++}"), append.Request, append.Streams, append.Outbox);
            if (IgnoresVersions)
            {
                var streams = new List<StreamAppend<MemberState, Posting>>();
                foreach (var s in append.Streams) streams.Add(new(s.Stream, (await Inner.LoadAsync(s.Stream, cancellationToken)).Version, s.State, s.NextDue, s.Records));
                changed = new(append.Key, append.Request, streams, append.Outbox);
            }

            return await Inner.AppendAsync(changed, cancellationToken);
        }

        public override async ValueTask<IReadOnlyList<AppendOutcome<Posting>>> AppendBatchAsync(IReadOnlyList<Append<MemberState, Posting>> appends, CancellationToken cancellationToken = default)
        {
            var outcomes = new List<AppendOutcome<Posting>>();
            foreach (var append in appends) outcomes.Add(await AppendAsync(append, cancellationToken));
            return outcomes;
        }
    }
}
