namespace CustomerLifecycle.Value;

/// <summary>The parameters of <see cref="GammaGammaModel"/>, named as in the paper.</summary>
public readonly record struct GammaGammaParameters
{
    /// <summary>Sets the parameters.</summary>
    /// <param name="p">Shape of the amounts of one customer; above 0.</param>
    /// <param name="q">Shape of the rates across customers; above 0. The cohort has a mean amount only where q is above 1.</param>
    /// <param name="v">Rate of the rates across customers, in currency; above 0. Some packages call it gamma.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not a positive number.</exception>
    public GammaGammaParameters(double p, double q, double v)
    {
        P = ModelParameter.RequirePositive(p, nameof(p));
        Q = ModelParameter.RequirePositive(q, nameof(q));
        V = ModelParameter.RequirePositive(v, nameof(v));
    }

    /// <summary>Shape of the gamma distribution of one customer's amounts.</summary>
    public double P { get; }

    /// <summary>Shape of the gamma distribution of the rates across customers.</summary>
    public double Q { get; }

    /// <summary>Rate of the gamma distribution of the rates across customers, in currency.</summary>
    public double V { get; }
}
