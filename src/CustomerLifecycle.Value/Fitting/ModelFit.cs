namespace CustomerLifecycle.Value;

/// <summary>A model fitted by maximum likelihood, and how far it can be trusted.</summary>
/// <typeparam name="TModel">The model.</typeparam>
public sealed class ModelFit<TModel>
    where TModel : class
{
    private readonly double[] _covariance;

    /// <summary>The outcome of a fit of the host's own model.</summary>
    /// <param name="model">The model at the best parameters found.</param>
    /// <param name="parameters">The fitted parameters.</param>
    /// <param name="logLikelihood">The maximised natural logarithm of the likelihood, summed over the customers.</param>
    /// <param name="customers">Customers in the likelihood.</param>
    /// <param name="convergence">How the search ended.</param>
    public ModelFit(TModel model, IReadOnlyList<ParameterEstimate> parameters, double logLikelihood, int customers, Convergence convergence)
        : this(model, parameters, [], logLikelihood, customers, convergence)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(convergence);
    }

    internal ModelFit(TModel model, IReadOnlyList<ParameterEstimate> parameters, double[] covariance, double logLikelihood, int customers, Convergence convergence, double penalty = 0)
    {
        PenalisedLogLikelihood = logLikelihood - penalty;
        Model = model;
        Parameters = parameters;
        _covariance = covariance;
        LogLikelihood = logLikelihood;
        Customers = customers;
        Convergence = convergence;
    }

    /// <summary>Makes the model at other parameters.</summary>
    internal Func<IReadOnlyList<double>, TModel>? ModelAt { get; set; }

    /// <summary>How many of the parameters, which come first, are positive; the others may be of either sign.</summary>
    internal int PositiveParameters { get; set; }

    /// <summary>Fits the same model to other data.</summary>
    internal Refitting<TModel>? Refitting { get; set; }

    /// <summary>Fits the same model to new data, starting from these parameters: a few steps where little has changed.</summary>
    /// <param name="summary">The cohort as it is now; its time unit must be the model's.</param>
    /// <param name="options">Limits, progress and priors; its start is replaced.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>A fit of its own; this one stays as it is.</returns>
    /// <exception cref="NotSupportedException">The model is not fitted to purchase histories.</exception>
    /// <exception cref="ArgumentException">The cohort has no customers.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public ModelFit<TModel> Refit(PurchaseSummary summary, FitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return Refit(summary.Histories, options, cancellationToken);
    }

    /// <summary>Fits the same model to new columns, starting from these parameters.</summary>
    /// <param name="histories">The cohort as it is now.</param>
    /// <param name="options">Limits, progress and priors; its start is replaced.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>A fit of its own; this one stays as it is.</returns>
    /// <exception cref="NotSupportedException">The model is not fitted to purchase histories.</exception>
    /// <exception cref="ArgumentException">The cohort has no customers, or a row cannot describe one.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public ModelFit<TModel> Refit(PurchaseHistories histories, FitOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (Refitting is null) throw new NotSupportedException("This model is not fitted to purchase histories. Call its own Fit.");
        var start = Convergence.IsBoundary ? [] : Parameters;
        return Refitting(histories, new FitOptions(options?.MaximumIterations ?? FitOptions.DefaultMaximumIterations, options?.Progress, start, options?.Priors), cancellationToken);
    }

    /// <summary>The model at the best parameters found.</summary>
    public TModel Model { get; }

    /// <summary>The fitted parameters with their standard errors, in the order of the paper.</summary>
    public IReadOnlyList<ParameterEstimate> Parameters { get; }

    /// <summary>The maximised natural logarithm of the likelihood, summed over the customers; nothing dropped.</summary>
    public double LogLikelihood { get; }

    /// <summary>What was maximised: <see cref="LogLikelihood"/> and the logarithm of the priors' density, relative to its peak. The same as the former without priors.</summary>
    public double PenalisedLogLikelihood { get; }

    /// <summary>Customers in the likelihood.</summary>
    public int Customers { get; }

    /// <summary>Akaike's information criterion, 2 k - 2 ln L with k fitted parameters. Smaller is better.</summary>
    public double Aic => (2 * Parameters.Count) - (2 * LogLikelihood);

    /// <summary>Schwarz' Bayesian information criterion, k ln(customers) - 2 ln L. Smaller is better.</summary>
    public double Bic => (Parameters.Count * Math.Log(Customers)) - (2 * LogLikelihood);

    /// <summary>How the search ended. Read it before the parameters.</summary>
    public Convergence Convergence { get; }

    /// <summary>The covariance of two estimates: an entry of the inverse of the observed information on the natural scale.</summary>
    /// <param name="row">The first parameter's place in <see cref="Parameters"/>.</param>
    /// <param name="column">The second one's.</param>
    /// <returns>The covariance; null where there is no interior optimum.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such parameter.</exception>
    public double? Covariance(int row, int column)
    {
        RequireParameter(row, nameof(row));
        RequireParameter(column, nameof(column));
        return _covariance.Length == 0 ? null : _covariance[(row * Parameters.Count) + column];
    }

    /// <summary>One parameter by its name.</summary>
    /// <param name="name">As in the paper: <c>alpha</c>.</param>
    /// <exception cref="ArgumentException">The model has no such parameter.</exception>
    public ParameterEstimate this[string name]
    {
        get
        {
            foreach (var parameter in Parameters)
                if (string.Equals(parameter.Name, name, StringComparison.Ordinal)) return parameter;
            throw new ArgumentException($"This model has no parameter '{name}'. It has {string.Join(", ", Parameters.Select(parameter => parameter.Name))}.", nameof(name));
        }
    }

    /// <summary>The same fit seen as one of a more general type, which the model must be.</summary>
    internal ModelFit<TOther> Cast<TOther>(Func<TModel, TOther> cast)
        where TOther : class
    {
        var other = new ModelFit<TOther>(cast(Model), Parameters, _covariance, LogLikelihood, Customers, Convergence, LogLikelihood - PenalisedLogLikelihood);
        if (ModelAt is { } at) other.ModelAt = parameters => cast(at(parameters));
        other.PositiveParameters = PositiveParameters;
        if (Refitting is { } refitting) other.Refitting = (histories, options, token) => refitting(histories, options, token).Cast(cast);
        return other;
    }

    private void RequireParameter(int index, string name)
    {
        if (index < 0 || index >= Parameters.Count) throw new ArgumentOutOfRangeException(name, index, $"This model has {Parameters.Count} parameters.");
    }
}

/// <summary>Fits of different models under one type.</summary>
public static class ModelFits
{
    /// <summary>The same fit as one of a purchase model, whichever it is: for code that works with any of them.</summary>
    /// <param name="fit">The fit.</param>
    /// <typeparam name="TModel">The model.</typeparam>
    public static ModelFit<IPurchaseModel> AsPurchaseModel<TModel>(this ModelFit<TModel> fit)
        where TModel : class, IPurchaseModel
    {
        ArgumentNullException.ThrowIfNull(fit);
        return fit.Cast<IPurchaseModel>(static model => model);
    }
}

/// <summary>One fitted parameter.</summary>
/// <param name="Name">As in the paper.</param>
/// <param name="Value">The estimate.</param>
/// <param name="StandardError">The square root of its variance, by the inverse of the observed information; null where there is no interior optimum.</param>
public readonly record struct ParameterEstimate(string Name, double Value, double? StandardError);

/// <summary>Fits a model to histories.</summary>
internal delegate ModelFit<TModel> Refitting<TModel>(PurchaseHistories histories, FitOptions options, CancellationToken cancellationToken)
    where TModel : class;
