namespace CustomerLifecycle.Rules.Tests.Columns;

public class CustomerColumnsTests
{
    private static readonly RuleValue[] Values =
    [
        default, RuleValue.Of(0L), RuleValue.Of(-127L), RuleValue.Of(-128L), RuleValue.Of(127L), RuleValue.Of(128L), RuleValue.Of(-32768L), RuleValue.Of(32767L), RuleValue.Of((long)int.MinValue), RuleValue.Of((long)int.MaxValue),
        RuleValue.Of(long.MinValue), RuleValue.Of(long.MaxValue), RuleValue.Of(0.5m), RuleValue.Of(-19.99m), RuleValue.Of(0.0000000000001m), RuleValue.Of(79228162514264337593543950335m), RuleValue.Of(0.1), RuleValue.Of(-0.0), RuleValue.Of(1e300),
        RuleValue.Of(double.PositiveInfinity), RuleValue.Of(9007199254740993L), RuleValue.Of(""), RuleValue.Of("a"), RuleValue.Of("😀"), RuleValue.Of(true), RuleValue.Of(false), RuleValue.Of(LocalDate.MinIsoValue), RuleValue.Of(LocalDate.MaxIsoValue),
        RuleValue.Of(new LocalDate(2024, 2, 29)), RuleValue.Of(Instant.MinValue), RuleValue.Of(Instant.MaxValue), RuleValue.Of(Instant.FromUtc(1677, 9, 22, 0, 0)), RuleValue.Of(Instant.FromUtc(2026, 6, 1, 0, 0).PlusNanoseconds(1)),
        RuleValue.Of(Array.Empty<string>()), RuleValue.Of(["a", "b"]), RuleValue.Of([RuleValue.Of(2L), RuleValue.Of(2.0m), RuleValue.Of("b")]), RuleValue.Of(Enumerable.Range(0, 100).Select(i => $"{i}")),
    ];

    [Theory]
    [InlineData(0, 12)]
    [InlineData(1, 20)]
    [InlineData(0, 37)]
    [InlineData(21, 24)]
    [InlineData(26, 29)]
    [InlineData(29, 33)]
    [InlineData(33, 37)]
    public void Get_OfAnySequenceOfValues_IsTheLastOneSet(int from, int until)
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var columns = new CustomerColumns(RuleSchema.Open);
            var expected = new List<RuleValue>();
            for (var step = 0; step < 60; step++)
            {
                if (expected.Count == 0 || random.Next(3) == 0)
                {
                    columns.Add();
                    expected.Add(default);
                }

                var row = random.Next(expected.Count);
                expected[row] = random.Next(4) == 0 ? default : Values[random.Next(from, until)];
                columns.Set(row, "x", expected[row]);
                for (row = 0; row < expected.Count; row++)
                    Assert.True(columns.Get(row, "x") is var value && (expected[row].IsMissing ? value.IsMissing : value.SameAs(expected[row])), $"seed {seed}, step {step}, row {row}");
            }
        }
    }

    [Fact]
    public void Row_BeyondTheLast_IsRefused()
    {
        var columns = new CustomerColumns(RuleSchema.Open);
        columns.Add("c-1");

        Assert.Equal("c-1", columns.Customer(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => columns.Set(1, "x", default));
        Assert.Throws<ArgumentOutOfRangeException>(() => columns.Events(-1));
    }
}
