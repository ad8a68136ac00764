using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value.Tests;

/// <summary>Cohorts that truly end at an edge of a model's parameters, and what the report says of them.</summary>
public class BoundaryTests
{
    private const double AsWell = 0.1;

    [Fact]
    public void ParetoNbd_OfACohortThatNeverLeaves_NamesTheNbd_WhichDescribesItAsWell() => AtTheEdge(
        seed => Simulated(new NbdModel(new NbdParameters(0.8, 6)), age: 40, seed),
        cohort => ParetoNbdModel.Fit(cohort.Histories),
        (cohort, fit) =>
        {
            // A few long silences look like a little drop-out, the same for all or of a few at once.
            var noDropout = fit.Convergence.Message.Contains("it shows no drop-out", StringComparison.Ordinal);
            Assert.DoesNotContain("r and alpha", fit.Convergence.Message, StringComparison.Ordinal);
            if (!noDropout) return false;
            Says(fit, "the NBD model describes it as well");
            Assert.Equal(NbdModel.Fit(cohort.Histories).LogLikelihood, fit.LogLikelihood, AsWell);
            return true;
        });

    [Fact]
    public void ParetoNbd_OfACohortWithOneRateThatNeverLeaves_SaysBoth()
    {
        double[] frequency = new double[90], recency = new double[90], age = new double[90];
        for (var i = 0; i < 90; i++) (frequency[i], recency[i], age[i]) = (4 + (i % 3), 10 - (0.01 * (i % 4)), 10);

        Says(ParetoNbdModel.Fit(new PurchaseHistories(frequency, recency, age)), "r and alpha grow without bound together", "it shows no drop-out");
    }

    [Fact]
    public void ParetoNbd_OfACohortWithOneDropoutRate_SaysThatTheyDoNotDiffer() => AtTheEdge(
        seed => Simulated(new ParetoNbdModel(new ParetoNbdParameters(1.5, 5, 1e6, 2e7)), age: 60, seed),
        cohort => ParetoNbdModel.Fit(cohort.Histories),
        (_, fit) =>
        {
            Says(fit, "do not differ in their drop-out rates (s and beta grow without bound together)");
            Assert.Equal(0.05, fit.Model.Parameters.S / fit.Model.Parameters.Beta, 0.01);
            return true;
        });

    [Fact]
    public void ParetoNbd_OfACohortThatLeavesAtOnceOrStays_SaysSo()
    {
        var histories = Simulated(new NbdModel(new NbdParameters(40, 40)), age: 30, seed: 2);
        double[] frequency = [.. histories.Histories.Frequency.ToArray(), .. new double[300]], recency = [.. histories.Histories.Recency.ToArray(), .. new double[300]];

        Says(ParetoNbdModel.Fit(new PurchaseHistories(frequency, recency, [.. Enumerable.Repeat(30.0, frequency.Length)])), "either leave at once or stay (s and beta fall to 0 together)");
    }

    [Fact]
    public void ModelsOfRates_WithoutARepeatPurchase_SayThatThereIsNoneToEstimate()
    {
        var nobodyBuysAgain = new PurchaseHistories(new double[30], new double[30], [.. Enumerable.Range(1, 30).Select(age => (double)age)]);

        Says(BgNbdModel.Fit(nobodyBuysAgain), "hardly any repeat purchases");
        Says(ParetoNbdModel.Fit(nobodyBuysAgain), "hardly any repeat purchases");
    }

    [Fact]
    public void GGompertzNbd_OfACohortThatNeverLeaves_SaysThatItIsParetoNbd_AndWhatThatSays()
    {
        double[] frequency = new double[90], recency = new double[90], age = new double[90];
        for (var i = 0; i < 90; i++) (frequency[i], recency[i], age[i]) = (4 + (i % 3), 10 - (0.01 * (i % 4)), 10);

        Says(GGompertzNbdModel.Fit(new PurchaseHistories(frequency, recency, age)), "its hazard of leaving does not grow with age", "Nor has Pareto/NBD", "it shows no drop-out");
    }

