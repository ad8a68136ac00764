namespace CustomerLifecycle.Value;

/// <summary>A likelihood that adds up the distinct rows of a cohort, each with derivatives in the logarithms of the parameters.</summary>
internal abstract class HistoryLikelihood : ILogLikelihood
{
    private readonly double[] _rowGradient;
    private readonly double[] _rowHessian;
    private readonly double[] _gradient;
    private readonly double[] _hessian;
    private readonly double _constant;

    /// <param name="rows">The cohort.</param>
    /// <param name="names">The parameters' names.</param>
    /// <param name="constant">The part of ln L that holds no parameter.</param>
    protected HistoryLikelihood(DistinctHistories rows, IReadOnlyList<string> names, double constant = 0)
    {
        _constant = constant;
        Rows = rows;
        Names = names;
        _rowGradient = new double[names.Count];
        _gradient = new double[names.Count];
        _rowHessian = new double[names.Count * (names.Count + 1) / 2];
        _hessian = new double[_rowHessian.Length];
    }

    public IReadOnlyList<string> Names { get; }

    public int Customers => Rows.Customers;

    public bool HasSecondDerivatives => true;

    protected DistinctHistories Rows { get; }

    public double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient, Span<double> hessian)
    {
        if (!IsInside(parameters)) return double.NaN;
        Prepare(parameters);
        Array.Clear(_gradient, 0, _gradient.Length);
        Array.Clear(_hessian, 0, _hessian.Length);
        var total = _constant;
        foreach (var row in Rows.Rows)
        {
            total += row.Count * Row(parameters, row, _rowGradient, _rowHessian);
            for (var i = 0; i < _gradient.Length; i++) _gradient[i] += row.Count * _rowGradient[i];
            for (var i = 0; i < _hessian.Length; i++) _hessian[i] += row.Count * _rowHessian[i];
        }

        ToNaturalScale(parameters, gradient, hessian);
        return total;
    }

    /// <summary>The cohort's mean time per repeat purchase: the scale of its rates.</summary>
    protected static double MeanWait(DistinctHistories rows)
    {
        double purchases = 0, time = 0;
        foreach (var row in rows.Rows)
        {
            purchases += row.Count * rows.Frequencies[row.Frequency];
            time += row.Count * rows.Times[row.Age];
        }

        return purchases > 0 && time > 0 ? time / purchases : 1;
    }

    public abstract string Explain(ReadOnlySpan<int> directions);

    /// <summary>Whether the parameters are where the likelihood is worth computing.</summary>
    protected virtual bool IsInside(ReadOnlySpan<double> parameters) => true;

    /// <summary>Computes what depends on the parameters only.</summary>
    protected virtual void Prepare(ReadOnlySpan<double> parameters)
    {
    }

    /// <summary>ln L of one row with its gradient, and its Hessian packed by rows of the lower triangle, in the logarithms of the parameters.</summary>
    protected abstract double Row(ReadOnlySpan<double> parameters, DistinctHistories.Row row, Span<double> gradient, Span<double> hessian);

    private void ToNaturalScale(ReadOnlySpan<double> parameters, Span<double> gradient, Span<double> hessian)
    {
        var n = _gradient.Length;
        for (var i = 0; i < gradient.Length; i++) gradient[i] = _gradient[i] / parameters[i];
        if (hessian.IsEmpty) return;
        for (int i = 0, k = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++, k++)
            {
                var slope = i == j ? _hessian[k] - _gradient[i] : _hessian[k];
                hessian[i * n + j] = hessian[j * n + i] = slope / (parameters[i] * parameters[j]);
            }
        }
    }
}
