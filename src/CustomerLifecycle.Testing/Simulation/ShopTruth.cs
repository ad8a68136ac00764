namespace CustomerLifecycle.Testing;

/// <summary>The parameters that the customers of a simulated shop are drawn from. Time is in weeks.</summary>
/// <remarks>
/// The processes are those of BG/NBD (Fader, Hardie and Lee 2005, Marketing Science 24(2)) and Gamma-Gamma (Fader, Hardie and Lee 2005, Journal of Marketing Research 42(4)):
/// a purchase rate from Gamma(<see cref="R"/>, rate <see cref="Alpha"/>), a chance to leave after each repeat purchase from Beta(<see cref="A"/>, <see cref="B"/>),
/// amounts from Gamma(<see cref="P"/>, rate ν) with ν from Gamma(<see cref="Q"/>, rate <see cref="V"/>).
/// </remarks>
public sealed record ShopTruth
{
    /// <summary>Sets the parameters.</summary>
    /// <param name="r">Shape of the purchase rates.</param>
    /// <param name="alpha">Rate of the purchase rates, in weeks.</param>
    /// <param name="a">First parameter of the chances to leave.</param>
    /// <param name="b">Second parameter of the chances to leave.</param>
    /// <param name="p">Shape of one customer's amounts.</param>
    /// <param name="q">Shape of what differs between customers; above 1, so that the mean amount is finite.</param>
    /// <param name="v">Scale of the amounts, in the shop's currency.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is not a finite number above 0, or <paramref name="q"/> is not above 1.</exception>
    public ShopTruth(double r, double alpha, double a, double b, double p, double q, double v)
    {
        R = Positive(r, nameof(r));
        Alpha = Positive(alpha, nameof(alpha));
        A = Positive(a, nameof(a));
        B = Positive(b, nameof(b));
        P = Positive(p, nameof(p));
        Q = q > 1 ? Positive(q, nameof(q)) : throw new ArgumentOutOfRangeException(nameof(q), q, "q is above 1: otherwise the mean amount is not finite.");
        V = Positive(v, nameof(v));
    }

    /// <summary>A shop of music lovers: most buy rarely, a few often, and one in four leaves after a repeat purchase.</summary>
    public static ShopTruth MusicShop { get; } = new(r: 0.25, alpha: 4.5, a: 0.8, b: 2.4, p: 6.25, q: 3.75, v: 15.5);

    /// <summary>Shape of the purchase rates.</summary>
    public double R { get; }

    /// <summary>Rate of the purchase rates, in weeks.</summary>
    public double Alpha { get; }

    /// <summary>First parameter of the chances to leave.</summary>
    public double A { get; }

    /// <summary>Second parameter of the chances to leave.</summary>
    public double B { get; }

    /// <summary>Shape of one customer's amounts.</summary>
    public double P { get; }

    /// <summary>Shape of what differs between customers.</summary>
    public double Q { get; }

    /// <summary>Scale of the amounts.</summary>
    public double V { get; }

    private static double Positive(double value, string name) =>
        value > 0 && !double.IsPositiveInfinity(value) ? value : throw new ArgumentOutOfRangeException(name, value, "A parameter is a finite number above 0.");
}
