namespace CustomerLifecycle.Value;

/// <summary>The likelihood of a whole cohort at known parameters: what to compare two models or two programs by.</summary>
public static class CohortLikelihood
{
    /// <summary>The natural logarithm of the likelihood, summed over the customers.</summary>
    /// <param name="model">The model.</param>
    /// <param name="histories">The cohort.</param>
    /// <returns>0 where there are no customers.</returns>
    /// <exception cref="ArgumentException">A row cannot describe a customer.</exception>
    public static double TotalLogLikelihood(this IPurchaseModel model, PurchaseHistories histories)
    {
        ArgumentNullException.ThrowIfNull(model);
        double total = 0;
        for (var row = 0; row < histories.Count; row++) total += model.LogLikelihood(histories[row]);
        return total;
    }

    /// <summary>The natural logarithm of the likelihood, summed over the customers who have a purchase with an amount.</summary>
    /// <param name="model">The model.</param>
    /// <param name="purchases">Purchases of each customer.</param>
    /// <param name="meanSpend">Their mean amounts.</param>
    /// <returns>0 where nobody has a purchase with an amount.</returns>
    /// <exception cref="ArgumentException">The columns differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An entry is negative or not finite.</exception>
    public static double TotalLogLikelihood(this GammaGammaModel model, ReadOnlySpan<double> purchases, ReadOnlySpan<double> meanSpend)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (meanSpend.Length != purchases.Length) throw new ArgumentException($"Columns have one row per customer: purchases has {purchases.Length} and meanSpend {meanSpend.Length}.", nameof(meanSpend));
        double total = 0;
        for (var row = 0; row < purchases.Length; row++) total += model.LogLikelihood(purchases[row], meanSpend[row]) ?? 0;
        return total;
    }
}
