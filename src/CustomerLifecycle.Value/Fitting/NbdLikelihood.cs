namespace CustomerLifecycle.Value;

/// <summary>The likelihood of NBD.</summary>
internal sealed class NbdLikelihood(DistinctHistories rows) : HistoryLikelihood(rows, ParameterNames)
{
    public static readonly string[] ParameterNames = ["r", "alpha"];
    private readonly RisingGamma[] _purchases = new RisingGamma[rows.Frequencies.Count];

    public static double[][] Starts(DistinctHistories rows)
    {
        var wait = MeanWait(rows);
        return [[0.5, 0.5 * wait], [5, 5 * wait]];
    }

    protected override void Prepare(ReadOnlySpan<double> parameters)
    {
        for (var i = 0; i < _purchases.Length; i++) _purchases[i] = new RisingGamma(parameters[0], Rows.Frequencies[i]);
    }

    protected override double Row(ReadOnlySpan<double> parameters, DistinctHistories.Row row, Span<double> gradient, Span<double> hessian) =>
        new PurchaseTerm(_purchases[row.Frequency], parameters[1]).Until(Rows.Times[row.Age], gradient, hessian);

    public override string Explain(ReadOnlySpan<int> directions) => directions[0] > 0 && directions[1] > 0
        ? "its purchase rates do not differ more than chance would make them (r and alpha grow without bound together); one Poisson rate describes it as well."
        : "it has too few repeat purchases to tell its rates.";
}
