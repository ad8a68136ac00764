using CustomerLifecycle.Rules.Tests.Differential;

namespace CustomerLifecycle.Rules.Tests.EventColumns;

/// <summary>Random rules over random events, told in any order: columns say of each customer what the predicate over their logs says.</summary>
public class EventColumnsDifferentialTests
{
    private const int Customers = 300;
    private const int Rules = 60;

    public enum Forms
    {
        /// <summary>Properties of any kind and form.</summary>
        Any = 0,

        /// <summary>Totals in cents, times as instants: what a host's own events hold.</summary>
        Money,

        Doubles,

        /// <summary>Integers of which two do not add up in 64 bits.</summary>
        Large,
    }

    [Theory]
    [InlineData(1, Forms.Any)]
    [InlineData(2, Forms.Any)]
    [InlineData(3, Forms.Money)]
    [InlineData(4, Forms.Money)]
    [InlineData(5, Forms.Money)]
    [InlineData(6, Forms.Money)]
    [InlineData(7, Forms.Doubles)]
    [InlineData(8, Forms.Large)]
    public void Answers_OfRandomRules_AreThoseOfThePredicates(int seed, Forms forms)
    {
        var random = new RandomRules(seed);
        for (var round = 0; round < 4; round++)
        {
            var moment = new RuleMoment(random.Now(), new LocalCalendar(random.Zone()));
            var columns = new CustomerColumns(RuleSchema.Open);
            var told = Enumerable.Range(0, Customers).Select(_ => new List<RuleEvent>()).ToList();
            for (var row = 0; row < Customers; row++)
            {
                var events = random.Customer().ToFacts().Events.Events.Select(item => Fitting(item, forms, random)).ToList();
                told[row].AddRange(events);
                columns.Add(events: EventLog.Of(events));
            }

            var rules = new List<BoundRule>();
            while (rules.Count < Rules)
                if (new Rule(random.OfEvents()).Bind(RuleSchema.Open) is { IsLoaded: true } bound) rules.Add(bound.Value);
            var plan = new ColumnPlan(columns, rules);
            AssertSame(plan, told, moment);

            // One by one, late ones and repeats among them.
            for (var i = 0; i < 4 * Customers; i++)
            {
                var row = random.Next(Customers);
                foreach (var item in random.Customer().ToFacts().Events.Events.Take(2).Select(item => Fitting(item, forms, random)))
                {
                    told[row].Add(item);
                    columns.Record(row, item);
                }
            }

            AssertSame(plan, told, moment);
        }
    }

    [Fact]
    public void Answers_OfLongLogs_AreThoseOfThePredicates()
    {
        var random = new RandomRules(31);
        var now = random.Now();
        var moment = new RuleMoment(now, new LocalCalendar(random.Zone()));
        var columns = new CustomerColumns(RuleSchema.Open);
        var told = new List<List<RuleEvent>>();
        for (var row = 0; row < 40; row++)
        {
            told.Add([.. Enumerable.Range(0, row * 11).SelectMany(_ => random.Customer().ToFacts().Events.Events).Select(item => Fitting(item, Forms.Money, random)).Select((item, i) => new RuleEvent(item.Type, item.At, item.Properties, $"e{i}", item.Order))]);
            columns.Add(events: EventLog.Of(told[row]));
        }

        var rules = new List<BoundRule>();
        while (rules.Count < 300)
            if (new Rule(random.OfEvents()).Bind(RuleSchema.Open) is { IsLoaded: true } bound) rules.Add(bound.Value);

        AssertSame(new ColumnPlan(columns, rules), told, moment);
    }

