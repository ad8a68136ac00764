using System.Globalization;
using NodaTime.Text;

namespace CustomerLifecycle.Rules;

/// <summary>Reads the language's text by recursive descent. Every recursion goes through <see cref="Enter"/>, which counts the depth first.</summary>
internal sealed class RuleTextReader
{
    private readonly List<RuleToken> _tokens;
    private readonly RuleKeywords _keywords;
    private readonly RulePlaces _places;
    private readonly RuleSyntaxProblems _problems;
    private int _at;
    private int _depth;
    private bool _isCutOff;

    private RuleTextReader(List<RuleToken> tokens, RuleKeywords keywords, RulePlaces places, RuleSyntaxProblems problems)
    {
        _tokens = tokens;
        _keywords = keywords;
        _places = places;
        _problems = problems;
    }

    private RuleToken Current => _tokens[_at];

    public static RuleLoad<Rule> Read(string source, RuleKeywords keywords)
    {
        var problems = new RuleSyntaxProblems(source);
        try
        {
            var places = new RulePlaces(source);
            var rule = new Rule(new RuleTextReader(RuleLexer.Read(source, keywords, problems), keywords, places, problems).ReadAny(null), places);
            return problems.Found is { Count: > 0 } found ? new(found, rule) : new(rule);
        }
        catch (RuleSyntaxException final)
        {
            // Of one that is not among them there is nothing else to say.
            if (problems.Found is { Count: RuleLimits.Problems } many) return new(many);
            return new([.. problems.Found.Where(problem => problem.Position < final.Position), new RuleProblem(final.Code, final.Message, final.Position, RulePlaces.LineAndColumn(source, final.Position))]);
        }
    }

    // Reads up to a closing bracket, or to the end, and takes it. What follows a problem is read for more of them.
    private Condition ReadAny(string? closing)
    {
        var start = Current;
        var parts = new List<Condition> { ReadAny() };
        while (!TakeEnd(closing))
        {
            Report(Expected(closing is null ? "'and', 'or' or the end" : $"'and', 'or' or '{closing}'", "and", "or"));
            Skip(0);
            if (Current.Kind == RuleTokenKind.End)
            {
                _isCutOff = true;
                break;
            }

            if (!IsEnd(closing) && (IsSymbol(")") || IsSymbol("]"))) _at++;
            if (TakeWord("and") || TakeWord("or")) parts.Add(ReadAny());
        }

        if (parts.Count == 1) return parts[0];
        Check(parts, start);
        return Condition.All(parts);
    }

    private bool IsEnd(string? closing) => closing is null ? Current.Kind == RuleTokenKind.End : IsSymbol(closing);

    private bool TakeEnd(string? closing)
    {
        if (!IsEnd(closing)) return false;
        if (closing is not null) _at++;
        return true;
    }

    // What stands where the reader has reported something already is no news, nor is that an end comes after it that closes nothing.
    private void Report(RuleSyntaxException problem)
    {
        var isNews = Current.Kind switch { RuleTokenKind.Unknown => Current.Start != problem.Position, RuleTokenKind.End => !_isCutOff, _ => true };
        if (isNews) _problems.Add(problem);
    }

    /// <summary>Goes on to where the next test may begin, or to the bracket that closes what is around.</summary>
    /// <param name="open">Brackets that the part that cannot be read has opened.</param>
    private void Skip(int open)
    {
        // A bracket that is never closed hides no more than its own test.
        var start = _at;
        if (TrySkip(open, counting: true)) return;
        _at = start;
        TrySkip(0, counting: false);
    }

    private bool TrySkip(int open, bool counting)
    {
        var ofBetween = _at > 0 && string.Equals(_tokens[_at - 1].Word, "between", StringComparison.Ordinal);
        for (; Current.Kind != RuleTokenKind.End; _at++)
        {
            if (IsSymbol(")") || IsSymbol("]"))
            {
                if (open == 0) return true;
                open--;
            }
            else if (counting && (IsSymbol("(") || IsSymbol("[")))
            {
                open++;
            }
            else if (open == 0 && ofBetween && IsWord("and"))
            {
                ofBetween = false;
            }
            else if (open == 0 && (IsWord("and") || IsWord("or")) && MayBegin(Ahead(1)))
            {
                return true;
            }
        }

        return open == 0;
    }

