using System.Globalization;
using System.Text.Json;
using NodaTime.Text;

namespace CustomerLifecycle.Rules;

/// <summary>Reads the JSON form of a rule. Members that are not in the published schema are refused; every problem is reported.</summary>
internal sealed class RuleJsonReader
{
    // Each condition takes an object and an array, each "where" one object more.
    private const int DocumentDepth = RuleLimits.Depth * 3;

    private readonly RulePlaces _places = new();
    private readonly List<RuleProblem> _problems = [];

    public static RuleLoad<Rule> Read(string json)
    {
        if (json.Length > RuleLimits.SourceLength) return Refused(new("rules.too-long", $"The JSON has {json.Length} characters; {RuleLimits.SourceLength} is the most.", -1, "$"));
        if (!TreeGuard.IsWellFormed(json)) return Refused(new("rules.malformed-json", "The JSON holds half of a surrogate pair.", -1, "$"));
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = DocumentDepth });
            return Read(document.RootElement);
        }
        catch (JsonException malformed)
        {
            var place = $"line {(malformed.LineNumber ?? 0) + 1}, byte {(malformed.BytePositionInLine ?? 0) + 1}";
            return Refused(new("rules.malformed-json", $"This is no JSON, or it nests more than {DocumentDepth} levels deep.", -1, place));
        }
    }

    public static RuleLoad<Rule> Read(JsonElement json)
    {
        var reader = new RuleJsonReader();
        var condition = reader.ReadCondition(json, "$", 1);
        var rule = new Rule(condition, reader._places);
        return reader._problems.Count > 0 ? new(reader._problems, rule) : new(rule);
    }

    /// <exception cref="FormatException">It is no literal.</exception>
    public static RuleValue ReadLiteral(JsonElement json)
    {
        try
        {
            return Literal(new(json, "$"));
        }
        catch (JsonRuleException problem)
        {
            throw new FormatException($"{problem.Path}: {problem.Message}", problem);
        }
    }

    private static RuleLoad<Rule> Refused(RuleProblem problem) => new([problem]);

    private Condition ReadCondition(JsonElement json, string path, int depth)
    {
        try
        {
            if (depth > RuleLimits.Depth) throw new JsonRuleException("rules.too-deep", $"Conditions nest at most {RuleLimits.Depth} levels deep. Move a part into a segment of its own.", path);
            return _places.Add(ReadKnown(new Members(json, path), depth), path);
        }
        catch (JsonRuleException problem)
        {
            if (_problems.Count < RuleLimits.Problems) _problems.Add(new(problem.Code, problem.Message, -1, problem.Path, problem.Suggestion));
            return Condition.False;
        }
        catch (ArgumentException limit)
        {
            // What stands in for a part that was too deep may itself not fit.
            if (!_problems.Exists(static problem => string.Equals(problem.Code, "rules.too-deep", StringComparison.Ordinal)) && _problems.Count < RuleLimits.Problems) _problems.Add(new("rules.invalid-value", FirstLine(limit.Message), -1, path));
            return Condition.False;
        }
    }

    private static string FirstLine(string message)
    {
        var parameter = message.IndexOf(" (Parameter", StringComparison.Ordinal);
        if (parameter < 0) parameter = message.IndexOfAny(['\r', '\n']);
        return parameter < 0 ? message : message.Substring(0, parameter);
    }

    private Condition ReadKnown(Members members, int depth)
    {
        if (members.Has("all")) return Condition.All(Parts(members.Sole("all"), depth));
        if (members.Has("any")) return Condition.Any(Parts(members.Sole("any"), depth));
        if (members.Has("not"))
        {
            var inner = members.Sole("not");
            return !ReadCondition(inner.Value, inner.Path, depth + 1);
        }

        if (members.Has("segment")) return new SegmentCondition(Text(members.Sole("segment")));
        if (members.Has("sequence")) return Sequence(members, depth);
        if (members.Has("dwell")) return Dwell(members);

        var condition = ReadTest(Operand(members, depth), members);
        members.RefuseOthers();
        return condition;
    }

    private List<Condition> Parts(Member array, int depth)
    {
        var parts = new List<Condition>();
        foreach (var (item, path) in Items(array)) parts.Add(ReadCondition(item, path, depth + 1));
        return parts;
    }

    private static IEnumerable<(JsonElement Item, string Path)> Items(Member array)
    {
        if (array.Value.ValueKind != JsonValueKind.Array) throw array.Wrong("an array");
        var index = 0;
        foreach (var item in array.Value.EnumerateArray())
        {
            var path = array.Path + "[" + index.ToString(CultureInfo.InvariantCulture) + "]";
            index++;
            yield return (item, path);
        }
    }

    private SequenceCondition Sequence(Members members, int depth)
    {
        var array = members.Take("sequence");
        var steps = new List<SequenceStep>();
        foreach (var (item, path) in Items(array))
        {
            var step = new Members(item, path);
            var within = step.TryTake("within", out var gap) ? Gap(gap) : (RuleGap?)null;
            if (within is not null && steps.Count == 0) throw new JsonRuleException("rules.first-step-within", "The first step has no step before it: give 'within' to a later one.", path + ".within");
            steps.Add(new(Selector(step, depth), within));
            step.RefuseOthers();
        }

        if (steps.Count == 0) throw new JsonRuleException("rules.empty-sequence", "A sequence has at least one step.", array.Path);
        var window = members.TryTake("window", out var member) ? Window(member) : null;
        members.RefuseOthers();
        return new SequenceCondition(steps, window);
    }

    private EventSelector Selector(Members members, int depth)
    {
        var type = Text(members.Take("event"));
        var where = members.TryTake("where", out var member) ? ReadCondition(member.Value, member.Path, depth + 1) : null;
        return new EventSelector(type, where);
    }

    private static DwellCondition Dwell(Members members)
    {
        var gap = Gap(members.Take("dwell"));
        var op = members.Take("op");
        if (!RuleJsonWords.TryOperator(Text(op), out var comparison, out var folds) || folds || !comparison.IsComparison())
            throw new JsonRuleException("rules.unknown-operator", "A dwell is compared with eq, ne, lt, le, gt or ge.", op.Path);
        members.RefuseOthers();
        return new DwellCondition(comparison, gap.Amount, gap.Unit);
    }

    private Operand Operand(Members members, int depth)
    {
        if (members.TryTake("attr", out var attribute))
        {
            var name = Text(attribute);
            if (!members.TryTake("fn", out var function)) return _places.Add(new AttributeOperand(name), attribute.Path);
            return _places.Add<Operand>(
                Text(function) switch
                {
                    "age_years" => new AgeOperand(name),
                    "size" => new SizeOperand(name),
                    _ => throw new JsonRuleException("rules.unknown-function", "The functions are age_years and size.", function.Path),
                },
                attribute.Path);
        }

        if (members.TryTake("field", out var field)) return _places.Add(new EventFieldOperand(Text(field)), field.Path);
        if (members.TryTake("visits", out var visits)) return _places.Add(new VisitsOperand(Text(visits)), visits.Path);
        if (members.TryTake("bucket", out var bucket))
        {
            var sample = new Members(bucket.Value, bucket.Path);
            var salt = Text(sample.Take("salt"));
            var buckets = sample.TryTake("buckets", out var count) ? Amount(count) : BucketOperand.DefaultBuckets;
            sample.RefuseOthers();
            return _places.Add(new BucketOperand(salt, buckets), bucket.Path);
        }

        if (!members.Has("event"))
            throw new JsonRuleException("rules.no-condition", "A condition has one of all, any, not, attr, field, visits, dwell, bucket, segment, event or sequence.", members.Path);
        var selector = _places.Add(Selector(members, depth), members.Path + ".event");
        var aggregation = Aggregation.Count;
        if (members.TryTake("agg", out var agg) && !RuleJsonWords.TryAggregation(Text(agg), out aggregation))
            throw new JsonRuleException("rules.unknown-aggregation", $"The aggregations are {string.Join(", ", RuleJsonWords.Aggregations)}.", agg.Path, Spelling.Nearest(Text(agg), RuleJsonWords.Aggregations));
        var property = members.TryTake("of", out var of) ? Text(of) : null;
        var window = members.TryTake("window", out var member) ? Window(member) : null;
        return _places.Add(new AggregateOperand(selector, aggregation, property, window), members.Path);
    }

    private Condition ReadTest(Operand operand, Members members)
    {
        var member = members.Take("op");
        var word = Text(member);
        if (RuleJsonWords.TryOperator(word, out var op, out var ignoreCase) && op is RuleOperator.Equal or RuleOperator.NotEqual && !ignoreCase && members.TryTakeSet(out var set))
            return SetEqual(operand, set, op == RuleOperator.NotEqual);
        if (RuleJsonWords.TryOperator(word, out op, out ignoreCase)) return new TestCondition(operand, op, Literals(op, members), ignoreCase);
        switch (word)
        {
            case "size_eq" when operand is AttributeOperand attribute:
                return new TestCondition(_places.Add(new SizeOperand(attribute.Name), members.Path), RuleOperator.Equal, Literals(RuleOperator.Equal, members));
            case "in_last":
                return DateCondition.In(operand, Mode(members) ? RuleWindow.Calendar(Amount(members.Take("amount")), Unit(members.Take("unit"))) : RuleWindow.Last(Amount(members.Take("amount")), Unit(members.Take("unit"))));
            case "in_previous":
                Mode(members);
                return DateCondition.In(operand, RuleWindow.Previous(Amount(members.Take("amount")), Unit(members.Take("unit"))));
            case "in_next":
                return DateCondition.InNext(operand, Amount(members.Take("amount")), Unit(members.Take("unit")), Mode(members));
            case "in_window":
                return DateCondition.In(operand, Window(members.Take("in")));
            case "anniversary_today":
                return DateCondition.AnniversaryToday(operand);
            case "anniversary_in_next":
                if (members.TryTake("unit", out var unit) && Unit(unit) != RuleUnit.Day) throw new JsonRuleException("rules.invalid-value", "Anniversaries are looked for in days.", unit.Path);
                return DateCondition.AnniversaryInNext(operand, Amount(members.Take("amount")));
            case "month_is":
                return DateCondition.MonthIs(operand, Amount(members.Take("value")));
            case "before_ago":
                return DateCondition.BeforeAgo(operand, Amount(members.Take("amount")), Unit(members.Take("unit")));
            case "after_ago":
                return DateCondition.AfterAgo(operand, Amount(members.Take("amount")), Unit(members.Take("unit")));
            default:
                var suggestion = Spelling.Nearest(word, RuleJsonWords.AllOperators);
                throw new JsonRuleException("rules.unknown-operator", suggestion is null ? "There is no such operator here: see docs/rules.md." : $"There is no such operator here. Did you mean {suggestion}?", member.Path, suggestion);
        }
    }

    // Equality of sets: there is one, it has all the elements, and no others.
    private Condition SetEqual(Operand operand, Member set, bool negated)
    {
        if (operand is not AttributeOperand attribute) throw new JsonRuleException("rules.set-literal", "Only an attribute is compared with a set.", set.Path);
        var elements = LiteralsOf(set);
        var equal = Condition.All(
        [
            _places.Add(new TestCondition(operand, RuleOperator.IsSet), set.Path),
            _places.Add(new TestCondition(operand, RuleOperator.HasAll, elements), set.Path),
            _places.Add(new TestCondition(_places.Add(new SizeOperand(attribute.Name), set.Path), RuleOperator.Equal, [RuleValue.Of((long)elements.Distinct(SameValueComparer.Instance).Count())]), set.Path),
        ]);
        return negated ? !equal : equal;
    }

    private static bool Mode(Members members)
    {
        if (!members.TryTake("mode", out var mode)) return false;
        return Text(mode) switch
        {
            "calendar" => true,
            "rolling" => false,
            _ => throw new JsonRuleException("rules.invalid-value", "The mode is calendar or rolling.", mode.Path),
        };
    }

    private static List<RuleValue> Literals(RuleOperator op, Members members)
    {
        if (op.TakesNothing()) return [];
        if (op.TakesList() && members.TryTakeSet(out var set)) return LiteralsOf(set);
        var value = members.Take("value");
        if (!op.TakesList() && op is not (RuleOperator.Between or RuleOperator.NotBetween)) return [Literal(value)];

        var items = LiteralsOf(value);
        if (!op.TakesList() && items.Count != 2) throw value.Wrong("an array of two bounds");
        return items;
    }

    private static List<RuleValue> LiteralsOf(Member array)
    {
        var items = new List<RuleValue>();
        foreach (var (item, path) in Items(array))
        {
            if (items.Count == RuleLimits.ListLength) throw new JsonRuleException("rules.list-too-long", $"A list holds at most {RuleLimits.ListLength} literals. Keep the list as an attribute or a segment.", array.Path);
            items.Add(Literal(new(item, path)));
        }

        return items;
    }

    private static RuleWindow Window(Member member)
    {
        var members = new Members(member.Value, member.Path);
        RuleWindow window;
        if (members.TryTake("last", out var last))
        {
            var unit = Unit(members.Take("unit"));
            window = Mode(members) ? RuleWindow.Calendar(Amount(last), unit) : RuleWindow.Last(Amount(last), unit);
        }
        else if (members.TryTake("previous", out var previous))
        {
            Mode(members);
            window = RuleWindow.Previous(Amount(previous), Unit(members.Take("unit")));
        }
        else if (members.TryTake("between_ago", out var ages))
        {
            var bounds = Items(ages).Select(item => Amount(new(item.Item, item.Path))).ToList();
            if (bounds.Count != 2) throw ages.Wrong("an array of two ages");
            window = RuleWindow.Ago(bounds[0], bounds[1], Unit(members.Take("unit")));
        }
        else if (members.TryTake("from", out var from))
        {
            window = RuleWindow.Span(Time(from), members.TryTake("to", out var to) ? Time(to) : null);
        }
        else
        {
            throw new JsonRuleException("rules.no-window", "A window has one of last, previous, between_ago or from.", member.Path);
        }

        members.RefuseOthers();
        return window;
    }

    private static RuleTime Time(Member member)
    {
        var text = Text(member);
        if (LocalDatePattern.Iso.Parse(text) is { Success: true } date) return RuleTime.At(date.Value);
        return RuleTime.At(ParseInstant(text, member));
    }

    private static RuleGap Gap(Member member)
    {
        var members = new Members(member.Value, member.Path);
        var gap = new RuleGap(Amount(members.Take("amount")), Unit(members.Take("unit")));
        members.RefuseOthers();
        return gap;
    }

    private static RuleUnit Unit(Member member) => RuleJsonWords.TryUnit(Text(member), out var unit) ? unit : throw member.Wrong("second, minute, hour, day, week, month, quarter or year");

    private static int Amount(Member member) => member.Value.ValueKind == JsonValueKind.Number && member.Value.TryGetInt32(out var amount) ? amount : throw member.Wrong("a whole number");

    private static string Text(Member member) => member.Value.ValueKind == JsonValueKind.String ? WellFormed(member) : throw member.Wrong("a string");

    private static string WellFormed(Member member)
    {
        try
        {
            return member.Value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw member.Wrong("well-formed Unicode text");
        }
    }

    private static RuleValue Literal(Member member)
    {
        switch (member.Value.ValueKind)
        {
            case JsonValueKind.True:
                return RuleValue.Of(true);
            case JsonValueKind.False:
                return RuleValue.Of(false);
            case JsonValueKind.String:
                return RuleValue.Of(WellFormed(member));
            case JsonValueKind.Number:
                return Number(member);
            case JsonValueKind.Object:
                return Typed(member);
            case JsonValueKind.Null:
                throw new JsonRuleException("rules.null-literal", "There is no literal for a missing value: use is_set or is_not_set.", member.Path);
            default:
                throw member.Wrong("one literal");
        }
    }

    private static RuleValue Number(Member member)
    {
        if (member.Value.TryGetInt64(out var integer)) return RuleValue.Of(integer);
        var written = member.Value.GetRawText();
        if (written.IndexOfAny(['.', 'e', 'E']) < 0)
            return RuleNumbers.TryDecimal(written.TrimStart('-'), written[0] == '-', out var large) ? RuleValue.Of(large) : throw new JsonRuleException("rules.number-too-large", "The integer has more than 28 digits: write it as a double.", member.Path);
        return member.Value.TryGetDouble(out var real) && double.IsFinite(real) ? RuleValue.Of(real) : throw new JsonRuleException("rules.number-too-large", "The double is beyond 1.8e308: write {\"$double\":\"Infinity\"} if that is meant.", member.Path);
    }

    private static RuleValue Typed(Member member)
    {
        var members = new Members(member.Value, member.Path);
        RuleValue value;
        if (members.TryTake("$decimal", out var number))
        {
            var digits = Text(number);
            if (!IsDecimal(digits)) throw number.Wrong("a decimal such as \"12.50\"");
            if (!RuleNumbers.TryDecimal(digits.TrimStart('-'), digits[0] == '-', out var exact)) throw new JsonRuleException("rules.number-too-large", "A decimal has at most 28 digits.", number.Path);
            value = RuleValue.Of(exact);
        }
        else if (members.TryTake("$date", out var date))
        {
            value = LocalDatePattern.Iso.Parse(Text(date)) is { Success: true, Value.Year: >= 1 } day ? RuleValue.Of(day.Value) : throw new JsonRuleException("rules.no-such-date", "A date is written as 2026-06-01.", date.Path);
        }
        else if (members.TryTake("$instant", out var instant))
        {
            value = RuleValue.Of(ParseInstant(Text(instant), instant));
        }
        else if (members.TryTake("$double", out var real))
        {
            value = Text(real) switch
            {
                "Infinity" => RuleValue.Of(double.PositiveInfinity),
                "-Infinity" => RuleValue.Of(double.NegativeInfinity),
                "NaN" => throw new JsonRuleException("rules.null-literal", "NaN is a missing value, and there is no literal for that: use is_set or is_not_set.", real.Path),
                var digits => double.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var parsed) && double.IsFinite(parsed)
                    ? RuleValue.Of(parsed)
                    : throw real.Wrong("a double, Infinity or -Infinity"),
            };
        }
        else if (members.Has("$set"))
        {
            throw new JsonRuleException("rules.set-literal", "There is no literal for a set: use has_any, has_all or has_none with an array.", member.Path);
        }
        else
        {
            throw new JsonRuleException("rules.unknown-literal", "A literal is a JSON value, or an object with $decimal, $date, $instant or $double.", member.Path);
        }

        members.RefuseOthers();
        return value;
    }

    private static bool IsDecimal(string digits)
    {
        var start = digits.Length > 0 && digits[0] == '-' ? 1 : 0;
        var points = 0;
        for (var i = start; i < digits.Length; i++)
        {
            if (digits[i] == '.') points++;
            else if (digits[i] is < '0' or > '9') return false;
        }

        return points <= 1 && digits.Length > start && digits[start] != '.' && digits[digits.Length - 1] != '.';
    }

    private static Instant ParseInstant(string text, Member member) =>
        OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true } instant && instant.Value.ToInstant().InUtc().Year is >= 1 and <= 9999
            ? instant.Value.ToInstant()
            : throw new JsonRuleException("rules.no-such-instant", "An instant is written as 2026-06-01T08:00:00Z, or with an offset such as +08:00.", member.Path);

    private sealed class JsonRuleException(string code, string message, string path, string? suggestion = null) : Exception(message)
    {
        public string Code { get; } = code;

        public string Path { get; } = path;

        public string? Suggestion { get; } = suggestion;
    }

    private readonly record struct Member(JsonElement Value, string Path)
    {
        public JsonRuleException Wrong(string wanted) =>
            Value.ValueKind == JsonValueKind.Null
                ? new("rules.null-literal", $"Expected {wanted}, found null.", Path)
                : new("rules.wrong-json", $"Expected {wanted}, found {Value.ValueKind.ToString().ToLowerInvariant()}.", Path);
    }

    /// <summary>An object's members, each to be taken once; what is left over is refused.</summary>
    private sealed class Members
    {
        private readonly Dictionary<string, JsonElement> _left = new(StringComparer.Ordinal);
        private readonly List<string> _taken = [];

        public Members(JsonElement json, string path)
        {
            Path = path;
            if (json.ValueKind != JsonValueKind.Object) throw new Member(json, path).Wrong("an object");
            foreach (var property in json.EnumerateObject())
            {
                if (_left.ContainsKey(property.Name)) throw new JsonRuleException("rules.duplicate-member", "The member is there twice.", path + "." + property.Name);
                _left.Add(property.Name, property.Value);
            }
        }

        public string Path { get; }

        public bool Has(string name) => _left.ContainsKey(name);

        public bool TryTake(string name, out Member member)
        {
            var found = _left.TryGetValue(name, out var value);
            member = new(value, Path + "." + name);
            _taken.Add(name);
            _left.Remove(name);
            return found;
        }

        public Member Take(string name) => TryTake(name, out var member) ? member : throw new JsonRuleException("rules.missing-member", $"The member '{name}' is missing.", Path);

        /// <summary>Takes the value when it is <c>{"$set":[…]}</c>.</summary>
        public bool TryTakeSet(out Member array)
        {
            array = default;
            if (!_left.TryGetValue("value", out var value) || value.ValueKind != JsonValueKind.Object || !value.TryGetProperty("$set", out _)) return false;
            TryTake("value", out var member);
            var set = new Members(member.Value, member.Path);
            array = set.Sole("$set");
            return true;
        }

        public Member Sole(string name)
        {
            var member = Take(name);
            RefuseOthers();
            return member;
        }

        public void RefuseOthers()
        {
            if (_left.Count == 0) return;
            var unknown = _left.Keys.First();
            throw new JsonRuleException("rules.unknown-member", "The member is not part of this condition: remove it, or see the JSON schema.", Path + "." + unknown, Spelling.Nearest(unknown, _taken));
        }
    }
}
