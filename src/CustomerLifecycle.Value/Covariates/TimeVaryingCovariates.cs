namespace CustomerLifecycle.Value;

/// <summary>Covariates that change with time and are the same for all customers: seasons, campaigns, prices.</summary>
/// <remarks>Each row holds from the start of its day until the next row, the last one for ever. Immutable.</remarks>
public sealed class TimeVaryingCovariates
{
    private readonly LocalDate[] _starts;
    private readonly double[][] _values;

    /// <summary>Copies the covariates.</summary>
    /// <param name="names">The covariates' names.</param>
    /// <param name="starts">The first day of each period, ascending.</param>
    /// <param name="values">Row by row: the covariates of the first period, then those of the second.</param>
    /// <exception cref="ArgumentException">There are no periods, they do not ascend, or the values do not fit.</exception>
    public TimeVaryingCovariates(IReadOnlyList<string> names, IReadOnlyList<LocalDate> starts, ReadOnlySpan<double> values)
    {
        ArgumentNullException.ThrowIfNull(starts);
        var columns = new CovariateColumns(names, values);
        if (columns.Names.Count == 0 || starts.Count == 0 || columns.Rows != starts.Count) throw new ArgumentException($"There are {starts.Count} periods and {columns.Rows} rows of covariates; there must be one row for each of at least one period.", nameof(values));

        // Neighbours with the same values are one period: the integrals are cut at the others only.
        List<LocalDate> days = [];
        List<double[]> rows = [];
        for (var i = 0; i < starts.Count; i++)
        {
            if (i > 0 && starts[i] <= starts[i - 1]) throw new ArgumentException($"Periods ascend; number {i + 1} starts on {starts[i]:uuuu-MM-dd}.", nameof(starts));
            if (rows.Count > 0 && columns.Row(i).SequenceEqual(rows[rows.Count - 1])) continue;
            days.Add(starts[i]);
            rows.Add(columns.Row(i).ToArray());
        }

        Names = columns.Names;
        _starts = [.. days];
        _values = [.. rows];
    }

    /// <summary>The covariates' names.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Periods; neighbours with the same values are one.</summary>
    public int Count => _starts.Length;

    /// <summary>The first day of a period.</summary>
    /// <param name="period">0 to <see cref="Count"/> - 1.</param>
    public LocalDate Start(int period) => _starts[period];

    /// <summary>The covariates in a period.</summary>
    /// <param name="period">0 to <see cref="Count"/> - 1.</param>
    public ReadOnlySpan<double> Values(int period) => _values[period];

    /// <summary>The period that holds on a day.</summary>
    /// <exception cref="ArgumentException">The day is before the first period.</exception>
    internal int PeriodOf(LocalDate day)
    {
        var place = Array.BinarySearch(_starts, day);
        if (place < 0) place = ~place - 1;
        return place >= 0 ? place : throw new ArgumentException($"The covariates begin on {_starts[0]:uuuu-MM-dd}, after a purchase. They must cover every customer's whole time.", nameof(day));
    }
}

/// <summary>The days on which one customer bought: what models need whose rates change with time.</summary>
/// <remarks>Made by <see cref="PurchaseLog.Dated"/>. Immutable.</remarks>
public sealed class DatedHistory
{
    private readonly LocalDate[] _repeats;

    /// <summary>Describes one customer.</summary>
    /// <param name="first">The day of the first purchase.</param>
    /// <param name="repeats">The days of the repeat purchases, ascending, each once.</param>
    /// <param name="until">The last day that is known; not before the last purchase.</param>
    /// <param name="customer">Whose history it is; <c>default</c> where it does not matter.</param>
    /// <exception cref="ArgumentException">The days do not ascend, or end after <paramref name="until"/>.</exception>
    public DatedHistory(LocalDate first, IReadOnlyList<LocalDate> repeats, LocalDate until, CustomerId customer = default)
    {
        ArgumentNullException.ThrowIfNull(repeats);
        var last = first;
        foreach (var day in repeats)
        {
            if (day <= last) throw new ArgumentException("Purchase days ascend, each once, the first one before all repeats.", nameof(repeats));
            last = day;
        }

        if (until < last) throw new ArgumentException("The last purchase is after the last day that is known.", nameof(until));
        First = first;
        Until = until;
        Customer = customer;
        _repeats = [.. repeats];
    }

    /// <summary>Whose history it is.</summary>
    public CustomerId Customer { get; }

    /// <summary>The day of the first purchase.</summary>
    public LocalDate First { get; }

    /// <summary>The days of the repeat purchases.</summary>
    public IReadOnlyList<LocalDate> Repeats => _repeats;

    /// <summary>The last day that is known.</summary>
    public LocalDate Until { get; }
}
