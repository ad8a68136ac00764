using System.Globalization;
using CustomerLifecycle.Rules.Tests.Differential;

namespace CustomerLifecycle.Rules.Tests.Text;

/// <summary>Mutated rules: whatever comes in, a rule or its problems come out.</summary>
public class RuleFuzzTests
{
    private const string Alphabet = "()[],.'\"-=<>! \t\n_aeT0129:Z+且{}\\\uD83D\uDE00\0";

    private static readonly string[] Fragments = ["not ", "and ", "in (", "last ", "days", "''", "\"", "((((((", "[[", "2026-02-30", "9999-12-31T23:59:59Z", "1e400", "99999999999999999999", "sequence(", "then ", "{\"not\":", "{\"all\":[", "null", "$date"];

    /// <summary><c>CUSTOMERLIFECYCLE_RULES_MUTATIONS=1000000</c> for the long run.</summary>
    private static int Mutations => int.TryParse(Environment.GetEnvironmentVariable("CUSTOMERLIFECYCLE_RULES_MUTATIONS"), CultureInfo.InvariantCulture, out var count) ? count : 40_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reader_OfMutatedInput_GivesARuleOrItsProblems(bool json)
    {
        var random = new Random(4);
        var rules = new RandomRules(50_000);
        var texts = Enumerable.Range(0, 500).Select(_ => new Rule(rules.Condition())).Select(rule => json ? rule.ToJson() : rule.ToText()).ToList();
        var loaded = 0;
        for (var i = 0; i < Mutations; i++)
        {
            var mutated = Mutate(texts[random.Next(texts.Count)], texts[random.Next(texts.Count)], random);
            var load = json ? Rule.ParseJson(mutated) : Rule.Parse(mutated, i % 2 == 0 ? RuleKeywords.English : RuleKeywords.Chinese);

            Assert.Equal(load.IsLoaded, load.Problems.Count == 0);
            if (!load.IsLoaded) continue;
            loaded++;
            Assert.Equal(load.Value, Rule.Parse(load.Value.ToText()).IsLoaded ? Rule.Parse(load.Value.ToText()).Value : load.Value);
            load.Value.Bind(RuleSchema.Open);
        }

        Assert.InRange(loaded, Mutations / 1000, Mutations);
    }

    private static string Mutate(string text, string other, Random random)
    {
        var mutations = 1 + random.Next(4);
        for (var i = 0; i < mutations && text.Length > 0; i++)
        {
            var at = random.Next(text.Length);
            var length = Math.Min(random.Next(1, 12), text.Length - at);
            text = random.Next(7) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, Alphabet[random.Next(Alphabet.Length)].ToString()),
                2 => text.Insert(at, Fragments[random.Next(Fragments.Length)]),
                3 => string.Concat(text.AsSpan(0, at), other.AsSpan(Math.Min(at, other.Length))),
                4 => text.Insert(at, text.Substring(at, length)),
                5 => text.Insert(at, string.Concat(Enumerable.Repeat(Fragments[random.Next(Fragments.Length)], random.Next(200)))),
                _ => string.Concat(text.AsSpan(0, at), Alphabet.AsSpan(random.Next(Alphabet.Length), 1), text.AsSpan(at + 1)),
            };
        }

        return text;
    }
}
