namespace CustomerLifecycle.Rules;

/// <summary>The instant and the zone of an evaluation. Make one for a whole batch: what rules compute from it is then computed once.</summary>
public sealed class RuleMoment
{
    /// <summary>Fixes the moment.</summary>
    /// <param name="now">The as-of instant; events after it are invisible.</param>
    /// <param name="calendar">The zone whose days and months count.</param>
    public RuleMoment(Instant now, LocalCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        Now = now;
        Calendar = calendar;
        Today = calendar.DayOf(now);
    }

    /// <summary>The as-of instant.</summary>
    public Instant Now { get; }

    /// <summary>The zone whose days and months count.</summary>
    public LocalCalendar Calendar { get; }

    /// <summary>The local day of <see cref="Now"/>.</summary>
    public LocalDate Today { get; }
}
