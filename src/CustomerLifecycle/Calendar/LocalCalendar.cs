namespace CustomerLifecycle;

/// <summary>Turns local days into instants, for all packages: one zone, one first day of the week.</summary>
public sealed class LocalCalendar
{
    /// <summary>Makes the calendar of a zone.</summary>
    /// <param name="zone">The zone whose local days count.</param>
    public LocalCalendar(DateTimeZone zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        Zone = zone;
    }

    /// <summary>The zone whose local days count.</summary>
    public DateTimeZone Zone { get; }

    /// <summary>The local day of an instant, as a clock on the wall shows it.</summary>
    /// <param name="instant">Any instant.</param>
    public LocalDate DayOf(Instant instant) => instant.InZone(Zone).Date;

    /// <summary>The first instant of a local day: midnight; where there is no midnight, the end of the gap; where the whole day is skipped, the first instant after it.</summary>
    /// <param name="day">A local day, whether or not the zone had it.</param>
    public Instant StartOf(LocalDate day)
    {
        var midnight = Zone.MapLocal(day.AtMidnight());
        return midnight.Count == 0 ? midnight.LateInterval.Start : midnight.First().ToInstant();
    }
}
