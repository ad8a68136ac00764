namespace CustomerLifecycle.Loyalty;

/// <summary>A book's lots while something happens to them.</summary>
/// <remarks>Only lots that change are copied. As long as they change from the front and at the end, the next version shares their list's buffer.</remarks>
internal sealed class LotsInHand
{
    private LotList _origin;
    private SpendingOrder _spending;

    // Own are the first _own lots and those from _shared on; what lies between is read from the origin. The first _spent are not even copied: nothing is left of them.
    private Lot[] _lots = new Lot[16];
    private int _spent;
    private int _own;
    private int _shared;
    private bool _isRearranged;

    public int Count { get; private set; }

    /// <summary>The first lot that may have points.</summary>
    public int First => _spent;

    /// <summary>Whether there are lots and nothing has happened but that others were added behind them.</summary>
    public bool IsAsLoaded => _own == 0 && _shared > 0;

    public ref readonly Lot this[int index]
    {
        get
        {
            if (index < _spent) OwnSpent();
            else if (index == 0) OwnFirst();
            if (index < _own || index >= _shared) return ref _lots[index];
            return ref _origin.Stored(index);
        }
    }

    public void Load(in LotList lots, SpendingOrder spending)
    {
        _origin = lots;
        _spending = spending;
        _isRearranged = false;
        Count = _shared = lots.Count;
        _spent = 0;
        _own = 0;
        if (_lots.Length < Count) _lots = new Lot[Count * 2];
    }

    public void Clear()
    {
        Array.Clear(_lots, 0, Math.Min(1, Count));
        Array.Clear(_lots, _spent, _own - _spent);
        if (Count > _shared) Array.Clear(_lots, _shared, Count - _shared);
        _origin = default;
        Count = _spent = _own = _shared = 0;
    }

    /// <summary>Takes open points from the first lot on, as long as nothing has happened to the lots and there is nothing else in them: most points that are ever spent are spent here.</summary>
    /// <param name="left">How many are wanted, and then how many of them were not found here.</param>
    public LotRun SpendFront(ref long left)
    {
        if (_isRearranged || _spent > 0 || _shared == 0 || !IsAsStored(0)) return default;
        var firstPoints = _own == 0 ? _origin.FirstOpen : _lots[0].Open;
        var lots = _origin.Stored(0, _shared);
        var points = firstPoints;
        var whole = 0;
        while (points > 0 && points <= left && !lots[whole].IsLiveWithoutOpen)
        {
            left -= points;
            if (++whole == lots.Length) break;
            points = lots[whole].Open;
        }

        if (whole > 0) _own = _spent = whole;
        if (whole == lots.Length || left == 0 || points <= left) return whole == 0 ? default : _origin.Run(whole, firstPoints, whole == 1 ? firstPoints : lots[whole - 1].Open);
        Set(whole, this[whole].WithOpen(points - left));
        var run = _origin.Run(whole + 1, whole == 0 ? left : firstPoints, left);
        left = 0;
        return run;
    }

    /// <summary>Takes open points of a lot.</summary>
    public void Spend(int index, long points)
    {
        ref readonly var lot = ref this[index];
        if (lot.Open == points && index == _spent && index < _shared && !_isRearranged && !lot.IsLiveWithoutOpen && IsAsStored(index)) _own = ++_spent;
        else Set(index, lot.WithOpen(lot.Open - points));
    }

    public void Set(int index, in Lot lot)
    {
        if (index < _spent) OwnSpent();
        else OwnFirst();
        if (index == _own && index < _shared) _own++;
        else if (index > _own && index < _shared) OwnAll();
        _lots[index] = lot;
    }

    /// <summary>Puts a lot into its place.</summary>
    /// <returns>Its index.</returns>
    public int Insert(in Lot lot)
    {
        if (Count == _lots.Length) Array.Resize(ref _lots, Count * 2);
        if (Count == 0 || Compare(this[Count - 1], lot) <= 0)
        {
            _lots[Count] = lot;
            return Count++;
        }

        OwnAll();
        _isRearranged = true;
        var low = 0;
        for (var high = Count; low < high;)
        {
            var middle = (low + high) / 2;
            if (Compare(_lots[middle], lot) <= 0) low = middle + 1;
            else high = middle;
        }

        Array.Copy(_lots, low, _lots, low + 1, Count - low);
        _lots[low] = lot;
        _own = _shared = ++Count;
        return low;
    }

