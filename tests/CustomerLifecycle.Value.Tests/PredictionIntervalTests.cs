using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value.Tests;

/// <summary>Prediction intervals by both methods: whether what happens lies in them as often as they say.</summary>
public class PredictionIntervalTests
{
    private const double Confidence = 0.9;

    private static readonly SbgModel Sbg = new(new SbgParameters(0.7, 1.6));
    private static readonly BdwModel Bdw = new(new BdwParameters(0.8, 2.5, 1.4));
    private static readonly BgBbModel BgBb = new(new BgBbParameters(1.2, 0.8, 0.7, 2.8), TimeUnit.Year);

    [Fact]
    public void Sbg_Survivors_LieInTheIntervals_AsOftenAsTheySay() => Covers<SbgModel>(60, run =>
    {
        var random = new SeededRandom(run);
        var lived = Sbg.NextSurvivors(600, 11, random);
        var fit = SbgModel.Fit(lived.AsSpan(0, 8));
        var bootstrap = ParametricBootstrap.Run(fit, lived.AsSpan(0, 8), 80, run);
        return (draws => draws.Survivors(lived[7], made: 7, next: 4, Confidence), lived[11], bootstrap, DeltaMethod.Draw(fit, 400, run));
    });

    [Fact]
    public void Bdw_Survivors_LieInTheIntervals_AsOftenAsTheySay() => Covers<BdwModel>(40, run =>
    {
        var random = new SeededRandom(1000 + run);
        var lived = Bdw.NextSurvivors(3000, 9, random);
        var fit = BdwModel.Fit(lived.AsSpan(0, 8));
        var bootstrap = ParametricBootstrap.Run(fit, lived.AsSpan(0, 8), 60, run);
        return (draws => draws.Survivors(lived[7], made: 7, next: 2, Confidence), lived[9], bootstrap, DeltaMethod.Draw(fit, 400, run));
    });

    [Fact]
    public void Contracts_RenewalsOfACustomer_LieInTheIntervals_AsOftenAsTheySay()
    {
        int[] survivors = Sbg.NextSurvivors(2000, 7, new SeededRandom(3));
        var fit = SbgModel.Fit(survivors);
        var interval = ParametricBootstrap.Run(fit, survivors, 400, 1).Renewals(made: 2, next: 12, Confidence);

        var random = new SeededRandom(4);
        var inside = 0;
        const int Customers = 4000;
        for (var i = 0; i < Customers; i++)
        {
            var renewed = 0;
            while (renewed < 12 && random.NextDouble() < Sbg.Retention(3 + renewed)) renewed++;
            if (renewed >= interval.Lower && renewed <= interval.Upper) inside++;
        }

        Assert.True(inside >= (Confidence - 0.02) * Customers, $"{inside} of {Customers} in {interval.Lower} to {interval.Upper}.");
        Assert.InRange(interval.Estimate, interval.Lower, interval.Upper);
    }

    [Fact]
    public void BgBb_Purchases_LieInTheIntervals_AsOftenAsTheySay() => Covers<BgBbModel>(25, run =>
    {
        const int Seen = 8, Ahead = 5;
        var random = new SeededRandom(2000 + run);
        var patterns = new List<OpportunityPattern>();
        double later = 0;
        for (var i = 0; i < 500; i++)
        {
            var history = BgBb.NextHistory(Seen, random);
            patterns.Add(new OpportunityPattern((int)history.Frequency, (int)history.Recency, Seen, 1));
            later += BgBb.NextPurchases(history, Ahead, random);
        }

        var fit = BgBbModel.Fit(patterns, TimeUnit.Year);
        return (draws => draws.TotalPurchases(patterns, Ahead, Confidence), later, ParametricBootstrap.Run(fit, patterns, 40, run), DeltaMethod.Draw(fit, 400, run));
    });

    [Fact]
    public void BgNbd_Purchases_LieInTheIntervals_AsOftenAsTheySay() => Covers<BgNbdModel>(25, run =>
    {
        var truth = new BgNbdModel(new BgNbdParameters(0.6, 6, 0.9, 2.5));
        var random = new SeededRandom(3000 + run);
        double[] x = new double[500], tx = new double[500], age = new double[500];
        double later = 0;
        for (var i = 0; i < x.Length; i++)
        {
            var history = truth.NextHistory(32 + (20 * random.NextDouble()), random);
            (x[i], tx[i], age[i]) = (history.Frequency, history.Recency, history.Age);
            later += truth.NextPurchases(history, 26, random);
        }

        var summary = Summary(x, tx, age);
        var fit = BgNbdModel.Fit(summary);
        return (draws => draws.TotalPurchases(summary, 26, Confidence), later, ParametricBootstrap.Run(fit, summary, 40, run), DeltaMethod.Draw(fit, 200, run));
    });

