namespace CustomerLifecycle.Rules.Tests.Differential;

/// <summary>Random rules and customers from a seed, thick with what goes wrong: missing values, other kinds, equal instants, month ends, clock changes.</summary>
internal sealed class RandomRules(int seed)
{
    private static readonly string[] Zones = ["UTC", "Asia/Shanghai", "America/New_York", "Africa/Cairo", "Pacific/Apia", "Australia/Lord_Howe", "America/Sao_Paulo"];
    private static readonly string[] Texts = ["", "a", "A", "ab", "Ab*", "vip", "VIP", "é", "～", "😀", "a😀b", "İ", "x?y"];
    private static readonly string[] Types = ["order", "view", "cart"];
    private static readonly string[] Names = ["n", "m", "t", "u", "flag", "day", "seen", "tags", "any"];

    // Around the ends of months and years, leap days, and changes of clocks.
    private static readonly Instant[] Anchors =
    [
        Instant.FromUtc(2024, 2, 29, 12, 0), Instant.FromUtc(2025, 3, 31, 12, 0), Instant.FromUtc(2026, 3, 1, 0, 0), Instant.FromUtc(2026, 3, 8, 7, 0),
        Instant.FromUtc(2025, 11, 2, 6, 0), Instant.FromUtc(2026, 5, 31, 9, 0), Instant.FromUtc(2026, 3, 30, 18, 0), Instant.FromUtc(2026, 10, 31, 3, 0), Instant.FromUtc(2024, 4, 25, 22, 0), Instant.FromUtc(2011, 12, 30, 10, 0), Instant.FromUtc(2026, 7, 1, 12, 0), Instant.FromUtc(2027, 1, 1, 0, 0),
    ];

    private readonly Random _random = new(seed);
    private Instant _anchor = Anchors[0];

    public DateTimeZone Zone() => DateTimeZoneProviders.Tzdb[Pick(Zones)];

    public Instant Now()
    {
        _anchor = Pick(Anchors);
        return _random.Next(3) == 0 ? _anchor : Near(_anchor);
    }

    public SlowCustomer Customer()
    {
        var attributes = new Dictionary<string, RuleValue>(StringComparer.Ordinal);
        foreach (var name in Names)
            if (_random.Next(4) > 0) attributes[name] = name switch
            {
                "n" or "m" => Number(),
                "t" or "u" => Text(),
                "flag" => RuleValue.Of(_random.Next(2) == 0),
                "day" => Date(),
                "seen" => RuleValue.Of(Time()),
                "tags" => RuleValue.Of(Enumerable.Range(0, _random.Next(4)).Select(_ => Pick(Texts))),
                _ => Anything(),
            };
        return new($"客户-{_random.Next(50)}", attributes, [.. Enumerable.Range(0, _random.Next(9)).Select(_ => Event())]);
    }

    public Condition Condition(int depth = 3) => _random.Next(depth > 0 ? 10 : 6) switch
    {
        6 => Rules.Condition.All(Parts(depth)),
        7 => Rules.Condition.Any(Parts(depth)),
        8 => !Condition(depth - 1),
        9 => new SegmentCondition(Pick(["s1", "s2"])),
        5 => new SequenceCondition(Steps(), _random.Next(2) == 0 ? Window() : null),
        var kind => Test(kind),
    };

    /// <summary>A condition over events only.</summary>
    public Condition OfEvents() => _random.Next(4) == 0 ? new SequenceCondition(Steps(), _random.Next(2) == 0 ? Window() : null) : AggregateTest();

    public T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    public int Next(int below) => _random.Next(below);

    private List<Condition> Parts(int depth) => [.. Enumerable.Range(0, _random.Next(4)).Select(_ => Condition(depth - 1))];

    private List<SequenceStep> Steps() =>
        [.. Enumerable.Range(0, 1 + _random.Next(3)).Select(step => new SequenceStep(Selector(), step > 0 && _random.Next(2) == 0 ? new RuleGap(1 + _random.Next(3), Pick<RuleUnit>([RuleUnit.Hour, RuleUnit.Day, RuleUnit.Week, RuleUnit.Month])) : null))];

    private EventSelector Selector() => new(Pick(Types), _random.Next(3) > 0 ? null : PropertyTest());

    private Condition PropertyTest() => _random.Next(3) switch
    {
        0 => new TestCondition(new AttributeOperand("total"), Ordering(), [Number()]),
        1 => new TestCondition(new AttributeOperand("sku"), Pick<RuleOperator>([RuleOperator.Equal, RuleOperator.NotEqual]), [Text()]),
        _ => DateCondition.In(new AttributeOperand("due"), Window()),
    };

    private Condition Test(int kind) => kind switch
    {
        0 => NumberTest(new AttributeOperand(Pick(["n", "m", "any"]))),
        1 => TextTest(new AttributeOperand(Pick(["t", "u", "any"]))),
        2 => DateTest(),
        3 => AggregateTest(),
        _ => Other(),
    };

