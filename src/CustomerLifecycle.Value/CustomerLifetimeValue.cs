namespace CustomerLifecycle.Value;

/// <summary>What customers will still bring: how often they will buy, by one model, times what they will spend, by another.</summary>
/// <remarks>
/// Fader, Hardie and Lee (2005), RFM and CLV: Using Iso-Value Curves for Customer Base Analysis, Journal of Marketing Research 42(4). Past purchases are not included, and
/// the two models are independent of each other, which the data should bear out: see <see cref="Statistics.Correlation.Pearson"/> of frequency and mean spend.
/// Amounts are in the currency of the spend model. Pure and immutable: safe for concurrent callers.
/// </remarks>
public sealed class CustomerLifetimeValue
{
    private const int Block = 256;
    private readonly IPurchaseModel _purchases;
    private readonly ISpendModel _spend;
    private readonly double _margin;

    /// <summary>Joins two models.</summary>
    /// <param name="purchases">How often.</param>
    /// <param name="spend">How much, fitted to the repeat purchases.</param>
    /// <param name="margin">The share of what is paid that remains; 1 counts revenue.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="margin"/> is not finite.</exception>
    public CustomerLifetimeValue(IPurchaseModel purchases, ISpendModel spend, double margin = 1)
    {
        ArgumentNullException.ThrowIfNull(purchases);
        ArgumentNullException.ThrowIfNull(spend);
        if (!double.IsFinite(margin)) throw new ArgumentOutOfRangeException(nameof(margin), margin, "A margin is a finite number; 0.30 keeps 30 % of what is paid.");
        _purchases = purchases;
        _spend = spend;
        _margin = margin;
    }

    /// <summary>Residual lifetime value: of the whole future, discounted continuously. DERT times expected spend times margin.</summary>
    /// <param name="history">The customer's past.</param>
    /// <param name="meanSpend">The mean amount of the customer's repeat purchases; 0 where there is none.</param>
    /// <param name="discount">How fast the future loses worth; above 0.</param>
    /// <returns>An amount; null where the spend model has no finite expectation.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The discount rate is not above 0, or the mean amount is negative.</exception>
    public double? Residual(PurchaseHistory history, double meanSpend, DiscountRate discount)
    {
        var transactions = _purchases.DiscountedExpectedTransactions(history, discount);
        return transactions * _margin * _spend.ExpectedAverageSpend(history.Frequency, meanSpend);
    }

    /// <summary>Value of the next periods, each period's purchases discounted from its end.</summary>
    /// <param name="history">The customer's past.</param>
    /// <param name="meanSpend">The mean amount of the customer's repeat purchases; 0 where there is none.</param>
    /// <param name="periods">How many; 1 or more.</param>
    /// <param name="periodLength">Time units in each; above 0. A month is 30.4375/7 weeks.</param>
    /// <param name="discount">How fast the future loses worth; <c>default</c> for not at all.</param>
    /// <returns>An amount; null where the spend model has no finite expectation.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public double? OverPeriods(PurchaseHistory history, double meanSpend, int periods, double periodLength, DiscountRate discount = default)
    {
        RequirePeriods(periods, periodLength);
        if (_purchases is IPeriodModel whole) return whole.ExpectedPurchases(history, PlanOf(periods, periodLength, discount)) * _margin * _spend.ExpectedAverageSpend(history.Frequency, meanSpend);

        double total = 0, before = 0;
        for (var period = 1; period <= periods; period++)
        {
            var until = _purchases.ExpectedPurchases(history, period * periodLength);
            total += (until - before) * Worth(discount, period * periodLength);
            before = until;
        }

        return total * _margin * _spend.ExpectedAverageSpend(history.Frequency, meanSpend);
    }

    /// <summary>The residual lifetime value of each customer.</summary>
    /// <param name="histories">The customers.</param>
    /// <param name="meanSpend">Their mean amounts.</param>
    /// <param name="discount">How fast the future loses worth; above 0.</param>
    /// <param name="destination">One entry per customer; overwritten; null where undefined.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a row cannot describe a customer.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The discount rate is not above 0, or a mean amount is negative.</exception>
    public void Residual(PurchaseHistories histories, ReadOnlySpan<double> meanSpend, DiscountRate discount, Span<double?> destination)
    {
        _spend.ExpectedAverageSpend(histories.Frequency, meanSpend, destination);
        Span<double> transactions = stackalloc double[Block];
        for (var start = 0; start < destination.Length; start += Block)
        {
            var block = transactions.Slice(0, Math.Min(Block, destination.Length - start));
            _purchases.DiscountedExpectedTransactions(histories.Slice(start, block.Length), discount, block);
            for (var i = 0; i < block.Length; i++) destination[start + i] *= block[i] * _margin;
        }
    }

    /// <summary>The value of the next periods of each customer.</summary>
    /// <param name="histories">The customers.</param>
    /// <param name="meanSpend">Their mean amounts.</param>
    /// <param name="periods">How many; 1 or more.</param>
    /// <param name="periodLength">Time units in each; above 0.</param>
    /// <param name="discount">How fast the future loses worth; <c>default</c> for not at all.</param>
    /// <param name="destination">One entry per customer; overwritten; null where undefined.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a row cannot describe a customer.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public void OverPeriods(PurchaseHistories histories, ReadOnlySpan<double> meanSpend, int periods, double periodLength, DiscountRate discount, Span<double?> destination)
    {
        RequirePeriods(periods, periodLength);
        _spend.ExpectedAverageSpend(histories.Frequency, meanSpend, destination);
        Span<double> totals = stackalloc double[Block], befores = stackalloc double[Block], untils = stackalloc double[Block];
        for (var start = 0; start < destination.Length; start += Block)
        {
            var length = Math.Min(Block, destination.Length - start);
            Span<double> total = totals.Slice(0, length), before = befores.Slice(0, length), until = untils.Slice(0, length);
            if (_purchases is IPeriodModel whole)
            {
                whole.ExpectedPurchases(histories.Slice(start, length), PlanOf(periods, periodLength, discount), total);
                for (var i = 0; i < length; i++) destination[start + i] *= total[i] * _margin;
                continue;
            }

            total.Clear();
            before.Clear();
            for (var period = 1; period <= periods; period++)
            {
                _purchases.ExpectedPurchases(histories.Slice(start, length), period * periodLength, until);
                var worth = Worth(discount, period * periodLength);
                for (var i = 0; i < length; i++) total[i] += (until[i] - before[i]) * worth;
                until.CopyTo(before);
            }

            for (var i = 0; i < length; i++) destination[start + i] *= total[i] * _margin;
        }
    }

    private static void RequirePeriods(int periods, double periodLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(periods);
        if (!(periodLength > 0) || !double.IsFinite(periods * periodLength)) throw new ArgumentOutOfRangeException(nameof(periodLength), periodLength, "A period has a finite length above 0.");
    }

    /// <summary>What an amount is worth now that comes so many time units later.</summary>
    private PeriodPlan PlanOf(int periods, double periodLength, DiscountRate discount) => new(periods, periodLength, Worth(discount, periodLength));

    private double Worth(DiscountRate discount, double later) => Math.Exp(-discount.ContinuousPer(_purchases.TimeUnit) * later);
}
