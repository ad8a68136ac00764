namespace CustomerLifecycle.Loyalty;

/// <summary>Answers about the past, from postings alone: what was in effect then, as known then or as known now.</summary>
/// <remarks>
/// An answer is a sum: of every movement that takes effect at <c>asOf</c> or before and was known at <c>knownAt</c> or before. What time alone brought about is known from its own instant on.
/// With a fixed <c>knownAt</c> an answer never changes again.
/// </remarks>
public sealed class LedgerHistory
{
    private readonly Dictionary<string, Line> _lots = new(StringComparer.Ordinal);
    private readonly CustomerId _member;
    private readonly string _currency;
    private readonly bool _withLots;
    private readonly Instant _asOf;
    private readonly Instant _knownAt;
    private Figures _figures;
    private long _lastVersion;
    private long _versions;
    private int _nextSequence;

    /// <summary>Asks about a member.</summary>
    /// <param name="member">Who.</param>
    /// <param name="asOf">When: what took effect then or before.</param>
    /// <param name="knownAt">As known when; null for all that is known now.</param>
    /// <param name="currency">The point currency; null for <see cref="LedgerCommand.DefaultCurrency"/>.</param>
    /// <param name="withLots">Whether <see cref="Lots"/> will be asked for.</param>
    public LedgerHistory(CustomerId member, Instant asOf, Instant? knownAt = null, string? currency = null, bool withLots = false)
    {
        _member = member;
        _asOf = asOf;
        _knownAt = knownAt ?? Instant.MaxValue;
        _currency = currency ?? LedgerCommand.DefaultCurrency;
        _withLots = withLots;
    }

    /// <summary>The balance.</summary>
    public MemberBalance Balance => _figures.ToBalance(_versions);

    /// <summary>The member's slice of the programme's totals.</summary>
    public SystemTotals Totals => _figures.ToTotals();

    /// <summary>The lots, in the order of their posting.</summary>
    public IReadOnlyList<LotView> Lots
    {
        get
        {
            if (!_withLots) throw new InvalidOperationException("This history was not asked for lots. Construct it with withLots: true.");
            var lots = new List<LotView>();
            foreach (var line in _lots.Values.OrderBy(static line => line.Lot.Sequence))
            {
                if (line.Lot.Original > 0) lots.Add(LotView.Of(line.Lot, _member));
            }

            return lots;
        }
    }

    /// <summary>Takes in a member's next posting.</summary>
    /// <param name="posting">In the order of recording, all currencies.</param>
    public void Add(Posting posting)
    {
        ArgumentNullException.ThrowIfNull(posting);
        var isCounted = posting.Recorded <= _knownAt && posting.Effective <= _asOf;
        if (posting.Version != _lastVersion)
        {
            _lastVersion = posting.Version;
            if (isCounted) _versions++;
        }

        if (!string.Equals(posting.Currency, _currency, StringComparison.Ordinal)) return;
        if (_withLots) Open(posting, isCounted);
        foreach (var movement in posting.Entries) Add(movement, posting.Recorded);
        if (!_withLots || !isCounted) return;
        if (posting.Kind == PostingKind.MergeOut) _lots.Clear();
        if (posting.Detail?.Expires is { } expires) Extend(posting, expires);
    }

    /// <summary>Takes in all postings up to a mark, in the place of each of them.</summary>
    internal void Add(in HistoryMark mark)
    {
        _figures = mark.Figures;
        _versions = mark.Versions;
        _lastVersion = mark.LastVersion;
    }

    /// <summary>Marks the place behind some postings, which are counted whole.</summary>
    /// <param name="postings">The next ones.</param>
    /// <param name="before">The mark before them.</param>
    internal HistoryMark Mark(IReadOnlyList<Recorded<Posting>> postings, in HistoryMark before)
    {
        var (latest, earliest) = (before.Latest, Instant.MaxValue);
        for (var i = 0; i < postings.Count; i++)
        {
            var posting = postings[i].Record;
            Add(posting);
            latest = Instant.Max(latest, Instant.Max(posting.Recorded, posting.Effective));
            earliest = Instant.Min(earliest, posting.Effective);
            foreach (var movement in posting.Entries)
            {
                latest = Instant.Max(latest, movement.Effective);
                earliest = Instant.Min(earliest, movement.Effective);
            }
        }

        return new(_figures, _versions, _lastVersion, latest, earliest);
    }

    /// <summary>Takes in what time has done since the last posting.</summary>
    /// <param name="state">The member after its last posting.</param>
    public void Add(MemberState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Find(_currency) is not { } book) return;
        foreach (ref readonly var movement in BookDraft.Elapsed(book, Instant.Min(_asOf, _knownAt)).AsSpan()) Add(movement, Instant.MinValue);
    }

    private void Add(in Movement movement, Instant recorded)
    {
        if (movement.Effective > _asOf || (movement.IsElapsed ? movement.Effective : recorded) > _knownAt) return;
        _figures.Add(movement);
        if (_withLots && movement.Lot is not null && _lots.TryGetValue(movement.Lot, out var line)) line.Lot = line.Lot.Move(movement.From, movement.To, movement.Points);
    }

    private void Open(Posting posting, bool isCounted)
    {
        var offset = _nextSequence;
        foreach (var lot in posting.Opened)
        {
            _nextSequence = Math.Max(_nextSequence, lot.Sequence + 1);
            if (isCounted) _lots[lot.Key] = new(lot);
        }

        if (posting.Detail?.Moved is not { } moved) return;
        _nextSequence += moved.NextSequence;
        if (!isCounted) return;
        foreach (var lot in moved.Lots.ToArray().Concat(moved.LotsOver()))
        {
            if (!_lots.ContainsKey(lot.Key)) _lots.Add(lot.Key, new(lot.Emptied().After(offset)));
        }
    }

    private void Extend(Posting posting, Instant expires)
    {
        foreach (var line in _lots.Values)
        {
            if (posting.Kind == PostingKind.Confirm ? string.Equals(line.Lot.Key, posting.Reference, StringComparison.Ordinal) : !line.Lot.HasOwnExpiry && line.Lot.Expires > posting.Recorded)
                line.Lot = line.Lot.ExpiringAt(expires);
        }
    }

    private sealed class Line(in Lot lot)
    {
        public Lot Lot { get; set; } = lot;
    }
}
