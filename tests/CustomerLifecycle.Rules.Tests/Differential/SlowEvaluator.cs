using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace CustomerLifecycle.Rules.Tests.Differential;

/// <summary>A mistake that an implementation of the language could make.</summary>
public enum Fault
{
    None,
    NotEqualOfMissingIsFalse,
    MissingIsZero,
    NumbersCompareAsDoubles,
    WindowIncludesItsStart,
    MonthsClampBackwards,
    TextOrderByCodeUnit,
    FutureEventsAreVisible,
    RepeatedIdsCountTwice,
    WithinIncludesItsEnd,
    LeapDayOnMarchFirst,
    AnniversaryWindowOneDayLonger,
    PreviousIncludesCurrentUnit,
    LastUsesListing,
    CaseMattersIgnoringCase,
}

/// <summary>The language's rules spelled out once more, as plainly and slowly as possible, over the tree as it was written; with one fault when asked.</summary>
internal sealed class SlowEvaluator(Instant now, DateTimeZone zone, IReadOnlyDictionary<string, Condition> segments, Fault fault = Fault.None)
{
    private readonly LocalDate _today = now.InZone(zone).Date;

    public bool Holds(Condition condition, SlowCustomer customer) => Holds(condition, name => customer.Attributes.GetValueOrDefault(name), customer);

    private bool Holds(Condition condition, Func<string, RuleValue> attribute, SlowCustomer customer) => condition switch
    {
        AllCondition all => all.Conditions.All(part => Holds(part, attribute, customer)),
        AnyCondition any => any.Conditions.Any(part => Holds(part, attribute, customer)),
        NotCondition not => !Holds(not.Condition, attribute, customer),
        SegmentCondition segment => Holds(segments[segment.Segment], attribute, customer),
        TestCondition test => Test(test, Value(test.Operand, attribute, customer, test.Values.Count > 0 ? test.Values[0].Kind : RuleValueKind.Missing)),
        DateCondition date => DateTest(date, Value(date.Operand, attribute, customer, RuleValueKind.Missing)),
        SequenceCondition sequence => Sequence(sequence, customer),
        _ => throw new NotSupportedException(),
    };

    private RuleValue Value(Operand operand, Func<string, RuleValue> attribute, SlowCustomer customer, RuleValueKind wanted)
    {
        switch (operand)
        {
            case AttributeOperand named:
                return attribute(named.Name);
            case AgeOperand age:
                if (Day(attribute(age.Name)) is not { } birth || birth > _today) return default;
                var years = 0;
                while (birth.Year + years + 1 <= _today.Year && Observed(birth, birth.Year + years + 1) <= _today) years++;
                return RuleValue.Of((long)years);
            case SizeOperand size:
                var set = attribute(size.Name);
                return set.IsMissing ? RuleValue.Of(0L) : set.Kind == RuleValueKind.Set ? RuleValue.Of((long)set.AsSet.Count) : default;
            case BucketOperand bucket:
                var hash = SHA256.HashData(Encoding.UTF8.GetBytes(bucket.Salt + ":" + customer.Id));
                return RuleValue.Of((long)(new BigInteger(hash.AsSpan(0, 8), isUnsigned: true, isBigEndian: true) % bucket.Buckets));
            case AggregateOperand aggregate:
                return Aggregate(aggregate, customer, wanted);
            default:
                throw new NotSupportedException();
        }
    }