    [Fact]
    public void GammaGamma_MeanSpend_LiesInTheIntervals_AsOftenAsTheySay()
    {
        var truth = new GammaGammaModel(new GammaGammaParameters(4, 5, 40));
        Covers<GammaGammaModel>(40, run =>
        {
            var random = new SeededRandom(4000 + run);
            double[] counts = [.. Enumerable.Range(0, 500).Select(_ => 1.0 + random.NextPoisson(3))], means = [.. counts.Select(count => truth.NextMeanSpend(count, random))];
            var fit = GammaGammaModel.Fit(counts, means);
            return (draws => draws.Of(model => model.MeanSpend ?? double.PositiveInfinity, Confidence), truth.MeanSpend!.Value, ParametricBootstrap.Run(fit, counts, 60, run), DeltaMethod.Draw(fit, 400, run));
        });
    }

    [Fact]
    public void Bootstrap_OfEveryKind_IsTheSame_ForAnyNumberOfThreads()
    {
        int[] survivors = Bdw.NextSurvivors(1000, 7, new SeededRandom(1));
        OpportunityPattern[] patterns = [new(0, 0, 6, 400), new(1, 1, 6, 150), new(1, 2, 6, 60), new(2, 4, 6, 110), new(5, 6, 6, 100), new(6, 6, 6, 90), new(3, 6, 6, 90)];
        double[] counts = [1, 2, 3, 4, 5, 6], means = [20, 35, 12, 40, 22, 31];

        Same(threads => ParametricBootstrap.Run(SbgModel.Fit(survivors), survivors, 30, 9, threads), model => model.Parameters, draws => draws.Survivors(100, 7, 3));
        Same(threads => ParametricBootstrap.Run(BdwModel.Fit(survivors), survivors, 30, 9, threads), model => model.Parameters, draws => draws.Renewals(7, 3));
        Same(threads => ParametricBootstrap.Run(BgBbModel.Fit(patterns, TimeUnit.Year), patterns, 8, 9, threads), model => model.Parameters, draws => draws.TotalPurchases(patterns, 4));
        Same(threads => ParametricBootstrap.Run(GammaGammaModel.Fit(counts, means), counts, 30, 9, threads), model => model.Parameters, draws => draws.Of(model => model.Parameters.P));

        static void Same<TModel, TParameters>(Func<ParallelOptions, ParameterDraws<TModel>> run, Func<TModel, TParameters> parameters, Func<ParameterDraws<TModel>, IntervalEstimate> interval)
            where TModel : class
        {
            ParameterDraws<TModel> one = run(new ParallelOptions { MaxDegreeOfParallelism = 1 }), four = run(new ParallelOptions { MaxDegreeOfParallelism = 4 });
            Assert.Equal(one.Models.Select(parameters), four.Models.Select(parameters));
            Assert.Equal(interval(one), interval(four));
            Assert.NotEqual(parameters(one.Models[0]), parameters(one.Models[1]));
        }
    }

    [Fact]
    public void CorrelatedParetoNbd_SimulatesItsOwnCorrelation_AndExpectation()
    {
        var model = new CorrelatedParetoNbdModel(CorrelatedParetoNbdParameters.WithCorrelation(0.8, 2, 0.9, 3, 0.12));
        var known = new PurchaseHistory(4, 21, 30);
        var random = new SeededRandom(11);
        const int Draws = 40_000;
        double fresh = 0, freshSquares = 0, later = 0, laterSquares = 0;
        for (var i = 0; i < Draws; i++)
        {
            double first = model.NextHistory(6, random).Frequency, second = model.NextPurchases(known, 13, random);
            fresh += first;
            freshSquares += first * first;
            later += second;
            laterSquares += second * second;
        }

        Near(model.ExpectedPurchases(default(PurchaseHistory), 6), fresh, freshSquares);
        Near(model.ExpectedPurchases(known, 13), later, laterSquares);

        static void Near(double expected, double sum, double squares)
        {
            double mean = sum / Draws, error = Math.Sqrt(((squares / Draws) - (mean * mean)) / Draws);
            Assert.InRange(mean, expected - (4 * error), expected + (4 * error));
        }
    }

