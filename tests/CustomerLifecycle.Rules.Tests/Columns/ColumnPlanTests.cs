namespace CustomerLifecycle.Rules.Tests.Columns;

public class ColumnPlanTests
{
    private static readonly RuleMoment Moment = new(Instant.FromUtc(2026, 6, 1, 12, 0), new LocalCalendar(DateTimeZone.Utc));

    [Fact]
    public void Evaluate_AgainAtTheSameMoment_AllocatesNothing()
    {
        var columns = Shoppers(10_000);
        var plan = Plan(columns, "n >= 3 and t = 'a1'", "m between 0.25 and 0.5 or not flag = true", "tags has any of ('x1', 'x3') and seen in last 90 days", "t contains '2' or age(day) >= 30", "bucket('mail') < 10 and e like '*7*'");
        var matches = new ColumnMatches();
        plan.Evaluate(Moment, matches);
        plan.Evaluate(Moment, matches);

        var before = GC.GetAllocatedBytesForCurrentThread();
        plan.Evaluate(Moment, matches);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.All(Enumerable.Range(0, 5), rule => Assert.InRange(matches.Count(rule), 1, 9_999));
    }

    [Fact]
    public void Evaluate_OfEventsAgainAtTheSameMoment_AllocatesNothing()
    {
        var columns = Shoppers(5_000);
        var random = new Random(3);
        for (var i = 0; i < 40_000; i++)
            columns.Record(random.Next(5_000), new(i % 3 == 0 ? "order" : "view", Moment.Now - Duration.FromMinutes(40_000 - i), [new("total", RuleValue.Of(i % 500 / 100m)), new("sku", RuleValue.Of($"s{i % 20}"))]));
        var plan = Plan(columns, "order.count(last 2 weeks) >= 1", "order[total >= 2].sum(total) > 4 and order.max(total) < 4.5", "order.last() before 10 days ago", "order.distinct(sku) > 2 or view.latest(sku) = 's1'", "sequence(view then order within 3 days then view within 1 month) last 20 days", "order.avg(total) > 2.5");
        var matches = new ColumnMatches();
        plan.Evaluate(Moment, matches);
        plan.Evaluate(Moment, matches);

        var before = GC.GetAllocatedBytesForCurrentThread();
        plan.Evaluate(Moment, matches);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.All(Enumerable.Range(0, 6), rule => Assert.InRange(matches.Count(rule), 1, 4_999));
    }

    [Fact]
    public void Rows_OfARule_AreThoseWhoseBitIsSet()
    {
        var columns = Shoppers(200);
        var plan = Plan(columns, "n = 3");
        var matches = new ColumnMatches();
        plan.Evaluate(Moment, matches);

        Assert.Equal(Enumerable.Range(0, 200).Where(row => matches[0, row]), matches.Rows(0));
        Assert.Equal(matches.Count(0), matches.Rows(0).Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => matches[0, 200]);
    }

    [Fact]
    public void Fallbacks_OfRulesThatColumnsCannotAnswer_AreNamedOnceWithTheirReason()
    {
        var columns = Shoppers(70);
        columns.Set(3, "n", RuleValue.Of("three"));
        columns.Record(4, new("order", Moment.Now, [new("total", RuleValue.Of(2.50m)), new("sku", RuleValue.Of("A"))]));
        columns.Record(5, new("view", Moment.Now, [new("score", RuleValue.Of(0.5)), new("due", RuleValue.Of(Moment.Now))]));

        var plan = Plan(columns, "order.count() > 2 and t = 'a1'", "not order.count() > 2", "day anniversary today", "n > 2", "t contains 'a' and e like '*9'", "order[total >= 2].sum(total, last 3 months) > 2.5 and order.latest(sku) in ('A', 'B') and view.latest(due) in last 2 days", "view.avg(score) > 0.2 and order.min(sku) < 'B'", "view.last() anniversary today", "sequence(view then order within 2 months)");

        Assert.Equal(
            [
                new("day anniversary today", ColumnFallbackReason.Calendar), new("n > 2", ColumnFallbackReason.MixedValues), new("view.avg(score) > 0.2", ColumnFallbackReason.MixedValues),
                new("order.min(sku) < 'B'", ColumnFallbackReason.MixedValues), new("view.last() anniversary today", ColumnFallbackReason.Calendar),
            ],
            plan.Fallbacks);

        columns.Record(6, new("order", Instant.FromUtc(1600, 1, 1, 0, 0)));

        Assert.Equal(new("order.count() > 2", ColumnFallbackReason.Events), plan.Fallbacks[0]);
    }

    [Fact]
    public void Texts_TooManyForADictionary_AreAskedRowByRowAndAnswerTheSame()
    {
        var columns = new CustomerColumns(RuleSchema.Open);
        for (var row = 0; row < 40_000; row++) columns.Set(columns.Add(), "e", row % 9 == 0 ? default : RuleValue.Of($"c{row}@example.test"));
        var plan = Plan(columns, "e starts with 'c123' and e is set", "e is not set");
        var matches = new ColumnMatches();
        plan.Evaluate(Moment, matches);

        Assert.Equal([new("e starts with 'c123'", ColumnFallbackReason.ManyTexts), new("e is set", ColumnFallbackReason.ManyTexts)], plan.Fallbacks);
        Assert.Equal(Enumerable.Range(0, 40_000).Where(row => row % 9 != 0 && $"c{row}".StartsWith("c123", StringComparison.Ordinal)), matches.Rows(0));
        Assert.Equal(Enumerable.Range(0, 40_000).Where(row => row % 9 == 0), matches.Rows(1));
    }