    private TestCondition NumberTest(Operand operand) => _random.Next(4) switch
    {
        0 => new(operand, Pick<RuleOperator>([RuleOperator.Equal, RuleOperator.NotEqual]), [Number()]),
        1 => new(operand, Pick<RuleOperator>([RuleOperator.In, RuleOperator.NotIn]), Enumerable.Range(0, _random.Next(12)).Select(_ => Number())),
        2 => Between(operand, Number(), Number()),
        _ => new(operand, Ordering(), [Number()]),
    };

    private TestCondition Between(Operand operand, RuleValue a, RuleValue b) =>
        new(operand, Pick<RuleOperator>([RuleOperator.Between, RuleOperator.NotBetween]), a.TryCompare(b, out var order) && order > 0 ? [b, a] : [a, b]);

    private TestCondition TextTest(Operand operand)
    {
        var folds = _random.Next(3) == 0;
        return _random.Next(5) switch
        {
            0 => new(operand, Pick<RuleOperator>([RuleOperator.Contains, RuleOperator.NotContains, RuleOperator.StartsWith, RuleOperator.EndsWith]), [Text()], folds),
            1 => new(operand, RuleOperator.Like, [RuleValue.Of(Pick(["*", "a*", "?", "*?*", "a?b", "Ab\\*", "*b", "x\\?y", "", "*é*"]))], folds),
            2 => new(operand, Pick<RuleOperator>([RuleOperator.In, RuleOperator.NotIn]), Enumerable.Range(0, _random.Next(11)).Select(_ => Text()), folds),
            3 => new(operand, Ordering(), [Text()]),
            _ => new(operand, Pick<RuleOperator>([RuleOperator.Equal, RuleOperator.NotEqual]), [Text()], folds),
        };
    }

    private Condition DateTest()
    {
        Operand operand = new AttributeOperand(Pick(["day", "seen", "any"]));
        var isDay = operand is AttributeOperand { Name: "day" };
        var unit = Unit(isDay);
        return _random.Next(9) switch
        {
            0 => DateCondition.InNext(operand, Amount(unit), unit),
            1 => DateCondition.InNext(operand, Amount(unit), unit, calendar: true),
            2 => DateCondition.AnniversaryToday(operand),
            3 => DateCondition.AnniversaryInNext(operand, 1 + _random.Next(40)),
            4 => DateCondition.MonthIs(operand, 1 + _random.Next(12)),
            5 => DateCondition.BeforeAgo(operand, Amount(unit), unit),
            6 => DateCondition.AfterAgo(operand, Amount(unit), unit),
            7 => isDay ? new TestCondition(operand, Ordering(), [Date()]) : new TestCondition(new AttributeOperand("seen"), Ordering(), [RuleValue.Of(Time())]),
            _ => DateCondition.In(operand, Window(isDay)),
        };
    }

    private Condition AggregateTest()
    {
        var window = _random.Next(3) > 0 ? Window() : null;
        switch (_random.Next(7))
        {
            case 0:
                return new TestCondition(new AggregateOperand(Selector(), Aggregation.Count, _random.Next(3) == 0 ? "total" : null, window), Pick<RuleOperator>([RuleOperator.Equal, RuleOperator.GreaterOrEqual, RuleOperator.Less]), [RuleValue.Of((long)_random.Next(4))]);
            case 1:
                return NumberTest(new AggregateOperand(Selector(), Pick<Aggregation>([Aggregation.Sum, Aggregation.Average, Aggregation.Minimum, Aggregation.Maximum, Aggregation.Latest]), "total", window));
            case 2:
                return new TestCondition(new AggregateOperand(Selector(), Aggregation.Distinct, Pick(["total", "sku"]), window), Ordering(), [RuleValue.Of((long)_random.Next(4))]);
            case 3:
                return DateCondition.In(new AggregateOperand(Selector(), Pick<Aggregation>([Aggregation.First, Aggregation.Last]), null, window), Window());
            case 4:
                var unit = Unit(false);
                return DateCondition.BeforeAgo(new AggregateOperand(Selector(), Pick<Aggregation>([Aggregation.First, Aggregation.Last]), null, window), Amount(unit), unit);
            case 5:
                return TextTest(new AggregateOperand(Selector(), Aggregation.Latest, "sku", window));
            default:
                return new TestCondition(new AggregateOperand(Selector(), Pick<Aggregation>([Aggregation.Average, Aggregation.Latest]), "total", window), Pick<RuleOperator>([RuleOperator.IsSet, RuleOperator.IsNotSet]));
        }
    }

    private TestCondition Other() => _random.Next(6) switch
    {
        0 => new(new AttributeOperand("tags"), Pick<RuleOperator>([RuleOperator.HasAny, RuleOperator.HasAll, RuleOperator.HasNone]), Enumerable.Range(0, _random.Next(3)).Select(_ => Text())),
        1 => NumberTest(new SizeOperand("tags")),
        2 => new(new AgeOperand("day"), Ordering(), [RuleValue.Of((long)_random.Next(30))]),
        3 => new(new BucketOperand("mail", 1 + _random.Next(20)), RuleOperator.Less, [RuleValue.Of((long)_random.Next(20))]),
        4 => new(new AttributeOperand("flag"), Pick<RuleOperator>([RuleOperator.Equal, RuleOperator.NotEqual]), [RuleValue.Of(_random.Next(2) == 0)]),
        _ => new(new AttributeOperand(Pick(Names)), Pick<RuleOperator>([RuleOperator.IsSet, RuleOperator.IsNotSet, RuleOperator.IsEmpty, RuleOperator.IsNotEmpty])),
    };

