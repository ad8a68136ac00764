namespace CustomerLifecycle.Statistics.Tests;

public class SeededRandomTests
{
    private const int Draws = 200_000;

    /// <summary>Computed by the authors' C sources: SplitMix64 from 42 into xoshiro256**.</summary>
    [Fact]
    public void NextBits_OfASeed_AreTheReferenceOnes()
    {
        var random = new SeededRandom(42);

        Assert.Equal([0x15780B2E0C2EC716UL, 0x6104D9866D113A7EUL, 0xAE17533239E499A1UL, 0xECB8AD4703B360A1UL], Enumerable.Range(0, 4).Select(_ => random.NextBits()));
    }

    [Theory]
    [InlineData(0.05, 2)]
    [InlineData(0.6, 0.1)]
    [InlineData(7.5, 3)]
    public void NextGamma_HasItsMeanAndVariance(double shape, double rate) =>
        HasMoments(random => random.NextGamma(shape, rate), shape / rate, shape / (rate * rate));

    [Theory]
    [InlineData(0.02, 0.03)]
    [InlineData(0.8, 2.4)]
    [InlineData(30, 200)]
    public void NextBeta_HasItsMeanAndVariance(double a, double b) =>
        HasMoments(random => random.NextBeta(a, b), a / (a + b), a * b / ((a + b) * (a + b) * (a + b + 1)));

    [Theory]
    [InlineData(0.3)]
    [InlineData(29.5)]
    [InlineData(4_000)]
    public void NextPoisson_HasItsMeanAndVariance(double mean) => HasMoments(random => random.NextPoisson(mean), mean, mean);

    [Theory]
    [InlineData(7, 0.3)]
    [InlineData(900, 0.02)]
    public void NextBinomial_HasItsMeanAndVariance(int trials, double probability) =>
        HasMoments(random => random.NextBinomial(trials, probability), trials * probability, trials * probability * (1 - probability));

    [Fact]
    public void NextNormal_AndNextExponential_HaveTheirMeansAndVariances()
    {
        HasMoments(random => random.NextNormal(), 0, 1);
        HasMoments(random => random.NextExponential(0.25), 4, 16);
        HasMoments(random => random.NextDouble(), 0.5, 1.0 / 12);
    }

    [Fact]
    public void NextInt_ReachesEveryNumberEqually()
    {
        var random = new SeededRandom(5);
        var counts = new int[6];
        for (var i = 0; i < Draws; i++) counts[random.NextInt(6)]++;

        Assert.All(counts, count => Assert.InRange(count, (Draws / 6) - 900, (Draws / 6) + 900));
    }

    [Fact]
    public void Split_DependsOnThePartOnly_AndLeavesTheParentAlone()
    {
        var random = new SeededRandom(9);
        var first = random.Split(0).NextBits();

        Assert.NotEqual(first, random.Split(1).NextBits());
        Assert.Equal(first, random.Split(0).NextBits());
        Assert.Equal(new SeededRandom(9).NextBits(), random.NextBits());
    }

    private static void HasMoments(Func<SeededRandom, double> draw, double mean, double variance)
    {
        var random = new SeededRandom(20);
        double sum = 0, squares = 0;
        var values = new double[Draws];
        for (var i = 0; i < Draws; i++) sum += values[i] = draw(random);
        foreach (var value in values) squares += (value - mean) * (value - mean);
        var fourth = values.Sum(value => Math.Pow(value - mean, 4)) / Draws;

        Assert.InRange(sum / Draws, mean - (5 * Math.Sqrt(variance / Draws)), mean + (5 * Math.Sqrt(variance / Draws)));
        var error = 5 * Math.Sqrt(Math.Max(0, fourth - (variance * variance)) / Draws);
        Assert.InRange(squares / Draws, variance - error, variance + error);
    }
}
