namespace CustomerLifecycle.Loyalty;

/// <summary>A book while something happens to it: every change is a movement, and every movement changes it.</summary>
/// <remarks>Drafts are reused within a thread, so that a decision allocates only what it leaves behind.</remarks>
internal sealed class BookDraft
{
    [ThreadStatic]
    private static Stack<BookDraft>? Spare;

    private Book _origin;
    private readonly LotsInHand _lots = new();
    private SpendingOrder _spending;
    private long[] _fresh = [];
    private int _cursor;
    private bool _hasFresh;
    private int _freshFrom;
    private int _freshEnd;
    private readonly List<Change> _changes = [];
    private bool _isElapsed;
    private Movement[] _movements = new Movement[16];
    private int _movementCount;
    private int _settledMovements;
    private readonly List<IReference> _archived = [];
    private PointHold[] _holds = [];
    private LotRun _run;
    private LedgerAccount _runTo;
    private Instant _runEffective;
    private Lot[] _opened = new Lot[1];
    private int _openedCount;
    private Archive _archive;
    private Instant _lastActivity;
    private int _nextSequence;
    private DaySum? _earnedOfDay;
    private DaySum? _redemptionsOfDay;
    private ExpiryMove? _moved;
    private bool _hasReceived;
    private decimal _due;
    private Wide _earned;
    private Wide _redeemed;
    private Wide _expired;

    public string Currency => _origin.Currency;

    public long Available { get; private set; }

    public long Pending { get; private set; }

    public long Held { get; private set; }

    public decimal Debt { get; private set; }

    public decimal Due => _due;

    public Instant LastActivity => _lastActivity;

    public int NextSequence => _nextSequence;

    public int Count => _lots.Count;

    public PointHold[] Holds => _holds;

    /// <summary>Whether anything moved since <see cref="BeginOperation"/>.</summary>
    public bool HasPosted => _movementCount > _settledMovements || _run.Count > 0;

    public ref readonly Lot this[int index] => ref _lots[index];

    private bool HasMoved => _movementCount > 0 || _run.Count > 0;

    /// <summary>A book as time has left it at an instant.</summary>
    public static Book Settled(in Book book, Instant at)
    {
        if (!HasCome(book.NextChange, at)) return book;
        var draft = Rent(book);
        draft.Settle(at, book.Spending);
        var settled = draft.ToBook();
        draft.Return();
        return settled;
    }

    /// <summary>What time has moved in a book up to an instant.</summary>
    public static Movement[] Elapsed(in Book book, Instant at)
    {
        if (!HasCome(book.NextChange, at)) return [];
        var draft = Rent(book);
        draft.Settle(at, book.Spending);
        var movements = draft._movements.AsSpan(0, draft._movementCount).ToArray();
        draft.Return();
        return movements;
    }

    /// <summary>A book that was read back, with the instants that follow from it.</summary>
    public static Book Timed(in Book book)
    {
        var draft = Rent(book);
        var timed = draft.ToBook();
        draft.Return();
        return timed;
    }

    /// <summary>A member's book in a currency, opened where there is none.</summary>
    public static BookDraft Rent(MemberState state, string currency)
    {
        ref readonly var book = ref state.BookIn(currency);
        return Rent(book.Currency is null ? new Book(currency) : book);
    }

    public static BookDraft Rent(in Book book)
    {
        var draft = Spare is { Count: > 0 } ? Spare.Pop() : new BookDraft();
        draft.Load(book);
        return draft;
    }

    public void Return()
    {
        _lots.Clear();
        if (_hasFresh) Array.Clear(_fresh, 0, _fresh.Length);
        Array.Clear(_movements, 0, _movementCount);
        _archived.Clear();
        _origin = default;
        _holds = [];
        Array.Clear(_opened, 0, _openedCount);
        _openedCount = 0;
        _run = default;
        _archive = default;
        (Spare ??= new()).Push(this);
    }

    /// <summary>Does what time does up to an instant: activations, ends of holds and lapses, each at its own instant.</summary>
    /// <param name="now">Up to when, included.</param>
    /// <param name="spending">The order in which points are spent from now on. What time did before, it did in the order of the last posting: so it was answered then.</param>
    public void Settle(Instant now, SpendingOrder spending)
    {
        if (HasCome(_origin.NextChange, now))
        {
            _isElapsed = true;
            Pass(now, paysDebts: true);
            _isElapsed = false;
        }

        SpendIn(spending);
        BeginOperation();
    }

