using CustomerLifecycle.Tests.Shared;

namespace CustomerLifecycle.Rules.Tests.Text;

/// <summary>After a problem, reading goes on: every problem is told at once, and none that is only a consequence.</summary>
public class RuleRecoveryTests
{
    private static readonly RuleSchema Schema = new RuleSchemaBuilder().Attribute("country", RuleKind.Text).Attribute("points", RuleKind.Integer).Attribute("birth_date", RuleKind.Date).Attribute("tags", RuleKind.Set)
        .Event("order", ("total", RuleKind.Decimal), ("sku", RuleKind.Text)).Build();

    private static readonly string[] English =
    [
        "country = CN and points >= and order.cuont(last 90 days) > 2",
        "country == 'CN' && points ≥ 100",
        "(points between 1 adn 5 or country in ('CN' 'US')) and points >",
        "order.count(last 90 dyas) >= 3 and order[totl >= 50].sum(total, last 12 months > 500 and points = 1",
        "points between low and 5 and country is emty",
        "order[sku = ].count() > 1 and countri = 'CN'",
        "points = 1 points = 2 and country in (CN, US)",
        "birth_date aniversary in next 7 days or and tags has some of ('a')",
        "points = 1) and (country = 'x'",
        "country = “CN” or points = 90days or pionts = 5 # not yet",
        "country = 'CN and points = ",
        "",
        "and",
        "country is 'CN' or country not = 'US' or country equals 'DE' or points at least 3 or points is null",
        "order.last() > 90 days ago and order[total >= 50 .count() > 1",
        "sequence(view then cart within day) last 30 days and points = null",
    ];

    private static readonly string[] Chinese =
    [
        "country 属于 (CN, 'US') 且 order.次书(近 90 天) >= 3",
        "points 介于 1 5 或 country 不包含 5 且 order.次数(近 90 填) >= 3",
        "country 是 'CN' 且 points 大于 100 且 points > ５００",
        "country 属于 ('CN'、'US') 且 order【total > 5】.次数() > 1",
        "（points >= 且 country ＝ ‘CN’） 且 国家 为空",
    ];

    [Fact]
    public Task Problems_OfEnglishText_AreAllTold() => Verifier.Verify(Tell(English, RuleKeywords.English));

    [Fact]
    public Task Problems_OfChineseText_AreAllTold() => Verifier.Verify(Tell(Chinese, RuleKeywords.Chinese));

    [Fact]
    public void Problems_OfATextFullOfThem_AreBounded()
    {
        string[] texts = [string.Concat(Enumerable.Repeat("points >= and ", 15_000)), new('#', 200_000), string.Concat(Enumerable.Repeat("(points ", 30)), string.Concat(Enumerable.Repeat("1 = 2 or ", 20_000))];

        Assert.All(texts, text => Assert.InRange(Rule.Parse(text).Problems.Count, 1, RuleLimits.Problems));
    }

    [Fact]
    public void Load_OfAProfile_TellsUnknownNamesBesidesSyntax()
    {
        var profile = new RuleProfile<string>();
        profile.Integer("points", static text => text.Length);

        Assert.Equal(["rules.syntax", "rules.unknown-attribute"], profile.Load("points >= and pionts = 1").Problems.Select(problem => problem.Code));
    }

    private static string Tell(IEnumerable<string> texts, RuleKeywords keywords) =>
        string.Join("\n", texts.Select(text => $"{text}\n{string.Concat(new RuleLoader(Schema).LoadText(text, keywords).Problems.Select(problem => $"    {problem}{(problem.Suggestion is null ? "" : $" [{problem.Suggestion}]")}\n"))}"));
}
