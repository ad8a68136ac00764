using System.Globalization;
using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Testing;

/// <summary>A shop whose customers' truth is known. The same seed gives the same shop.</summary>
/// <remarks>
/// Immutable; safe for concurrent callers. A customer depends on the seed and their own number only, so that customers can be made in any order, on any thread, and
/// one shop is the beginning of a larger one.
/// </remarks>
public sealed class ShopSimulator
{
    private const int DaysPerWeek = 7;
    private readonly LocalDate _firstDay;
    private readonly int _days;
    private readonly int _acquisitionDays;
    private readonly SeededRandom _random;

    /// <summary>Opens a shop.</summary>
    /// <param name="truth">What its customers are drawn from.</param>
    /// <param name="firstDay">The first day on which somebody buys.</param>
    /// <param name="lastDay">The last day that is simulated; it counts.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="acquisitionDays">Days from the first on which customers come for the first time; null for the first third of the time.</param>
    /// <exception cref="ArgumentOutOfRangeException">The days do not follow each other, or the acquisition days do not lie within them.</exception>
    public ShopSimulator(ShopTruth truth, LocalDate firstDay, LocalDate lastDay, long seed, int? acquisitionDays = null)
    {
        ArgumentNullException.ThrowIfNull(truth);
        if (lastDay < firstDay) throw new ArgumentOutOfRangeException(nameof(lastDay), "The last day is not before the first.");
        var days = Period.DaysBetween(firstDay, lastDay) + 1;
        var acquisition = acquisitionDays ?? ((days + 2) / 3);
        if (acquisition < 1 || acquisition > days) throw new ArgumentOutOfRangeException(nameof(acquisitionDays), acquisition, $"Customers come on the first 1 to {days.ToString(CultureInfo.InvariantCulture)} days.");

        Truth = truth;
        Seed = seed;
        _firstDay = firstDay;
        _days = days;
        _acquisitionDays = acquisition;
        _random = new SeededRandom(seed);
    }

    /// <summary>What the customers are drawn from.</summary>
    public ShopTruth Truth { get; }

    /// <summary>What made this shop.</summary>
    public long Seed { get; }

    /// <summary>Makes one customer.</summary>
    /// <param name="number">0 or more; part of the customer's key.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="number"/> is negative.</exception>
    public SimulatedCustomer Customer(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        var random = _random.Split(number);
        var rate = random.NextGamma(Truth.R, Truth.Alpha);
        var chanceToLeave = random.NextBeta(Truth.A, Truth.B);
        var spendRate = random.NextGamma(Truth.Q, Truth.V);
        var id = new CustomerId("C" + (number + 1).ToString("D7", CultureInfo.InvariantCulture));

        var time = random.NextDouble() * _acquisitionDays;
        var purchases = new List<SimulatedPurchase>();
        LocalDate? left = null;
        while (time < _days)
        {
            var day = _firstDay.PlusDays((int)time);
            purchases.Add(new(day, Amount(random, spendRate)));
            if (purchases.Count > 1 && random.NextDouble() < chanceToLeave)
            {
                left = day;
                break;
            }

            time += random.NextExponential(rate) * DaysPerWeek;
        }

        return new(id, rate, chanceToLeave, Truth.P / spendRate, left, purchases);
    }

    /// <summary>Makes customers one after the other.</summary>
    /// <param name="count">How many; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public IEnumerable<SimulatedCustomer> Customers(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Enumerable.Range(0, count).Select(Customer);
    }

    private decimal Amount(SeededRandom random, double spendRate)
    {
        const double largest = 1e9;
        var amount = Math.Min(largest, random.NextGamma(Truth.P, spendRate));
        return Math.Max(0.01m, Math.Round((decimal)amount, 2));
    }
}

/// <summary>One customer of a simulated shop, with what nobody knows of a real one.</summary>
public sealed class SimulatedCustomer
{
    internal SimulatedCustomer(CustomerId id, double purchaseRate, double chanceToLeave, double meanSpend, LocalDate? left, IReadOnlyList<SimulatedPurchase> purchases)
    {
        Id = id;
        PurchaseRate = purchaseRate;
        ChanceToLeave = chanceToLeave;
        MeanSpend = meanSpend;
        Left = left;
        Purchases = purchases;
    }

    /// <summary>The customer's key.</summary>
    public CustomerId Id { get; }

    /// <summary>Purchases per week while they stay.</summary>
    public double PurchaseRate { get; }

    /// <summary>The chance to leave after each repeat purchase.</summary>
    public double ChanceToLeave { get; }

    /// <summary>What they spend per purchase in the long run.</summary>
    public double MeanSpend { get; }

    /// <summary>The day of the purchase after which they left; null when they are still there at the end.</summary>
    public LocalDate? Left { get; }

    /// <summary>Their purchases, oldest first; at least one.</summary>
    public IReadOnlyList<SimulatedPurchase> Purchases { get; }

    /// <summary>Whether they are still a customer at the end of a day.</summary>
    /// <param name="day">The day.</param>
    public bool IsAliveAt(LocalDate day) => Left is not { } left || left > day;
}

/// <summary>One purchase of a simulated customer.</summary>
/// <param name="Day">The local day.</param>
/// <param name="Amount">What was spent, in whole cents and above 0.</param>
public readonly record struct SimulatedPurchase(LocalDate Day, decimal Amount);
