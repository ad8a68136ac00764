namespace CustomerLifecycle.Rules;

/// <summary>The memory in which one thread works on a block of rows: what tests have answered, values that follow from events, and bitmaps for complements.</summary>
internal sealed class ColumnBlock(int slots, int depth, int columns)
{
    /// <summary>Rows of a block: small enough that its part of every column stays in the processor's cache.</summary>
    public const int Rows = 4096;

    private const int Words = Rows / 64;
    private const int Apart = 128;
    private readonly ulong[] _holding = new ulong[slots * Words];
    private readonly ulong[] _asked = new ulong[slots * Words];
    private readonly ulong[] _spare = new ulong[depth * Words];

    // Written for every block: other threads' memory is not on the same line of the cache.
    private readonly bool[] _known = new bool[Apart + slots + Apart];
    private readonly long[] _values = new long[columns * Rows];
    private readonly ulong[] _computed = new ulong[columns * Words];
    private long[] _noted = [];
    private int _words;

    /// <summary>The first row.</summary>
    public int First { get; private set; }

    public void Start(int first, int words)
    {
        First = first;
        _words = words;
        _known.AsSpan().Clear();
        _computed.AsSpan().Clear();
    }

    public Span<ulong> Holding(int slot) => _holding.AsSpan(slot * Words, _words);

    public Span<ulong> Asked(int slot) => _asked.AsSpan(slot * Words, _words);

    public Span<ulong> Spare(int level) => _spare.AsSpan(level * Words, _words);

    /// <summary>Whether the test was asked before in this block; from now on it was.</summary>
    public bool IsKnown(int slot)
    {
        var known = _known[Apart + slot];
        _known[Apart + slot] = true;
        return known;
    }

    /// <summary>A row's value in a column that follows from events, computed when it is first asked for.</summary>
    public long Value(EventColumn column, int row)
    {
        var at = (column.Slot * Rows) + row - First;
        ref var computed = ref _computed[at >> 6];
        var bit = 1UL << (at & 63);
        if ((computed & bit) == 0)
        {
            computed |= bit;
            _values[at] = column.Of(row, this);
        }

        return _values[at];
    }

    /// <summary>Notes one of several codes.</summary>
    public void Note(int index, long code)
    {
        if (index == _noted.Length) Array.Resize(ref _noted, Math.Max(64, 2 * index));
        _noted[index] = code;
    }

    /// <summary>The codes noted, sorted.</summary>
    public ReadOnlySpan<long> Noted(int count)
    {
        Array.Sort(_noted, 0, count);
        return _noted.AsSpan(0, count);
    }

    /// <summary>Keeps the rows for which a node holds.</summary>
    public void Keep(Span<ulong> rows, RuleNode<int> node, RuleFrame frame)
    {
        for (var i = 0; i < rows.Length; i++)
            for (var left = rows[i]; left != 0; left &= left - 1)
            {
                var bit = Bitmaps.Lowest(left);
                if (!node.Holds(First + (64 * i) + bit, frame)) rows[i] &= ~(1UL << bit);
            }
    }
}
