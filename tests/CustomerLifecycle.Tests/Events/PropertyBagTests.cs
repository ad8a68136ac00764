using CustomerLifecycle.Tests.Shared;

namespace CustomerLifecycle.Tests;

public class PropertyBagTests
{
    [Fact]
    public void Values_OfEachKind_AreReadAsThatKindOnly()
    {
        var bag = PropertyBag.Of(("n", 1.50m), ("t", "x"), ("b", true), ("i", NodaConstants.UnixEpoch), ("d", new LocalDate(2000, 2, 29)));

        Assert.Equal(1.5m, bag["n"].AsNumber);
        Assert.Equal("x", bag["t"].AsText);
        Assert.True(bag["b"].AsTruth);
        Assert.Equal(NodaConstants.UnixEpoch, bag["i"].AsInstant);
        Assert.Equal(new LocalDate(2000, 2, 29), bag["d"].AsDate);
        Assert.All(new[] { "t", "b", "i", "d", "absent" }, name => Assert.Null(bag[name].AsNumber));
        Assert.Equal(PropertyKind.Missing, bag["absent"].Kind);
    }

    [Fact]
    public void Equality_IsByKindAndValue()
    {
        Assert.Equal(PropertyBag.Of(("a", 1.5m), ("b", 2)), PropertyBag.Of(("b", 2m), ("a", 1.50m)));
        Assert.Equal(PropertyBag.Of(("a", 1.5m)).GetHashCode(), PropertyBag.Of(("a", 1.50m)).GetHashCode());
        Assert.NotEqual(PropertyBag.Of(("a", 1)), PropertyBag.Of(("a", "1")));
        Assert.NotEqual(PropertyBag.Of(("a", 1)), PropertyBag.Of(("a", true)));
        Assert.Equal(PropertyBag.Empty, PropertyBag.Of(("a", default(PropertyValue))));
        Assert.Equal(PropertyBag.Of(("a", 1)), PropertyBag.Of(("a", 7), ("b", 2)).With("b", default).With("a", 1));
    }

    [Fact]
    public void Names_StandInCodePointOrder() =>
        Assert.Equal(["a", "\uFF21", "\U0001F600"], PropertyBag.Of(("\U0001F600", 1), ("\uFF21", 2), ("a", 3)).Select(item => item.Key));

    [Fact]
    public void Constructor_BeyondTheLimits_Throws()
    {
        Assert.Throws<ArgumentException>(() => PropertyBag.Of(("a", 1), ("a", 2)));
        Assert.Throws<ArgumentException>(() => PropertyBag.Of((" ", 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => PropertyBag.Of((new string('x', 65), 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PropertyValue(new string('x', 1_025)));
        Assert.Throws<ArgumentException>(() => new PropertyValue("\uD83D"));
        Assert.Throws<ArgumentException>(() => new PropertyValue("a\0b"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PropertyBag(Enumerable.Range(0, 65).Select(i => new KeyValuePair<string, PropertyValue>($"p{i}", i))));
    }

    [Fact]
    public void ToString_ShowsNoTexts()
    {
        Assert.Equal("name", PropertyBag.Of(("name", "Jane Doe")).ToString());
        Assert.Equal("text of 8", new PropertyValue("Jane Doe").ToString());
    }

    /// <summary>The form is stored: this snapshot never changes.</summary>
    [Fact]
    public Task Json_OfAllKinds_ReadsLikeThis() =>
        Verifier.Verify(PropertyBagJson.ToText(PropertyBag.Of(
            ("number", -12.50m), ("text", "\"Ünï\" 日本 \U0001F600"), ("truth", false), ("instant", Instant.FromUtc(2026, 6, 1, 8, 0) + Duration.Epsilon), ("date", new LocalDate(2000, 2, 29)))));

    [Fact]
    public void Json_OfAnyBag_ReadsBackTheSame()
    {
        var random = new Random(5);
        for (var i = 0; i < 2_000; i++)
        {
            var bag = Any(random);

            Assert.Equal(bag, PropertyBagJson.FromText(PropertyBagJson.ToText(bag)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{\"a\":null}")]
    [InlineData("{\"a\":[1]}")]
    [InlineData("{\"a\":{}}")]
    [InlineData("{\"a\":{\"$date\":\"2000-02-30\"}}")]
    [InlineData("{\"a\":{\"$date\":\"2000-02-28\",\"b\":1}}")]
    [InlineData("{\"a\":{\"$time\":\"12:00\"}}")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"\":1}")]
    [InlineData("{\"a\":1e400}")]
    [InlineData("{\"a\":\"\\uD83D\"}")]
    [InlineData("{\"a\":\"\\u0000\"}")]
    public void Json_OfSomethingElse_IsAFormatException(string json) => Assert.Throws<FormatException>(() => PropertyBagJson.FromText(json));

    internal static PropertyBag Any(Random random) => PropertyBag.Of([.. Enumerable.Range(0, random.Next(6)).Select(i => ($"p{i}", random.Next(5) switch
    {
        0 => new PropertyValue((decimal)random.Next(-9_999, 9_999) / 100),
        1 => new PropertyValue(CodePointComparerTests.Text(random)),
        2 => new PropertyValue(random.Next(2) == 0),
        3 => new PropertyValue(NodaConstants.UnixEpoch + Duration.FromNanoseconds(random.NextInt64(-4_000_000_000_000_000_000, 4_000_000_000_000_000_000))),
        _ => new PropertyValue(new LocalDate(2000, 1, 1).PlusDays(random.Next(-9_999, 9_999))),
    }))]);
}