    [Theory]
    [InlineData("order.count() = 2", true)]
    [InlineData("order.first() before 300 years ago", true)]
    [InlineData("order.count(last 400 years) = 2", true)]
    [InlineData("order.count(last 410 years) = 2", true)]
    [InlineData("order.count(last 300 years) = 2", false)]
    [InlineData("sequence(order then order)", true)]
    [InlineData("sequence(order then order within 300 years)", false)]
    public void Answers_OfEventsCenturiesApart_AreExact(string text, bool expected)
    {
        var columns = new CustomerColumns(RuleSchema.Open);
        columns.Add(events: EventLog.Of([new("order", Instant.FromUtc(2026, 1, 1, 0, 0))]));
        columns.Record(0, new("order", Instant.FromUtc(1640, 1, 1, 0, 0)));
        columns.Record(0, new("order", Instant.FromUtc(9000, 1, 1, 0, 0)));
        var matches = new ColumnMatches();
        new ColumnPlan(columns, [Rule.Parse(text).Value.Bind(RuleSchema.Open).Value]).Evaluate(new(Instant.FromUtc(2026, 6, 1, 0, 0), new(DateTimeZone.Utc)), matches);

        Assert.Equal(expected, matches[0, 0]);
    }

    [Fact]
    public void Events_ReadBack_AreThoseThatWereTold()
    {
        var random = new RandomRules(77);
        for (var i = 0; i < 300; i++)
        {
            var log = EventLog.Of(Enumerable.Range(0, 3).SelectMany(_ => random.Customer().ToFacts().Events.Events));
            var columns = new CustomerColumns(RuleSchema.Open);
            columns.Add();
            columns.Add(events: log);
            columns.Add(events: log);

            Assert.Empty(columns.Events(0).Events);
            Assert.Equal(log.Events.Select(Show), columns.Events(2).Events.Select(Show));
        }
    }

    private static void AssertSame(ColumnPlan plan, List<List<RuleEvent>> told, RuleMoment moment)
    {
        var matches = new ColumnMatches();
        plan.Evaluate(moment, matches, threads: 2);
        List<CustomerFacts> customers = [.. told.Select(events => new CustomerFacts(events: EventLog.Of(events)))];
        for (var rule = 0; rule < plan.Rules.Count; rule++)
        {
            var predicate = CustomerFacts.Profile().Compile(plan.Rules[rule]);
            for (var row = 0; row < told.Count; row++)
                if (matches[rule, row] != predicate.Matches(customers[row], moment)) Assert.Fail($"{plan.Rules[rule]} of row {row} is {matches[rule, row]} at {moment.Now} in {moment.Calendar.Zone.Id}: {string.Join("; ", customers[row].Events.Events.Select(Show))}");
        }
    }

    private static RuleEvent Fitting(RuleEvent item, Forms forms, RandomRules random) => forms == Forms.Any ? item : new(
        item.Type,
        item.At,
        item.Properties.Select(property => KeyValuePair.Create(property.Key, property.Key switch
        {
            "total" => forms switch
            {
                Forms.Money => RuleValue.Of((random.Next(500) - 100) / 100m),
                Forms.Doubles => RuleValue.Of((random.Next(9) - 2) * 0.1),
                _ => RuleValue.Of(random.Pick([long.MaxValue, long.MinValue, long.MaxValue - 1, 3L, -4L])),
            },
            "due" => RuleValue.Of(item.At + Duration.FromHours(random.Next(2_000) - 1_000)),
            _ => property.Value,
        })),
        item.Id,
        item.Order,
        item.Received);

    private static string Show(RuleEvent item) =>
        $"{item.Type} {item.Id} {item.At} {item.Order} {item.Received} [{string.Join(", ", item.Properties.OrderBy(property => property.Key, StringComparer.Ordinal).Select(property => $"{property.Key}={Show(property.Value)}"))}]";

    private static string Show(RuleValue value) =>
        value.Kind == RuleValueKind.Set ? string.Join('+', value.AsSet.Select(Show)) : value is { Kind: RuleValueKind.Number, Form: not NumberForm.Double } ? value.AsDecimal.ToString("0.#############################", System.Globalization.CultureInfo.InvariantCulture) : new TestCondition(new AttributeOperand("x"), RuleOperator.Equal, [value]).ToString();
}
