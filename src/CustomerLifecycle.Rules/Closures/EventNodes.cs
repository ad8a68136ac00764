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
    public RuleValue Compute(EventLog log, RuleFrame frame)
    {
        var window = frame.Ranges[range].Instants;
        var aggregate = new EventAggregate(aggregation, property, extremeKind);
        foreach (var item in log.OfType(selector.EventType))
        {
            // Events are in order of time: nothing after the end of the window can be in it.
            if (item.At >= window.Until) break;
            if (window.Contains(item.At) && selector.Selects(item, frame)) aggregate.Add(item);
        }

        return aggregate.Result();
    }
}

/// <summary>Steps met by distinct events in order.</summary>
internal sealed class SequenceNode<T>(Func<T, EventLog> log, CompiledSelector[] steps, RuleGap?[] within, int range) : RuleNode<T>
{
    public override int Cost => 500;

    public override bool Holds(T item, RuleFrame frame) => Sequences.Match(log(item).All, steps, within, frame.Ranges[range].Instants, frame);
}

/// <summary>The one meaning of sequences.</summary>
internal static class Sequences
{
    public static bool Match(ReadOnlySpan<RuleEvent> events, CompiledSelector[] steps, RuleGap?[] within, InstantRange window, RuleFrame frame)
    {
        // until[k] is the latest instant before which an event may meet step k, over every way to meet the steps before it; the first step is always open.
        Span<Instant> until = steps.Length <= 16 ? stackalloc Instant[16] : new Instant[steps.Length];
        until.Fill(Instant.MinValue);
        foreach (var item in events)
        {
            if (item.At >= window.Until) break;
            if (!window.Contains(item.At)) continue;

            // Later steps first: one event meets one step only.
            for (var k = steps.Length - 1; k >= 0; k--)
            {
                if ((k > 0 && item.At >= until[k]) || !steps[k].SelectsOfAny(item, frame)) continue;
                if (k == steps.Length - 1) return true;
                var end = within[k + 1] is { } gap ? UnitArithmetic.Later(item.At, gap.Amount, gap.Unit, frame.Moment.Calendar) : Instant.MaxValue;
                if (end > until[k + 1]) until[k + 1] = end;
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
