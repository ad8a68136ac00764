namespace CustomerLifecycle.Statistics.Tests;

public class NewtonMinimiserTests
{
    [Fact]
    public void Minimise_RosenbrocksValley_FindsItsBottom()
    {
        var minimum = NewtonMinimiser.Minimise(new Rosenbrock(), [-1.2, 1], new MinimisationOptions(Tolerance: 1e-20));

        Assert.Equal(MinimisationStatus.Converged, minimum.Status);
        Assert.Equal(1, minimum.Point[0], 1e-6);
        Assert.Equal(1, minimum.Point[1], 1e-6);
        Assert.InRange(minimum.Value, 0, 1e-11);
    }

    [Fact]
    public void Minimise_FromWhereTheFunctionIsNotConvex_StillDescends()
    {
        var minimum = NewtonMinimiser.Minimise(new DoubleWell(), [0.1]);

        Assert.Equal(1, minimum.Point[0], 1e-6);
    }

    [Fact]
    public void Minimise_ReportsEachStep_AndEndsAtTheLimit()
    {
        var steps = new Steps();

        var minimum = NewtonMinimiser.Minimise(new Rosenbrock(), [-1.2, 1], new MinimisationOptions(MaximumIterations: 3), steps);

        Assert.Equal(MinimisationStatus.IterationLimit, minimum.Status);
        Assert.Equal([1, 2, 3], steps.Seen.Select(step => step.Iteration));
        Assert.True(steps.Seen[2].Value < steps.Seen[0].Value);
    }

    [Fact]
    public void Minimise_WhenCancelled_Stops() =>
        Assert.Throws<OperationCanceledException>(() => NewtonMinimiser.Minimise(new Rosenbrock(), [-1.2, 1], cancellationToken: new CancellationToken(canceled: true)));

    [Fact]
    public void Minimise_FromANonsensicalStart_SaysSo()
    {
        Assert.Throws<ArgumentException>(() => NewtonMinimiser.Minimise(new Rosenbrock(), [1]));
        Assert.Throws<ArgumentException>(() => NewtonMinimiser.Minimise(new Rosenbrock(), [double.NaN, 1]));
    }

    [Fact]
    public void Minimise_WhereTheValueCannotShowAFurtherDecrease_Stops()
    {
        var minimum = NewtonMinimiser.Minimise(new RoundedGradient(), [3.0]);

        Assert.NotEqual(MinimisationStatus.IterationLimit, minimum.Status);
        Assert.InRange(minimum.Point[0], 0.9999, 1.0001);
        Assert.InRange(minimum.Iterations, 1, 20);
    }

    /// <summary>A large constant beside a small well, and a gradient that is never quite 0: a long sum, as computed.</summary>
    private sealed class RoundedGradient : IObjective
    {
        private double _error = 1.2e-5;

        public int Dimension => 1;

        public double Evaluate(ReadOnlySpan<double> point, Span<double> gradient, Span<double> hessian)
        {
            _error = -_error;
            gradient[0] = point[0] - 1 + _error;
            hessian[0] = 1;
            return 1e6 + ((point[0] - 1) * (point[0] - 1) / 2);
        }
    }

    private sealed class Rosenbrock : IObjective
    {
        public int Dimension => 2;

        public double Evaluate(ReadOnlySpan<double> point, Span<double> gradient, Span<double> hessian)
        {
            double x = point[0], y = point[1], bend = y - (x * x);
            ReadOnlySpan<double> first = [(-400 * x * bend) - (2 * (1 - x)), 200 * bend], second = [(1200 * x * x) - (400 * y) + 2, -400 * x, -400 * x, 200];
            first.CopyTo(gradient);
            second.CopyTo(hessian);
            return (100 * bend * bend) + ((1 - x) * (1 - x));
        }
    }

    private sealed class DoubleWell : IObjective
    {
        public int Dimension => 1;

        public double Evaluate(ReadOnlySpan<double> point, Span<double> gradient, Span<double> hessian)
        {
            var x = point[0];
            gradient[0] = (4 * x * x * x) - (4 * x);
            hessian[0] = (12 * x * x) - 4;
            return ((x * x) - 1) * ((x * x) - 1);
        }
    }

    private sealed class Steps : IProgress<MinimisationProgress>
    {
        public List<MinimisationProgress> Seen { get; } = [];

        public void Report(MinimisationProgress value) => Seen.Add(value);
    }
}
