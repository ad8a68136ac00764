namespace CustomerLifecycle.Value;

/// <summary>Every customer's purchase days, sorted and merged: the way from purchases to a <see cref="PurchaseSummary"/>.</summary>
/// <remarks>Purchases of one customer on one local day are one purchase, and their amounts are added. Immutable; safe for concurrent readers.</remarks>
public sealed class PurchaseLog
{
    private const int DaysForRegularity = 3;
    private readonly CustomerId[] _customers;
    private readonly int[] _starts;
    private readonly int[] _days;
    private readonly double[] _amounts;
    private readonly LocalDate _epoch;

    internal PurchaseLog(CustomerId[] customers, int[] starts, int[] days, double[] amounts, LocalDate epoch)
    {
        _customers = customers;
        _starts = starts;
        _days = days;
        _amounts = amounts;
        _epoch = epoch;
    }

    /// <summary>Customers with at least one purchase.</summary>
    public int CustomerCount => _customers.Length;

    /// <summary>Days with a purchase, summed over the customers.</summary>
    public int PurchaseDayCount => _days.Length;

    /// <summary>Gathers purchases of one currency.</summary>
    /// <param name="purchases">In any order. Refunds, which have negative amounts, are no purchases and are left out.</param>
    /// <param name="zone">Whose midnight parts the days.</param>
    /// <exception cref="ArgumentException">The purchases are in more than one currency.</exception>
    public static PurchaseLog From(IEnumerable<Purchase> purchases, DateTimeZone zone)
    {
        ArgumentNullException.ThrowIfNull(purchases);
        ArgumentNullException.ThrowIfNull(zone);
        var log = new PurchaseLogBuilder();
        Currency? currency = null;
        foreach (var purchase in purchases)
        {
            currency ??= purchase.Net.Currency;
            if (purchase.Net.Currency != currency)
                throw new ArgumentException($"The purchases are in {currency} and {purchase.Net.Currency}. Convert them to one currency, or make a log for each.", nameof(purchases));
            if (purchase.Net.Amount >= 0) log.Add(purchase.Customer, purchase.Occurred.InZone(zone).Date, purchase.Net.Amount);
        }

        return log.Build();
    }

    /// <summary>One row per customer as of a day, for fitting and prediction, and what each bought after it, for checking.</summary>
    /// <param name="calibrationEnd">The last day that the models may see; it counts. Customers without a purchase by then are left out.</param>
    /// <param name="validationEnd">The last day of the hold-out period, which begins the day after <paramref name="calibrationEnd"/>; null holds nothing out.</param>
    /// <param name="timeUnit">The unit of all times; weeks unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="validationEnd"/> is not after <paramref name="calibrationEnd"/>.</exception>
    /// <remarks>Fader and Hardie's conventions: times are differences of days, recency and age count from the first purchase, which itself is neither counted nor averaged.</remarks>
    public PurchaseSummary Summarise(LocalDate calibrationEnd, LocalDate? validationEnd = null, TimeUnit timeUnit = default)
    {
        if (validationEnd <= calibrationEnd) throw new ArgumentOutOfRangeException(nameof(validationEnd), validationEnd, "The hold-out period ends after the calibration period.");

        int last = DayNumber(calibrationEnd), lastHeldOut = validationEnd is { } end ? DayNumber(end) : last, count = 0;
        for (var customer = 0; customer < _customers.Length; customer++)
            if (_days[_starts[customer]] <= last) count++;

        var customers = new CustomerId[count];
        double[] frequency = new double[count], recency = new double[count], age = new double[count], meanSpend = new double[count], sumLogIntervals = new double[count];
        var validation = validationEnd is null ? [] : new double[count];
        var row = 0;
        for (var customer = 0; customer < _customers.Length; customer++)
        {
            int start = _starts[customer], i = start + 1, past = _starts[customer + 1];
            if (_days[start] > last) continue;

            double spend = 0, logs = 0;
            for (; i < past && _days[i] <= last; i++)
            {
                spend += _amounts[i];
                logs += Math.Log((_days[i] - _days[i - 1]) / timeUnit.Days);
            }

            var repeats = i - start - 1;
            customers[row] = _customers[customer];
            frequency[row] = repeats;
            recency[row] = (_days[i - 1] - _days[start]) / timeUnit.Days;
            age[row] = (last - _days[start]) / timeUnit.Days;
            meanSpend[row] = repeats > 0 ? spend / repeats : 0;
            sumLogIntervals[row] = logs;
            if (validationEnd is not null)
            {
                var first = i;
                while (i < past && _days[i] <= lastHeldOut) i++;
                validation[row] = i - first;
            }

            row++;
        }

        return new PurchaseSummary(customers, frequency, recency, age, meanSpend, sumLogIntervals, validation, calibrationEnd, validationEnd, timeUnit);
    }

