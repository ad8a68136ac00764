using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value.Tests;

public class FitTests
{
    private static readonly BgNbdParameters Truth = new(0.8, 6, 0.9, 3);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void BetaGeometricLikelihood_HasTheDerivativesThatItClaims(int firstDropout)
    {
        var likelihood = new BetaGeometricLikelihood(new DistinctHistories(Cohort.Random(60).Histories), firstDropout);

        HasItsDerivatives(likelihood, [0.24, 4.4, 0.79, 2.4]);
        HasItsDerivatives(likelihood, [3, 0.7, 5, 0.4]);
    }

    [Fact]
    public void GammaGammaLikelihood_HasTheDerivativesThatItClaims()
    {
        var likelihood = new GammaGammaLikelihood([1, 2, 2, 7, 0, 30], [10, 25.5, 3, 14, 0, 100]);

        Assert.Equal(5, likelihood.Customers);
        HasItsDerivatives(likelihood, [6.2, 3.7, 15.4]);
        HasItsDerivatives(likelihood, [0.3, 12, 200]);
    }

    [Fact]
    public void Likelihood_OverDistinctRows_IsTheSumOverTheCustomers()
    {
        double[] x = [0, 2, 2, 0, 9, 2], tx = [0, 3, 3, 0, 8, 2], age = [5, 9, 9, 5, 8.5, 9], rows = new double[6];
        var distinct = new DistinctHistories(new PurchaseHistories(x, tx, age));
        new BgNbdModel(Truth).LogLikelihood(new PurchaseHistories(x, tx, age), rows);

        Assert.Equal(4, distinct.Rows.Count);
        Assert.Equal(rows.Sum(), new BetaGeometricLikelihood(distinct, 0).Evaluate([Truth.R, Truth.Alpha, Truth.A, Truth.B], new double[4], new double[16]), 1e-12);
    }

    [Fact]
    public void Fit_OfSimulatedCustomers_FindsTheirParameters_WithinThreeStandardErrors()
    {
        var outside = 0;
        for (var seed = 1; seed <= 20; seed++)
        {
            var fit = BgNbdModel.Fit(Cohort.Simulate(Truth, 3_000, seed));
            Assert.Equal(ConvergenceStatus.Interior, fit.Convergence.Status);
            foreach (var (parameter, truth) in fit.Parameters.Zip([Truth.R, Truth.Alpha, Truth.A, Truth.B]))
                if (Math.Abs(Math.Log(parameter.Value / truth)) > 3 * parameter.StandardError / parameter.Value) outside++;
        }

        Assert.InRange(outside, 0, 4);
    }

    [Fact]
    public void Fit_SaysWhatItFound_InNumbersAndWords()
    {
        var summary = Cohort.Simulate(Truth, 2_000, seed: 1);
        var steps = new Steps();

        var fit = BgNbdModel.Fit(summary, new FitOptions(50, steps));
        var again = BgNbdModel.Fit(summary);

        Assert.Equal("r alpha a b", string.Join(' ', fit.Parameters.Select(parameter => parameter.Name)));
        Assert.Equal(fit.Model.Parameters.Alpha, fit["alpha"].Value);
        Assert.Equal(fit.Convergence.Iterations, steps.Seen.Count);
        Assert.Equal(fit.LogLikelihood, steps.Seen[^1].LogLikelihood);
        Assert.Equal(8 - (2 * fit.LogLikelihood), fit.Aic);
        Assert.Equal((4 * Math.Log(2_000)) - (2 * fit.LogLikelihood), fit.Bic);
        Assert.Equal(fit.Parameters[2].StandardError!.Value, Math.Sqrt(fit.Covariance(2, 2)!.Value), 1e-15);
        Assert.Equal(fit.Covariance(0, 3), fit.Covariance(3, 0));
        Assert.StartsWith("Converged at an interior optimum", fit.Convergence.Message, StringComparison.Ordinal);
        Assert.Equal(fit.Parameters, again.Parameters);
        Assert.Throws<ArgumentException>(() => fit["p"]);
        Assert.Throws<ArgumentOutOfRangeException>(() => fit.Covariance(0, 4));
    }

