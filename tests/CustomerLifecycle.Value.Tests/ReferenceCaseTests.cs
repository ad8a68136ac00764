using System.Globalization;
using System.Text.Json;

namespace CustomerLifecycle.Value.Tests;

/// <summary>The cases computed with 40 digits, and the fits of the published data sets.</summary>
public class ReferenceCaseTests
{
    [SharedDataFact]
    public void BgNbd_OnEveryRow_IsExact_OnePathAsTheOther()
    {
        foreach (var item in SharedData.Cases("predict-hard.json", "bg-nbd").Concat(SharedData.Cases("predict-bg-nbd.json", "bg-nbd")))
        {
            var id = item.GetProperty("id").GetString()!;
            JsonElement customers = item.GetProperty("customers"), expect = item.GetProperty("expect");
            double[] x = Numbers(customers, "x"), tx = Numbers(customers, "tx"), age = Numbers(customers, "T"), destination = new double[x.Length];
            var histories = new PurchaseHistories(x, tx, age);
            var model = new BgNbdModel(Parameters(item));

            model.LogLikelihood(histories, destination);
            Close(id, Numbers(expect, "logLikelihood"), destination, 1e-11, 1e-11);
            model.ProbabilityAlive(histories, destination);
            Close(id, Numbers(expect, "probabilityAlive"), destination, 1e-11, 1e-290);
            for (var row = 0; row < x.Length; row++) Assert.Equal(destination[row], model.ProbabilityAlive(histories[row]));

            if (expect.TryGetProperty("expectedPurchases", out var horizons))
            {
                foreach (var horizon in horizons.EnumerateObject())
                {
                    var t = double.Parse(horizon.Name, CultureInfo.InvariantCulture);
                    model.ExpectedPurchases(histories, t, destination);
                    Close($"{id} {t}", Numbers(horizons, horizon.Name), destination, 1e-10, 1e-290);
                    for (var row = 0; row < x.Length; row++) Assert.Equal(destination[row], model.ExpectedPurchases(histories[row], t));
                }
            }

            if (expect.TryGetProperty("discountedExpectedResidualTransactions", out _))
            {
                model.DiscountedExpectedTransactions(histories, DiscountRate.Continuous(TimeUnit.Week, item.GetProperty("discount").GetProperty("continuousRatePerTimeUnit").GetDouble()), destination);
                Close(id, Numbers(expect, "discountedExpectedResidualTransactions"), destination, 1e-10, 0);
            }
        }
    }

    [SharedDataFact]
    public void BgNbd_Distribution_IsExact()
    {
        foreach (var item in SharedData.Cases("distribution.json", "bg-nbd"))
        {
            var model = new BgNbdModel(Parameters(item));
            var horizons = Numbers(item, "t");
            if (item.GetProperty("expect").TryGetProperty("mean", out _))
                Close(item.GetProperty("id").GetString()!, Numbers(item.GetProperty("expect"), "mean"), [.. horizons.Select(t => model.ExpectedPurchases(default, t))], 1e-10, 0);
            if (!item.GetProperty("expect").TryGetProperty("probability", out var probability)) continue;
            foreach (var (t, row) in horizons.Zip(probability.EnumerateArray()))
                Close(item.GetProperty("id").GetString()!, [.. row.EnumerateArray().Select(p => p.GetDouble())], [.. Numbers(item, "n").Select(n => model.ProbabilityOfPurchases(default, (int)n, t))], 1e-10, 1e-15);
        }
    }

    [SharedDataFact]
    public void GammaGamma_OnEveryRow_IsExact_AndUndefinedWhereItSays()
    {
        foreach (var item in SharedData.Cases("predict-hard.json", "gamma-gamma").Concat(SharedData.Cases("predict-gamma-gamma.json", "gamma-gamma")))
        {
            double[] x = Numbers(item.GetProperty("customers"), "x"), mean = Numbers(item.GetProperty("customers"), "meanAmount");
            var model = new GammaGammaModel(new GammaGammaParameters(Number(item, "p"), Number(item, "q"), Number(item, "v")));
            var spend = new double?[x.Length];
            model.ExpectedAverageSpend(x, mean, spend);
            foreach (var (name, actual) in new[] { ("expectedAverageSpend", spend), ("logLikelihood", [.. x.Zip(mean, model.LogLikelihood)]) })
            {
                foreach (var (expected, found) in item.GetProperty("expect").GetProperty(name).EnumerateArray().Zip(actual))
                {
                    Assert.Equal(expected.ValueKind == JsonValueKind.Null, found is null);
                    if (found is { } number) Close(item.GetProperty("id").GetString()!, [expected.GetDouble()], [number], 1e-12, 1e-11);
                }
            }
        }
    }

