namespace CustomerLifecycle.Loyalty;

/// <summary>A book while something happens to it: every change is a movement, and every movement changes it.</summary>
/// <remarks>Drafts are reused within a thread, so that a decision allocates only what it leaves behind.</remarks>
internal sealed class BookDraft
{
    [ThreadStatic]
    private static Stack<BookDraft>? Spare;

    private Book _origin = null!;
    private SpendingOrder _spending;
    private Lot[] _lots = new Lot[16];
    private long[] _fresh = new long[16];
    private int _count;
    private int _cursor;
    private int _touchedFrom;
    private int _touchedTo;
    private bool _hasFresh;
    private bool _isElapsed;
    private Movement[] _movements = new Movement[16];
    private int _movementCount;
    private int _settledMovements;
    private Reference[] _archived = new Reference[16];
    private int _archivedCount;
    private PointHold[] _holds = [];
    private readonly List<LotTerms> _opened = [];
    private Archive _archive = Archive.Empty;
    private Instant _lastActivity;
    private int _nextSequence;
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

    public int Count => _count;

    public PointHold[] Holds => _holds;

    /// <summary>Whether anything moved since <see cref="BeginOperation"/>.</summary>
    public bool HasPosted => _movementCount > _settledMovements;

    public Lot this[int index] => _lots[index];

    /// <summary>A book as time has left it at an instant.</summary>
    public static Book Settled(Book book, Instant at)
    {
        if (book.NextChange > at) return book;
        var draft = Rent(book, book.Spending);
        draft.Settle(at);
        var settled = draft.ToBook();
        draft.Return();
        return settled;
    }

    /// <summary>What time has moved in a book up to an instant.</summary>
    public static Movement[] Elapsed(Book book, Instant at)
    {
        if (book.NextChange > at) return [];
        var draft = Rent(book, book.Spending);
        draft.Settle(at);
        var movements = draft.TakeMovements();
        draft.Return();
        return movements;
    }

    /// <summary>A book that was read back, with the instants that follow from it.</summary>
    public static Book Timed(Book book)
    {
        var draft = Rent(book, book.Spending);
        var timed = draft.ToBook();
        draft.Return();
        return timed;
    }

    public static BookDraft Rent(Book book, SpendingOrder spending)
    {
        var draft = Spare is { Count: > 0 } ? Spare.Pop() : new BookDraft();
        draft.Load(book, spending);
        return draft;
    }

    public void Return()
    {
        Array.Clear(_lots, 0, _count);
        Array.Clear(_fresh, 0, _count);
        Array.Clear(_movements, 0, _movementCount);
        Array.Clear(_archived, 0, _archivedCount);
        _origin = null!;
        _holds = [];
        _opened.Clear();
        _archive = Archive.Empty;
        (Spare ??= new()).Push(this);
    }

    /// <summary>Does what time does up to an instant: activations, ends of holds and lapses, each at its own instant.</summary>
    public void Settle(Instant now)
    {
        if (_origin.NextChange <= now)
        {
            _isElapsed = true;
            for (var next = NextChange(); next <= now; next = NextChange())
            {
                Pass(next);
                PayDebt(next);
            }

            _isElapsed = false;
        }

        BeginOperation();
    }

    /// <summary>Does what time has done to lots that were only just posted; debts are paid now, not then.</summary>
    public void CatchUp(Instant now)
    {
        for (var next = NextChange(); next <= now; next = NextChange()) Pass(next);
        PayDebt(now);
    }

    public void BeginOperation() => _settledMovements = _movementCount;

    public int Open(LotTerms terms)
    {
        _opened.Add(terms);
        _nextSequence = Math.Max(_nextSequence, terms.Sequence + 1);
        return Insert(new Lot(terms));
    }

    /// <summary>Brings a lot that may be over back to hand.</summary>
    /// <returns>Its index, or -1 when there is no such lot.</returns>
    public int Find(string key)
    {
        for (var i = 0; i < _count; i++)
        {
            var index = _cursor + i < _count ? _cursor + i : _cursor + i - _count;
            if (!string.Equals(_lots[index].Key, key, StringComparison.Ordinal)) continue;
            _cursor = index;
            return index;
        }

        return _archive.Find<Lot>(key) is { } lot ? Insert(lot) : -1;
    }

