namespace CustomerLifecycle.Rules;

/// <summary>Turns bound trees into nodes over columns. A test that occurs twice, negated or not, becomes one.</summary>
internal sealed class ColumnCompiler
{
    // More ranges than this are slower to look for one by one than values in a table or a list.
    private const int MostRanges = 8;
    private const int AggregateCost = 200;

    private readonly ColumnTable _table;
    private readonly RuleCompiler<int> _rows;
    private readonly CustomerColumns? _customers;
    private readonly EventColumnCompiler? _events;
    private readonly Dictionary<Condition, ColumnNode> _known = [];
    private readonly Dictionary<BoundRule, ColumnNode> _segments = [];
    private readonly List<ColumnTest> _tests = [];
    private readonly List<ColumnFallback> _fallbacks = [];
    private readonly HashSet<BucketColumn> _buckets = [];

    /// <summary>Over customers.</summary>
    public ColumnCompiler(CustomerColumns customers, IEnumerable<BoundRule> rules)
    {
        _customers = customers;
        _table = customers.Table;
        Windows = new();
        _rows = new(Profile(customers, rules), Windows);
        _events = new(customers.Happened, Windows, new(customers.Happened.Properties, Windows, _fallbacks));
    }

    // Over events: what stands in […].
    private ColumnCompiler(ColumnTable properties, RuleWindows windows, List<ColumnFallback> fallbacks)
    {
        _table = properties;
        _fallbacks = fallbacks;
        Windows = windows;
        _rows = new(new RuleProfile<int>().AnyAttribute((slot, name) => properties.Column(name).Get(slot)), windows);
    }

    public RuleWindows Windows { get; }

    public IReadOnlyList<ColumnTest> Tests => _tests;

    public IReadOnlyList<ColumnFallback> Fallbacks => _fallbacks;

    public IReadOnlyCollection<BucketColumn> Buckets => _buckets;

    /// <summary>What follows from events; null over events themselves.</summary>
    public EventColumnCompiler Events => _events ?? throw new InvalidOperationException("Events have no events.");

    // A row as closures see it: its values are those of the columns.
    private static RuleProfile<int> Profile(CustomerColumns columns, IEnumerable<BoundRule> rules)
    {
        var profile = new RuleProfile<int>().Id(columns.Customer).Events(columns.Events);
        foreach (var name in rules.SelectMany(static rule => rule.Attributes).Distinct(StringComparer.Ordinal))
        {
            var column = columns.Column(name);
            if (columns.Schema.FindAttribute(name)?.Kind == RuleKind.Text && column.Data is TextData) profile.Text(name, column.Text);
            else profile.Value(name, RuleKind.Any, column.Get);
        }

        return profile;
    }

    public ColumnNode Compile(BoundCondition condition) => condition switch
    {
        BoundAll all => ColumnNode.All(all.Parts.Select(Compile)),
        BoundAny any => ColumnNode.All(any.Parts.Select(part => Compile(part).Complement())).Complement(),
        BoundNot not => Compile(not.Part).Complement(),
        BoundSegment segment => Compile(segment.Rule),
        BoundTest test => Compile(test),
        BoundDateTest date => Shared(date.Source, () => date.Operand is BoundAggregate aggregate ? Compile(date, aggregate) : Compile(date)),
        BoundSequence sequence => Shared(sequence.Source, () => Events.Compile(sequence) is { } test ? Leaf(test) : Rows(sequence, ColumnFallbackReason.Events)),
        _ => Rows(condition, ColumnFallbackReason.Events),
    };

    /// <summary>The rows of one code.</summary>
    public ColumnNode OfCode(Codes codes, long code) => Leaf(new CodeTest(codes, [(code, code)]));

    /// <summary>The rows that have a value.</summary>
    public ColumnNode Presence(string name)
    {
        var source = new TestCondition(new AttributeOperand(name), RuleOperator.IsSet);
        return Compile(new BoundTest(source, new BoundAttribute(source.Operand, name, RuleKind.Any, ofEvent: true), RuleOperator.IsSet, negated: false, []));
    }

    // A segment that many refer to is one test, so that segments of segments cannot multiply.
    private ColumnNode Compile(BoundRule segment)
    {
        if (_segments.TryGetValue(segment, out var node)) return node;
        node = Compile(segment.Root);
        if (node is ColumnAll or ColumnComplement) node = Leaf(new SharedTest(node));
        _segments.Add(segment, node);
        return node;
    }

    private ColumnNode Compile(BoundTest test)
    {
        var source = new TestCondition(test.Operand.Source, test.Operator, test.Values, test.IgnoreCase);
        var positive = Shared(source, () => Compile(new BoundTest(source, test.Operand, test.Operator, negated: false, test.Values), test.Operand));
        return test.Negated ? positive.Complement() : positive;
    }

