using CustomerLifecycle.Statistics;

namespace CustomerLifecycle.Value;

/// <summary>How far a prediction can be trusted, given how far the parameters can: confidence intervals of expectations by the delta method.</summary>
/// <remarks>
/// The variance of ln f is g' V g, with g the derivatives of ln f by the parameters, differenced, and V their covariance; the interval is that of a normal ln f, so that it stays above 0.
/// It says how well the expectation is known, not how far one customer will stray from it: for that see <see cref="PredictionIntervals"/>.
/// </remarks>
public static class DeltaMethod
{
    private const double RelativeStep = 1e-4;

    /// <summary>Expected purchases of a known customer, with their confidence interval.</summary>
    /// <param name="fit">The fitted model.</param>
    /// <param name="history">The customer's past.</param>
    /// <param name="horizon">Time units ahead; 0 or more, finite.</param>
    /// <param name="confidence">Above 0, below 1; 0.95 unless given.</param>
    /// <typeparam name="TModel">The model.</typeparam>
    /// <returns>The interval; null where the fit has no interior optimum, for then its parameters have no covariance.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static IntervalEstimate? ExpectedPurchases<TModel>(this ModelFit<TModel> fit, PurchaseHistory history, double horizon, double confidence = 0.95)
        where TModel : class, IPurchaseModel
    {
        ModelParameter.RequireHorizon(horizon);
        return Of(fit, model => model.ExpectedPurchases(history, horizon), confidence);
    }

    /// <summary>The probability that a known customer is still one, with its confidence interval.</summary>
    /// <param name="fit">The fitted model.</param>
    /// <param name="history">The customer's past.</param>
    /// <param name="confidence">Above 0, below 1; 0.95 unless given.</param>
    /// <typeparam name="TModel">The model.</typeparam>
    /// <returns>The interval, cut at 1; null where the fit has no interior optimum.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="confidence"/> is outside its range.</exception>
    public static IntervalEstimate? ProbabilityAlive<TModel>(this ModelFit<TModel> fit, PurchaseHistory history, double confidence = 0.95)
        where TModel : class, IPurchaseModel =>
        Of(fit, model => model.ProbabilityAlive(history), confidence) is { } interval ? interval with { Upper = Math.Min(1, interval.Upper) } : null;

    /// <summary>Expected purchases of a whole cohort, with their confidence interval.</summary>
    /// <param name="fit">The fitted model.</param>
    /// <param name="summary">The cohort.</param>
    /// <param name="horizon">Time units ahead; 0 or more, finite.</param>
    /// <param name="confidence">Above 0, below 1; 0.95 unless given.</param>
    /// <typeparam name="TModel">The model.</typeparam>
    /// <returns>The interval; null where the fit has no interior optimum.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static IntervalEstimate? TotalExpectedPurchases<TModel>(this ModelFit<TModel> fit, PurchaseSummary summary, double horizon, double confidence = 0.95)
        where TModel : class, IPurchaseModel
    {
        ArgumentNullException.ThrowIfNull(summary);
        ModelParameter.RequireHorizon(horizon);
        var expected = new double[summary.Count];
        return Of(
            fit,
            model =>
            {
                model.ExpectedPurchases(summary.Histories, horizon, expected);
                double sum = 0;
                foreach (var one in expected) sum += one;
                return sum;
            },
            confidence);
    }

    /// <summary>Any positive number that a model gives, with its confidence interval: a survival, a retention, a lifetime value, of a customer or of a cohort.</summary>
    /// <param name="fit">The fitted model, of any kind.</param>
    /// <param name="prediction">The number; above 0, and smooth in the parameters.</param>
    /// <param name="confidence">Above 0, below 1; 0.95 unless given.</param>
    /// <typeparam name="TModel">The model.</typeparam>
    /// <returns>The interval; null where the fit has no interior optimum.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="confidence"/> is outside its range.</exception>
    public static IntervalEstimate? Of<TModel>(ModelFit<TModel> fit, Func<TModel, double> prediction, double confidence = 0.95)
        where TModel : class
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(fit);
        IntervalEstimate.RequireConfidence(confidence);
        if (fit.ModelAt is null || fit.Covariance(0, 0) is null) return null;

        var estimate = prediction(fit.Model);
        if (estimate == 0) return new IntervalEstimate(0, 0, 0, confidence);
        var parameters = fit.Parameters.Select(parameter => parameter.Value).ToArray();
        var slopes = new double[parameters.Length];
        for (var i = 0; i < slopes.Length; i++)
        {
            var value = parameters[i];
            var step = RelativeStep * Math.Max(Math.Abs(value), 1e-3);
            parameters[i] = value + step;
            var above = prediction(fit.ModelAt(parameters));
            parameters[i] = value - step;
            slopes[i] = (above - prediction(fit.ModelAt(parameters))) / (2 * step) / estimate;
            parameters[i] = value;
        }

        double variance = 0;
        for (var i = 0; i < slopes.Length; i++)
            for (var j = 0; j < slopes.Length; j++) variance += slopes[i] * slopes[j] * fit.Covariance(i, j)!.Value;
        var reach = Math.Exp(NormalQuantile.Of((1 + confidence) / 2) * Math.Sqrt(Math.Max(0, variance)));
        return new IntervalEstimate(estimate, estimate / reach, estimate * reach, confidence);
    }

    /// <summary>Draws parameters from the normal distribution with the fit's covariance, of the logarithms where they are positive: for prediction intervals without a refit.</summary>
    /// <param name="fit">The fitted model, of any kind.</param>
    /// <param name="draws">How many; 1 or more. 1000 are usual for 95 % intervals.</param>
    /// <param name="seed">Each gives other draws.</param>
    /// <typeparam name="TModel">The model.</typeparam>
    /// <returns>The draws; null where the fit has no interior optimum, for then its parameters have no covariance.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="draws"/> is below 1.</exception>
    public static ParameterDraws<TModel>? Draw<TModel>(ModelFit<TModel> fit, int draws, long seed)
        where TModel : class
    {
        const double FarthestLogarithm = 25;
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(draws);
        var n = fit.Parameters.Count;
        if (fit.ModelAt is null || fit.Covariance(0, 0) is null) return null;

        double[] scales = [.. fit.Parameters.Select((parameter, i) => i < fit.PositiveParameters ? parameter.Value : 1)], factor = new double[n * n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++) factor[(i * n) + j] = fit.Covariance(i, j)!.Value / (scales[i] * scales[j]);
        if (!Cholesky.Factor(factor, n)) return null;

        var random = new SeededRandom(seed);
        var models = new TModel[draws];
        double[] normals = new double[n], parameters = new double[n];
        for (var draw = 0; draw < draws; draw++)
        {
            var own = random.Split(draw);
            for (var i = 0; i < n; i++)
            {
                normals[i] = own.NextNormal();
                double moved = 0;
                for (var j = 0; j <= i; j++) moved += factor[(i * n) + j] * normals[j];
                var value = fit.Parameters[i].Value;
                parameters[i] = i < fit.PositiveParameters ? value * Math.Exp(Math.Max(-FarthestLogarithm, Math.Min(FarthestLogarithm, moved))) : value + moved;
            }

            models[draw] = fit.ModelAt(parameters);
        }

        return new ParameterDraws<TModel>(fit.Model, models, random);
    }
}
