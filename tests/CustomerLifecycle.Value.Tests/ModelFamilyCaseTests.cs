using System.Globalization;
using System.Text.Json;

namespace CustomerLifecycle.Value.Tests;

/// <summary>The cases computed with 40 digits for the whole family of purchase models, and their fits.</summary>
public class ModelFamilyCaseTests
{
    public static TheoryData<string> Models => ["nbd", "mbg-nbd", "pareto-nbd", "ggom-nbd", "bg-cnbd-k", "mbg-cnbd-k", "bg-bb"];

    [SharedDataTheory]
    [MemberData(nameof(Models))]
    public void Model_OnEveryRow_IsExact_OnePathAsTheOther(string name)
    {
        var compared = 0;
        foreach (var item in SharedData.Cases("predict-hard.json", name).Concat(PredictCases(name)).Where(item => !item.TryGetProperty("coefficients", out _)))
        {
            var id = item.GetProperty("id").GetString()!;
            JsonElement customers = item.GetProperty("customers"), expect = item.GetProperty("expect");
            double[] x = Numbers(customers, "x"), tx = Numbers(customers, "tx"), age = Numbers(customers, customers.TryGetProperty("n", out _) ? "n" : "T"), destination = new double[x.Length];
            var histories = new PurchaseHistories(x, tx, age, customers.TryGetProperty("sumLogIntervals", out _) ? Numbers(customers, "sumLogIntervals") : default);
            var model = Model(item);

            if (expect.TryGetProperty("logLikelihood", out _))
            {
                model.LogLikelihood(histories, destination);
                Close(id, Numbers(expect, "logLikelihood"), destination, 1e-11, 3e-11);
            }

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
                var discount = item.GetProperty("discount");
                var rate = discount.TryGetProperty("ratePerOpportunity", out var perOpportunity)
                    ? DiscountRate.Per(TimeUnit.Week, perOpportunity.GetDouble())
                    : DiscountRate.Continuous(TimeUnit.Week, discount.GetProperty("continuousRatePerTimeUnit").GetDouble());
                model.DiscountedExpectedTransactions(histories, rate, destination);
                Close(id, Numbers(expect, "discountedExpectedResidualTransactions"), destination, 1e-10, 1e-290);
            }

            if (model is BgBbModel discrete && expect.TryGetProperty("probabilityAliveNext", out _))
            {
                for (var row = 0; row < x.Length; row++) destination[row] = discrete.ProbabilityAlive(histories[row], 1);
                Close(id, Numbers(expect, "probabilityAliveNext"), destination, 1e-11, 1e-290);
                if (!expect.TryGetProperty("posteriorMeanPurchaseProbability", out _)) continue;
                for (var row = 0; row < x.Length; row++) destination[row] = discrete.MeanPurchaseProbability(histories[row]);
                Close(id, Numbers(expect, "posteriorMeanPurchaseProbability"), destination, 1e-11, 0);
                for (var row = 0; row < x.Length; row++) destination[row] = discrete.MeanDropoutProbability(histories[row]);
                Close(id, Numbers(expect, "posteriorMeanDropoutProbability"), destination, 1e-11, 0);
            }

            compared++;
        }