    private ColumnNode Shared(Condition source, Func<ColumnNode> compile)
    {
        if (!_known.TryGetValue(source, out var node)) _known.Add(source, node = compile());
        return node;
    }

    private ColumnNode Compile(BoundTest test, BoundOperand operand)
    {
        switch (operand)
        {
            case BoundAttribute attribute:
                return Compile(test, _table.Column(attribute.Name).Data);
            case BoundSize size when _table.Column(size.Of.Name).Data is SetData sets && Whole(test) is { } sizes:
                return Leaf(new SizeTest(sets.Codes, sizes.Low, sizes.High));
            case BoundAge age when _table.Column(age.Of.Name).Data is DateData days && Whole(test) is { } years:
                return Leaf(new MovingTest(days.Codes, frame => AgeRange.DaysOf(years.Low, years.High, frame.Moment.Today), static _ => true, _rows.Compile(test)));
            case BoundBucket bucket when Whole(test) is { } places:
                var column = _customers!.Buckets(bucket.Salt, bucket.Buckets);
                _buckets.Add(column);
                return Leaf(new CodeTest(column.Codes, [places]));
            case BoundAggregate aggregate:
                return Compile(test, aggregate);
            default:
                return Rows(test, ColumnFallbackReason.MixedValues);
        }
    }

    // An aggregate is a column of its own; where its values have no codes, it is computed and tested value by value.
    private ColumnNode Compile(BoundTest test, BoundAggregate aggregate)
    {
        if (!Events.CanRead) return Rows(test, ColumnFallbackReason.Events);
        if (Events.Column(aggregate, RuleCompiler<int>.ExtremeKind(test)) is { } column && Ranges(test, column.Scale) is { } ranges)
            return ranges.Count == 0 ? new ColumnConstant(false) : Leaf(new EventTest(column.Values, ranges));
        _fallbacks.Add(new(test.Source.ToString(), ColumnFallbackReason.MixedValues));
        var values = Events.Values(aggregate, RuleCompiler<int>.ExtremeKind(test));
        return Leaf(new RowTest(new ValueNode<int>((row, _) => values.Of(row), new ValueTest(test.Operator, test.Values, test.IgnoreCase), negated: false, AggregateCost)));
    }

    private ColumnNode Compile(BoundDateTest test, BoundAggregate aggregate)
    {
        if (!Events.CanRead) return Rows(test, ColumnFallbackReason.Events);
        if (TimeTest.Of(test.Test) is { } time)
        {
            var range = Windows.Add(time);
            switch (Events.Column(aggregate, RuleValueKind.Missing))
            {
                case { Scale: DateData } days:
                    return Leaf(new MovingEventTest(days.Values, frame => Days(frame.Ranges[range].Days), null));
                case { Scale: InstantData } instants:
                    return Leaf(new MovingEventTest(instants.Values, frame => NanosecondsOf(frame.Ranges[range].Instants), (frame, code) => frame.Ranges[range].Instants.Contains(NodaConstants.UnixEpoch.PlusNanoseconds(code))));
                case not null:
                    return new ColumnConstant(false);
            }
        }

        var values = Events.Values(aggregate, RuleValueKind.Missing);
        _fallbacks.Add(new(test.Source.ToString(), TimeTest.Of(test.Test) is null ? ColumnFallbackReason.Calendar : ColumnFallbackReason.MixedValues));
        return Leaf(new RowTest(TimeTest.Of(test.Test) is { } moving
            ? new TimeNode<int>((row, _) => values.Of(row), Windows.Add(moving), AggregateCost)
            : new CalendarNode<int>((row, _) => values.Of(row), test.Test.Test, test.Test.Amount)));
    }

    // Codes on a scale for which the test holds; null when codes do not tell.
    private static List<(long Low, long High)>? Ranges(BoundTest test, CodedData scale)
    {
        switch (test.Operator)
        {
            case RuleOperator.IsSet:
                return [(Codes.Missing + 1, long.MaxValue)];
            case RuleOperator.IsEmpty when scale is not (DictionaryData or SetData):
                return [(Codes.Missing, Codes.Missing)];
        }

        switch (scale)
        {
            case DictionaryData texts:
                return Runs(Table(test, texts), true) is { Count: <= MostRanges } runs ? runs : null;
            case BooleanData when test.Operator == RuleOperator.Equal && test.Values[0].Kind == RuleValueKind.Boolean:
                return test.Values[0].AsBoolean ? [(1, 1)] : [(0, 0)];
            case OrderedData ordered:
                // A sum too large for a code is told by the ends of their range: literals must lie inside.
                return Array.TrueForAll(test.Values, value => value.Kind == ordered.Kind && ordered.TryPlace(value, out var place) && place.AsDecimal is > Codes.Missing + 1 and < long.MaxValue) ? Ranges(test, ordered) : null;
            default:
                return null;
        }
    }

