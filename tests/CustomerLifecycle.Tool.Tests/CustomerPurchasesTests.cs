using System.Buffers;

namespace CustomerLifecycle.Tool.Tests;

public class CustomerPurchasesTests
{
    [Fact]
    public void Codec_GivesBackWhatItWasGiven()
    {
        var codec = new PurchaseCodec();
        PurchaseRow[] rows = [new(-25_567, -1, 12.50m), new(0, 0, 0m), new(20_000, 86_399, -0.01m), new(20_000, 86_399, 999_999_999_999_999.9999999999999m), new(83_000, 1, decimal.MaxValue)];
        var state = CustomerPurchases.Empty.With(rows, 1).With([new(20_000, -1, 7m)], 300);
        var record = new ImportedPurchase(new(rows[2], 300), Instant.FromUtc(2026, 6, 1, 12, 30) + Duration.FromTicks(7));

        var output = new ArrayBufferWriter<byte>();
        codec.WriteState(state, output);
        Assert.Equal(state.Purchases.ToArray(), codec.ReadState(output.WrittenSpan, 1).Purchases.ToArray());

        output.Clear();
        codec.WriteRecord(record, output);
        var read = codec.ReadRecord(output.WrittenSpan, 1);
        Assert.Equal((record.Purchase, record.Recorded, record.Occurred, "refund", -0.01m), (read.Purchase, read.Recorded, read.Occurred, read.Kind, read.Amount));
    }

    [Fact]
    public void Codec_TornBytes_AreDamage()
    {
        var codec = new PurchaseCodec();
        var output = new ArrayBufferWriter<byte>();
        codec.WriteState(CustomerPurchases.Empty.With([new(20_000, -1, 7m), new(20_001, -1, 7m)], 1), output);

        for (var length = 0; length < output.WrittenCount; length++) Assert.Throws<StoreCorruptException>(() => codec.ReadState(output.WrittenSpan[..length], 1));
    }

    [Fact]
    public void NewAmong_CountsAlikeRows()
    {
        PurchaseRow once = new(1, -1, 5m), twice = new(2, -1, 5m), other = new(2, 60, 5m);
        var known = CustomerPurchases.Empty.With([once, twice, twice], 1);

        Assert.Empty(known.NewAmong([once, twice, twice]));
        Assert.Equal([once, other], known.NewAmong([once, once, twice, other]));
        Assert.Equal([once, twice], CustomerPurchases.Empty.NewAmong([once, twice]));
    }
}
