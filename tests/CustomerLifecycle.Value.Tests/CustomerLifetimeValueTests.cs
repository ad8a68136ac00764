namespace CustomerLifecycle.Value.Tests;

public class CustomerLifetimeValueTests
{
    private static readonly BgNbdModel Purchases = new(new BgNbdParameters(0.243, 4.414, 0.793, 2.426));
    private static readonly GammaGammaModel Spend = new(new GammaGammaParameters(6.25, 3.74, 15.44));
    private static readonly PurchaseHistory History = new(2, 30.43, 38.86);

    [Fact]
    public void MeanSpend_OfThePapersCohort_IsThirtyFiveDollars() => Assert.Equal(35.2, Spend.MeanSpend!.Value, 0.1);

    [Fact]
    public void OverPeriods_WithoutDiscount_IsPurchasesTimesSpendTimesMargin()
    {
        var value = new CustomerLifetimeValue(Purchases, Spend, margin: 0.3).OverPeriods(History, 40, periods: 3, periodLength: 13);

        Assert.Equal(Purchases.ExpectedPurchases(History, 39) * Spend.ExpectedAverageSpend(2, 40)!.Value * 0.3, value!.Value, 1e-13);
    }

    [Fact]
    public void OverPeriods_WithDiscount_IsTheSumOverThePeriods_OfOneCustomerAndOfMany()
    {
        var rate = DiscountRate.Annual(0.10);
        var cohort = Cohort.Random(300);
        double[] means = [.. cohort.Histories.Frequency.ToArray().Select(frequency => frequency == 0 ? 0.0 : 25)];
        foreach (var model in new PurchaseModel[] { Purchases, new MbgNbdModel(new MbgNbdParameters(0.525, 6.183, 0.891, 1.614)), new ParetoNbdModel(new ParetoNbdParameters(0.553, 10.578, 0.606, 11.669)) })
        {
            var value = new CustomerLifetimeValue(model, Spend);
            var all = new double?[cohort.Count];
            value.OverPeriods(cohort.Histories, means, 12, 4.35, rate, all);
            for (var row = 0; row < cohort.Count; row++)
            {
                double sum = 0;
                for (var period = 1; period <= 12; period++)
                    sum += (model.ExpectedPurchases(cohort.Histories[row], period * 4.35) - model.ExpectedPurchases(cohort.Histories[row], (period - 1) * 4.35)) * Math.Exp(-rate.ContinuousPer(model.TimeUnit) * period * 4.35);
                var expected = sum * Spend.ExpectedAverageSpend(cohort.Histories.Frequency[row], means[row])!.Value;
                Assert.Equal(expected, all[row]!.Value, 1e-10 * Math.Max(1e-6, expected));
                Assert.Equal(all[row], value.OverPeriods(cohort.Histories[row], means[row], 12, 4.35, rate));
            }
        }
    }

    [Fact]
    public void OverPeriods_ThatAreShortAndMany_ComesToTheResidualValue()
    {
        var value = new CustomerLifetimeValue(Purchases, Spend);
        var rate = DiscountRate.Annual(10);

        var residual = value.Residual(History, 40, rate)!.Value;

        Assert.InRange(value.OverPeriods(History, 40, periods: 6_000, periodLength: 0.1, rate)!.Value / residual, 0.997, 1);
    }

    [Fact]
    public void Values_WhereSpendHasNoMean_AreUndefined()
    {
        var value = new CustomerLifetimeValue(Purchases, new GammaGammaModel(new GammaGammaParameters(2, 0.8, 15)));
        var values = new double?[2];

        value.OverPeriods(new PurchaseHistories([0, 3], [0, 5], [9, 9]), [0, 20], 4, 13, default, values);

        Assert.Null(values[0]);
        Assert.Null(value.Residual(default, 0, DiscountRate.Annual(0.1)));
        Assert.True(values[1] > 0);
    }

    [Fact]
    public void Arguments_OutsideTheirRange_Throw()
    {
        var value = new CustomerLifetimeValue(Purchases, Spend);

        Assert.Throws<ArgumentOutOfRangeException>(() => value.Residual(History, 40, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => value.Residual(History, -1, DiscountRate.Annual(0.1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => value.OverPeriods(History, 40, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => value.OverPeriods(History, 40, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CustomerLifetimeValue(Purchases, Spend, double.NaN));
    }
}
