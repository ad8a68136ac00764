namespace CustomerLifecycle.Value;

/// <summary>What it means that parameters run away, said of one cohort: each part only where its own parameters have moved.</summary>
internal static class BoundaryWords
{
    /// <summary>A ratio of two parameters whose logarithm has gone so far has run away, even where both go the same way.</summary>
    public const int Far = 5;

    /// <summary>One sentence of what is said of the purchase rates, Gamma(r, α), and of leaving.</summary>
    /// <param name="r">Where r has gone.</param>
    /// <param name="alpha">Where α has gone.</param>
    /// <param name="leaving">What is said of leaving; may be empty.</param>
    /// <param name="parameters">How many parameters the model has, in words.</param>
    public static string OfRates(int r, int alpha, string leaving, string parameters) =>
        r - alpha <= -Far
            ? "it has hardly any repeat purchases, and no rate to estimate (the mean purchase rate falls to 0)."
            : Sentence(
                r > 0 ? "its purchase rates differ no more than chance would make them (r and alpha grow without bound together)"
                : r < 0 ? "its customers either hardly ever buy or buy all the time (r and alpha fall to 0 together)"
                : "",
                leaving,
                parameters);

    /// <summary>One sentence of its parts.</summary>
    /// <param name="first">What is said of buying; may be empty.</param>
    /// <param name="second">What is said of leaving; may be empty.</param>
    /// <param name="parameters">How many parameters the model has, in words.</param>
    public static string Sentence(string first, string second, string parameters) =>
        first.Length + second.Length == 0 ? $"there are too few customers with repeat purchases to determine all {parameters} parameters."
        : first.Length > 0 && second.Length > 0 ? $"{first}, and {second}."
        : $"{first}{second}.";
}
