using System.Runtime.InteropServices;

namespace CustomerLifecycle.Tool;

/// <summary>One accepted row of a file.</summary>
/// <param name="Day">Local day, in days since 1970-01-01.</param>
/// <param name="Second">Second of that day; -1 when the file has no times.</param>
/// <param name="Amount">Money; negative for a refund, 0 when the file has no amounts.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PurchaseRow(int Day, int Second, decimal Amount) : IComparable<PurchaseRow>
{
    /// <summary>By time, then by amount.</summary>
    public int CompareTo(PurchaseRow other) =>
        Day != other.Day ? Day.CompareTo(other.Day) : Second != other.Second ? Second.CompareTo(other.Second) : Amount.CompareTo(other.Amount);
}

/// <summary>A row that was left out.</summary>
/// <param name="Line">Line of the file, the header being 1.</param>
/// <param name="Reason">One sentence for people.</param>
/// <param name="Row">The row as it stands there, cut to 200 characters.</param>
/// <param name="Customer">The customer of the row; null where that cannot be read either.</param>
internal sealed record Rejection(long Line, string Reason, string Row, string? Customer = null);

/// <summary>What was found in the file and what was done with it.</summary>
internal sealed record ReadingNotes
{
    /// <summary>The file's name without its folder.</summary>
    public required string File { get; init; }

    public required char Separator { get; init; }

    public required string CustomerColumn { get; init; }

    public required string DateColumn { get; init; }

    /// <summary>Null when the file has no amounts.</summary>
    public required string? AmountColumn { get; init; }

    /// <summary>Data rows of the file, whatever became of them.</summary>
    public required long Rows { get; init; }

    public required long Accepted { get; init; }

    /// <summary>Rows that could not be read; listed in rejected.csv.</summary>
    public required long Rejected { get; init; }

    /// <summary>Readable rows after the as-of date, which are not part of the answer.</summary>
    public required long AfterAsOf { get; init; }

    /// <summary>Rows that repeat another in customer, day, time and amount.</summary>
    public required long Duplicates { get; init; }

    public required bool DuplicatesDropped { get; init; }

    /// <summary>Rows with a negative amount.</summary>
    public required long Refunds { get; init; }

    /// <summary>Sum of the negative amounts, as a positive number.</summary>
    public required decimal RefundTotal { get; init; }

    /// <summary>Rows with the amount 0.</summary>
    public required long Zeros { get; init; }

    /// <summary>Rows whose day lies before that of the row above them.</summary>
    public required long OutOfOrder { get; init; }
}

/// <summary>The accepted rows of a file, by customer and then by time.</summary>
internal sealed class PurchaseRows
{
    private readonly PurchaseRow[] _rows;
    private readonly int[] _starts;

    private PurchaseRows(string[] customers, PurchaseRow[] rows, int[] starts)
    {
        Customers = customers;
        _rows = rows;
        _starts = starts;
    }

    /// <summary>The customers' own keys, in the order of their first row.</summary>
    public IReadOnlyList<string> Customers { get; }

    /// <summary>Accepted rows.</summary>
    public int Count => _rows.Length;

    /// <summary>The rows of one customer, oldest first.</summary>
    public ReadOnlySpan<PurchaseRow> RowsOf(int customer) => _rows.AsSpan(_starts[customer].._starts[customer + 1]);

    /// <summary>Sorts rows by customer and time, each customer's on its own.</summary>
    /// <param name="customers">The customers' keys.</param>
    /// <param name="owners">For each row the index of its customer.</param>
    /// <param name="rows">The rows, in the order of the file.</param>
    public static PurchaseRows Of(string[] customers, ReadOnlySpan<int> owners, ReadOnlySpan<PurchaseRow> rows)
    {
        var starts = new int[customers.Length + 1];
        foreach (var owner in owners) starts[owner + 1]++;
        for (var i = 1; i < starts.Length; i++) starts[i] += starts[i - 1];

        var next = starts.AsSpan(0, customers.Length).ToArray();
        var sorted = new PurchaseRow[rows.Length];
        for (var i = 0; i < rows.Length; i++) sorted[next[owners[i]]++] = rows[i];

        Parallel.For(0, (customers.Length + Block - 1) / Block, block =>
        {
            for (var customer = block * Block; customer < Math.Min((block + 1) * Block, customers.Length); customer++)
                sorted.AsSpan(starts[customer]..starts[customer + 1]).Sort();
        });
        return new(customers, sorted, starts);
    }

    private const int Block = 4096;

    /// <summary>The same log without what does not meet the condition; customers keep their index.</summary>
    public PurchaseRows Where(Func<PurchaseRow, PurchaseRow?, bool> keep)
    {
        var rows = new List<PurchaseRow>(_rows.Length);
        var starts = new int[_starts.Length];
        for (var customer = 0; customer + 1 < starts.Length; customer++)
        {
            PurchaseRow? before = null;
            foreach (var row in RowsOf(customer))
            {
                if (keep(row, before)) rows.Add(row);
                before = row;
            }

            starts[customer + 1] = rows.Count;
        }

        return new([.. Customers], [.. rows], starts);
    }
}
