namespace CustomerLifecycle.Value;

/// <summary>The likelihood of GGompertz/NBD.</summary>
internal sealed class GGompertzNbdLikelihood(DistinctHistories rows) : HistoryLikelihood(rows, ParameterNames)
{
    public static readonly string[] ParameterNames = ["r", "alpha", "b", "s", "beta"];
    private readonly RisingGamma[] _purchases = new RisingGamma[rows.Frequencies.Count];

    /// <summary>The growth of the hazard over the cohort's age below which no cohort tells this model from Pareto/NBD.</summary>
    private const double SlowestGrowth = 0.02;

    private const double FastestGrowth = 1e3;
    private readonly double _age = rows.Rows.Max(row => rows.Times[row.Age]);

    /// <summary>Starting points: hazards that grow within the cohort's age, at the level of the Pareto/NBD optimum and above it.</summary>
    public double[][] Starts(ParetoNbdParameters pareto) =>
    [
        [pareto.R, pareto.Alpha, 1 / Age, pareto.S, pareto.Beta / Age],
        [pareto.R, pareto.Alpha, 5 / Age, 1, 50],
    ];

    /// <summary>The limit of a hazard that does not grow: Pareto/NBD in the clothes of this model.</summary>
    public ModelFit<GGompertzNbdModel> Limit(ModelFit<ParetoNbdModel> pareto, TimeUnit timeUnit)
    {
        var b = 1e-12 / Age;
        var parameters = pareto.Model.Parameters;
        double[] fitted = [parameters.R, parameters.Alpha, b, parameters.S, b * parameters.Beta];
        var message = $"This cohort has no interior optimum: {Explain([0, 0, -1, 0, -1])} The parameters that run away have no standard errors.";
        return new ModelFit<GGompertzNbdModel>(
            new GGompertzNbdModel(new GGompertzNbdParameters(fitted[0], fitted[1], fitted[2], fitted[3], fitted[4]), timeUnit),
            [.. Names.Zip(fitted, (name, value) => new ParameterEstimate(name, value, null))],
            [],
            pareto.LogLikelihood,
            Customers,
            new Convergence(ConvergenceStatus.Boundary, message, pareto.Convergence.Iterations, pareto.Convergence.Evaluations));
    }

    private double Age => _age > 0 ? _age : 1;

    /// <summary>Whether the hazard grows by less than a few percent while the cohort is watched.</summary>
    public bool HardlyGrows(ReadOnlySpan<double> parameters) => parameters[2] * Age < 2 * SlowestGrowth;

    protected override bool IsInside(ReadOnlySpan<double> parameters) => parameters[2] * Age is > SlowestGrowth and < FastestGrowth;

    protected override void Prepare(ReadOnlySpan<double> parameters)
    {
        for (var i = 0; i < _purchases.Length; i++) _purchases[i] = new RisingGamma(parameters[0], Rows.Frequencies[i]);
    }

    protected override double Row(ReadOnlySpan<double> parameters, DistinctHistories.Row row, Span<double> gradient, Span<double> hessian) =>
        GGompertzNbdKernel.LogLikelihood(_purchases[row.Frequency], parameters[1], parameters[2], parameters[3], parameters[4], Rows.Times[row.Recency], Rows.Times[row.Age], gradient, hessian);

    public override string Explain(ReadOnlySpan<int> directions)
    {
        if (directions[2] < 0 && directions[4] < 0) return "its hazard of leaving does not grow with age (b and beta fall to 0 together); the Pareto/NBD model describes it as well.";
        if (directions[2] < 0 && directions[4] >= 0) return "it shows no drop-out (the hazard of leaving falls to 0); the NBD model describes it as well.";
        if (directions[3] > 0 && directions[4] > 0) return "its customers do not differ in their hazard of leaving (s and beta grow without bound together); one hazard for all describes it as well.";
        return directions[2] == 0 && directions[3] == 0 && directions[4] == 0
            ? "its purchase rates do not differ more than chance would make them (r and alpha grow without bound together); one rate for all describes it as well."
            : "the parameters of its hazard of leaving are not told apart; a model with fewer parameters describes it as well.";
    }
}
