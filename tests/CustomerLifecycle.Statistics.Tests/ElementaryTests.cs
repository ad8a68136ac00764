namespace CustomerLifecycle.Statistics.Tests;

public class ElementaryTests
{
    [Theory]
    [InlineData(1e-300, 1e-300)]
    [InlineData(1e-10, 9.9999999995e-11)]
    [InlineData(-1e-5, -1.00000500003333358334e-5)]
    [InlineData(0.5, 0.40546510810816438198)]
    [InlineData(-0.75, -1.38629436111989061883)]
    [InlineData(1e10, 23.02585093004045684018)]
    public void Log1p_OfAnySize_HasAllItsDigits(double x, double expected) => Close(expected, Elementary.Log1p(x));

    [Theory]
    [InlineData(-1e-300, -1e-300)]
    [InlineData(1e-10, 1.00000000005e-10)]
    [InlineData(-1e-5, -9.99995000016666625e-6)]
    [InlineData(0.5, 0.64872127070012814685)]
    [InlineData(-30, -0.99999999999990642377)]
    [InlineData(3, 19.08553692318766774093)]
    public void Expm1_OfAnySize_HasAllItsDigits(double x, double expected) => Close(expected, Elementary.Expm1(x));

    [Theory]
    [InlineData(0, 0.69314718055994530942)]
    [InlineData(-50, 1.92874984796391778e-22)]
    [InlineData(800, 800)]
    [InlineData(-800, 0)]
    public void Softplus_NeitherOverflowsNorLosesSmallNumbers(double x, double expected) => Close(expected, Elementary.Softplus(x));

    private static void Close(double expected, double actual) => Assert.InRange(Math.Abs(actual - expected), 0, 2e-15 * Math.Abs(expected));
}
