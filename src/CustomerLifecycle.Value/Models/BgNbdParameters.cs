namespace CustomerLifecycle.Value;

/// <summary>The parameters of <see cref="BgNbdModel"/>, named as in the paper.</summary>
public readonly record struct BgNbdParameters
{
    /// <summary>Sets the parameters.</summary>
    /// <param name="r">Shape of the purchase rates; above 0.</param>
    /// <param name="alpha">Rate of the purchase rates, in time units; above 0. The mean purchase rate of the cohort is r / alpha.</param>
    /// <param name="a">First parameter of the drop-out chances; above 0.</param>
    /// <param name="b">Second parameter; above 0. The mean chance to drop out after a purchase is a / (a + b).</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not a positive number.</exception>
    public BgNbdParameters(double r, double alpha, double a, double b)
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
