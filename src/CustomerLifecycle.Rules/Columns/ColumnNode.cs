namespace CustomerLifecycle.Rules;

/// <summary>A condition over bitmaps. "Any" is the complement of all complements, so that three kinds of node are enough.</summary>
internal abstract class ColumnNode
{
    // Segments of segments would add up without end.
    protected const int MostCost = 1_000_000;

    /// <summary>About how long an answer takes for a row; cheap parts go first.</summary>
    public abstract int Cost { get; }

    /// <summary>Levels of complements, each of which needs a spare bitmap.</summary>
    public abstract int Depth { get; }

    /// <summary>Keeps the rows of a block for which the condition holds.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="block">The block's memory.</param>
    /// <param name="level">The first spare bitmap that is free.</param>
    /// <returns>False only when no row is left.</returns>
    public abstract bool Filter(Span<ulong> rows, ColumnBlock block, int level);

    public virtual ColumnNode Complement() => new ColumnComplement(this);

    /// <summary>Every part: nested chains are one, what decides nothing is left out, cheap parts come first.</summary>
    public static ColumnNode All(IEnumerable<ColumnNode> conditions)
    {
        var parts = new List<ColumnNode>();
        foreach (var condition in conditions)
        {
            if (condition is ColumnConstant constant)
            {
                if (!constant.Value) return constant;
            }
            else if (condition is ColumnAll inner)
            {
                parts.AddRange(inner.Parts);
            }
            else
            {
                parts.Add(condition);
            }
        }

        return parts.Count == 0 ? new ColumnConstant(true) : parts.Count == 1 ? parts[0] : new ColumnAll([.. parts.OrderBy(static part => part.Cost)]);
    }
}

internal sealed class ColumnConstant(bool value) : ColumnNode
{
    public bool Value => value;

    public override int Cost => 0;

    public override int Depth => 0;

    public override ColumnNode Complement() => new ColumnConstant(!value);

    public override bool Filter(Span<ulong> rows, ColumnBlock block, int level)
    {
        if (!value) rows.Clear();
        return value;
    }
}

internal sealed class ColumnLeaf(ColumnTest test, bool negated) : ColumnNode
{
    public override int Cost => test.Cost;

    public override int Depth => test.Depth;

    public override ColumnNode Complement() => new ColumnLeaf(test, !negated);

    public override bool Filter(Span<ulong> rows, ColumnBlock block, int level)
    {
        var holding = test.Holding(rows, block, level);
        return negated ? Bitmaps.AndNot(rows, holding) : Bitmaps.And(rows, holding);
    }
}

internal sealed class ColumnAll(ColumnNode[] parts) : ColumnNode
{
    public IReadOnlyList<ColumnNode> Parts => parts;

    public override int Cost { get; } = (int)Math.Min(MostCost, parts.Sum(static part => (long)part.Cost));

    public override int Depth { get; } = parts.Max(static part => part.Depth);

    public override bool Filter(Span<ulong> rows, ColumnBlock block, int level)
    {
        foreach (var part in parts)
            if (!part.Filter(rows, block, level)) return false;
        return true;
    }
}

internal sealed class ColumnComplement(ColumnNode part) : ColumnNode
{
    public override int Cost => part.Cost;

    public override int Depth => part.Depth + 1;

    public override ColumnNode Complement() => part;

    public override bool Filter(Span<ulong> rows, ColumnBlock block, int level)
    {
        var held = block.Spare(level);
        rows.CopyTo(held);
        return !part.Filter(held, block, level + 1) || Bitmaps.AndNot(rows, held);
    }
}
