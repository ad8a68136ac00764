namespace CustomerLifecycle.Statistics.Tests;

public class HypergeometricTests
{
    [Theory]
    [InlineData(1, 1, 2, 0.5)]
    [InlineData(1, 1, 2, -0.9)]
    [InlineData(1, 1, 2, 0.999)]
    public void Gauss_OfOneOneTwo_IsALogarithm(double a, double b, double c, double z) =>
        Close(-Elementary.Log1p(-z) / z, Hypergeometric.Gauss(a, b, c, z));

    [Theory]
    [InlineData(0.3, 0.95)]
    [InlineData(7, -0.6)]
    public void Gauss_WithEqualLowerAndUpper_IsAPower(double a, double z) => Close(Math.Pow(1 - z, -a), Hypergeometric.Gauss(a, 2.5, 2.5, z));

    [Fact]
    public void Gauss_OfAHalf_IsAnArcSine() => Close(Math.Asin(0.8) / 0.8, Hypergeometric.Gauss(0.5, 0.5, 1.5, 0.64));

    [Fact]
    public void Gauss_ObeysEulersTransformation()
    {
        foreach (var z in new[] { 0.1, 0.4, 0.8 })
            Close(Hypergeometric.Gauss(0.7, 1.3, 2.9, z), Math.Pow(1 - z, 0.9) * Hypergeometric.Gauss(2.2, 1.6, 2.9, z));
    }

    [Fact]
    public void Gauss_OutsideTheUnitDisc_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Hypergeometric.Gauss(1, 1, 2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Hypergeometric.Gauss(1, 1, 0, 0.5));
        Assert.Throws<ArithmeticException>(() => Hypergeometric.Gauss(3, 3, 2, 0.9999999));
    }

    private static void Close(double expected, double actual) => Assert.InRange(Math.Abs(actual - expected), 0, 1e-13 * Math.Abs(expected));
}
