using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value.Tests;

public class CorrelatedParetoNbdTests
{
    private static readonly ParetoNbdParameters Independent = new(0.55, 10.6, 0.61, 11.7);

    private static readonly PurchaseHistory Known = new(3, 20, 39);

    [Fact]
    public void Model_WithoutCorrelation_IsParetoNbd()
    {
        var pareto = new ParetoNbdModel(Independent);
        var model = new CorrelatedParetoNbdModel(new CorrelatedParetoNbdParameters(Independent.R, Independent.Alpha, Independent.S, Independent.Beta, 0));

        Assert.Equal(pareto.LogLikelihood(Known), model.LogLikelihood(Known), 1e-12);
        Assert.Equal(pareto.ProbabilityAlive(Known), model.ProbabilityAlive(Known), 1e-12);
        Assert.Equal(pareto.ExpectedPurchases(Known, 39), model.ExpectedPurchases(Known, 39), 1e-12);
        Assert.Equal(0, model.Parameters.Correlation);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-0.9)]
    public void Model_IsTheMixtureOverItsDensity(double m)
    {
        // Rates drawn from the independent density, each weighted by 1 + m (exp(-rate) - A)(exp(-drop-out) - C).
        const int Draws = 200_000;
        var parameters = new CorrelatedParetoNbdParameters(1.4, 6, 1.2, 9, m);
        var model = new CorrelatedParetoNbdModel(parameters);
        double a = Math.Pow(6.0 / 7, 1.4), c = Math.Pow(9.0 / 10, 1.2), weights = 0, likelihood = 0, alive = 0, squares = 0;
        var random = new SeededRandom(5);
        for (var i = 0; i < Draws; i++)
        {
            double rate = random.NextGamma(1.4, 6), leaving = random.NextGamma(1.2, 9), weight = 1 + m * (Math.Exp(-rate) - a) * (Math.Exp(-leaving) - c), both = rate + leaving;
            var stays = Math.Pow(rate, 3) * Math.Exp(-both * 30);
            var leaves = Math.Pow(rate, 3) * leaving / both * (Math.Exp(-both * 22) - Math.Exp(-both * 30));
            weights += weight;
            likelihood += weight * (stays + leaves);
            squares += weight * (stays + leaves) * weight * (stays + leaves);
            alive += weight * stays;
        }

        var history = new PurchaseHistory(3, 22, 30);
        var error = Math.Sqrt(squares / Draws - likelihood / Draws * (likelihood / Draws)) / Math.Sqrt(Draws);
        Assert.Equal(1, weights / Draws, 0.01);
        Assert.Equal(Math.Exp(model.LogLikelihood(history)), likelihood / Draws, 4 * error);
        Assert.Equal(model.ProbabilityAlive(history), alive / likelihood, 0.02);
    }

    [Fact]
    public void Parameters_BeyondTheBounds_AreRefused_AndTheCorrelationGoesBothWays()
    {
        var (lowest, highest) = CorrelatedParetoNbdParameters.Bounds(0.55, 10.6, 0.61, 11.7);

        var at = new CorrelatedParetoNbdParameters(0.55, 10.6, 0.61, 11.7, highest);

        Assert.True(lowest < 0 && highest > 0);
        Assert.Equal(highest, CorrelatedParetoNbdParameters.WithCorrelation(0.55, 10.6, 0.61, 11.7, at.Correlation).M, 1e-9 * highest);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CorrelatedParetoNbdParameters(0.55, 10.6, 0.61, 11.7, highest * 1.01));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CorrelatedParetoNbdParameters(0.55, 10.6, 0.61, 11.7, lowest * 1.01));
    }

    [Fact]
    public void Likelihood_HasTheDerivativesThatItClaims()
    {
        var likelihood = new CorrelatedParetoNbdLikelihood(new DistinctHistories(Cohort.Random(40).Histories), 8);
        double[] point = [0.6, 9, 0.7, 12, 0.4];
        double[] gradient = new double[5], hessian = new double[25];
        likelihood.Evaluate(point, gradient, hessian);
        for (var i = 0; i < point.Length; i++)
        {
            double step = 1e-5 * point[i];
            double[] above = [.. point], below = [.. point], high = new double[5], low = new double[5];
            above[i] += step;
            below[i] -= step;
            var difference = (likelihood.Evaluate(above, high, []) - likelihood.Evaluate(below, low, [])) / (2 * step);
            Assert.Equal(difference, gradient[i], 1e-5 * Math.Max(1, Math.Abs(difference)));
            for (var j = 0; j < point.Length; j++) Assert.Equal((high[j] - low[j]) / (2 * step), hessian[(i * 5) + j], 1e-4 * Math.Max(1, Math.Abs(hessian[(i * 5) + j])));
        }
    }

    [SharedDataFact]
    public void Fit_OnCdnow_EndsOnTheUpperBound_AboveParetoNbd_AndSaysSo()
    {
        var summary = SharedData.Summary(SharedData.Cases("fit.json", "pareto-nbd")[0].GetProperty("data"));

        var fit = CorrelatedParetoNbdModel.Fit(summary);

        var parameters = fit.Model.Parameters;
        Assert.True(fit.LogLikelihood > ParetoNbdModel.Fit(summary).LogLikelihood + 1);
        Assert.Equal(ConvergenceStatus.Boundary, fit.Convergence.Status);
        Assert.Contains("m is on its upper bound", fit.Convergence.Message, StringComparison.Ordinal);
        Assert.Equal(CorrelatedParetoNbdParameters.Bounds(parameters.R, parameters.Alpha, parameters.S, parameters.Beta).Highest, parameters.M, 1e-3 * parameters.M);
        Assert.Equal(fit.LogLikelihood, fit.Model.TotalLogLikelihood(summary.Histories), 1e-6);
        Assert.Equal("r alpha s beta m", string.Join(' ', fit.Parameters.Select(parameter => parameter.Name)));
    }

    [Fact]
    public void Fit_OfIndependentRates_IsInside_WithAnErrorOfM_AndNeverBelowParetoNbd()
    {
        var random = new SeededRandom(3);
        var model = new ParetoNbdModel(new ParetoNbdParameters(2, 2, 1.5, 3));
        double[] frequency = new double[800], recency = new double[800], age = new double[800];
        for (var i = 0; i < 800; i++)
        {
            var history = model.NextHistory(age[i] = 6 + 4 * random.NextDouble(), random);
            (frequency[i], recency[i]) = (history.Frequency, history.Recency);
        }

        var cohort = new Cohort(frequency, recency, age);
        var fit = CorrelatedParetoNbdModel.Fit(cohort.Histories);

        Assert.True(fit.LogLikelihood >= ParetoNbdModel.Fit(cohort.Histories).LogLikelihood - 1e-9);
        if (fit.Convergence.Status == ConvergenceStatus.Interior) Assert.InRange(fit["m"].Value, -4 * fit["m"].StandardError!.Value, 4 * fit["m"].StandardError!.Value);
    }
}
