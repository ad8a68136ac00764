namespace CustomerLifecycle.Rules;

/// <summary>Events of a type that pass a compiled test of their properties and lie in a window.</summary>
internal sealed class CompiledSelector(string eventType, RuleNode<RuleEvent>? where)
{
    public string EventType { get; } = eventType;

    public bool Selects(RuleEvent item, RuleFrame frame) => where is null || where.Holds(item, frame);

    /// <summary>Whether an event of any type is meant.</summary>
    public bool SelectsOfAny(RuleEvent item, RuleFrame frame) => string.Equals(item.Type, EventType, StringComparison.Ordinal) && Selects(item, frame);
}

/// <summary>Computes an aggregate over a customer's log.</summary>
internal sealed class CompiledAggregate(CompiledSelector selector, Aggregation aggregation, string? property, RuleValueKind extremeKind, int range)
{
    public InstantRange Window(RuleFrame frame) => frame.Ranges[range].Instants;

    /// <param name="log">The customer's events.</param>
    /// <param name="frame">The moment.</param>
    /// <param name="counted">Receives the events that were offered to the aggregate; null when nobody asks.</param>
    public RuleValue Compute(EventLog log, RuleFrame frame, List<RuleEvent>? counted = null)
    {
        var window = Window(frame);
        var aggregate = new EventAggregate(aggregation, property is not null, extremeKind);
        foreach (var item in log.OfType(selector.EventType))
        {
            // Events are in order of time: nothing after the end of the window can be in it.
            if (item.At >= window.Until) break;
            if (!window.Contains(item.At) || !selector.Selects(item, frame)) continue;
            var value = property is null ? default : item[property];
            aggregate.Add(item.At, value);
            if (property is null || !value.IsMissing) counted?.Add(item);
        }

        return aggregate.Result();
    }
}

/// <summary>Steps met by distinct events in order.</summary>
internal sealed class SequenceNode<T>(Func<T, EventLog> log, CompiledSelector[] steps, RuleGap?[] within, int range) : RuleNode<T>
{
    public override int Cost => 500;

    public InstantRange Window(RuleFrame frame) => frame.Ranges[range].Instants;

    public override bool Holds(T item, RuleFrame frame) => Sequences.Match(log(item).All, steps, within, Window(frame), frame, null);

    /// <summary>Events that meet the steps, one for each; empty when there are none.</summary>
    public List<RuleEvent> Witness(T item, RuleFrame frame)
    {
        var events = log(item).All;
        var met = new int[steps.Length, events.Length];
        var witness = new List<RuleEvent>();
        if (!Sequences.Match(events, steps, within, Window(frame), frame, met)) return witness;

        var last = steps.Length - 1;
        var at = -1;
        for (var i = 0; i < events.Length && at < 0; i++)
            if (met[last, i] > 0) at = i;
        for (var k = last; k >= 0; k--)
        {
            witness.Insert(0, events[at]);
            at = met[k, at] - 2;
        }

        return witness;
    }
}

/// <summary>The one meaning of sequences.</summary>
/// <remarks>Where asked, <c>met[k, i]</c> is set when event i may meet step k: 2 more than the place of the event that met the step before, 1 for the first step.</remarks>
internal static class Sequences
{
    public static bool Match(ReadOnlySpan<RuleEvent> events, CompiledSelector[] steps, RuleGap?[] within, InstantRange window, RuleFrame frame, int[,]? met)
    {
        // until[k] is the latest instant before which an event may meet step k, over every way to meet the steps before it; the first step is always open.
        Span<Instant> until = steps.Length <= 16 ? stackalloc Instant[16] : new Instant[steps.Length];
        until.Fill(Instant.MinValue);
        Span<int> from = steps.Length <= 16 ? stackalloc int[16] : new int[steps.Length];
        from.Fill(-1);
        for (var i = 0; i < events.Length; i++)
        {
            var item = events[i];
            if (item.At >= window.Until) break;
            if (!window.Contains(item.At)) continue;

            // Later steps first: one event meets one step only.
            for (var k = steps.Length - 1; k >= 0; k--)
            {
                if ((k > 0 && item.At >= until[k]) || !steps[k].SelectsOfAny(item, frame)) continue;
                if (met is not null) met[k, i] = from[k] + 2;
                if (k == steps.Length - 1) return true;
                var end = within[k + 1] is { } gap ? UnitArithmetic.Later(item.At, gap.Amount, gap.Unit, frame.Moment.Calendar) : Instant.MaxValue;
                if (end <= until[k + 1]) continue;
                until[k + 1] = end;
                from[k + 1] = i;
            }
        }

        return false;
    }
}

/// <summary>The place of a customer in a stable sample.</summary>
internal static class Bucket
{
    public static long Of(string salt, string customer, int buckets)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(salt + ":" + customer);
#if NET8_0_OR_GREATER
        Span<byte> hash = stackalloc byte[32];
        System.Security.Cryptography.SHA256.HashData(bytes, hash);
#else
        using var sha = System.Security.Cryptography.SHA256.Create();
        var hash = sha.ComputeHash(bytes);
#endif
        ulong number = 0;
        for (var i = 0; i < 8; i++) number = (number << 8) | hash[i];
        return (long)(number % (ulong)buckets);
    }
}
