namespace CustomerLifecycle.Value;

/// <summary>The distinct rows of a cohort with how often each occurs, and the distinct purchase counts and times, so that a likelihood computes each logarithm once.</summary>
internal sealed class DistinctHistories
{
    private readonly List<double> _frequencies = [];
    private readonly List<double> _times = [];
    private readonly List<Row> _rows = [];

    /// <summary>Gathers the distinct rows, in order of first appearance.</summary>
    /// <exception cref="ArgumentException">There are no customers, or a row cannot describe one.</exception>
    public DistinctHistories(PurchaseHistories histories)
        : this(histories, default)
    {
    }

    /// <summary>Gathers rows that stand for several customers each.</summary>
    /// <param name="histories">The rows.</param>
    /// <param name="customers">How many customers share each; empty where every row is one.</param>
    /// <exception cref="ArgumentException">There are no customers, a row cannot describe one, or a count is negative.</exception>
    public DistinctHistories(PurchaseHistories histories, ReadOnlySpan<int> customers)
    {
        if (!customers.IsEmpty && customers.Length != histories.Count) throw new ArgumentException($"There are {histories.Count} rows and {customers.Length} counts of customers.", nameof(customers));
        if (histories.Count == 0) throw new ArgumentException("There are no customers to fit to. A cohort needs purchases up to the calibration end.", nameof(histories));
        Dictionary<double, int> frequencies = [], times = [];
        Dictionary<(int Frequency, int Recency, int Age), int> places = [];
        for (var i = 0; i < histories.Count; i++)
        {
            var history = histories[i];
            var count = customers.IsEmpty ? 1 : customers[i];
            if (count < 0) throw new ArgumentException($"Row {i} stands for {count} customers.", nameof(customers));
            Customers += count;
            if (count == 0) continue;
            var key = (Index(history.Frequency, frequencies, _frequencies), Index(history.Recency, times, _times), Index(history.Age, times, _times));
            if (places.TryGetValue(key, out var place))
            {
                _rows[place] = _rows[place] with { Count = _rows[place].Count + count };
                continue;
            }

            places.Add(key, _rows.Count);
            _rows.Add(new Row(key.Item1, key.Item2, key.Item3, count));
        }

        if (Customers == 0) throw new ArgumentException("The rows stand for no customers.", nameof(customers));
    }

    public int Customers { get; }

    public IReadOnlyList<double> Frequencies => _frequencies;

    public IReadOnlyList<double> Times => _times;

    public IReadOnlyList<Row> Rows => _rows;

    private static int Index(double value, Dictionary<double, int> known, List<double> values)
    {
        if (known.TryGetValue(value, out var index)) return index;
        known.Add(value, values.Count);
        values.Add(value);
        return values.Count - 1;
    }

    /// <summary>One distinct row: places in <see cref="Frequencies"/> and <see cref="Times"/>, and how many customers share it.</summary>
    public readonly record struct Row(int Frequency, int Recency, int Age, double Count);
}
