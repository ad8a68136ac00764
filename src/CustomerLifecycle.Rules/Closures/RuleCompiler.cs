namespace CustomerLifecycle.Rules;

/// <summary>Turns a bound tree into nodes over a host's type. Each rule is walked once; segments are woven in.</summary>
internal sealed class RuleCompiler<T>
{
    internal static readonly RuleProfile<RuleEvent> EventProfile = new RuleProfile<RuleEvent>().AnyAttribute(static (item, name) => item[name]);

    // Of a long list every range would be compared with every other.
    private const int MostMerged = 16;

    private readonly RuleProfile<T> _profile;
    private readonly RuleWindows _windows;
    private readonly Dictionary<BoundRule, RuleNode<T>> _segments = [];

    public RuleCompiler(RuleProfile<T> profile, RuleWindows windows)
    {
        _profile = profile;
        _windows = windows;
    }

    public static CompiledRule<T> Compile(BoundRule rule, RuleProfile<T> profile)
    {
        var windows = new RuleWindows();
        return new(rule, profile, new RuleCompiler<T>(profile, windows).Compile(rule.Root), windows);
    }

    public RuleNode<T> Compile(BoundCondition condition) => condition switch
    {
        BoundAll all => Join(all.Parts, isAll: true),
        BoundAny any => Join(any.Parts, isAll: false),
        BoundNot not => Negate(Compile(not.Part)),
        BoundTest test => Compile(test),
        BoundDateTest test => Compile(test),
        BoundDwell dwell => new DwellNode<T>(_profile.StageEntered ?? throw RuleProfile<T>.NotDeclared("stage at hand"), dwell.Test.Operator.Positive(out var negated), negated, new(dwell.Test.Amount, dwell.Test.Unit)),
        BoundSegment segment => Compile(segment.Rule),
        BoundSequence sequence => Compile(sequence),
        _ => throw new InvalidOperationException("A condition of this kind cannot be compiled."),
    };

    private RuleNode<T> Compile(BoundRule segment)
    {
        if (!_segments.TryGetValue(segment, out var node)) _segments.Add(segment, node = Compile(segment.Root));
        return node;
    }

    // A chain inside its own kind is one chain, a part that decides nothing is left out, and cheap parts come first.
    private RuleNode<T> Join(IReadOnlyList<BoundCondition> conditions, bool isAll)
    {
        var parts = new List<RuleNode<T>>();
        foreach (var condition in conditions) Add(Compile(condition), isAll, parts);
        if (!TryPair(parts, isAll) || parts.Exists(static part => part is ConstantNode<T>)) return new ConstantNode<T>(!isAll);
        if (parts.Count == 0) return new ConstantNode<T>(isAll);
        if (parts.Count == 1) return parts[0];
        var ordered = ByCost(parts);
        return isAll ? new AllNode<T>(ordered) : new AnyNode<T>(ordered);
    }

    // Of equals the first stays first.
    private static RuleNode<T>[] ByCost(List<RuleNode<T>> parts)
    {
        var ordered = new RuleNode<T>[parts.Count];
        for (var i = 0; i < ordered.Length; i++)
        {
            var at = i;
            for (; at > 0 && ordered[at - 1].Cost > parts[i].Cost; at--) ordered[at] = ordered[at - 1];
            ordered[at] = parts[i];
        }

        return ordered;
    }

    private static void Add(RuleNode<T> node, bool isAll, List<RuleNode<T>> parts)
    {
        IReadOnlyList<RuleNode<T>> inner = node switch
        {
            ConstantNode<T> constant when constant.Value == isAll => [],
            AllNode<T> all when isAll => all.Parts,
            AnyNode<T> any when !isAll => any.Parts,
            PairNode<T> pair when pair.IsAll == isAll => pair.Parts,
            _ => [node],
        };
        foreach (var part in inner)
        {
            if (ReferenceEquals(part, node)) parts.Add(part);
            else Add(part, isAll, parts);
        }
    }

    /// <summary>Makes one range of those of one attribute where it can, and lets the others stand two by two.</summary>
    /// <returns>False when no value is in all of them, or for any: out of all of them.</returns>
    private static bool TryPair(List<RuleNode<T>> parts, bool isAll)
    {
        var ranges = new List<RangeNode<T>>();
        foreach (var part in parts)
        {
            if (part is not RangeNode<T> node) continue;
            var range = isAll ? node : node.Complement();
            RangeNode<T>? both = null;
            var known = ranges.FindIndex(0, Math.Min(ranges.Count, MostMerged), other => other.TryMeet(range, out both));
            if (known < 0) ranges.Add(range);
            else if (both is null) return false;
            else ranges[known] = both;
        }

        parts.RemoveAll(static part => part is RangeNode<T>);
        for (var i = 0; i + 1 < ranges.Count; i += 2) parts.Add(ranges[i].With(ranges[i + 1], negated: !isAll));
        if (ranges.Count % 2 != 0) parts.Add(Negated(ranges[ranges.Count - 1], !isAll));
        return true;
    }