    public T? FindReference<T>(string key)
        where T : Reference
    {
        for (var i = _archivedCount - 1; i >= 0; i--)
        {
            if (_archived[i] is T found && string.Equals(found.Key, key, StringComparison.Ordinal)) return found;
        }

        foreach (var hold in _holds)
        {
            if (hold is T found && string.Equals(found.Key, key, StringComparison.Ordinal)) return found;
        }

        return _archive.Find<T>(key);
    }

    /// <summary>Moves points between a lot and an account.</summary>
    public void Move(int index, LedgerAccount from, LedgerAccount to, long points, Instant effective)
    {
        var lot = _lots[index];
        Record(new(lot.Key, from, to, points, effective, _isElapsed));
        Set(index, lot.Move(from, to, points));
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
        if (_lots[index].Terms.Expires <= effective) Move(index, LedgerAccount.Open, LedgerAccount.Due, points, effective);
        else if (Debt > 0)
        {
            _fresh[index] += points;
            _hasFresh = true;
        }
    }

    /// <summary>Pays debts with the points that just became available, in spending order.</summary>
    public void PayDebt(Instant effective)
    {
        if (!_hasFresh) return;
        for (var i = 0; i < _count; i++)
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
        for (var i = 0; i < _count && left > 0; i++)
        {
            var taken = Math.Min(_lots[i].Open, left);
            if (taken == 0) continue;
            var lot = _lots[i];
            Append(new(lot.Key, LedgerAccount.Open, to, taken, effective, _isElapsed));
            Set(i, lot.Move(LedgerAccount.Open, to, taken));
            left -= taken;
        }

        if (left < points) Tally(LedgerAccount.Open, to, points - left);
        return points - left;
    }

    /// <summary>The sum of points in one kind of lot that were earned in a span of time, gross of refunds.</summary>
    public decimal EarnedBetween(Instant from, Instant to)
    {
        decimal sum = 0;
        for (var i = 0; i < _count; i++) sum += EarnedBetween(_lots[i], from, to);
        foreach (var entry in _archive.All())
        {
            if (entry is Lot lot && !IsAtHand(lot.Key)) sum += EarnedBetween(lot, from, to);
        }

        return sum;
    }

    /// <summary>How many redemptions and holds the member asked for, recorded from an instant on.</summary>
    public int RedemptionsSince(Instant from)
    {
        var count = 0;
        foreach (var hold in _holds)
        {
            if (hold.Recorded >= from && !PooledKey.IsPart(hold.Key)) count++;
        }

        for (var i = 0; i < _archivedCount; i++) count += IsRedemption(_archived[i], from) ? 1 : 0;
        foreach (var entry in _archive.All()) count += IsRedemption(entry, from) ? 1 : 0;
        return count;
    }