    /// <summary>The purchase days of each customer as of a day, for models whose rates change with time.</summary>
    /// <param name="calibrationEnd">The last day that the models may see; it counts. Customers without a purchase by then are left out.</param>
    public IReadOnlyList<DatedHistory> Dated(LocalDate calibrationEnd)
    {
        var last = DayNumber(calibrationEnd);
        List<DatedHistory> histories = [];
        for (var customer = 0; customer < _customers.Length; customer++)
        {
            int start = _starts[customer], past = _starts[customer + 1];
            if (_days[start] > last) continue;
            List<LocalDate> repeats = [];
            for (var i = start + 1; i < past && _days[i] <= last; i++) repeats.Add(_epoch.PlusDays(_days[i]));
            histories.Add(new DatedHistory(_epoch.PlusDays(_days[start]), repeats, calibrationEnd.WithCalendar(CalendarSystem.Iso), _customers[customer]));
        }

        return histories;
    }

    /// <summary>What each customer spent as of a day, for the spend models, with or without the first purchase.</summary>
    /// <param name="calibrationEnd">The last day that the models may see; it counts. Customers without a purchase by then are left out.</param>
    /// <param name="includeFirst">Whether the first purchase counts. Fader and Hardie leave it out, as it is often of another kind; young cohorts may need it.</param>
    public SpendSummary SummariseSpend(LocalDate calibrationEnd, bool includeFirst)
    {
        var last = DayNumber(calibrationEnd);
        List<double> purchases = [], means = [];
        for (var customer = 0; customer < _customers.Length; customer++)
        {
            int start = _starts[customer], i = includeFirst ? start : start + 1, past = _starts[customer + 1];
            if (_days[start] > last) continue;
            var first = i;
            double spend = 0;
            for (; i < past && _days[i] <= last; i++) spend += _amounts[i];
            purchases.Add(i - first);
            means.Add(i > first ? spend / (i - first) : 0);
        }

        return new SpendSummary([.. purchases], [.. means]);
    }

    /// <summary>How regularly the customers buy, from the last two intervals of each who has at least three purchase days.</summary>
    /// <returns>1 for random (Poisson) purchases, more for regular ones, less for clustered ones; null where nobody has three purchase days or all split their intervals evenly.</returns>
    /// <remarks>Wheat and Morrison (1990), Estimating purchase regularity with two interpurchase times, Journal of Marketing Research 27(1), symmetrised: the mean square of M - 1/2, where M is the one interval's share of both.</remarks>
    public PurchaseRegularity Regularity()
    {
        double squares = 0;
        var customers = 0;
        for (var customer = 0; customer < _customers.Length; customer++)
        {
            var end = _starts[customer + 1];
            if (end - _starts[customer] < DaysForRegularity) continue;
            double first = _days[end - 2] - _days[end - 3], second = _days[end - 1] - _days[end - 2];
            var share = (first / (first + second)) - 0.5;
            squares += share * share;
            customers++;
        }

        var variance = squares / customers;
        return new PurchaseRegularity(customers, variance > 0 ? (1 - (4 * variance)) / (8 * variance) : null);
    }

    /// <summary>How many customers of each model came on each day, and how many repeat purchases were made on it, by ascending day number.</summary>
    internal (IReadOnlyList<(IPurchaseModel Model, SortedDictionary<int, int> FirstDays)> Cohorts, SortedDictionary<int, int> RepeatDays) DayCounts(Func<CustomerId, IPurchaseModel> modelOf)
    {
        List<(IPurchaseModel Model, SortedDictionary<int, int> FirstDays)> cohorts = [];
        Dictionary<IPurchaseModel, int> places = [];
        SortedDictionary<int, int> repeatDays = [];
        for (var customer = 0; customer < _customers.Length; customer++)
        {
            var model = modelOf(_customers[customer]);
            if (!places.TryGetValue(model, out var place))
            {
                places.Add(model, place = cohorts.Count);
                cohorts.Add((model, []));
            }

            Count(cohorts[place].FirstDays, _days[_starts[customer]]);
            for (var i = _starts[customer] + 1; i < _starts[customer + 1]; i++) Count(repeatDays, _days[i]);
        }

        return (cohorts, repeatDays);

        static void Count(SortedDictionary<int, int> counts, int day)
        {
            counts.TryGetValue(day, out var count);
            counts[day] = count + 1;
        }
    }

    internal int DayNumber(LocalDate day) => Period.DaysBetween(_epoch, day.WithCalendar(CalendarSystem.Iso));
}

/// <summary>How regularly a cohort buys.</summary>
/// <param name="Customers">Those with at least three purchase days.</param>
/// <param name="Shape">1 for random purchases, more for regular ones; null where it is undefined.</param>
public readonly record struct PurchaseRegularity(int Customers, double? Shape);

/// <summary>How many purchases each customer made, and what they were worth on average.</summary>
/// <remarks>Made by <see cref="PurchaseLog.SummariseSpend"/>, one row per customer. Immutable.</remarks>
public sealed class SpendSummary
{
    private readonly double[] _purchases;
    private readonly double[] _meanSpend;

    internal SpendSummary(double[] purchases, double[] meanSpend)
    {
        _purchases = purchases;
        _meanSpend = meanSpend;
    }

    /// <summary>Purchases: days with a purchase.</summary>
    public ReadOnlySpan<double> Purchases => _purchases;

    /// <summary>Mean of their day totals, in the currency of the purchases; 0 where there is none.</summary>
    public ReadOnlySpan<double> MeanSpend => _meanSpend;
}