        Assert.True(compared > 0);
    }

    [SharedDataTheory]
    [MemberData(nameof(Models))]
    public void Model_Distribution_IsExact(string name)
    {
        foreach (var item in SharedData.Cases("distribution.json", name).Where(item => !item.TryGetProperty("coefficients", out _)))
        {
            var id = item.GetProperty("id").GetString()!;
            var model = Model(item);
            var horizons = Numbers(item, "t");
            var history = item.TryGetProperty("given", out var given) ? new PurchaseHistory(given.GetProperty("x").GetDouble(), given.GetProperty("tx").GetDouble(), given.GetProperty("T").GetDouble()) : default;
            if (item.GetProperty("expect").TryGetProperty("mean", out _))
                Close(id, Numbers(item.GetProperty("expect"), "mean"), [.. horizons.Select(t => model.ExpectedPurchases(default, t))], 1e-10, 0);
            if (!item.GetProperty("expect").TryGetProperty("probability", out var probability)) continue;
            foreach (var (t, row) in horizons.Zip(probability.EnumerateArray()))
                Close(id, [.. row.EnumerateArray().Select(p => p.GetDouble())], [.. Numbers(item, "n").Select(n => model.ProbabilityOfPurchases(history, (int)n, t))], 1e-10, 1e-14);
        }
    }

    [SharedDataTheory]
    [InlineData("nbd")]
    [InlineData("mbg-nbd")]
    [InlineData("pareto-nbd")]
    [InlineData("bg-cnbd-k")]
    [InlineData("mbg-cnbd-k")]
    public void Fit_OfEachDataSet_ReachesTheOptimum_WithItsStandardErrors(string name)
    {
        foreach (var item in SharedData.Cases("fit.json", name).Where(item => !item.GetProperty("data").TryGetProperty("covariates", out _)))
        {
            var summary = SharedData.Summary(item.GetProperty("data"));
            switch (name)
            {
                case "nbd": FitAssert.Matches(item, NbdModel.Fit(summary)); break;
                case "mbg-nbd": FitAssert.Matches(item, MbgNbdModel.Fit(summary)); break;
                case "pareto-nbd": FitAssert.Matches(item, ParetoNbdModel.Fit(summary)); break;
                case "bg-cnbd-k":
                    var regular = BgCnbdModel.Fit(summary);
                    Assert.Equal(item.GetProperty("expect").GetProperty("parameters").GetProperty("k").GetInt32(), regular.Model.Parameters.K);
                    FitAssert.Matches(item, regular);
                    break;
                default:
                    var modified = MbgCnbdModel.Fit(summary);
                    Assert.Equal(item.GetProperty("expect").GetProperty("parameters").GetProperty("k").GetInt32(), modified.Model.Parameters.K);
                    FitAssert.Matches(item, modified);
                    break;
            }
        }
    }

    [SharedDataFact]
    public void GGompertzNbd_OfACohortWhoseHazardDoesNotGrow_IsItsLimit_AndSaysSo()
    {
        var item = Assert.Single(SharedData.Cases("fit.json", "ggom-nbd"));
        var summary = SharedData.Summary(item.GetProperty("data"));

        var fit = GGompertzNbdModel.Fit(summary);
        var nested = ParetoNbdModel.Fit(summary);

        Assert.True(fit.Convergence.IsBoundary);
        Assert.Contains("Pareto/NBD", fit.Convergence.Message, StringComparison.Ordinal);
        Assert.True(fit.LogLikelihood >= item.GetProperty("expect").GetProperty("logLikelihoodAtLeast").GetDouble());
        double sum = 0;
        for (var row = 0; row < summary.Count; row++) sum += fit.Model.LogLikelihood(summary[row]);
        Assert.Equal(nested.LogLikelihood, sum, 1e-6);
        Assert.Equal(nested.Model.ExpectedPurchases(summary[0], 39), fit.Model.ExpectedPurchases(summary[0], 39), 1e-9);
    }

    [SharedDataFact]
    public void BgBb_Fit_ReachesTheOptimum_AndForetellsTheHoldOut()
    {
        var item = Assert.Single(SharedData.Cases("fit.json", "bg-bb"));
        var patterns = SharedData.Lines(item.GetProperty("data")).Skip(1).Select(line => line.Split(',').Select(field => int.Parse(field, CultureInfo.InvariantCulture)).ToArray())
            .Select(row => new OpportunityPattern(row[0], row[1], row[2], row[3], row[4])).ToArray();

        var fit = BgBbModel.Fit(patterns, TimeUnit.Year);

        FitAssert.Matches(item, fit);
        var validation = fit.Model.Validate(patterns, 5);
        var expect = item.GetProperty("expect").GetProperty("validation");
        Assert.Equal(expect.GetProperty("actualTotal").GetInt32(), validation.Actual);
        Assert.Equal(expect.GetProperty("predictedTotal").GetDouble(), validation.Predicted, 5.0);
    }

    [SharedDataFact]
    public void ParetoNbd_WithCovariates_ReachesTheOptimum_AndTestsThem()
    {
        var item = SharedData.Cases("fit.json", "pareto-nbd").Single(item => item.GetProperty("id").GetString()!.EndsWith("static-covariates", StringComparison.Ordinal));
        var data = item.GetProperty("data");
        var summary = SharedData.Summary(data);
        var columns = SharedData.Covariates(data.GetProperty("covariates"), summary);

        var fit = ParetoNbdModel.Fit(summary.Histories, new CovariateDesign(columns, columns));

        FitAssert.Matches(item, fit.Fit);
        var expect = item.GetProperty("expect").GetProperty("likelihoodRatioTest");
        Assert.Equal(expect.GetProperty("statistic").GetDouble(), fit.LikelihoodRatio.Statistic, 1e-4);
        Assert.Equal(expect.GetProperty("degreesOfFreedom").GetInt32(), fit.LikelihoodRatio.DegreesOfFreedom);
        Assert.Equal(expect.GetProperty("pValue").GetDouble(), fit.LikelihoodRatio.PValue, 1e-14);
        Assert.True(fit.Fit.LogLikelihood >= fit.Baseline.LogLikelihood);
    }

    [SharedDataFact]
    public void Covariates_SharedOrPenalised_NeverDescribeBetterThanFree_AndNeverWorseThanNone()
    {
        var item = SharedData.Cases("fit.json", "pareto-nbd").Single(item => item.GetProperty("id").GetString()!.EndsWith("static-covariates", StringComparison.Ordinal));
        var summary = SharedData.Summary(item.GetProperty("data"));
        var columns = SharedData.Covariates(item.GetProperty("data").GetProperty("covariates"), summary);

        var free = BgNbdModel.Fit(summary.Histories, new CovariateDesign(columns, columns));
        var shared = BgNbdModel.Fit(summary.Histories, CovariateDesign.Shared(columns));
        var penalised = BgNbdModel.Fit(summary.Histories, new CovariateDesign(columns, columns, 0.1, 0.1));

        Assert.True(free.Fit.LogLikelihood > shared.Fit.LogLikelihood);
        Assert.True(free.Fit.LogLikelihood > penalised.Fit.LogLikelihood);
        Assert.True(shared.Fit.LogLikelihood >= shared.Baseline.LogLikelihood);
        Assert.True(penalised.PenalisedMeanLogLikelihood * summary.Count >= penalised.Baseline.LogLikelihood);
        var coefficients = penalised.Fit.Model.Transaction.Coefficients.Concat(penalised.Fit.Model.Dropout.Coefficients);
        var penalty = coefficients.Sum(coefficient => 0.1 * coefficient * coefficient);
        Assert.Equal((penalised.Fit.LogLikelihood / summary.Count) - penalty, penalised.PenalisedMeanLogLikelihood, 1e-12);
        Assert.Equal("r alpha a b both.gender both.channel", string.Join(" ", shared.Fit.Parameters.Select(parameter => parameter.Name)));
    }

    [SharedDataFact]
    public void CovariateModel_OnEveryRow_IsExact()
    {
        foreach (var item in SharedData.Cases("predict-covariates.json", "pareto-nbd").Where(item => !item.TryGetProperty("dynamicCovariates", out _)))
        {
            JsonElement customers = item.GetProperty("customers"), expect = item.GetProperty("expect"), columns = item.GetProperty("covariates").GetProperty("transaction");
            double[] x = Numbers(customers, "x"), destination = new double[x.Length];
            var histories = new PurchaseHistories(x, Numbers(customers, "tx"), Numbers(customers, "T"));
            string[] names = [.. columns.GetProperty("names").EnumerateArray().Select(name => name.GetString()!)];
            var covariates = new CovariateColumns(names, [.. columns.GetProperty("values").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(value => value.GetDouble())]);
            CovariateEffects Effects(string process) => new(names, [.. names.Select(name => item.GetProperty("coefficients").GetProperty(process).GetProperty(name).GetDouble())]);
            var model = ((ParetoNbdModel)Model(item)).WithCovariates(Effects("transaction"), Effects("dropout"));

            model.LogLikelihood(histories, covariates, covariates, destination);
            Close("logLikelihood", Numbers(expect, "logLikelihood"), destination, 1e-11, 1e-11);
            model.ProbabilityAlive(histories, covariates, covariates, destination);
            Close("probabilityAlive", Numbers(expect, "probabilityAlive"), destination, 1e-11, 0);
            model.DiscountedExpectedTransactions(histories, covariates, covariates, DiscountRate.Continuous(TimeUnit.Week, 0.0027), destination);
            Close("discounted", Numbers(expect, "discountedExpectedResidualTransactions"), destination, 1e-10, 0);
        }
    }

    [SharedDataFact]
    public void Fit_StartedFromItsOwnOptimum_StaysThere_AndWithPriorsMovesTowardsThem()
    {
        var summary = SharedData.Summary(SharedData.Cases("fit.json", "pareto-nbd")[0].GetProperty("data"));
        var fit = ParetoNbdModel.Fit(summary);

        var again = ParetoNbdModel.Fit(summary, new FitOptions(10, start: fit.Parameters));
        var pulled = ParetoNbdModel.Fit(summary, new FitOptions(100, priors: [new Prior("s", 2, 0.1)]));

        Assert.True(again.Convergence.Iterations <= 1);
        Assert.Equal(fit.LogLikelihood, again.LogLikelihood, 1e-9);
        Assert.InRange(pulled["s"].Value, fit["s"].Value + 0.1, 2);
        Assert.True(pulled.LogLikelihood < fit.LogLikelihood);
        Assert.True(pulled.PenalisedLogLikelihood < pulled.LogLikelihood);
        Assert.Throws<ArgumentException>(() => ParetoNbdModel.Fit(summary, new FitOptions(100, priors: [new Prior("gamma", 2, 0.1)])));
    }

    [SharedDataFact]
    public void Sbg_IsExact_AndItsFitReachesTheOptimum()
    {
        foreach (var item in SharedData.Cases("contractual.json", "sbg"))
        {
            var id = item.GetProperty("id").GetString()!;
            var expect = item.GetProperty("expect");
            var model = new SbgModel(new SbgParameters(Number(item, "alpha"), Number(item, "beta")));
            var rate = item.GetProperty("discount").GetProperty("ratePerPeriod").GetDouble();
            var periods = Numbers(item, "periods").Select(period => (int)period).ToArray();
            Close(id, Numbers(expect, "survival"), [.. periods.Select(model.Survival)], 1e-12, 0);
            Close(id, Numbers(expect, "churnProbability"), [.. periods.Where(period => period > 0).Select(model.ChurnProbability)], 1e-12, 0);
            Close(id, Numbers(expect, "retention"), [.. periods.Where(period => period > 0).Select(model.Retention)], 1e-12, 0);
            Assert.Equal(expect.GetProperty("discountedExpectedLifetime").GetDouble(), model.DiscountedExpectedLifetime(rate), 1e-11);
            Close(id, Numbers(expect, "discountedExpectedResidualLifetime"), [.. Numbers(item, "renewals").Select(n => model.DiscountedExpectedResidualLifetime((int)n, rate))], 1e-12, 0);
        }

        foreach (var item in SharedData.Cases("fit.json", "sbg"))
            FitAssert.Matches(item, SbgModel.Fit([.. Numbers(item.GetProperty("data"), "survivors").Select(n => (int)n)]));
    }

    private static JsonElement[] PredictCases(string name) =>
        SharedData.Cases(name.EndsWith("cnbd-k", StringComparison.Ordinal) ? "predict-cnbd-k.json" : $"predict-{name}.json", name);

    private static PurchaseModel Model(JsonElement item)
    {
        var p = item.GetProperty("parameters");
        return item.GetProperty("model").GetString() switch
        {
            "nbd" => new NbdModel(new NbdParameters(P("r"), P("alpha"))),
            "mbg-nbd" => new MbgNbdModel(new MbgNbdParameters(P("r"), P("alpha"), P("a"), P("b"))),
            "pareto-nbd" => new ParetoNbdModel(new ParetoNbdParameters(P("r"), P("alpha"), P("s"), P("beta"))),
            "ggom-nbd" => new GGompertzNbdModel(new GGompertzNbdParameters(P("r"), P("alpha"), P("b"), P("s"), P("beta"))),
            "bg-cnbd-k" => new BgCnbdModel(new CnbdParameters((int)P("k"), P("r"), P("alpha"), P("a"), P("b"))),
            "mbg-cnbd-k" => new MbgCnbdModel(new CnbdParameters((int)P("k"), P("r"), P("alpha"), P("a"), P("b"))),
            _ => new BgBbModel(new BgBbParameters(P("alpha"), P("beta"), P("gamma"), P("delta")), TimeUnit.Week),
        };

        double P(string key) => p.GetProperty(key).GetDouble();
    }

    private static double Number(JsonElement item, string name) => item.GetProperty("parameters").GetProperty(name).GetDouble();

    private static double[] Numbers(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];

    private static void Close(string what, double[] expected, double[] actual, double relative, double absolute)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(actual[i] - expected[i]) <= Math.Max(absolute, relative * Math.Abs(expected[i])), $"{what}, place {i}: expected {expected[i]:R}, found {actual[i]:R}.");
    }
}

