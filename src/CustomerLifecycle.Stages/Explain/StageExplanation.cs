using System.Globalization;
using System.Text;
using NodaTime.Text;

namespace CustomerLifecycle.Stages;

/// <summary>A guard, or a part of one, with the values that it was judged on.</summary>
public sealed class GuardExplanation
{
    internal GuardExplanation(string text, bool? holds, StageValue? value = null, Missing? missing = null, Instant? holdsFrom = null, IReadOnlyList<GuardExplanation>? parts = null, Duration? dwell = null)
    {
        Text = text;
        Holds = holds;
        Value = value;
        Missing = missing;
        HoldsFrom = holdsFrom;
        Parts = parts ?? [];
        Dwell = dwell;
    }

    /// <summary>The part in the condition language.</summary>
    public string Text { get; }

    /// <summary>Whether it holds; null when that depends on the event to come.</summary>
    public bool? Holds { get; }

    /// <summary>What was compared; null for a part that is made of others, and for a field of an event to come.</summary>
    public StageValue? Value { get; }

    /// <summary>The time in the stage that was compared; else null.</summary>
    public Duration? Dwell { get; }

    /// <summary>What a number lacks; null when it holds or is no number that can grow.</summary>
    public Missing? Missing { get; }

    /// <summary>When it will hold if nothing happens, for a time in the stage that is too short; else null.</summary>
    public Instant? HoldsFrom { get; }

    /// <summary>What it is made of.</summary>
    public IReadOnlyList<GuardExplanation> Parts { get; }

    /// <summary>Everything below that is missing.</summary>
    public IEnumerable<GuardExplanation> Lacking => Holds != false ? [] : Parts.Count == 0 ? [this] : Parts.SelectMany(part => part.Lacking);

    /// <summary>One line: the part, whether it holds, and its value; of a text only its length, because it may be personal.</summary>
    public override string ToString() =>
        $"{(Holds is null ? "?" : Holds.Value ? "✓" : "✗")} {Text}{(Value is { } value ? $" (is {value})" : Dwell is { } dwell ? $" (is {StageSpan.Of(dwell)})" : "")}";
}

/// <summary>How a way out of a stage stands.</summary>
public enum StageWayVerdict
{
    /// <summary>Its event or its instant is all that it needs.</summary>
    Open,

    /// <summary>Its guard does not hold.</summary>
    Closed,

    /// <summary>It depends on fields of the event to come.</summary>
    Depends,

    /// <summary>It leads to a lower rank in a forward model.</summary>
    Blocked,

    /// <summary>A lock holds: nothing but an override moves the customer.</summary>
    Locked,

    /// <summary>It was taken.</summary>
    Taken,

    /// <summary>Another way came first.</summary>
    NotReached,

    /// <summary>Others were true with it, in a model that allows only one.</summary>
    Ambiguous,

    /// <summary>It leads to a stage that asks for a reason, and the event brought none of its codes.</summary>
    ReasonMissing,
}

/// <summary>One way out of a stage: a transition or a timer.</summary>
public sealed class StageWay
{
    internal StageWay(string id, string? on, Instant? due, string? to, StageWayVerdict verdict, GuardExplanation? guard, Instant? by, IReadOnlyList<string>? reasons = null)
    {
        Id = id;
        On = on;
        Due = due;
        To = to;
        Verdict = verdict;
        Guard = guard;
        By = by;
        Reasons = reasons ?? [];
    }

    /// <summary>The transition, or the timer as <c>stage.timer</c>.</summary>
    public string Id { get; }

    /// <summary>The type of event that it waits for; null for a timer.</summary>
    public string? On { get; }

    /// <summary>When the timer is due; null for a transition.</summary>
    public Instant? Due { get; }

    /// <summary>Where it leads to, as named in the model; null for an internal transition.</summary>
    public string? To { get; }

    /// <summary>How it stands.</summary>
    public StageWayVerdict Verdict { get; }

    /// <summary>Its guard with values; null when it has none.</summary>
    public GuardExplanation? Guard { get; }

    /// <summary>Until when it stands open: the next timer's due instant, or the timer's own; null when there is none.</summary>
    public Instant? By { get; }

    /// <summary>The codes of which the event must bring one as its <c>reason</c>; empty when none is asked for.</summary>
    public IReadOnlyList<string> Reasons { get; }

    /// <summary>What is missing, as data.</summary>
    public IReadOnlyList<Missing> Missing => Guard is null ? [] : [.. Guard.Lacking.Where(part => part.Missing is not null).Select(part => part.Missing!.Value)];

