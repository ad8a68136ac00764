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
    public void Decompose_GivesBackTheMatrix_AndItsEigenvalues()
    {
        double[] values = new double[3], vectors = new double[9];

        SymmetricEigen.Decompose([.. Matrix], values, vectors);

        for (var i = 0; i < 3; i++)
            for (var j = 0; j < 3; j++)
                Assert.Equal(Matrix[(i * 3) + j], Enumerable.Range(0, 3).Sum(k => vectors[(i * 3) + k] * values[k] * vectors[(j * 3) + k]), 1e-14);

        SymmetricEigen.Decompose([2, -1, 0, -1, 2, -1, 0, -1, 2], values, vectors);
        Array.Sort(values);
        Assert.Equal(2 - Math.Sqrt(2), values[0], 1e-14);
        Assert.Equal(2, values[1], 1e-14);
        Assert.Equal(2 + Math.Sqrt(2), values[2], 1e-14);
        Assert.Throws<ArgumentException>(() => SymmetricEigen.Decompose(new double[3], new double[2], new double[4]));
    }
}
