using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value.Tests;

/// <summary>Models against what they themselves simulate: expectations, fits, intervals.</summary>
public class SimulationTests
{
    /// <summary>Runs of the parameter recovery; 200 for the figures of a release.</summary>
    private static readonly int RecoveryRuns = Environment.GetEnvironmentVariable("CUSTOMERLIFECYCLE_RECOVERY_RUNS") is { } runs ? int.Parse(runs, System.Globalization.CultureInfo.InvariantCulture) : 8;

    public static TheoryData<string> Models => ["NBD", "BG/NBD", "MBG/NBD", "Pareto/NBD", "GGompertz/NBD", "BG/CNBD-3", "MBG/CNBD-2"];

    [Theory]
    [MemberData(nameof(Models))]
    public void Simulation_OnAverage_IsWhatTheModelExpects(string name)
    {
        const int Draws = 40_000;
        var (model, simulator) = Model(name);
        var random = new SeededRandom(11);
        var known = new PurchaseHistory(4, 21, 30, 8);
        double fresh = 0, freshSquares = 0, later = 0, laterSquares = 0;
        for (var i = 0; i < Draws; i++)
        {
            var count = simulator.NextHistory(26, random).Frequency;
            fresh += count;
            freshSquares += count * count;
            var purchases = simulator.NextPurchases(known, 13, random);
            later += purchases;
            laterSquares += purchases * purchases;
        }

        Near(model.ExpectedPurchases(default(PurchaseHistory), 26), fresh, freshSquares);
        Near(model.ExpectedPurchases(known, 13), later, laterSquares);

        static void Near(double expected, double sum, double squares)
        {
            double mean = sum / Draws, error = Math.Sqrt(((squares / Draws) - (mean * mean)) / Draws);
            Assert.InRange(mean, expected - (4 * error), expected + (4 * error));
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Probabilities_OfAKnownCustomer_AddUpToOne_AndToTheExpectation(string name)
    {
        var (model, _) = Model(name);
        var known = new PurchaseHistory(4, 21, 30, 8);
        double sum = 0, mean = 0;
        for (var n = 0; n < 120; n++)
        {
            var probability = model.ProbabilityOfPurchases(known, n, 13);
            Assert.InRange(probability, 0, 1);
            sum += probability;
            mean += n * probability;
        }

        Assert.Equal(1, sum, 1e-9);
        Assert.Equal(model.ExpectedPurchases(known, 13), mean, 1e-7);
    }

    [Theory]
    [InlineData("NBD")]
    [InlineData("BG/NBD")]
    [InlineData("MBG/NBD")]
    [InlineData("Pareto/NBD")]
    [InlineData("BG/CNBD-3")]
    [InlineData("MBG/CNBD-2")]
    public void Fit_OfASimulatedCohort_FindsTheParametersAgain(string name)
    {
        var recovered = 0;
        Parallel.For(0, RecoveryRuns, run =>
        {
            if (Recovers(name, run)) Interlocked.Increment(ref recovered);
        });
        Assert.True(recovered >= Math.Floor(0.95 * RecoveryRuns), $"{recovered} of {RecoveryRuns} runs had all parameters within three standard errors.");
    }

    [Fact]
    public void Bootstrap_IsTheSame_ForAnyNumberOfThreads_AndAgreesWithTheDeltaMethod()
    {
        var truth = new BgNbdModel(new BgNbdParameters(0.6, 6, 0.9, 2.5));
        var summary = Cohort(truth, 800, 3);
        var fit = BgNbdModel.Fit(summary);
        var known = summary[0];

        var one = ParametricBootstrap.Run(fit, summary, 60, 5, new ParallelOptions { MaxDegreeOfParallelism = 1 });
        var four = ParametricBootstrap.Run(fit, summary, 60, 5, new ParallelOptions { MaxDegreeOfParallelism = 4 });

        for (var i = 0; i < one.Models.Count; i++) Assert.Equal(one.Models[i].Parameters, four.Models[i].Parameters);
        Assert.Equal(one.Purchases(known, 26), four.Purchases(known, 26));
        Assert.Equal(one.TotalPurchases(summary, 26), four.TotalPurchases(summary, 26));
        IntervalEstimate delta = fit.ExpectedPurchases(known, 26)!.Value, bootstrap = one.ExpectedPurchases(known, 26), total = one.TotalPurchases(summary, 26);
        Assert.InRange((bootstrap.Upper - bootstrap.Lower) / (delta.Upper - delta.Lower), 0.5, 2);
        Assert.InRange(total.Estimate, total.Lower, total.Upper);
        var known95 = fit.TotalExpectedPurchases(summary, 26)!.Value;
        Assert.True(total.Upper - total.Lower > known95.Upper - known95.Lower);
        var alive = fit.ProbabilityAlive(known)!.Value;
        Assert.InRange(alive.Estimate, alive.Lower, alive.Upper);
    }

    [Fact]
    public void Fit_OfACohortWithoutDropout_SaysSo_AndPredictsAsNbdDoes()
    {
        var summary = Cohort(new NbdModel(new NbdParameters(2, 10)), 3000, 1);
        var nbd = NbdModel.Fit(summary);
        var pareto = ParetoNbdModel.Fit(summary);

        Assert.True(pareto.LogLikelihood >= nbd.LogLikelihood - 1e-3, $"{pareto.LogLikelihood} {nbd.LogLikelihood}");
        if (pareto.Convergence.IsBoundary) Assert.Contains("drop-out", pareto.Convergence.Message, StringComparison.Ordinal);
        var known = new PurchaseHistory(4, 21, 30);
        Assert.Equal(nbd.Model.ExpectedPurchases(known, 52), pareto.Model.ExpectedPurchases(known, 52), 0.35);
        Assert.True(double.IsFinite(pareto.Model.ExpectedPurchases(known, 52)));
    }

    [Fact]
    public void NestedModel_NeverEndsAboveItsParent()
    {
        var summary = Cohort(new MbgCnbdModel(new CnbdParameters(2, 1.3, 3, 0.4, 0.8)), 600, 9);

        Assert.True(MbgCnbdModel.Fit(summary).LogLikelihood >= MbgNbdModel.Fit(summary).LogLikelihood - 1e-7);
        Assert.True(BgCnbdModel.Fit(summary).LogLikelihood >= BgNbdModel.Fit(summary).LogLikelihood - 1e-7);
        Assert.True(GGompertzNbdModel.Fit(summary).LogLikelihood >= ParetoNbdModel.Fit(summary).LogLikelihood - 1e-7);
        Assert.True(ParetoNbdModel.Fit(summary).LogLikelihood >= NbdModel.Fit(summary).LogLikelihood - 1e-3);
    }

    private static bool Recovers(string name, int run)
    {
        var (truth, _) = Model(name);
        var summary = Cohort(truth, 4000, 100 + run);
        return truth switch
        {
            NbdModel model => Within(NbdModel.Fit(summary), model.Parameters.R, model.Parameters.Alpha),
            BgNbdModel model => Within(BgNbdModel.Fit(summary), model.Parameters.R, model.Parameters.Alpha, model.Parameters.A, model.Parameters.B),
            MbgNbdModel model => Within(MbgNbdModel.Fit(summary), model.Parameters.R, model.Parameters.Alpha, model.Parameters.A, model.Parameters.B),
            ParetoNbdModel model => Within(ParetoNbdModel.Fit(summary), model.Parameters.R, model.Parameters.Alpha, model.Parameters.S, model.Parameters.Beta),
            BgCnbdModel model => Within(BgCnbdModel.Fit(summary), model.Parameters.R, model.Parameters.Alpha, model.Parameters.A, model.Parameters.B),
            MbgCnbdModel model => Within(MbgCnbdModel.Fit(summary), model.Parameters.R, model.Parameters.Alpha, model.Parameters.A, model.Parameters.B),
            _ => throw new InvalidOperationException(name),
        };
    }

    /// <summary>On the logarithmic scale, where the likelihood is nearest to a normal one.</summary>
    private static bool Within<TModel>(ModelFit<TModel> fit, params double[] truth)
        where TModel : class =>
        fit.Parameters.Zip(truth).All(pair => pair.First.StandardError is { } error && Math.Abs(Math.Log(pair.First.Value / pair.Second)) <= 3 * error / pair.First.Value);

    /// <summary>Customers who came over twenty weeks and are seen at the end of a year.</summary>
    private static PurchaseSummary Cohort(IPurchaseModel truth, int customers, long seed)
    {
        var random = new SeededRandom(seed);
        var simulator = (IPurchaseSimulator)truth;
        var ids = new CustomerId[customers];
        double[] x = new double[customers], tx = new double[customers], age = new double[customers], logs = new double[customers];
        for (var i = 0; i < customers; i++)
        {
            var history = simulator.NextHistory(32 + (20 * random.NextDouble()), random);
            ids[i] = new CustomerId($"c{i}");
            (x[i], tx[i], age[i], logs[i]) = (history.Frequency, history.Recency, history.Age, history.SumLogIntervals);
        }

        return new PurchaseSummary(ids, x, tx, age, new double[customers], logs, [], new LocalDate(2024, 12, 31), null, TimeUnit.Week);
    }

    private static (IPurchaseModel Model, IPurchaseSimulator Simulator) Model(string name) => Made(name) is var model ? (model, (IPurchaseSimulator)model) : default;

    private static IPurchaseModel Made(string name) => name switch
    {
        "NBD" => new NbdModel(new NbdParameters(0.8, 6)),
        "BG/NBD" => new BgNbdModel(new BgNbdParameters(0.6, 6, 0.9, 2.5)),
        "MBG/NBD" => new MbgNbdModel(new MbgNbdParameters(1.2, 6, 0.5, 1.2)),
        "Pareto/NBD" => new ParetoNbdModel(new ParetoNbdParameters(0.8, 6, 0.7, 9)),
        "GGompertz/NBD" => new GGompertzNbdModel(new GGompertzNbdParameters(0.8, 6, 0.05, 0.7, 0.8)),
        "BG/CNBD-3" => new BgCnbdModel(new CnbdParameters(3, 1.1, 2, 0.6, 2)),
        _ => new MbgCnbdModel(new CnbdParameters(2, 1.3, 3, 0.4, 0.8)),
    };
}
