using System.Globalization;

namespace CustomerLifecycle.Rules.Tests.Differential;

/// <summary>Random rules over random customers: every way to the answer gives the same one, that of the rules spelled out slowly.</summary>
public class DifferentialTests
{
    private const int Pairs = 24_000;

    /// <summary>More seeds for a longer run: <c>CUSTOMERLIFECYCLE_RULES_SEEDS=50</c>.</summary>
    private static int Seeds => int.TryParse(Environment.GetEnvironmentVariable("CUSTOMERLIFECYCLE_RULES_SEEDS"), CultureInfo.InvariantCulture, out var seeds) ? seeds : 1;

    [Fact]
    public void Predicate_OfRandomRules_AgreesWithTheRulesSpelledOut() => Assert.Null(Disagreement(Pairs, Fault.None));

    [Theory]
    [InlineData(Fault.NotEqualOfMissingIsFalse)]
    [InlineData(Fault.MissingIsZero)]
    [InlineData(Fault.NumbersCompareAsDoubles)]
    [InlineData(Fault.WindowIncludesItsStart)]
    [InlineData(Fault.MonthsClampBackwards)]
    [InlineData(Fault.TextOrderByCodeUnit)]
    [InlineData(Fault.FutureEventsAreVisible)]
    [InlineData(Fault.RepeatedIdsCountTwice)]
    [InlineData(Fault.WithinIncludesItsEnd)]
    [InlineData(Fault.LeapDayOnMarchFirst)]
    [InlineData(Fault.AnniversaryWindowOneDayLonger)]
    [InlineData(Fault.PreviousIncludesCurrentUnit)]
    [InlineData(Fault.LastUsesListing)]
    [InlineData(Fault.CaseMattersIgnoringCase)]
    public void Fault_PlantedInTheRulesSpelledOut_IsFound(Fault fault) => Assert.NotNull(Disagreement(10 * Pairs, fault));

