namespace CustomerLifecycle.Loyalty;

/// <summary>How the exact value of an order becomes whole points.</summary>
public enum PointRounding
{
    /// <summary>Down.</summary>
    Floor = 0,

    /// <summary>Up.</summary>
    Ceiling = 1,

    /// <summary>To the nearest, a half up.</summary>
    HalfUp = 2,

    /// <summary>To the nearest, a half to the even number.</summary>
    HalfEven = 3,
}

/// <summary>What is rounded to whole points.</summary>
public enum RoundingScope
{
    /// <summary>The sum of all lines, once.</summary>
    Order = 0,

    /// <summary>Each line by itself.</summary>
    Line = 1,
}

/// <summary>One line of an order.</summary>
public sealed class EarnLine
{
    /// <summary>Makes a line.</summary>
    /// <param name="net">What was paid for it; 0 or more, in the money of the rule's rate.</param>
    /// <param name="category">Its category, if it has one.</param>
    public EarnLine(decimal net, string? category = null)
    {
        Net = net;
        Category = category;
    }

    /// <summary>What was paid for it.</summary>
    public decimal Net { get; }

    /// <summary>Its category; null for none.</summary>
    public string? Category { get; }
}

/// <summary>Money returned for one line of an order.</summary>
public sealed class ReturnedLine
{
    /// <summary>Makes a return.</summary>
    /// <param name="line">The line's index in the order, from 0.</param>
    /// <param name="net">The money returned for it; above 0.</param>
    public ReturnedLine(int line, decimal net)
    {
        Line = line;
        Net = net;
    }

    /// <summary>The line's index in the order, from 0.</summary>
    public int Line { get; }

    /// <summary>The money returned for it.</summary>
    public decimal Net { get; }
}

/// <summary>A factor on orders that take effect in a span of time.</summary>
public sealed class EarnCampaign
{
    /// <summary>Makes a campaign.</summary>
    /// <param name="from">Its first instant.</param>
    /// <param name="to">The first instant after it.</param>
    /// <param name="factor">What points are multiplied with; 0 or more.</param>
    public EarnCampaign(Instant from, Instant to, decimal factor)
    {
        if (to < from) throw new ArgumentException($"The campaign ends at {to}, before it begins at {from}. Swap them.", nameof(to));
        ArgumentOutOfRangeException.ThrowIfNegative(factor);
        From = from;
        To = to;
        Factor = factor;
    }

    /// <summary>Its first instant.</summary>
    public Instant From { get; }

    /// <summary>The first instant after it.</summary>
    public Instant To { get; }

    /// <summary>What points are multiplied with.</summary>
    public decimal Factor { get; }
}

/// <summary>What orders earn: Σ net × rate × category multiplier × campaign factor, in exact decimals, rounded once.</summary>
public sealed class OrderEarnRule
{
    private readonly Dictionary<string, decimal> _multipliers;
    private readonly HashSet<string> _excluded;

    /// <summary>Makes a rule.</summary>
    /// <param name="rate">Points per unit of money; 0 or more.</param>
    /// <param name="rounding">How the value becomes whole points.</param>
    /// <param name="scope">What is rounded: the order or each line.</param>
    /// <param name="multipliers">A factor for each category listed, 1 for all others; 0 or more.</param>
    /// <param name="excluded">Categories that earn nothing and do not count towards <paramref name="minOrder"/>.</param>
    /// <param name="campaign">A factor for a span of time.</param>
    /// <param name="minOrder">An order whose lines, without the excluded, come to less than this earns nothing.</param>
    /// <param name="maxPerOrder">The most points one order earns.</param>
    public OrderEarnRule(
        decimal rate,
        PointRounding rounding = PointRounding.Floor,
        RoundingScope scope = RoundingScope.Order,
        IReadOnlyDictionary<string, decimal>? multipliers = null,
        IReadOnlyCollection<string>? excluded = null,
        EarnCampaign? campaign = null,
        decimal? minOrder = null,
        long? maxPerOrder = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rate);
        Rate = rate;
        Rounding = Defined.Check(rounding, rounding is >= PointRounding.Floor and <= PointRounding.HalfEven, nameof(rounding));
        Scope = Defined.Check(scope, scope is RoundingScope.Order or RoundingScope.Line, nameof(scope));
        _multipliers = new(StringComparer.Ordinal);
        foreach (var pair in multipliers ?? new Dictionary<string, decimal>(StringComparer.Ordinal))
        {
            ArgumentOutOfRangeException.ThrowIfNegative(pair.Value, nameof(multipliers));
            _multipliers.Add(pair.Key, pair.Value);
        }

        _excluded = new(excluded ?? [], StringComparer.Ordinal);
        Campaign = campaign;
        MinOrder = minOrder;
        MaxPerOrder = maxPerOrder < 0 ? throw new ArgumentOutOfRangeException(nameof(maxPerOrder), maxPerOrder, "Give 0 or more, or null for no maximum.") : maxPerOrder;
    }

    /// <summary>Points per unit of money.</summary>
    public decimal Rate { get; }

    /// <summary>How the value becomes whole points.</summary>
    public PointRounding Rounding { get; }

    /// <summary>What is rounded.</summary>
    public RoundingScope Scope { get; }

    /// <summary>A factor for each category listed, 1 for all others.</summary>
    public IReadOnlyDictionary<string, decimal> Multipliers => _multipliers;

    /// <summary>Categories that earn nothing.</summary>
    public IReadOnlyCollection<string> Excluded => _excluded;

    /// <summary>A factor for a span of time.</summary>
    public EarnCampaign? Campaign { get; }

    /// <summary>An order that comes to less than this earns nothing.</summary>
    public decimal? MinOrder { get; }

    /// <summary>The most points one order earns.</summary>
    public long? MaxPerOrder { get; }

    /// <summary>What an order is worth.</summary>
    /// <param name="lines">Its lines.</param>
    /// <param name="effective">When it takes effect, for the campaign.</param>
    /// <returns>Points, 0 or more; more than 2^63-1 is marked as too large.</returns>
    public PointAmount Value(IReadOnlyList<EarnLine> lines, Instant effective)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var factor = Campaign is not null && effective >= Campaign.From && effective < Campaign.To ? Campaign.Factor : 1m;
        var total = ExactDecimal.Zero;
        var value = ExactDecimal.Zero;
        foreach (var line in lines)
        {
            if (line.Category is not null && _excluded.Contains(line.Category)) continue;
            var multiplier = line.Category is not null && _multipliers.TryGetValue(line.Category, out var found) ? found : 1m;
            var points = ExactDecimal.Of(line.Net) * ExactDecimal.Of(Rate) * ExactDecimal.Of(multiplier) * ExactDecimal.Of(factor);
            total += ExactDecimal.Of(line.Net);
            value += Scope == RoundingScope.Line ? ExactDecimal.Whole(points.Round(Rounding)) : points;
        }

        if (MinOrder is { } least && total.IsBelow(ExactDecimal.Of(least))) return 0;
        var whole = value.Round(Rounding);
        if (MaxPerOrder is { } most && whole > most) return most;
        return whole > long.MaxValue ? PointAmount.Of(decimal.MaxValue) : (long)whole;
    }
}
