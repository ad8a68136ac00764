namespace CustomerLifecycle.Value;

/// <summary>Gathers purchases in any order, then sorts them by customer and day.</summary>
/// <remarks>Not safe for concurrent callers. Memory: 16 bytes per purchase and what the keys take.</remarks>
public sealed class PurchaseLogBuilder
{
    /// <summary>The most purchases that one log can hold.</summary>
    public const int MaximumPurchases = 1 << 30;

    private static readonly LocalDate Epoch = new(1970, 1, 1);
    private readonly Dictionary<CustomerId, int> _rows = [];
    private readonly Dictionary<long, int> _numberedRows = [];
    private readonly List<CustomerId> _customers = [];
    private readonly List<int> _row = [];
    private readonly List<int> _day = [];
    private readonly List<double> _amount = [];

    /// <summary>Purchases gathered so far, before those of one day are merged.</summary>
    public int Count => _row.Count;

    /// <summary>Adds a purchase.</summary>
    /// <param name="customer">Who bought.</param>
    /// <param name="day">The local day of the purchase.</param>
    /// <param name="amount">What was paid; 0 where it is not known. May be negative (a return on the same day).</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The log is full.</exception>
    public PurchaseLogBuilder Add(CustomerId customer, LocalDate day, decimal amount = 0)
    {
        if (!_rows.TryGetValue(customer, out var row))
        {
            row = NewRow(customer);
            _rows.Add(customer, row);
        }

        return Add(row, day, amount);
    }

    /// <summary>Adds a purchase of a customer who has a number. The customer's id is the number's decimal text.</summary>
    /// <param name="customer">Who bought.</param>
    /// <param name="day">The local day of the purchase.</param>
    /// <param name="amount">What was paid; 0 where it is not known.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The log is full.</exception>
    public PurchaseLogBuilder Add(long customer, LocalDate day, decimal amount = 0)
    {
        if (!_numberedRows.TryGetValue(customer, out var row))
        {
            var id = new CustomerId(customer.ToString(System.Globalization.CultureInfo.InvariantCulture));
            if (!_rows.TryGetValue(id, out row))
            {
                row = NewRow(id);
                _rows.Add(id, row);
            }

            _numberedRows.Add(customer, row);
        }

        return Add(row, day, amount);
    }

    /// <summary>Sorts and merges what was gathered. The builder can be added to and built again.</summary>
    public PurchaseLog Build()
    {
        var starts = new int[_customers.Count + 1];
        foreach (var row in _row) starts[row + 1]++;
        for (var i = 0; i < _customers.Count; i++) starts[i + 1] += starts[i];

        var next = starts.AsSpan(0, _customers.Count).ToArray();
        var days = new int[_row.Count];
        var amounts = new double[_row.Count];
        for (var i = 0; i < _row.Count; i++)
        {
            var place = next[_row[i]]++;
            days[place] = _day[i];
            amounts[place] = _amount[i];
        }

        var merged = new int[_customers.Count + 1];
        var length = 0;
        for (var customer = 0; customer < _customers.Count; customer++)
        {
            SortByDayThenAmount(days, amounts, starts[customer], starts[customer + 1]);
            for (var i = starts[customer]; i < starts[customer + 1]; i++)
            {
                if (length > merged[customer] && days[length - 1] == days[i])
                {
                    amounts[length - 1] += amounts[i];
                    continue;
                }

                days[length] = days[i];
                amounts[length++] = amounts[i];
            }

            merged[customer + 1] = length;
        }

        Array.Resize(ref days, length);
        Array.Resize(ref amounts, length);
        return new PurchaseLog([.. _customers], merged, days, amounts, Epoch);
    }

    /// <summary>Most customers have a handful of purchases, and most logs are in order already: insertion sort, and a real sort for the few with many.</summary>
    /// <remarks>Amounts of one day are sorted too, so that their sum is the same bits in whatever order they arrived.</remarks>
    private static void SortByDayThenAmount(int[] days, double[] amounts, int start, int end)
    {
        if (end - start > 64)
        {
            Array.Sort(days, amounts, start, end - start);
            for (int i = start, run = start; i <= end; i++)
            {
                if (i < end && days[i] == days[run]) continue;
                Array.Sort(amounts, run, i - run);
                run = i;
            }

            return;
        }

        for (var i = start + 1; i < end; i++)
        {
            int day = days[i], j = i;
            var amount = amounts[i];
            for (; j > start && (days[j - 1] > day || (days[j - 1] == day && amounts[j - 1] > amount)); j--)
            {
                days[j] = days[j - 1];
                amounts[j] = amounts[j - 1];
            }

            days[j] = day;
            amounts[j] = amount;
        }
    }

    private PurchaseLogBuilder Add(int row, LocalDate day, decimal amount)
    {
        if (_row.Count == MaximumPurchases) throw new InvalidOperationException($"A purchase log holds {MaximumPurchases} purchases. Summarise by parts of the customer base.");
        _row.Add(row);
        _day.Add(Period.DaysBetween(Epoch, day.Calendar == CalendarSystem.Iso ? day : day.WithCalendar(CalendarSystem.Iso)));
        _amount.Add((double)amount);
        return this;
    }

    private int NewRow(CustomerId customer)
    {
        _customers.Add(customer);
        return _customers.Count - 1;
    }
}
