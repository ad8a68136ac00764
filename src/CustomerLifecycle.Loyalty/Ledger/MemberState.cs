using System.Runtime.InteropServices;

namespace CustomerLifecycle.Loyalty;

/// <summary>Whether a member takes part.</summary>
public enum MemberStatus
{
    /// <summary>It does.</summary>
    Open = 0,

    /// <summary>It was merged into another.</summary>
    Merged = 1,

    /// <summary>It has left.</summary>
    Closed = 2,
}

/// <summary>A member's points in all currencies, as its postings left them. Immutable.</summary>
/// <remarks>What time does is worked out when it is asked for, so an answer never depends on whether a job has run.</remarks>
public sealed class MemberState : ICompactState<MemberState>
{
    private static readonly Book NoBook;

    private readonly Value _value;

    internal MemberState(CustomerId member, long version, Instant lastRecorded, MemberStatus status, CustomerId? mergedInto, Book[] books, HouseholdTies? ties = null)
        : this(new(member, version, lastRecorded, books.Length == 0 ? default : books[0], RestOf(status, mergedInto, books, ties ?? HouseholdTies.None)))
    {
    }

    private MemberState(in Value value) => _value = value;

    /// <summary>Whose points.</summary>
    public CustomerId Member => _value.Member;

    /// <summary>Postings so far; 0 for a new member.</summary>
    public long Version => _value.Version;

    /// <summary>When the last posting was recorded; <see cref="Instant.MinValue"/> for a new member.</summary>
    public Instant LastRecorded => _value.LastRecorded;

    /// <summary>Whether the member takes part.</summary>
    public MemberStatus Status => _value.Rest.Status;

    /// <summary>Who has the points now; null unless <see cref="Status"/> is <see cref="MemberStatus.Merged"/>.</summary>
    public CustomerId? MergedInto => _value.Rest.MergedInto;

    /// <summary>The household whose points it shares; null for none.</summary>
    public CustomerId? Household => Ties.Household;

    /// <summary>Whether it may spend the points of its whole household.</summary>
    public bool MayRedeemPooledPoints => Ties.MayRedeem;

    /// <summary>Who joined this account as their household. Some may have been merged into others since.</summary>
    public IReadOnlyList<CustomerId> HouseholdMembers => Ties.Members;

    /// <summary>The currencies in which the member ever had points.</summary>
    public IReadOnlyList<string> Currencies => Array.ConvertAll(Books, static book => book.Currency);

    /// <summary>When time next changes a balance; null for never.</summary>
    public Instant? NextChange
    {
        get
        {
            if (!HasBooks) return null;
            var earliest = _value.First.NextChange;
            foreach (var book in _value.Rest.Books) earliest = Instant.Min(earliest, book.NextChange);
            return earliest == Instant.MaxValue ? null : earliest;
        }
    }

    /// <summary>When a sweep next has something to book; null for never.</summary>
    public Instant? NextDue
    {
        get
        {
            if (!HasBooks) return null;
            var earliest = _value.First.NextSweep;
            foreach (var book in _value.Rest.Books) earliest = Instant.Min(earliest, book.NextSweep);
            return earliest == Instant.MaxValue ? null : earliest;
        }
    }

    internal Book[] Books => HasBooks ? [_value.First, .. _value.Rest.Books] : [];

    private bool HasBooks => _value.First.Currency is not null;

    internal HouseholdTies Ties => _value.Rest.Ties;

    /// <summary>A member without a posting.</summary>
    /// <param name="member">Who.</param>
    public static MemberState Empty(CustomerId member) => new(member, 0, Instant.MinValue, MemberStatus.Open, null, []);

    /// <summary>The points at an instant.</summary>
    /// <param name="at">Now or later; an instant before the last posting counts as that.</param>
    /// <param name="currency">The point currency; null for <see cref="LedgerCommand.DefaultCurrency"/>.</param>
    public MemberBalance BalanceAt(Instant at, string? currency = null) =>
        Find(currency ?? LedgerCommand.DefaultCurrency) is { } book ? BookDraft.Settled(book, at).Balance(Version) : new(0, 0, 0, 0, 0, 0, 0, 0, Version);

    /// <summary>The lots at an instant, spent ones too, in the order of their posting.</summary>
    /// <param name="at">Now or later; an instant before the last posting counts as that.</param>
    /// <param name="currency">The point currency; null for <see cref="LedgerCommand.DefaultCurrency"/>.</param>
    public IReadOnlyList<LotView> LotsAt(Instant at, string? currency = null) => SettledLots(at, currency).ConvertAll(lot => LotView.Of(lot, Member));

