namespace CustomerLifecycle.Value;

/// <summary>The likelihood of GGompertz/NBD.</summary>
internal sealed class GGompertzNbdLikelihood(DistinctHistories rows) : HistoryLikelihood(rows, ParameterNames)
{
    public static readonly string[] ParameterNames = ["r", "alpha", "b", "s", "beta"];
    private readonly RisingGamma[] _purchases = new RisingGamma[rows.Frequencies.Count];

    /// <summary>The growth of the hazard over the cohort's age below which no cohort tells this model from Pareto/NBD.</summary>
    private const double SlowestGrowth = 0.02;

    private const double FastestGrowth = 1e3;

    /// <summary>What stands for no growth at all, over the cohort's age.</summary>
    private const double NoGrowth = 1e-12;

    /// <summary>Whether a fit is <see cref="Limit"/>: Pareto/NBD in the clothes of this model.</summary>
    public static bool IsLimit(ModelFit<IPurchaseModel> fit) => fit.Convergence.IsBoundary && fit["b"].Value < 1e3 * NoGrowth;

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
        var b = NoGrowth / Age;
        var parameters = pareto.Model.Parameters;
        double[] fitted = [parameters.R, parameters.Alpha, b, parameters.S, b * parameters.Beta];
        var message = $"This cohort has no interior optimum: {Explain([0, 0, -1, 0, -1])} The parameters that run away have no standard errors.";
        if (pareto.Convergence.IsBoundary) message += $" Nor has Pareto/NBD: {pareto.Convergence.Message}";
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
    public bool HardlyGrows(GGompertzNbdParameters parameters) => parameters.B * Age < 2 * SlowestGrowth;

    protected override bool IsInside(ReadOnlySpan<double> parameters) => parameters[2] * Age is > SlowestGrowth and < FastestGrowth;

    protected override void Prepare(ReadOnlySpan<double> parameters)
    {
        for (var i = 0; i < _purchases.Length; i++) _purchases[i] = new RisingGamma(parameters[0], Rows.Frequencies[i]);
    }

    protected override double Row(ReadOnlySpan<double> parameters, DistinctHistories.Row row, Span<double> gradient, Span<double> hessian) =>
        GGompertzNbdKernel.LogLikelihood(_purchases[row.Frequency], parameters[1], parameters[2], parameters[3], parameters[4], Rows.Times[row.Recency], Rows.Times[row.Age], gradient, hessian);

    public override string Explain(ReadOnlySpan<int> directions) =>
        BoundaryWords.OfRates(directions[0], directions[1], Leaving(directions[2], directions[3], directions[4]), "five");

    /// <summary>What is said of leaving, where the hazard's parameters run away; its level is b s / beta.</summary>
    private static string Leaving(int b, int s, int beta) =>
        b == 0 && s == 0 && beta == 0 ? ""
        : b + s - beta <= -BoundaryWords.Far ? "it shows no drop-out (the hazard of leaving falls to 0), and the NBD model describes it as well"
        : b < 0 && beta < 0 && s == 0 ? "its hazard of leaving does not grow with age (b and beta fall to 0 together), and the Pareto/NBD model describes it as well"
        : b == 0 && s > 0 && beta > 0 ? "its customers do not differ in their hazard of leaving (s and beta grow without bound together)"
        : "the parameters of its hazard of leaving are not told apart, and a model with fewer of them describes it as well";
}
