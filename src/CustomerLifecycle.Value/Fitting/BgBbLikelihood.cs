namespace CustomerLifecycle.Value;

/// <summary>The likelihood of BG/BB.</summary>
internal sealed class BgBbLikelihood(DistinctHistories rows) : HistoryLikelihood(rows, ParameterNames)
{
    private static readonly string[] ParameterNames = ["alpha", "beta", "gamma", "delta"];

    public static readonly double[][] Starts = [[1, 1, 0.5, 3], [0.5, 1, 0.1, 5], [5, 5, 5, 50]];

    protected override double Row(ReadOnlySpan<double> parameters, DistinctHistories.Row row, Span<double> gradient, Span<double> hessian) =>
        BgBbKernel.LogLikelihood(
            parameters[0], parameters[1], parameters[2], parameters[3], Rows.Frequencies[row.Frequency], Rows.Times[row.Recency], Rows.Times[row.Age], gradient, hessian);

    public override string Explain(ReadOnlySpan<int> directions) =>
        BoundaryWords.Sentence(Buying(directions[0], directions[1]), Leaving(directions[2], directions[3]), "four");

    private static string Buying(int alpha, int beta) =>
        alpha == 0 && beta == 0 ? ""
        : alpha - beta <= -BoundaryWords.Far ? "it has hardly any purchases (the mean chance to buy falls to 0)"
        : alpha - beta >= BoundaryWords.Far ? "its customers buy at every opportunity while they stay (the mean chance to buy rises to 1)"
        : alpha > 0 && beta > 0 ? "its customers do not differ in their chance to buy (alpha and beta grow without bound together)"
        : "its customers buy at every opportunity or at none while they stay (alpha and beta fall to 0 together)";

    private static string Leaving(int gamma, int delta) =>
        gamma == 0 && delta == 0 ? ""
        : gamma - delta <= -BoundaryWords.Far ? "it shows no drop-out (the mean chance to leave falls to 0), and a model without drop-out describes it as well"
        : gamma > 0 && delta > 0 && gamma - delta < BoundaryWords.Far ? "its customers do not differ in their chance to leave (gamma and delta grow without bound together)"
        : gamma < 0 && delta < 0 ? "its customers either never leave or leave at once (gamma and delta fall to 0 together)"
        : "nearly all of it leaves at once (the mean chance to leave rises to 1)";
}
