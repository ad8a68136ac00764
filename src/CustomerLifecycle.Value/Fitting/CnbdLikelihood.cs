using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>The likelihood of BG/CNBD-k and MBG/CNBD-k for one k.</summary>
internal sealed class CnbdLikelihood : HistoryLikelihood
{
    private static readonly string[] ParameterNames = ["r", "alpha", "a", "b"];
    private readonly int _k;
    private readonly bool _dropoutAtStart;
    private readonly BetaGeometricLikelihood _betaGeometric;

    /// <param name="rows">The cohort.</param>
    /// <param name="k">Stages of an interval.</param>
    /// <param name="dropoutAtStart">Whether customers may leave right after the first purchase.</param>
    /// <param name="constant">The part of ln L that holds no parameter.</param>
    public CnbdLikelihood(DistinctHistories rows, int k, bool dropoutAtStart, double constant = 0)
        : base(rows, ParameterNames, constant)
    {
        _k = k;
        _dropoutAtStart = dropoutAtStart;
        _betaGeometric = new BetaGeometricLikelihood(rows, dropoutAtStart ? 1 : 0);
    }

    /// <summary>Fits for one k, or for k = 1, 2, 3 and on until the likelihood falls.</summary>
    public static ModelFit<TModel> Fit<TModel>(
        PurchaseHistories histories, int? k, bool dropoutAtStart, Func<CnbdParameters, TModel> model, FitOptions? options, CancellationToken cancellationToken)
        where TModel : class
    {
        if (k is < 1 or > CnbdParameters.LargestK) throw new ArgumentOutOfRangeException(nameof(k), k, FormattableString.Invariant($"The regularity k is a whole number from 1 to {CnbdParameters.LargestK}."));
        if (k != 1 && histories.SumLogIntervals.IsEmpty) throw new ArgumentException("The models of regular buyers need the sums of the logarithms of the times between purchases.", nameof(histories));

        var rows = new DistinctHistories(histories);
        double purchases = 0, logs = 0;
        foreach (var frequency in histories.Frequency) purchases += frequency;
        foreach (var sum in histories.SumLogIntervals) logs += sum;

        ModelFit<TModel>? best = null;
        for (var trial = k ?? 1; trial <= (k ?? CnbdParameters.LargestK); trial++)
        {
            var regularity = trial;
            var constant = regularity == 1 ? 0 : (regularity - 1) * logs - purchases * GammaFunctions.LogGamma(regularity);
            var fit = MaximumLikelihood.Fit(
                new CnbdLikelihood(rows, regularity, dropoutAtStart, constant),
                BetaGeometricLikelihood.Starts(rows),
                fitted => model(new CnbdParameters(regularity, fitted[0], fitted[1], fitted[2], fitted[3])),
                options,
                cancellationToken);
            if (best is not null && !(fit.LogLikelihood > best.LogLikelihood)) break;
            best = fit;
        }

        return best!;
    }

    public override string Explain(ReadOnlySpan<int> directions) => _betaGeometric.Explain(directions);

    protected override double Row(ReadOnlySpan<double> parameters, DistinctHistories.Row row, Span<double> gradient, Span<double> hessian) =>
        BgCnbdKernel.LogLikelihood(
            _k, _dropoutAtStart, parameters[0], parameters[1], parameters[2], parameters[3], Rows.Frequencies[row.Frequency], Rows.Times[row.Recency], Rows.Times[row.Age], gradient, hessian);
}