    private RuleWindow Window(bool ofDays = false)
    {
        var unit = Unit(ofDays);
        var amount = Amount(unit);
        switch (_random.Next(6))
        {
            case 0:
                return RuleWindow.Calendar(amount, unit);
            case 1:
                return RuleWindow.Previous(amount, unit);
            case 2:
                return RuleWindow.Ago(_random.Next(2) == 0 ? 0 : amount, amount + 1 + _random.Next(3), unit);
            case 3:
                var day = Date().AsDate;
                return RuleWindow.Span(RuleTime.At(day), _random.Next(2) == 0 ? RuleTime.At(day.PlusDays(1 + _random.Next(60))) : null);
            default:
                return RuleWindow.Last(amount, unit);
        }
    }

    private RuleUnit Unit(bool ofDays) => ofDays
        ? Pick<RuleUnit>([RuleUnit.Day, RuleUnit.Week, RuleUnit.Month, RuleUnit.Quarter, RuleUnit.Year])
        : Pick<RuleUnit>([RuleUnit.Minute, RuleUnit.Hour, RuleUnit.Day, RuleUnit.Day, RuleUnit.Week, RuleUnit.Month, RuleUnit.Month, RuleUnit.Quarter, RuleUnit.Year]);

    private int Amount(RuleUnit unit) => unit < RuleUnit.Day ? 1 + _random.Next(72) : 1 + _random.Next(unit == RuleUnit.Day ? 40 : _random.Next(2) == 0 ? 1 : 4);

    private RuleOperator Ordering() => Pick<RuleOperator>([RuleOperator.Less, RuleOperator.LessOrEqual, RuleOperator.Greater, RuleOperator.GreaterOrEqual]);

    private RuleEvent Event()
    {
        var properties = new Dictionary<string, RuleValue>(StringComparer.Ordinal);
        if (_random.Next(5) > 0) properties["total"] = _random.Next(9) == 0 ? Anything() : Number();
        if (_random.Next(3) > 0) properties["sku"] = Text();
        if (_random.Next(3) > 0) properties["due"] = _random.Next(2) == 0 ? Date() : RuleValue.Of(Time());
        var at = Time();
        return new(Pick(Types), at, properties, _random.Next(3) == 0 ? null : $"e{_random.Next(12)}{Pick(["", "～", "😀"])}", _random.Next(4) == 0 ? _random.Next(3) : 0, _random.Next(4) == 0 ? Near(at) : null);
    }

    private RuleValue Number() => _random.Next(8) switch
    {
        0 => RuleValue.Of(_random.Next(4) * 0.5),
        1 => RuleValue.Of(Pick([0.1, -0.0, 0.1 + 0.2, 1e300, 5e-324, double.PositiveInfinity, double.NegativeInfinity, 9007199254740992d, 9223372036854775808d])),
        2 => RuleValue.Of(Pick([0.1m, 0.3m, 0.50m, 1.000m, -0.5m, 9007199254740993m, 9223372036854775807m, 0.3000000000000000444089209850m])),
        3 => RuleValue.Of(Pick([long.MaxValue, long.MinValue, 9007199254740993L])),
        4 => RuleValue.Of((decimal)_random.Next(5)),
        _ => RuleValue.Of((long)_random.Next(-1, 5)),
    };

    private RuleValue Text() => RuleValue.Of(Pick(Texts));

    private RuleValue Anything() => _random.Next(6) switch
    {
        0 => Number(),
        1 => Text(),
        2 => RuleValue.Of(true),
        3 => Date(),
        4 => RuleValue.Of(Time()),
        _ => RuleValue.Of(["a", "b"]),
    };

    private RuleValue Date() => RuleValue.Of(_random.Next(6) == 0 ? new LocalDate(2000 + (4 * _random.Next(7)), 2, 29) : Time().InUtc().Date.PlusYears(-_random.Next(20)));

    private Instant Time() => _random.Next(12) == 0 ? _anchor : Near(_anchor);

    private Instant Near(Instant anchor) => _random.Next(7) switch
    {
        0 => anchor + Duration.FromMinutes(_random.Next(-4, 5) * 15),
        1 => anchor + Duration.FromHours(_random.Next(-60, 60)),
        2 => anchor + Duration.FromDays(_random.Next(-70, 20)),
        3 => anchor + Duration.FromDays(_random.Next(-800, 60)),
        4 => anchor + Duration.FromMinutes(_random.Next(-100_000, 20_000)),
        _ => anchor.InUtc().LocalDateTime.PlusMonths(-_random.Next(1, 5)).InUtc().ToInstant() + Duration.FromMinutes(_random.Next(-8, 9) * 90),
    };
}
