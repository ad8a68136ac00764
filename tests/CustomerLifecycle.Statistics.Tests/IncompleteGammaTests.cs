namespace CustomerLifecycle.Statistics.Tests;

public class IncompleteGammaTests
{
    [Theory] // The 5 %, 1 % and 0.1 % points of chi-square, Abramowitz and Stegun table 26.8.
    [InlineData(1, 3.84145882069412, 0.05)]
    [InlineData(4, 9.48772903678115, 0.05)]
    [InlineData(10, 23.2092511589544, 0.01)]
    [InlineData(100, 149.449252780013, 0.001)]
    public void Upper_OfHalfAChiSquare_IsItsTail(int degreesOfFreedom, double point, double tail) =>
        Assert.Equal(tail, IncompleteGamma.Upper(degreesOfFreedom / 2.0, point / 2), 1e-12);

    [Fact]
    public void Upper_OfWholeShape_IsThePoissonSum()
    {
        foreach (var x in new[] { 1e-3, 0.5, 3, 4.999, 5.001, 30, 200 })
        {
            double term = Math.Exp(-x), sum = 0;
            for (var n = 0; n < 4; n++, term *= x / n) sum += term;
            Assert.Equal(1, IncompleteGamma.Upper(4, x) / sum, 1e-12);
        }

        Assert.Equal(1, IncompleteGamma.Upper(2, 0));
        Assert.Equal(0, IncompleteGamma.Upper(2, double.PositiveInfinity));
        Assert.Throws<ArgumentOutOfRangeException>(() => IncompleteGamma.Upper(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => IncompleteGamma.Upper(1, double.NaN));
    }
}
