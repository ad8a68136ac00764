using System.Buffers;
using System.Text;

namespace CustomerLifecycle.Tests;

public class JournalCodecTests
{
    [Fact]
    public void Read_OfWhatWasWritten_IsTheSame()
    {
        var codec = new NoteCodec("notes", 2);
        var bytes = new ArrayBufferWriter<byte>();

        codec.WriteState(new Notes(7), bytes);

        Assert.Equal(new Notes(7), codec.ReadState(bytes.WrittenSpan, 1));
    }

    [Fact]
    public void Read_OfANewerVersion_IsRefusedBeforeDecoding()
    {
        var refusal = Assert.Throws<StoreVersionException>(() => new NoteCodec("notes", 2).ReadRecord("secret"u8, 3));

        Assert.Equal(("notes", 3, 2, false), (refusal.Name, refusal.Found, refusal.Known, refusal.IsTransient));
        Assert.Contains("Update the package", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OfDamage_SaysSoWithoutQuotingIt()
    {
        var fault = Assert.Throws<StoreCorruptException>(() => new NoteCodec("notes", 1).ReadState("Jane Doe"u8, 1));

        Assert.False(fault.IsTransient);
        Assert.DoesNotContain("Jane", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Notes")]
    [InlineData("1notes")]
    [InlineData("notes;drop")]
    [InlineData("a23456789012345678901234567890123456789012")]
    public void Constructor_OfANameThatIsNoTableName_Throws(string name) => Assert.ThrowsAny<ArgumentException>(() => new NoteCodec(name, 1));

    private sealed class NoteCodec(string name, int version) : JournalCodec<Notes, NoteAdded>(name, version)
    {
        public override void WriteState(Notes state, IBufferWriter<byte> output) => output.Write(Encoding.UTF8.GetBytes(state.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)));

        public override void WriteRecord(NoteAdded record, IBufferWriter<byte> output) => output.Write(Encoding.UTF8.GetBytes(record.Text));

        protected override Notes DecodeState(ReadOnlySpan<byte> stored, int version) =>
            int.TryParse(Encoding.UTF8.GetString(stored), System.Globalization.CultureInfo.InvariantCulture, out var count) ? new(count) : throw new FormatException($"'{Encoding.UTF8.GetString(stored)}' is no number.");

        protected override NoteAdded DecodeRecord(ReadOnlySpan<byte> stored, int version) => new(Encoding.UTF8.GetString(stored), NoteAppends.Noon, NoteAppends.Noon);
    }
}
