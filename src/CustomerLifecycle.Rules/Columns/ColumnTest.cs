namespace CustomerLifecycle.Rules;

/// <summary>A test that rules share: computed once for each block of rows, whoever asks.</summary>
internal abstract class ColumnTest
{
    /// <summary>Its place in a block's memory.</summary>
    public int Slot { get; set; }

    /// <summary>About how long an answer takes for a row; cheap tests go first.</summary>
    public abstract int Cost { get; }

    /// <summary>Spare bitmaps that an answer needs.</summary>
    public virtual int Depth => 0;

    /// <summary>Sets what moves with now.</summary>
    public virtual void At(RuleFrame frame)
    {
    }

    /// <summary>The rows of the block for which the test holds; where it is asked row by row, true at least for the rows asked for.</summary>
    /// <param name="rows">The rows asked for.</param>
    /// <param name="block">The block's memory.</param>
    /// <param name="level">The first spare bitmap that is free.</param>
    public abstract ReadOnlySpan<ulong> Holding(ReadOnlySpan<ulong> rows, ColumnBlock block, int level);
}

/// <summary>A test of a whole column at once.</summary>
internal abstract class WholeTest : ColumnTest
{
    public sealed override ReadOnlySpan<ulong> Holding(ReadOnlySpan<ulong> rows, ColumnBlock block, int level)
    {
        var holding = block.Holding(Slot);
        if (!block.IsKnown(Slot)) Fill(block, holding);
        return holding;
    }

    protected abstract void Fill(ColumnBlock block, Span<ulong> holding);
}

/// <summary>Codes in any of some closed ranges.</summary>
internal sealed class CodeTest(Codes codes, IReadOnlyList<(long Low, long High)> ranges) : WholeTest
{
    private readonly (long Low, long High)[] _ranges = [.. ranges];

    public override int Cost => codes.Width * _ranges.Length / 8;

    protected override void Fill(ColumnBlock block, Span<ulong> holding)
    {
        holding.Clear();
        foreach (var (low, high) in _ranges) Bitmaps.AddInRange(codes, block.First, low, high, holding);
    }
}

/// <summary>Codes in a range that moves with now; where a clock changes near its ends, each row inside is looked at by itself.</summary>
internal sealed class MovingTest(Codes codes, Func<RuleFrame, (long Low, long High)> range, Func<RuleFrame, bool> isExact, RuleNode<int> exact) : WholeTest
{
    private RuleFrame? _frame;
    private (long Low, long High) _range;

    public override int Cost => codes.Width / 8;

    public override void At(RuleFrame frame)
    {
        _range = range(frame);
        _frame = isExact(frame) ? null : frame;
    }

    protected override void Fill(ColumnBlock block, Span<ulong> holding)
    {
        holding.Clear();
        Bitmaps.AddInRange(codes, block.First, _range.Low, _range.High, holding);
        if (_frame is not null) block.Keep(holding, exact, _frame);
    }
}

/// <summary>Doubles in any of some closed ranges.</summary>
internal sealed class DoubleTest(DoubleData data, IReadOnlyList<(double Low, double High)> ranges) : WholeTest
{
    private readonly (double Low, double High)[] _ranges = [.. ranges];

    public override int Cost => 8 * _ranges.Length;

    protected override void Fill(ColumnBlock block, Span<ulong> holding)
    {
        holding.Clear();
        foreach (var (low, high) in _ranges) Bitmaps.AddInRange(data.Values.Slice(block.First), low, high, holding);
    }
}

/// <summary>Texts of a dictionary for which a test holds; the last entry is for missing.</summary>
internal sealed class ListedTest(Codes codes, bool[] table) : WholeTest
{
    public override int Cost => 32;

    protected override void Fill(ColumnBlock block, Span<ulong> holding) => Bitmaps.SetListed(codes, block.First, table, holding);
}

/// <summary>Sets with any or with all of some elements.</summary>
internal sealed class SetTest(Codes codes, long mask, bool all) : WholeTest
{
    public override int Cost => codes.Width / 8;

    protected override void Fill(ColumnBlock block, Span<ulong> holding) => Bitmaps.SetMasked(codes, block.First, mask, all, holding);
}

/// <summary>Sets with so many elements.</summary>
internal sealed class SizeTest(Codes codes, long low, long high) : WholeTest
{
    public override int Cost => 32;

    protected override void Fill(ColumnBlock block, Span<ulong> holding) => Bitmaps.SetSized(codes, block.First, low, high, holding);
}

/// <summary>A test that is asked row by row, of the rows only that it can still decide.</summary>
internal abstract class AskedTest : ColumnTest
{
    public sealed override ReadOnlySpan<ulong> Holding(ReadOnlySpan<ulong> rows, ColumnBlock block, int level)
    {
        var holding = block.Holding(Slot);
        var known = block.Asked(Slot);
        if (!block.IsKnown(Slot))
        {
            holding.Clear();
            known.Clear();
        }

        for (var i = 0; i < rows.Length; i++)
        {
            var asked = rows[i] & ~known[i];
            known[i] |= asked;
            for (; asked != 0; asked &= asked - 1)
            {
                var bit = Bitmaps.Lowest(asked);
                if (Holds(block.First + (64 * i) + bit, block)) holding[i] |= 1UL << bit;
            }
        }

        return holding;
    }

    protected abstract bool Holds(int row, ColumnBlock block);
}

/// <summary>A test by a predicate over rows.</summary>
internal sealed class RowTest(RuleNode<int> node) : AskedTest
{
    private RuleFrame _frame = null!;

    public override int Cost => 100 + node.Cost;

    public override void At(RuleFrame frame) => _frame = frame;

    protected override bool Holds(int row, ColumnBlock block) => node.Holds(row, _frame);
}

/// <summary>A whole condition that several refer to, asked of the rows only that it can still decide.</summary>
internal sealed class SharedTest(ColumnNode node) : ColumnTest
{
    public override int Cost => node.Cost;

    public override int Depth => node.Depth + 1;

    public override ReadOnlySpan<ulong> Holding(ReadOnlySpan<ulong> rows, ColumnBlock block, int level)
    {
        var holding = block.Holding(Slot);
        var known = block.Asked(Slot);
        if (!block.IsKnown(Slot))
        {
            holding.Clear();
            known.Clear();
        }

        var asked = block.Spare(level);
        rows.CopyTo(asked);
        if (!Bitmaps.AndNot(asked, known)) return holding;
        for (var i = 0; i < asked.Length; i++) known[i] |= asked[i];
        node.Filter(asked, block, level + 1);
        for (var i = 0; i < asked.Length; i++) holding[i] |= asked[i];
        return holding;
    }
}
