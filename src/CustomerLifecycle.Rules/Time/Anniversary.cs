namespace CustomerLifecycle.Rules;

/// <summary>Anniversaries of a day: 29 February is observed on the 28th in common years, and the day itself is none.</summary>
internal static class Anniversary
{
    public static LocalDate InYear(LocalDate day, int year) => new AnnualDate(day.Month, day.Day).InYear(year);

    public static bool IsOn(LocalDate day, LocalDate today) => today.Year > day.Year && InYear(day, today.Year) == today;

    /// <summary>The first anniversary on or after a day; null beyond the calendar.</summary>
    public static LocalDate? OnOrAfter(LocalDate day, LocalDate today)
    {
        var year = Math.Max(today.Year, day.Year + 1);
        if (year > 9999) return null;
        var anniversary = InYear(day, year);
        if (anniversary >= today) return anniversary;
        return year == 9999 ? null : InYear(day, year + 1);
    }

    public static bool IsInNext(LocalDate day, int days, LocalDate today) => OnOrAfter(day, today) is { } next && Period.DaysBetween(today, next) < days;

    /// <summary>Whole years, birthdays observed as anniversaries; null for a day after today.</summary>
    public static int? Age(LocalDate birth, LocalDate today)
    {
        if (birth > today) return null;
        var years = today.Year - birth.Year;
        return InYear(birth, today.Year) > today ? years - 1 : years;
    }
}
