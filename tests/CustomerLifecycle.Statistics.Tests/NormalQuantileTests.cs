namespace CustomerLifecycle.Statistics.Tests;

public class NormalQuantileTests
{
    [Theory] // 20-digit values of the inverse error function.
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.995, 2.5758293035489004)]
    [InlineData(0.84134474606854293, 1)]
    [InlineData(1e-10, -6.361340902404056)]
    [InlineData(1e-300, -37.0471)]
    public void Of_AProbability_IsThePoint(double probability, double point) =>
        Assert.Equal(point, NormalQuantile.Of(probability), probability < 1e-100 ? 1e-3 : 1e-13);

    [Fact]
    public void Of_MirroredProbabilities_IsOpposite_AndTheEndsAreRefused()
    {
        foreach (var p in new[] { 0.001, 0.07, 0.2, 0.49 }) Assert.Equal(-NormalQuantile.Of(p), NormalQuantile.Of(1 - p), 1e-13);
        Assert.Throws<ArgumentOutOfRangeException>(() => NormalQuantile.Of(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => NormalQuantile.Of(1));
    }
}
