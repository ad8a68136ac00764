using System.Buffers;
using System.Globalization;
using System.Text.Json;
using NodaTime.Text;

namespace CustomerLifecycle.Storage.Conformance;

/// <summary>How the kit's notes become bytes, for stores in a database.</summary>
public sealed class NoteCodec : JournalCodec<Note, NoteAdded>
{
    /// <summary>Makes the codec of the journal <c>notes</c>.</summary>
    /// <param name="version">The version that it says it writes; the form is the same in all. A kit's test gives 2 to play a process from the future.</param>
    public NoteCodec(int version = 1)
        : base("notes", version)
    {
    }

    /// <inheritdoc/>
    public override void WriteState(Note state, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(state);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteNumber("count", state.Count);
        json.WriteString("last", state.Last);
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override void WriteRecord(NoteAdded record, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(record);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("text", record.Text);
        json.WriteString("occurred", InstantPattern.ExtendedIso.Format(record.Occurred));
        json.WriteString("recorded", InstantPattern.ExtendedIso.Format(record.Recorded));
        json.WriteString("kind", record.Kind);
        if (record.Amount is { } amount) json.WriteString("amount", amount.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    protected override Note DecodeState(ReadOnlySpan<byte> stored, int version)
    {
        using var json = JsonDocument.Parse(stored.ToArray());
        return new(json.RootElement.GetProperty("count").GetInt64(), json.RootElement.GetProperty("last").GetString()!);
    }

    /// <inheritdoc/>
    protected override NoteAdded DecodeRecord(ReadOnlySpan<byte> stored, int version)
    {
        using var json = JsonDocument.Parse(stored.ToArray());
        var root = json.RootElement;
        return new(
            root.GetProperty("text").GetString()!,
            InstantPattern.ExtendedIso.Parse(root.GetProperty("occurred").GetString()!).Value,
            InstantPattern.ExtendedIso.Parse(root.GetProperty("recorded").GetString()!).Value,
            root.GetProperty("kind").GetString()!,
            root.TryGetProperty("amount", out var amount) ? decimal.Parse(amount.GetString()!, CultureInfo.InvariantCulture) : null);
    }
}
