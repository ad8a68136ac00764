namespace CustomerLifecycle.Rules;

/// <summary>The forms of a window of time.</summary>
public enum WindowKind
{
    /// <summary><c>last 90 days</c>: an event is in it from its instant until that many units later.</summary>
    Last = 0,

    /// <summary><c>last 3 calendar months</c>: the current local unit and those before it, up to now.</summary>
    Calendar,

    /// <summary><c>previous 1 month</c>: that many whole local units before the current one.</summary>
    Previous,

    /// <summary><c>between 30 and 90 days ago</c>: an event is in it from the smaller age until the larger.</summary>
    Ago,

    /// <summary><c>from 2026-01-01 to 2026-07-01</c>: from a time, before another.</summary>
    Span,
}

/// <summary>A window of time, relative to now or fixed.</summary>
public sealed record RuleWindow
{
    private RuleWindow(WindowKind kind, int amount, int until, RuleUnit unit, RuleTime? from = null, RuleTime? to = null)
    {
        Kind = kind;
        Amount = amount;
        Until = until;
        Unit = unit;
        From = from;
        To = to;
    }

    /// <summary>The form.</summary>
    public WindowKind Kind { get; }

    /// <summary>How many units; for <see cref="WindowKind.Ago"/> the smaller age. 0 for a span.</summary>
    public int Amount { get; }

    /// <summary>The larger age of <see cref="WindowKind.Ago"/>; else 0.</summary>
    public int Until { get; }

    /// <summary>The unit; meaningless for a span.</summary>
    public RuleUnit Unit { get; }

    /// <summary>Where a span begins; else null.</summary>
    public RuleTime? From { get; }

    /// <summary>Where a span ends, itself not included; null when it has no end.</summary>
    public RuleTime? To { get; }

    /// <summary><c>last N units</c>.</summary>
    /// <param name="amount">1 to <see cref="RuleLimits.Amount"/>.</param>
    /// <param name="unit">The unit.</param>
    public static RuleWindow Last(int amount, RuleUnit unit) => new(WindowKind.Last, amount, 0, unit);

    /// <summary><c>last N calendar units</c>; with 1, <c>this unit</c>.</summary>
    /// <param name="amount">1 to <see cref="RuleLimits.Amount"/>.</param>
    /// <param name="unit">The unit.</param>
    public static RuleWindow Calendar(int amount, RuleUnit unit) => new(WindowKind.Calendar, amount, 0, unit);

    /// <summary><c>previous N units</c>.</summary>
    /// <param name="amount">1 to <see cref="RuleLimits.Amount"/>.</param>
    /// <param name="unit">The unit.</param>
    public static RuleWindow Previous(int amount, RuleUnit unit) => new(WindowKind.Previous, amount, 0, unit);

    /// <summary><c>between A and B units ago</c>.</summary>
    /// <param name="from">The smaller age, 0 or more.</param>
    /// <param name="until">The larger age, above <paramref name="from"/>.</param>
    /// <param name="unit">The unit.</param>
    public static RuleWindow Ago(int from, int until, RuleUnit unit) => new(WindowKind.Ago, from, until, unit);

    /// <summary><c>from T to U</c>.</summary>
    /// <param name="from">The beginning, included.</param>
    /// <param name="to">The end, not included; null for none.</param>
    public static RuleWindow Span(RuleTime from, RuleTime? to = null) => new(WindowKind.Span, 0, 0, RuleUnit.Day, from, to);
}

/// <summary>A fixed time in a rule: a local day, which begins where the zone says, or an instant.</summary>
public readonly record struct RuleTime
{
    private RuleTime(LocalDate? date, Instant? instant)
    {
        Date = date;
        Instant = instant;
    }

    /// <summary>The local day; null when this is an instant.</summary>
    public LocalDate? Date { get; }

    /// <summary>The instant; null when this is a local day.</summary>
    public Instant? Instant { get; }

    /// <summary>The start of a local day.</summary>
    /// <param name="date">The day.</param>
    public static RuleTime At(LocalDate date) => new(date, null);

    /// <summary>An instant.</summary>
    /// <param name="instant">The instant.</param>
    public static RuleTime At(Instant instant) => new(null, instant);
}
