namespace CustomerLifecycle.Loyalty;

/// <summary>Points of all members that lapse on one local day.</summary>
/// <param name="Day">The first local day without the points.</param>
/// <param name="Lots">Lots with points that lapse.</param>
/// <param name="Points">Points that lapse, unless they are spent before.</param>
public readonly record struct LapseForecast(LocalDate Day, long Lots, decimal Points);

/// <summary>What became of the points of one month: issued = outstanding + lapsed + used.</summary>
/// <param name="Month">The local month in which they were earned.</param>
/// <param name="Lots">Lots opened.</param>
/// <param name="Issued">Points that they were opened with, less what refunds of their purchases took back.</param>
/// <param name="Outstanding">Points still open, pending or held.</param>
/// <param name="Lapsed">Points lapsed. They stay so when their purchase is refunded afterwards.</param>
/// <param name="Used">Points that were spent, forfeited, adjusted away or went into a debt.</param>
/// <remarks>Points that were transferred with their term are looked at where they are now, and counted once, in the month in which they were earned. With a new term (a transfer with <see cref="TransferTerms.FreshExpiry"/>, a returned redemption) they are used in the old month and issued anew in the new one.</remarks>
public readonly record struct LotCohort(YearMonth Month, long Lots, decimal Issued, decimal Outstanding, decimal Lapsed, decimal Used)
{
    /// <summary>The share of the points that are over which lapsed; null while none are over.</summary>
    public decimal? Breakage => Lapsed + Used == 0 ? null : Lapsed / (Lapsed + Used);
}

/// <summary>The points that members hold together, and whether the books agree with them.</summary>
/// <param name="Members">Members with postings in the currency.</param>
/// <param name="Available">Spendable.</param>
/// <param name="Pending">Not yet spendable.</param>
/// <param name="Held">Reserved.</param>
/// <param name="Due">Lapsed, not yet booked.</param>
/// <param name="Debt">Owed by members.</param>
/// <param name="Totals">The programme's side.</param>
public readonly record struct Reconciliation(long Members, decimal Available, decimal Pending, decimal Held, decimal Due, decimal Debt, SystemTotals Totals)
{
    /// <summary>Points that the programme owes its members: available, pending and held.</summary>
    public decimal Liability => Available + Pending + Held;

    /// <summary>Points between members: of transfers and merges that were posted meanwhile, and of which the report has one side only. 0 on a ledger at rest, where anything else means that one side's records are missing.</summary>
    /// <remarks>Below 0, points were counted at the giver and at the receiver; above 0, at neither of them.</remarks>
    public decimal InTransit => Totals.Transferred;

    /// <summary>What the two sides differ by: 0 unless records are missing or were changed.</summary>
    public decimal Difference =>
        Totals.Issued + Totals.Adjusted + Totals.WrittenOff - (Totals.Redeemed + Totals.Expired + Totals.Forfeited + InTransit + Available + Pending + Held + Due - Debt);
}

/// <summary>Reports on all members: liability, expiry forecast, breakage by cohort, reconciliation.</summary>
/// <remarks>A pass over members that is fed one by one, so that a host decides where they come from: the service, a page, a backup.</remarks>
public sealed class LedgerReport
{
    private readonly Instant _at;
    private readonly string _currency;
    private readonly LocalCalendar _calendar;
    private readonly TransferTerms _transferTerms;
    private readonly SortedDictionary<LocalDate, (long Lots, decimal Points)> _lapses = [];
    private readonly SortedDictionary<YearMonth, LotCohort> _cohorts = [];
    private Reconciliation _sums;

    /// <summary>Starts a report.</summary>
    /// <param name="at">Now or later.</param>
    /// <param name="calendar">The local days of the programme: <see cref="LedgerPolicy.Calendar"/>.</param>
    /// <param name="currency">The point currency; null for <see cref="LedgerCommand.DefaultCurrency"/>.</param>
    /// <param name="transferTerms">What transferred lots keep: <see cref="LedgerPolicy.TransferTerms"/>.</param>
    public LedgerReport(Instant at, LocalCalendar calendar, string? currency = null, TransferTerms transferTerms = TransferTerms.KeepExpiry)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        _at = at;
        _calendar = calendar;
        _currency = currency ?? LedgerCommand.DefaultCurrency;
        _transferTerms = transferTerms;
    }

    /// <summary>What members hold, against what the programme issued; the programme's side needs <see cref="Add(SystemTotals)"/>.</summary>
    public Reconciliation Reconciliation => _sums;

    /// <summary>What will lapse, by the first local day without the points; past days are left out.</summary>
    public IReadOnlyList<LapseForecast> Lapses => [.. _lapses.Select(static day => new LapseForecast(day.Key, day.Value.Lots, day.Value.Points))];

    /// <summary>Breakage by the month in which points were earned.</summary>
    public IReadOnlyList<LotCohort> Cohorts => [.. _cohorts.Values];

    /// <summary>Takes a member in.</summary>
    /// <param name="member">The member after its last posting.</param>
    public void Add(MemberState member)
    {
        ArgumentNullException.ThrowIfNull(member);
        if (member.Find(_currency) is null) return;
        var balance = member.BalanceAt(_at, _currency);
        _sums = _sums with
        {
            Members = _sums.Members + 1,
            Available = _sums.Available + balance.Available,
            Pending = _sums.Pending + balance.Pending,
            Held = _sums.Held + balance.Held,
            Due = _sums.Due + balance.Due,
            Debt = _sums.Debt + balance.Debt,
        };
        foreach (var lot in member.SettledLots(_at, _currency)) Add(lot);
    }

    /// <summary>Takes the programme's side in: <see cref="LedgerService.TotalsAsync"/>.</summary>
    /// <param name="totals">A slice of the books, or all of them.</param>
    public void Add(SystemTotals totals) => _sums = _sums with { Totals = _sums.Totals.Plus(totals) };

    private void Add(in Lot lot)
    {
        var left = lot.Open + (decimal)lot.Pending + lot.Held;
        if (left > 0 && lot.Expires < Instant.MaxValue && lot.Expires > _at)
        {
            var day = _calendar.DayOf(lot.Expires);
            _lapses.TryGetValue(day, out var sum);
            _lapses[day] = (sum.Lots + 1, sum.Points + left);
        }

        var month = _calendar.DayOf(lot.Earned).ToYearMonth();
        _cohorts.TryGetValue(month, out var cohort);

        // What was transferred with its term was issued with the lot that it left, in the same month, and is gone there.
        var isMoved = lot.Kind == LotKind.Transfer && _transferTerms == TransferTerms.KeepExpiry;
        var issued = isMoved ? 0 : lot.Original - ((decimal)lot.Refunded - lot.LapsedRefunded);
        _cohorts[month] = new(month, cohort.Lots + (isMoved ? 0 : 1), cohort.Issued + issued, cohort.Outstanding + left, cohort.Lapsed + lot.Lapsed, cohort.Used + issued - left - lot.Lapsed);
    }
}
