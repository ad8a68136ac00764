namespace CustomerLifecycle.Rules;

/// <summary>The memory in which one thread works on a block of rows: what tests have answered, and bitmaps for complements.</summary>
internal sealed class ColumnBlock(int slots, int depth)
{
    /// <summary>Rows of a block: small enough that its part of every column stays in the processor's cache.</summary>
    public const int Rows = 4096;

    private const int Words = Rows / 64;
    private readonly ulong[] _holding = new ulong[slots * Words];
    private readonly ulong[] _asked = new ulong[slots * Words];
    private readonly ulong[] _spare = new ulong[depth * Words];
    private readonly bool[] _known = new bool[slots];
    private int _words;

    /// <summary>The first row.</summary>
    public int First { get; private set; }

    public void Start(int first, int words)
    {
        First = first;
        _words = words;
        _known.AsSpan().Clear();
    }

    public Span<ulong> Holding(int slot) => _holding.AsSpan(slot * Words, _words);

    public Span<ulong> Asked(int slot) => _asked.AsSpan(slot * Words, _words);

    public Span<ulong> Spare(int level) => _spare.AsSpan(level * Words, _words);

    /// <summary>Whether the test was asked before in this block; from now on it was.</summary>
    public bool IsKnown(int slot)
    {
        var known = _known[slot];
        _known[slot] = true;
        return known;
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
