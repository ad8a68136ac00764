using System.Buffers;

namespace CustomerLifecycle.Tool;

/// <summary>A purchase in the database, and the import that brought it.</summary>
/// <param name="Row">Day, time and amount.</param>
/// <param name="Import">1, 2, 3…</param>
internal readonly record struct KnownPurchase(PurchaseRow Row, int Import);

/// <summary>All purchases and refunds of one customer, oldest first: the state of a stream of the journal <c>purchases</c>.</summary>
internal sealed class CustomerPurchases(KnownPurchase[] purchases)
{
    public static CustomerPurchases Empty { get; } = new([]);

    public ReadOnlySpan<KnownPurchase> Purchases => purchases;

    /// <summary>Those of a file's rows that are not known yet.</summary>
    /// <param name="rows">The customer's rows, in the order of <see cref="PurchaseRow"/>.</param>
    /// <remarks>Rows that are alike are told apart by counting: of three in the file and two here, one is new. So a file may overlap with what was imported before.</remarks>
    public List<PurchaseRow> NewAmong(ReadOnlySpan<PurchaseRow> rows)
    {
        var fresh = new List<PurchaseRow>();
        var at = 0;
        foreach (var row in rows)
        {
            while (at < purchases.Length && purchases[at].Row.CompareTo(row) < 0) at++;
            if (at < purchases.Length && purchases[at].Row.CompareTo(row) == 0) at++;
            else fresh.Add(row);
        }

        return fresh;
    }

    public CustomerPurchases With(IEnumerable<PurchaseRow> rows, int import)
    {
        KnownPurchase[] all = [.. purchases, .. rows.Select(row => new KnownPurchase(row, import))];
        Array.Sort(all, static (left, right) => left.Row.CompareTo(right.Row) is not 0 and var byRow ? byRow : left.Import.CompareTo(right.Import));
        return new(all);
    }
}

/// <summary>One purchase or refund, as it was imported.</summary>
internal sealed class ImportedPurchase(KnownPurchase purchase, Instant recorded) : IJournalRecord
{
    public KnownPurchase Purchase { get; } = purchase;

    public Instant Occurred => NodaConstants.UnixEpoch + Duration.FromDays(Purchase.Row.Day) + Duration.FromSeconds(Math.Max(0, Purchase.Row.Second));

    public Instant Recorded { get; } = recorded;

    public string Kind => Purchase.Row.Amount < 0 ? "refund" : "purchase";

    public decimal? Amount => Purchase.Row.Amount;
}

/// <summary>Purchases as bytes: whole numbers in groups of seven bits, days as distances. A purchase takes about eight bytes.</summary>
internal sealed class PurchaseCodec() : JournalCodec<CustomerPurchases, ImportedPurchase>("purchases", 1)
{
    public override void WriteState(CustomerPurchases state, IBufferWriter<byte> output)
    {
        var purchases = state.Purchases;
        Write(output, (ulong)purchases.Length);
        var day = 0;
        foreach (var purchase in purchases)
        {
            Write(output, purchase, day);
            day = purchase.Row.Day;
        }
    }

    public override void WriteRecord(ImportedPurchase record, IBufferWriter<byte> output)
    {
        Write(output, record.Purchase, 0);
        Write(output, Folded(record.Recorded.ToUnixTimeTicks()));
    }

    protected override CustomerPurchases DecodeState(ReadOnlySpan<byte> stored, int version)
    {
        var purchases = new KnownPurchase[checked((int)Read(ref stored))];
        var day = 0;
        for (var i = 0; i < purchases.Length; i++)
        {
            purchases[i] = Read(ref stored, day);
            day = purchases[i].Row.Day;
        }

        return stored.IsEmpty ? new(purchases) : throw new FormatException();
    }

    protected override ImportedPurchase DecodeRecord(ReadOnlySpan<byte> stored, int version)
    {
        var purchase = Read(ref stored, 0);
        return new(purchase, Instant.FromUnixTimeTicks(Unfolded(Read(ref stored))));
    }

    private static void Write(IBufferWriter<byte> output, KnownPurchase purchase, int day)
    {
        Write(output, Folded(purchase.Row.Day - day));
        Write(output, (ulong)(purchase.Row.Second + 1));
        Write(output, (ulong)purchase.Import);

        // A decimal is a sign, a count of decimals and a whole number of 96 bits.
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(purchase.Row.Amount, bits);
        Write(output, (((uint)bits[3] >> 16) & 0xFF) << 1 | (uint)bits[3] >> 31);
        Write(output, (ulong)(uint)bits[1] << 32 | (uint)bits[0]);
        Write(output, (uint)bits[2]);
    }

    private static KnownPurchase Read(ref ReadOnlySpan<byte> stored, int day)
    {
        day = checked(day + (int)Unfolded(Read(ref stored)));
        var second = checked((int)Read(ref stored)) - 1;
        var import = checked((int)Read(ref stored));
        var scale = Read(ref stored);
        var low = Read(ref stored);
        var high = Read(ref stored);
        return new(new(day, second, new((int)(uint)low, (int)(uint)(low >> 32), (int)checked((uint)high), (scale & 1) == 1, checked((byte)(scale >> 1)))), import);
    }

    private static ulong Folded(long value) => (ulong)((value << 1) ^ (value >> 63));

    private static long Unfolded(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static void Write(IBufferWriter<byte> output, ulong value)
    {
        var bytes = output.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7) bytes[length++] = (byte)(value | 0x80);
        bytes[length++] = (byte)value;
        output.Advance(length);
    }

    private static ulong Read(ref ReadOnlySpan<byte> stored)
    {
        ulong value = 0;
        for (var i = 0; ; i++)
        {
            var part = stored[i];
            value |= (ulong)(part & 0x7F) << (7 * i);
            if (part >= 0x80) continue;
            stored = stored[(i + 1)..];
            return value;
        }
    }
}
