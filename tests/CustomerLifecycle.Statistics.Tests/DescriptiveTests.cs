namespace CustomerLifecycle.Statistics.Tests;

public class DescriptiveTests
{
    /// <summary>As R's quantile(c(3, 1, 4, 1, 5, 9, 2, 6), type = 7) prints them.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.25, 1.75)]
    [InlineData(0.5, 3.5)]
    [InlineData(0.9, 6.9)]
    [InlineData(1, 9)]
    public void Of_AnyOrder_IsTypeSeven(double probability, double expected) => Assert.Equal(expected, Quantiles.Of([3, 1, 4, 1, 5, 9, 2, 6], probability)!.Value, 1e-14);

    [Fact]
    public void Of_Nothing_IsUndefined()
    {
        Assert.Null(Quantiles.Of([], 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Quantiles.Of([1], 1.5));
    }

    [Fact]
    public void Pearson_IsTheTextbookOne_AndUndefinedForAConstant()
    {
        Assert.Equal(0.8, Correlation.Pearson([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])!.Value, 1e-15);
        Assert.Equal(0.8, Correlation.Pearson([1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4, 1e9 + 5], [2, 1, 4, 3, 5])!.Value, 1e-15);
        Assert.Null(Correlation.Pearson([1, 1], [1, 2]));
        Assert.Null(Correlation.Pearson([1], [1]));
        Assert.Throws<ArgumentException>(() => Correlation.Pearson([1], [1, 2]));
    }
}
