using System.Buffers;
using System.Text;

namespace CustomerLifecycle.Tool;

/// <summary>A rule that was given a name, in the canonical text of the language: the state of a stream of the journal <c>segments</c>, which has the segment's name.</summary>
internal sealed record SavedSegment(string Rule);

/// <summary>A rule as it was saved under a name.</summary>
internal sealed class SegmentSaved(string rule, Instant recorded) : IJournalRecord
{
    public string Rule { get; } = rule;

    public Instant Occurred => Recorded;

    public Instant Recorded { get; } = recorded;

    public string Kind => "saved";

    public decimal? Amount => null;
}

/// <summary>Saved rules as UTF-8; before a record's, its instant in ticks.</summary>
internal sealed class SegmentCodec() : JournalCodec<SavedSegment, SegmentSaved>("segments", 1)
{
    public override void WriteState(SavedSegment state, IBufferWriter<byte> output) => Encoding.UTF8.GetBytes(state.Rule, output);

    public override void WriteRecord(SegmentSaved record, IBufferWriter<byte> output)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(long)), record.Recorded.ToUnixTimeTicks());
        output.Advance(sizeof(long));
        Encoding.UTF8.GetBytes(record.Rule, output);
    }

    protected override SavedSegment DecodeState(ReadOnlySpan<byte> stored, int version) => new(Encoding.UTF8.GetString(stored));

    protected override SegmentSaved DecodeRecord(ReadOnlySpan<byte> stored, int version) =>
        new(Encoding.UTF8.GetString(stored[sizeof(long)..]), Instant.FromUnixTimeTicks(System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(stored)));
}
