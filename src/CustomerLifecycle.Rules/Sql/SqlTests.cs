using System.Text;
using NodaTime.Text;

namespace CustomerLifecycle.Rules;

/// <summary>What became of a test: a piece of SQL that is never NULL, or the reason why there is none.</summary>
internal readonly record struct SqlOutcome(SqlText? Text, string? Reason)
{
    public static implicit operator SqlOutcome(SqlText text) => new(text, null);

    public static SqlOutcome Refuse(string reason) => new(null, reason);
}

/// <summary>A value in SQL that may be NULL, and the kind that it has.</summary>
internal sealed record SqlOperand(SqlText Text, RuleKind Kind);

/// <summary>Tests of one value in SQL. Each is true or false, never NULL: a test looks first whether there is a value.</summary>
internal sealed class SqlTests(SqlDialect dialect, SqlInstantForm instants)
{
    private const int FirstYear = 1;
    private const int LastYear = 9999;

    private bool IsPostgreSql => dialect == SqlDialect.PostgreSql;

    public SqlOutcome Test(SqlOperand operand, RuleOperator positive, RuleValue[] values, bool ignoreCase)
    {
        switch (positive)
        {
            case RuleOperator.IsSet:
                return IsSet(operand);
            case RuleOperator.IsEmpty:
                return IsEmpty(operand);
            case RuleOperator.HasAny or RuleOperator.HasAll:
                return operand.Kind == RuleKind.Set ? Has(operand, positive, values)
                    : positive == RuleOperator.HasAll && values.Length == 0 ? SqlText.Not(IsSet(operand)) : SqlText.False;
        }

        // Values of another kind than the column's are equal to nothing in it and have no order with it.
        var kind = operand.Kind.ValueKind();
        RuleValue[] comparable = [.. values.Where(value => value.Kind == kind)];
        if (kind == RuleValueKind.Set || comparable.Length == 0 || (positive == RuleOperator.Between && comparable.Length < 2)) return SqlText.False;
        if (positive.IsTextual() && kind != RuleValueKind.Text) return SqlText.False;
        return kind switch
        {
            RuleValueKind.Boolean => Truth(operand, positive, comparable),
            RuleValueKind.Number => Number(operand, positive, comparable),
            RuleValueKind.Text => Text(operand, positive, comparable, ignoreCase),
            RuleValueKind.Date => Date(operand, positive, comparable),
            _ => Instant(operand, positive, comparable),
        };
    }

    public SqlText IsSet(SqlOperand operand) =>
        IsPostgreSql && operand.Kind is RuleKind.Double or RuleKind.Decimal
            ? SqlText.All(IsNotNull(operand), SqlText.Of($"{operand.Text} <> 'NaN'"))
            : IsNotNull(operand);

    private static SqlText IsNotNull(SqlOperand operand) => SqlText.Of($"{operand.Text} IS NOT NULL");

    /// <summary>Text as bytes order and equal it, whatever the column's own collation.</summary>
    public SqlText ByCodePoint(SqlText text) => IsPostgreSql ? SqlText.Of($"{text} COLLATE \"C\"") : SqlText.Of($"{text} COLLATE BINARY");

    private SqlText IsEmpty(SqlOperand operand) => operand.Kind switch
    {
        RuleKind.Text => SqlText.Any(SqlText.Not(IsSet(operand)), SqlText.Of($"{operand.Text} = ''")),
        RuleKind.Set => SqlText.Of($"NOT EXISTS (SELECT 1 FROM {Elements(operand)})"),
        _ => SqlText.Not(IsSet(operand)),
    };

    private SqlText Elements(SqlOperand set) => IsPostgreSql
        ? SqlText.Of($"unnest({set.Text}) AS s(value) WHERE s.value IS NOT NULL")
        : SqlText.Of($"json_each({set.Text}) AS s WHERE s.type = 'text'");

    /// <summary>The number of distinct elements; 0 of NULL.</summary>
    public SqlText Size(SqlOperand set) => SqlText.Of($"(SELECT count(DISTINCT {ByCodePoint(Element)}) FROM {Elements(set)})");

    private static SqlText Element { get; } = SqlText.Of($"s.\"value\"");

    private SqlOutcome Has(SqlOperand set, RuleOperator positive, RuleValue[] values)
    {
        string[] texts = [.. values.Where(static value => value.Kind == RuleValueKind.Text).Select(static value => value.AsText).Distinct(StringComparer.Ordinal)];
        if (positive == RuleOperator.HasAll && values.Any(static value => value.Kind != RuleValueKind.Text)) return SqlText.False;
        if (!Array.TrueForAll(texts, IsPlain)) return NotPlain;
        if (positive == RuleOperator.HasAll) return SqlText.All(texts.Select(text => HasOneOf([text])));
        return texts.Length == 0 ? SqlText.False : HasOneOf(texts);

        SqlText HasOneOf(string[] some) => SqlText.Of($"EXISTS (SELECT 1 FROM {Elements(set)} AND {ByCodePoint(Element)} IN ({SqlText.List(some.Select(SqlText.Value))}))");
    }

