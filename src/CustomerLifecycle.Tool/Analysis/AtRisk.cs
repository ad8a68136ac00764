namespace CustomerLifecycle.Tool;

/// <summary>Customers who may have left, and what would be lost with them.</summary>
/// <param name="Customers">Their index and what is at stake, most first.</param>
/// <param name="Stake">What is at stake with all of them: money or, without amounts, purchases.</param>
internal sealed record AtRisk(IReadOnlyList<(int Customer, double Stake)> Customers, double Stake)
{
    /// <summary>Between these probabilities of being a customer still somebody is at risk; below they are gone, above they are safe.</summary>
    public const double FromProbability = 0.1, ToProbability = 0.7;

    /// <summary>What is at stake: the value (or the purchases) if they were surely still there, less what is expected now.</summary>
    public static AtRisk Of(CustomerForecasts forecasts)
    {
        var values = forecasts.Value;
        var purchases = forecasts.ExpectedPurchases(52);
        var customers = new List<(int Customer, double Stake)>();
        for (var i = 0; i < purchases.Length; i++)
        {
            var alive = forecasts.ProbabilityAlive[i];
            if (alive is < FromProbability or > ToProbability) continue;
            var now = values is null ? purchases[i] : values[i] ?? 0;
            customers.Add((i, (now / alive) - now));
        }

        return new([.. customers.OrderByDescending(customer => customer.Stake).ThenBy(customer => customer.Customer)], customers.Sum(customer => customer.Stake));
    }
}