    private static RuleNode<T> Negate(RuleNode<T> node) => node switch
    {
        RangeNode<T> range => range.Complement(),
        PairNode<T> pair => pair.Complement(),
        NotNode<T> not => not.Part,
        ConstantNode<T> constant => new ConstantNode<T>(!constant.Value),
        _ => new NotNode<T>(node),
    };

    private RuleNode<T> Compile(BoundTest test)
    {
        var accessor = test.Operand is BoundAttribute attribute ? _profile.Attribute(attribute.Name) : null;
        return (accessor is null ? null : Typed(accessor, test)) ?? General(test);
    }

    private ValueNode<T> General(BoundTest test) => new(Reader(test.Operand, ExtremeKind(test)), new ValueTest(test.Operator, test.Values, test.IgnoreCase), test.Negated, Cost(test.Operand));

    // The least and greatest of a property of any kind are looked for among values of the literal's kind.
    public static RuleValueKind ExtremeKind(BoundTest test) => test.Values.Length > 0 ? test.Values[0].Kind : RuleValueKind.Missing;

    private static int Cost(BoundOperand operand) => operand switch
    {
        BoundAttribute or BoundEventField or BoundVisits => 15,
        BoundAge or BoundSize => 30,
        BoundBucket => 300,
        _ => 200,
    };

    private static RuleNode<T>? Typed(Accessor<T> accessor, BoundTest test)
    {
        var isRange = test.Operator.IsOrdering() || test.Operator is RuleOperator.Equal or RuleOperator.Between;
        var kind = accessor.Kind.ValueKind();
        var isOfKind = kind == RuleValueKind.Missing || Array.TrueForAll(test.Values, value => value.Kind == kind);
        switch (accessor)
        {
            case IntegerAccessor<T> integer when isRange && isOfKind:
                var (low, high) = NumberRange.OfIntegers(test.Operator, test.Values);
                if (low > high) return new ConstantNode<T>(test.Negated);
                return low == long.MinValue && high == long.MaxValue ? new ConstantNode<T>(!test.Negated) : Negated(new IntegerNode<T>(new(integer.Read, low, high)), test.Negated);
            case OptionalIntegerAccessor<T> integer when isRange && isOfKind:
                var (least, greatest) = NumberRange.OfIntegers(test.Operator, test.Values);
                return new OptionalIntegerNode<T>(integer.Read, least, greatest, test.Negated);
            case DoubleAccessor<T> real when isRange && isOfKind:
                var (from, to) = NumberRange.OfDoubles(test.Operator, test.Values);
                return Negated(new DoubleNode<T>(new(real.Read, from, to, negated: false)), test.Negated);
            case DecimalAccessor<T> number when isRange && isOfKind && DecimalBounds.TryMake(test.Operator, test.Values, out var bounds):
                return new DecimalNode<T>(number.Read, bounds, test.Negated);
            case OptionalDecimalAccessor<T> number when isRange && isOfKind && DecimalBounds.TryMake(test.Operator, test.Values, out var bounds):
                return new OptionalDecimalNode<T>(number.Read, bounds, test.Negated);
            case BooleanAccessor<T> truth when test.Operator == RuleOperator.Equal && isOfKind:
                return new BooleanNode<T>(truth.Read, test.Values[0].AsBoolean, test.Negated);
            case TextAccessor<T> text when test.Operator == RuleOperator.Equal && isOfKind && !test.IgnoreCase:
                return new TextEqualNode<T>(text.Read, test.Values[0].AsText, test.Negated);
            case TextAccessor<T> text:
                return new TextNode<T>(text.Read, new ValueTest(test.Operator, test.Values, test.IgnoreCase), test.Negated, 6 + Math.Min(test.Values.Length, 8));
            case DateAccessor<T> date when isRange && isOfKind:
                return DateRangeNode(date.Read, test);
            case InstantAccessor<T> instant when isRange && isOfKind:
                return InstantRangeNode(instant.Read, test);
            case SetAccessor<T> set when test.Operator is RuleOperator.HasAny or RuleOperator.HasAll or RuleOperator.IsEmpty or RuleOperator.IsSet:
                string[] texts = [.. test.Values.Where(static value => value.Kind == RuleValueKind.Text).Select(static value => value.AsText)];
                return new SetNode<T>(set.Read, test.Operator, texts, texts.Length < test.Values.Length, test.Negated);
            default:
                return null;
        }
    }

    private static RangeNode<T> Negated(RangeNode<T> node, bool negated) => negated ? node.Complement() : node;

    private static DateNode<T> DateRangeNode(Func<T, LocalDate?> get, BoundTest test)
    {
        var first = test.Values[0].AsDate;
        return test.Operator switch
        {
            RuleOperator.Less => new(get, LocalDate.MinIsoValue, first.PlusDays(-1), test.Negated),
            RuleOperator.LessOrEqual => new(get, LocalDate.MinIsoValue, first, test.Negated),
            RuleOperator.Greater => new(get, UnitArithmetic.AddDays(first, 1), first == LocalDate.MaxIsoValue ? LocalDate.MinIsoValue : LocalDate.MaxIsoValue, test.Negated),
            RuleOperator.GreaterOrEqual => new(get, first, LocalDate.MaxIsoValue, test.Negated),
            _ => new(get, first, test.Values[test.Values.Length - 1].AsDate, test.Negated),
        };
    }