    private SqlOutcome Truth(SqlOperand operand, RuleOperator positive, RuleValue[] values)
    {
        if (positive is not (RuleOperator.Equal or RuleOperator.In)) return SqlText.False;
        var truth = IsPostgreSql ? operand.Text : SqlText.Of($"{operand.Text} <> 0");
        return SqlText.All(IsSet(operand), SqlText.Any(values.Select(value => value.AsBoolean ? truth : SqlText.Not(truth))));
    }

    private SqlOutcome Number(SqlOperand operand, RuleOperator positive, RuleValue[] values)
    {
        switch (operand.Kind)
        {
            case RuleKind.Integer when positive == RuleOperator.In:
                return OneOf(operand, operand.Text, values.Select(static value => NumberRange.OfIntegers(RuleOperator.Equal, [value])).Where(static range => range.Low <= range.High).Select(static range => range.Low).Distinct());
            case RuleKind.Integer:
                var (low, high) = NumberRange.OfIntegers(positive, values);
                return low > high ? SqlText.False : Between(operand, low == long.MinValue ? null : low, high == long.MaxValue ? null : high);
            case RuleKind.Double when positive == RuleOperator.In:
                return OneOf(operand, operand.Text, values.Select(static value => NumberRange.OfDoubles(RuleOperator.Equal, [value])).Where(static range => range.Low <= range.High).Select(static range => range.Low).Distinct());
            case RuleKind.Double:
                var (from, to) = NumberRange.OfDoubles(positive, values);
                if (from > to) return SqlText.False;
                if (from == to) return OneOf(operand, operand.Text, [from]);
                return Between(operand, double.IsNegativeInfinity(from) ? null : from, double.IsPositiveInfinity(to) ? null : to);
            default:
                return Decimal(operand, positive, values);
        }
    }

