#if !NET10_0_OR_GREATER
namespace CustomerLifecycle.Value;

internal sealed partial class BetaGeometricScorer
{
    public double ProbabilityAlive(PurchaseHistory history) => ScalarProbabilityAlive(history);

    public double ExpectedPurchases(PurchaseHistory history, PeriodPlan plan)
    {
        double sum = 0, before = 0, worth = 1;
        for (var period = 1; period <= plan.Periods; period++)
        {
            worth *= plan.Worth;
            var until = ScalarExpectedWhileAlive(history.Frequency, history.Age, period * plan.Length);
            sum += (until - before) * worth;
            before = until;
        }

        return ScalarProbabilityAlive(history) * sum;
    }

    public void ProbabilityAlive(PurchaseHistories histories, Span<double> destination)
    {
        histories.RequireDestination(destination);
        for (var row = 0; row < destination.Length; row++) destination[row] = ProbabilityAlive(histories[row]);
    }

    public void ExpectedPurchases(PurchaseHistories histories, PeriodPlan plan, Span<double> destination)
    {
        histories.RequireDestination(destination);
        for (var row = 0; row < destination.Length; row++) destination[row] = ExpectedPurchases(histories[row], plan);
    }
}
#endif