    /// <summary>Puts the lots into another spending order.</summary>
    public void SpendIn(SpendingOrder spending)
    {
        _spending = spending;
        OwnAll();
        _isRearranged = true;
        Array.Sort(_lots, 0, Count, Comparer<Lot>.Create((x, y) => Compare(x, y)));
    }

    /// <summary>Puts the lots into spending order; they are nearly sorted.</summary>
    public void Sort()
    {
        OwnAll();
        _isRearranged = true;
        for (var i = 1; i < Count; i++)
        {
            var lot = _lots[i];
            var place = i;
            for (; place > 0 && Compare(_lots[place - 1], lot) > 0; place--) _lots[place] = _lots[place - 1];
            _lots[place] = lot;
        }
    }

    /// <summary>Makes the list of those lots that live.</summary>
    /// <param name="archive">Takes the others, unless they stay where they lie.</param>
    public LotList Seal(List<IReference> archive)
    {
        if (_isRearranged) return Rebuild(archive);
        var spent = _spent;
        while (spent < Math.Min(_own, _shared) && !_lots[spent].IsLive && _lots[spent].DiffersInOpenOnly(_origin.Stored(spent))) spent++;
        for (var i = spent; i < Math.Min(_own, _shared); i++)
        {
            ref readonly var stored = ref _origin.Stored(i);
            if (!_lots[i].DiffersInOpenOnly(stored) || (i > spent && _lots[i].Open != stored.Open)) return Rebuild(archive);
        }

        for (var i = _shared; i < Count; i++)
        {
            if (!_lots[i].IsLive) return Rebuild(archive);
        }

        return _origin.Advance(spent, IsAsLoaded ? _origin.FirstOpen : spent < _shared ? this[spent].Open : 0, _lots.AsSpan(_shared, Count - _shared), archive);
    }

    /// <summary>Moves the lots that are spent to the archive, so that newer versions of them can follow there.</summary>
    public void ArchiveSpent(List<IReference> archive)
    {
        if (!_origin.HasSpent) return;
        archive.Add(_origin.ToArchive());
        _origin = _origin.WithoutSpent;
    }

    public Lot? FindSpent(string key) => _origin.Spent.Find(key);

    public bool HasSpentUnder(string prefix) => _origin.HasSpent && _origin.Spent.HasLotUnder(prefix);

    private LotList Rebuild(List<IReference> archive)
    {
        ArchiveSpent(archive);
        OwnAll();
        var live = 0;
        for (var i = 0; i < Count; i++) live += _lots[i].IsLive ? 1 : 0;
        var over = new Lot[Count - live];
        var (left, ended) = (0, 0);
        for (var i = 0; i < Count; i++)
        {
            if (_lots[i].IsLive) _lots[left++] = _lots[i];
            else over[ended++] = _lots[i];
        }

        if (ended == 1) archive.Add(new ArchivedLot(over[0]));
        else if (ended > 1) archive.Add(new SpentLots(over, 0, ended));
        return LotList.Of(_lots.AsSpan(0, live));
    }

    /// <summary>Whether nothing has happened to a lot, but that it is the first and was spent from before.</summary>
    private bool IsAsStored(int index) => _own == index || (index == 0 && _own == 1 && _lots[0].DiffersInOpenOnly(_origin.Stored(0)));

    private void OwnFirst()
    {
        if (_own > 0 || _shared == 0) return;
        _lots[0] = _origin[0];
        _own = 1;
    }

    private void OwnSpent()
    {
        for (var i = 0; i < _spent; i++) _lots[i] = _origin.Stored(i).WithOpen(0);
        _spent = 0;
    }

    private void OwnAll()
    {
        OwnSpent();
        OwnFirst();
        for (var i = _own; i < _shared; i++) _lots[i] = _origin.Stored(i);
        if (_own < _shared) _own = _shared;
    }

    private int Compare(in Lot x, in Lot y)
    {
        if (_spending == SpendingOrder.EarliestExpiryFirst)
        {
            var byExpiry = x.CompareExpiry(y);
            if (byExpiry != 0) return byExpiry;
        }

        var byEarned = x.CompareEarned(y);
        if (byEarned != 0) return byEarned;
        var byRecorded = x.Recorded.CompareTo(y.Recorded);
        return byRecorded != 0 ? byRecorded : x.Sequence.CompareTo(y.Sequence);
    }
}
