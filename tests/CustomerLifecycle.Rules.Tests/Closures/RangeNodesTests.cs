using System.Globalization;

namespace CustomerLifecycle.Rules.Tests.Closures;

/// <summary>Ranges of numbers are merged and asked two by two; the answers stay those of each test by itself.</summary>
public class RangeNodesTests
{
    private static readonly long[] Integers = [long.MinValue, long.MinValue + 1, -1, 0, 1, 2, 3, long.MaxValue - 1, long.MaxValue];
    private static readonly double[] Doubles = [double.NegativeInfinity, -1, -double.Epsilon, 0, 0.5, 1, double.MaxValue, double.PositiveInfinity, double.NaN];
    private static readonly RuleMoment Moment = new(Instant.FromUtc(2026, 7, 1, 12, 0), new LocalCalendar(DateTimeZone.Utc));

    [Fact]
    public void Matches_OfRandomChainsOverNumbers_IsWhatValuesSay()
    {
        var random = new Random(4);
        var profile = new RuleProfile<Host>();
        profile.Integer("a", static host => host.A);
        profile.Integer("b", static host => host.B);
        profile.Double("x", static host => host.X);
        profile.Double("y", static host => host.Y);
        var values = CustomerFacts.Profile();

        for (var i = 0; i < 4_000; i++)
        {
            var text = Chain(random, 3);
            var typed = profile.Load(text).Value;
            var byValue = values.Load(text).Value;
            for (var j = 0; j < 30; j++)
            {
                var host = new Host(Pick(random, Integers), Pick(random, Integers), Pick(random, Doubles), Pick(random, Doubles));
                Assert.True(byValue.Matches(host.ToFacts(), Moment) == typed.Matches(host, Moment), $"{text} of {host}");
            }
        }
    }

    [Theory]
    [InlineData("a >= 1 and a <= 3", 1)]
    [InlineData("a < 1 or a > 3", 1)]
    [InlineData("a >= 1 and b >= 1 and a <= 3", 2)]
    [InlineData("x >= 1e0 and x < 3e0 and x < 2e0", 1)]
    [InlineData("a < 1 and a > 3 and b = 1", 0)]
    [InlineData("a <= 3 or a > 3 or b = 1", 0)]
    public void Matches_OfSeveralRangesOfOneAttribute_ReadsItOnce(string text, int reads)
    {
        var read = 0;
        var profile = new RuleProfile<Host>();
        profile.Integer("a", host => Reads(host.A));
        profile.Integer("b", host => Reads(host.B));
        profile.Double("x", host => Reads(host.X));

        profile.Load(text).Value.Matches(new(2, 1, 1.5, 0), Moment);

        Assert.Equal(reads, read);

        T Reads<T>(T value)
        {
            read++;
            return value;
        }
    }

    private static string Chain(Random random, int depth)
    {
        if (depth == 0 || random.Next(3) == 0) return random.Next(2) == 0 ? Test(random, Pick(random, ["a", "b"]), Integers) : Test(random, Pick(random, ["x", "y"]), [.. Doubles.Where(static value => !double.IsNaN(value))]);
        var chain = string.Join(random.Next(2) == 0 ? " and " : " or ", Enumerable.Range(0, 2 + random.Next(3)).Select(_ => $"({Chain(random, depth - 1)})"));
        return random.Next(4) == 0 ? $"not ({chain})" : chain;
    }

    private static string Test<T>(Random random, string name, T[] literals) => $"{name} {Pick(random, ["<", "<=", ">", ">=", "=", "!="])} {Literal(Pick(random, literals))}";

    private static string Literal<T>(T value) => value is double real ? new TestCondition(new AttributeOperand("x"), RuleOperator.Equal, [RuleValue.Of(real)]).ToString()["x = ".Length..] : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static T Pick<T>(Random random, T[] items) => items[random.Next(items.Length)];

    private sealed record Host(long A, long B, double X, double Y)
    {
        public CustomerFacts ToFacts() => new([new("a", RuleValue.Of(A)), new("b", RuleValue.Of(B)), new("x", RuleValue.Of(X)), new("y", RuleValue.Of(Y))]);
    }
}