    [Fact]
    public void Verdict_OfRandomRules_HoldsUntilItsNextChangeAndFlipsThere()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new RandomRules(10_000 + seed);
            for (var i = 0; i < Pairs / 8; i++)
            {
                var pair = Pair.Of(random);
                var compiled = CustomerFacts.Profile().Compile(pair.Bind(RuleSchema.Open)!);
                var facts = pair.Customer.ToFacts();
                var moment = new RuleMoment(pair.Now, new LocalCalendar(pair.Zone));
                var verdict = compiled.Judge(facts, moment);
                Assert.Equal(compiled.Matches(facts, moment), verdict.Matches);
                foreach (var later in pair.Later(random, verdict.NextChange))
                    Assert.True(compiled.Matches(facts, new RuleMoment(later, moment.Calendar)) == verdict.Matches, $"seed {seed}, pair {i}: {pair} changes by {later}, told was {verdict.NextChange}");
                if (verdict.NextChange is { } change)
                    Assert.True(compiled.Matches(facts, new RuleMoment(change, moment.Calendar)) != verdict.Matches, $"seed {seed}, pair {i}: {pair} does not change at {change}");
            }
        }
    }

    [Fact]
    public void Tracker_FedEventByEvent_SaysWhatAFullEvaluationSays()
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new RandomRules(20_000 + seed);
            for (var i = 0; i < Pairs / 16; i++)
            {
                var pair = Pair.Of(random);
                var compiled = CustomerFacts.Profile().Compile(pair.Bind(RuleSchema.Open)!);
                var calendar = new LocalCalendar(pair.Zone);
                var now = pair.Now;
                var known = new CustomerFacts(customer: pair.Customer.Id);
                var tracker = new RuleTracker(compiled, known, now, calendar);
                foreach (var (name, value) in pair.Customer.Attributes)
                {
                    known = known.With(name, value);
                    Assert.Equal(compiled.Judge(known, new RuleMoment(now, calendar)), tracker.Set(name, value, now));
                }

                var listed = new List<RuleEvent>();
                foreach (var added in pair.Customer.Events)
                {
                    now += Duration.FromHours(random.Next(48));
                    listed.Add(added);
                    known = new CustomerFacts(known.Attributes, EventLog.Of(listed), pair.Customer.Id);
                    var expected = compiled.Judge(known, new RuleMoment(now, calendar));
                    var actual = tracker.Record(added, now);
                    Assert.True(expected == actual, $"seed {seed}, pair {i}: {pair} is {actual} after {added.Id} at {now}, expected {expected}");
                }
            }
        }
    }

    [Fact]
    public void Rule_PrintedAndReadAgain_IsTheSameRule()
    {
        var random = new RandomRules(30_000);
        for (var i = 0; i < Pairs; i++)
        {
            var rule = new Rule(random.Condition());

            Assert.Equal(rule, Rule.Parse(rule.ToText()).Value);
            Assert.Equal(rule, Rule.Parse(rule.ToText(RuleKeywords.Chinese), RuleKeywords.Chinese).Value);
            Assert.Equal(rule, Rule.ParseJson(rule.ToJson()).Value);
        }
    }

    private static string? Disagreement(int pairs, Fault fault)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new RandomRules(seed);
            var count = 0;
            while (count < pairs)
            {
                var pair = Pair.Of(random);
                foreach (var (path, answer) in pair.Answers())
                {
                    count++;
                    var expected = new SlowEvaluator(pair.Now, pair.Zone, pair.Segments, fault).Holds(pair.Condition, string.Equals(path, "typed", StringComparison.Ordinal) ? pair.Typed : pair.Customer);
                    if (answer != expected) return $"seed {seed}, pair {count}, path {path}: {pair} is {answer}, expected {expected}";
                }
            }
        }

        return null;
    }

    private sealed record Pair(Condition Condition, Dictionary<string, Condition> Segments, SlowCustomer Customer, Instant Now, DateTimeZone Zone)
    {
        private static readonly RuleProfile<SlowCustomer> Host = Profile();

        /// <summary>The customer as a host's type holds it: each attribute in one form.</summary>
        public SlowCustomer Typed => Customer with
        {
            Attributes = Customer.Attributes.Where(pair => pair.Key switch
            {
                "n" => pair.Value.Form == NumberForm.Integer,
                "m" => pair.Value.Form == NumberForm.Double,
                "any" => pair.Value is { Kind: RuleValueKind.Number, Form: NumberForm.Decimal },
                _ => true,
            }).ToDictionary(),
        };

        public static Pair Of(RandomRules random)
        {
            var now = random.Now();
            return new(random.Condition(), new() { ["s1"] = random.Condition(1) is var s1 && HasSegment(s1) ? Condition.True : s1, ["s2"] = new SegmentCondition("s1") }, random.Customer(), now, random.Zone());
        }

        public BoundRule? Bind(RuleSchema schema)
        {
            var load = new Rule(Condition).Bind(schema, new SegmentTable(Segments.Select(segment => KeyValuePair.Create(segment.Key, new Rule(segment.Value)))));
            return load.IsLoaded ? load.Value : null;
        }

        public IEnumerable<(string Path, bool Answer)> Answers()
        {
            var moment = new RuleMoment(Now, new LocalCalendar(Zone));
            yield return ("values", CustomerFacts.Profile().Compile(Bind(RuleSchema.Open)!).Matches(Customer.ToFacts(), moment));
            if (Bind(Host.Schema) is { } typed) yield return ("typed", Host.Compile(typed).Matches(Typed, moment));
        }

        public IEnumerable<Instant> Later(RandomRules random, Instant? until)
        {
            if (until is { } end) yield return end - Duration.Epsilon;
            var reach = until is { } change ? change - Now : Duration.FromDays(1200);
            for (var i = 0; i < 12; i++) yield return Now + (reach * (random.Next(1000) / 1000d));
        }

        public override string ToString() =>
            $"{Condition} at {Now} in {Zone.Id}, s1 = {Segments["s1"]}, {string.Join(", ", Customer.Attributes.Select(pair => $"{pair.Key}={Show(pair.Value)}"))}; {string.Join(", ", Customer.Events.Select(item => $"{item.Type} {item.Id} {item.At} {item.Order} {item.Received} [{string.Join(", ", item.Properties.Select(pair => $"{pair.Key}={Show(pair.Value)}"))}]"))}";

        private static string Show(RuleValue value) => value.Kind == RuleValueKind.Set ? $"{{{string.Join(",", value.AsSet.Select(element => Show(element)))}}}" : new TestCondition(new AttributeOperand("x"), RuleOperator.Equal, [value]).ToString();

        private static bool HasSegment(Condition condition) => condition switch
        {
            AllCondition all => all.Conditions.Any(HasSegment),
            AnyCondition any => any.Conditions.Any(HasSegment),
            NotCondition not => HasSegment(not.Condition),
            _ => condition is SegmentCondition,
        };

        private static RuleProfile<SlowCustomer> Profile()
        {
            var profile = new RuleProfile<SlowCustomer>().Id(customer => customer.Id).AnyEvent().Events(customer => EventLog.Of(customer.Events));
            profile.Integer("n", customer => Has(customer, "n") ? customer.Attributes["n"].AsInteger : (long?)null);
            profile.Double("m", customer => Has(customer, "m") ? customer.Attributes["m"].AsDouble : double.NaN);
            profile.Decimal("any", customer => Has(customer, "any") ? customer.Attributes["any"].AsDecimal : (decimal?)null);
            profile.Text("t", customer => Has(customer, "t") ? customer.Attributes["t"].AsText : null);
            profile.Text("u", customer => Has(customer, "u") ? customer.Attributes["u"].AsText : null);
            profile.Boolean("flag", customer => Has(customer, "flag") ? customer.Attributes["flag"].AsBoolean : null);
            profile.Date("day", customer => Has(customer, "day") ? customer.Attributes["day"].AsDate : null);
            profile.Instant("seen", customer => Has(customer, "seen") ? customer.Attributes["seen"].AsInstant : null);
            profile.Set("tags", customer => Has(customer, "tags") ? [.. customer.Attributes["tags"].AsSet.Select(tag => tag.AsText)] : null);
            return profile;

            static bool Has(SlowCustomer customer, string name) => customer.Attributes.ContainsKey(name);
        }
    }
}
