using CustomerLifecycle.Rules.Tests.Differential;

namespace CustomerLifecycle.Rules.Tests.Columns;

/// <summary>Random rules over random populations: a plan over columns says of each customer what the predicate says.</summary>
public class ColumnPlanDifferentialTests
{
    private const int Customers = 4_500; // more than one block
    private const int Rules = 24;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    public void Answers_OfRandomRules_AreThoseOfThePredicates(int seed, bool isTyped) => Assert.Null(new Population(seed, isTyped, Customers, PlantedFault.None).Disagreement());

    [Theory]
    [InlineData(11, false)]
    [InlineData(12, true)]
    public void Answers_AfterUpdates_AreThoseOfARebuild(int seed, bool isTyped)
    {
        var population = new Population(seed, isTyped, 900, PlantedFault.None);
        for (var round = 0; round < 6; round++)
        {
            population.Update(150);
            population.Add(40);
            Assert.Null(population.Disagreement());
            Assert.Equal(population.Answers(population.Columns, 1), population.Answers(population.Rebuilt(), 1));
        }
    }

    [Theory]
    [InlineData(PlantedFault.MissingIsZero)]
    [InlineData(PlantedFault.NumbersAreDoubles)]
    [InlineData(PlantedFault.CaseIsFolded)]
    [InlineData(PlantedFault.EmptyTextIsMissing)]
    [InlineData(PlantedFault.EmptySetIsMissing)]
    [InlineData(PlantedFault.InstantsOffByAMillisecond)]
    [InlineData(PlantedFault.DaysOffByOne)]
    [InlineData(PlantedFault.EventsLost)]
    [InlineData(PlantedFault.UpdateLost)]
    [InlineData(PlantedFault.NeighbourUpdated)]
    public void Fault_PlantedInTheColumns_IsFound(PlantedFault fault)
    {
        string? found = null;
        for (var seed = 100; seed < 700 && found is null; seed++)
        {
            var population = new Population(seed, isTyped: false, 200, fault);
            population.Update(100);
            found = population.Disagreement();
        }

        Assert.NotNull(found);
    }

    [Fact]
    public void Answers_OnAnyNumberOfThreads_AreTheSameBits()
    {
        var population = new Population(21, isTyped: true, 3 * 4096 + 77, PlantedFault.None);
        var alone = population.Answers(population.Columns, 1);
        for (var threads = 2; threads <= 5; threads++) Assert.Equal(alone, population.Answers(population.Columns, threads));
    }

    public enum PlantedFault
    {
        None = 0,
        MissingIsZero,
        NumbersAreDoubles,
        CaseIsFolded,
        EmptyTextIsMissing,
        EmptySetIsMissing,
        InstantsOffByAMillisecond,
        DaysOffByOne,
        EventsLost,
        UpdateLost,
        NeighbourUpdated,
    }

    /// <summary>Customers in memory, the same in columns, and rules over both.</summary>
    private sealed class Population
    {
        private static readonly string[] Names = ["n", "m", "t", "u", "flag", "day", "seen", "tags", "any"];
        private readonly RandomRules _random;
        private readonly PlantedFault _fault;
        private readonly bool _isTyped;
        private readonly List<CustomerFacts> _customers = [];
        private readonly RuleSchema _schema;
        private readonly List<BoundRule> _rules = [];
        private readonly RuleMoment _moment;
        private readonly ColumnPlan _plan;

        public Population(int seed, bool isTyped, int customers, PlantedFault fault)
        {
            _random = new(seed);
            _fault = fault;
            _isTyped = isTyped;
            _schema = isTyped ? Typed() : RuleSchema.Open;
            _moment = new(_random.Now(), new LocalCalendar(_random.Zone()));
            Columns = new(_schema);
            Add(customers);
            var segments = new SegmentTable([new("s1", Rule.Parse("t != 'vip' and (n < 2 or tags has any of ('a', 'ab') or order.count(last 30 days) > 1)").Value), new("s2", new Rule(new SegmentCondition("s1") | new SegmentCondition("s1")))]);
            while (_rules.Count < Rules)
                if (new Rule(_random.Condition()).Bind(_schema, segments) is { IsLoaded: true } bound) _rules.Add(bound.Value);
            _plan = new(Columns, _rules);
        }

        public CustomerColumns Columns { get; }

        public void Add(int customers)
        {
            for (var i = 0; i < customers; i++)
            {
                _customers.Add(Fitting(_random.Customer().ToFacts()));
                Columns.Add(Faulty(_customers[^1]));
            }
        }