    private RuleValue Aggregate(AggregateOperand aggregate, SlowCustomer customer, RuleValueKind wanted)
    {
        var events = Events(customer).Where(item => string.Equals(item.Type, aggregate.Events.EventType, StringComparison.Ordinal) && Passes(aggregate.Events, item, customer) && InWindow(aggregate.Window, item.At)).ToList();
        if (aggregate.Property is { } property) events = [.. events.Where(item => !item[property].IsMissing)];
        var values = aggregate.Property is { } name ? events.Select(item => item[name]).ToList() : [];
        var numbers = values.Where(value => value.Kind == RuleValueKind.Number).ToList();
        switch (aggregate.Aggregation)
        {
            case Aggregation.Count:
                return RuleValue.Of((long)events.Count);
            case Aggregation.Sum:
                return Sum(numbers);
            case Aggregation.Average:
                if (numbers.Count == 0) return default;
                var sum = Sum(numbers);
                return sum.Form == NumberForm.Double ? RuleValue.Of(sum.AsDouble / numbers.Count) : RuleValue.Of(sum.AsDecimal / numbers.Count);
            case Aggregation.Minimum or Aggregation.Maximum:
                var ordered = values.Where(value => value.Kind is not (RuleValueKind.Boolean or RuleValueKind.Set)).ToList();
                var kind = wanted == RuleValueKind.Missing ? ordered.FirstOrDefault().Kind : wanted;
                ordered = [.. ordered.Where(value => value.Kind == kind)];
                ordered.Sort((a, b) => Order(a, b)!.Value);
                return ordered.Count == 0 ? default : aggregate.Aggregation == Aggregation.Minimum ? ordered[0] : ordered[^1];
            case Aggregation.Distinct:
                var distinct = new List<RuleValue>();
                foreach (var value in values)
                    if (!distinct.Exists(known => Same(known, value))) distinct.Add(value);
                return RuleValue.Of((long)distinct.Count);
            case Aggregation.First:
                return events.Count == 0 ? default : RuleValue.Of(events[0].At);
            case Aggregation.Last:
                return events.Count == 0 ? default : RuleValue.Of(events[^1].At);
            default:
                return values.Count == 0 ? default : values[^1];
        }
    }

    private static RuleValue Sum(List<RuleValue> numbers)
    {
        var exact = numbers.Where(number => number.Form != NumberForm.Double).Sum(number => number.AsDecimal);
        var reals = numbers.Where(number => number.Form == NumberForm.Double).ToList();
        if (reals.Count == 0) return RuleValue.Of(exact);
        var real = reals.Aggregate(0d, (total, number) => total + number.AsDouble);
        return TryExactDecimal(real) is { } whole ? RuleValue.Of(exact + whole) : RuleValue.Of((double)exact + real);
    }