    private static bool MayBegin(RuleToken token) =>
        token.Kind == RuleTokenKind.QuotedName || (token.Kind == RuleTokenKind.Name && token.Word is not ("and" or "or")) || (token.Kind == RuleTokenKind.Symbol && string.Equals(token.Text, "(", StringComparison.Ordinal));

    private int Opened(int since)
    {
        var open = 0;
        for (var i = since; i < _at; i++)
            if (_tokens[i].Kind == RuleTokenKind.Symbol)
                open += _tokens[i].Text switch { "(" or "[" => 1, ")" or "]" => -1, _ => 0 };
        return open;
    }

    private Condition ReadAny()
    {
        var start = Current;
        var first = ReadAll();
        if (!IsWord("or")) return first;
        var parts = new List<Condition> { first };
        while (TakeWord("or")) parts.Add(ReadAll());
        Check(parts, start);
        return _places.Add(Condition.Any(parts), start.Start);
    }

    private Condition ReadAll()
    {
        var start = Current;
        var first = ReadFactor();
        if (!IsWord("and")) return first;
        var parts = new List<Condition> { first };
        while (TakeWord("and")) parts.Add(ReadFactor());
        Check(parts, start);
        return _places.Add(Condition.All(parts), start.Start);
    }

    private Condition ReadFactor()
    {
        var start = Current;
        if (TakeWord("not"))
        {
            Enter(start);
            var negated = ReadFactor();
            _depth--;
            return Negate(negated, start);
        }

        if (TakeSymbol("("))
        {
            Enter(start);
            var inner = ReadAny(")");
            _depth--;
            return inner;
        }

        if (TakeWord("true")) return Condition.True;
        return TakeWord("false") ? Condition.False : ReadTestOrGoOn();
    }

    private Condition ReadTestOrGoOn()
    {
        var (start, depth) = (_at, _depth);
        try
        {
            return ReadTest();
        }
        catch (RuleSyntaxException problem) when (!problem.IsFinal)
        {
            Report(problem);
            _depth = depth;
            Skip(Opened(start));
            return Condition.True;
        }
    }

    private Condition Negate(Condition condition, RuleToken start)
    {
        Check([condition], start);
        return _places.Add(!condition, start.Start);
    }

    private void Enter(RuleToken at)
    {
        if (++_depth > RuleLimits.Depth) throw TooDeep(at);
    }

    private static RuleSyntaxException TooDeep(RuleToken at) =>
        new("rules.too-deep", $"Conditions nest at most {RuleLimits.Depth} levels deep. Move a part into a segment of its own.", at.Start, isFinal: true);

    private static void Check(IReadOnlyList<Condition> parts, RuleToken at)
    {
        int depth = 0, nodes = 1;
        foreach (var part in parts)
        {
            depth = Math.Max(depth, part.Depth);
            nodes += part.Nodes;
        }

        if (depth >= RuleLimits.Depth) throw TooDeep(at);
        if (nodes > RuleLimits.Nodes) throw new RuleSyntaxException("rules.too-many-nodes", $"A rule has at most {RuleLimits.Nodes} conditions. Use a list, or move a part into a segment of its own.", at.Start, isFinal: true);
    }

    private Condition ReadTest()
    {
        var start = Current;
        if (IsWord("in") && IsWord("segment", 1))
        {
            _at += 2;
            return _places.Add(new SegmentCondition(ExpectNamingText("the segment's name")), start.Start);
        }

        if (IsWord("sequence") && IsSymbol("(", 1)) return ReadSequence();
        if (IsWord("dwell") && IsDwell()) return ReadDwell();

        var operand = _places.Add(ReadOperand(), start.Start);
        return _places.Add(ReadTest(operand, start), start.Start);
    }

    private bool IsDwell() =>
        _tokens[_at + 1].Kind == RuleTokenKind.Symbol && Comparison(_tokens[_at + 1].Text) is not null && _tokens[_at + 2].Kind == RuleTokenKind.Integer && Unit(_tokens[_at + 3]) is not null;

    private DwellCondition ReadDwell()
    {
        var start = Current;
        var op = Comparison(_tokens[_at + 1].Text)!.Value;
        _at += 2;
        var (amount, unit) = ReadGap();
        return _places.Add(new DwellCondition(op, amount, unit), start.Start);
    }

