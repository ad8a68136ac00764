using MathNet.Numerics;

namespace CustomerLifecycle.Statistics.Tests;

public class GammaFunctionsTests
{
    public static TheoryData<double> Arguments => [1e-8, 0.05, 0.2425, 0.5, 1, 1.4616321449683623, 2, 3.7, 9.999, 10, 10.5, 57.25, 1000, 5000.24, 1e6];

    /// <summary>Printed in Abramowitz and Stegun, tables 6.1 to 6.4, and where they end known in closed form.</summary>
    [Theory]
    [InlineData(0.5, 0.57236494292470008707, -1.96351002602142347944, 4.93480220054467930942)]
    [InlineData(1, 0, -0.57721566490153286061, 1.64493406684822643647)]
    [InlineData(2, 0, 0.42278433509846713939, 0.64493406684822643647)]
    [InlineData(4, 1.79175946922805500081, 1.25611766843180047273, 0.28382295573711532536)]
    public void LogGamma_AndItsDerivatives_AreThePrintedOnes(double x, double logGamma, double digamma, double trigamma)
    {
        Close(logGamma, GammaFunctions.LogGamma(x), 2e-15);
        Close(digamma, GammaFunctions.Digamma(x), 2e-15);
        Close(trigamma, GammaFunctions.Trigamma(x), 2e-15);
    }

    [Theory, MemberData(nameof(Arguments))]
    public void LogGamma_AgreesWithAnIndependentImplementation(double x)
    {
        Close(SpecialFunctions.GammaLn(x), GammaFunctions.LogGamma(x), 2e-14);
        Close(SpecialFunctions.DiGamma(x), GammaFunctions.Digamma(x), 2e-14);
    }

    [Theory, MemberData(nameof(Arguments))]
    public void Derivatives_ObeyTheRecurrences(double x)
    {
        Close(Math.Log(x), GammaFunctions.LogGamma(x + 1) - GammaFunctions.LogGamma(x), 1e-14, Math.Abs(GammaFunctions.LogGamma(x)));
        Close(1 / x, GammaFunctions.Digamma(x + 1) - GammaFunctions.Digamma(x), 1e-14, Math.Abs(GammaFunctions.Digamma(x)));
        Close(1 / (x * x), GammaFunctions.Trigamma(x) - GammaFunctions.Trigamma(x + 1), 1e-14, GammaFunctions.Trigamma(x));
    }

    [Fact]
    public void LogPochhammer_OfASmallCountBesideALargeArgument_KeepsItsDigits()
    {
        // ln (x)ₙ = n ln x + n (n - 1)/(2 x) - … for large x; the difference of two log-gammas of 1e12 would have 3 digits left.
        Close(1e-3 * Math.Log(1e12), GammaFunctions.LogPochhammer(1e12, 1e-3), 1e-14);
        Close(Math.Log(1e12) + Math.Log(1e12 + 1), GammaFunctions.LogPochhammer(1e12, 2), 1e-14);
        Close(Math.Log(12.5 * 13.5 * 14.5), GammaFunctions.LogPochhammer(12.5, 3), 1e-14);
        Close(Math.Log(0.25 * 1.25 * 2.25), GammaFunctions.LogPochhammer(0.25, 3), 1e-14);
        Assert.Equal(0, GammaFunctions.LogPochhammer(0.3, 0));
        Assert.Equal(0, GammaFunctions.LogPochhammer(1e9, 0));
    }

    [Fact]
    public void Differences_OfALargeArgument_KeepTheirDigits()
    {
        // ψ(x + n) - ψ(x) = Σ 1/(x + k) and ψ′(x + n) - ψ′(x) = -Σ 1/(x + k)² over k < n.
        foreach (var x in new[] { 0.3, 12.5, 1e4, 1e9 })
        {
            Assert.InRange(GammaFunctions.DigammaDifference(x, 3) / ((1 / x) + (1 / (x + 1)) + (1 / (x + 2))), 1 - 1e-13, 1 + 1e-13);
            Assert.InRange(GammaFunctions.TrigammaDifference(x, 3) / -((1 / (x * x)) + (1 / ((x + 1) * (x + 1))) + (1 / ((x + 2) * (x + 2)))), 1 - 1e-13, 1 + 1e-13);
        }

        Assert.Equal(0, GammaFunctions.DigammaDifference(7, 0));
        Assert.Equal(0, GammaFunctions.TrigammaDifference(70, 0));
    }

    [Theory]
    [InlineData(0.5, 0.5, 1.14472988584940017414)]
    [InlineData(3, 4, -4.09434456222210068483)]
    [InlineData(1, 1e12, -27.63102111592854820822)]
    public void LogBeta_IsTheKnownOne_InEitherOrder(double a, double b, double expected)
    {
        Close(expected, GammaFunctions.LogBeta(a, b), 1e-14);
        Assert.Equal(GammaFunctions.LogBeta(a, b), GammaFunctions.LogBeta(b, a));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Functions_OutsideTheirRange_Throw(double x)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => GammaFunctions.LogGamma(x));
        Assert.Throws<ArgumentOutOfRangeException>(() => GammaFunctions.Digamma(x));
        Assert.Throws<ArgumentOutOfRangeException>(() => GammaFunctions.Trigamma(x));
        Assert.Throws<ArgumentOutOfRangeException>(() => GammaFunctions.LogPochhammer(x, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => GammaFunctions.LogBeta(1, x));
    }

    private static void Close(double expected, double actual, double tolerance, double scale = 0) =>
        Assert.InRange(Math.Abs(actual - expected), 0, tolerance * Math.Max(Math.Max(1, scale), Math.Abs(expected)));
}
