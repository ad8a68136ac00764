using System.Diagnostics.CodeAnalysis;

namespace CustomerLifecycle.Value;

/// <summary>The histories of many customers, as columns that the caller owns. Nothing is copied.</summary>
/// <remarks>The meaning and ranges of the columns are those of <see cref="PurchaseHistory"/>. Entry points over columns check each row that they read.</remarks>
public readonly ref struct PurchaseHistories
{
    /// <summary>Wraps columns of equal length.</summary>
    /// <param name="frequency">Repeat purchases.</param>
    /// <param name="recency">Times from the first purchase to the last.</param>
    /// <param name="age">Times from the first purchase to now.</param>
    /// <param name="sumLogIntervals">Sums of the logarithms of the times between purchases; empty where no model needs them.</param>
    /// <exception cref="ArgumentException">The columns differ in length.</exception>
    public PurchaseHistories(ReadOnlySpan<double> frequency, ReadOnlySpan<double> recency, ReadOnlySpan<double> age, ReadOnlySpan<double> sumLogIntervals = default)
    {
        if (recency.Length != frequency.Length || age.Length != frequency.Length || (!sumLogIntervals.IsEmpty && sumLogIntervals.Length != frequency.Length))
            throw new ArgumentException($"Columns have one row per customer: frequency has {frequency.Length}, recency {recency.Length}, age {age.Length} and sumLogIntervals {sumLogIntervals.Length}.", nameof(frequency));

        Frequency = frequency;
        Recency = recency;
        Age = age;
        SumLogIntervals = sumLogIntervals;
    }

    /// <summary>Repeat purchases.</summary>
    public ReadOnlySpan<double> Frequency { get; }

    /// <summary>Times from the first purchase to the last.</summary>
    public ReadOnlySpan<double> Recency { get; }

    /// <summary>Times from the first purchase to now.</summary>
    public ReadOnlySpan<double> Age { get; }

    /// <summary>Sums of the logarithms of the times between purchases; may be empty.</summary>
    public ReadOnlySpan<double> SumLogIntervals { get; }

    /// <summary>Customers.</summary>
    public int Count => Frequency.Length;

    /// <summary>One customer.</summary>
    /// <param name="row">0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="ArgumentException">The row cannot describe a customer; the message names it.</exception>
    [SuppressMessage("Design", "CA1065", Justification = "An indexer that validates says so as any other entry point does.")]
    public PurchaseHistory this[int row]
    {
        get
        {
            if (!PurchaseHistory.IsValid(Frequency[row], Recency[row], Age[row])) throw Invalid(row);
            return new PurchaseHistory(Frequency[row], Recency[row], Age[row], SumLogIntervals.IsEmpty ? 0 : SumLogIntervals[row]);
        }
    }

    /// <summary>Some of the customers.</summary>
    /// <param name="start">The first row.</param>
    /// <param name="length">Rows.</param>
    public PurchaseHistories Slice(int start, int length) => new(
        Frequency.Slice(start, length), Recency.Slice(start, length), Age.Slice(start, length), SumLogIntervals.IsEmpty ? default : SumLogIntervals.Slice(start, length));

    internal void RequireDestination(Span<double> destination)
    {
        if (destination.Length != Count) throw new ArgumentException($"The destination has {destination.Length} rows and the histories {Count}.", nameof(destination));
    }

    /// <summary>Finds the row that cannot describe a customer, and throws.</summary>
    internal void RequireValid(int start, int rows)
    {
        for (var row = start; row < start + rows; row++)
            if (!PurchaseHistory.IsValid(Frequency[row], Recency[row], Age[row])) throw Invalid(row);
    }

    private ArgumentException Invalid(int row) => new(
        FormattableString.Invariant($"Row {row} cannot describe a customer: frequency {Frequency[row]}, recency {Recency[row]}, age {Age[row]}. A history has 0 or at least 1 repeat purchases and 0 <= recency <= age, and recency 0 where there is none."),
        nameof(row));
}
