namespace CustomerLifecycle.Loyalty;

/// <summary>The members of a household and their points in one currency at one instant.</summary>
public sealed class Household
{
    internal Household(CustomerId id, IReadOnlyList<HouseholdMember> members)
    {
        Id = id;
        Members = members;
    }

    /// <summary>The household's own account.</summary>
    public CustomerId Id { get; }

    /// <summary>Whose points are shared, in order of their ids; the household's own account is one of them.</summary>
    public IReadOnlyList<HouseholdMember> Members { get; }

    /// <summary>What can be spent together.</summary>
    public decimal Available => Members.Sum(static member => (decimal)member.Balance.Available);
}

/// <summary>A member of a household.</summary>
/// <param name="Member">Who.</param>
/// <param name="MayRedeem">Whether the member may spend the points of all.</param>
/// <param name="Balance">The member's own points.</param>
public readonly record struct HouseholdMember(CustomerId Member, bool MayRedeem, MemberBalance Balance);

/// <summary>What happened to the points of a household over a span of time, and whose they were.</summary>
/// <remarks>A member's points count from the instant of joining to that of leaving; what they brought and what they took along are lines too.</remarks>
public sealed class HouseholdStatement
{
    private readonly string _currency;
    private readonly List<HouseholdStatementLine> _lines = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    internal HouseholdStatement(CustomerId household, Instant from, Instant to, string? currency)
    {
        Household = household;
        From = from;
        To = to;
        _currency = currency ?? LedgerCommand.DefaultCurrency;
        _names.Add(household.Value);
    }

    /// <summary>The household's own account.</summary>
    public CustomerId Household { get; }

    /// <summary>In which currency.</summary>
    public string Currency => _currency;

    /// <summary>Its first instant.</summary>
    public Instant From { get; }

    /// <summary>The first instant after it.</summary>
    public Instant To { get; }

    /// <summary>Spendable points of all just before <see cref="From"/>.</summary>
    public decimal Opening { get; private set; }

    /// <summary>Spendable points of all just before <see cref="To"/>: the opening and what the lines add.</summary>
    public decimal Closing { get; private set; }

    /// <summary>What changed in between, in the order in which it took effect.</summary>
    public IReadOnlyList<HouseholdStatementLine> Lines => [.. _lines.OrderBy(static line => line.Line.Effective)];

    internal bool HasMembers { get; private set; }

    /// <summary>Takes an account in, the household's own first.</summary>
    /// <returns>Who else may have belonged to it.</returns>
    internal IReadOnlyList<CustomerId> Add(MemberState state, IReadOnlyList<Posting> postings)
    {
        var others = new List<CustomerId>();
        var isHousehold = _names.Contains(state.Member.Value);
        Instant? since = isHousehold ? Instant.MinValue : null;
        foreach (var posting in postings)
        {
            var counterparty = posting.Detail?.Counterparty;
            if (isHousehold && posting.Kind == PostingKind.MergeIn && posting.Detail!.Ties is not null) _names.Add(counterparty!.Value.Value);
            if (isHousehold && posting.Kind is PostingKind.Admit or PostingKind.MergeIn) others.Add(counterparty!.Value);
            if (posting.Kind == PostingKind.MergeOut && since is not null) others.Add(counterparty!.Value);
            if (isHousehold || posting.Detail?.Ties is not { } ties) continue;

            var isIn = ties.Household is { } home && _names.Contains(home.Value);
            if (isIn && since is null) since = posting.Recorded;
            if (isIn || since is not { } joined) continue;
            Add(state, postings, joined, posting.Recorded);
            since = null;
        }

        HasMembers |= isHousehold && others.Count > 0;
        if (since is { } still) Add(state, postings, still, Instant.MaxValue);
        return others;
    }

    private void Add(MemberState state, IReadOnlyList<Posting> postings, Instant joined, Instant left)
    {
        var from = Instant.Max(From, joined);
        var to = Instant.Min(To, left);
        if (from >= to) return;
        var own = Statement.Of(state, postings, from, to, _currency);
        if (joined > From) _lines.Add(new(state.Member, Of(from, StatementReason.Joined, own.Opening, 1)));
        else Opening += own.Opening.Available;
        foreach (var line in own.Lines) _lines.Add(new(state.Member, line));
        if (left < To) _lines.Add(new(state.Member, Of(to, StatementReason.Left, own.Closing, -1)));
        else Closing += own.Closing.Available;
    }

    private static StatementLine Of(Instant at, StatementReason reason, MemberBalance balance, int sign) =>
        new(at, at, reason, null, sign * balance.Available, sign * balance.Pending, sign * balance.Held, sign * balance.Debt);
}

/// <summary>One line of a household's statement.</summary>
/// <param name="Member">Whose points changed: who earned them, and of spent ones who had earned them.</param>
/// <param name="Line">What happened.</param>
public readonly record struct HouseholdStatementLine(CustomerId Member, StatementLine Line);