    private Operand ReadOperand()
    {
        if (IsWord("event") && IsSymbol(".", 1) && IsName(2) && !IsSymbol("(", 3))
        {
            _at += 2;
            return new EventFieldOperand(ExpectName("a field of the event"));
        }

        if (IsSymbol("(", 1))
        {
            var word = Current.Word;
            switch (word)
            {
                case "age" or "size":
                    _at += 2;
                    var name = ExpectName("an attribute");
                    ExpectSymbol(")");
                    return string.Equals(word, "age", StringComparison.Ordinal) ? new AgeOperand(name) : new SizeOperand(name);
                case "bucket":
                    _at += 2;
                    var salt = ExpectNamingText("the name of the sample");
                    var buckets = TakeSymbol(",") ? ExpectAmount() : BucketOperand.DefaultBuckets;
                    ExpectSymbol(")");
                    return new BucketOperand(salt, buckets);
                case "visits":
                    _at += 2;
                    var stage = ExpectNamingText("the stage's name");
                    ExpectSymbol(")");
                    return new VisitsOperand(stage);
            }
        }

        if (IsName() && (IsSymbol(".", 1) || IsSymbol("[", 1)))
        {
            var events = ReadSelector();
            ExpectSymbol(".");
            return ReadAggregate(events);
        }

        return new AttributeOperand(ExpectName("a test: an attribute, an aggregate over events, 'in segment' or 'sequence'"));
    }

    private EventSelector ReadSelector()
    {
        var start = Current;
        var type = ExpectName("a type of event");
        if (!TakeSymbol("[")) return _places.Add(new EventSelector(type), start.Start);
        Enter(start);
        var where = ReadAny("]");
        _depth--;
        Check([where], start);
        return _places.Add(new EventSelector(type, where), start.Start);
    }

    private AggregateOperand ReadAggregate(EventSelector events)
    {
        Aggregation? aggregation = Current.Word switch
        {
            "count" => Aggregation.Count,
            "sum" => Aggregation.Sum,
            "avg" => Aggregation.Average,
            "min" => Aggregation.Minimum,
            "max" => Aggregation.Maximum,
            "distinct" => Aggregation.Distinct,
            "first" => Aggregation.First,
            "last" => Aggregation.Last,
            "latest" => Aggregation.Latest,
            _ => null,
        };
        if (aggregation is null) throw Expected("count, sum, avg, min, max, distinct, first, last or latest", "count", "sum", "avg", "min", "max", "distinct", "first", "last", "latest");
        _at++;
        ExpectSymbol("(");
        string? property = null;
        RuleWindow? window = null;
        if (IsName() && (IsSymbol(")", 1) || IsSymbol(",", 1)))
        {
            property = ExpectName("a property");
            if (TakeSymbol(",")) window = ReadWindow() ?? throw Expected("a window, such as 'last 90 days'");
        }
        else if (!IsSymbol(")"))
        {
            window = ReadWindow() ?? throw Expected("a property, a window such as 'last 90 days', or ')'");
        }

        ExpectSymbol(")");
        return new AggregateOperand(events, aggregation.Value, property, window);
    }

    private SequenceCondition ReadSequence()
    {
        var start = Current;
        _at += 2;
        var steps = new List<SequenceStep>();
        do
        {
            var events = ReadSelector();
            RuleGap? within = null;
            if (steps.Count > 0 && TakeWord("within"))
            {
                var (amount, unit) = ReadGap();
                within = new RuleGap(amount, unit);
            }

            steps.Add(new(events, within));
        }
        while (TakeWord("then"));

        ExpectSymbol(")");
        if (steps.Max(step => step.Events.Depth) >= RuleLimits.Depth) throw TooDeep(start);
        if (steps.Sum(step => step.Events.Nodes) >= RuleLimits.Nodes) throw new RuleSyntaxException("rules.too-many-nodes", $"A rule has at most {RuleLimits.Nodes} conditions and steps.", start.Start, isFinal: true);
        return _places.Add(new SequenceCondition(steps, ReadWindow()), start.Start);
    }

