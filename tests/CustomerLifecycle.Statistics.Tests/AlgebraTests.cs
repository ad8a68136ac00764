namespace CustomerLifecycle.Statistics.Tests;

public class AlgebraTests
{
    private static readonly double[] Matrix = [4, 2, 0.6, 2, 5, 1, 0.6, 1, 3];

    [Fact]
    public void Invert_TimesTheMatrix_IsTheIdentity()
    {
        double[] factor = [.. Matrix], inverse = new double[9];
        Assert.True(Cholesky.Factor(factor, 3));

        Cholesky.Invert(factor, inverse, 3);

        for (var i = 0; i < 3; i++)
            for (var j = 0; j < 3; j++)
                Assert.Equal(i == j ? 1 : 0, Enumerable.Range(0, 3).Sum(k => Matrix[(i * 3) + k] * inverse[(k * 3) + j]), 1e-15);
    }

    [Fact]
    public void Factor_OfAnIndefiniteMatrix_SaysSo()
    {
        Assert.False(Cholesky.Factor([1, 2, 2, 1], 2));
        Assert.False(Cholesky.Factor([1, 1, 1, 1], 2));
        Assert.False(Cholesky.Factor([double.NaN], 1));
        Assert.Throws<ArgumentException>(() => Cholesky.Factor([1, 2, 3], 2));
    }

    [Fact]
    public void SmallestVector_IsTheFlattestDirection()
    {
        var vector = SymmetricEigen.SmallestVector([2, -1, 0, -1, 2, -1, 0, -1, 2], 3);

        Assert.Equal(0.5, Math.Abs(vector[0]), 1e-14);
        Assert.Equal(Math.Sqrt(0.5), Math.Abs(vector[1]), 1e-14);
        Assert.Equal(vector[0], vector[2], 1e-14);
    }
}