    /// <summary>Does what a posting did.</summary>
    public void Replay(Posting posting)
    {
        if (posting.Detail?.Moved is { } moved) Import(moved);
        foreach (var terms in posting.Opened) Open(terms);
        foreach (var movement in posting.Entries)
        {
            if (movement.Lot is not null)
            {
                var index = Find(movement.Lot);
                if (index < 0) throw new LedgerCorruptException(posting, $"moves points of lot '{movement.Lot}', which does not exist");
                Set(index, _lots[index].Move(movement.From, movement.To, movement.Points));
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
        if (posting.Detail?.Pool is { } pooled) Remember(pooled);
        switch (posting.Kind)
        {
            case PostingKind.Earn or PostingKind.EarnOrder or PostingKind.Redeem or PostingKind.Capture:
                if (posting.Kind is PostingKind.Redeem or PostingKind.Capture) Remember(new Redemption(posting.Key, posting.Recorded, posting.Kind == PostingKind.Capture, posting.Entries));
                if (posting.Kind == PostingKind.Capture) Resolve(posting.Reference!, HoldStatus.Captured);
                if (posting.Detail?.Order is { } order) Remember(order);
                if (Array.Exists(posting.Entries, static movement => !movement.IsElapsed)) _lastActivity = posting.Recorded;
                if (posting.Detail?.Expires is { } expires) Extend(expires, posting.Recorded);
                break;
            case PostingKind.Reserve:
                _holds = [.. _holds, new(posting.Key, posting.Recorded, posting.Detail?.HoldEnds ?? Instant.MaxValue, Redemption.PartsOf(posting.Entries, LedgerAccount.Held))];
                break;
            case PostingKind.Release:
                Resolve(posting.Reference!, HoldStatus.Released);
                break;
            case PostingKind.Confirm:
                if (posting.Detail?.Expires is { } confirmed) Retime(Find(posting.Reference!), confirmed);
                break;
            case PostingKind.Cancel:
                var cancelled = Find(posting.Reference!);
                Set(cancelled, _lots[cancelled].Refund(_lots[cancelled].Terms.Original - _lots[cancelled].Refunded, 0));
                break;
            case PostingKind.RefundEarn or PostingKind.RefundOrder:
                var result = new LedgerResult([posting], isDuplicate: false);
                if (result.Refunded > 0)
                {
                    var refunded = Find(posting.Reference!);
                    Set(refunded, _lots[refunded].Refund(result.Refunded, result.Lapsed));
                }

                if (posting.Detail?.Order is { } returned) Remember(returned);
                break;
            case PostingKind.RefundRedemption:
                Remember(FindReference<Redemption>(posting.Reference!)!.Restore(new LedgerResult([posting], isDuplicate: false).Restored));
                break;
        }
    }

    /// <summary>Takes over everything that another member's book remembers; its points come as movements.</summary>
    public void Import(Book moved)
    {
        var offset = _nextSequence;
        foreach (var lot in moved.Lots) Insert(lot.Emptied(lot.Terms.After(offset)));
        foreach (var entry in moved.Archive.All())
        {
            if (entry is not Lot lot) Remember(entry);
            else if (!Array.Exists(moved.Lots, live => string.Equals(live.Key, lot.Key, StringComparison.Ordinal))) Remember(lot.With(lot.Terms.After(offset)));
        }

        _nextSequence += moved.NextSequence;
        if (moved.LastActivity > _lastActivity) _lastActivity = moved.LastActivity;
    }

    public Movement[] TakeMovements()
    {
        if (_movementCount == 0) return [];
        var movements = new Movement[_movementCount];
        Array.Copy(_movements, movements, _movementCount);
        return movements;
    }

    public Posting ToPosting(PostingKind kind, string key, CustomerId member, Instant effective, Instant recorded, long version, string? reference = null, PostingDetail? detail = null) =>
        new(kind, key, member, Currency, effective, recorded, version, _spending, TakeMovements(), _opened.Count == 0 ? null : [.. _opened], reference, detail);

    public Book ToBook()
    {
        // Lots that were not touched are as live as they came: a member's lots lie all over the memory, so none is looked at in vain.
        var live = _count;
        for (var i = _touchedFrom; i <= _touchedTo; i++)
        {
            if (!_lots[i].IsLive) live--;
        }

        var lots = live == 0 ? [] : new Lot[live];
        if (live == _count) Array.Copy(_lots, lots, live);
        else Split(lots);

        return new(Currency)
        {
            Lots = lots,
            Spending = _spending,
            Holds = _holds,
            Archive = _archive.Add(_archived, _archivedCount),
            Available = Available,
            Pending = Pending,
            Held = Held,
            Arrears = Debt == _origin.Debt && _due == _origin.Due && _expired.IsZero ? _origin.Arrears : new(Debt, _due, _origin.LifetimeExpired + _expired.ToDecimal()),
            LifetimeEarned = _origin.LifetimeEarned + _earned.ToDecimal(),
            LifetimeRedeemed = _origin.LifetimeRedeemed + _redeemed.ToDecimal(),
            LastActivity = _lastActivity,
            NextSequence = _nextSequence,
            NextChange = NextChange(),
            NextSweep = NextSweep(),
        };
    }

    /// <summary>Keeps the live lots and remembers the others.</summary>
    private void Split(Lot[] lots)
    {
        Array.Copy(_lots, lots, _touchedFrom);
        var live = _touchedFrom;
        for (var i = _touchedFrom; i <= _touchedTo; i++)
        {
            if (_lots[i].IsLive) lots[live++] = _lots[i];
            else Remember(_lots[i]);
        }

        Array.Copy(_lots, _touchedTo + 1, lots, live, _count - _touchedTo - 1);
    }

    private void Set(int index, Lot lot)
    {
        _lots[index] = lot;
        Touch(index);
    }

    private void Touch(int index)
    {
        if (index < _touchedFrom) _touchedFrom = index;
        if (index > _touchedTo) _touchedTo = index;
    }

    /// <summary>The book of a member whose points went elsewhere.</summary>
    public Book ToEmptyBook() => new(Currency) { Spending = _spending };

    private static bool IsRedemption(Reference entry, Instant from) =>
        (entry is Redemption { IsCapture: false } redemption ? redemption.Recorded >= from : entry is PointHold hold && hold.Recorded >= from) && !PooledKey.IsPart(entry.Key);

    private static long EarnedBetween(Lot lot, Instant from, Instant to) =>
        lot.Terms.Kind == LotKind.Earn && lot.Terms.Earned >= from && lot.Terms.Earned < to ? lot.Terms.Original : 0;

    private bool IsAtHand(string key)
    {
        for (var i = 0; i < _count; i++)
        {
            if (string.Equals(_lots[i].Key, key, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    private void Load(Book book, SpendingOrder spending)
    {
        _origin = book;
        _spending = spending;
        _count = book.Lots.Length;
        if (_lots.Length < _count) Grow(_count);
        Array.Copy(book.Lots, _lots, _count);
        _cursor = 0;
        _touchedFrom = int.MaxValue;
        _touchedTo = -1;
        _hasFresh = false;
        _isElapsed = false;
        _movementCount = 0;
        _settledMovements = 0;
        _archivedCount = 0;
        _holds = book.Holds;
        _archive = book.Archive;
        _lastActivity = book.LastActivity;
        _nextSequence = book.NextSequence;
        Available = book.Available;
        Pending = book.Pending;
        Held = book.Held;
        Debt = book.Debt;
        _due = book.Due;
        _earned = default;
        _redeemed = default;
        _expired = default;
        if (book.Spending != spending) Sort();
    }

    private void Grow(int wanted)
    {
        var size = Math.Max(wanted, _lots.Length * 2);
        Array.Resize(ref _lots, size);
        Array.Resize(ref _fresh, size);
    }

    private int Insert(Lot lot)
    {
        if (_count == _lots.Length) Grow(_count + 1);
        var low = _count > 0 && Compare(_lots[_count - 1].Terms, lot.Terms) <= 0 ? _count : 0;
        for (var high = _count; low < high;)
        {
            var middle = (low + high) / 2;
            if (Compare(_lots[middle].Terms, lot.Terms) <= 0) low = middle + 1;
            else high = middle;
        }

        Array.Copy(_lots, low, _lots, low + 1, _count - low);
        Array.Copy(_fresh, low, _fresh, low + 1, _count - low);
        _lots[low] = lot;
        _fresh[low] = 0;
        _count++;
        if (_touchedTo >= low) _touchedTo++;
        if (_touchedFrom != int.MaxValue && _touchedFrom >= low) _touchedFrom++;
        Touch(low);
        return low;
    }

    private int Compare(LotTerms x, LotTerms y)
    {
        if (_spending == SpendingOrder.EarliestExpiryFirst)
        {
            var byExpiry = x.Expires.CompareTo(y.Expires);
            if (byExpiry != 0) return byExpiry;
        }

        var byEarned = x.Earned.CompareTo(y.Earned);
        if (byEarned != 0) return byEarned;
        var byRecorded = x.Recorded.CompareTo(y.Recorded);
        return byRecorded != 0 ? byRecorded : x.Sequence.CompareTo(y.Sequence);
    }

    /// <summary>Puts the lots in spending order again; they are nearly sorted.</summary>
    private void Sort()
    {
        if (_touchedTo >= 0)
        {
            _touchedFrom = 0;
            _touchedTo = _count - 1;
        }

        for (var i = 1; i < _count; i++)
        {
            var lot = _lots[i];
            var fresh = _fresh[i];
            var place = i;
            for (; place > 0 && Compare(_lots[place - 1].Terms, lot.Terms) > 0; place--)
            {
                _lots[place] = _lots[place - 1];
                _fresh[place] = _fresh[place - 1];
            }

            _lots[place] = lot;
            _fresh[place] = fresh;
        }
    }

    private void Remember(Reference entry)
    {
        if (_archivedCount == _archived.Length) Array.Resize(ref _archived, _archivedCount * 2);
        _archived[_archivedCount++] = entry;
    }

    private void Resolve(string key, HoldStatus status)
    {
        var index = Array.FindIndex(_holds, hold => string.Equals(hold.Key, key, StringComparison.Ordinal));
        Remember(_holds[index].Resolve(status));
        _holds = _holds.Length == 1 ? [] : [.. _holds.Take(index), .. _holds.Skip(index + 1)];
    }

    private void EndHolds(Instant now)
    {
        foreach (var hold in _holds)
        {
            if (hold.Ends <= now) Resolve(hold.Key, HoldStatus.Expired);
        }
    }

    /// <summary>Gives all lots that follow the policy, spent ones too, a new expiry, unless theirs has passed.</summary>
    private void Extend(Instant expires, Instant now)
    {
        for (var i = 0; i < _count; i++)
        {
            if (Follows(_lots[i].Terms)) Set(i, _lots[i].With(_lots[i].Terms.ExpiringAt(expires)));
        }

        foreach (var entry in _archive.All())
        {
            if (entry is Lot lot && Follows(lot.Terms) && !IsAtHand(lot.Key)) Remember(lot.With(lot.Terms.ExpiringAt(expires)));
        }

        Sort();

        bool Follows(LotTerms terms) => !terms.HasOwnExpiry && terms.Expires > now && terms.Expires != expires;
    }

    public void Retime(int index, Instant expires)
    {
        if (_lots[index].Terms.Expires == expires) return;
        Set(index, _lots[index].With(_lots[index].Terms.ExpiringAt(expires)));
        Sort();
    }

    private void Record(in Movement movement)
    {
        Append(movement);
        Tally(movement.From, movement.To, movement.Points);
    }

    private void Append(in Movement movement)
    {
        if (_movementCount == _movements.Length) Array.Resize(ref _movements, _movementCount * 2);
        _movements[_movementCount++] = movement;
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

    /// <summary>Does what happens at one instant: lots open, holds end, lots lapse.</summary>
    private void Pass(Instant instant)
    {
        for (var i = 0; i < _count; i++)
        {
            if (_lots[i].Pending > 0 && _lots[i].Terms.Opens <= instant) MakeAvailable(i, LedgerAccount.Pending, _lots[i].Pending, instant);
        }

        foreach (var hold in _holds)
        {
            if (hold.Ends > instant) continue;
            foreach (var part in hold.Parts) MakeAvailable(Find(part.Lot), LedgerAccount.Held, part.Points, instant);
        }

        EndHolds(instant);
        for (var i = 0; i < _count; i++)
        {
            if (_lots[i].Open > 0 && _lots[i].Terms.Expires <= instant) Move(i, LedgerAccount.Open, LedgerAccount.Due, _lots[i].Open, instant);
        }
    }

    private Instant NextChange()
    {
        if (IsPlain) return FirstExpiry();
        var next = Instant.MaxValue;
        for (var i = 0; i < _count; i++)
        {
            var lot = _lots[i];
            if (lot.Pending > 0 && lot.Terms.Opens < next) next = lot.Terms.Opens;
            if (lot.Open > 0 && lot.Terms.Expires < next) next = lot.Terms.Expires;
        }

        foreach (var hold in _holds)
        {
            if (hold.Ends < next) next = hold.Ends;
        }

        return next;
    }

    /// <summary>Whether all points are open, in lots sorted by expiry: then the first one says when time next does something. (A hold may be empty, when the points are another member's.)</summary>
    private bool IsPlain => Pending == 0 && _holds.Length == 0 && _due == 0 && _spending == SpendingOrder.EarliestExpiryFirst;

    private Instant FirstExpiry()
    {
        for (var i = 0; i < _count; i++)
        {
            if (_lots[i].Open > 0) return _lots[i].Terms.Expires;
        }

        return Instant.MaxValue;
    }

    private Instant NextSweep()
    {
        if (IsPlain) return FirstExpiry();
        var next = Instant.MaxValue;
        for (var i = 0; i < _count; i++)
        {
            var lot = _lots[i];
            var expires = lot.Terms.Expires;
            if ((lot.Open > 0 || lot.Due > 0) && expires < next) next = expires;
            if (lot.Pending > 0 && Instant.Max(expires, lot.Terms.Opens) is var opened && opened < next) next = opened;
        }

        foreach (var hold in _holds)
        {
            if (hold.Ends == Instant.MaxValue) continue;
            foreach (var part in hold.Parts)
            {
                if (Instant.Max(_lots[Find(part.Lot)].Terms.Expires, hold.Ends) is var returned && returned < next) next = returned;
            }
        }

        return next;
    }
}
