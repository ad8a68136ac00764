using CustomerLifecycle.Segmentation;

namespace CustomerLifecycle.Tool;

/// <summary>Customers and their purchase days, up to and including one day.</summary>
/// <remarks>
/// The rows of one customer on one day are one purchase day, their amounts added. A refund is no purchase: it lowers the customer's net amount on its day and leaves the
/// purchase days alone. A customer with nothing but refunds is not part of the shop.
/// </remarks>
internal sealed class Shop
{
    public const int DaysPerWeek = 7;

    private readonly PurchaseRows _log;
    private readonly int[] _days;
    private readonly decimal[] _totals;
    private readonly decimal[] _net;
    private readonly int[] _starts;
    private readonly PurchaseRow[] _refunds;
    private readonly int[] _refundStarts;

    private Shop(PurchaseRows log, LocalDate asOf, bool hasAmounts, string[] customers, int[] starts, int[] days, decimal[] totals, decimal[] net, int[] refundStarts, PurchaseRow[] refunds, int onlyRefunds)
    {
        _log = log;
        AsOf = asOf;
        AsOfDay = DayReader.DayOf(asOf);
        HasAmounts = hasAmounts;
        Customers = customers;
        _starts = starts;
        _days = days;
        _totals = totals;
        _net = net;
        _refundStarts = refundStarts;
        _refunds = refunds;
        CustomersWithOnlyRefunds = onlyRefunds;
        FirstDay = customers.Length == 0 ? AsOfDay : Enumerable.Range(0, customers.Length).Min(FirstDayOf);
    }

    /// <summary>The customers' own keys.</summary>
    public IReadOnlyList<string> Customers { get; }

    /// <summary>The last day that counts.</summary>
    public LocalDate AsOf { get; }

    /// <summary>The last day that counts, in days since 1970-01-01.</summary>
    public int AsOfDay { get; }

    /// <summary>The first purchase day of all, in days since 1970-01-01.</summary>
    public int FirstDay { get; }

    /// <summary>Whether the file has amounts.</summary>
    public bool HasAmounts { get; }

    /// <summary>Customers that were left out because they only have refunds.</summary>
    public int CustomersWithOnlyRefunds { get; }

    /// <summary>Purchase days of all customers.</summary>
    public int PurchaseDays => _days.Length;

    /// <summary>Purchase days of one customer, oldest first, in days since 1970-01-01.</summary>
    public ReadOnlySpan<int> DaysOf(int customer) => _days.AsSpan(_starts[customer].._starts[customer + 1]);

    /// <summary>What was bought on each of the purchase days, refunds aside.</summary>
    public ReadOnlySpan<decimal> TotalsOf(int customer) => _totals.AsSpan(_starts[customer].._starts[customer + 1]);

    /// <summary>The refunds of one customer, oldest first; their amounts are below 0.</summary>
    public ReadOnlySpan<PurchaseRow> RefundsOf(int customer) => _refunds.AsSpan(_refundStarts[customer].._refundStarts[customer + 1]);

    /// <summary>All purchases less all refunds.</summary>
    public decimal NetOf(int customer) => _net[customer];

    /// <summary>Day of the first purchase.</summary>
    public int FirstDayOf(int customer) => _days[_starts[customer]];

    /// <summary>Day of the last purchase.</summary>
    public int LastDayOf(int customer) => _days[_starts[customer + 1] - 1];

    /// <summary>Whether there is a row of the customer, if only a refund.</summary>
    public bool Knows(string customer) => _log.Customers.Contains(customer, StringComparer.Ordinal);

    /// <summary>Finds a customer by key.</summary>
    /// <exception cref="InputException">There is none; the message says which key was probably meant.</exception>
    public int IndexOf(string customer)
    {
        for (var i = 0; i < Customers.Count; i++)
            if (string.Equals(Customers[i], customer, StringComparison.Ordinal)) return i;
        throw Knows(customer) ? NearbyKeys.HasNotBought(AsOf) : NearbyKeys.Unknown(customer, Customers, "file");
    }

    /// <summary>What the RFM scores are made of.</summary>
    public RfmFeatures[] Features()
    {
        var features = new RfmFeatures[Customers.Count];
        for (var i = 0; i < features.Length; i++) features[i] = new(AsOfDay - LastDayOf(i), DaysOf(i).Length, NetOf(i));
        return features;
    }

    /// <summary>Merges rows into purchase days.</summary>
    public static Shop Of(PurchaseRows log, LocalDate asOf, bool hasAmounts)
    {
        var lastDay = DayReader.DayOf(asOf);
        var names = new List<string>(log.Customers.Count);
        var starts = new List<int>(log.Customers.Count + 1) { 0 };
        var days = new List<int>(log.Count);
        var totals = new List<decimal>(log.Count);
        var net = new List<decimal>(log.Customers.Count);
        var refundStarts = new List<int>(log.Customers.Count + 1) { 0 };
        var refunds = new List<PurchaseRow>();
        var onlyRefunds = 0;
        for (var customer = 0; customer < log.Customers.Count; customer++)
        {
            var sum = 0m;
            var seen = false;
            foreach (var row in log.RowsOf(customer))
            {
                if (row.Day > lastDay) break;
                seen = true;
                sum += row.Amount;
                if (row.Amount < 0)
                {
                    refunds.Add(row);
                    continue;
                }

                if (days.Count > starts[^1] && days[^1] == row.Day)
                {
                    totals[^1] += row.Amount;
                }
                else
                {
                    days.Add(row.Day);
                    totals.Add(row.Amount);
                }
            }

            if (days.Count == starts[^1])
            {
                if (seen) onlyRefunds++;
                refunds.RemoveRange(refundStarts[^1], refunds.Count - refundStarts[^1]);
                continue;
            }

            starts.Add(days.Count);
            refundStarts.Add(refunds.Count);
            names.Add(log.Customers[customer]);
            net.Add(sum);
        }

        return new(log, asOf, hasAmounts, [.. names], [.. starts], [.. days], [.. totals], [.. net], [.. refundStarts], [.. refunds], onlyRefunds);
    }

    /// <summary>The shop as it was at the end of an earlier day.</summary>
    public Shop Until(LocalDate asOf) => Of(_log, asOf, HasAmounts);
}
