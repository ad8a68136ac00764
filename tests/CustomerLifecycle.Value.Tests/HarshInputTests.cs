namespace CustomerLifecycle.Value.Tests;

/// <summary>What a hostile caller tries: the ends of every range, for every model, fit and predictor. Never NaN, never a silent nonsense.</summary>
public class HarshInputTests
{
    private static readonly PurchaseHistory[] Histories =
    [
        default, new(1, 0, 0), new(0, 0, 1e5), new(1, 0.5, 0.5), new(100_000, 300, 300), new(100_000, 10, 300), new(3, 1e-9, 1e-9, -60), new(2.5, 3, 4), new(5000, 1, 1e4), new(1, 1e-300, 1),
    ];

    private static readonly Dictionary<string, PurchaseModel> Models = new()
    {
        ["NBD"] = new NbdModel(new NbdParameters(0.4, 12)),
        ["NBD, tiny"] = new NbdModel(new NbdParameters(1e-3, 1e-3)),
        ["BG/NBD"] = new BgNbdModel(new BgNbdParameters(0.24, 4.4, 0.79, 2.4)),
        ["BG/NBD, a = 1"] = new BgNbdModel(new BgNbdParameters(0.24, 4.4, 1, 2.4)),
        ["BG/NBD, a + b = 1"] = new BgNbdModel(new BgNbdParameters(1, 1, 0.5, 0.5)),
        ["BG/NBD, tiny"] = new BgNbdModel(new BgNbdParameters(1e-3, 1e-3, 1e-3, 1e-3)),
        ["BG/NBD, huge"] = new BgNbdModel(new BgNbdParameters(1e3, 1e3, 1e3, 1e4)),
        ["MBG/NBD"] = new MbgNbdModel(new MbgNbdParameters(0.52, 6.2, 0.89, 1.6)),
        ["MBG/NBD, a = 1"] = new MbgNbdModel(new MbgNbdParameters(0.52, 6.2, 1, 1)),
        ["Pareto/NBD"] = new ParetoNbdModel(new ParetoNbdParameters(0.55, 10.6, 0.61, 11.7)),
        ["Pareto/NBD, s = 1, alpha = beta"] = new ParetoNbdModel(new ParetoNbdParameters(0.55, 10, 1, 10)),
        ["Pareto/NBD, tiny"] = new ParetoNbdModel(new ParetoNbdParameters(1e-3, 1e-3, 1e-3, 1e3)),
        ["Pareto/NBD, huge"] = new ParetoNbdModel(new ParetoNbdParameters(1e3, 1e3, 1e3, 1e-3)),
        ["Pareto/NBD, correlated"] = new CorrelatedParetoNbdModel(new CorrelatedParetoNbdParameters(0.55, 10.6, 0.61, 11.7, 0.5)),
        ["GGompertz/NBD"] = new GGompertzNbdModel(new GGompertzNbdParameters(0.55, 10.6, 0.02, 0.6, 0.5)),
        ["GGompertz/NBD, steep"] = new GGompertzNbdModel(new GGompertzNbdParameters(0.55, 10.6, 5, 1, 1)),
        ["BG/CNBD-3"] = new BgCnbdModel(new CnbdParameters(3, 1.1, 2, 0.6, 2)),
        ["MBG/CNBD-2"] = new MbgCnbdModel(new CnbdParameters(2, 1.3, 3, 1, 0.8)),
    };

    public static TheoryData<string> Names => [.. Models.Keys];

    public static TheoryData<string> Fits => ["NBD", "BG/NBD", "MBG/NBD", "Pareto/NBD", "Pareto/NBD, correlated", "GGompertz/NBD", "BG/CNBD-k", "MBG/CNBD-k"];

