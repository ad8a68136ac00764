namespace CustomerLifecycle.Value;

/// <summary>A model fitted with covariates, beside the same model without them.</summary>
/// <typeparam name="TModel">The model.</typeparam>
public sealed class CovariateFit<TModel>
    where TModel : class, IPurchaseModel
{
    internal CovariateFit(ModelFit<CovariateModel<TModel>> fit, ModelFit<TModel> baseline)
    {
        Fit = fit;
        Baseline = baseline;
        LikelihoodRatio = LikelihoodRatioTest.Of(fit, baseline);
    }

    /// <summary>The fit with covariates. Coefficients are called <c>transaction.gender</c>, <c>dropout.gender</c>, or <c>both.gender</c> where they are shared.</summary>
    public ModelFit<CovariateModel<TModel>> Fit { get; }

    /// <summary>The fit without covariates; never above.</summary>
    public ModelFit<TModel> Baseline { get; }

    /// <summary>Whether the covariates describe the cohort better than chance would make them.</summary>
    public LikelihoodRatioTest LikelihoodRatio { get; }

    /// <summary>The mean over the customers of <see cref="ModelFit{TModel}.PenalisedLogLikelihood"/>: the objective of a fit with an L2 penalty.</summary>
    public double PenalisedMeanLogLikelihood => Fit.PenalisedLogLikelihood / Fit.Customers;
}

/// <summary>The covariates of a cohort, and how they are to act.</summary>
public sealed class CovariateDesign
{
    /// <summary>Covariates with coefficients of their own for each process.</summary>
    /// <param name="transaction">Covariates of purchasing, one row per customer.</param>
    /// <param name="dropout">Covariates of drop-out, one row per customer.</param>
    /// <param name="transactionPenalty">L2 penalty: this much times the sum of the squared coefficients is taken off the mean log-likelihood; 0 or more.</param>
    /// <param name="dropoutPenalty">The same for the coefficients of drop-out.</param>
    /// <exception cref="ArgumentException">There are no covariates for either process.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A penalty is negative or not finite.</exception>
    public CovariateDesign(CovariateColumns transaction, CovariateColumns dropout, double transactionPenalty = 0, double dropoutPenalty = 0)
        : this(transaction, dropout, transactionPenalty, dropoutPenalty, isShared: false)
    {
    }

