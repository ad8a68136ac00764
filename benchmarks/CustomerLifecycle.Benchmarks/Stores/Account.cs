using System.Buffers;
using System.Text.Json;

namespace CustomerLifecycle.Benchmarks.Stores;

/// <summary>A small state, as a host's own package would keep it.</summary>
internal sealed record Account(long Balance, long Moves);

/// <summary>A small record.</summary>
internal sealed record Moved(string Order, long Points, Instant Occurred) : IJournalRecord
{
    public Instant Recorded => Occurred;

    public string Kind => "moved";

    public decimal? Amount => Points;
}

/// <summary>Both as JSON.</summary>
internal sealed class AccountCodec() : JournalCodec<Account, Moved>("accounts", 1)
{
    public override void WriteState(Account state, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteNumber("balance", state.Balance);
        json.WriteNumber("moves", state.Moves);
        json.WriteEndObject();
    }

    public override void WriteRecord(Moved record, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("order", record.Order);
        json.WriteNumber("points", record.Points);
        json.WriteNumber("occurred", record.Occurred.ToUnixTimeTicks());
        json.WriteEndObject();
    }

    protected override Account DecodeState(ReadOnlySpan<byte> stored, int version)
    {
        var reader = new Utf8JsonReader(stored);
        using var json = JsonDocument.ParseValue(ref reader);
        return new(json.RootElement.GetProperty("balance").GetInt64(), json.RootElement.GetProperty("moves").GetInt64());
    }

    protected override Moved DecodeRecord(ReadOnlySpan<byte> stored, int version)
    {
        var reader = new Utf8JsonReader(stored);
        using var json = JsonDocument.ParseValue(ref reader);
        var root = json.RootElement;
        return new(root.GetProperty("order").GetString()!, root.GetProperty("points").GetInt64(), Instant.FromUnixTimeTicks(root.GetProperty("occurred").GetInt64()));
    }
}
