using CustomerLifecycle.Value;

namespace CustomerLifecycle.Tool;

/// <summary>What the models say of each customer, in the order of the shop.</summary>
internal sealed class CustomerForecasts
{
    /// <summary>The horizons of customers.csv and the report, in weeks.</summary>
    public static readonly int[] Horizons = [13, 26, 52];

    private const int Months = 12;
    private const int Block = 4096;

    private readonly double[][] _expected;

    private CustomerForecasts(double[] alive, double[][] expected, double?[]? spend, double?[]? value)
    {
        ProbabilityAlive = alive;
        _expected = expected;
        ExpectedSpend = spend;
        Value = value;
    }

    /// <summary>The probability of each customer to be one still.</summary>
    public double[] ProbabilityAlive { get; }

    /// <summary>Expected amount of each future purchase; null without a spend model.</summary>
    public double?[]? ExpectedSpend { get; }

    /// <summary>Value of the next twelve months, each month's purchases discounted from its end; null without a spend model, or where that has no finite mean.</summary>
    public double?[]? Value { get; }

    /// <summary>Expected purchases of each customer in so many weeks, one of <see cref="Horizons"/>.</summary>
    public double[] ExpectedPurchases(int weeks) => _expected[Array.IndexOf(Horizons, weeks)];

    /// <summary>Scores all customers, in blocks on all processors; the numbers do not depend on how many there are.</summary>
    public static CustomerForecasts Of(PurchaseSummary summary, IPurchaseModel purchases, ISpendModel? spend, double discountPerYear, CancellationToken cancellationToken)
    {
        var count = summary.Count;
        var alive = new double[count];
        var expected = Horizons.Select(_ => new double[count]).ToArray();
        var amounts = spend is null ? null : new double?[count];
        var value = spend is null ? null : new double?[count];
        var worth = spend is null ? null : new CustomerLifetimeValue(purchases, spend);
        var discount = DiscountRate.Annual(discountPerYear);
        Parallel.For(0, (count + Block - 1) / Block, new ParallelOptions { CancellationToken = cancellationToken }, block =>
        {
            var start = block * Block;
            var length = Math.Min(Block, count - start);
            var rows = summary.Histories.Slice(start, length);
            purchases.ProbabilityAlive(rows, alive.AsSpan(start, length));
            for (var i = 0; i < Horizons.Length; i++) purchases.ExpectedPurchases(rows, Horizons[i], expected[i].AsSpan(start, length));
            var meanSpend = summary.MeanSpend.Slice(start, length);
            spend?.ExpectedAverageSpend(rows.Frequency, meanSpend, amounts.AsSpan(start, length));
            worth?.OverPeriods(rows, meanSpend, Months, TimeUnit.Month.Days / purchases.TimeUnit.Days, discount, value.AsSpan(start, length));
        });
        return new(alive, expected, amounts, value);
    }
}