    /// <summary>The lots at an instant, with all that is kept about them.</summary>
    internal List<Lot> SettledLots(Instant at, string? currency)
    {
        if (Find(currency ?? LedgerCommand.DefaultCurrency) is not { } book) return [];
        var settled = BookDraft.Settled(book, at);
        var lots = new List<Lot>(settled.Lots.ToArray());
        lots.AddRange(settled.LotsOver().Where(static lot => lot.Original > 0));
        lots.Sort(static (x, y) => x.Sequence.CompareTo(y.Sequence));
        return lots;
    }

    /// <summary>What will lapse unless it is spent before: by instant, the earliest first.</summary>
    /// <param name="at">Now or later.</param>
    /// <param name="until">The last instant of interest, included; null for all.</param>
    /// <param name="currency">The point currency; null for <see cref="LedgerCommand.DefaultCurrency"/>.</param>
    /// <returns>Instants and points: open, pending and held ones. Held points lapse when they come back, which may be later.</returns>
    public IReadOnlyList<UpcomingLapse> UpcomingLapses(Instant at, Instant? until = null, string? currency = null)
    {
        var lapses = new SortedDictionary<Instant, decimal>();
        foreach (var lot in LotsAt(at, currency))
        {
            if (lot.Expires is not { } expires || expires > (until ?? Instant.MaxValue) || lot.Remaining + (decimal)lot.Held == 0) continue;
            lapses.TryGetValue(expires, out var points);
            lapses[expires] = points + lot.Remaining + lot.Held;
        }

        return [.. lapses.Select(static lapse => new UpcomingLapse(lapse.Key, lapse.Value))];
    }

    /// <summary>The book in a currency; null when the member never had points in it.</summary>
    internal Book? Find(string currency)
    {
        ref readonly var book = ref BookIn(currency);
        return book.Currency is null ? null : book;
    }

    /// <summary>The book in a currency; <c>default</c> when the member never had points in it.</summary>
    internal ref readonly Book BookIn(string currency)
    {
        if (string.Equals(_value.First.Currency, currency, StringComparison.Ordinal)) return ref _value.First;
        var books = _value.Rest.Books;
        for (var i = 0; i < books.Length; i++)
        {
            if (string.Equals(books[i].Currency, currency, StringComparison.Ordinal)) return ref books[i];
        }

        return ref NoBook;
    }

    internal MemberState With(in Book book, long version, Instant recorded) => !HasBooks || string.Equals(_value.First.Currency, book.Currency, StringComparison.Ordinal)
        ? new(new Value(Member, version, recorded, book, _value.Rest))
        : new(new Value(Member, version, recorded, _value.First, _value.Rest.With(book)));

    internal MemberState Ended(MemberStatus status, CustomerId? mergedInto) => new(_value.With(_value.Rest with { Status = status, MergedInto = mergedInto }));

    internal MemberState Tied(HouseholdTies ties) => new(_value.With(_value.Rest with { Ties = ties }));

    StateTable<MemberState> ICompactState<MemberState>.NewTable() => new Table();

    private static Rest RestOf(MemberStatus status, CustomerId? mergedInto, Book[] books, HouseholdTies ties) =>
        status == MemberStatus.Open && books.Length < 2 && ReferenceEquals(ties, HouseholdTies.None) ? Rest.None : new(status, mergedInto, [.. books.Skip(1)], ties);

    /// <summary>All of a state: most members have points in one currency, and nothing more.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly struct Value(CustomerId member, long version, PackedInstant lastRecorded, in Book first, Rest rest)
    {
        public readonly CustomerId Member = member;
        public readonly long Version = version;
        public readonly PackedInstant LastRecorded = lastRecorded;
        public readonly Book First = first;
        public readonly Rest Rest = rest;

        public Value With(Rest rest) => new(Member, Version, LastRecorded, First, rest);
    }

    /// <summary>Members side by side: a million of them are a few large pieces of memory, not two million small ones.</summary>
    private sealed class Table : StateTable<MemberState, Value>
    {
        protected override Value ToValue(MemberState state) => state._value;

        protected override MemberState ToState(in Value value) => new(value);
    }

    /// <summary>What most members have none of: shared between states while it does not change.</summary>
    private sealed record Rest(MemberStatus Status, CustomerId? MergedInto, Book[] Books, HouseholdTies Ties)
    {
        public static readonly Rest None = new(MemberStatus.Open, null, [], HouseholdTies.None);

        public Rest With(in Book book)
        {
            var currency = book.Currency;
            var index = Array.FindIndex(Books, other => string.Equals(other.Currency, currency, StringComparison.Ordinal));
            if (index < 0) return this with { Books = [.. Books, book] };
            var books = (Book[])Books.Clone();
            books[index] = book;
            return this with { Books = books };
        }
    }
}
