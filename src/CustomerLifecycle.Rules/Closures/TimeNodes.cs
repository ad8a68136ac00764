namespace CustomerLifecycle.Rules;

/// <summary>A date or an instant of any form inside a range that moves with now.</summary>
internal sealed class TimeNode<T>(Func<T, RuleFrame, RuleValue> get, int range, int cost) : RuleNode<T>
{
    public override int Cost => cost;

    public override bool Holds(T item, RuleFrame frame)
    {
        var value = get(item, frame);
        return value.Kind switch
        {
            RuleValueKind.Instant => frame.Ranges[range].Instants.Contains(value.AsInstant),
            RuleValueKind.Date => frame.Ranges[range].Days.Contains(value.AsDate),
            _ => false,
        };
    }
}

internal sealed class DateInRangeNode<T>(Func<T, LocalDate?> get, int range) : RuleNode<T>
{
    public override int Cost => 6;

    public override bool Holds(T item, RuleFrame frame) => get(item) is { } day && frame.Ranges[range].Days.Contains(day);
}

internal sealed class InstantInRangeNode<T>(Func<T, Instant?> get, int range) : RuleNode<T>
{
    public override int Cost => 6;

    public override bool Holds(T item, RuleFrame frame) => get(item) is { } instant && frame.Ranges[range].Instants.Contains(instant);
}

/// <summary>Tests of the calendar day itself: anniversaries and months.</summary>
internal sealed class CalendarNode<T>(Func<T, RuleFrame, RuleValue> get, DateTestKind test, int amount) : RuleNode<T>
{
    public override int Cost => 20;

    public override bool Holds(T item, RuleFrame frame) => LocalDay.Of(get(item, frame), frame.Moment.Calendar) is { } day && test switch
    {
        DateTestKind.AnniversaryToday => Anniversary.IsOn(day, frame.Moment.Today),
        DateTestKind.AnniversaryInNext => Anniversary.IsInNext(day, amount, frame.Moment.Today),
        _ => day.Month == amount,
    };
}

/// <summary>The local day of a date or an instant.</summary>
internal static class LocalDay
{
    public static LocalDate? Of(in RuleValue value, LocalCalendar calendar) => value.Kind switch
    {
        RuleValueKind.Date => value.AsDate,
        RuleValueKind.Instant => calendar.DayOf(value.AsInstant),
        _ => null,
    };
}

/// <summary>The time since entry into the current stage against a duration.</summary>
internal sealed class DwellNode<T>(Func<T, Instant?> entered, RuleOperator positive, bool negated, RuleGap gap) : RuleNode<T>
{
    public override int Cost => 20;

    public override bool Holds(T item, RuleFrame frame)
    {
        if (entered(item) is not { } since) return negated;
        var order = frame.Moment.Now.CompareTo(UnitArithmetic.Due(since, gap.Amount, gap.Unit, frame.Moment.Calendar));
        return positive switch
        {
            RuleOperator.Less => order < 0,
            RuleOperator.LessOrEqual => order <= 0,
            RuleOperator.Greater => order > 0,
            RuleOperator.GreaterOrEqual => order >= 0,
            _ => order == 0,
        } != negated;
    }
}