    private Condition ReadTest(Operand operand, RuleToken start)
    {
        if (Current.Kind == RuleTokenKind.Symbol && Comparison(Current.Text) is { } comparison)
        {
            _at++;
            var value = ReadLiteral();
            if (comparison.IsOrdering() && Unit(Current) is not null && IsWord("ago", 1)) throw AgeCompared(comparison);
            var folds = value.Kind == RuleValueKind.Text && comparison.MayIgnoreCase() && TakeIgnoringCase();
            return new TestCondition(operand, comparison, [value], folds);
        }

        var negated = TakeWord("not");
        if (TakeWord("in"))
        {
            if (IsSymbol("(")) return ReadList(operand, negated ? RuleOperator.NotIn : RuleOperator.In);
            var dates = ReadDateTest(operand);
            return negated ? Negate(_places.Add(dates, start.Start), start) : dates;
        }

        if (TakeWord("between"))
        {
            var low = ReadLiteral();
            ExpectWord("and");
            return new TestCondition(operand, negated ? RuleOperator.NotBetween : RuleOperator.Between, [low, ReadLiteral()]);
        }

        if (TakeWord("contains")) return ReadTextual(operand, negated ? RuleOperator.NotContains : RuleOperator.Contains);
        RuleOperator? textual =
            TakeWords("starts", "with") ? RuleOperator.StartsWith :
            TakeWords("ends", "with") ? RuleOperator.EndsWith :
            TakeWord("like") ? RuleOperator.Like : null;
        if (textual is not null)
        {
            var test = ReadTextual(operand, textual.Value);
            return negated ? Negate(_places.Add(test, start.Start), start) : test;
        }

        if (negated) throw Expected("in, between, contains, starts with, ends with or like after 'not'", IsSymbol("=") ? "!=" : null, []);
        if (TakeWord("is")) return new TestCondition(operand, ReadState());
        if (TakeWord("has")) return ReadHas(operand);
        if (TakeWord("anniversary")) return ReadAnniversary(operand);
        if (TakeWord("before")) return ReadBeforeOrAfter(operand, RuleOperator.Less);
        if (TakeWord("after")) return ReadBeforeOrAfter(operand, RuleOperator.Greater);
        throw Expected("a test, such as '= 1', '= true', 'in (…)', 'is set' or 'in last 7 days'", Foreign(Current.Text), ["in", "not", "between", "contains", "starts", "ends", "like", "is", "has", "anniversary", "before", "after"]);
    }

    private RuleSyntaxException AgeCompared(RuleOperator comparison)
    {
        var meant = comparison is RuleOperator.Less or RuleOperator.LessOrEqual ? "before" : "after";
        return new("rules.syntax", $"A time is compared with an age by 'before' and 'after'. Did you mean '{meant}'?", Current.Start, meant);
    }

    private RuleOperator ReadState()
    {
        var negated = TakeWord("not");
        if (TakeWord("set")) return negated ? RuleOperator.IsNotSet : RuleOperator.IsSet;
        if (TakeWord("empty")) return negated ? RuleOperator.IsNotEmpty : RuleOperator.IsEmpty;
        if (Current.Kind == RuleTokenKind.Name && string.Equals(Current.Text, "null", StringComparison.OrdinalIgnoreCase)) throw new RuleSyntaxException("rules.null-literal", "There is no literal for a missing value: write 'is set' or 'is not set'.", Current.Start);
        throw Expected("'set' or 'empty'", MayBeLiteral(Current) ? negated ? "!=" : "=" : null, ["set", "empty"]);
    }

    private TestCondition ReadHas(Operand operand)
    {
        RuleOperator op = TakeWord("any") ? RuleOperator.HasAny : TakeWord("all") ? RuleOperator.HasAll : TakeWord("none") ? RuleOperator.HasNone : throw Expected("'any of', 'all of' or 'none of'");
        ExpectWord("of");
        return ReadList(operand, op);
    }

    private TestCondition ReadList(Operand operand, RuleOperator op)
    {
        var start = Current;
        ExpectSymbol("(");
        var values = new List<RuleValue>();
        if (!TakeSymbol(")"))
        {
            do
            {
                if (values.Count == RuleLimits.ListLength) throw new RuleSyntaxException("rules.list-too-long", $"A list holds at most {RuleLimits.ListLength} literals. Keep the list as an attribute or a segment.", start.Start);
                values.Add(ReadLiteral());
            }
            while (TakeSymbol(","));
            ExpectSymbol(")");
        }

        var folds = op.MayIgnoreCase() && values.TrueForAll(value => value.Kind == RuleValueKind.Text) && TakeIgnoringCase();
        return new TestCondition(operand, op, values, folds);
    }

