using CustomerLifecycle.Value;

namespace CustomerLifecycle.Tool;

/// <summary>Repeat purchases week by week and added up, as they were and as the model expects them of customers who start when ours did.</summary>
/// <param name="Ends">First day after each week, in days since 1970-01-01.</param>
/// <param name="Actual">Repeat purchases before that day.</param>
/// <param name="Expected">What the model expects before that day.</param>
internal sealed record Tracking(IReadOnlyList<int> Ends, IReadOnlyList<double> Actual, IReadOnlyList<double> Expected)
{
    /// <summary>Weeks that are needed to draw anything.</summary>
    public const int FewestWeeks = 4;

    /// <summary>Each week on its own.</summary>
    public static double[] Weekly(IReadOnlyList<double> cumulative) => [.. cumulative.Select((total, week) => week == 0 ? total : total - cumulative[week - 1])];

    /// <summary>Counts whole weeks from the first purchase day; a begun last week is left out.</summary>
    /// <returns>Null when there are too few weeks.</returns>
    public static Tracking? Of(Shop shop, PurchaseLog log, IPurchaseModel model)
    {
        var weeks = (shop.AsOfDay - shop.FirstDay + 1) / Shop.DaysPerWeek;
        if (weeks < FewestWeeks) return null;

        int[] ends = [.. Enumerable.Range(1, weeks).Select(week => shop.FirstDay + (week * Shop.DaysPerWeek))];
        var tracked = CumulativeTracking.Of(model, log, ends.Select(DayReader.DateOf));
        return new(ends, [.. tracked.Select(week => (double)week.Actual)], [.. tracked.Select(week => week.Expected)]);
    }
}
