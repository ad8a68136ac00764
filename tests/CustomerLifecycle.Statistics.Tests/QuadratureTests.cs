namespace CustomerLifecycle.Statistics.Tests;

public class QuadratureTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 0.2)]
    [InlineData(-2, 5)]
    public void OverRealLine_OfABell_IsItsArea_FromAnyCentreNearby(double centre, double scale) =>
        Close(Math.Sqrt(Math.PI), Quadrature.OverRealLine(new Bell(), centre, scale));

    [Theory]
    [InlineData(0.02, 5000)]
    [InlineData(0.8, 2.4)]
    [InlineData(30, 200)]
    public void OverRealLine_OfABetaDensity_IsOne(double a, double b) =>
        Close(1, Quadrature.OverRealLine(new Beta(a, b), Math.Log(a / b), Math.Min(1, Math.Sqrt((1 / a) + (1 / b)))));

    [Fact]
    public void OverRealLine_WithoutAScale_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => Quadrature.OverRealLine(new Bell(), 0, 0));

    private static void Close(double expected, double actual) => Assert.InRange(Math.Abs(actual - expected), 0, 1e-13 * expected);

    private readonly struct Bell : IIntegrand
    {
        public double At(double x) => Math.Exp(-x * x);
    }

    private readonly struct Beta(double a, double b) : IIntegrand
    {
        public double At(double x) => Math.Exp(-(a * Elementary.Softplus(-x)) - (b * Elementary.Softplus(x)) - GammaFunctions.LogBeta(a, b));
    }
}