    /// <summary>Does what time has done to lots that were only just posted; debts are paid now, not then.</summary>
    public void CatchUp(Instant now)
    {
        if (HasCome(NextChange(), now)) Pass(now, paysDebts: false);
        PayDebt(now);
    }

    public void BeginOperation() => _settledMovements = _movementCount;

    /// <summary>Opens a lot, without points.</summary>
    /// <returns>Its index.</returns>
    public int Open(in Lot lot)
    {
        if (_openedCount == _opened.Length) Array.Resize(ref _opened, _openedCount * 2);
        _opened[_openedCount++] = lot;
        if (lot.Kind == LotKind.Earn && _earnedOfDay?.Has(lot.Earned) == true) _earnedOfDay = _earnedOfDay.Plus(lot.Original);
        _nextSequence = Math.Max(_nextSequence, lot.Sequence + 1);
        _hasReceived |= lot.Kind == LotKind.Transfer;
        return Insert(lot);
    }

    /// <summary>Brings a lot that may be over back to hand.</summary>
    /// <returns>Its index, or -1 when there is no such lot.</returns>
    public int Find(string key)
    {
        for (var i = 0; i < Count; i++)
        {
            var index = _cursor + i < Count ? _cursor + i : _cursor + i - Count;
            if (!string.Equals(_lots[index].Key, key, StringComparison.Ordinal)) continue;
            _cursor = index;
            return index;
        }

        return _lots.FindSpent(key) is { } spent ? Insert(spent) : _archive.FindLot(key, _moved) is { } lot ? Insert(lot) : -1;
    }

    /// <summary>Whether a lot that came by transfer has the name that a command would give its own. Commands never share a key, so no other lot can have it.</summary>
    public bool HasReceived(string key) => _hasReceived && key.AsSpan().IndexOf('/') >= 0 && Find(key) >= 0;

    /// <summary>Whether there may be lots with names like those that a transfer would give.</summary>
    public bool HasNamesUnder(string transfer)
    {
        var prefix = transfer + "/";
        for (var i = 0; i < Count; i++)
        {
            if (_lots[i].Key.StartsWith(prefix, StringComparison.Ordinal)) return true;
        }

        return _lots.HasSpentUnder(prefix) || _archive.HasLotUnder(prefix);
    }