    private static InstantNode<T> InstantRangeNode(Func<T, Instant?> get, BoundTest test)
    {
        var first = test.Values[0].AsInstant;
        return test.Operator switch
        {
            RuleOperator.Less => new(get, Instant.MinValue, first.PlusNanoseconds(-1), test.Negated),
            RuleOperator.LessOrEqual => new(get, Instant.MinValue, first, test.Negated),
            RuleOperator.Greater => new(get, UnitArithmetic.JustAfter(first), first == Instant.MaxValue ? Instant.MinValue : Instant.MaxValue, test.Negated),
            RuleOperator.GreaterOrEqual => new(get, first, Instant.MaxValue, test.Negated),
            _ => new(get, first, test.Values[test.Values.Length - 1].AsInstant, test.Negated),
        };
    }

    private RuleNode<T> Compile(BoundDateTest test)
    {
        if (TimeTest.Of(test.Test) is not { } time) return new CalendarNode<T>(Reader(test.Operand, RuleValueKind.Missing), test.Test.Test, test.Test.Amount);
        var range = _windows.Add(time);
        return (test.Operand is BoundAttribute attribute ? _profile.Attribute(attribute.Name) : null) switch
        {
            DateAccessor<T> date => new DateInRangeNode<T>(date.Read, range),
            InstantAccessor<T> instant => new InstantInRangeNode<T>(instant.Read, range),
            _ => new TimeNode<T>(Reader(test.Operand, RuleValueKind.Missing), range, Cost(test.Operand)),
        };
    }

    public SequenceNode<T> Compile(BoundSequence sequence) =>
        new(
            _profile.Log ?? throw RuleProfile<T>.NotDeclared("events"),
            [.. sequence.Steps.Select(step => Compile(step.Events))],
            [.. sequence.Steps.Select(static step => step.Within)],
            _windows.Add(sequence.Window is { } window ? TimeTest.Of(window) : TimeTest.Ever));

    private CompiledSelector Compile(BoundSelector selector) =>
        new(selector.EventType, selector.Where is null ? null : new RuleCompiler<RuleEvent>(RuleCompiler<RuleEvent>.EventProfile, _windows).Compile(selector.Where));

    /// <summary>Reads an operand's value in whatever form it has.</summary>
    public Func<T, RuleFrame, RuleValue> Reader(BoundOperand operand, RuleValueKind extremeKind)
    {
        switch (operand)
        {
            case BoundAttribute attribute:
                var accessor = _profile.Attribute(attribute.Name);
                return (item, _) => accessor.Get(item);
            case BoundEventField field:
                var read = _profile.EventField(field.Name);
                return (item, _) => read.Get(item);
            case BoundVisits visits:
                var count = _profile.StageVisits ?? throw RuleProfile<T>.NotDeclared("stage at hand");
                return (item, _) => RuleValue.Of(count(item, visits.Stage));
            case BoundAge age:
                var birth = _profile.Attribute(age.Of.Name);
                return (item, frame) => LocalDay.Of(birth.Get(item), frame.Moment.Calendar) is { } day && Anniversary.Age(day, frame.Moment.Today) is { } years ? RuleValue.Of((long)years) : default;
            case BoundSize size:
                var set = _profile.Attribute(size.Of.Name);
                if (set is SetAccessor<T> texts) return (item, _) => RuleValue.Of((long)TextSet.Size(texts.Read(item)));
                return (item, _) => Size(set.Get(item));
            case BoundBucket bucket:
                var id = _profile.CustomerId ?? throw RuleProfile<T>.NotDeclared("customer id");
                return (item, _) => RuleValue.Of(Bucket.Of(bucket.Salt, id(item), bucket.Buckets));
            case BoundAggregate aggregate:
                var log = _profile.Log ?? throw RuleProfile<T>.NotDeclared("events");
                var compiled = Compile(aggregate, extremeKind);
                return (item, frame) => compiled.Compute(log(item), frame);
            default:
                throw new InvalidOperationException("An operand of this kind cannot be read.");
        }
    }

    private static RuleValue Size(in RuleValue value) => value.Kind switch
    {
        RuleValueKind.Missing => RuleValue.Of(0L),
        RuleValueKind.Set => RuleValue.Of((long)value.Set.Values.Count),
        _ => default,
    };

    public CompiledAggregate Compile(BoundAggregate aggregate, RuleValueKind extremeKind) =>
        new(
            Compile(aggregate.Events),
            aggregate.Aggregation,
            aggregate.Property,
            aggregate.PropertyKind == RuleKind.Any ? extremeKind : aggregate.PropertyKind.ValueKind(),
            _windows.Add(aggregate.Window is { } window ? TimeTest.Of(window) : TimeTest.Ever));
}