    /// <summary>What is missing in words, with the day until which it counts in a zone.</summary>
    /// <param name="zone">The zone of the day; null is UTC.</param>
    /// <returns>For example <c>2 more orders, 120.00 more spend, by 3 May 2026</c>, or of one <c>orders: 1 more</c>, for names have no singular; empty when nothing is missing.</returns>
    public string MissingText(DateTimeZone? zone = null)
    {
        if (Guard is null || Verdict != StageWayVerdict.Closed) return "";
        var lacking = Guard.Lacking.Select(part =>
            part.Missing is { } missing ? string.Format(CultureInfo.InvariantCulture, missing.Amount == 1 ? "{1}: {0} more" : "{0} more {1}", missing.Amount, missing.What.Replace('_', ' '))
            : part.HoldsFrom is { } from ? $"to wait until {DayOf(from, zone)}"
            : part.Text);
        var text = string.Join(", ", lacking);
        return By is { } by && text.Length > 0 ? $"{text}, by {DayOf(by, zone)}" : text;
    }

    private static string DayOf(Instant instant, DateTimeZone? zone) => Day.Format(instant.InZone(zone ?? DateTimeZone.Utc).Date);

    private static readonly LocalDatePattern Day = LocalDatePattern.CreateWithInvariantCulture("d MMMM yyyy");
}

/// <summary>Why a customer is where they are, or why an event did what it did.</summary>
public sealed class StageExplanation
{
    internal StageExplanation(Instant at, string? stage, StageChange? cameBy, bool isLocked, IReadOnlyList<StageWay> ways)
    {
        At = at;
        Stage = stage;
        CameBy = cameBy;
        IsLocked = isLocked;
        Ways = ways;
    }

    /// <summary>The instant that is explained.</summary>
    public Instant At { get; }

    /// <summary>The leaf that the customer was in; null before the start.</summary>
    public string? Stage { get; }

    /// <summary>The row of the history by which they came there.</summary>
    public StageChange? CameBy { get; }

    /// <summary>Whether a lock held.</summary>
    public bool IsLocked { get; }

    /// <summary>Each way out, in the order of choice; timers last.</summary>
    public IReadOnlyList<StageWay> Ways { get; }

    /// <summary>The explanation in words.</summary>
    /// <param name="zone">The zone of the days; null is UTC.</param>
    public string ToText(DateTimeZone? zone = null)
    {
        var text = new StringBuilder();
        if (Stage is null) return "not started";
        text.Append(Stage);
        if (CameBy is { } row) text.Append(FormattableString.Invariant($", since {row.At.InZone(zone ?? DateTimeZone.Utc).Date:uuuu-MM-dd} by {row.Cause}{(row.Reason is null ? "" : $" ({row.Reason})")}"));
        if (IsLocked) text.Append(", locked");
        foreach (var way in Ways)
        {
            text.Append("\n  ").Append(way.Verdict switch { StageWayVerdict.Taken => "→ ", _ => "· " }).Append(way.Id);
            if (way.On is not null) text.Append(" on ").Append(way.On);
            if (way.Due is { } due) text.Append(FormattableString.Invariant($" at {due:uuuu-MM-dd'T'HH:mm:ss'Z'}"));
            if (way.To is not null) text.Append(" to ").Append(way.To);
            text.Append(": ").Append(Words(way.Verdict));
            if (way.Reasons.Count > 0 && way.Verdict != StageWayVerdict.Blocked) text.Append(", asks for a reason: ").Append(string.Join(", ", way.Reasons));
            if (way.MissingText(zone) is { Length: > 0 } missing) text.Append(": ").Append(missing);
            if (way.Guard is not null) Append(text, way.Guard, 2);
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => ToText();

    private static string Words(StageWayVerdict verdict) => verdict switch
    {
        StageWayVerdict.Open => "open",
        StageWayVerdict.Closed => "not yet",
        StageWayVerdict.Depends => "depends on the event",
        StageWayVerdict.Blocked => "blocked, it leads back",
        StageWayVerdict.Locked => "locked",
        StageWayVerdict.Taken => "taken",
        StageWayVerdict.NotReached => "another came first",
        StageWayVerdict.ReasonMissing => "blocked",
        _ => "ambiguous",
    };

    private static void Append(StringBuilder text, GuardExplanation guard, int depth)
    {
        text.Append('\n').Append(' ', depth * 2).Append(guard);
        foreach (var part in guard.Parts) Append(text, part, depth + 1);
    }
}