    private ColumnNode Compile(BoundTest test, ColumnData data)
    {
        switch (data)
        {
            case NoData:
                return new ColumnConstant(new ValueTest(test.Operator, test.Values, test.IgnoreCase).Holds(default));
            case DictionaryData texts:
                return Compile(test, texts);
            case SetData sets:
                return Compile(test, sets);
            case CodedData coded when test.Operator is RuleOperator.IsSet or RuleOperator.IsEmpty:
                return Presence(test, coded);
            case BooleanData truths when test.Operator == RuleOperator.Equal && test.Values[0].Kind == RuleValueKind.Boolean:
                var wanted = test.Values[0].AsBoolean ? 1 : 0;
                return Leaf(new CodeTest(truths.Codes, [(wanted, wanted)]));
            case OrderedData numbers when Ranges(test, numbers) is { } ranges:
                return ranges.Count == 0 ? new ColumnConstant(false) : Leaf(new CodeTest(numbers.Codes, ranges));
            case DoubleData doubles when Ranges(test) is { } ranges:
                return ranges.Count == 0 ? new ColumnConstant(false) : Leaf(new DoubleTest(doubles, ranges));
            case TextData:
                return Rows(test, ColumnFallbackReason.ManyTexts);
            case MixedData:
                return Rows(test, ColumnFallbackReason.MixedValues);
            default:
                return Rows(test, ColumnFallbackReason.Literals);
        }
    }

    private ColumnLeaf Presence(BoundTest test, CodedData coded) =>
        Leaf(new CodeTest(coded.Codes, test.Operator == RuleOperator.IsSet ? [(Codes.Missing + 1, long.MaxValue)] : [(Codes.Missing, Codes.Missing)]));

    private ColumnNode Compile(BoundTest test, DictionaryData data)
    {
        var table = Table(test, data);
        var ranges = Runs(table, true);
        if (ranges.Count == 0) return new ColumnConstant(false);
        if (ranges.Count <= MostRanges) return Leaf(new CodeTest(data.Codes, ranges));
        var others = Runs(table, false);
        return others.Count <= MostRanges ? Leaf(new CodeTest(data.Codes, others)).Complement() : Leaf(new ListedTest(data.Codes, table));
    }

    private static bool[] Table(BoundTest test, DictionaryData data)
    {
        var meaning = new ValueTest(test.Operator, test.Values, test.IgnoreCase);
        var table = new bool[data.Texts.Count + 1];
        for (var i = 0; i < data.Texts.Count; i++) table[i] = meaning.HoldsText(data.Texts[i]);
        table[data.Texts.Count] = meaning.Holds(default);
        return table;
    }

    private static List<(long Low, long High)> Runs(bool[] table, bool value)
    {
        var runs = new List<(long Low, long High)>();
        var texts = table.Length - 1;
        for (var i = 0; i < texts; i++)
        {
            if (table[i] != value) continue;
            var start = i;
            while (i + 1 < texts && table[i + 1] == value) i++;
            runs.Add((start, i));
        }

        if (table[texts] == value) runs.Add((Codes.Missing, Codes.Missing));
        return runs;
    }

    private ColumnNode Compile(BoundTest test, SetData data)
    {
        switch (test.Operator)
        {
            case RuleOperator.IsSet:
                return Presence(test, data);
            case RuleOperator.IsEmpty:
                return Leaf(new SetTest(data.Codes, long.MaxValue, all: false)).Complement();
            case RuleOperator.HasAny:
                return data.Mask(test.Values, all: false) is var any && any == 0 ? new ColumnConstant(false) : Leaf(new SetTest(data.Codes, any!.Value, all: false));
            case RuleOperator.HasAll:
                return data.Mask(test.Values, all: true) is { } every ? Leaf(new SetTest(data.Codes, every, all: true)) : new ColumnConstant(false);
            default:
                return Rows(test, ColumnFallbackReason.Literals);
        }
    }

    private ColumnNode Compile(BoundDateTest test)
    {
        var data = test.Operand is BoundAttribute attribute ? _table.Column(attribute.Name).Data : null;
        if (data is NoData) return new ColumnConstant(false);
        if (TimeTest.Of(test.Test) is not { } time) return Rows(test, ColumnFallbackReason.Calendar);
        var range = Windows.Add(time);
        return data switch
        {
            DateData days => Leaf(new MovingTest(days.Codes, frame => Days(frame.Ranges[range].Days), static _ => true, _rows.Compile(test))),
            InstantData instants => Leaf(new MovingTest(instants.Codes, frame => NanosecondsOf(frame.Ranges[range].Instants), frame => frame.Ranges[range].Instants.IsInterval, _rows.Compile(test))),
            CodedData or DoubleData or TextData => new ColumnConstant(false),
            _ => Rows(test, ColumnFallbackReason.MixedValues),
        };
    }

