namespace CustomerLifecycle.Value;

/// <summary>MBG/NBD: as BG/NBD, but customers may also leave right after the first purchase.</summary>
/// <remarks>
/// Batislam, Denizel and Filiztekin (2007), Empirical validation and comparison of models for customer base analysis, IJRM 24(3); Hoppe and Wagner (2007), Customer base analysis: the case for a
/// central variant of the Betageometric/NBD model, Marketing JRM 29(2). Unlike BG/NBD it does not claim that everybody without a repeat purchase is alive.
/// </remarks>
public sealed partial class MbgNbdModel : BetaGeometricModel
{
    /// <summary>A model with known parameters.</summary>
    /// <param name="parameters">From a fit, a paper or another package.</param>
    /// <param name="timeUnit">The unit of <see cref="MbgNbdParameters.Alpha"/> and of all times; weeks unless given.</param>
    /// <exception cref="ArgumentException"><paramref name="parameters"/> are <c>default</c>.</exception>
    public MbgNbdModel(MbgNbdParameters parameters, TimeUnit timeUnit = default)
        : base(parameters.R, parameters.Alpha, parameters.A, parameters.B, firstDropout: 1, timeUnit)
    {
        if (parameters == default) throw new ArgumentException("The parameters were never set.", nameof(parameters));
        Parameters = parameters;
    }

    /// <inheritdoc/>
    public override string Name => "MBG/NBD";

    /// <summary>The parameters.</summary>
    public MbgNbdParameters Parameters { get; }
}

/// <summary>The parameters of <see cref="MbgNbdModel"/>, named as in the papers.</summary>
public readonly record struct MbgNbdParameters
{
    /// <summary>Sets the parameters.</summary>
    /// <param name="r">Shape of the purchase rates; above 0.</param>
    /// <param name="alpha">Rate of the purchase rates, in time units; above 0. The mean purchase rate of the cohort is r / alpha.</param>
    /// <param name="a">First parameter of the drop-out chances; above 0.</param>
    /// <param name="b">Second parameter; above 0. The mean chance to drop out after a purchase is a / (a + b).</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not a positive number.</exception>
    public MbgNbdParameters(double r, double alpha, double a, double b)
    {
        R = ModelParameter.RequirePositive(r, nameof(r));
        Alpha = ModelParameter.RequirePositive(alpha, nameof(alpha));
        A = ModelParameter.RequirePositive(a, nameof(a));
        B = ModelParameter.RequirePositive(b, nameof(b));
    }

    /// <summary>Shape of the gamma distribution of the purchase rates.</summary>
    public double R { get; }

    /// <summary>Rate of the gamma distribution of the purchase rates, in time units.</summary>
    public double Alpha { get; }

    /// <summary>First parameter of the beta distribution of the drop-out chances.</summary>
    public double A { get; }

    /// <summary>Second parameter of the beta distribution of the drop-out chances.</summary>
    public double B { get; }
}
