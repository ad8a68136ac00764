namespace CustomerLifecycle.Value;

/// <summary>Gauss' hypergeometric function with a first parameter of one: the discounted sum of a chance to stay that shrinks from period to period.</summary>
internal static class UnitHypergeometric
{
    private const int StepLimit = 10_000_000;

    /// <summary>₂F₁(1, b; c; z), the sum over n of (b)ₙ/(c)ₙ zⁿ.</summary>
    /// <param name="b">Above 0.</param>
    /// <param name="c">Above b.</param>
    /// <param name="z">0 or more, below 1.</param>
    /// <returns>Relative error below 1e-12 up to z = 1 - 1e-4, and below 1e-16/(1 - z) beyond.</returns>
    /// <remarks>Gauss' continued fraction (Abramowitz and Stegun 15.1.1; Cuyt and others, Handbook of Continued Fractions, 15.3.4) by Lentz' method; its work grows only with 1/√(1 - z).</remarks>
    public static double Of(double b, double c, double z)
    {
        // f = 1/(1 - d1/(1 - d2/(1 - ...))), evaluated for its reciprocal.
        const double Tiny = 1e-300;
        double f = 1, numerator = 1, denominator = 0;
        for (var step = 1; step <= StepLimit; step++)
        {
            var m = step / 2;
            var d = step % 2 == 1 ? (b + m) * (c - 1 + m) / ((c + step - 2) * (c + step - 1)) : m * (c - b + m - 1) / ((c + step - 2) * (c + step - 1));
            if (step == 1) d = b / c;
            denominator = 1 - d * z * denominator;
            if (denominator == 0) denominator = Tiny;
            denominator = 1 / denominator;
            numerator = 1 - d * z / numerator;
            if (numerator == 0) numerator = Tiny;
            var factor = numerator * denominator;
            f *= factor;
            if (Math.Abs(factor - 1) < 1e-15) break;
        }

        return 1 / f;
    }
}