    private static (long Low, long High) Days(DateRange days) => (DateData.Days(days.From), days.Until is { } until ? DateData.Days(until) - 1 : long.MaxValue);

    private static (long Low, long High) NanosecondsOf(InstantRange instants)
    {
        var (from, last) = (InstantData.Nanoseconds(instants.From), InstantData.Nanoseconds(instants.Until) - 1);
        if (from > long.MaxValue || last <= Codes.Missing) return (1, 0);
        return ((long)Math.Max(from, Codes.Missing + 1), (long)Math.Min(last, long.MaxValue));
    }

    // Whole numbers for which the test holds; null when that is no single range.
    private static (long Low, long High)? Whole(BoundTest test)
    {
        if (!IsRange(test.Operator) || !Array.TrueForAll(test.Values, static value => value.Kind == RuleValueKind.Number)) return null;
        return NumberRange.OfIntegers(test.Operator, test.Values);
    }

    private static bool IsRange(RuleOperator op) => op.IsOrdering() || op is RuleOperator.Equal or RuleOperator.Between;

    private static List<(long Low, long High)>? Ranges(BoundTest test, OrderedData data)
    {
        if (!IsRange(test.Operator) && test.Operator != RuleOperator.In) return null;
        var places = new RuleValue[test.Values.Length];
        for (var i = 0; i < places.Length; i++)
            if (test.Values[i].Kind != data.Kind || !data.TryPlace(test.Values[i], out places[i])) return null;
        if (test.Operator != RuleOperator.In) return Together([Present(NumberRange.OfIntegers(test.Operator, places))]);
        return Together(places.Select(static place => Present(NumberRange.OfIntegers(RuleOperator.Equal, [place]))));
    }

    private static (long Low, long High) Present((long Low, long High) range) => (Math.Max(range.Low, Codes.Missing + 1), range.High);

    // Ranges that touch are one; null when there are too many.
    private static List<(long Low, long High)>? Together(IEnumerable<(long Low, long High)> ranges)
    {
        var together = new List<(long Low, long High)>();
        foreach (var (low, high) in ranges.Where(static range => range.Low <= range.High).OrderBy(static range => range.Low))
        {
            if (together.Count > 0 && together[together.Count - 1] is var last && low <= (last.High == long.MaxValue ? last.High : last.High + 1)) together[together.Count - 1] = (last.Low, Math.Max(last.High, high));
            else together.Add((low, high));
        }

        return together.Count <= MostRanges ? together : null;
    }

    private static List<(double Low, double High)>? Ranges(BoundTest test)
    {
        if (!Array.TrueForAll(test.Values, static value => value.Kind == RuleValueKind.Number)) return null;
        if (test.Operator == RuleOperator.IsSet) return [(double.NegativeInfinity, double.PositiveInfinity)];
        if (test.Operator == RuleOperator.In && test.Values.Length <= MostRanges) return [.. test.Values.Select(static value => NumberRange.OfDoubles(RuleOperator.Equal, [value])).Where(static range => range.Low <= range.High)];
        if (!IsRange(test.Operator)) return null;
        var (low, high) = NumberRange.OfDoubles(test.Operator, test.Values);
        return low <= high ? [(low, high)] : [];
    }

    private ColumnLeaf Rows(BoundCondition test, ColumnFallbackReason reason)
    {
        _fallbacks.Add(new(test.Source.ToString(), reason));
        return Leaf(new RowTest(_rows.Compile(test)));
    }

    private ColumnLeaf Leaf(ColumnTest test)
    {
        test.Slot = _tests.Count;
        _tests.Add(test);
        return new(test, negated: false);
    }
}

/// <summary>Ages as ranges of days of birth: a later birth is never an older age.</summary>
internal static class AgeRange
{
    /// <summary>The births, in days since 1970, of all whose age is in a closed range of years.</summary>
    public static (long Low, long High) DaysOf(long low, long high, LocalDate today)
    {
        var last = DateData.Days(today);
        return (FirstYounger(high, today, last), low <= 0 ? last : FirstYounger(low - 1, today, last) - 1);
    }

    // The first day of birth, from the calendar's beginning on, whose age is at most so many years.
    private static long FirstYounger(long years, LocalDate today, long last)
    {
        if (years < 0) return last + 1;
        var (from, until) = (DateData.Days(LocalDate.MinIsoValue), last);
        while (from < until)
        {
            var middle = from + ((until - from) / 2);
            if (Anniversary.Age(today.PlusDays((int)(middle - last)), today) <= years) until = middle;
            else from = middle + 1;
        }

        return from;
    }
}