    private TestCondition ReadTextual(Operand operand, RuleOperator op)
    {
        if (Current.Kind != RuleTokenKind.Text) throw Expected("a text in single quotes");
        var value = ReadLiteral();
        return new TestCondition(operand, op, [value], TakeIgnoringCase());
    }

    private bool TakeIgnoringCase() => TakeWords("ignoring", "case");

    private DateCondition ReadDateTest(Operand operand)
    {
        if (TakeWord("next"))
        {
            var amount = ExpectAmount();
            var calendar = TakeWord("calendar");
            return DateCondition.InNext(operand, amount, ExpectUnit(), calendar);
        }

        return DateCondition.In(operand, ReadWindow() ?? throw Expected("a list, 'next', or a window such as 'last 7 days'"));
    }

    private DateCondition ReadAnniversary(Operand operand)
    {
        if (TakeWord("today")) return DateCondition.AnniversaryToday(operand);
        ExpectWord("in");
        if (TakeWord("month")) return DateCondition.MonthIs(operand, ExpectAmount());
        ExpectWord("next");
        var days = ExpectAmount();
        if (ExpectUnit() != RuleUnit.Day) throw new RuleSyntaxException("rules.syntax", "Anniversaries are looked for in days.", _tokens[_at - 1].Start);
        return DateCondition.AnniversaryInNext(operand, days);
    }

    private Condition ReadBeforeOrAfter(Operand operand, RuleOperator op)
    {
        if (Current.Kind is RuleTokenKind.Date or RuleTokenKind.Instant) return new TestCondition(operand, op, [ReadLiteral()]);
        if (Current.Kind != RuleTokenKind.Integer) throw Expected("a date, an instant, or an age such as '90 days ago'");
        var (amount, unit) = ReadGap();
        ExpectWord("ago");
        return op == RuleOperator.Less ? DateCondition.BeforeAgo(operand, amount, unit) : DateCondition.AfterAgo(operand, amount, unit);
    }

    private RuleWindow? ReadWindow()
    {
        if (TakeWord("last"))
        {
            var amount = ExpectAmount();
            return TakeWord("calendar") ? RuleWindow.Calendar(amount, ExpectUnit()) : RuleWindow.Last(amount, ExpectUnit());
        }

        if (TakeWord("previous"))
        {
            var amount = ExpectAmount();
            return RuleWindow.Previous(amount, ExpectUnit());
        }

        if (TakeWord("this")) return RuleWindow.Calendar(1, ExpectUnit());
        if (TakeWord("between"))
        {
            var from = ExpectAmount();
            ExpectWord("and");
            var (until, unit) = ReadGap();
            ExpectWord("ago");
            return RuleWindow.Ago(from, until, unit);
        }

        if (!TakeWord("from")) return null;
        var begin = ReadTime();
        return RuleWindow.Span(begin, TakeWord("to") ? ReadTime() : null);
    }

    private RuleTime ReadTime()
    {
        if (Current.Kind is not (RuleTokenKind.Date or RuleTokenKind.Instant)) throw Expected("a date such as 2026-06-01, or an instant such as 2026-06-01T08:00:00Z");
        var value = ReadLiteral();
        return value.Kind == RuleValueKind.Date ? RuleTime.At(value.AsDate) : RuleTime.At(value.AsInstant);
    }

    private (int Amount, RuleUnit Unit) ReadGap()
    {
        var amount = ExpectAmount();
        return (amount, ExpectUnit());
    }

