using System.Text.Json;
using CustomerLifecycle;
using NodaTime;
using NodaTime.Text;

namespace WebHost;

/// <summary>An event as a client sends it: <c>{"id":"o-1","customer":"c-17","type":"order","occurred":"2026-06-01T10:00:00+02:00","properties":{"total":59.90}}</c>.</summary>
internal sealed record IncomingEvent(string? Id, string? Customer, string? Type, string? Occurred, JsonElement? Properties)
{
    /// <summary>Reads all of them, or finds everything that is wrong, by place.</summary>
    public static (IReadOnlyList<CustomerEvent> Events, Dictionary<string, string[]> Problems) Read(IReadOnlyList<IncomingEvent> incoming, Instant received)
    {
        var events = new List<CustomerEvent>(incoming.Count);
        var problems = new Dictionary<string, string[]>(StringComparer.Ordinal);
        for (var i = 0; i < incoming.Count; i++)
        {
            var (id, customer, type, occurred, properties) = incoming[i];
            if (OffsetDateTimePattern.Rfc3339.Parse(occurred ?? "") is not { Success: true } at)
            {
                problems.Add($"events[{i}].occurred", ["Write a time with an offset, such as 2026-06-01T10:00:00+02:00."]);
                continue;
            }

            try
            {
                var known = properties is { ValueKind: not JsonValueKind.Null } bag ? PropertyBagJson.FromText(bag.GetRawText()) : null;
                events.Add(new(id ?? "", new(customer ?? ""), type ?? "", at.Value.ToInstant(), known, received));
            }
            catch (Exception fault) when (fault is ArgumentException or FormatException)
            {
                problems.Add($"events[{i}]", [fault.Message]);
            }
        }

        return (events, problems);
    }
}

/// <summary>What a client wants to spend.</summary>
internal sealed record Redemption(long Points)
{
    /// <summary>With what is put before it, a key still fits into the ledger.</summary>
    public const int MaxKeyLength = 100;
}
