namespace CustomerLifecycle.Value;

/// <summary>What Pareto/NBD says of many customers whose parameters are known.</summary>
/// <remarks>
/// Several at a time on net10.0, in a file of its own; one by one elsewhere, and where the parameters are so far apart that the series there would be slow. Within a framework one
/// customer and many take the same path, so that they agree to the bit.
/// </remarks>
internal sealed partial class ParetoNbdScorer
{
    private readonly double _r;
    private readonly double _alpha;
    private readonly double _s;
    private readonly double _beta;

    public ParetoNbdScorer(ParetoNbdParameters parameters)
    {
        (_r, _alpha, _s, _beta) = (parameters.R, parameters.Alpha, parameters.S, parameters.Beta);
        Prepare();
    }

    public double ProbabilityAlive(PurchaseHistory history)
    {
        Span<double> row = stackalloc double[4];
        return One(history, new PeriodPlan(0, 0, 1), row);
    }

    public double ExpectedPurchases(PurchaseHistory history, PeriodPlan plan)
    {
        Span<double> row = stackalloc double[4];
        return One(history, plan, row);
    }

    /// <summary>P(alive) of each customer.</summary>
    public void ProbabilityAlive(PurchaseHistories histories, Span<double> destination) => Score(histories, new PeriodPlan(0, 0, 1), destination);

    /// <summary>Discounted expected purchases of each customer by periods.</summary>
    public void ExpectedPurchases(PurchaseHistories histories, PeriodPlan plan, Span<double> destination) => Score(histories, plan, destination);

    /// <summary>Tables what does not depend on the customer, where this framework's path uses it.</summary>
    partial void Prepare();

    private double One(PurchaseHistory history, PeriodPlan plan, Span<double> row)
    {
        (row[0], row[1], row[2]) = (history.Frequency, history.Recency, history.Age);
        Score(new PurchaseHistories(row.Slice(0, 1), row.Slice(1, 1), row.Slice(2, 1)), plan, row.Slice(3, 1));
        return row[3];
    }

#if !NET10_0_OR_GREATER
    private void Score(PurchaseHistories histories, PeriodPlan plan, Span<double> destination) => ScoreOneByOne(histories, plan, destination);
#endif

    private void ScoreOneByOne(PurchaseHistories histories, PeriodPlan plan, Span<double> destination)
    {
        histories.RequireDestination(destination);
        for (var row = 0; row < destination.Length; row++)
        {
            var history = histories[row];
            double shape = _r + history.Frequency, rate = _alpha + history.Age, dropout = _beta + history.Age;
            var alive = PurchaseModel.AliveFromLogOdds(ParetoNbdKernel.LogOddsOfDropout(shape, _alpha, _s, _beta, history.Recency, history.Age));
            if (plan.Periods == 0)
            {
                destination[row] = alive;
                continue;
            }

            double sum = 0, before = 0, worth = 1;
            for (var period = 1; period <= plan.Periods; period++)
            {
                worth *= plan.Worth;
                var until = ParetoNbdKernel.ExpectedStay(_s, dropout, period * plan.Length);
                sum += (until - before) * worth;
                before = until;
            }

            destination[row] = alive * (shape / rate) * sum;
        }
    }
}

/// <summary>A future in equal periods.</summary>
/// <param name="Periods">How many; 0 asks for P(alive).</param>
/// <param name="Length">Time units in one.</param>
/// <param name="Worth">What a purchase at the end of a period is worth at its beginning.</param>
internal readonly record struct PeriodPlan(int Periods, double Length, double Worth);

/// <summary>A model that computes P(alive) once for all periods.</summary>
internal interface IPeriodModel
{
    /// <summary>Discounted expected purchases of one customer by periods.</summary>
    double ExpectedPurchases(PurchaseHistory history, PeriodPlan plan);

    /// <summary>Discounted expected purchases of each customer by periods.</summary>
    void ExpectedPurchases(PurchaseHistories histories, PeriodPlan plan, Span<double> destination);
}