/// <summary>Compares a fit with a case.</summary>
internal static class FitAssert
{
    public static void Matches<TModel>(JsonElement item, ModelFit<TModel> fit)
        where TModel : class
    {
        var expect = item.GetProperty("expect");
        Assert.Equal(ConvergenceStatus.Interior, fit.Convergence.Status);
        Assert.Equal(expect.GetProperty("customers").GetInt32(), fit.Customers);
        Assert.True(fit.LogLikelihood >= expect.GetProperty("logLikelihoodAtLeast").GetDouble(), $"{fit.LogLikelihood}");
        Assert.Equal(expect.GetProperty("aic").GetDouble(), fit.Aic, 0.001);
        Assert.Equal(expect.GetProperty("bic").GetDouble(), fit.Bic, 0.001);
        foreach (var parameter in fit.Parameters)
        {
            var tolerance = item.GetProperty("tolerance").GetProperty("fields").GetProperty($"parameters/{parameter.Name}").GetProperty("absolute").GetDouble();
            Assert.Equal(expect.GetProperty("parameters").GetProperty(parameter.Name).GetDouble(), parameter.Value, tolerance);
            if (!expect.TryGetProperty("standardErrors", out var errors)) continue;
            var error = errors.GetProperty(parameter.Name).GetDouble();
            Assert.Equal(error, parameter.StandardError!.Value, 0.005 * error);
        }
    }
}

/// <summary>A theory about public data: skipped, visibly, where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute() => Skip = SharedData.Missing;
}
