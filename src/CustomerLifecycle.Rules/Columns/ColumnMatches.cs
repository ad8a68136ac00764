namespace CustomerLifecycle.Rules;

/// <summary>Which customers each rule of a <see cref="ColumnPlan"/> holds of: a bitmap for each rule. Use one again for the next evaluation; it grows with the columns.</summary>
public sealed class ColumnMatches
{
    private ulong[][] _rows = [];

    /// <summary>The number of rules.</summary>
    public int Rules => _rows.Length;

    /// <summary>The number of customers.</summary>
    public int Customers { get; private set; }

    /// <summary>Whether a rule holds of a customer.</summary>
    /// <param name="rule">The rule's place in <see cref="ColumnPlan.Rules"/>.</param>
    /// <param name="row">The customer's row.</param>
    public bool this[int rule, int row] => (uint)row < (uint)Customers ? (_rows[rule][row >> 6] >> (row & 63) & 1) != 0 : throw new ArgumentOutOfRangeException(nameof(row), row, $"There are {Customers} rows.");

    /// <summary>Of how many customers a rule holds.</summary>
    /// <param name="rule">The rule's place.</param>
    public int Count(int rule)
    {
        var count = 0;
        foreach (var word in Words(rule)) count += Bitmaps.Count(word);
        return count;
    }

    /// <summary>The rows of the customers of whom a rule holds, in order.</summary>
    /// <param name="rule">The rule's place.</param>
    public IEnumerable<int> Rows(int rule)
    {
        var rows = _rows[rule];
        for (var i = 0; 64 * i < Customers; i++)
            for (var word = rows[i]; word != 0; word &= word - 1) yield return (64 * i) + Bitmaps.Lowest(word);
    }

    /// <summary>A rule's bitmap: row r is bit r mod 64 of word r / 64; bits beyond the last customer are 0.</summary>
    /// <param name="rule">The rule's place.</param>
    public ReadOnlySpan<ulong> Words(int rule) => _rows[rule].AsSpan(0, (Customers + 63) / 64);

    internal void Prepare(int rules, int customers)
    {
        Customers = customers;
        if (_rows.Length != rules) Array.Resize(ref _rows, rules);
        for (var rule = 0; rule < rules; rule++)
        {
            var words = (customers + 63) / 64;
            if (_rows[rule] is null || _rows[rule].Length < words) _rows[rule] = new ulong[Math.Max(words, 2 * (_rows[rule]?.Length ?? 0))];
        }
    }

    internal Span<ulong> Block(int rule, int word, int words) => _rows[rule].AsSpan(word, words);
}
