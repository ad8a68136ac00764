namespace CustomerLifecycle.Tests;

/// <summary>The hash table of the in-memory journal beside the framework's.</summary>
public class TextIndexTests
{
    public static TheoryData<string> Hashes => [.. HashFunctions.Keys];

    // The good one, and some that make every text meet others: in one shard, at the end of a shard so that probing starts over, and in all 32 bits.
    private static Dictionary<string, Func<string, uint>> HashFunctions { get; } = new(StringComparer.Ordinal)
    {
        ["good"] = TextIndex.HashOf,
        ["few"] = static text => TextIndex.HashOf(text) & 3,
        ["last places"] = static text => 0xFFFF_FFF0 | (TextIndex.HashOf(text) & 0xF),
        ["one"] = static _ => uint.MaxValue,
    };

    [Theory]
    [MemberData(nameof(Hashes))]
    public void AnySequenceOfTexts_IsFoundAsADictionaryFindsIt(string hashes)
    {
        var hashOf = HashFunctions[hashes];
        for (var seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            var texts = new List<string>();
            var index = new TextIndex(number => texts[number]);
            var expected = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var step = 0; step < 400; step++)
            {
                var text = $"t{random.Next(300)}";
                var number = index.Find(text, hashOf(text));
                Assert.Equal(expected.GetValueOrDefault(text, -1), number);
                if (number >= 0) continue;
                expected.Add(text, texts.Count);
                index.Add(hashOf(text), texts.Count);
                texts.Add(text);
            }

            Assert.All(expected, pair => Assert.Equal(pair.Value, index.Find(new string(pair.Key), hashOf(pair.Key))));
        }
    }

    [Fact]
    public void Find_AmongMany_FindsEachAndNoOther()
    {
        const int Count = 200_000;
        var texts = Enumerable.Range(0, Count).Select(static i => $"member-{i}").ToArray();
        var index = new TextIndex(number => texts[number]);
        for (var i = 0; i < Count; i++) index.Add(TextIndex.HashOf(texts[i]), i);

        for (var i = 0; i < Count; i++)
        {
            Assert.Equal(i, index.Find(texts[i], TextIndex.HashOf(texts[i])));
            var absent = $"absent-{i}";
            Assert.Equal(-1, index.Find(absent, TextIndex.HashOf(absent)));
        }
    }

    [Fact]
    public void Find_InAnEmptyIndex_FindsNothing() =>
        Assert.Equal(-1, new TextIndex(static _ => throw new InvalidOperationException("There is no text.")).Find("a", TextIndex.HashOf("a")));
}
