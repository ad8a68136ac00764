namespace CustomerLifecycle.Rules.Tests.Binding;

public class RuleBinderTests
{
    private static readonly RuleSchema Schema = new RuleSchemaBuilder()
        .Attribute("country", RuleKind.Text)
        .Attribute("points", RuleKind.Integer)
        .Attribute("spent", RuleKind.Decimal)
        .Attribute("vip", RuleKind.Boolean)
        .Attribute("birth", RuleKind.Date)
        .Attribute("seen", RuleKind.Instant)
        .Attribute("tags", RuleKind.Set)
        .Event("order", ("total", RuleKind.Decimal), ("sku", RuleKind.Text), ("paid", RuleKind.Boolean))
        .Event("visit")
        .Build();

    private static readonly RuleSchema Guard = new RuleSchemaBuilder()
        .Attribute("orders", RuleKind.Integer)
        .EventAtHand(("amount", RuleKind.Number))
        .StageAtHand("new", "loyal")
        .WithoutAggregates()
        .Build();

    [Theory]
    [InlineData("contry = 'US'", "rules.unknown-attribute", "country")]
    [InlineData("ordr.count() > 1", "rules.unknown-event", "order")]
    [InlineData("order[totl > 1].count() > 1", "rules.unknown-property", "total")]
    [InlineData("order.sum(totel) > 1", "rules.unknown-property", "total")]
    [InlineData("in segment 'vips'", "rules.unknown-segment", "vip")]
    public void Bind_OfUnknownNames_SuggestsTheNearest(string text, string code, string suggestion)
    {
        var problem = Assert.Single(Bind(text, Schema).Problems);

        Assert.Equal((code, suggestion), (problem.Code, problem.Suggestion));
    }

    [Theory]
    [InlineData("country = 1", "rules.kind-mismatch")]
    [InlineData("points = 'x'", "rules.kind-mismatch")]
    [InlineData("points contains '1'", "rules.kind-mismatch")]
    [InlineData("points in (1, 'a')", "rules.kind-mismatch")]
    [InlineData("tags = 'a'", "rules.kind-mismatch")]
    [InlineData("country has any of ('a')", "rules.kind-mismatch")]
    [InlineData("size(points) = 1", "rules.kind-mismatch")]
    [InlineData("age(seen) > 'x'", "rules.kind-mismatch")]
    [InlineData("points anniversary today", "rules.kind-mismatch")]
    [InlineData("birth in last 3 hours", "rules.kind-mismatch")]
    [InlineData("seen < 2026-01-01", "rules.kind-mismatch")]
    [InlineData("order.count() = 'x'", "rules.kind-mismatch")]
    [InlineData("order.sum(sku) > 1", "rules.kind-mismatch")]
    [InlineData("vip > false", "rules.no-order")]
    [InlineData("order.max(paid) = true", "rules.no-order")]
    [InlineData("points between 20 and 10", "rules.inverted-range")]
    [InlineData("seen in between 90 and 30 days ago", "rules.inverted-range")]
    [InlineData("seen in from 2026-02-01 to 2026-01-01", "rules.inverted-range")]
    [InlineData("seen in last 0 days", "rules.invalid-amount")]
    [InlineData("order.count(last 0 days) > 1", "rules.invalid-amount")]
    [InlineData("bucket('a', 0) < 1", "rules.invalid-amount")]
    [InlineData("birth anniversary in month 13", "rules.no-such-month")]
    [InlineData("order.sum() > 1", "rules.missing-property")]
    [InlineData("order[order.count() > 1].count() > 1", "rules.only-properties")]
    [InlineData("event.amount > 1", "rules.no-event")]
    [InlineData("dwell > 1 day", "rules.no-dwell")]
    [InlineData("visits('x') > 1", "rules.no-stages")]
    public void Bind_OfMistakes_RefusesThem(string text, string code) => Assert.Equal(code, Assert.Single(Bind(text, Schema).Problems).Code);

    [Theory]
    [InlineData("orders >= 2 and event.amount > 10.5 and dwell >= 30 days and visits('loyal') = 0", null)]
    [InlineData("order.count() > 1", "rules.no-aggregates")]
    [InlineData("visits('loyall') > 1", "rules.unknown-stage")]
    [InlineData("event.amout > 1", "rules.unknown-field")]
    [InlineData("event.amount = 'x'", "rules.kind-mismatch")]
    public void Bind_OfAStageGuard_KnowsStagesAndTheEventAtHand(string text, string? code) => Assert.Equal(code, Bind(text, Guard).Problems.SingleOrDefault()?.Code);

    [Fact]
    public void Bind_OfSeveralMistakes_ReportsThemAllWithTheirPlaces()
    {
        var problems = Bind("contry = 'US' and points = 'x'\n or birth in last 0 days", Schema).Problems;

        Assert.Equal("line 1, column 1; line 1, column 19; line 2, column 5", string.Join("; ", problems.Select(problem => problem.Place)));
    }

    [Fact]
    public void Bind_OfSegmentsThatReferToThemselves_NamesTheCycle()
    {
        var segments = Segments(("a", "in segment 'b'"), ("b", "points > 1 or in segment 'c'"), ("c", "in segment 'a'"));

        var problem = Assert.Single(Rule.Parse("in segment 'a'").Value.Bind(Schema, segments).Problems);

        Assert.Equal("rules.segment-cycle", problem.Code);
        Assert.Contains("a → b → c → a", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bind_OfADiamondOfSegments_IsFine()
    {
        var segments = Segments(("base", "points > 1"), ("left", "in segment 'base'"), ("right", "in segment 'base' and country = 'US'"));

        var bound = Rule.Parse("in segment 'left' and in segment 'right'").Value.Bind(Schema, segments).Value;

        Assert.Equal("base left right", string.Join(' ', bound.Segments.Order(StringComparer.Ordinal)));
        Assert.Equal("points country", string.Join(' ', bound.Attributes));
    }

    [Fact]
    public void Bind_OfALongChainOfSegments_IsRefused()
    {
        var segments = Segments([.. Enumerable.Range(0, 100).Select(i => ($"s{i}", $"in segment 's{i + 1}'"))]);

        Assert.Equal("rules.segment-chain", Assert.Single(Rule.Parse("in segment 's0'").Value.Bind(Schema, segments).Problems).Code);
    }

    [Fact]
    public void Bind_OfSegmentsThatMultiplyAlongAChain_IsRefusedBeforeAnythingWalksThem()
    {
        var segments = Segments([.. Enumerable.Range(0, 31).Select(i => ($"s{i}", i == 30 ? "points > 1" : $"in segment 's{i + 1}' and (points > {i} or not in segment 's{i + 1}')"))]);

        var problem = Rule.Parse("in segment 's0' or in segment 's0'").Value.Bind(Schema, segments).Problems[0];
        var fitting = Rule.Parse("in segment 's20' or in segment 's20'").Value.Bind(Schema, segments).Value;

        Assert.Equal("rules.segments-too-large", problem.Code);
        Assert.True(new RuleProfile<long>().AnyAttribute((points, _) => RuleValue.Of(points)).Compile(fitting).Judge(30, new(Instant.FromUtc(2026, 1, 1, 0, 0), new(DateTimeZone.Utc))).Matches);
    }

    private static RuleLoad<BoundRule> Bind(string text, RuleSchema schema) => Rule.Parse(text).Value.Bind(schema, Segments(("vip", "points > 1000")));

    private static SegmentTable Segments(params (string Name, string Text)[] segments) => new(segments.Select(segment => KeyValuePair.Create(segment.Name, Rule.Parse(segment.Text).Value)));
}
