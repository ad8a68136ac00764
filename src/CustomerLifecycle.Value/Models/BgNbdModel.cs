namespace CustomerLifecycle.Value;

/// <summary>BG/NBD: customers buy at random at rates of their own, and may leave after any repeat purchase.</summary>
/// <remarks>
/// Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model, Marketing Science 24(2). Rates are Gamma(r, α),
/// chances to leave after a purchase Beta(a, b). A customer without a repeat purchase is alive by definition.
/// </remarks>
public sealed partial class BgNbdModel : BetaGeometricModel
{
    /// <summary>A model with known parameters.</summary>
    /// <param name="parameters">From <see cref="Fit(PurchaseSummary, FitOptions?, CancellationToken)"/>, a paper or another package.</param>
    /// <param name="timeUnit">The unit of <see cref="BgNbdParameters.Alpha"/> and of all times; weeks unless given.</param>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> are <c>default</c>.</exception>
    public BgNbdModel(BgNbdParameters parameters, TimeUnit timeUnit = default)
        : base(parameters.R, parameters.Alpha, parameters.A, parameters.B, firstDropout: 0, timeUnit)
    {
        if (parameters == default) throw new ArgumentException("The parameters were never set.", nameof(parameters));
        Parameters = parameters;
    }

    /// <inheritdoc/>
    public override string Name => "BG/NBD";

    /// <summary>The parameters.</summary>
    public BgNbdParameters Parameters { get; }
}