    private RuleValue ReadLiteral()
    {
        var token = Current;
        var negative = TakeSymbol("-");
        var literal = Current;
        if (negative && literal.Kind is not (RuleTokenKind.Integer or RuleTokenKind.Decimal or RuleTokenKind.Double) && !IsWord("infinity")) throw Expected("a number");
        _at++;
        switch (literal.Kind)
        {
            case RuleTokenKind.Text:
                return RuleValue.Of(literal.Text);
            case RuleTokenKind.Integer:
                return RuleNumbers.TryInteger(literal.Text, negative, out var integer)
                    ? RuleValue.Of(integer)
                    : throw new RuleSyntaxException("rules.number-too-large", "The integer does not fit into 64 bits: write it as a decimal, with '.0' behind it.", token.Start);
            case RuleTokenKind.Decimal:
                return RuleNumbers.TryDecimal(literal.Text, negative, out var number)
                    ? RuleValue.Of(number)
                    : throw new RuleSyntaxException("rules.number-too-large", "A decimal has at most 28 digits: write it as a double, with 'e0' behind it.", token.Start);
            case RuleTokenKind.Double:
                return RuleNumbers.TryDouble(literal.Text, negative, out var real)
                    ? RuleValue.Of(real)
                    : throw new RuleSyntaxException("rules.number-too-large", "The double is beyond 1.8e308: write infinity if that is meant.", token.Start);
            case RuleTokenKind.Date:
                return TryDate(literal.Text, out var date) ? RuleValue.Of(date) : throw new RuleSyntaxException("rules.no-such-date", $"There is no day {literal.Text}.", literal.Start);
            case RuleTokenKind.Instant:
                var instant = OffsetDateTimePattern.ExtendedIso.Parse(literal.Text.ToUpperInvariant());
                return instant.Success && instant.Value.ToInstant().InUtc().Year is >= 1 and <= 9999
                    ? RuleValue.Of(instant.Value.ToInstant())
                    : throw new RuleSyntaxException("rules.no-such-instant", $"{literal.Text} is no instant: write it as 2026-06-01T08:00:00Z, or with an offset such as +08:00.", literal.Start);
            case RuleTokenKind.Name when string.Equals(literal.Word, "true", StringComparison.Ordinal):
                return RuleValue.Of(true);
            case RuleTokenKind.Name when string.Equals(literal.Word, "false", StringComparison.Ordinal):
                return RuleValue.Of(false);
            case RuleTokenKind.Name when string.Equals(literal.Word, "infinity", StringComparison.Ordinal):
                return RuleValue.Of(negative ? double.NegativeInfinity : double.PositiveInfinity);
            case RuleTokenKind.Name when string.Equals(literal.Text, "null", StringComparison.OrdinalIgnoreCase):
                throw new RuleSyntaxException("rules.null-literal", "There is no literal for a missing value: write 'is set' or 'is not set'.", literal.Start);
            default:
                _at--;
                throw Expected("a literal: a text in single quotes, a number, a date, an instant, true or false", "true", "false");
        }
    }

    // The token is made of digits at the right places; patterns are dear to make for a first date.
    private static bool TryDate(string text, out LocalDate date)
    {
        var (year, month, day) = (Digits(text, 0, 4), Digits(text, 5, 2), Digits(text, 8, 2));
        var isDay = year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= CalendarSystem.Iso.GetDaysInMonth(year, month);
        date = isDay ? new(year, month, day) : default;
        return isDay;
    }

    private static int Digits(string text, int at, int count)
    {
        var number = 0;
        for (var i = at; i < at + count; i++) number = (10 * number) + text[i] - '0';
        return number;
    }