        public void Update(int times)
        {
            for (var i = 0; i < times; i++)
            {
                var row = _random.Next(_customers.Count);
                var other = Fitting(_random.Customer().ToFacts());
                var name = Names[_random.Next(Names.Length)];
                _customers[row] = new CustomerFacts(_customers[row].With(name, other[name]).Attributes, other.Events, _customers[row].Customer);
                if (_fault == PlantedFault.UpdateLost) continue;
                var at = _fault == PlantedFault.NeighbourUpdated ? (row + 1) % _customers.Count : row;
                Columns.Set(at, name, Faulty(other[name]));
                Columns.SetEvents(at, _fault == PlantedFault.EventsLost ? EventLog.Empty : other.Events);
            }
        }

        public CustomerColumns Rebuilt()
        {
            var columns = new CustomerColumns(_schema);
            foreach (var customer in _customers) columns.Add(customer);
            return columns;
        }

        public ulong[][] Answers(CustomerColumns columns, int threads)
        {
            var matches = new ColumnMatches();
            (ReferenceEquals(columns, Columns) ? _plan : new ColumnPlan(columns, _rules)).Evaluate(_moment, matches, threads);
            return [.. Enumerable.Range(0, Rules).Select(rule => matches.Words(rule).ToArray())];
        }

        public string? Disagreement()
        {
            var matches = new ColumnMatches();
            _plan.Evaluate(_moment, matches);
            for (var rule = 0; rule < Rules; rule++)
            {
                var predicate = CustomerFacts.Profile().Compile(_rules[rule]);
                for (var row = 0; row < _customers.Count; row++)
                    if (matches[rule, row] != predicate.Matches(_customers[row], _moment)) return $"{_rules[rule]} of row {row} is {matches[rule, row]} at {_moment.Now} in {_moment.Calendar.Zone.Id}";
            }

            return null;
        }

        // As a host's own type would hold them: each attribute in one form.
        private CustomerFacts Fitting(CustomerFacts facts) => !_isTyped ? facts : new(
            facts.Attributes.Where(pair => pair.Key switch
            {
                "n" => pair.Value.Form == NumberForm.Integer,
                "m" => pair.Value.Form == NumberForm.Double,
                "any" => pair.Value is { Kind: RuleValueKind.Number, Form: NumberForm.Decimal } value && Math.Abs(value.AsDecimal) < 100 && decimal.Round(value.AsDecimal, 2) == value.AsDecimal,
                _ => true,
            }),
            facts.Events,
            facts.Customer);

        private static RuleSchema Typed() => new RuleSchemaBuilder()
            .Attribute("n", RuleKind.Integer).Attribute("m", RuleKind.Double).Attribute("any", RuleKind.Decimal).Attribute("t", RuleKind.Text).Attribute("u", RuleKind.Text)
            .Attribute("flag", RuleKind.Boolean).Attribute("day", RuleKind.Date).Attribute("seen", RuleKind.Instant).Attribute("tags", RuleKind.Set).OpenEvents().Build();

        private CustomerFacts Faulty(CustomerFacts facts) =>
            _fault == PlantedFault.None ? facts : new(Names.Select(name => KeyValuePair.Create(name, Faulty(facts[name]))), _fault == PlantedFault.EventsLost ? EventLog.Empty : facts.Events, facts.Customer);

        private RuleValue Faulty(RuleValue value) => (_fault, value.Kind) switch
        {
            (PlantedFault.MissingIsZero, RuleValueKind.Missing) => RuleValue.Of(0L),
            (PlantedFault.NumbersAreDoubles, RuleValueKind.Number) => RuleValue.Of(value.AsDouble),
            (PlantedFault.CaseIsFolded, RuleValueKind.Text) => RuleValue.Of(value.AsText.ToUpperInvariant()),
            (PlantedFault.EmptyTextIsMissing, RuleValueKind.Text) when value.AsText.Length == 0 => default,
            (PlantedFault.EmptySetIsMissing, RuleValueKind.Set) when value.AsSet.Count == 0 => default,
            (PlantedFault.InstantsOffByAMillisecond, RuleValueKind.Instant) => RuleValue.Of(value.AsInstant.Plus(Duration.FromMilliseconds(1))),
            (PlantedFault.DaysOffByOne, RuleValueKind.Date) => RuleValue.Of(value.AsDate.PlusDays(1)),
            _ => value,
        };
    }
}
