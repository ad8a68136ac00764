namespace CustomerLifecycle.Value;

/// <summary>The likelihood of Pareto/NBD with covariates that change with time, its derivatives by central differences.</summary>
internal sealed class SeasonalLikelihood : ILikelihoodWithCoefficients
{
    /// <summary>In the logarithms of the parameters, and the coefficients: the second differences lose about 1e-5 to rounding, the first ones less to curvature.</summary>
    private const double Step = 1e-3;

    private readonly IReadOnlyList<DatedHistory> _cohort;
    private readonly TimeVaryingCovariates _path;
    private readonly CovariateColumns _transaction;
    private readonly CovariateColumns _dropout;
    private readonly TimeUnit _timeUnit;
    private readonly double[] _terms;

    public SeasonalLikelihood(IReadOnlyList<DatedHistory> cohort, TimeVaryingCovariates path, CovariateColumns transaction, CovariateColumns dropout, TimeUnit timeUnit)
    {
        _cohort = cohort;
        _path = path;
        _transaction = transaction;
        _dropout = dropout;
        _timeUnit = timeUnit;
        _terms = new double[cohort.Count];
        Names =
        [
            .. ParetoNbdLikelihood.ParameterNames,
            .. path.Names.Concat(transaction.Names).Select(name => "transaction." + name),
            .. path.Names.Concat(dropout.Names).Select(name => "dropout." + name),
        ];
    }

    public IReadOnlyList<string> Names { get; }

    public int Customers => _cohort.Count;

    public bool HasSecondDerivatives => true;

    public int PositiveCount => ParetoNbdLikelihood.ParameterNames.Length;

    public string Explain(ReadOnlySpan<int> directions) => ParetoNbdLikelihood.ExplainDirections(directions.Slice(0, PositiveCount));

    /// <summary>The model at given parameters.</summary>
    public SeasonalParetoNbdModel Model(IReadOnlyList<double> parameters)
    {
        int path = _path.Names.Count, second = PositiveCount + path + _transaction.Names.Count;
        return new SeasonalParetoNbdModel(
            new ParetoNbdParameters(parameters[0], parameters[1], parameters[2], parameters[3]),
            _path,
            new CovariateEffects(_path.Names, [.. parameters.Skip(PositiveCount).Take(path)]),
            new CovariateEffects(_path.Names, [.. parameters.Skip(second).Take(path)]),
            new CovariateEffects(_transaction.Names, [.. parameters.Skip(PositiveCount + path).Take(_transaction.Names.Count)]),
            new CovariateEffects(_dropout.Names, [.. parameters.Skip(second + path)]),
            _timeUnit);
    }

    public double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient, Span<double> hessian)
    {
        var n = Names.Count;
        var centre = parameters.ToArray();
        double value = Value(centre, -1, 0, -1, 0), curvature = Step * Step;
        double[] above = new double[n], below = new double[n];
        for (var i = 0; i < n; i++)
        {
            above[i] = Value(centre, i, 1, -1, 0);
            below[i] = Value(centre, i, -1, -1, 0);
            gradient[i] = (above[i] - below[i]) / (2 * Step);
        }

        for (var i = 0; i < n; i++)
        {
            hessian[(i * n) + i] = (above[i] - (2 * value) + below[i]) / curvature;
            for (var j = 0; j < i; j++)
            {
                var both = Value(centre, i, 1, j, 1) + Value(centre, i, -1, j, -1);
                hessian[(i * n) + j] = hessian[(j * n) + i] = (both - above[i] - below[i] - above[j] - below[j] + (2 * value)) / (2 * curvature);
            }
        }

        // From the logarithms of the first parameters to the parameters.
        for (var i = 0; i < PositiveCount; i++)
        {
            hessian[(i * n) + i] -= gradient[i];
            gradient[i] /= centre[i];
        }

        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++) hessian[(i * n) + j] /= (i < PositiveCount ? centre[i] : 1) * (j < PositiveCount ? centre[j] : 1);
        return value;
    }

    /// <summary>ln L at the parameters, two of which may be moved by a step up or down.</summary>
    private double Value(double[] centre, int first, int firstSteps, int second, int secondSteps)
    {
        double[] moved = [.. centre];
        Move(moved, first, firstSteps);
        Move(moved, second, secondSteps);
        var model = Model(moved);
        Parallel.For(0, _cohort.Count, i => _terms[i] = model.LogLikelihood(_cohort[i], _transaction.Row(i), _dropout.Row(i)));
        double sum = 0;
        foreach (var term in _terms) sum += term;
        return sum;
    }

    private void Move(double[] parameters, int place, int steps)
    {
        if (place < 0) return;
        if (place < PositiveCount) parameters[place] *= Math.Exp(steps * Step);
        else parameters[place] += steps * Step;
    }
}
