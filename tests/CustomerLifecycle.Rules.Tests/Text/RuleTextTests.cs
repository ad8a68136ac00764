namespace CustomerLifecycle.Rules.Tests.Text;

public class RuleTextTests
{
    public static TheoryData<string> Canonical =>
    [
        "true",
        "false",
        "country = 'US'",
        "country != 'O''Brien'",
        "country = 'us' ignoring case",
        "points >= 100 and points < 200 or vip = true",
        "(a = 1 or b = 2) and not c = 3",
        "not (a = 1 and b = 2)",
        "not not a = 1",
        "(a = 1 and b = 2) and c = 3",
        "price = 1.5",
        "price = 2.0",
        "price = 2e0",
        "price = -1.225e-6",
        "price <= -infinity",
        "price between 10 and 20",
        "price not between 10.0 and 20.5",
        "country in ()",
        "country in ('CN', 'US')",
        "country not in ('CN', 1, true, 2026-06-01, 2026-06-01T08:00:00Z)",
        "country in ('CN', 'US') ignoring case",
        "name contains 'a'",
        "name not contains 'a' ignoring case",
        "not name starts with 'a'",
        "name ends with 'a' ignoring case",
        "sku like 'AB-?*'",
        "name is set",
        "name is not set",
        "name is empty",
        "name is not empty",
        "tags has any of ('a', 'b')",
        "tags has all of ('a')",
        "tags has none of ()",
        "size(tags) = 2",
        "age(birth) >= 18",
        "bucket('mail') < 10",
        "bucket('mail', 10000) < 10",
        "birth anniversary today",
        "birth anniversary in next 7 days",
        "birth anniversary in month 7",
        "seen in last 7 days",
        "seen in last 3 calendar months",
        "seen in this week",
        "seen in previous 1 month",
        "seen in between 30 and 90 days ago",
        "seen in from 2026-01-01 to 2026-07-01T00:00:00Z",
        "seen in next 1 hour",
        "seen in next 2 calendar quarters",
        "seen before 90 days ago",
        "seen after 1 year ago",
        "order.count() >= 1",
        "order.count(last 90 days) >= 3",
        "order.count(coupon) >= 3",
        "order[total >= 50].sum(total, last 12 months) > 500",
        "order.last() before 90 days ago",
        "order.latest(channel) = 'web'",
        "order[total >= 50 and (sku = 'a' or sku = 'b')].count() > 1",
        "in segment 'vip'",
        "not in segment 'un''subscribed'",
        "sequence(view[sku = 'A'] then cart within 1 day then order within 7 days) last 30 days",
        "sequence(view)",
        "event.amount > 5",
        "dwell >= 30 days",
        "visits('loyal') = 2",
        "\"odd \"\"name\"\"\" = 1",
        "\"in\" = 1",
        "\"dwell\" >= 30",
        "order.count(\"last\") = 1",
        "国家 = '中国'",
    ];

    [Theory]
    [MemberData(nameof(Canonical))]
    public void Text_InCanonicalForm_PrintsAsItWasWritten(string text) => Assert.Equal(text, Rule.Parse(text).Value.ToText());

    [Theory]
    [MemberData(nameof(Canonical))]
    public void Text_PrintedInChinese_ReadsBackAsTheSameTree(string text)
    {
        var rule = Rule.Parse(text).Value;

        Assert.Equal(rule, Rule.Parse(rule.ToText(RuleKeywords.Chinese), RuleKeywords.Chinese).Value);
    }

    [Theory]
    [MemberData(nameof(Canonical))]
    public void Text_WrittenAsJson_ReadsBackAsTheSameTreeAndTheSameJson(string text)
    {
        var rule = Rule.Parse(text).Value;

        var again = Rule.ParseJson(rule.ToJson()).Value;

        Assert.Equal(rule, again);
        Assert.Equal(rule.ToJson(), again.ToJson());
    }