    private int ExpectAmount()
    {
        var token = Current;
        if (token.Kind != RuleTokenKind.Integer) throw Expected("a whole number");
        _at++;
        return int.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var amount) && amount <= RuleLimits.Amount
            ? amount
            : throw new RuleSyntaxException("rules.amount-too-large", $"An amount is at most {RuleLimits.Amount}.", token.Start);
    }

    private RuleUnit ExpectUnit()
    {
        if (Unit(Current) is not { } unit) throw Expected("second, minute, hour, day, week, month, quarter or year", "seconds", "minutes", "hours", "days", "weeks", "months", "quarters", "years");
        _at++;
        return unit;
    }

    private static RuleUnit? Unit(RuleToken token) => token.Word switch
    {
        "second" or "seconds" => RuleUnit.Second,
        "minute" or "minutes" => RuleUnit.Minute,
        "hour" or "hours" => RuleUnit.Hour,
        "day" or "days" => RuleUnit.Day,
        "week" or "weeks" => RuleUnit.Week,
        "month" or "months" => RuleUnit.Month,
        "quarter" or "quarters" => RuleUnit.Quarter,
        "year" or "years" => RuleUnit.Year,
        _ => null,
    };

    private static RuleOperator? Comparison(string symbol) => symbol switch
    {
        "=" => RuleOperator.Equal,
        "!=" or "<>" => RuleOperator.NotEqual,
        "<" => RuleOperator.Less,
        "<=" => RuleOperator.LessOrEqual,
        ">" => RuleOperator.Greater,
        ">=" => RuleOperator.GreaterOrEqual,
        _ => null,
    };

    private bool IsName(int ahead = 0)
    {
        var token = Ahead(ahead);
        return token.Kind == RuleTokenKind.QuotedName || (token.Kind == RuleTokenKind.Name && !IsReserved(token.Word));
    }

    internal static bool IsReserved(string? word) => word is "and" or "or" or "not" or "in" or "true" or "false";

    private RuleToken Ahead(int ahead) => _tokens[Math.Min(_at + ahead, _tokens.Count - 1)];

    private string ExpectName(string what)
    {
        if (!IsName()) throw Expected(what);
        if (Current.Text.Length > RuleLimits.NameLength) throw new RuleSyntaxException("rules.name-too-long", $"A name has at most {RuleLimits.NameLength} characters.", Current.Start);
        return _tokens[_at++].Text;
    }

    private string ExpectNamingText(string what)
    {
        if (Current.Kind != RuleTokenKind.Text) throw Expected($"{what} in single quotes");
        if (Current.Text.Length is 0 or > RuleLimits.NameLength) throw new RuleSyntaxException("rules.name-too-long", $"A name has 1 to {RuleLimits.NameLength} characters.", Current.Start);
        return _tokens[_at++].Text;
    }

    private bool IsWord(string word, int ahead = 0)
    {
        var token = Ahead(ahead);
        return token.Kind == RuleTokenKind.Name && string.Equals(token.Word, word, StringComparison.Ordinal);
    }

    private bool IsSymbol(string symbol, int ahead = 0)
    {
        var token = Ahead(ahead);
        return token.Kind == RuleTokenKind.Symbol && string.Equals(token.Text, symbol, StringComparison.Ordinal);
    }

    private bool TakeWord(string word)
    {
        if (!IsWord(word)) return false;
        _at++;
        return true;
    }

    private bool TakeWords(string first, string second)
    {
        if (!IsWord(first) || !IsWord(second, 1)) return false;
        _at += 2;
        return true;
    }

    private bool TakeSymbol(string symbol)
    {
        if (!IsSymbol(symbol)) return false;
        _at++;
        return true;
    }

    private void ExpectWord(string word)
    {
        if (!TakeWord(word)) throw Expected($"'{word}'", word);
    }

    private void ExpectSymbol(string symbol)
    {
        if (!TakeSymbol(symbol)) throw Expected($"'{symbol}'");
    }

    private static string Shortened(string text) => text.Length <= 40 ? text : $"{text.Substring(0, 40)}…";

    private static bool MayBeLiteral(RuleToken token) =>
        token.Kind is RuleTokenKind.Text or RuleTokenKind.Integer or RuleTokenKind.Decimal or RuleTokenKind.Double or RuleTokenKind.Date or RuleTokenKind.Instant || token.Word is "true" or "false";

    // What people say where the language has a symbol.
    private static string? Foreign(string word) => word switch
    {
        "equals" or "eq" or "是" or "等于" or "为" => "=",
        "at" or "gte" or "不小于" or "大于等于" or "至少" => ">=",
        "lte" or "不大于" or "小于等于" or "至多" => "<=",
        "over" or "above" or "more" or "greater" or "gt" or "大于" or "超过" => ">",
        "under" or "below" or "less" or "lt" or "小于" or "少于" or "不足" => "<",
        "不等于" or "不是" or "ne" => "!=",
        _ => null,
    };

    // Names are the host's words and may be said again; literals may be personal data and are not.
    private RuleSyntaxException Expected(string wanted, params string[] words) => Expected(wanted, null, words);

    private RuleSyntaxException Expected(string wanted, string? meant, string[] words)
    {
        var found = Current.Kind switch
        {
            RuleTokenKind.End => "the end",
            RuleTokenKind.Name or RuleTokenKind.Symbol => $"'{Shortened(Current.Text)}'",
            RuleTokenKind.QuotedName => "a quoted name",
            RuleTokenKind.Text => "a text",
            RuleTokenKind.Date => "a date",
            RuleTokenKind.Instant => "an instant",
            RuleTokenKind.Unknown => "something else",
            _ => "a number",
        };
        meant ??= Current.Kind == RuleTokenKind.Name && !Array.Exists(words, word => string.Equals(word, Current.Word, StringComparison.Ordinal)) ? Spelling.Nearest(Current.Text, words.Concat(words.Select(_keywords.Write))) : null;
        return new("rules.syntax", $"Expected {wanted}, found {found}.{(meant is null ? "" : $" Did you mean '{meant}'?")}", Current.Start, meant);
    }
}
