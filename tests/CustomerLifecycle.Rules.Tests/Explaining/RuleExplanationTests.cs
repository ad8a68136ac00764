using CustomerLifecycle.Rules.Tests.Differential;
using CustomerLifecycle.Tests.Shared;

namespace CustomerLifecycle.Rules.Tests.Explaining;

public class RuleExplanationTests
{
    private static readonly RuleMoment Moment = new(Instant.FromUtc(2026, 7, 1, 12, 0), new LocalCalendar(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]));

    private static readonly CustomerFacts Customer = new(
        new Dictionary<string, RuleValue>(StringComparer.Ordinal)
        {
            ["country"] = RuleValue.Of("CN"),
            ["birth_date"] = RuleValue.Of(new LocalDate(2000, 2, 29)),
            ["tags"] = RuleValue.Of(["new", "vip"]),
        },
        EventLog.Of(
        [
            Event("view", 10, "sku", RuleValue.Of("A")),
            Event("cart", 9),
            Event("order", 5, "total", RuleValue.Of(80m)),
            Event("order", 200, "total", RuleValue.Of(20m)),
        ]));

    [Fact]
    public Task Explanation_InEnglish_ReadsLikeThis() => Verifier.Verify(Explain().ToText());

    [Fact]
    public Task Explanation_InChinese_ReadsLikeThis() => Verifier.Verify(Explain().ToText(RuleLanguage.Chinese));

    [Theory]
    [InlineData("a = 1 and country = 'US' and (b = 2 or c = 3)", "a = 1")]
    [InlineData("(a = 1 or b = 2) and (c = 3 or d = 4 or country = 'US')", "a = 1; b = 2")]
    [InlineData("a = 1 or country = 'CN' or size(tags) = 2", "country = 'CN'")]
    [InlineData("country = 'CN' and not a = 1", "country = 'CN'; a = 1")]
    [InlineData("not (country = 'CN' and size(tags) = 2)", "country = 'CN'; size(tags) = 2")]
    [InlineData("(a = 1 or b = 2) and c = 3", "c = 3")]
    public void Reason_OfAVerdict_IsTheFewestTestsThatForceIt(string text, string reason) =>
        Assert.Equal(reason, string.Join("; ", CustomerFacts.Profile().Load(text).Value.Explain(Customer, Moment).Reason.Select(test => test.Condition)));

    [Fact]
    public void Explanation_AsText_HoldsNoValueUnlessAsked() => Assert.Equal("does not hold: birth_date anniversary today", CustomerFacts.Profile().Load("birth_date anniversary today").Value.Explain(Customer, Moment).ToString());

    [Fact]
    public void Explanation_OfRandomRules_HasTheVerdictOfThePredicate()
    {
        var random = new RandomRules(40_000);
        for (var i = 0; i < 4_000; i++)
        {
            var moment = new RuleMoment(random.Now(), new LocalCalendar(random.Zone()));
            var segments = new SegmentTable(new[] { "s1", "s2" }.Select(name => KeyValuePair.Create(name, Rule.Parse("n > 1").Value)));
            var compiled = CustomerFacts.Profile().Compile(new Rule(random.Condition()).Bind(RuleSchema.Open, segments).Value);
            var facts = random.Customer().ToFacts();

            var explanation = compiled.Explain(facts, moment);

            Assert.Equal(compiled.Matches(facts, moment), explanation.Holds);
            Assert.NotEmpty(explanation.ToText());
        }
    }

    private static RuleExplanation Explain() => CustomerFacts.Profile().Load("""
        country in ('CN', 'US') and not (order[total >= 50].count(last 90 days) >= 3 or in segment 'loyal')
        and sequence(view[sku = 'A'] then cart within 2 days then order within 7 days) last 30 days
        and (birth_date anniversary in next 7 days or email is set or order.sum(total) > 500)
        """, new SegmentTable([KeyValuePair.Create("loyal", Rule.Parse("tags has all of ('vip', 'gold')").Value)])).Value.Explain(Customer, Moment);

    private static RuleEvent Event(string type, int daysAgo, string? property = null, RuleValue value = default) =>
        new(type, Moment.Now - Duration.FromDays(daysAgo), property is null ? null : [KeyValuePair.Create(property, value)]);
}
