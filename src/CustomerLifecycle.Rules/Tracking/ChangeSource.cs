namespace CustomerLifecycle.Rules;

/// <summary>One part of a rule that passing time can change: it offers the instants at which it may.</summary>
internal abstract class ChangeSource<T>
{
    /// <summary>Offers every instant at which this part may change, or at least the earliest after <see cref="NextInstant.After"/>.</summary>
    public abstract void Offer(T item, LocalCalendar calendar, ref NextInstant next);

    /// <summary>For a part that changes year after year: since when it does so in the same manner; null for a part that comes to rest.</summary>
    public virtual Instant? RecursSince(T item, LocalCalendar calendar) => null;
}

/// <summary>A value inside a range that moves with now.</summary>
internal sealed class TimeChange<T>(Accessor<T> accessor, TimeTest test) : ChangeSource<T>
{
    public override void Offer(T item, LocalCalendar calendar, ref NextInstant next) => TimeValues.Offer(accessor.Get(item), test, calendar, ref next);
}

/// <summary>Changes of a value that may be a date or an instant.</summary>
internal static class TimeValues
{
    public static void Offer(in RuleValue value, TimeTest test, LocalCalendar calendar, ref NextInstant next)
    {
        if (value.Kind == RuleValueKind.Instant) test.AddChanges(value.AsInstant, calendar, ref next);
        else if (value.Kind == RuleValueKind.Date) test.AddChanges(value.AsDate, calendar, ref next);
    }
}

/// <summary>An age: it is there from birth and grows with each birthday, up to the greatest that the test tells apart.</summary>
internal sealed class AgeChange<T>(Accessor<T> accessor, int greatest) : ChangeSource<T>
{
    public override void Offer(T item, LocalCalendar calendar, ref NextInstant next)
    {
        if (LocalDay.Of(accessor.Get(item), calendar) is not { } birth) return;
        next.Offer(birth, calendar);
        var day = calendar.DayOf(next.After);
        var age = Anniversary.Age(birth, day) ?? 0;

        // The day after may already be the birthday's: a local day can begin later than the instant asked for.
        for (var years = age; years <= Math.Min(age + 2, greatest + 1); years++)
            if (birth.Year + years <= 9999) next.Offer(Anniversary.InYear(birth, birth.Year + years), calendar);
    }
}

/// <summary>Anniversaries: each comes into sight, and is over, every year.</summary>
internal sealed class AnniversaryChange<T>(Accessor<T> accessor, int days) : ChangeSource<T>
{
    private const int AlwaysInSight = 366;

    public override void Offer(T item, LocalCalendar calendar, ref NextInstant next)
    {
        if (LocalDay.Of(accessor.Get(item), calendar) is not { } day) return;
        var first = day.Year + 1;
        var year = days > AlwaysInSight ? first : Math.Max(first, calendar.DayOf(next.After).Year - 1);
        var last = days > AlwaysInSight ? first : year + 3;
        for (; year <= Math.Min(last, 9999); year++)
        {
            var anniversary = Anniversary.InYear(day, year);
            next.Offer(UnitArithmetic.AddDays(anniversary, 1L - days), calendar);
            next.Offer(UnitArithmetic.AddDays(anniversary, 1), calendar);
        }
    }

    public override Instant? RecursSince(T item, LocalCalendar calendar) =>
        LocalDay.Of(accessor.Get(item), calendar) is { Year: < 9999 } day ? calendar.StartOf(Anniversary.InYear(day, day.Year + 1)) : null;
}

/// <summary>Events that come into a window and leave it, and what time does to the values that are looked at in them.</summary>
internal sealed class EventChange<T>(Func<T, EventLog> log, string eventType, TimeTest window, TimeTest? test, string? property, ChangeSource<RuleEvent>[] where) : ChangeSource<T>
{
    public override void Offer(T item, LocalCalendar calendar, ref NextInstant next)
    {
        foreach (var happened in log(item).OfType(eventType))
        {
            window.AddChanges(happened.At, calendar, ref next);
            if (test is not null)
            {
                test.AddChanges(happened.At, calendar, ref next);
                if (property is not null) TimeValues.Offer(happened[property], test, calendar, ref next);
            }

            foreach (var part in where) part.Offer(happened, calendar, ref next);
        }
    }

    public override Instant? RecursSince(T item, LocalCalendar calendar)
    {
        Instant? since = null;
        foreach (var happened in log(item).OfType(eventType))
            foreach (var part in where)
                if (part.RecursSince(happened, calendar) is { } instant && (since is null || instant > since)) since = instant;
        return since;
    }
}

/// <summary>An anniversary of a time that an aggregate gives: any of the events may be the one.</summary>
internal sealed class EventAnniversaryChange<T>(Func<T, EventLog> log, string eventType, AnniversaryChange<RuleEvent> anniversary) : ChangeSource<T>
{
    public override void Offer(T item, LocalCalendar calendar, ref NextInstant next)
    {
        foreach (var happened in log(item).OfType(eventType)) anniversary.Offer(happened, calendar, ref next);
    }

    public override Instant? RecursSince(T item, LocalCalendar calendar)
    {
        Instant? since = null;
        foreach (var happened in log(item).OfType(eventType))
            if (anniversary.RecursSince(happened, calendar) is { } instant && (since is null || instant > since)) since = instant;
        return since;
    }
}

/// <summary>The time in the current stage reaching a duration, and passing it.</summary>
internal sealed class DwellChange<T>(Func<T, Instant?> entered, RuleGap gap) : ChangeSource<T>
{
    public override void Offer(T item, LocalCalendar calendar, ref NextInstant next)
    {
        if (entered(item) is not { } since) return;
        var due = UnitArithmetic.Due(since, gap.Amount, gap.Unit, calendar);
        next.Offer(due);
        next.Offer(UnitArithmetic.JustAfter(due));
    }
}
