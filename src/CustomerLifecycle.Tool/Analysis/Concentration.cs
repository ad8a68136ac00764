namespace CustomerLifecycle.Tool;

/// <summary>How a total is spread over customers, from the largest to the smallest.</summary>
internal sealed class Concentration
{
    private readonly double[] _descending;
    private readonly double[] _cumulative;

    private Concentration(double[] descending)
    {
        _descending = descending;
        var total = 0.0;
        _cumulative = [.. descending.Select(value => total += value)];
    }

    /// <summary>The value of the next twelve months or, without amounts, the purchases of the next 52 weeks. Customers without a finite value are left out.</summary>
    public static Concentration Of(CustomerForecasts forecasts) =>
        forecasts.Value is { } values ? Of(values.OfType<double>()) : Of(forecasts.ExpectedPurchases(52));

    public static Concentration Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values];
        Array.Sort(sorted);
        Array.Reverse(sorted);
        return new(sorted);
    }

    public IReadOnlyList<double> Descending => _descending;

    public double Total => _cumulative.Length == 0 ? 0 : _cumulative[^1];

    public double Mean => Total / _descending.Length;

    /// <summary>Half of the customers have at least this.</summary>
    public double Median => _descending[_descending.Length / 2];

    /// <summary>The value that only this share of the customers exceeds.</summary>
    public double Above(double share) => _descending[(int)Math.Min(_descending.Length - 1, share * _descending.Length)];

    /// <summary>The share of the total that the largest customers carry.</summary>
    /// <param name="customers">0 to 1: the share of customers, rounded to whole ones.</param>
    /// <returns>0 to 1; null when the total is 0.</returns>
    public double? ShareOfTop(double customers)
    {
        var count = (int)Math.Round(customers * _descending.Length, MidpointRounding.AwayFromZero);
        return Total > 0 ? count == 0 ? 0 : _cumulative[count - 1] / Total : null;
    }
}
