namespace CustomerLifecycle.Rules.Tests.Closures;

public class CompiledRuleTests
{
    private static readonly RuleMoment Moment = new(Instant.FromUtc(2026, 7, 1, 12, 0), new LocalCalendar(DateTimeZone.Utc));

    [Theory]
    [InlineData("points >= 100 and churn < 0.5 or spent > 10.00")]
    [InlineData("country in ('CN', 'US', 'DE') and not vip = true")]
    [InlineData("birth in last 30 years and seen in last 3 calendar months and tags has any of ('a', 'b')")]
    [InlineData("birth anniversary in next 40 days or age(birth) >= 18 or size(tags) > 1")]
    [InlineData("order.count(last 12 months) >= 2 and order[total >= 5].sum(total) > 100 and order.last() before 2 days ago")]
    [InlineData("sequence(order then order within 30 days)")]
    public void Matches_OncePerMoment_AllocatesNothing(string text)
    {
        var rule = Profile().Load(text).Value;
        Host[] hosts = [.. Enumerable.Range(0, 200).Select(Host.Number)];
        Count(rule, hosts);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Count(rule, hosts);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Fields_GiveTheSameTreeAsTheText()
    {
        var profile = new RuleProfile<Host>();
        var points = profile.Integer("points", host => host.Points);
        var country = profile.Text("country", host => host.Country);
        var birth = profile.Date("birth", host => host.Birth);
        var tags = profile.Set("tags", host => host.Tags);
        var order = profile.Event("order", ("total", RuleKind.Decimal));

        var condition = points.AtLeast(100) & (country.In("CN", "US") | !tags.HasAny("blocked")) & birth.AnniversaryInNext(7) & birth.Age.Above(17)
            & order.Where(EventProperty.Number("total").AtLeast(50)).Sum("total", RuleWindow.Last(12, RuleUnit.Month)).Above(99.5m) & order.Last().BeforeAgo(90, RuleUnit.Day);

        Assert.Equal(
            "points >= 100 and (country in ('CN', 'US') or not tags has any of ('blocked')) and birth anniversary in next 7 days and age(birth) > 17 and order[total >= 50].sum(total, last 12 months) > 99.5 and order.last() before 90 days ago",
            condition.ToString());
        Assert.Empty(new Rule(condition).Bind(profile.Schema).Problems);
    }

    [Fact]
    public void Compile_OfARuleBoundToAnotherSchema_SaysSo()
    {
        var bound = Rule.Parse("other = 1").Value.Bind(RuleSchema.Open).Value;

        Assert.Throws<InvalidOperationException>(() => Profile().Compile(bound));
    }

    [Fact]
    public void Aggregates_OfOppositeInfinities_AreMissing()
    {
        var events = EventLog.Of(new[] { double.PositiveInfinity, double.NegativeInfinity }.Select(total => new RuleEvent("order", Moment.Now, [new("total", RuleValue.Of(total))])));
        var facts = new CustomerFacts(events: events);

        string[] rules = ["order.avg(total) is set", "order.avg(total) > 0 or order.avg(total) <= 0", "order.sum(total) is set", "order.max(total) = infinity"];
        Assert.Equal([false, false, false, true], rules.Select(text => CustomerFacts.Profile().Load(text).Value.Matches(facts, Moment)));
    }

    [Fact]
    public void Guard_OverTheStageAtHand_ComparesDwellAndVisits()
    {
        var entered = Moment.Now - Duration.FromDays(30);
        var profile = new RuleProfile<string>().StageAtHand(_ => entered, (_, stage) => stage.Length, "loyal").EventAtHand((_, name) => RuleValue.Of(name.Length == 6 ? 5m : 0m));

        var verdicts = new[] { "dwell >= 30 days", "dwell > 30 days", "dwell = 30 days", "dwell < 2 months", "visits('loyal') = 5", "event.amount = 5" }.Select(text => profile.Load(text).Value.Judge("", Moment)).ToList();

        Assert.Equal([true, false, true, true, true, true], verdicts.Select(verdict => verdict.Matches));
        var instants = verdicts.Select(verdict => verdict.NextChange).ToList();
        Assert.Equal([null, Moment.Now.PlusNanoseconds(1), Moment.Now.PlusNanoseconds(1), Instant.FromUtc(2026, 8, 1, 12, 0), null, null], instants);
    }

    private static int Count(CompiledRule<Host> rule, Host[] hosts)
    {
        var count = 0;
        foreach (var host in hosts)
            if (rule.Matches(host, Moment)) count++;
        return count;
    }

    private static RuleProfile<Host> Profile()
    {
        var profile = new RuleProfile<Host>().Events(host => host.Events);
        profile.Integer("points", host => host.Points);
        profile.Double("churn", host => host.Churn);
        profile.Decimal("spent", host => host.Spent);
        profile.Text("country", host => host.Country);
        profile.Boolean("vip", host => host.Vip);
        profile.Date("birth", host => host.Birth);
        profile.Instant("seen", host => host.Seen);
        profile.Set("tags", host => host.Tags);
        profile.Event("order", ("total", RuleKind.Decimal));
        return profile;
    }

    private sealed record Host(long Points, double Churn, decimal Spent, string? Country, bool? Vip, LocalDate? Birth, Instant? Seen, string[]? Tags, EventLog Events)
    {
        public static Host Number(int i) => new(
            i,
            i / 200d,
            i / 10m,
            i % 3 == 0 ? "CN" : i % 3 == 1 ? "FR" : null,
            i % 2 == 0,
            new LocalDate(1980 + (i % 40), 1 + (i % 12), 1 + (i % 28)),
            Moment.Now - Duration.FromDays(i),
            i % 4 == 0 ? null : ["a", i % 5 == 0 ? "b" : "c"],
            EventLog.Of(Enumerable.Range(0, i % 6).Select(n => new RuleEvent("order", Moment.Now - Duration.FromDays(n * 20), [KeyValuePair.Create("total", RuleValue.Of(n * 20m))]))));
    }
}
