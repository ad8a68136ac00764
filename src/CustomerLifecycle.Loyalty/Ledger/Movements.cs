using System.Runtime.InteropServices;

namespace CustomerLifecycle.Loyalty;

/// <summary>Lots that lie side by side and were spent from the first on: all but the first and the last of them whole.</summary>
/// <param name="Lots">Where they lie.</param>
/// <param name="First">The place of the first.</param>
/// <param name="Count">How many.</param>
/// <param name="FirstPoints">Points taken of the first.</param>
/// <param name="LastPoints">Points taken of the last, where it is another than the first.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LotRun(Lot[]? Lots, int First, int Count, long FirstPoints, long LastPoints)
{
    /// <summary>Whether to point at them costs no more than to write them down: who points at a few of many lots keeps all of them in memory.</summary>
    public bool IsWorthKeeping => Count == 1 || LotList.IsMost(Count, Lots!);

    public LotPoints this[int index]
    {
        get
        {
            ref readonly var lot = ref Lots![First + index];
            return new(lot.Key, index == 0 ? FirstPoints : index == Count - 1 ? LastPoints : lot.Open);
        }
    }
}

/// <summary>What a posting moved. Most postings move points of one lot, or spend lots that lie side by side: then a movement is made when it is looked at.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct MovementStore
{
    // Movements as such; or the name of one lot, null for none; or the lots of a run.
    private readonly object? _source;
    private readonly long _points;
    private readonly long _lastPoints;
    private readonly int _first;
    private readonly byte _from;
    private readonly byte _to;

    private MovementStore(object? source, int first, int count, long points, long lastPoints, LedgerAccount from, LedgerAccount to)
    {
        _source = source;
        _first = first;
        Count = count;
        _points = points;
        _lastPoints = lastPoints;
        _from = (byte)from;
        _to = (byte)to;
    }

    public int Count { get; }

    /// <summary>Whether anything but time moved points.</summary>
    public bool IsActivity => _source is Movement[] movements ? Array.Exists(movements, static movement => !movement.IsElapsed) : Count > 0;

    /// <summary>Movements of a posting that took effect at an instant.</summary>
    public static MovementStore Of(ReadOnlySpan<Movement> movements, Instant effective)
    {
        if (movements.IsEmpty) return default;
        ref readonly var only = ref movements[0];
        return movements.Length == 1 && !only.IsElapsed && only.Effective == effective
            ? new(only.Lot, 0, 1, only.Points, 0, only.From, only.To)
            : new(movements.ToArray(), 0, movements.Length, 0, 0, default, default);
    }

    /// <summary>Open points of a run that went to an account.</summary>
    public static MovementStore Of(in LotRun run, LedgerAccount to) =>
        new(run.Count == 1 ? run[0].Lot : run.Lots, run.First, run.Count, run.FirstPoints, run.LastPoints, LedgerAccount.Open, to);

    /// <summary>The movements, one after another.</summary>
    /// <param name="effective">When the posting took effect.</param>
    public Enumerator At(Instant effective) => new(this, effective);

    /// <summary>Goes through movements without a list of them.</summary>
    [StructLayout(LayoutKind.Auto)]
    public struct Enumerator
    {
        private readonly Movement[]? _movements;
        private readonly LotRun _run;
        private readonly Movement _like;
        private readonly int _count;
        private int _index;

        internal Enumerator(in MovementStore store, Instant effective)
        {
            _index = -1;
            _count = store.Count;
            _movements = store._source as Movement[];
            if (_movements is not null) return;
            _like = new(store._source as string, (LedgerAccount)store._from, (LedgerAccount)store._to, store._points, effective);
            if (store._source is Lot[] lots) _run = new(lots, store._first, store.Count, store._points, store._lastPoints);
        }

        public readonly Movement Current => _movements is not null ? _movements[_index] : _run.Lots is null ? _like : _like.Of(_run[_index]);

        public bool MoveNext() => ++_index < _count;
    }
}

/// <summary>A posting's movements, in order.</summary>
internal readonly struct PostedMovements(Posting posting)
{
    public MovementStore.Enumerator GetEnumerator() => posting.Moved.At(posting.Effective);

    public Movement[] ToArray()
    {
        var movements = new Movement[posting.Moved.Count];
        var count = 0;
        foreach (var movement in this) movements[count++] = movement;
        return movements;
    }
}