    [Theory, MemberData(nameof(Names))]
    public void Predictors_OfEveryHistory_AreNumbersInTheirRange(string name)
    {
        var model = Models[name];
        foreach (var history in Histories)
        {
            InRange(model.ProbabilityAlive(history), 1, "P(alive)");
            foreach (var horizon in new[] { 0, 1e-6, 52, 1e5 })
            {
                InRange(model.ExpectedPurchases(history, horizon), double.MaxValue, $"E({horizon})");
                foreach (var count in new[] { 0, 1, 25 }) InRange(model.ProbabilityOfPurchases(history, count, horizon), 1 + 1e-12, $"P({count} in {horizon})");
            }

            InRange(model.DiscountedExpectedTransactions(history, DiscountRate.Annual(0.1)), double.MaxValue, "DERT");
            var likelihood = model.LogLikelihood(history);
            Assert.True(!double.IsNaN(likelihood) && likelihood < double.PositiveInfinity, $"{history}: ln L = {likelihood}");

            void InRange(double value, double most, string what) => Assert.True(value >= 0 && value <= most, $"{history}: {what} = {value}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Predictors_WithImpossibleArguments_AreRefused(string name)
    {
        var model = Models[name];
        foreach (var horizon in new[] { double.NaN, double.PositiveInfinity, -1 })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => model.ExpectedPurchases(default(PurchaseHistory), horizon));
            Assert.Throws<ArgumentOutOfRangeException>(() => model.ProbabilityOfPurchases(default, 1, horizon));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => model.ProbabilityOfPurchases(default, -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.DiscountedExpectedTransactions(default(PurchaseHistory), default));
        foreach (var bad in new[] { double.NaN, double.PositiveInfinity, -1 })
        {
            Refused([bad], [1], [2]);
            Refused([1], [bad], [2]);
            Refused([1], [1], [bad]);
        }

        Refused([0.5], [1], [2]);
        Refused([0], [1], [2]);
        Refused([1], [3], [2]);

        void Refused(double[] x, double[] tx, double[] age)
        {
            Assert.Contains("Row 0", Assert.Throws<ArgumentException>(() => model.ProbabilityAlive(new PurchaseHistories(x, tx, age), new double[1])).Message, StringComparison.Ordinal);
            Assert.Contains("Row 0", Assert.Throws<ArgumentException>(() => model.ExpectedPurchases(new PurchaseHistories(x, tx, age), 52, new double[1])).Message, StringComparison.Ordinal);
            Assert.Contains("Row 0", Assert.Throws<ArgumentException>(() => model.DiscountedExpectedTransactions(new PurchaseHistories(x, tx, age), DiscountRate.Annual(0.1), new double[1])).Message, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Fits))]
    public void Fit_OfAStrangeCohort_EndsWithALikelihood_Words_AndPredictions(string name)
    {
        foreach (var (what, rows) in Cohorts())
        {
            double[] x = [.. rows.Select(row => row.Frequency)], tx = [.. rows.Select(row => row.Recency)], age = [.. rows.Select(row => row.Age)], logs = [.. rows.Select(row => row.SumLogIntervals)];
            var fit = Fit(name, new PurchaseHistories(x, tx, age, logs));
            Assert.True(double.IsFinite(fit.LogLikelihood), $"{what}: ln L = {fit.LogLikelihood}");
            Assert.False(string.IsNullOrWhiteSpace(fit.Convergence.Message));
            Assert.All(fit.Parameters, parameter => Assert.True(double.IsFinite(parameter.Value) && (parameter.StandardError is not { } error || (double.IsFinite(error) && error > 0)), $"{what}: {parameter}"));
            foreach (var history in rows.Take(3))
            {
                var alive = fit.Model.ProbabilityAlive(history);
                Assert.True(alive is >= 0 and <= 1, $"{what}: P(alive) = {alive}");
                var expected = fit.Model.ExpectedPurchases(history, 26);
                Assert.True(expected is >= 0 and < double.PositiveInfinity, $"{what}: E = {expected}");
            }
        }
    }

    [Theory, MemberData(nameof(Fits))]
    public void Fit_OfNobody_IsRefused(string name) => Assert.Throws<ArgumentException>(() => Fit(name, new PurchaseHistories([], [], [])));

    [Fact]
    public void NestedModels_NeverEndAboveTheirParents_OnStrangeCohorts()
    {
        foreach (var (what, rows) in Cohorts())
        {
            double[] x = [.. rows.Select(row => row.Frequency)], tx = [.. rows.Select(row => row.Recency)], age = [.. rows.Select(row => row.Age)], logs = [.. rows.Select(row => row.SumLogIntervals)];
            AtLeast("Pareto/NBD", "NBD", 1e-2);
            AtLeast("GGompertz/NBD", "Pareto/NBD", 1e-7);
            AtLeast("Pareto/NBD, correlated", "Pareto/NBD", 1e-7);
            AtLeast("BG/CNBD-k", "BG/NBD", 1e-7);
            AtLeast("MBG/CNBD-k", "MBG/NBD", 1e-7);

            void AtLeast(string parent, string nested, double slack)
            {
                double above = Fit(parent, new PurchaseHistories(x, tx, age, logs)).LogLikelihood, below = Fit(nested, new PurchaseHistories(x, tx, age, logs)).LogLikelihood;
                Assert.True(above >= below - slack, $"{what}: {parent} ends at {above:R}, {nested} at {below:R}.");
            }
        }
    }

    [Fact]
    public void GammaGamma_OfStrangeSpend_EndsInWords_OrIsRefused()
    {
        foreach (var (counts, means) in new (double[], double[])[] { ([3], [20]), ([1, 2, 3, 4], [10, 10, 10, 10]), ([2, 2, 2], [20, 20, 20]), ([1e5, 1, 1], [1, 1e6, 1e-6]), ([1, 1, 1, 1], [5, 10, 20, 40]) })
        {
            var fit = GammaGammaModel.Fit(counts, means);
            Assert.True(double.IsFinite(fit.LogLikelihood));
            Assert.False(string.IsNullOrWhiteSpace(fit.Convergence.Message));
            var spend = fit.Model.ExpectedAverageSpend(2, 20);
            Assert.True(spend is null or (> 0 and < double.PositiveInfinity), $"{spend}");
        }

        Assert.Throws<ArgumentException>(() => GammaGammaModel.Fit([0, 0], [0, 0]));
        Assert.ThrowsAny<ArgumentException>(() => GammaGammaModel.Fit([1, double.NaN], [2, 3]));
        Assert.ThrowsAny<ArgumentException>(() => GammaGammaModel.Fit([1, 2], [2, double.PositiveInfinity]));
    }

    private static IEnumerable<(string What, PurchaseHistory[] Rows)> Cohorts()
    {
        yield return ("one customer", [new(3, 20, 30, 5)]);
        yield return ("nobody comes back", [new(0, 0, 30), new(0, 0, 20), new(0, 0, 10)]);
        yield return ("everybody came today", [default, default, default]);
        yield return ("everybody bought just now", [new(3, 30, 30, 6), new(5, 20, 20, 6), new(1, 10, 10, 2)]);
        yield return ("all alike", [.. Enumerable.Repeat(new PurchaseHistory(2, 10, 30, 3), 50)]);
        yield return ("one buys all the time", [new(100_000, 300, 300, -580_000), new(0, 0, 300), new(1, 3, 300, 1.1)]);
        yield return ("everybody bought once more and left", [.. Enumerable.Range(1, 40).Select(i => new PurchaseHistory(1, 0.1 * i, 100 + i, Math.Log(0.1 * i)))]);
    }

    private static ModelFit<IPurchaseModel> Fit(string name, PurchaseHistories histories) => name switch
    {
        "NBD" => NbdModel.Fit(histories).AsPurchaseModel(),
        "BG/NBD" => BgNbdModel.Fit(histories).AsPurchaseModel(),
        "MBG/NBD" => MbgNbdModel.Fit(histories).AsPurchaseModel(),
        "Pareto/NBD" => ParetoNbdModel.Fit(histories).AsPurchaseModel(),
        "Pareto/NBD, correlated" => CorrelatedParetoNbdModel.Fit(histories).AsPurchaseModel(),
        "GGompertz/NBD" => GGompertzNbdModel.Fit(histories).AsPurchaseModel(),
        "BG/CNBD-k" => BgCnbdModel.Fit(histories).AsPurchaseModel(),
        "MBG/CNBD-k" => MbgCnbdModel.Fit(histories).AsPurchaseModel(),
        _ => throw new InvalidOperationException(name),
    };
}