    [Fact]
    public void Age_OfAnyBirthday_IsTheSameAsByCalendar()
    {
        var columns = new CustomerColumns(RuleSchema.Open);
        var first = new LocalDate(1996, 1, 1);
        for (var day = 0; day < 12_000; day++) columns.Set(columns.Add(), "day", RuleValue.Of(first.PlusDays(day)));
        string[] rules = ["age(day) >= 18", "age(day) < 1", "age(day) between 2 and 10", "age(day) = 0", "age(day) > -5", "age(day) < -5", "age(day) = 2.5"];
        var plan = Plan(columns, rules);
        foreach (var today in new LocalDate[] { new(2024, 2, 28), new(2024, 2, 29), new(2025, 2, 28), new(2025, 3, 1), new(2026, 12, 31) })
        {
            var moment = new RuleMoment(today.AtMidnight().InUtc().ToInstant(), new LocalCalendar(DateTimeZone.Utc));
            var matches = new ColumnMatches();
            plan.Evaluate(moment, matches);
            for (var rule = 0; rule < rules.Length; rule++)
            {
                var predicate = CustomerFacts.Profile().Compile(plan.Rules[rule]);
                Assert.Equal(Enumerable.Range(0, 12_000).Where(row => predicate.Matches(new CustomerFacts([new("day", RuleValue.Of(first.PlusDays(row)))]), moment)), matches.Rows(rule));
            }
        }
    }

    [Fact]
    public void Segments_ThatMultiplyAlongAChain_AreEachAskedOnce()
    {
        var segments = Enumerable.Range(0, 8).Select(i => KeyValuePair.Create($"s{i}", Rule.Parse(i == 0 ? "n > 2 and flag = true" : $"in segment 's{i - 1}' or not in segment 's{i - 1}' and in segment 's{i - 1}'").Value));
        var columns = Shoppers(500);
        var plan = new ColumnPlan(columns, [Rule.Parse("in segment 's7'").Value.Bind(columns.Schema, new SegmentTable(segments)).Value, Rule.Parse("n > 2 and flag = true").Value.Bind(columns.Schema).Value]);
        var matches = new ColumnMatches();
        plan.Evaluate(Moment, matches);

        Assert.Equal(matches.Rows(1), matches.Rows(0));
    }

    [Fact]
    public void Rule_OfAnotherSchema_IsRefused()
    {
        var columns = new CustomerColumns(new RuleSchemaBuilder().Attribute("n", RuleKind.Integer).Build());

        Assert.Throws<ArgumentException>(() => new ColumnPlan(columns, [Rule.Parse("n > 2").Value.Bind(RuleSchema.Open).Value]));
        Assert.Throws<ArgumentException>(() => columns.Set(columns.Add(), "m", RuleValue.Of(1L)));
    }

    [Fact]
    public void Profile_OfAHostsType_IsReadIntoColumns()
    {
        var profile = new RuleProfile<(long Points, string? Country)>();
        profile.Integer("points", customer => customer.Points);
        profile.Text("country", customer => customer.Country);
        var columns = CustomerColumns.Of(profile, [(120, "CN"), (80, "CN"), (300, null)]);
        var plan = Plan(columns, "points > 100 and country = 'CN'", "country != 'CN'");
        var matches = new ColumnMatches();
        plan.Evaluate(Moment, matches);

        Assert.Equal([0], matches.Rows(0));
        Assert.Equal([2], matches.Rows(1));
    }

    internal static ColumnPlan Plan(CustomerColumns columns, params string[] rules) => new(columns, rules.Select(rule => Rule.Parse(rule).Value.Bind(columns.Schema).Value));

    private static CustomerColumns Shoppers(int count)
    {
        var random = new Random(5);
        var columns = new CustomerColumns(RuleSchema.Open);
        for (var i = 0; i < count; i++)
        {
            var row = columns.Add($"c{i}");
            columns.Set(row, "n", random.Next(9) == 0 ? default : RuleValue.Of((long)random.Next(6)));
            columns.Set(row, "m", RuleValue.Of(random.NextDouble()));
            columns.Set(row, "t", RuleValue.Of($"a{random.Next(5)}"));
            columns.Set(row, "e", RuleValue.Of($"{random.Next(50)}"));
            columns.Set(row, "flag", RuleValue.Of(random.Next(2) == 0));
            columns.Set(row, "day", RuleValue.Of(new LocalDate(1950, 1, 1).PlusDays(random.Next(20_000))));
            columns.Set(row, "seen", RuleValue.Of(Instant.FromUtc(2026, 1, 1, 0, 0).Plus(Duration.FromMinutes(random.Next(300_000)))));
            columns.Set(row, "tags", RuleValue.Of(Enumerable.Range(0, 5).Where(_ => random.Next(3) == 0).Select(tag => $"x{tag}")));
        }

        return columns;
    }
}
