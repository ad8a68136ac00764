namespace CustomerLifecycle.Value;

/// <summary>How covariates act on one process, purchasing or drop-out: a customer's rate is the cohort's times exp(sum of coefficient times covariate).</summary>
public sealed class CovariateEffects
{
    private readonly double[] _coefficients;

    /// <summary>Sets the coefficients.</summary>
    /// <param name="names">The covariates' names.</param>
    /// <param name="coefficients">One for each; 0.69 doubles the rate of a customer with a covariate of 1.</param>
    /// <exception cref="ArgumentException">The numbers differ, or a coefficient is not finite.</exception>
    public CovariateEffects(IReadOnlyList<string> names, IReadOnlyList<double> coefficients)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(coefficients);
        if (names.Count != coefficients.Count) throw new ArgumentException($"There are {names.Count} names and {coefficients.Count} coefficients.", nameof(coefficients));
        if (!coefficients.All(coefficient => double.IsFinite(coefficient))) throw new ArgumentException("A coefficient is a finite number.", nameof(coefficients));
        Names = [.. names];
        _coefficients = [.. coefficients];
    }

    /// <summary>No effects.</summary>
    public static CovariateEffects None { get; } = new([], []);

    /// <summary>The covariates' names.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The coefficients, in the order of the names.</summary>
    public IReadOnlyList<double> Coefficients => _coefficients;

    /// <summary>By what a customer's rate differs from the cohort's.</summary>
    /// <param name="covariates">The customer's covariates, in the order of the names.</param>
    /// <returns>exp(sum of coefficient times covariate), above 0.</returns>
    /// <exception cref="ArgumentException">There are more or fewer covariates than coefficients.</exception>
    public double Multiplier(ReadOnlySpan<double> covariates)
    {
        if (covariates.Length != _coefficients.Length) throw new ArgumentException($"There are {_coefficients.Length} coefficients and {covariates.Length} covariates.", nameof(covariates));
        double sum = 0;
        for (var i = 0; i < covariates.Length; i++) sum += _coefficients[i] * covariates[i];
        return Math.Exp(sum);
    }
}
