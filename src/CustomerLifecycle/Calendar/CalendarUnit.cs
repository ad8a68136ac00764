namespace CustomerLifecycle;

/// <summary>A unit of time. Second to week are exact lengths (a day is 24 hours) when they roll, local units when they are calendar units; longer ones are always local.</summary>
public enum CalendarUnit
{
    /// <summary>A second.</summary>
    Second = 0,

    /// <summary>60 seconds; a local minute.</summary>
    Minute = 1,

    /// <summary>60 minutes; a local hour.</summary>
    Hour = 2,

    /// <summary>24 hours; a local day, which may be longer, shorter or empty.</summary>
    Day = 3,

    /// <summary>168 hours; a local week from the calendar's first day of the week.</summary>
    Week = 4,

    /// <summary>A local month.</summary>
    Month = 5,

    /// <summary>Three local months, from January, April, July or October.</summary>
    Quarter = 6,

    /// <summary>A local year, from 1 January.</summary>
    Year = 7,
}

/// <summary>Where 29 February falls in a common year.</summary>
public enum LeapDayRule
{
    /// <summary>On 28 February, as NodaTime's <see cref="AnnualDate"/> has it.</summary>
    February28 = 0,

    /// <summary>On 1 March.</summary>
    March1 = 1,
}

internal static class CalendarUnits
{
    /// <summary>The exact length of a unit that has one.</summary>
    public static Duration? Length(this CalendarUnit unit) => unit switch
    {
        CalendarUnit.Second => Duration.FromSeconds(1),
        CalendarUnit.Minute => Duration.FromMinutes(1),
        CalendarUnit.Hour => Duration.FromHours(1),
        CalendarUnit.Day => Duration.FromDays(1),
        CalendarUnit.Week => Duration.FromDays(7),
        CalendarUnit.Month or CalendarUnit.Quarter or CalendarUnit.Year => null,
        _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "Not a calendar unit."),
    };

    /// <summary>The months of a unit that is made of months; else 0.</summary>
    public static int Months(this CalendarUnit unit) => unit switch
    {
        CalendarUnit.Month => 1,
        CalendarUnit.Quarter => 3,
        CalendarUnit.Year => 12,
        _ => 0,
    };
}
