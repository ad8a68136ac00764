#if !NET10_0_OR_GREATER
namespace CustomerLifecycle.Value;

internal sealed partial class BetaGeometricScorer
{
    public double ProbabilityAlive(PurchaseHistory history) => ScalarProbabilityAlive(history);

    public double ExpectedPurchases(PurchaseHistory history, double horizon) => ScalarProbabilityAlive(history) * ScalarExpectedWhileAlive(history.Frequency, history.Age, horizon);

    public void ProbabilityAlive(PurchaseHistories histories, Span<double> destination)
    {
        histories.RequireDestination(destination);
        for (var row = 0; row < destination.Length; row++) destination[row] = ProbabilityAlive(histories[row]);
    }

    public void ExpectedPurchases(PurchaseHistories histories, double horizon, Span<double> destination)
    {
        histories.RequireDestination(destination);
        for (var row = 0; row < destination.Length; row++) destination[row] = ExpectedPurchases(histories[row], horizon);
    }
}
#endif
