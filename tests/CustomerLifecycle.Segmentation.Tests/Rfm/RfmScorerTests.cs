using System.Text.Json;

namespace CustomerLifecycle.Segmentation.Tests.Rfm;

public class RfmScorerTests
{
    [Fact]
    public void Score_ByRank_IsTheReference()
    {
        using var cases = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Cases", "rfm.json")));
        var ranked = cases.RootElement.GetProperty("cases").EnumerateArray().Where(c => c.GetProperty("input").TryGetProperty("rule", out _)).ToArray();
        Assert.NotEmpty(ranked);
        foreach (var @case in ranked)
        {
            var input = @case.GetProperty("input");
            var features = input.GetProperty("customers").EnumerateArray()
                .Select(c => new RfmFeatures(c.GetProperty("daysSinceLast").GetInt32(), c.GetProperty("orders").GetInt32(), c.GetProperty("net").GetDecimal())).ToArray();
            Assert.Equal("rank", input.GetProperty("rule").GetString());

            var scores = new RfmScorer(RfmRule.Rank(input.GetProperty("classes").GetInt32())).Score(features);

            Assert.Equal(@case.GetProperty("expected").GetProperty("scores").EnumerateArray().Select(s => s.GetProperty("cell").GetInt32()), scores.Select(s => s.Cell));
        }
    }

    [Fact]
    public void Score_ByRankOfOneCustomer_IsLowest() => Assert.Equal(111, Scores(RfmRule.Rank(), new RfmFeatures(0, 99, 1e6m))[0].Cell);

    [Fact]
    public void Score_ByQuantile_CountsTheCutsStrictlyBelow()
    {
        // Amounts 1, 2, 3, 4, 10: the quartiles are 2, 3 and 4, each exactly a customer's value.
        var scores = Scores(RfmRule.Quantile(4), Enumerable.Range(0, 5).Select(i => new RfmFeatures(i, 1, new[] { 1m, 2m, 3m, 4m, 10m }[i])).ToArray());

        Assert.Equal([1, 1, 2, 3, 4], scores.Select(s => s.M));
        Assert.Equal([4, 4, 3, 2, 1], scores.Select(s => s.R));
        Assert.Equal([1, 1, 1, 1, 1], scores.Select(s => s.F));
    }

    [Fact]
    public void Score_ByQuantileBetweenTwoCustomers_IsInterpolated()
    {
        // Of 1, 2, 4, 8 the median is 3; of ten values in thirds, 1/3 of 9 is exactly the fourth.
        Assert.Equal([1, 1, 2, 2], Scores(RfmRule.Quantile(2), new[] { 1m, 2m, 4m, 8m }.Select(m => new RfmFeatures(0, 1, m)).ToArray()).Select(s => s.M));
        Assert.Equal([1, 1, 1, 1, 2, 2, 2, 3, 3, 3], Scores(RfmRule.Quantile(3), Enumerable.Range(0, 10).Select(i => new RfmFeatures(0, 1, i * 0.1m)).ToArray()).Select(s => s.M));
    }

    [Fact]
    public void Score_ByDistinctQuantile_LeavesNoGapWhereCutsAreEqual()
    {
        // 1, 1, 1, 1, 1, 2, 3, 9: the boundaries are 1, 1, 1, 2.25, 9, so there are two classes; by plain quartiles the upper ones are 3 and 4.
        var features = new[] { 1m, 1m, 1m, 1m, 1m, 2m, 3m, 9m }.Select((m, i) => new RfmFeatures((double)m, (int)m, i)).ToArray();

        var scores = Scores(RfmRule.DistinctQuantile(4), features);

        Assert.Equal([1, 1, 1, 1, 1, 1, 2, 2], scores.Select(s => s.F));
        Assert.Equal([2, 2, 2, 2, 2, 2, 1, 1], scores.Select(s => s.R));
        Assert.Equal([1, 1, 2, 2, 3, 3, 4, 4], scores.Select(s => s.M));
        Assert.Equal([1, 1, 1, 1, 1, 3, 4, 4], Scores(RfmRule.Quantile(4), features).Select(s => s.F));
    }