    [Fact]
    public void BgBb_Simulation_IsDistributedAsTheModelSays()
    {
        const int Draws = 40_000;
        var known = new PurchaseHistory(3, 5, 6);
        var random = new SeededRandom(12);
        int[] counts = new int[5], fresh = new int[5];
        for (var i = 0; i < Draws; i++)
        {
            counts[BgBb.NextPurchases(known, 4, random)]++;
            fresh[(int)BgBb.NextHistory(4, random).Frequency]++;
        }

        for (var n = 0; n <= 4; n++)
        {
            Near(BgBb.ProbabilityOfPurchases(known, n, 4), counts[n]);
            Near(BgBb.ProbabilityOfPurchases(default, n, 4), fresh[n]);
        }

        static void Near(double probability, int count) => Assert.InRange(count, Draws * probability - 4 * Math.Sqrt(Draws * probability), Draws * probability + 4 * Math.Sqrt(Draws * probability));
    }

    [Fact]
    public void Bootstrap_Cancelled_Stops_AndReportsHowFarItCame()
    {
        int[] survivors = Sbg.NextSurvivors(1000, 7, new SeededRandom(1));
        var fit = SbgModel.Fit(survivors);
        using var source = new CancellationTokenSource();
        var reports = new Reports(done =>
        {
            if (done == 5) source.Cancel();
        });

        Assert.Throws<OperationCanceledException>(() => ParametricBootstrap.Run(fit, survivors, 1000, 1, new ParallelOptions { MaxDegreeOfParallelism = 1, CancellationToken = source.Token }, reports));
        Assert.Equal([1, 2, 3, 4, 5], reports.Seen);

        var all = new Reports();
        ParametricBootstrap.Run(fit, survivors, 20, 1, progress: all);
        Assert.Equal(Enumerable.Range(1, 20), all.Seen.Order());
    }

    [Fact]
    public void Draw_WithoutAnInteriorOptimum_IsNull()
    {
        int[] nobodyLeaves = [100, 100, 100, 100];
        Assert.Null(DeltaMethod.Draw(SbgModel.Fit(nobodyLeaves), 10, 1));
    }

    [Fact]
    public void Arguments_OutsideTheirRange_AreRefused()
    {
        int[] survivors = [100, 80, 70];
        var fit = SbgModel.Fit(survivors);
        Assert.Throws<ArgumentOutOfRangeException>(() => ParametricBootstrap.Run(fit, survivors, 0, 1));
        Assert.Throws<ArgumentException>(() => ParametricBootstrap.Run(fit, [100], 10, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => DeltaMethod.Draw(fit, 0, 1));
        var draws = ParametricBootstrap.Run(fit, survivors, 2, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => draws.Survivors(10, -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => draws.Renewals(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => draws.Survivors(10, 1, 1, confidence: 1));
        Assert.Equal(new IntervalEstimate(0, 0, 0, 0.95), draws.Survivors(0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => BgBb.NextHistory(2.5, new SeededRandom(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => BgBb.NextPurchases(default, double.NaN, new SeededRandom(1)));
    }

    /// <summary>Each interval claims 90 %: of n runs at least so many hit that fewer would be a chance of one in a thousand.</summary>
    private static void Covers<TModel>(int runs, Func<int, (Func<ParameterDraws<TModel>, IntervalEstimate> Interval, double Actual, ParameterDraws<TModel> Bootstrap, ParameterDraws<TModel>? Delta)> run)
        where TModel : class
    {
        int byBootstrap = 0, byDelta = 0, withDelta = 0;
        for (var i = 0; i < runs; i++)
        {
            var (interval, actual, bootstrap, delta) = run(i);
            byBootstrap += Holds(interval(bootstrap), actual);
            if (delta is null) continue;
            withDelta++;
            byDelta += Holds(interval(delta), actual);
        }

        Assert.True(byBootstrap >= Least(runs), $"The bootstrap's intervals held in {byBootstrap} of {runs} runs.");
        Assert.True(withDelta > runs / 2 && byDelta >= Least(withDelta), $"The delta method's intervals held in {byDelta} of {withDelta} runs.");

        static int Holds(IntervalEstimate interval, double actual) => actual >= interval.Lower && actual <= interval.Upper ? 1 : 0;

        static double Least(int runs) => Confidence * runs - 3.1 * Math.Sqrt(runs * Confidence * (1 - Confidence));
    }

    private static PurchaseSummary Summary(double[] x, double[] tx, double[] age) =>
        new([.. Enumerable.Range(0, x.Length).Select(i => new CustomerId($"c{i}"))], x, tx, age, new double[x.Length], new double[x.Length], [], new LocalDate(2024, 12, 31), null, TimeUnit.Week);

    private sealed class Reports(Action<int>? then = null) : IProgress<int>
    {
        private readonly List<int> _seen = [];

        public IReadOnlyList<int> Seen => _seen;

        public void Report(int value)
        {
            lock (_seen) _seen.Add(value);
            then?.Invoke(value);
        }
    }
}