    [SharedDataFact]
    public void Fit_OfEachDataSet_ReachesTheOptimum_WithItsStandardErrors()
    {
        foreach (var item in SharedData.Cases("fit.json", "bg-nbd"))
        {
            var fit = BgNbdModel.Fit(SharedData.Summary(item.GetProperty("data")));
            CompareFit(item, fit);
            var validation = HoldOutValidation.Of(fit.Model, SharedData.Summary(item.GetProperty("data")));
            var expected = item.GetProperty("expect").GetProperty("validation");
            Assert.Equal(expected.GetProperty("actualTotal").GetDouble(), validation.ActualTotal);
            foreach (var (name, number) in new[] { ("horizon", validation.Horizon), ("predictedTotal", validation.PredictedTotal), ("meanAbsoluteError", validation.MeanAbsoluteError), ("rootMeanSquaredError", validation.RootMeanSquaredError), ("correlation", validation.Correlation!.Value) })
                Close(name, [expected.GetProperty(name).GetDouble()], [number], 0.0005, 0);
        }

        foreach (var item in SharedData.Cases("fit.json", "gamma-gamma"))
        {
            CompareFit(item, GammaGammaModel.Fit(SharedData.Summary(item.GetProperty("data"))));
        }
    }

    [SharedDataFact]
    public void Summary_OfEachDataSet_IsTheReferenceOne()
    {
        foreach (var item in SharedData.Cases("summary.json", ""))
        {
            var expect = item.GetProperty("expect");
            if (item.GetProperty("kind").ValueEquals("regularity"))
            {
                var regularity = SharedData.Purchases(item.GetProperty("data")).Regularity();
                Assert.Equal(expect.GetProperty("customers").GetInt32(), regularity.Customers);
                Assert.Equal(expect.GetProperty("regularity").GetDouble(), regularity.Shape!.Value, 1e-12);
                continue;
            }

            var summary = SharedData.Summary(item.GetProperty("data"));
            var places = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var row = 0; row < summary.Count; row++) places.Add(summary.Customers[row].Value, row);
            var rows = item.GetProperty("customers").GetProperty("id").EnumerateArray().Select(id => places[id.GetString()!]).ToArray();
            Check("x", summary.Frequency);
            Check("tx", summary.Recency);
            Check("T", summary.Age);
            Check("sumLogIntervals", summary.SumLogIntervals);
            Check("validationPurchases", summary.ValidationPurchases);
            if (expect.TryGetProperty("meanAmount", out _)) Check("meanAmount", summary.MeanSpend);
            Assert.Equal(expect.GetProperty("totals").GetProperty("customers").GetInt32(), summary.Count);

            void Check(string name, ReadOnlySpan<double> column)
            {
                var actual = column.ToArray();
                Close(name, Numbers(expect, name), [.. rows.Select(row => actual[row])], 1e-12, 1e-12);
                if (expect.GetProperty("totals").TryGetProperty(name, out var total)) Close(name, [total.GetDouble()], [actual.Sum()], 1e-10, 0);
            }
        }
    }

    [SharedDataFact]
    public void BgNbd_Tracking_IsTheReferenceOne()
    {
        foreach (var item in SharedData.Cases("tracking.json", "bg-nbd"))
        {
            var model = new BgNbdModel(Parameters(item));
            JsonElement data = item.GetProperty("data"), expect = item.GetProperty("expect");
            var id = item.GetProperty("id").GetString()!;
            switch (item.GetProperty("table").GetString())
            {
                case "cumulative":
                    var until = item.GetProperty("until");
                    var first = SharedData.Day(until.GetProperty("first").GetString()!);
                    var days = Enumerable.Range(0, until.GetProperty("count").GetInt32()).Select(i => first.PlusDays(i * until.GetProperty("everyDays").GetInt32()));
                    var tracking = CumulativeTracking.Of(model, SharedData.Purchases(data), days, item.GetProperty("untilInclusive").GetBoolean());
                    Close(id, Numbers(expect, "expectedCumulative"), [.. tracking.Select(day => day.Expected)], 1e-10, 0);
                    Close(id, Numbers(expect, "actualCumulative"), [.. tracking.Select(day => (double)day.Actual)], 0, 0);
                    break;
                case "frequency":
                    var table = FrequencyTable.Of(model, SharedData.Summary(data), item.GetProperty("bins").GetArrayLength());
                    Close(id, Numbers(expect, "observed"), [.. table.Observed.Select(count => (double)count)], 0, 0);
                    Close(id, Numbers(expect, "expected"), [.. table.Expected], 1e-9, 0);
                    Assert.Equal(expect.GetProperty("chiSquare").GetDouble(), table.ChiSquare!.Value, 1e-7);
                    break;
                default:
                    var summary = SharedData.Summary(data);
                    var rows = HoldOutValidation.ByFrequency(model, summary, item.GetProperty("bins").GetArrayLength());
                    Close(id, Numbers(expect, "customers"), [.. rows.Select(row => (double)row.Customers)], 0, 0);
                    Close(id, Numbers(expect, "actualMean"), [.. rows.Select(row => row.ActualMean!.Value)], 1e-10, 0);
                    Close(id, Numbers(expect, "expectedMean"), [.. rows.Select(row => row.ExpectedMean!.Value)], 1e-10, 0);
                    Assert.Equal(expect.GetProperty("correlation").GetDouble(), HoldOutValidation.Of(model, summary).Correlation!.Value, 1e-10);
                    break;
            }
        }
    }

    [SharedDataFact]
    public void LifetimeValue_IsTheReferenceOne_OnePathAsTheOther()
    {
        foreach (var item in SharedData.Cases("predict-bg-nbd.json", "bg-nbd").Where(item => item.TryGetProperty("clv", out _)))
        {
            JsonElement customers = item.GetProperty("customers"), spending = item.GetProperty("spending"), clv = item.GetProperty("clv");
            var value = new CustomerLifetimeValue(
                new BgNbdModel(Parameters(item)), new GammaGammaModel(new GammaGammaParameters(spending.GetProperty("p").GetDouble(), spending.GetProperty("q").GetDouble(), spending.GetProperty("v").GetDouble())));
            var spend = Numbers(customers, "meanAmount");
            var histories = new PurchaseHistories(Numbers(customers, "x"), Numbers(customers, "tx"), Numbers(customers, "T"));
            var values = new double?[spend.Length];
            var single = new double?[spend.Length];
            if (clv.GetProperty("method").ValueEquals("residual"))
            {
                var rate = DiscountRate.Continuous(TimeUnit.Week, item.GetProperty("discount").GetProperty("continuousRatePerTimeUnit").GetDouble());
                value.Residual(histories, spend, rate, values);
                for (var row = 0; row < spend.Length; row++) single[row] = value.Residual(histories[row], spend[row], rate);
            }
            else
            {
                var length = clv.GetProperty("periodLength").GetDouble();
                var rate = DiscountRate.Per(new TimeUnit(length * 7), clv.GetProperty("ratePerPeriod").GetDouble());
                value.OverPeriods(histories, spend, clv.GetProperty("periods").GetInt32(), length, rate, values);
                for (var row = 0; row < spend.Length; row++) single[row] = value.OverPeriods(histories[row], spend[row], clv.GetProperty("periods").GetInt32(), length, rate);
            }

            Close(item.GetProperty("id").GetString()!, Numbers(item.GetProperty("expect"), "clv"), [.. values.Select(amount => amount!.Value)], 1e-10, 0);
            Close("one path as the other", [.. values.Select(amount => amount!.Value)], [.. single.Select(amount => amount!.Value)], 1e-14, 0);
        }
    }

    private static void CompareFit<TModel>(JsonElement item, ModelFit<TModel> fit)
        where TModel : class
    {
        var expect = item.GetProperty("expect");
        Assert.Equal(ConvergenceStatus.Interior, fit.Convergence.Status);
        Assert.Equal(expect.GetProperty("customers").GetInt32(), fit.Customers);
        Assert.True(fit.LogLikelihood >= expect.GetProperty("logLikelihoodAtLeast").GetDouble(), $"{fit.LogLikelihood}");
        Assert.Equal(expect.GetProperty("aic").GetDouble(), fit.Aic, 0.001);
        foreach (var parameter in fit.Parameters)
        {
            var tolerance = item.GetProperty("tolerance").GetProperty("fields").GetProperty($"parameters/{parameter.Name}").GetProperty("absolute").GetDouble();
            Assert.Equal(expect.GetProperty("parameters").GetProperty(parameter.Name).GetDouble(), parameter.Value, tolerance);
            if (expect.TryGetProperty("standardErrors", out var errors)) Close(parameter.Name, [errors.GetProperty(parameter.Name).GetDouble()], [parameter.StandardError!.Value], 0.005, 0);
        }
    }

    private static BgNbdParameters Parameters(JsonElement item) => new(Number(item, "r"), Number(item, "alpha"), Number(item, "a"), Number(item, "b"));

    private static double Number(JsonElement item, string name) => item.GetProperty("parameters").GetProperty(name).GetDouble();

    private static double[] Numbers(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];

    private static void Close(string what, double[] expected, double[] actual, double relative, double absolute)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(actual[i] - expected[i]) <= Math.Max(absolute, relative * Math.Abs(expected[i])), $"{what}, place {i}: expected {expected[i]:R}, found {actual[i]:R}.");
    }
}
