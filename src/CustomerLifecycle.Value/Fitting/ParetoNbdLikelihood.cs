namespace CustomerLifecycle.Value;

/// <summary>The likelihood of Pareto/NBD.</summary>
internal sealed class ParetoNbdLikelihood(DistinctHistories rows) : HistoryLikelihood(rows, ParameterNames)
{
    public static readonly string[] ParameterNames = ["r", "alpha", "s", "beta"];
    private readonly RisingGamma[] _purchases = new RisingGamma[rows.Frequencies.Count];

    /// <summary>Starting points on the scale of the cohort's own times and rates.</summary>
    public static double[][] Starts(DistinctHistories rows)
    {
        var wait = MeanWait(rows);
        return [[0.5, 0.5 * wait, 0.5, 2 * wait], [1, wait, 0.1, 5 * wait], [5, 5 * wait, 2, 50 * wait], [0.3, 0.3 * wait, 0.1, 0.1 * wait]];
    }

    protected override void Prepare(ReadOnlySpan<double> parameters)
    {
        for (var i = 0; i < _purchases.Length; i++) _purchases[i] = new RisingGamma(parameters[0], Rows.Frequencies[i]);
    }

    protected override double Row(ReadOnlySpan<double> parameters, DistinctHistories.Row row, Span<double> gradient, Span<double> hessian) =>
        ParetoNbdKernel.LogLikelihood(_purchases[row.Frequency], parameters[1], parameters[2], parameters[3], Rows.Times[row.Recency], Rows.Times[row.Age], gradient, hessian);

    public override string Explain(ReadOnlySpan<int> directions) => ExplainDirections(directions);

    /// <summary>What it means that parameters run away.</summary>
    public static string ExplainDirections(ReadOnlySpan<int> directions) =>
        BoundaryWords.OfRates(directions[0], directions[1], Leaving(directions[2], directions[3]), "four");

    /// <summary>What is said of leaving, where the drop-out rates run away.</summary>
    private static string Leaving(int s, int beta) =>
        s == 0 && beta == 0 ? ""
        : s - beta <= -BoundaryWords.Far ? "it shows no drop-out (the mean drop-out rate falls to 0), and the NBD model describes it as well"
        : s > 0 && beta > 0 && s - beta < BoundaryWords.Far ? "its customers do not differ in their drop-out rates (s and beta grow without bound together)"
        : s <= 0 && beta < 0 ? "its customers either leave at once or stay (s and beta fall to 0 together)"
        : "nearly all of it leaves at once (the mean drop-out rate grows without bound)";
}