    private SqlOutcome Decimal(SqlOperand operand, RuleOperator positive, RuleValue[] values)
    {
        if (!IsPostgreSql) return SqlOutcome.Refuse("SQLite has no decimal numbers.");
        var exact = new decimal[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i].Form != NumberForm.Double) exact[i] = values[i].AsDecimal;
            else if (!ExactNumber.TryToDecimal(values[i].AsDouble, out exact[i])) return SqlOutcome.Refuse("No decimal equals the number that is compared with.");
        }

        return Compared(operand, operand.Text, positive, [.. exact.Select(static value => SqlText.Value(value))]);
    }

    private SqlText Between(SqlOperand operand, object? low, object? high) => SqlText.All(
        IsSet(operand),
        low is null ? SqlText.True : SqlText.Of($"{operand.Text} >= {SqlText.Value(low)}"),
        high is null ? SqlText.True : SqlText.Of($"{operand.Text} <= {SqlText.Value(high)}"));

    private SqlText OneOf<T>(SqlOperand operand, SqlText compared, IEnumerable<T> values)
        where T : notnull => OneOf(operand, compared, [.. values.Select(static value => SqlText.Value(value))]);

    private SqlText OneOf(SqlOperand operand, SqlText compared, SqlText[] values) =>
        values.Length == 0 ? SqlText.False
        : SqlText.All(IsSet(operand), values.Length == 1 ? SqlText.Of($"{compared} = {values[0]}") : SqlText.Of($"{compared} IN ({SqlText.List(values)})"));

    private SqlText Compared(SqlOperand operand, SqlText compared, RuleOperator positive, SqlText[] values) => positive switch
    {
        RuleOperator.Less => SqlText.All(IsSet(operand), SqlText.Of($"{compared} < {values[0]}")),
        RuleOperator.LessOrEqual => SqlText.All(IsSet(operand), SqlText.Of($"{compared} <= {values[0]}")),
        RuleOperator.Greater => SqlText.All(IsSet(operand), SqlText.Of($"{compared} > {values[0]}")),
        RuleOperator.GreaterOrEqual => SqlText.All(IsSet(operand), SqlText.Of($"{compared} >= {values[0]}")),
        RuleOperator.Between => SqlText.All(IsSet(operand), SqlText.Of($"{compared} >= {values[0]}"), SqlText.Of($"{compared} <= {values[1]}")),
        _ => OneOf(operand, compared, values),
    };

    private static SqlOutcome NotPlain { get; } = SqlOutcome.Refuse("The text is not well-formed Unicode without U+0000, which the database cannot hold.");

    // A lone surrogate has no UTF-8.
    private static bool IsPlain(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || char.IsLowSurrogate(text[i])) return false;
            if (char.IsHighSurrogate(text[i]) && (++i == text.Length || !char.IsLowSurrogate(text[i]))) return false;
        }

        return true;
    }

    private SqlOutcome Text(SqlOperand operand, RuleOperator positive, RuleValue[] values, bool ignoreCase)
    {
        if (ignoreCase) return SqlOutcome.Refuse("Databases fold case in ways of their own.");
        string[] texts = [.. values.Select(static value => value.AsText).Distinct(StringComparer.Ordinal)];
        if (!Array.TrueForAll(texts, IsPlain)) return NotPlain;
        var compared = ByCodePoint(operand.Text);
        if (!positive.IsTextual()) return Compared(operand, compared, positive, [.. (positive == RuleOperator.Between ? values.Select(static value => value.AsText) : texts).Select(SqlText.Value)]);
        var text = texts[0];
        if (text.Length == 0 && positive != RuleOperator.Like) return IsSet(operand);
        return SqlText.All(IsSet(operand), IsPostgreSql ? PostgreSqlPart(compared, positive, text) : SqlitePart(operand.Text, positive, text));
    }

    private static SqlText PostgreSqlPart(SqlText compared, RuleOperator positive, string text) => positive switch
    {
        RuleOperator.Contains => SqlText.Of($"strpos({compared}, {SqlText.Value(text)}) > 0"),
        RuleOperator.StartsWith => SqlText.Of($"starts_with({compared}, {SqlText.Value(text)})"),
        RuleOperator.EndsWith => SqlText.Of($"right({compared}, char_length({SqlText.Value(text)})) = {SqlText.Value(text)}"),
        _ => SqlText.Of($"{compared} LIKE {SqlText.Value(LikePattern.Of(text, ignoreCase: false).Write("%", "_", static unit => unit is '%' or '_' or '!' ? $"!{unit}" : unit.ToString()))} ESCAPE '!'"),
    };

    // As bytes: a well-formed part is found in UTF-8 exactly where it is found in characters, and no function of texts has a say. A part of the empty blob is NULL.
    private static SqlText SqlitePart(SqlText operand, RuleOperator positive, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var part = SqlText.Value(bytes);
        return positive switch
        {
            RuleOperator.Contains => SqlText.Of($"instr(CAST({operand} AS BLOB), {part}) > 0"),
            RuleOperator.StartsWith => SqlText.Of($"COALESCE(substr(CAST({operand} AS BLOB), 1, {SqlText.Value((long)bytes.Length)}) = {part}, FALSE)"),
            RuleOperator.EndsWith => SqlText.Of($"COALESCE(substr(CAST({operand} AS BLOB), {SqlText.Value(-(long)bytes.Length)}) = {part}, FALSE)"),
            _ => SqlText.Of($"{operand} GLOB {SqlText.Value(LikePattern.Of(text, ignoreCase: false).Write("*", "?", static unit => unit is '*' or '?' or '[' ? $"[{unit}]" : unit.ToString()))}"),
        };
    }

    private SqlOutcome Date(SqlOperand operand, RuleOperator positive, RuleValue[] values)
    {
        if (Array.Exists(values, static value => value.AsDate.Year < FirstYear)) return SqlOutcome.Refuse("The day lies before the year 1.");
        return Compared(operand, DayOf(operand.Text), positive, [.. values.Select(value => Day(value.AsDate))]);
    }

    private SqlText DayOf(SqlText text) => IsPostgreSql ? text : ByCodePoint(text);

    private SqlText Day(LocalDate day)
    {
        var value = SqlText.Value(LocalDatePattern.Iso.Format(day));
        return IsPostgreSql ? SqlText.Of($"CAST({value} AS date)") : value;
    }

    /// <summary>A day in a range.</summary>
    public SqlText InRange(SqlOperand operand, DateRange range)
    {
        if (range.Until <= range.From || range.Until?.Year < FirstYear) return SqlText.False;
        return SqlText.All(
            IsSet(operand),
            range.From.Year < FirstYear ? SqlText.True : SqlText.Of($"{DayOf(operand.Text)} >= {Day(range.From)}"),
            range.Until is { } until ? SqlText.Of($"{DayOf(operand.Text)} < {Day(until)}") : SqlText.True);
    }

    /// <summary>A day whose month and day of the month lie between two, both included; in SQL both are <c>02-29</c>.</summary>
    public SqlText InYear(SqlOperand operand, AnnualDate first, AnnualDate last)
    {
        var day = IsPostgreSql ? SqlText.Of($"to_char({operand.Text}, 'MM-DD') COLLATE \"C\"") : SqlText.Of($"substr({operand.Text}, 6, 5) COLLATE BINARY");
        return SqlText.All(IsSet(operand), SqlText.Of($"{day} >= {Annual(first)}"), SqlText.Of($"{day} <= {Annual(last)}"));

        static SqlText Annual(AnnualDate day) => SqlText.Value(AnnualDatePattern.Iso.Format(day));
    }

    private SqlOutcome Instant(SqlOperand operand, RuleOperator positive, RuleValue[] values)
    {
        if (positive == RuleOperator.In) return SqlText.Any(values.Select(value => InRange(operand, At(value.AsInstant))));
        var first = values[0].AsInstant;
        return InRange(operand, positive switch
        {
            RuleOperator.Less => new InstantRange(NodaTime.Instant.MinValue, first),
            RuleOperator.LessOrEqual => new InstantRange(NodaTime.Instant.MinValue, UnitArithmetic.JustAfter(first)),
            RuleOperator.Greater => new InstantRange(UnitArithmetic.JustAfter(first), NodaTime.Instant.MaxValue),
            RuleOperator.GreaterOrEqual => new InstantRange(first, NodaTime.Instant.MaxValue),
            RuleOperator.Between => new InstantRange(first, UnitArithmetic.JustAfter(values[1].AsInstant)),
            _ => At(first),
        });

        static InstantRange At(Instant instant) => new(instant, UnitArithmetic.JustAfter(instant));
    }

    /// <summary>An instant between the ends of a range. What else the range asks for is not asked here.</summary>
    public SqlText InRange(SqlOperand operand, InstantRange range)
    {
        if (range.From >= range.Until || range.From > End || range.Until < Year1) return SqlText.False;
        var from = Bound(range.From);
        var until = Bound(range.Until);
        var compared = instants == SqlInstantForm.Timestamp && !IsPostgreSql ? ByCodePoint(operand.Text) : operand.Text;
        return SqlText.All(
            IsSet(operand),
            from is null ? SqlText.True : SqlText.Of($"{compared} >= {from}"),
            until is null ? SqlText.True : SqlText.Of($"{compared} < {until}"));
    }

    private static readonly Instant Year1 = NodaTime.Instant.FromUtc(FirstYear, 1, 1, 0, 0);
    private static readonly Instant End = NodaTime.Instant.FromUtc(LastYear, 12, 31, 23, 59, 59);
    private static readonly InstantPattern Micros = InstantPattern.CreateWithInvariantCulture("uuuu-MM-ddTHH:mm:ss.ffffff'Z'");
    private static readonly InstantPattern Ticks = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss.FFFFFFF");

    // The first value of the column's own grain at or after an instant: what is at or after the one is at or after the other. Null beyond all columns.
    private SqlText? Bound(Instant instant)
    {
        if (instant < Year1 || instant > End) return null;
        switch (instants)
        {
            case SqlInstantForm.UnixSeconds:
                return SqlText.Value(Ceiling(instant, NodaConstants.NanosecondsPerSecond));
            case SqlInstantForm.UnixMilliseconds:
                return SqlText.Value(Ceiling(instant, NodaConstants.NanosecondsPerMillisecond));
            case SqlInstantForm.UnixTicks:
                return SqlText.Value(Ceiling(instant, NodaConstants.NanosecondsPerTick));
            default:
                if (!IsPostgreSql) return SqlText.Value(Ticks.Format(NodaTime.Instant.FromUnixTimeTicks(Ceiling(instant, NodaConstants.NanosecondsPerTick))));
                var micros = NodaTime.Instant.FromUnixTimeTicks(10 * Ceiling(instant, 1000));
                return SqlText.Of($"CAST({SqlText.Value(Micros.Format(micros))} AS timestamp with time zone)");
        }
    }

    private static long Ceiling(Instant instant, long grain)
    {
        var since = instant - NodaConstants.UnixEpoch;
        var (within, perDay) = (since.NanosecondOfDay, NodaConstants.NanosecondsPerDay / grain);
        return (since.Days * perDay) + (within / grain) + (within % grain > 0 ? 1 : 0);
    }

    /// <summary>An instant that much later; null where a column of this form cannot be added to.</summary>
    public SqlText? Later(SqlText instant, Duration duration)
    {
        switch (instants)
        {
            case SqlInstantForm.UnixSeconds:
                return SqlText.Of($"{instant} + {SqlText.Value(duration.BclCompatibleTicks / NodaConstants.TicksPerSecond)}");
            case SqlInstantForm.UnixMilliseconds:
                return SqlText.Of($"{instant} + {SqlText.Value(duration.BclCompatibleTicks / NodaConstants.TicksPerMillisecond)}");
            case SqlInstantForm.UnixTicks:
                return SqlText.Of($"{instant} + {SqlText.Value(duration.BclCompatibleTicks)}");
            default:
                return IsPostgreSql ? SqlText.Of($"{instant} + CAST({SqlText.Value(FormattableString.Invariant($"{duration.BclCompatibleTicks / NodaConstants.TicksPerSecond} seconds"))} AS interval)") : null;
        }
    }
}
