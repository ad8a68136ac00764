namespace CustomerLifecycle.Rules;

/// <summary>Units of time. Second to week are exact durations (a day is 24 hours) where they count an age, and local units where the calendar counts.</summary>
public enum RuleUnit
{
    /// <summary>One second.</summary>
    Second = 0,

    /// <summary>60 seconds.</summary>
    Minute,

    /// <summary>60 minutes.</summary>
    Hour,

    /// <summary>24 hours, or a local day.</summary>
    Day,

    /// <summary>7 days, or an ISO week, which starts on Monday.</summary>
    Week,

    /// <summary>A calendar month.</summary>
    Month,

    /// <summary>Three calendar months, from January, April, July or October.</summary>
    Quarter,

    /// <summary>A calendar year.</summary>
    Year,
}
