using System.Text.Json;

namespace CustomerLifecycle.Stages;

/// <summary>Writes snapshots as JSON and reads them back.</summary>
/// <remarks>Versioned: a newer form than known is refused, with a message that says so.</remarks>
public static class StageCodec
{
    /// <summary>The newest form that this code reads, and the one that it writes.</summary>
    public const int FormatVersion = 1;

    /// <summary>Writes a snapshot.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <returns>UTF-8 JSON.</returns>
    public static byte[] Write(StageSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) Write(writer, snapshot);
        return stream.ToArray();
    }

    /// <summary>Reads a snapshot.</summary>
    /// <param name="json">What <see cref="Write(StageSnapshot)"/> gave.</param>
    /// <exception cref="FormatException">It is no snapshot, or one of a newer form than this code knows.</exception>
    public static StageSnapshot Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            return Read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("This is no stage snapshot: replay the customer's events instead.", exception);
        }
    }

    internal static void Write(Utf8JsonWriter writer, StageSnapshot snapshot)
    {
        var state = snapshot.State;
        writer.WriteStartObject();
        writer.WriteNumber("v", FormatVersion);
        writer.WriteString("machine", snapshot.Machine.ToString());
        writer.WriteBoolean("started", state.HasStarted);
        if (state.HasStarted)
        {
            writer.WriteNumber("at", state.AtTicks);
            writer.WriteNumber("entered", state.EnteredTicks);
            writer.WriteNumber("floor", state.FloorTicks);
            writer.WriteNumber("due", state.NextDueTicks);
            writer.WriteNumber("clock", state.FirstClock);
            writer.WriteNumber("spent", state.Spent);
            writer.WriteNumber("leaf", state.Leaf);
            writer.WriteNumber("version", state.Version);
            writer.WriteNumber("timer", state.NextTimer);
            writer.WriteNumber("fault", (int)state.Fault);
            writer.WriteStartArray("facts");
            foreach (var fact in snapshot.Facts) WriteValue(writer, fact);
            writer.WriteEndArray();
            if (state.Memory is { } memory) Write(writer, memory);
        }

        writer.WriteEndObject();
    }

    internal static StageSnapshot Read(JsonElement json)
    {
        var version = json.GetProperty("v").GetInt32();
        if (version > FormatVersion) throw new FormatException($"The stage snapshot has form {version}, and this code knows up to {FormatVersion}: update CustomerLifecycle.Stages.");
        var hash = json.GetProperty("machine").GetString()!;
        if (hash.Length != 32) throw new FormatException("The stage snapshot names no machine.");
        var machine = new RequestHash(ParseHex(hash.Substring(0, 16)), ParseHex(hash.Substring(16)));
        if (!json.GetProperty("started").GetBoolean()) return new(machine, default, []);
        var state = new StageState
        {
            HasStarted = true,
            AtTicks = json.GetProperty("at").GetInt64(),
            EnteredTicks = json.GetProperty("entered").GetInt64(),
            FloorTicks = json.GetProperty("floor").GetInt64(),
            NextDueTicks = json.GetProperty("due").GetInt64(),
            FirstClock = json.GetProperty("clock").GetInt64(),
            Spent = json.GetProperty("spent").GetUInt64(),
            Leaf = json.GetProperty("leaf").GetUInt16(),
            Version = json.GetProperty("version").GetUInt16(),
            NextTimer = json.GetProperty("timer").GetUInt16(),
            Fault = (StageFault)json.GetProperty("fault").GetByte(),
        };
        if (json.TryGetProperty("clocks", out _)) state.Memory = ReadMemory(json);
        return new(machine, in state, [.. json.GetProperty("facts").EnumerateArray().Select(ReadValue)]);
    }

    private static long ParseHex(string text) => long.Parse(text, System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter writer, StageMemory memory)
    {
        WriteNumbers(writer, "clocks", memory.Clocks);
        WriteNumbers(writer, "entries", memory.Entries);
        WriteNumbers(writer, "visits", memory.Visits.Select(visits => (long)visits));
        writer.WriteStartArray("rings");
        foreach (var ring in memory.Rings)
        {
            writer.WriteStartObject();
            writer.WriteNumber("of", (int)ring.Aggregate);
            writer.WriteNumber("window", ring.Window);
            writer.WriteStartArray("entries");
            foreach (var (ticks, value) in ring.Entries())
            {
                writer.WriteNumberValue(ticks);
                WriteValue(writer, value);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static StageMemory ReadMemory(JsonElement json)
    {
        var clocks = ReadNumbers(json, "clocks");
        var entries = ReadNumbers(json, "entries");
        var visits = ReadNumbers(json, "visits");
        var rings = json.GetProperty("rings").EnumerateArray().Select(ReadRing).ToArray();
        var memory = new StageMemory(clocks.Length, entries.Length, visits.Length, rings);
        clocks.CopyTo(memory.Clocks, 0);
        entries.CopyTo(memory.Entries, 0);
        for (var i = 0; i < visits.Length; i++) memory.Visits[i] = (int)visits[i];
        return memory;
    }

    private static FactRing ReadRing(JsonElement json)
    {
        var ring = new FactRing((StageAggregate)json.GetProperty("of").GetInt32(), json.GetProperty("window").GetInt64());
        var entries = json.GetProperty("entries");
        for (var i = 0; i + 1 < entries.GetArrayLength(); i += 2) ring.Add(entries[i].GetInt64(), ReadValue(entries[i + 1]));
        return ring;
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string name, IEnumerable<long> numbers)
    {
        writer.WriteStartArray(name);
        foreach (var number in numbers) writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }

    private static long[] ReadNumbers(JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(number => number.GetInt64())];

    // A number as it is, a text and a truth value too; a date and an instant as an object; nothing as null.
    internal static void WriteValue(Utf8JsonWriter writer, StageValue value)
    {
        if (value.TryGetNumber(out var number)) writer.WriteNumberValue(number);
        else if (value.TryGetText(out var text)) writer.WriteStringValue(text);
        else if (value.TryGetTruth(out var truth)) writer.WriteBooleanValue(truth);
        else if (value.IsNone) writer.WriteNullValue();
        else
        {
            writer.WriteStartObject();
            writer.WriteString(value.Kind == StageValueKind.Date ? "date" : "instant", value.ToInvariantText());
            writer.WriteEndObject();
        }
    }

    internal static StageValue ReadValue(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Number => StageValue.Number(json.GetDecimal()),
        JsonValueKind.String => StageValue.Text(json.GetString()),
        JsonValueKind.True => StageValue.Truth(true),
        JsonValueKind.False => StageValue.Truth(false),
        JsonValueKind.Null => StageValue.None,
        _ when json.TryGetProperty("date", out var date) => StageValue.Date(NodaTime.Text.LocalDatePattern.Iso.Parse(date.GetString()!).GetValueOrThrow()),
        _ => StageValue.Instant(NodaTime.Text.InstantPattern.ExtendedIso.Parse(json.GetProperty("instant").GetString()!).GetValueOrThrow()),
    };
}