    private CovariateDesign(CovariateColumns transaction, CovariateColumns dropout, double transactionPenalty, double dropoutPenalty, bool isShared)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(dropout);
        Transaction = transaction;
        Dropout = dropout;
        TransactionPenalty = RequirePenalty(transactionPenalty, nameof(transactionPenalty));
        DropoutPenalty = RequirePenalty(dropoutPenalty, nameof(dropoutPenalty));
        IsShared = isShared;
        if (transaction.Names.Count + dropout.Names.Count == 0) throw new ArgumentException("The design has no covariates. Fit the model without them.", nameof(transaction));
    }

    /// <summary>Covariates that act on both processes with one coefficient each.</summary>
    /// <param name="covariates">One row per customer.</param>
    /// <param name="penalty">L2 penalty: this much times the sum of the squared coefficients is taken off the mean log-likelihood for each process; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="penalty"/> is negative or not finite.</exception>
    public static CovariateDesign Shared(CovariateColumns covariates, double penalty = 0) => new(covariates, covariates, penalty, penalty, isShared: true);

    /// <summary>Covariates of purchasing.</summary>
    public CovariateColumns Transaction { get; }

    /// <summary>Covariates of drop-out.</summary>
    public CovariateColumns Dropout { get; }

    /// <summary>L2 penalty on the coefficients of purchasing.</summary>
    public double TransactionPenalty { get; }

    /// <summary>L2 penalty on the coefficients of drop-out.</summary>
    public double DropoutPenalty { get; }

    /// <summary>Whether one coefficient acts on both processes.</summary>
    public bool IsShared { get; }

    /// <summary>Fits a model with and without the covariates.</summary>
    /// <param name="histories">The cohort.</param>
    /// <param name="likelihood">The likelihood of the model without covariates, for some of the customers.</param>
    /// <param name="transactionSigns">How the logarithms of the model's parameters move with the covariates of purchasing.</param>
    /// <param name="dropoutSigns">The same for drop-out.</param>
    /// <param name="baseline">The fit without covariates.</param>
    /// <param name="model">The model at the cohort's parameters times the two multipliers.</param>
    /// <param name="options">Limits, progress and priors.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    internal CovariateFit<TModel> Fit<TModel>(
        PurchaseHistories histories,
        Func<DistinctHistories, ILogLikelihood> likelihood,
        int[] transactionSigns,
        int[] dropoutSigns,
        ModelFit<TModel> baseline,
        Func<IReadOnlyList<double>, double, double, TModel> model,
        FitOptions? options,
        CancellationToken cancellationToken)
        where TModel : class, IPurchaseModel
    {
        Transaction.RequireRows(histories.Count, nameof(histories));
        Dropout.RequireRows(histories.Count, nameof(histories));
        var joint = new CovariateLikelihood(Groups(histories, likelihood), transactionSigns, dropoutSigns, Transaction.Names, Dropout.Names, IsShared);
        int first = joint.PositiveCount, transactions = Transaction.Names.Count;
        double[] start = [.. baseline.Parameters.Select(parameter => parameter.Value), .. new double[joint.Names.Count - first]];
        return new CovariateFit<TModel>(
            MaximumLikelihood.Fit(
                joint,
                [start],
                fitted =>
                {
                    double[] parameters = [.. fitted.Take(first)];
                    var transaction = new CovariateEffects(Transaction.Names, [.. fitted.Skip(first).Take(transactions)]);
                    var dropout = new CovariateEffects(Dropout.Names, [.. fitted.Skip(IsShared ? first : first + transactions)]);
                    return new CovariateModel<TModel>(model(parameters, 1, 1), transaction, dropout, (purchasing, leaving) => model(parameters, purchasing, leaving));
                },
                new FitOptions(options?.MaximumIterations ?? FitOptions.DefaultMaximumIterations, options?.Progress, options?.Start, [.. options?.Priors ?? [], .. Penalties(joint)]),
                cancellationToken),
            baseline);
    }

    /// <summary>An L2 penalty of w on the mean of N log-likelihoods is a normal prior of variance 1/(2 w N).</summary>
    private IEnumerable<Prior> Penalties(CovariateLikelihood likelihood)
    {
        for (var i = likelihood.PositiveCount; i < likelihood.Names.Count; i++)
        {
            var penalty = IsShared ? TransactionPenalty + DropoutPenalty : i - likelihood.PositiveCount < Transaction.Names.Count ? TransactionPenalty : DropoutPenalty;
            if (penalty > 0) yield return new Prior(likelihood.Names[i], 0, 1 / Math.Sqrt(2 * penalty * likelihood.Customers));
        }
    }

    private List<CovariateLikelihood.Group> Groups(PurchaseHistories histories, Func<DistinctHistories, ILogLikelihood> likelihood)
    {
        Dictionary<Key, List<int>> members = [];
        List<Key> keys = [];
        for (var row = 0; row < histories.Count; row++)
        {
            var key = new Key([.. Transaction.Row(row), .. Dropout.Row(row)]);
            if (!members.TryGetValue(key, out var rows))
            {
                members.Add(key, rows = []);
                keys.Add(key);
            }

            rows.Add(row);
        }

        List<CovariateLikelihood.Group> groups = [];
        foreach (var key in keys)
        {
            var rows = members[key];
            double[] frequency = new double[rows.Count], recency = new double[rows.Count], age = new double[rows.Count];
            for (var i = 0; i < rows.Count; i++) (frequency[i], recency[i], age[i]) = (histories.Frequency[rows[i]], histories.Recency[rows[i]], histories.Age[rows[i]]);
            groups.Add(new CovariateLikelihood.Group(
                likelihood(new DistinctHistories(new PurchaseHistories(frequency, recency, age))), [.. key.Values.Take(Transaction.Names.Count)], [.. key.Values.Skip(Transaction.Names.Count)]));
        }

        return groups;
    }

    private static double RequirePenalty(double penalty, string name) =>
        penalty >= 0 && penalty < double.PositiveInfinity ? penalty : throw new ArgumentOutOfRangeException(name, penalty, "A penalty is a finite number, 0 or more.");

    /// <summary>A row of covariates, equal to another where all of its values are.</summary>
    private readonly struct Key(double[] values) : IEquatable<Key>
    {
        public double[] Values { get; } = values;

        public bool Equals(Key other) => Values.AsSpan().SequenceEqual(other.Values);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode()
        {
            var hash = 17;
            foreach (var value in Values) hash = unchecked((hash * 31) + value.GetHashCode());
            return hash;
        }
    }
}