    /// <summary>Whether a lot of another book has the name of one of this.</summary>
    public bool SharesNamesWith(in Book other)
    {
        if (!_hasReceived && !other.Margin.HasReceived) return false;
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Count; i++) names.Add(_lots[i].Key);
        foreach (var lot in LotsNotAtHand()) names.Add(lot.Key);
        return other.Lots.ToArray().Concat(other.LotsOver()).Any(lot => names.Contains(lot.Key));
    }

    public PointHold? FindHold(string key) =>
        Array.Find(_holds, hold => string.Equals(hold.Key, key, StringComparison.Ordinal))
        ?? _archived.OfType<PointHold>().FirstOrDefault(hold => string.Equals(hold.Key, key, StringComparison.Ordinal))
        ?? _archive.Find<PointHold>(key);

    public Redemption? FindRedemption(string key) => _archive.FindRedemption(key);

    public PointOrder? FindOrder(string key) => _archive.Find<PointOrder>(key);

    /// <summary>Moves points between a lot and an account.</summary>
    public void Move(int index, LedgerAccount from, LedgerAccount to, long points, Instant effective)
    {
        ref readonly var lot = ref _lots[index];
        Record(new(lot.Key, from, to, points, effective, _isElapsed));
        _lots.Set(index, lot.Move(from, to, points));
    }

    /// <summary>Moves points between accounts without a lot.</summary>
    public void Move(LedgerAccount from, LedgerAccount to, decimal points, Instant effective)
    {
        for (; points > 0; points -= Math.Min(points, long.MaxValue)) Record(new(null, from, to, (long)Math.Min(points, long.MaxValue), effective, _isElapsed));
    }

    /// <summary>Makes points spendable: they lapse at once in a lot past its expiry, and else pay debts first.</summary>
    public void MakeAvailable(int index, LedgerAccount from, long points, Instant effective)
    {
        Move(index, from, LedgerAccount.Open, points, effective);
        if (HasCome(_lots[index].Expires, effective)) Move(index, LedgerAccount.Open, LedgerAccount.Due, points, effective);
        else if (Debt > 0)
        {
            if (_fresh.Length < Count) Array.Resize(ref _fresh, Count * 2);
            _fresh[index] += points;
            (_freshFrom, _freshEnd) = _hasFresh ? (Math.Min(_freshFrom, index), Math.Max(_freshEnd, index + 1)) : (index, index + 1);
            _hasFresh = true;
        }
    }

    /// <summary>Pays debts with the points that just became available, in spending order.</summary>
    public void PayDebt(Instant effective)
    {
        if (!_hasFresh) return;
        for (var i = _freshFrom; i < _freshEnd; i++)
        {
            var points = (long)Math.Min(Math.Min(_fresh[i], _lots[i].Open), Debt);
            _fresh[i] = 0;
            if (points > 0) Move(i, LedgerAccount.Open, LedgerAccount.Debt, points, effective);
        }

        _hasFresh = false;
    }

    /// <summary>Takes open points in spending order.</summary>
    /// <returns>How many there were of those wanted.</returns>
    public long Spend(long points, LedgerAccount to, Instant effective)
    {
        var left = points;
        var isSpent = to > LedgerAccount.Due;
        if (isSpent && !HasMoved)
        {
            _run = _lots.SpendFront(ref left);
            _runTo = to;
            _runEffective = effective;
        }

        for (var i = _lots.First; i < Count && left > 0; i++)
        {
            ref readonly var lot = ref _lots[i];
            var taken = Math.Min(lot.Open, left);
            if (taken == 0) continue;
            Append(new(lot.Key, LedgerAccount.Open, to, taken, effective, _isElapsed));
            if (isSpent) _lots.Spend(i, taken);
            else _lots.Set(i, lot.Move(LedgerAccount.Open, to, taken));
            left -= taken;
        }

        if (left < points) Tally(LedgerAccount.Open, to, points - left);
        return points - left;
    }

    /// <summary>The points earned on a day, gross of refunds.</summary>
    public decimal EarnedOn(Instant from, Instant to)
    {
        if (_earnedOfDay?.From != from || _earnedOfDay.To != to)
        {
            decimal sum = 0;
            for (var i = 0; i < Count; i++) sum += EarnedBetween(_lots[i], from, to);
            foreach (var lot in LotsNotAtHand()) sum += EarnedBetween(lot, from, to);
            _earnedOfDay = new(from, to, sum);
        }

        return _earnedOfDay.Sum;
    }

    /// <summary>How many redemptions and holds the member asked for on a day.</summary>
    public int RedemptionsOn(Instant from, Instant to)
    {
        if (_redemptionsOfDay?.From != from || _redemptionsOfDay.To != to)
        {
            var count = 0;
            foreach (var hold in _holds) count += IsRedemption(hold, from) ? 1 : 0;
            foreach (var entry in _archived) count += IsRedemption(entry, from) ? 1 : 0;
            foreach (var entry in _archive.References()) count += IsRedemption(entry, from) ? 1 : 0;
            _redemptionsOfDay = new(from, to, count);
        }

        return (int)_redemptionsOfDay.Sum;
    }

    /// <summary>Does what a posting did.</summary>
    public void Replay(Posting posting)
    {
        SpendIn(posting.Spending);
        if (posting.Detail?.Moved is { } moved) Import(moved);
        foreach (var lot in posting.Opened) Open(lot);
        foreach (var movement in posting.Entries)
        {
            if (movement.Lot is not null)
            {
                var index = Find(movement.Lot);
                if (index < 0) throw new LedgerCorruptException(posting, $"moves points of lot '{movement.Lot}', which does not exist");
                _lots.Set(index, _lots[index].Move(movement.From, movement.To, movement.Points));
            }

            Record(movement);
        }

        if (Available < 0 || Pending < 0 || Held < 0 || Debt < 0 || _due < 0) throw new LedgerCorruptException(posting, "takes an account below zero");
        Finish(posting);
    }

    /// <summary>Remembers of a posting what later ones can be asked about. Its movements have been made.</summary>
    public void Finish(Posting posting)
    {
        EndHolds(posting.Recorded);
        if (posting.Kind is PostingKind.Redeem or PostingKind.Reserve && !PooledKey.IsPart(posting.Key)) _redemptionsOfDay = _redemptionsOfDay?.Has(posting.Recorded) == true ? _redemptionsOfDay.Plus(1) : null;
        if (posting.Detail?.Pool is { } pooled) _archived.Add(pooled);
        switch (posting.Kind)
        {
            case PostingKind.Earn or PostingKind.EarnOrder or PostingKind.Redeem or PostingKind.Capture:
                if (posting.Kind is PostingKind.Redeem or PostingKind.Capture) _archived.Add(posting);
                if (posting.Kind == PostingKind.Capture) Resolve(posting.Reference!, HoldStatus.Captured);
                if (posting.Detail?.Order is { } order) _archived.Add(order);
                if (posting.Moved.IsActivity) _lastActivity = posting.Recorded;
                if (posting.Detail?.Expires is { } expires) Extend(expires, posting.Recorded);
                break;
            case PostingKind.Reserve:
                _holds = [.. _holds, new(posting.Key, posting.Recorded, posting.Detail?.HoldEnds ?? Instant.MaxValue, Redemption.PartsOf(posting, LedgerAccount.Held))];
                break;
            case PostingKind.Release:
                Resolve(posting.Reference!, HoldStatus.Released);
                break;
            case PostingKind.Confirm:
                if (posting.Detail?.Expires is { } confirmed) Retime(Find(posting.Reference!), confirmed);
                break;
            case PostingKind.Cancel:
                var cancelled = Find(posting.Reference!);
                _lots.Set(cancelled, _lots[cancelled].Refund(_lots[cancelled].Original - _lots[cancelled].Refunded, 0));
                break;
            case PostingKind.RefundEarn or PostingKind.RefundOrder:
                var result = new LedgerResult(posting, isDuplicate: false);
                if (result.Refunded > 0)
                {
                    var refunded = Find(posting.Reference!);
                    _lots.Set(refunded, _lots[refunded].Refund(result.Refunded, result.Lapsed));
                }

                if (posting.Detail?.Order is { } returned) _archived.Add(returned);
                break;
            case PostingKind.RefundRedemption:
                _archived.Add(FindRedemption(posting.Reference!)!.Restore(new LedgerResult(posting, isDuplicate: false).Restored));
                break;
        }
    }

    /// <summary>Takes over everything that another member's book remembers; its points come as movements.</summary>
    public void Import(in Book moved)
    {
        var offset = _nextSequence;
        (_earnedOfDay, _redemptionsOfDay) = (null, null);
        _hasReceived |= moved.Margin.HasReceived;
        foreach (var lot in moved.Lots.ToArray()) Insert(lot.Emptied().After(offset));
        ArchiveMove();
        foreach (var lot in moved.LotsOver().Reverse()) _archived.Add(new ArchivedLot(lot.After(offset)));
        _archived.AddRange(moved.Archive.References().Reverse());
        _nextSequence += moved.NextSequence;
        if (moved.LastActivity > _lastActivity) _lastActivity = moved.LastActivity;
    }

    public Posting ToPosting(PostingKind kind, string key, CustomerId member, Instant effective, Instant recorded, long version, string? reference = null, PostingDetail? detail = null) =>
        new(kind, key, member, Currency, effective, recorded, version, _spending, Moved(effective), _opened.AsSpan(0, _openedCount), reference, detail);

    private MovementStore Moved(Instant effective)
    {
        if (_run.Count > 0)
        {
            if (_runEffective == effective && _run.IsWorthKeeping) return MovementStore.Of(_run, _runTo);
            WriteRun();
        }

        return MovementStore.Of(_movements.AsSpan(0, _movementCount), effective);
    }

    public Book ToBook()
    {
        var nextChange = NextChange();
        var nextSweep = Pending == 0 && _holds.Length == 0 && _due == 0 ? (Instant?)null : NextSweep();
        var archived = _archived.Count;
        var lots = _lots.Seal(_archived);
        if (_moved is not null && _archived.Count > archived)
        {
            _archived.Insert(archived, _moved);
            _moved = null;
        }

        return new(Currency)
        {
            Lots = lots,
            Spending = _spending,
            Archive = _archive.Add(_archived),
            Available = Available,
            Margin = MarginWith(nextSweep),
            LifetimeEarned = _origin.LifetimeEarned + _earned.ToDecimal(),
            LifetimeRedeemed = _origin.LifetimeRedeemed + _redeemed.ToDecimal(),
            LastActivity = _lastActivity,
            NextSequence = _nextSequence,
            NextChange = nextChange,
        };
    }

    private Margin MarginWith(Instant? nextSweep)
    {
        var margin = _origin.Margin;
        return margin.Pending == Pending && margin.Held == Held && margin.Debt == Debt && margin.Due == _due && _expired.IsZero && margin.NextSweep == nextSweep && ReferenceEquals(margin.Holds, _holds)
            && ReferenceEquals(margin.Earned, _earnedOfDay) && ReferenceEquals(margin.Redemptions, _redemptionsOfDay) && ReferenceEquals(margin.Moved, _moved) && margin.HasReceived == _hasReceived
            ? margin
            : new(_holds, Pending, Held, Debt, _due, margin.LifetimeExpired + _expired.ToDecimal(), nextSweep, _earnedOfDay, _redemptionsOfDay, _moved, _hasReceived);
    }

    /// <summary>The book of a member whose points went elsewhere.</summary>
    public Book ToEmptyBook() => new(Currency) { Spending = _spending };

    private static bool IsRedemption(IReference entry, Instant from) =>
        entry switch
        {
            Posting { Kind: PostingKind.Redeem } posting => posting.Recorded >= from,
            Redemption { IsCapture: false } redemption => redemption.Recorded >= from,
            PointHold hold => hold.Recorded >= from,
            _ => false,
        } && !PooledKey.IsPart(entry.Key);

    /// <summary>Whether an instant has come. The last one there is stands for never: it does not come.</summary>
    public static bool HasCome(Instant instant, Instant now) => instant <= now && instant != Instant.MaxValue;

    private static long EarnedBetween(in Lot lot, Instant from, Instant to) =>
        lot.Kind == LotKind.Earn && lot.Earned >= from && lot.Earned < to ? lot.Original : 0;

    private IEnumerable<Lot> LotsNotAtHand()
    {
        var atHand = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Count; i++) atHand.Add(_lots[i].Key);
        return Book.LotsOver(_origin.Lots, _archive, _moved, atHand);
    }

    private void Load(in Book book)
    {
        _origin = book;
        _spending = book.Spending;
        _lots.Load(book.Lots, book.Spending);
        _cursor = 0;
        _hasFresh = false;
        _isElapsed = false;
        _movementCount = 0;
        _settledMovements = 0;
        _holds = book.Holds;
        _archive = book.Archive;
        _lastActivity = book.LastActivity;
        _nextSequence = book.NextSequence;
        Available = book.Available;
        Pending = book.Pending;
        Held = book.Held;
        Debt = book.Debt;
        _due = book.Due;
        (_earnedOfDay, _redemptionsOfDay) = (book.Margin.Earned, book.Margin.Redemptions);
        _moved = book.Margin.Moved;
        _hasReceived = book.Margin.HasReceived;
        _earned = default;
        _redeemed = default;
        _expired = default;
    }

    private void SpendIn(SpendingOrder spending)
    {
        if (spending == _spending) return;
        _spending = spending;
        _lots.SpendIn(spending);
    }

    private int Insert(in Lot lot)
    {
        var index = _lots.Insert(lot);
        if (_hasFresh && index < _freshEnd)
        {
            if (_fresh.Length < Count) Array.Resize(ref _fresh, Count * 2);
            Array.Copy(_fresh, index, _fresh, index + 1, _freshEnd - index);
            _fresh[index] = 0;
            _freshEnd++;
            if (index <= _freshFrom) _freshFrom++;
        }

        return index;
    }

    private void Resolve(string key, HoldStatus status)
    {
        var index = Array.FindIndex(_holds, hold => string.Equals(hold.Key, key, StringComparison.Ordinal));
        _archived.Add(_holds[index].Resolve(status));
        _holds = _holds.Length == 1 ? [] : [.. _holds.Take(index), .. _holds.Skip(index + 1)];
    }

    private void EndHolds(Instant now)
    {
        var ended = 0;
        foreach (var hold in _holds) ended += HasCome(hold.Ends, now) ? 1 : 0;
        if (ended == 0) return;
        var open = ended == _holds.Length ? [] : new PointHold[_holds.Length - ended];
        var count = 0;
        foreach (var hold in _holds)
        {
            if (HasCome(hold.Ends, now)) _archived.Add(hold.Resolve(HoldStatus.Expired));
            else open[count++] = hold;
        }

        _holds = open;
    }

    /// <summary>Gives all lots that follow the policy, spent ones too, a new expiry, unless theirs has passed.</summary>
    private void Extend(Instant expires, Instant now)
    {
        var move = new ExpiryMove(now, expires);
        var isSorted = true;
        for (var i = 0; i < Count; i++)
        {
            if (ExpiryMove.Of(_lots[i], move) is var lot && lot.Expires == _lots[i].Expires) continue;
            _lots.Set(i, lot);
            isSorted = false;
        }

        if (!isSorted) _lots.Sort();
        if (_origin.Lots.HasSpent)
        {
            ArchiveMove();
            _lots.ArchiveSpent(_archived);
        }

        if (_origin.Lots.HasSpent || _archive.Count > 0) _moved = _moved is null ? move : _moved.Then(move);
    }

    /// <summary>Writes down how expiries have moved, before lots go to the archive that have seen it.</summary>
    private void ArchiveMove()
    {
        if (_moved is null) return;
        _archived.Add(_moved);
        _moved = null;
    }

    public void Retime(int index, Instant expires)
    {
        if (_lots[index].Expires == expires) return;
        _lots.Set(index, _lots[index].ExpiringAt(expires));
        _lots.Sort();
    }

    private void Record(in Movement movement)
    {
        Append(movement);
        Tally(movement.From, movement.To, movement.Points);
    }

    private void Append(in Movement movement)
    {
        if (_run.Count > 0) WriteRun();
        if (_movementCount == _movements.Length) Array.Resize(ref _movements, _movementCount * 2);
        _movements[_movementCount++] = movement;
    }

    private void WriteRun()
    {
        var run = _run;
        _run = default;
        var like = new Movement(null, LedgerAccount.Open, _runTo, 0, _runEffective);
        for (var i = 0; i < run.Count; i++) Append(like.Of(run[i]));
    }

    private void Tally(LedgerAccount from, LedgerAccount to, long points)
    {
        switch (from)
        {
            case LedgerAccount.Open: Available -= points; break;
            case LedgerAccount.Pending: Pending -= points; break;
            case LedgerAccount.Held: Held -= points; break;
            case LedgerAccount.Due: _due -= points; break;
            case LedgerAccount.Debt: Debt += points; break;
            case LedgerAccount.Redeemed: _redeemed.Add(-points); break;
            case LedgerAccount.LifetimeEarned: _earned.Add(-points); break;
            case LedgerAccount.LifetimeRedeemed: _redeemed.Add(-points); break;
            case LedgerAccount.LifetimeExpired: _expired.Add(-points); break;
        }

        switch (to)
        {
            case LedgerAccount.Open: Available = checked(Available + points); break;
            case LedgerAccount.Pending: Pending = checked(Pending + points); break;
            case LedgerAccount.Held: Held = checked(Held + points); break;
            case LedgerAccount.Due: _due += points; break;
            case LedgerAccount.Debt: Debt -= points; break;
            case LedgerAccount.Redeemed: _redeemed.Add(points); break;
            case LedgerAccount.LifetimeEarned: _earned.Add(points); break;
            case LedgerAccount.LifetimeRedeemed: _redeemed.Add(points); break;
            case LedgerAccount.LifetimeExpired: _expired.Add(points); break;
        }

        var earned = Counters.Earned(from, to);
        if (earned != 0) _earned.Add(earned * points);
        if (Counters.IsLapse(from, to)) _expired.Add(points);
    }

    /// <summary>Does what happens by itself up to an instant: at each instant on the way lots open, holds end, lots lapse, and then debts are paid.</summary>
    private void Pass(Instant now, bool paysDebts)
    {
        if (LapsesFromTheFront)
        {
            for (var i = _lots.First; i < Count && HasCome(_lots[i].Expires, now); i++)
            {
                if (_lots[i].Open > 0) Move(i, LedgerAccount.Open, LedgerAccount.Due, _lots[i].Open, _lots[i].Expires);
            }

            return;
        }

        // A change that comes about on the way, as when points come back to a lot and lapse later, is among those collected here.
        _changes.Clear();
        for (var i = _lots.First; i < Count; i++)
        {
            ref readonly var lot = ref _lots[i];
            if (lot.Pending > 0 && HasCome(lot.Opens, now)) _changes.Add(new(lot.Opens, Change.Opens, i));
            if (lot.Open + lot.Pending + lot.Held > 0 && HasCome(lot.Expires, now)) _changes.Add(new(lot.Expires, Change.Lapses, i));
        }

        for (var i = 0; i < _holds.Length; i++)
        {
            if (HasCome(_holds[i].Ends, now)) _changes.Add(new(_holds[i].Ends, Change.Ends, i));
        }

        _changes.Sort(static (x, y) => x.At != y.At ? x.At.CompareTo(y.At) : x.Kind != y.Kind ? x.Kind.CompareTo(y.Kind) : x.Index.CompareTo(y.Index));
        for (var i = 0; i < _changes.Count; i++)
        {
            var (at, kind, index) = _changes[i];
            Do(kind, index, at);
            if (paysDebts && (i + 1 == _changes.Count || _changes[i + 1].At != at)) PayDebt(at);
        }

        EndHolds(now);
    }

    private void Do(int kind, int index, Instant at)
    {
        switch (kind)
        {
            case Change.Opens:
                MakeAvailable(index, LedgerAccount.Pending, _lots[index].Pending, at);
                break;
            case Change.Ends:
                foreach (var part in _holds[index].Parts) MakeAvailable(Find(part.Lot), LedgerAccount.Held, part.Points, at);
                break;
            default:
                if (_lots[index].Open > 0) Move(index, LedgerAccount.Open, LedgerAccount.Due, _lots[index].Open, at);
                break;
        }
    }

    /// <summary>Whether all points are open, in lots sorted by expiry. (A hold may be empty, when the points are another member's.)</summary>
    private bool LapsesFromTheFront => Pending == 0 && _holds.Length == 0 && _spending == SpendingOrder.EarliestExpiryFirst;

    private Instant NextChange()
    {
        var isFirst = LapsesFromTheFront;
        if (isFirst && _lots.IsAsLoaded && _origin.IsAllOpen && _origin.Spending == _spending && _origin.NextChange is var same && same != Instant.MaxValue) return same;
        var next = Instant.MaxValue;
        for (var i = _lots.First; i < Count; i++)
        {
            ref readonly var lot = ref _lots[i];
            if (lot.Pending > 0 && lot.Opens < next) next = lot.Opens;
            if (lot.Open == 0) continue;
            if (lot.Expires < next) next = lot.Expires;
            if (isFirst) return next;
        }

        foreach (var hold in _holds)
        {
            if (hold.Ends < next) next = hold.Ends;
        }

        return next;
    }

    private Instant NextSweep()
    {
        var next = Instant.MaxValue;
        for (var i = _lots.First; i < Count; i++)
        {
            ref readonly var lot = ref _lots[i];
            var expires = lot.Expires;
            if ((lot.Open > 0 || lot.Due > 0) && expires < next) next = expires;
            if (lot.Pending > 0 && Instant.Max(expires, lot.Opens) is var opened && opened < next) next = opened;
        }

        foreach (var hold in _holds)
        {
            if (hold.Ends == Instant.MaxValue) continue;
            foreach (var part in hold.Parts)
            {
                if (Instant.Max(_lots[Find(part.Lot)].Expires, hold.Ends) is var returned && returned < next) next = returned;
            }
        }

        return next;
    }

    /// <summary>What time changes: at one instant first what opens, then the holds that end, then what lapses.</summary>
    private readonly record struct Change(Instant At, int Kind, int Index)
    {
        public const int Opens = 0;
        public const int Ends = 1;
        public const int Lapses = 2;
    }
}