    private static decimal? TryExactDecimal(double value)
    {
        if (Math.Abs(value) > 1e15) return null;
        var near = (decimal)value;
        return Rational(RuleValue.Of(near)) == Rational(RuleValue.Of(value)) ? near : decimal.TryParse(value.ToString("F28", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out var longer) && Rational(RuleValue.Of(longer)) == Rational(RuleValue.Of(value)) ? longer : null;
    }

    private IEnumerable<RuleEvent> Events(SlowCustomer customer)
    {
        var listed = customer.Events.Select((item, index) => (item, index)).ToList();
        var once = fault == Fault.RepeatedIdsCountTwice
            ? listed
            : [.. listed.Where(one => one.item.Id is null || listed.Where(other => string.Equals(other.item.Id, one.item.Id, StringComparison.Ordinal)).OrderBy(other => other.item.Received).ThenBy(other => other.index).First().index == one.index)];
        IEnumerable<(RuleEvent item, int index)> ordered = fault == Fault.LastUsesListing
            ? once.OrderBy(one => one.index)
            : once.OrderBy(one => one.item.At).ThenBy(one => one.item.Order).ThenBy(one => Encoding.UTF32.GetBytes(one.item.Id ?? "").Chunk(4).Select(point => BitConverter.ToInt32(point)).ToArray(), ByCodePoint.Instance).ThenBy(one => one.index);
        return ordered.Select(one => one.item).Where(item => item.At <= now || fault == Fault.FutureEventsAreVisible);
    }

    private sealed class ByCodePoint : IComparer<int[]>
    {
        public static readonly ByCodePoint Instance = new();

        public int Compare(int[]? x, int[]? y)
        {
            for (var i = 0; i < Math.Min(x!.Length, y!.Length); i++)
                if (x[i] != y[i]) return x[i].CompareTo(y[i]);
            return x.Length.CompareTo(y!.Length);
        }
    }

    private bool Passes(EventSelector selector, RuleEvent item, SlowCustomer customer) => selector.Where is null || Holds(selector.Where, name => item[name], customer);

    private bool Sequence(SequenceCondition sequence, SlowCustomer customer)
    {
        var events = Events(customer).Where(item => InWindow(sequence.Window, item.At)).ToList();
        return From(0, -1);

        bool From(int step, int after)
        {
            if (step == sequence.Steps.Count) return true;
            for (var i = after + 1; i < events.Count; i++)
            {
                var wanted = sequence.Steps[step];
                if (!string.Equals(events[i].Type, wanted.Events.EventType, StringComparison.Ordinal) || !Passes(wanted.Events, events[i], customer)) continue;
                if (wanted.Within is { } gap)
                {
                    var end = Later(events[after].At, gap.Amount, gap.Unit);
                    if (fault == Fault.WithinIncludesItsEnd ? events[i].At > end : events[i].At >= end) continue;
                }

                if (From(step + 1, i)) return true;
            }

            return false;
        }
    }

    private bool Test(TestCondition test, RuleValue value)
    {
        if (fault == Fault.MissingIsZero && value.IsMissing && test.Values.Count > 0 && test.Values[0].Kind == RuleValueKind.Number) value = RuleValue.Of(0L);
        if (fault == Fault.NotEqualOfMissingIsFalse && value.IsMissing && test.Operator == RuleOperator.NotEqual) return false;
        var values = test.Values;
        var ignore = test.IgnoreCase && fault != Fault.CaseMattersIgnoringCase;
        var comparison = ignore ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return test.Operator switch
        {
            RuleOperator.Equal => Eq(value, values[0]),
            RuleOperator.NotEqual => !Eq(value, values[0]),
            RuleOperator.Less => Order(value, values[0]) < 0,
            RuleOperator.LessOrEqual => Order(value, values[0]) <= 0,
            RuleOperator.Greater => Order(value, values[0]) > 0,
            RuleOperator.GreaterOrEqual => Order(value, values[0]) >= 0,
            RuleOperator.In => values.Any(literal => Eq(value, literal)),
            RuleOperator.NotIn => !values.Any(literal => Eq(value, literal)),
            RuleOperator.Between => Order(value, values[0]) >= 0 && Order(value, values[1]) <= 0,
            RuleOperator.NotBetween => !(Order(value, values[0]) >= 0 && Order(value, values[1]) <= 0),
            RuleOperator.Contains => Text(value) is { } text && text.Contains(values[0].AsText, comparison),
            RuleOperator.NotContains => !(Text(value) is { } text && text.Contains(values[0].AsText, comparison)),
            RuleOperator.StartsWith => Text(value) is { } text && text.StartsWith(values[0].AsText, comparison),
            RuleOperator.EndsWith => Text(value) is { } text && text.EndsWith(values[0].AsText, comparison),
            RuleOperator.Like => Text(value) is { } text && Like([.. text.EnumerateRunes()], 0, values[0].AsText, 0, ignore),
            RuleOperator.IsSet => !value.IsMissing,
            RuleOperator.IsNotSet => value.IsMissing,
            RuleOperator.IsEmpty => IsEmpty(value),
            RuleOperator.IsNotEmpty => !IsEmpty(value),
            RuleOperator.HasAny => Set(value) is { } set && values.Any(literal => set.Any(element => Same(element, literal))),
            RuleOperator.HasNone => !(Set(value) is { } set && values.Any(literal => set.Any(element => Same(element, literal)))),
            _ => Set(value) is { } set && values.All(literal => set.Any(element => Same(element, literal))),
        };

        bool Eq(RuleValue a, RuleValue b) => a.Kind == RuleValueKind.Text && b.Kind == RuleValueKind.Text ? string.Equals(a.AsText, b.AsText, comparison) : Same(a, b);
        static string? Text(RuleValue a) => a.Kind == RuleValueKind.Text ? a.AsText : null;
        static IReadOnlyList<RuleValue>? Set(RuleValue a) => a.IsMissing ? [] : a.Kind == RuleValueKind.Set ? a.AsSet : null;
        static bool IsEmpty(RuleValue a) => a.IsMissing || (a.Kind == RuleValueKind.Text && a.AsText.Length == 0) || (a.Kind == RuleValueKind.Set && a.AsSet.Count == 0);
    }

    private static bool Like(Rune[] text, int t, string pattern, int p, bool ignoreCase)
    {
        if (p == pattern.Length) return t == text.Length;
        if (pattern[p] == '*') return Like(text, t, pattern, p + 1, ignoreCase) || (t < text.Length && Like(text, t + 1, pattern, p, ignoreCase));
        if (t == text.Length) return false;
        if (pattern[p] == '?') return Like(text, t + 1, pattern, p + 1, ignoreCase);
        if (pattern[p] == '\\' && p + 1 < pattern.Length && pattern[p + 1] is '*' or '?' or '\\') p++;
        var rune = Rune.GetRuneAt(pattern, p);
        return string.Equals(rune.ToString(), text[t].ToString(), ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal) && Like(text, t + 1, pattern, p + rune.Utf16SequenceLength, ignoreCase);
    }

    private bool Same(RuleValue a, RuleValue b) => a.Kind == b.Kind && a.Kind switch
    {
        RuleValueKind.Missing => false,
        RuleValueKind.Boolean => a.AsBoolean == b.AsBoolean,
        RuleValueKind.Set => a.AsSet.Count == b.AsSet.Count && a.AsSet.All(element => b.AsSet.Any(other => Same(element, other))),
        _ => Order(a, b) == 0,
    };

    private int? Order(RuleValue a, RuleValue b)
    {
        if (a.Kind != b.Kind) return null;
        switch (a.Kind)
        {
            case RuleValueKind.Number:
                if (fault == Fault.NumbersCompareAsDoubles || double.IsInfinity(a.AsDouble) || double.IsInfinity(b.AsDouble)) return a.AsDouble.CompareTo(b.AsDouble);
                var (left, right) = (Rational(a), Rational(b));
                return (left.Numerator * right.Denominator).CompareTo(right.Numerator * left.Denominator);
            case RuleValueKind.Text:
                return fault == Fault.TextOrderByCodeUnit ? Math.Sign(string.CompareOrdinal(a.AsText, b.AsText)) : Encoding.UTF8.GetBytes(a.AsText).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b.AsText));
            case RuleValueKind.Date:
                return a.AsDate.CompareTo(b.AsDate);
            case RuleValueKind.Instant:
                return a.AsInstant.CompareTo(b.AsInstant);
            default:
                return null;
        }
    }

    private static (BigInteger Numerator, BigInteger Denominator) Rational(RuleValue number)
    {
        if (number.Form != NumberForm.Double)
        {
            var scale = (decimal.GetBits(number.AsDecimal)[3] >> 16) & 0xFF;
            var digits = number.AsDecimal.ToString(CultureInfo.InvariantCulture).Replace(".", "", StringComparison.Ordinal);
            return Reduced(BigInteger.Parse(digits, CultureInfo.InvariantCulture), BigInteger.Pow(10, scale));
        }

        var value = number.AsDouble;
        BigInteger denominator = 1;
        while (value != Math.Floor(value))
        {
            value *= 2;
            denominator *= 2;
        }

        return Reduced(new BigInteger(value), denominator);
    }

    private static (BigInteger Numerator, BigInteger Denominator) Reduced(BigInteger numerator, BigInteger denominator)
    {
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
        return divisor.IsZero ? (numerator, denominator) : (numerator / divisor, denominator / divisor);
    }

    private bool DateTest(DateCondition test, RuleValue value)
    {
        switch (test.Test)
        {
            case DateTestKind.InWindow:
                return value.Kind == RuleValueKind.Instant ? InWindow(test.Window, value.AsInstant) : value.Kind == RuleValueKind.Date && InWindow(test.Window!, value.AsDate);
            case DateTestKind.InNext:
                if (value.Kind == RuleValueKind.Instant) return value.AsInstant > now && value.AsInstant <= Later(now, test.Amount, test.Unit);
                return value.Kind == RuleValueKind.Date && test.Unit >= RuleUnit.Day && value.AsDate > _today && value.AsDate <= Later(_today, test.Amount, test.Unit);
            case DateTestKind.InNextCalendar:
                if (value.Kind == RuleValueKind.Instant) return value.AsInstant > now && value.AsInstant < StartOf(now, test.Amount, test.Unit);
                return value.Kind == RuleValueKind.Date && test.Unit >= RuleUnit.Day && value.AsDate > _today && value.AsDate < FirstDay(_today, test.Amount, test.Unit);
            case DateTestKind.BeforeAgo:
                if (value.Kind == RuleValueKind.Instant) return Later(value.AsInstant, test.Amount, test.Unit) <= now;
                return value.Kind == RuleValueKind.Date && test.Unit >= RuleUnit.Day && Later(value.AsDate, test.Amount, test.Unit) <= _today;
            case DateTestKind.AfterAgo:
                if (value.Kind == RuleValueKind.Instant) return Later(value.AsInstant, test.Amount, test.Unit) > now;
                return value.Kind == RuleValueKind.Date && test.Unit >= RuleUnit.Day && Later(value.AsDate, test.Amount, test.Unit) > _today;
            case DateTestKind.MonthIs:
                return Day(value) is { } month && month.Month == test.Amount;
            default:
                var days = test.Test == DateTestKind.AnniversaryToday ? 1 : test.Amount + (fault == Fault.AnniversaryWindowOneDayLonger ? 1 : 0);
                if (Day(value) is not { } day) return false;
                for (var ahead = 0; ahead < days; ahead++)
                {
                    var date = _today.PlusDays(ahead);
                    if (date.Year > day.Year && Observed(day, date.Year) == date) return true;
                }

                return false;
        }
    }

    private LocalDate Observed(LocalDate day, int year) =>
        day is { Month: 2, Day: 29 } && !CalendarSystem.Iso.IsLeapYear(year) ? fault == Fault.LeapDayOnMarchFirst ? new(year, 3, 1) : new(year, 2, 28) : new(year, day.Month, day.Day);

    private LocalDate? Day(RuleValue value) => value.Kind switch
    {
        RuleValueKind.Date => value.AsDate,
        RuleValueKind.Instant => value.AsInstant.InZone(zone).Date,
        _ => null,
    };

    private bool InWindow(RuleWindow? window, Instant t)
    {
        if (t > now && fault != Fault.FutureEventsAreVisible) return false;
        switch (window?.Kind)
        {
            case null:
                return true;
            case WindowKind.Last when fault == Fault.MonthsClampBackwards && window.Unit > RuleUnit.Week:
                return t > now.InZone(zone).LocalDateTime.PlusMonths(-window.Amount * Months(window.Unit)).InZoneLeniently(zone).ToInstant();
            case WindowKind.Last:
                var leaves = Later(t, window.Amount, window.Unit);
                return now < leaves || (fault == Fault.WindowIncludesItsStart && now == leaves);
            case WindowKind.Ago:
                return Later(t, window.Amount, window.Unit) <= now && now < Later(t, window.Until, window.Unit);
            case WindowKind.Calendar:
                return t >= StartOf(now, 1 - window.Amount, window.Unit);
            case WindowKind.Previous:
                return t >= StartOf(now, -window.Amount, window.Unit) && (t < StartOf(now, 0, window.Unit) || fault == Fault.PreviousIncludesCurrentUnit);
            default:
                return t >= At(window!.From!.Value) && (window.To is not { } to || t < At(to));
        }
    }

    private bool InWindow(RuleWindow window, LocalDate day)
    {
        if (window.Kind != WindowKind.Span && window.Unit < RuleUnit.Day) return false;
        if (day > _today) return false;
        return window.Kind switch
        {
            WindowKind.Last => _today < Later(day, window.Amount, window.Unit) || (fault == Fault.WindowIncludesItsStart && _today == Later(day, window.Amount, window.Unit)),
            WindowKind.Ago => Later(day, window.Amount, window.Unit) <= _today && _today < Later(day, window.Until, window.Unit),
            WindowKind.Calendar => day >= FirstDay(_today, 1 - window.Amount, window.Unit),
            WindowKind.Previous => day >= FirstDay(_today, -window.Amount, window.Unit) && (day < FirstDay(_today, 0, window.Unit) || fault == Fault.PreviousIncludesCurrentUnit),
            _ => (window.From!.Value.Date is { } from ? day >= from : Start(day) >= window.From.Value.Instant!.Value) &&
                 (window.To is not { } to || (to.Date is { } until ? day < until : Start(day) < to.Instant!.Value)),
        };
    }

    private Instant At(RuleTime time) => time.Instant ?? Start(time.Date!.Value);

    private Instant Start(LocalDate day)
    {
        try
        {
#pragma warning disable RS0030 // The plain function, and what the language adds to it.
            return zone.AtStartOfDay(day).ToInstant();
#pragma warning restore RS0030
        }
        catch (SkippedTimeException)
        {
            return Start(day.PlusDays(1));
        }
    }

    private static int Months(RuleUnit unit) => unit == RuleUnit.Month ? 1 : unit == RuleUnit.Quarter ? 3 : 12;

    private static Duration Exact(RuleUnit unit) => unit switch
    {
        RuleUnit.Second => Duration.FromSeconds(1),
        RuleUnit.Minute => Duration.FromMinutes(1),
        RuleUnit.Hour => Duration.FromHours(1),
        RuleUnit.Day => Duration.FromDays(1),
        _ => Duration.FromDays(7),
    };

    private Instant Later(Instant t, int amount, RuleUnit unit)
    {
        if (unit <= RuleUnit.Week) return t + (Exact(unit) * amount);
        if (amount == 0) return t;
        var local = t.InZone(zone).LocalDateTime;
        var clamped = local.PlusMonths(amount * Months(unit));
        var wanted = clamped.Day == local.Day ? clamped : clamped.Date.PlusDays(1).AtMidnight();
        return wanted.InZoneLeniently(zone).ToInstant();
    }

    private static LocalDate Later(LocalDate day, int amount, RuleUnit unit)
    {
        if (unit == RuleUnit.Day) return day.PlusDays(amount);
        if (unit == RuleUnit.Week) return day.PlusWeeks(amount);
        var clamped = day.PlusMonths(amount * Months(unit));
        return clamped.Day == day.Day ? clamped : clamped.PlusDays(1);
    }

    private Instant StartOf(Instant t, int shift, RuleUnit unit)
    {
        if (unit >= RuleUnit.Day) return Start(FirstDay(t.InZone(zone).Date, shift, unit));
        var local = t.InZone(zone).LocalDateTime;
        var begun = unit switch
        {
            RuleUnit.Second => local.TimeOfDay.With(TimeAdjusters.TruncateToSecond),
            RuleUnit.Minute => local.TimeOfDay.With(TimeAdjusters.TruncateToMinute),
            _ => local.TimeOfDay.With(TimeAdjusters.TruncateToHour),
        };
        return t - Period.Between(local.Date + begun, local, PeriodUnits.Nanoseconds).ToDuration() + (Exact(unit) * shift);
    }

    private static LocalDate FirstDay(LocalDate day, int shift, RuleUnit unit) => unit switch
    {
        RuleUnit.Day => day.PlusDays(shift),
        RuleUnit.Week => (day.DayOfWeek == IsoDayOfWeek.Monday ? day : day.Previous(IsoDayOfWeek.Monday)).PlusWeeks(shift),
        RuleUnit.Month => new LocalDate(day.Year, day.Month, 1).PlusMonths(shift),
        RuleUnit.Quarter => new LocalDate(day.Year, ((day.Month - 1) / 3 * 3) + 1, 1).PlusMonths(3 * shift),
        _ => new LocalDate(day.Year, 1, 1).PlusYears(shift),
    };
}

/// <summary>A customer as listed, not yet put in order.</summary>
internal sealed record SlowCustomer(string Id, IReadOnlyDictionary<string, RuleValue> Attributes, IReadOnlyList<RuleEvent> Events)
{
    public CustomerFacts ToFacts() => new(Attributes, EventLog.Of(Events), Id);
}
