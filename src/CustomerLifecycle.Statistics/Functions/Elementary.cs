namespace CustomerLifecycle.Statistics;

/// <summary>Logarithms and exponentials of numbers close to one and to nought, which .NET's own functions round away.</summary>
/// <remarks>Kahan's corrections (W. Kahan, HP-15C Advanced Functions Handbook, 1982; N. Higham, Accuracy and Stability of Numerical Algorithms, 1.14).</remarks>
public static class Elementary
{
    /// <summary>ln(1 + x).</summary>
    /// <param name="x">Above -1.</param>
    /// <returns>ln(1 + x) with a relative error below 1e-15, for x as small as one likes.</returns>
    public static double Log1p(double x)
    {
        var u = 1 + x;
        if (u == 1) return x;
        return double.IsPositiveInfinity(u) ? u : Math.Log(u) * (x / (u - 1));
    }

    /// <summary>exp(x) - 1.</summary>
    /// <param name="x">Any number.</param>
    /// <returns>exp(x) - 1 with a relative error below 2e-15, for x as small as one likes.</returns>
    public static double Expm1(double x)
    {
        if (Math.Abs(x) >= 1) return Math.Exp(x) - 1;
        var u = Math.Exp(x);
        return u == 1 ? x : (u - 1) * (x / Math.Log(u));
    }

    /// <summary>ln(1 + exp(x)), the logarithm of a sum of one and something known by its logarithm.</summary>
    /// <param name="x">Any number.</param>
    /// <returns>ln(1 + exp(x)) with a relative error below 2e-15; neither over- nor underflows before the result does.</returns>
    public static double Softplus(double x) => x > 0 ? x + Log1p(Math.Exp(-x)) : Log1p(Math.Exp(x));
}