    [Fact]
    public void Score_ByDistinctQuantileOfEqualCustomers_IsOneClass() =>
        Assert.Equal([111, 111, 111], Scores(RfmRule.DistinctQuantile(), new(3, 1, 5m), new(3, 1, 5m), new(3, 1, 5m)).Select(s => s.Cell));

    [Fact]
    public void Score_ByThresholds_CountsLimitsAtOrBelowTheValueAndStrictlyBelowTheDays()
    {
        var scorer = new RfmScorer(RfmRule.Thresholds(30, 90), RfmRule.Thresholds(2, 5), RfmRule.Thresholds(0, 100));

        var scores = scorer.Score([new(30, 2, 100m), new(31, 1, -5m), new(91, 5, 99.99m), new(0, 9, 0m)]);

        Assert.Equal([323, 211, 132, 332], scores.Select(s => s.Cell));
    }

    [Fact]
    public void Score_NegativeNet_IsLowest() =>
        Assert.Equal(1, Scores(RfmRule.Rank(3), new(0, 1, -50m), new(0, 1, 0m), new(0, 1, 10m))[0].M);

    [Fact]
    public void Score_WithWrongRoom_SaysBothLengths() =>
        Assert.Contains("1 customers and room for 2", Assert.Throws<ArgumentException>(() => new RfmScorer(RfmRule.Rank()).Score([new(1, 1, 1m)], new RfmScore[2])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void Rules_WithClassesOutOfRange_Throw(int classes)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RfmRule.Rank(classes));
        Assert.Throws<ArgumentOutOfRangeException>(() => RfmRule.Quantile(classes));
        Assert.Throws<ArgumentOutOfRangeException>(() => RfmRule.DistinctQuantile(classes));
    }

    [Fact]
    public void Thresholds_ThatDoNotAscend_Throw()
    {
        Assert.Contains("Limit 2", Assert.Throws<ArgumentException>(() => RfmRule.Thresholds(3, 3)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => RfmRule.Thresholds(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => RfmRule.Thresholds(1, 2, 3, 4, 5, 6, 7, 8, 9));
    }

    [Fact]
    public void Score_OfAnyCustomers_NeverSplitsTiesAndNeverDependsOnOrder()
    {
        var random = new Random(20260101);
        foreach (var rule in new[] { RfmRule.Rank(5), RfmRule.Quantile(4), RfmRule.DistinctQuantile(4), RfmRule.Thresholds(1, 4, 6) })
        {
            for (var round = 0; round < 200; round++)
            {
                var customers = Enumerable.Range(0, random.Next(1, 40)).Select(_ => new RfmFeatures(random.Next(8), 1 + random.Next(6), random.Next(-3, 9) * 0.7m)).ToArray();
                var scores = new RfmScorer(rule).Score(customers);
                var order = Enumerable.Range(0, customers.Length).OrderBy(_ => random.Next()).ToArray();
                var shuffled = new RfmScorer(rule).Score(order.Select(i => customers[i]).ToArray());

                Assert.Equal(order.Select(i => scores[i]), shuffled);
                for (var i = 0; i < customers.Length; i++)
                {
                    Assert.InRange(scores[i].M, 1, rule.Classes);
                    for (var j = 0; j < customers.Length; j++)
                    {
                        Assert.True(customers[i].Net > customers[j].Net || scores[i].M <= scores[j].M);
                        Assert.True(customers[i].Orders > customers[j].Orders || scores[i].F <= scores[j].F);
                        Assert.True(customers[i].DaysSinceLast < customers[j].DaysSinceLast || scores[i].R <= scores[j].R);
                    }
                }
            }
        }
    }

    [Fact]
    public void Total_WeighsTheThree() => Assert.Equal(0.5 * 5 + 0.3 * 4 + 0.2 * 1, new RfmScore(5, 4, 1).Total(new(0.5, 0.3, 0.2)), 12);

    private static RfmScore[] Scores(RfmRule rule, params RfmFeatures[] customers) => new RfmScorer(rule).Score(customers);
}
