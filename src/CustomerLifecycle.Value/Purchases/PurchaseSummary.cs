namespace CustomerLifecycle.Value;

/// <summary>One row per customer: how often, how lately, for how long, and how much. What every model is fitted to.</summary>
/// <remarks>
/// Made by <see cref="PurchaseLog.Summarise"/>. Purchases of one customer on one day count once; the first purchase of each is not counted, only the repeat ones.
/// Rows stand in the order in which the customers first appeared. Immutable.
/// </remarks>
public sealed class PurchaseSummary
{
    private readonly CustomerId[] _customers;
    private readonly double[] _frequency;
    private readonly double[] _recency;
    private readonly double[] _age;
    private readonly double[] _meanSpend;
    private readonly double[] _sumLogIntervals;
    private readonly double[] _validationPurchases;

    internal PurchaseSummary(
        CustomerId[] customers, double[] frequency, double[] recency, double[] age, double[] meanSpend, double[] sumLogIntervals, double[] validationPurchases, LocalDate calibrationEnd, LocalDate? validationEnd, TimeUnit timeUnit)
    {
        _customers = customers;
        _frequency = frequency;
        _recency = recency;
        _age = age;
        _meanSpend = meanSpend;
        _sumLogIntervals = sumLogIntervals;
        _validationPurchases = validationPurchases;
        CalibrationEnd = calibrationEnd;
        ValidationEnd = validationEnd;
        TimeUnit = timeUnit;
    }

    /// <summary>Customers with a purchase up to <see cref="CalibrationEnd"/>.</summary>
    public int Count => _customers.Length;

    /// <summary>The last day that the models may see.</summary>
    public LocalDate CalibrationEnd { get; }

    /// <summary>The last day of the hold-out period after it; null where nothing was held out.</summary>
    public LocalDate? ValidationEnd { get; }

    /// <summary>The unit of <see cref="Recency"/> and <see cref="Age"/>.</summary>
    public TimeUnit TimeUnit { get; }

    /// <summary>The length of the hold-out period in time units; null where nothing was held out.</summary>
    public double? ValidationHorizon => ValidationEnd is { } end ? Period.DaysBetween(CalibrationEnd, end) / TimeUnit.Days : null;

    /// <summary>Whose row it is.</summary>
    public ReadOnlySpan<CustomerId> Customers => _customers;

    /// <summary>Repeat purchases: days with a purchase, the first one not counted.</summary>
    public ReadOnlySpan<double> Frequency => _frequency;

    /// <summary>Time units from the first purchase to the last; 0 where there is only one.</summary>
    public ReadOnlySpan<double> Recency => _recency;

    /// <summary>Time units from the first purchase to <see cref="CalibrationEnd"/>.</summary>
    public ReadOnlySpan<double> Age => _age;

    /// <summary>Mean of the day totals of the repeat purchases, in the currency of the purchases; 0 where there is none.</summary>
    public ReadOnlySpan<double> MeanSpend => _meanSpend;

    /// <summary>Sum of the natural logarithms of the times between purchases, in time units; 0 where there is no repeat purchase.</summary>
    public ReadOnlySpan<double> SumLogIntervals => _sumLogIntervals;

    /// <summary>Purchases in the hold-out period; empty where nothing was held out.</summary>
    public ReadOnlySpan<double> ValidationPurchases => _validationPurchases;

    /// <summary>The columns that the models read.</summary>
    public PurchaseHistories Histories => new(_frequency, _recency, _age, _sumLogIntervals);

    /// <summary>One customer's history.</summary>
    /// <param name="row">0 to <see cref="Count"/> - 1.</param>
    public PurchaseHistory this[int row] => new(_frequency[row], _recency[row], _age[row], _sumLogIntervals[row]);
}
