using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CustomerLifecycle.Tool;

/// <summary>One import of a file.</summary>
/// <param name="Number">1, 2, 3…</param>
/// <param name="File">The file's name without its folder.</param>
/// <param name="Fingerprint">Stands for the file's content and how it was read.</param>
/// <param name="Ticks">When, in ticks since 1970.</param>
/// <param name="Rows">Rows of the file.</param>
/// <param name="Rejected">Rows that could not be read.</param>
/// <param name="Dropped">Rows that repeat another, where that was asked for.</param>
/// <param name="Added">Purchases and refunds that were not known.</param>
/// <param name="Known">Purchases and refunds that were known.</param>
/// <param name="NewCustomers">Customers who were not known.</param>
/// <param name="HasAmounts">Whether the file has amounts.</param>
/// <param name="LastDay">Its last day, in days since 1970.</param>
internal sealed record ImportEntry(int Number, string File, string Fingerprint, long Ticks, long Rows, long Rejected, long Dropped, long Added, long Known, int NewCustomers, bool HasAmounts, int LastDay)
{
    [JsonIgnore]
    public Instant At => Instant.FromUnixTimeTicks(Ticks);
}

/// <summary>What the imports so far came to: the state of the one stream of the journal <c>imports</c>.</summary>
/// <param name="Last">The number of the last import that was begun.</param>
/// <param name="Open">The import that is under way; null when all are finished.</param>
/// <param name="Purchases">Purchases and refunds of all finished imports.</param>
/// <param name="Customers">Customers of all finished imports.</param>
/// <param name="HasAmounts">Whether purchases have amounts; null before the first import.</param>
/// <param name="LastDay">The last day of all, in days since 1970.</param>
internal sealed record ImportLog(int Last, ImportEntry? Open, long Purchases, int Customers, bool? HasAmounts, int LastDay)
{
    public static ImportLog Empty { get; } = new(0, null, 0, 0, null, int.MinValue);

    public ImportLog With(ImportStep step) => step.Kind switch
    {
        ImportStep.Begun => this with { Last = step.Entry.Number, Open = step.Entry },
        ImportStep.Dropped => this with { Open = null },
        _ => this with
        {
            Open = null,
            Purchases = Purchases + step.Entry.Added,
            Customers = Customers + step.Entry.NewCustomers,
            HasAmounts = step.Entry.HasAmounts,
            LastDay = Math.Max(LastDay, step.Entry.LastDay),
        },
    };
}

/// <summary>A step of an import.</summary>
internal sealed class ImportStep(string kind, ImportEntry entry, Instant recorded) : IJournalRecord
{
    /// <summary>What is to be written is known; nothing is written yet.</summary>
    public const string Begun = "begun";

    /// <summary>Everything is written.</summary>
    public const string Finished = "finished";

    /// <summary>The program ended before anything was written.</summary>
    public const string Dropped = "dropped";

    public string Kind { get; } = kind;

    public ImportEntry Entry { get; } = entry;

    public Instant Occurred => Entry.At;

    public Instant Recorded { get; } = recorded;

    public decimal? Amount => Entry.Added;
}

/// <summary>The log of imports as JSON.</summary>
internal sealed partial class ImportCodec() : JournalCodec<ImportLog, ImportStep>("imports", 1)
{
    public override void WriteState(ImportLog state, IBufferWriter<byte> output) => Write(output, state, Json.Default.ImportLog);

    public override void WriteRecord(ImportStep record, IBufferWriter<byte> output) =>
        Write(output, new StoredStep(record.Kind, record.Entry, record.Recorded.ToUnixTimeTicks()), Json.Default.StoredStep);

    protected override ImportLog DecodeState(ReadOnlySpan<byte> stored, int version) => JsonSerializer.Deserialize(stored, Json.Default.ImportLog)!;

    protected override ImportStep DecodeRecord(ReadOnlySpan<byte> stored, int version)
    {
        var step = JsonSerializer.Deserialize(stored, Json.Default.StoredStep)!;
        return new(step.Kind, step.Entry, Instant.FromUnixTimeTicks(step.Ticks));
    }

    private static void Write<T>(IBufferWriter<byte> output, T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        using var writer = new Utf8JsonWriter(output);
        JsonSerializer.Serialize(writer, value, type);
    }

    internal sealed record StoredStep(string Kind, ImportEntry Entry, long Ticks);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(ImportLog))]
    [JsonSerializable(typeof(StoredStep))]
    private sealed partial class Json : JsonSerializerContext;
}