    [Fact]
    public void Fit_OfACohortThatNeverLeaves_ReportsTheBoundary_AndReachesTheNbd()
    {
        var summary = Cohort.Simulate(Truth, 1_500, seed: 1, leaves: false);

        var fit = BgNbdModel.Fit(summary);

        Assert.Equal(ConvergenceStatus.Boundary, fit.Convergence.Status);
        Assert.True(fit.Convergence.IsBoundary);
        Assert.StartsWith("This cohort has no interior optimum: it shows no drop-out", fit.Convergence.Message, StringComparison.Ordinal);
        Assert.All(fit.Parameters, parameter => Assert.Null(parameter.StandardError));
        Assert.Null(fit.Covariance(0, 0));
        Assert.True(fit.LogLikelihood >= Nbd(summary, fit.Model.Parameters.R, fit.Model.Parameters.Alpha) - 1e-4);
    }

    [Fact]
    public void Fit_OfACohortWithOneRate_ReportsThatTheRatesDoNotDiffer()
    {
        double[] frequency = new double[90], recency = new double[90], age = new double[90];
        for (var i = 0; i < 90; i++) (frequency[i], recency[i], age[i]) = (4 + (i % 3), 8 + (i % 2), 10);

        var fit = BgNbdModel.Fit(new PurchaseHistories(frequency, recency, age));

        Assert.Equal(ConvergenceStatus.Boundary, fit.Convergence.Status);
        Assert.Contains("r and alpha grow without bound together", fit.Convergence.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_WithoutARepeatPurchase_ReturnsAndSaysSo()
    {
        var fit = BgNbdModel.Fit(new PurchaseHistories([0, 0, 0], [0, 0, 0], [10, 20, 30]));

        Assert.Equal(ConvergenceStatus.Boundary, fit.Convergence.Status);
        Assert.Equal(0, fit.LogLikelihood, 1e-4);
    }

    [Fact]
    public void Fit_OfEqualSpenders_ReportsTheBoundary()
    {
        var fit = GammaGammaModel.Fit([1, 2, 3, 4], [10, 10, 10, 10]);

        Assert.Equal(ConvergenceStatus.Boundary, fit.Convergence.Status);
    }

    [Fact]
    public void Fit_OfNobody_IsTheCallersMistake()
    {
        Assert.Throws<ArgumentException>(() => BgNbdModel.Fit(default(PurchaseHistories)));
        Assert.Throws<ArgumentException>(() => GammaGammaModel.Fit([0, 3], [0, 0]));
        Assert.Throws<ArgumentException>(() => GammaGammaModel.Fit([1], [1, 2]));
    }

    [Fact]
    public void Fit_AtTheIterationLimitOrWhenCancelled_SaysSo()
    {
        var summary = Cohort.Simulate(Truth, 500, seed: 1);

        Assert.Equal(ConvergenceStatus.IterationLimit, BgNbdModel.Fit(summary, new FitOptions(1)).Convergence.Status);
        Assert.Throws<OperationCanceledException>(() => BgNbdModel.Fit(summary, cancellationToken: new CancellationToken(canceled: true)));
    }

    private static double Nbd(PurchaseSummary summary, double r, double alpha)
    {
        double total = 0;
        for (var row = 0; row < summary.Count; row++)
            total += GammaFunctions.LogPochhammer(r, summary.Frequency[row]) + (r * Math.Log(alpha)) - ((r + summary.Frequency[row]) * Math.Log(alpha + summary.Age[row]));
        return total;
    }

    /// <summary>Central differences of the value against the gradient, and of the gradient against the Hessian.</summary>
    private static void HasItsDerivatives(ILogLikelihood likelihood, double[] point)
    {
        var n = point.Length;
        double[] gradient = new double[n], hessian = new double[n * n], above = new double[n], below = new double[n], ignored = new double[n * n];
        likelihood.Evaluate(point, gradient, hessian);
        for (var i = 0; i < n; i++)
        {
            var step = 1e-5 * point[i];
            double[] high = [.. point], low = [.. point];
            high[i] += step;
            low[i] -= step;
            var difference = (likelihood.Evaluate(high, above, ignored) - likelihood.Evaluate(low, below, ignored)) / (2 * step);
            Assert.True(Math.Abs(difference - gradient[i]) <= 1e-6 * Math.Max(1, Math.Abs(gradient[i])), $"gradient {i}: {gradient[i]} and {difference}");
            for (var j = 0; j < n; j++)
            {
                var second = (above[j] - below[j]) / (2 * step);
                Assert.True(Math.Abs(second - hessian[(i * n) + j]) <= 1e-6 * Math.Max(1, Math.Abs(second)), $"hessian {i}, {j}: {hessian[(i * n) + j]} and {second}");
            }
        }
    }

    private sealed class Steps : IProgress<FitProgress>
    {
        public List<FitProgress> Seen { get; } = [];

        public void Report(FitProgress value) => Seen.Add(value);
    }
}
