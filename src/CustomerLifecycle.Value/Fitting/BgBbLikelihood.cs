namespace CustomerLifecycle.Value;

/// <summary>The likelihood of BG/BB.</summary>
internal sealed class BgBbLikelihood(DistinctHistories rows) : HistoryLikelihood(rows, ParameterNames)
{
    private static readonly string[] ParameterNames = ["alpha", "beta", "gamma", "delta"];

    public static readonly double[][] Starts = [[1, 1, 0.5, 3], [0.5, 1, 0.1, 5], [5, 5, 5, 50]];

    protected override double Row(ReadOnlySpan<double> parameters, DistinctHistories.Row row, Span<double> gradient, Span<double> hessian) =>
        BgBbKernel.LogLikelihood(
            parameters[0], parameters[1], parameters[2], parameters[3], Rows.Frequencies[row.Frequency], Rows.Times[row.Recency], Rows.Times[row.Age], gradient, hessian);

    public override string Explain(ReadOnlySpan<int> directions)
    {
        if (directions[2] == 0 && directions[3] == 0) return "its customers do not differ in their chance to buy (alpha and beta run away together); one chance for all describes it as well.";
        if (directions[2] <= 0 && directions[3] >= 0) return "it shows no drop-out (the mean chance to leave falls to 0); a model without drop-out describes it as well.";
        if (directions[2] > 0 && directions[3] > 0) return "its customers do not differ in their chance to leave (gamma and delta grow without bound together); one chance for all describes it as well.";
        return directions[2] < 0 && directions[3] < 0
            ? "its customers either never leave or leave at once (gamma and delta fall to 0 together)."
            : "all of it leaves at once (the mean chance to leave rises to 1); it has too few purchases for this model.";
    }
}
