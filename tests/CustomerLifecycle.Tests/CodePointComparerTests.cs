using System.Text;

namespace CustomerLifecycle.Tests;

public class CodePointComparerTests
{
    [Fact]
    public void Compare_AboveTheBasicPlane_IsAfterAllOfIt()
    {
        Assert.True(CodePointComparer.CompareText("\U0001F600", "\uFF21") > 0);
        Assert.True(string.CompareOrdinal("\U0001F600", "\uFF21") < 0);
    }

    [Theory]
    [InlineData(null, null, 0)]
    [InlineData(null, "", -1)]
    [InlineData("", "a", -1)]
    [InlineData("a", "ab", -1)]
    [InlineData("b", "ab", 1)]
    [InlineData("a", "a", 0)]
    public void Compare_OfPrefixesAndNothing_IsLikeAnyOrder(string? x, string? y, int sign) =>
        Assert.Equal(sign, Math.Sign(CodePointComparer.Instance.Compare(x, y)));

    /// <summary>The stores sort UTF-8 bytes: SQLite's BINARY, PostgreSQL's "C".</summary>
    [Fact]
    public void Compare_OfAnyTexts_IsTheOrderOfTheirUtf8Bytes()
    {
        var random = new Random(3);
        for (var i = 0; i < 20_000; i++)
        {
            var (x, y) = (Text(random), Text(random));

            var bytes = Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y));

            Assert.Equal(Math.Sign(bytes), Math.Sign(CodePointComparer.CompareText(x, y)));
        }
    }

    internal static string Text(Random random)
    {
        // Few letters, so that texts share prefixes; among them both sides of the surrogates.
        string[] letters = ["a", "b", "é", "日", "\uD7FF", "\uE000", "\uFFFD", "\U00010000", "\U0001F600", "\U0010FFFF"];
        return string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => letters[random.Next(letters.Length)]));
    }
}
