namespace CustomerLifecycle.Value;

/// <summary>The doors that models share.</summary>
internal static class ModelParameter
{
    public static double RequirePositive(double value, string name) =>
        value > 0 && value < double.PositiveInfinity ? value : throw new ArgumentOutOfRangeException(name, value, "A parameter is a finite number above 0.");

    public static double RequireHorizon(double horizon) =>
        horizon >= 0 && horizon < double.PositiveInfinity ? horizon : throw new ArgumentOutOfRangeException(nameof(horizon), horizon, "A horizon is a finite number of time units, 0 or more.");

    public static double RequireDiscount(DiscountRate discount, TimeUnit unit)
    {
        var rate = discount.ContinuousPer(unit);
        return rate > 0 ? rate : throw new ArgumentOutOfRangeException(nameof(discount), rate, "Without a discount rate above 0 the purchases of the whole future may have no finite sum. Use a horizon, or a rate such as DiscountRate.Annual(0.10).");
    }
}
