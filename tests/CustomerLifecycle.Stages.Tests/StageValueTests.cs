namespace CustomerLifecycle.Stages.Tests;

public class StageValueTests
{
    [Fact]
    public void Value_TakesSixteenBytes_AndStateSixtyFour()
    {
        Assert.Equal(16, System.Runtime.CompilerServices.Unsafe.SizeOf<StageValue>());
        Assert.Equal(64, System.Runtime.CompilerServices.Unsafe.SizeOf<StageState>());
    }

    [Fact]
    public void Sum_OfAnyDecimals_IsThatOfDecimal()
    {
        var random = new Random(5);
        for (var run = 0; run < 2_000; run++)
        {
            var sum = StageValue.Number(0L);
            var exact = 0m;
            for (var i = 0; i < 20; i++)
            {
                var number = new decimal(random.Next(1_000_000), 0, 0, random.Next(2) == 0, (byte)random.Next(8));
                var isTaken = random.Next(5) == 0;
                exact += isTaken ? -number : number;
                sum = isTaken ? StageValue.Subtract(sum, StageValue.Number(number)) : StageValue.Add(sum, StageValue.Number(number));
            }

            Assert.True(sum.TryGetNumber(out var actual));
            Assert.Equal(exact, actual);
        }
    }

    [Theory]
    [InlineData("9223372036854775807", "1", "9223372036854775808")]
    [InlineData("-9223372036854775807", "-2", "-9223372036854775809")]
    [InlineData("0.0000000000000000000000000001", "1", "1.0000000000000000000000000001")]
    [InlineData("79228162514264337593543950335", "1", "79228162514264337593543950335")]
    [InlineData("49.55", "450.45", "500")]
    public void Sum_AtTheEdges_IsExactOrAtItsEnd(string left, string right, string expected)
    {
        var sum = StageValue.Add(Of(left), Of(right));

        Assert.Equal(Of(expected), sum);
        Assert.Equal(0, StageValue.CompareNumbers(Of(expected), sum));
    }

    [Fact]
    public void Equality_IsByKindAndValue()
    {
        Assert.Equal(StageValue.Number(1.0m), StageValue.Number(1L));
        Assert.Equal(StageValue.Number(1.0m).GetHashCode(), StageValue.Number(1L).GetHashCode());
        Assert.NotEqual(StageValue.Number(1L), StageValue.Text("1"));
        Assert.NotEqual(StageValue.Number(1L), StageValue.Truth(true));
        Assert.NotEqual(StageValue.Number(0L), StageValue.None);
        Assert.Equal(StageValue.Date(new(2026, 2, 28)), StageValue.Date(new(2026, 2, 28)));
    }

    [Fact]
    public void ToString_OfText_DoesNotShowIt() => Assert.Equal("text of 5 characters", StageValue.Text("Marie").ToString());

    private static StageValue Of(string number) => StageValue.Number(decimal.Parse(number, System.Globalization.CultureInfo.InvariantCulture));
}