    [Theory]
    [InlineData("A = 1 AND b <> 2", "A = 1 and b != 2")]
    [InlineData("x before 2026-01-01", "x < 2026-01-01")]
    [InlineData("x after 2026-01-01T00:00:00+08:00", "x > 2025-12-31T16:00:00Z")]
    [InlineData("x in last 1 calendar unit", null)]
    [InlineData("x in last 1 calendar month", "x in this month")]
    [InlineData("x = 1.50", "x = 1.5")]
    [InlineData("x = +1", null)]
    [InlineData("bucket('a', 100) < 5", "bucket('a') < 5")]
    [InlineData("seen not in last 7 days", "not seen in last 7 days")]
    [InlineData("((((x = 1))))", "x = 1")]
    [InlineData("x = null", null)]
    [InlineData("x = 99999999999999999999", null)]
    [InlineData("x = 0.12345678901234567890123456789", null)]
    [InlineData("x = 1e999", null)]
    [InlineData("x = 2026-02-30", null)]
    [InlineData("x = 'open", null)]
    [InlineData("x = 12abc", null)]
    [InlineData("", null)]
    [InlineData("x = 1 y = 2", null)]
    [InlineData("x", null)]
    [InlineData("order.total() = 1", null)]
    [InlineData("x in last 0.5 days", null)]
    public void Text_OfOtherForms_IsBroughtIntoCanonicalFormOrRefused(string text, string? canonical)
    {
        var load = Rule.Parse(text);

        Assert.Equal(canonical, load.IsLoaded ? load.Value.ToText() : null);
    }

    [Fact]
    public void Problem_OfText_SaysWhereItIs()
    {
        var problem = Assert.Single(Rule.Parse("country = 'US'\n  and points >= ").Problems);

        Assert.Equal(("rules.syntax", 31, "line 2, column 17"), (problem.Code, problem.Position, problem.Place));
    }

    [Fact]
    public void Text_NestedBeyondTheLimit_IsRefusedWithoutOverflowingTheStack()
    {
        var parentheses = new string('(', 100_000) + "x = 1" + new string(')', 100_000);
        var nots = string.Concat(Enumerable.Repeat("not ", 50_000)) + "x = 1";
        var selectors = string.Concat(Enumerable.Repeat("a[", 50_000));

        Assert.All([parentheses, nots, selectors], text => Assert.Equal("rules.too-deep", Assert.Single(Rule.Parse(text).Problems).Code));
    }

    [Fact]
    public void Text_InChinese_IsTheSameTree()
    {
        var chinese = Rule.Parse("国家 属于 ('CN', 'US') 且 order.次数(近 90天) >= 3 且 非 属于分群 '已退订'", RuleKeywords.Chinese).Value;

        Assert.Equal("国家 in ('CN', 'US') and order.count(last 90 days) >= 3 and not in segment '已退订'", chinese.ToText());
        Assert.Equal("国家 属于 ('CN', 'US') 且 order.次数(近 90 天) >= 3 且 非 属于分群 '已退订'", chinese.ToText(RuleKeywords.Chinese));
    }

    [Fact]
    public void Condition_BuiltDeeperThanTheLimit_CannotBeMade()
    {
        var condition = Rule.Parse("x = 1").Value.Condition;

        Assert.Throws<ArgumentException>(() =>
        {
            for (var i = 0; i <= RuleLimits.Depth; i++) condition = !condition;
        });
    }

    [Fact]
    public void Text_OfTheLastEvent_HasAChineseWordOfItsOwn()
    {
        var rule = Rule.Parse("order.last(last 3 days) before 1 day ago").Value;

        Assert.Equal("order.末次(近 3 天) 早于 1 天 之前", rule.ToText(RuleKeywords.Chinese));
        Assert.Equal(rule, Rule.Parse("order.末次(近 3 天) 早于 1 天 之前", RuleKeywords.Chinese).Value);
    }

    [Theory]
    [InlineData("points == 3", "Did you mean '='?")]
    [InlineData("points >= 3 && vip = true", "Did you mean 'and'?")]
    [InlineData("points ≥ 3", "Did you mean '>='?")]
    [InlineData("country = “CN”", "between single quotes")]
    [InlineData("points # 3", "'#' is no part of the language.")]
    public void Text_OfAnotherLanguage_IsRefusedWithWhatIsMeant(string text, string advice) =>
        Assert.Contains(advice, Assert.Single(Rule.Parse(text).Problems).Message, StringComparison.Ordinal);
}
