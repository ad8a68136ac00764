using CustomerLifecycle.Value;

namespace CustomerLifecycle.Tool;

/// <summary>What is known of a simulated shop because it was simulated.</summary>
/// <param name="Purchases">The parameters that the customers were drawn from.</param>
/// <param name="Spend">The parameters that their amounts were drawn from.</param>
/// <param name="Alive">Customers who had not left by the as-of day.</param>
/// <param name="NextPurchases">Purchase days in the 52 weeks after the as-of day.</param>
/// <param name="NextSpend">What was spent on them.</param>
internal sealed record KnownTruth(BgNbdParameters Purchases, GammaGammaParameters Spend, int Alive, int NextPurchases, decimal NextSpend);
