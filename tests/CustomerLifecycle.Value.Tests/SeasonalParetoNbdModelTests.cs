using System.Globalization;
using System.Text.Json;

namespace CustomerLifecycle.Value.Tests;

public class SeasonalParetoNbdModelTests
{
    private static readonly ParetoNbdParameters Parameters = new(0.8, 6, 0.7, 9);
    private static readonly LocalDate First = new(2024, 1, 7);

    [SharedDataFact]
    public void Model_OnEveryRow_IsExact()
    {
        foreach (var item in SharedData.Cases("predict-covariates.json", "pareto-nbd").Where(item => item.TryGetProperty("dynamicCovariates", out _)))
        {
            JsonElement expect = item.GetProperty("expect"), data = item.GetProperty("data"), columns = item.GetProperty("covariates").GetProperty("transaction"), p = item.GetProperty("parameters");
            var rows = SharedData.Lines(item.GetProperty("dynamicCovariates")).Skip(1).Select(line => line.Split(',')).ToArray();
            var path = new TimeVaryingCovariates(["high_season"], [.. rows.Select(row => SharedData.Day(row[0]))], [.. rows.Select(row => double.Parse(row[1], CultureInfo.InvariantCulture))]);
            string[] names = [.. columns.GetProperty("names").EnumerateArray().Select(name => name.GetString()!)];
            var own = new CovariateColumns(names, [.. columns.GetProperty("values").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(value => value.GetDouble())]);
            CovariateEffects Effects(string process, IReadOnlyList<string> of) => new(of, [.. of.Select(name => item.GetProperty("coefficients").GetProperty(process).GetProperty(name).GetDouble())]);
            var model = new SeasonalParetoNbdModel(
                new ParetoNbdParameters(p.GetProperty("r").GetDouble(), p.GetProperty("alpha").GetDouble(), p.GetProperty("s").GetDouble(), p.GetProperty("beta").GetDouble()),
                path,
                Effects("transaction", path.Names),
                Effects("dropout", path.Names),
                Effects("transaction", names),
                Effects("dropout", names));
            var histories = SharedData.Purchases(data).Dated(SharedData.Day(data.GetProperty("calibrationEnd").GetString()!)).ToDictionary(history => history.Customer);
            var ids = item.GetProperty("customers").GetProperty("id").EnumerateArray().Select(id => histories[new CustomerId(id.GetString()!)]).ToArray();
            var horizon = expect.GetProperty("expectedPurchases").EnumerateObject().Single();
            var discount = DiscountRate.Continuous(TimeUnit.Week, item.GetProperty("discount").GetProperty("continuousRatePerTimeUnit").GetDouble());
            var t = double.Parse(horizon.Name, CultureInfo.InvariantCulture);
            for (var row = 0; row < ids.Length; row++)
            {
                Close(expect.GetProperty("logLikelihood")[row], model.LogLikelihood(ids[row], own.Row(row), own.Row(row)));
                Close(expect.GetProperty("probabilityAlive")[row], model.ProbabilityAlive(ids[row], own.Row(row), own.Row(row)));
                Close(horizon.Value[row], model.ExpectedPurchases(ids[row], t, own.Row(row), own.Row(row)));
                Close(expect.GetProperty("discountedExpectedPurchases").GetProperty(horizon.Name)[row], model.ExpectedPurchases(ids[row], t, own.Row(row), own.Row(row), discount));
            }
        }

        static void Close(JsonElement expected, double actual) => Assert.True(Math.Abs(actual - expected.GetDouble()) <= 1e-10 * Math.Max(0.01, Math.Abs(expected.GetDouble())), $"{expected} {actual:R}");
    }

    [Fact]
    public void Model_WithoutEffects_IsParetoNbd()
    {
        var plain = new ParetoNbdModel(Parameters);
        var model = Model(0, 0);
        var history = new DatedHistory(First, [First.PlusWeeks(5), First.PlusWeeks(20)], First.PlusWeeks(30));
        var known = new PurchaseHistory(2, 20, 30);

        Assert.Equal(plain.LogLikelihood(known), model.LogLikelihood(history), 1e-11);
        Assert.Equal(plain.ProbabilityAlive(known), model.ProbabilityAlive(history), 1e-12);
        Assert.Equal(plain.ExpectedPurchases(known, 80), model.ExpectedPurchases(history, 80), 1e-11);
        Assert.Equal(plain.DiscountedExpectedTransactions(known, DiscountRate.Annual(0.5)), model.ExpectedPurchases(history, 5000, discount: DiscountRate.Annual(0.5)), 1e-9);
    }

    [Fact]
    public void Model_InASeasonThatDoublesPurchases_ExpectsMore_AndTakesASilenceThereForMore()
    {
        var model = Model(Math.Log(2), 0);
        var calm = new DatedHistory(First, [First.PlusWeeks(5)], First.PlusWeeks(15));
        var season = new DatedHistory(First.PlusWeeks(20), [First.PlusWeeks(25)], First.PlusWeeks(35));

        Assert.True(model.ProbabilityAlive(season) < model.ProbabilityAlive(calm));
        Assert.Throws<ArgumentException>(() => model.LogLikelihood(new DatedHistory(First.PlusDays(-1), [], First)));
        Assert.Throws<ArgumentException>(() => new DatedHistory(First, [First], First.PlusWeeks(1)));
    }

    private static SeasonalParetoNbdModel Model(double purchasing, double leaving)
    {
        var path = new TimeVaryingCovariates(["season"], [First, First.PlusWeeks(10), First.PlusWeeks(18), First.PlusWeeks(60)], [0, 0, 1, 0]);
        Assert.Equal(3, path.Count);
        return new SeasonalParetoNbdModel(Parameters, path, new CovariateEffects(["season"], [purchasing]), new CovariateEffects(["season"], [leaving]));
    }
}
