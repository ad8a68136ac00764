using System.Buffers;
using System.Globalization;
using System.Text.Json;
using NodaTime.Text;

namespace CustomerLifecycle.Stages;

/// <summary>Stage lives and their records as JSON, for journals in a database.</summary>
public sealed class StageJournalCodec : JournalCodec<StageLife, StageRecord>
{
    internal const string JournalName = "stages";

    /// <summary>Makes the codec of the journal <c>stages</c>.</summary>
    public StageJournalCodec()
        : base(JournalName, 1)
    {
    }

    /// <summary>The view <c>stage_history</c>.</summary>
    public override JournalViews Views => JournalViews.FromResources(1, typeof(StageJournalCodec), "stages");

    /// <inheritdoc/>
    public override void WriteState(StageLife state, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(state);
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        if (state.AsOf is { } asOf) writer.WriteString("asOf", TextOf(asOf));
        if (state.Last is { } last)
        {
            writer.WriteString("lastAt", TextOf(last.Occurred));
            writer.WriteNumber("lastOrder", last.OrderNumber);
            writer.WriteString("lastId", last.Id);
        }

        writer.WritePropertyName("snapshot");
        StageCodec.Write(writer, state.Snapshot);
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    public override void WriteRecord(StageRecord record, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(record);
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("occurred", TextOf(record.Occurred));
        writer.WriteString("recorded", TextOf(record.Recorded));
        if (record.Event is { } source) Write(writer, source);
        if (record.Retracted > 0) writer.WriteNumber("retracted", record.Retracted);
        writer.WriteStartArray("added");
        foreach (var row in record.Added) Write(writer, row);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    protected override StageLife DecodeState(ReadOnlySpan<byte> stored, int version)
    {
        using var document = Parse(stored);
        var json = document.RootElement;
        EventPosition? last = json.TryGetProperty("lastAt", out var at) ? new(InstantOf(at), json.GetProperty("lastOrder").GetInt64(), json.GetProperty("lastId").GetString()!) : null;
        return new(StageCodec.Read(json.GetProperty("snapshot")), last, json.TryGetProperty("asOf", out var asOf) ? InstantOf(asOf) : null);
    }

    /// <inheritdoc/>
    protected override StageRecord DecodeRecord(ReadOnlySpan<byte> stored, int version)
    {
        using var document = Parse(stored);
        var json = document.RootElement;
        return new(
            InstantOf(json.GetProperty("occurred")), InstantOf(json.GetProperty("recorded")), json.TryGetProperty("event", out var source) ? ReadEvent(source) : null,
            json.TryGetProperty("retracted", out var retracted) ? retracted.GetInt32() : 0, [.. json.GetProperty("added").EnumerateArray().Select(ReadRow)]);
    }

    private static JsonDocument Parse(ReadOnlySpan<byte> stored)
    {
        var reader = new Utf8JsonReader(stored);
        return JsonDocument.ParseValue(ref reader);
    }

    private static void Write(Utf8JsonWriter writer, CustomerEvent source)
    {
        writer.WriteStartObject("event");
        writer.WriteString("id", source.Id);
        writer.WriteString("customer", source.Customer.Value);
        writer.WriteString("type", source.Type);
        writer.WriteString("at", TextOf(source.Occurred));
        if (source.Received != source.Occurred) writer.WriteString("received", TextOf(source.Received));
        if (source.OrderNumber != 0) writer.WriteNumber("order", source.OrderNumber);
        if (source.Properties.Count > 0)
        {
            writer.WritePropertyName("properties");
            PropertyBagJson.Write(writer, source.Properties);
        }

        writer.WriteEndObject();
    }

    private static CustomerEvent ReadEvent(JsonElement json)
    {
        var at = InstantOf(json.GetProperty("at"));
        var properties = json.TryGetProperty("properties", out var bag) ? PropertyBagJson.FromText(bag.GetRawText()) : null;
        return new(
            json.GetProperty("id").GetString()!, new(json.GetProperty("customer").GetString()!), json.GetProperty("type").GetString()!, at, properties,
            json.TryGetProperty("received", out var received) ? InstantOf(received) : null, json.TryGetProperty("order", out var order) ? order.GetInt64() : 0);
    }

    private static void Write(Utf8JsonWriter writer, StageChange row)
    {
        writer.WriteStartObject();
        writer.WriteString("at", TextOf(row.At));
        if (row.From is not null) writer.WriteString("from", row.From);
        writer.WriteString("to", row.To);
        writer.WriteString("cause", row.Cause.ToString());
        if (row.Reason is not null) writer.WriteString("reason", row.Reason);
        if (row.Note is not null) writer.WriteString("note", row.Note);
        writer.WriteNumber("version", row.Version);
        writer.WriteEndObject();
    }

    private static StageChange ReadRow(JsonElement json)
    {
        var cause = json.GetProperty("cause").GetString()!;
        var colon = cause.IndexOf(':');
        var kind = colon < 0 ? StageCauseKind.Start : cause.Substring(0, colon) switch
        {
            "event" => StageCauseKind.Event,
            "timer" => StageCauseKind.Timer,
            "override" => StageCauseKind.Override,
            "migration" => StageCauseKind.Migration,
            var other => throw new FormatException(string.Format(CultureInfo.InvariantCulture, "There is no cause of the kind '{0}'.", other)),
        };
        return new(
            InstantOf(json.GetProperty("at")), TextAt(json, "from"), json.GetProperty("to").GetString()!, new(kind, colon < 0 ? "" : cause.Substring(colon + 1)),
            TextAt(json, "reason"), json.GetProperty("version").GetInt32(), TextAt(json, "note"));
    }

    private static string? TextAt(JsonElement json, string name) => json.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static string TextOf(Instant instant) => InstantPattern.ExtendedIso.Format(instant);

    private static Instant InstantOf(JsonElement json) => InstantPattern.ExtendedIso.Parse(json.GetString()!).GetValueOrThrow();
}
