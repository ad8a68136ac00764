namespace CustomerLifecycle.Value;

/// <summary>What the models need to know of one customer's past: how often, how lately, for how long.</summary>
/// <remarks>Times count from the first purchase, in the model's time unit. <c>default</c> is a customer who has just made the first one.</remarks>
public readonly record struct PurchaseHistory
{
    /// <summary>Describes one customer.</summary>
    /// <param name="frequency">Repeat purchases: those after the first. 0, or 1 and more.</param>
    /// <param name="recency">Time from the first purchase to the last; 0 where there is no repeat purchase.</param>
    /// <param name="age">Time from the first purchase to now, at least <paramref name="recency"/>.</param>
    /// <param name="sumLogIntervals">Sum of the natural logarithms of the times between purchases. Only the models of regular buyers read it, and of them only the likelihood.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public PurchaseHistory(double frequency, double recency, double age, double sumLogIntervals = 0)
    {
        if (!IsValid(frequency, recency, age))
        {
            throw new ArgumentOutOfRangeException(
                nameof(age), FormattableString.Invariant($"frequency {frequency}, recency {recency}, age {age}"), "A history has 0 or at least 1 repeat purchases and 0 <= recency <= age, and recency 0 where there is none.");
        }

        Frequency = frequency;
        Recency = recency;
        Age = age;
        SumLogIntervals = sumLogIntervals;
    }

    /// <summary>Repeat purchases, x in the papers.</summary>
    public double Frequency { get; }

    /// <summary>Time from the first purchase to the last, t_x in the papers.</summary>
    public double Recency { get; }

    /// <summary>Time from the first purchase to now, T in the papers.</summary>
    public double Age { get; }

    /// <summary>Sum of the logarithms of the times between purchases.</summary>
    public double SumLogIntervals { get; }

    /// <summary>Whether the three numbers can describe a customer. Written so that NaN cannot.</summary>
    internal static bool IsValid(double frequency, double recency, double age) =>
        recency >= 0 && recency <= age && age < double.PositiveInfinity && ((frequency >= 1 && frequency < double.PositiveInfinity) || (frequency == 0 && recency == 0));
}
