namespace CustomerLifecycle.Value.Tests;

public class CohortLikelihoodTests
{
    private static readonly double[] Purchases = [0, 1, 4];

    [Fact]
    public void TotalLogLikelihood_OfAPurchaseModel_IsTheSumOverTheCustomers()
    {
        var model = new BgNbdModel(new(0.25, 4.5, 0.8, 2.4));
        var histories = new PurchaseHistories(Purchases, [0, 3, 20], [39, 38, 37]);

        Assert.Equal(model.LogLikelihood(histories[0]) + model.LogLikelihood(histories[1]) + model.LogLikelihood(histories[2]), model.TotalLogLikelihood(histories), 1e-12);
    }

    [Fact]
    public void TotalLogLikelihood_OfASpendModel_LeavesOutWhoHasNoPurchaseWithAnAmount()
    {
        var model = new GammaGammaModel(new(6.25, 3.74, 15.4));

        Assert.Equal(model.LogLikelihood(4, 30)!.Value, model.TotalLogLikelihood(Purchases, [0, 0, 30]), 1e-12);
    }
}
