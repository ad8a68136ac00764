namespace CustomerLifecycle.Value;

public sealed partial class BgBbModel
{
    /// <summary>Fits the model to a cohort by maximum likelihood.</summary>
    /// <param name="patterns">How many customers share each pattern of frequency, recency and opportunities. Equal patterns may be there twice.</param>
    /// <param name="opportunity">How long it is from one opportunity to the next; matters to discount rates only.</param>
    /// <param name="options">Limits and progress.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The fitted model. Look at <see cref="ModelFit{TModel}.Convergence"/> first.</returns>
    /// <exception cref="ArgumentException">The patterns are of no customers.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ModelFit<BgBbModel> Fit(IReadOnlyList<OpportunityPattern> patterns, TimeUnit opportunity, FitOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        double[] frequency = [.. patterns.Select(pattern => (double)pattern.Frequency)], recency = [.. patterns.Select(pattern => (double)pattern.Recency)];
        var rows = new DistinctHistories(
            new PurchaseHistories(frequency, recency, [.. patterns.Select(pattern => (double)pattern.Opportunities)]), [.. patterns.Select(pattern => pattern.Customers)]);
        return Fit(rows, opportunity, options, cancellationToken);
    }

    private static ModelFit<BgBbModel> Fit(DistinctHistories rows, TimeUnit opportunity, FitOptions? options, CancellationToken cancellationToken)
    {
        var fit = MaximumLikelihood.Fit(
            new BgBbLikelihood(rows), BgBbLikelihood.Starts, fitted => new BgBbModel(new BgBbParameters(fitted[0], fitted[1], fitted[2], fitted[3]), opportunity), options, cancellationToken);
        fit.Refitting = (cohort, refit, token) => Fit(new DistinctHistories(cohort), opportunity, refit, token);
        return fit;
    }

    /// <summary>The log-likelihood of a whole cohort.</summary>
    /// <param name="patterns">Its patterns.</param>
    public double TotalLogLikelihood(IReadOnlyList<OpportunityPattern> patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        double sum = 0;
        foreach (var pattern in patterns) sum += pattern.Customers * LogLikelihood(pattern.History);
        return sum;
    }

    /// <summary>Expected purchases of a whole cohort at the next opportunities, against what was bought.</summary>
    /// <param name="patterns">Its patterns, with what was held out.</param>
    /// <param name="horizon">Opportunities that were held out; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="horizon"/> is negative.</exception>
    public OpportunityValidation Validate(IReadOnlyList<OpportunityPattern> patterns, int horizon)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        double predicted = 0;
        var actual = 0;
        foreach (var pattern in patterns)
        {
            predicted += pattern.Customers * ExpectedPurchases(pattern.History, horizon);
            actual += pattern.HeldOutPurchases;
        }

        return new OpportunityValidation(horizon, actual, predicted);
    }
}

/// <summary>A BG/BB model against the opportunities that were held out.</summary>
/// <param name="Horizon">Opportunities held out.</param>
/// <param name="Actual">Purchases at them.</param>
/// <param name="Predicted">Expected purchases.</param>
public readonly record struct OpportunityValidation(int Horizon, int Actual, double Predicted);

/// <summary>How many customers have bought so often, last at such an opportunity, of so many.</summary>
public readonly record struct OpportunityPattern
{
    /// <summary>Describes customers with the same pattern.</summary>
    /// <param name="frequency">Opportunities taken; 0 or more.</param>
    /// <param name="recency">The last opportunity taken, 1 for the first; 0 where none was.</param>
    /// <param name="opportunities">Opportunities there were.</param>
    /// <param name="customers">Customers with this pattern; 0 or more.</param>
    /// <param name="heldOutPurchases">What these customers bought together at opportunities that were held out; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The numbers cannot describe customers.</exception>
    public OpportunityPattern(int frequency, int recency, int opportunities, int customers, int heldOutPurchases = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(customers);
        ArgumentOutOfRangeException.ThrowIfNegative(heldOutPurchases);
        if (frequency < 0 || frequency > recency || recency > opportunities || opportunities > BgBbKernel.MostOpportunities || (frequency == 0) != (recency == 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(opportunities),
                FormattableString.Invariant($"frequency {frequency}, recency {recency}, opportunities {opportunities}"),
                FormattableString.Invariant($"A pattern has 0 <= frequency <= recency <= opportunities <= {BgBbKernel.MostOpportunities}, and recency 0 where nothing was taken."));
        }

        Frequency = frequency;
        Recency = recency;
        Opportunities = opportunities;
        Customers = customers;
        HeldOutPurchases = heldOutPurchases;
    }

    /// <summary>Opportunities taken.</summary>
    public int Frequency { get; }

    /// <summary>The last opportunity taken; 0 where none was.</summary>
    public int Recency { get; }

    /// <summary>Opportunities there were.</summary>
    public int Opportunities { get; }

    /// <summary>Customers with this pattern.</summary>
    public int Customers { get; }

    /// <summary>What these customers bought together at opportunities that were held out.</summary>
    public int HeldOutPurchases { get; }

    /// <summary>The pattern as one customer's history.</summary>
    public PurchaseHistory History => new(Frequency, Recency, Opportunities);
}
