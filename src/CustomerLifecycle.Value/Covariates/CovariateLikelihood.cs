namespace CustomerLifecycle.Value;

/// <summary>The likelihood of a model with covariates: that of the model without, for each distinct row of covariates at parameters of its own.</summary>
/// <remarks>The logarithms of the parameters are linear in the coefficients, so that the derivatives of the model without covariates are all that is needed.</remarks>
internal sealed class CovariateLikelihood : ILikelihoodWithCoefficients
{
    private readonly IReadOnlyList<Group> _groups;
    private readonly int[] _transactionSigns;
    private readonly int[] _dropoutSigns;
    private readonly int _transactionCount;
    private readonly bool _shared;

    /// <param name="groups">Customers by distinct covariates.</param>
    /// <param name="transactionSigns">For each parameter of the model, 1, -1 or 0: how its logarithm moves with the covariates of purchasing.</param>
    /// <param name="dropoutSigns">The same for drop-out.</param>
    /// <param name="transaction">The names of the covariates of purchasing.</param>
    /// <param name="dropout">The names of the covariates of drop-out; as those of purchasing where the coefficients are shared.</param>
    /// <param name="shared">Whether one coefficient acts on both processes.</param>
    public CovariateLikelihood(IReadOnlyList<Group> groups, int[] transactionSigns, int[] dropoutSigns, IReadOnlyList<string> transaction, IReadOnlyList<string> dropout, bool shared)
    {
        _groups = groups;
        _transactionSigns = transactionSigns;
        _dropoutSigns = dropoutSigns;
        _transactionCount = transaction.Count;
        _shared = shared;
        PositiveCount = transactionSigns.Length;
        Customers = groups.Sum(group => group.Likelihood.Customers);
        Names = shared
            ? [.. groups[0].Likelihood.Names, .. transaction.Select(name => "both." + name)]
            : [.. groups[0].Likelihood.Names, .. transaction.Select(name => "transaction." + name), .. dropout.Select(name => "dropout." + name)];
    }

    public IReadOnlyList<string> Names { get; }

    public int Customers { get; }

    public bool HasSecondDerivatives => true;

    public int PositiveCount { get; }

    public string Explain(ReadOnlySpan<int> directions) => _groups[0].Likelihood.Explain(directions.Slice(0, PositiveCount));

    public double Evaluate(ReadOnlySpan<double> parameters, Span<double> gradient, Span<double> hessian)
    {
        gradient.Clear();
        hessian.Clear();
        int inner = PositiveCount, n = Names.Count;
        double total = 0;
        double[] natural = new double[inner], innerGradient = new double[inner], innerHessian = new double[inner * inner], jacobian = new double[inner * n];
        foreach (var group in _groups)
        {
            // Rows: the logarithms of the group's parameters; columns: the logarithms of the cohort's parameters, then the coefficients.
            Array.Clear(jacobian, 0, jacobian.Length);
            for (var i = 0; i < inner; i++)
            {
                jacobian[i * n + i] = 1;
                for (var j = 0; j < group.Transaction.Length; j++) jacobian[i * n + inner + j] += _transactionSigns[i] * group.Transaction[j];
                for (var j = 0; j < group.Dropout.Length; j++) jacobian[i * n + inner + (_shared ? 0 : _transactionCount) + j] += _dropoutSigns[i] * group.Dropout[j];
                double log = 0;
                for (var j = inner; j < n; j++) log += jacobian[i * n + j] * parameters[j];
                natural[i] = parameters[i] * Math.Exp(log);
                if (!(natural[i] > 0) || double.IsPositiveInfinity(natural[i])) return double.NaN;
            }

            total += group.Likelihood.Evaluate(natural, innerGradient, innerHessian);
            for (var i = 0; i < inner; i++)
            {
                for (var j = 0; j < inner; j++) innerHessian[i * inner + j] *= natural[i] * natural[j];
                innerGradient[i] *= natural[i];
                innerHessian[i * inner + i] += innerGradient[i];
            }

            for (var i = 0; i < inner; i++)
            {
                for (var a = 0; a < n; a++)
                {
                    if (jacobian[i * n + a] == 0) continue;
                    gradient[a] += innerGradient[i] * jacobian[i * n + a];
                    for (var j = 0; j < inner; j++)
                        for (var b = 0; b < n; b++) hessian[a * n + b] += jacobian[i * n + a] * innerHessian[i * inner + j] * jacobian[j * n + b];
                }
            }
        }

        for (var i = 0; i < inner; i++)
        {
            hessian[i * n + i] -= gradient[i];
            gradient[i] /= parameters[i];
        }

        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++) hessian[i * n + j] /= (i < inner ? parameters[i] : 1) * (j < inner ? parameters[j] : 1);
        return total;
    }

    /// <summary>Customers with the same covariates.</summary>
    public sealed record Group(ILogLikelihood Likelihood, double[] Transaction, double[] Dropout);
}