    [Fact]
    public void GGompertzNbd_OfAParetoNbdCohort_SaysThatTheHazardDoesNotGrow_AndIsNeverBelow()
    {
        for (var seed = 1; seed <= 3; seed++)
        {
            var cohort = Simulated(new ParetoNbdModel(new ParetoNbdParameters(0.6, 8, 0.7, 9)), age: 50, seed).Histories;

            var fit = GGompertzNbdModel.Fit(cohort);

            Assert.True(fit.LogLikelihood >= ParetoNbdModel.Fit(cohort).LogLikelihood - 1e-9);
            if (fit.Convergence.IsBoundary) Says(fit, "its hazard of leaving does not grow with age (b and beta fall to 0 together)");
        }
    }

    [Fact]
    public void BgBb_OfACohortThatNeverLeaves_SaysSo_AndReachesTheBetaBinomial() => AtTheEdge(
        seed => Patterns(new BgBbParameters(1, 2, 1e-9, 1), 900, seed),
        patterns => BgBbModel.Fit(patterns, TimeUnit.Year),
        (patterns, fit) =>
        {
            Says(fit, "it shows no drop-out (the mean chance to leave falls to 0)");
            Assert.DoesNotContain("alpha and beta", fit.Convergence.Message, StringComparison.Ordinal);
            Assert.Equal(new BgBbModel(new BgBbParameters(fit["alpha"].Value, fit["beta"].Value, 1e-12, 1), TimeUnit.Year).TotalLogLikelihood(patterns), fit.LogLikelihood, AsWell);
            return true;
        });

    [Fact]
    public void BgBb_OfACohortWithOneChanceToBuy_SaysThatTheyDoNotDiffer() =>
        Says(BgBbModel.Fit(Patterns(new BgBbParameters(2e6, 3e6, 0.7, 3), 400, seed: 4), TimeUnit.Year), "do not differ in their chance to buy (alpha and beta grow without bound together)");

    [Fact]
    public void BgBb_OfACohortThatBuysAtEveryOpportunity_SaysSo() =>
        Says(BgBbModel.Fit(Patterns(new BgBbParameters(1e9, 1e-3, 0.7, 3), 400, seed: 4), TimeUnit.Year), "buy at every opportunity while they stay");

    /// <summary>By chance a cohort without a feature may seem to have a little of it; of several some do not.</summary>
    private static void AtTheEdge<TCohort, TModel>(Func<long, TCohort> simulate, Func<TCohort, ModelFit<TModel>> fit, Func<TCohort, ModelFit<TModel>, bool> isTheOne)
        where TModel : class
    {
        var seen = 0;
        for (var seed = 1; seed <= 6; seed++)
        {
            var cohort = simulate(seed);
            var found = fit(cohort);
            if (!found.Convergence.IsBoundary) continue;
            if (isTheOne(cohort, found)) seen++;
        }

        Assert.InRange(seen, 1, 6);
    }

    private static void Says<TModel>(ModelFit<TModel> fit, params string[] parts)
        where TModel : class
    {
        Assert.Equal(ConvergenceStatus.Boundary, fit.Convergence.Status);
        Assert.StartsWith("This cohort has no interior optimum: ", fit.Convergence.Message, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, fit.Convergence.Message, StringComparison.Ordinal));
        Assert.All(fit.Parameters, parameter => Assert.Null(parameter.StandardError));
    }

    private static Cohort Simulated(IPurchaseSimulator model, double age, long seed)
    {
        const int Customers = 400;
        var random = new SeededRandom(seed);
        double[] frequency = new double[Customers], recency = new double[Customers];
        for (var i = 0; i < Customers; i++)
        {
            var history = model.NextHistory(age, random);
            (frequency[i], recency[i]) = (history.Frequency, history.Recency);
        }

        return new Cohort(frequency, recency, [.. Enumerable.Repeat(age, Customers)]);
    }

    private static OpportunityPattern[] Patterns(BgBbParameters parameters, int customers, long seed)
    {
        const int Opportunities = 8;
        var random = new SeededRandom(seed);
        var patterns = new OpportunityPattern[customers];
        for (var i = 0; i < customers; i++)
        {
            double buys = random.NextBeta(parameters.Alpha, parameters.Beta), leaves = random.NextBeta(parameters.Gamma, parameters.Delta);
            int purchases = 0, last = 0;
            for (var opportunity = 1; opportunity <= Opportunities && random.NextDouble() >= leaves; opportunity++)
                if (random.NextDouble() < buys) (purchases, last) = (purchases + 1, opportunity);
            patterns[i] = new OpportunityPattern(purchases, last, Opportunities, 1);
        }

        return patterns;
    }
}
