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
    public static string ExplainDirections(ReadOnlySpan<int> directions)
    {
        if (directions[2] == 0 && directions[3] == 0) return "its purchase rates do not differ more than chance would make them (r and alpha grow without bound together); one rate for all describes it as well.";
        if (directions[2] <= 0 && directions[3] >= 0) return "it shows no drop-out (the mean drop-out rate falls to 0); the NBD model describes it as well.";
        if (directions[2] > 0 && directions[3] > 0) return "its customers do not differ in their drop-out rates (s and beta grow without bound together); one rate for all describes it as well.";
        return directions[2] < 0 && directions[3] < 0
            ? "its customers either leave at once or stay (s and beta fall to 0 together)."
            : "all of it leaves at once (the mean drop-out rate grows without bound); it has too few repeat purchases for this model.";
    }
}
