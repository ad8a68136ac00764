namespace CustomerLifecycle;

/// <summary>Writes a request in its binary canonical form and hashes it on the way, without allocating.</summary>
/// <remarks>
/// <para>
/// Requests that mean the same hash the same: 1.5 is 1.50, and it is for the caller to say a default as it says what is left out. Requests that differ
/// in one value, its kind, its place or its absence hash differently. Hashes are stored: this form never changes.
/// </para>
/// <para>
/// The form: each value is a block of eight bytes (kind in the lowest byte, above it a length or the value's scale), then its content in little-endian blocks of eight bytes,
/// the last one filled up with zeros. Text is its UTF-16 code units, with their number as the length. Hashed with SipHash-2-4-128 under the key 00 01 … 0f.
/// </para>
/// <para>A mutable struct: keep it in a local variable, or pass it by reference.</para>
/// </remarks>
public struct RequestHasher
{
    private SipHash128 _hash;

    private RequestHasher(string operation)
    {
        _hash = SipHash128.Start();
        Add(operation);
    }

    private enum Kind : byte
    {
        Missing = 0,
        Text = 1,
        Whole = 2,
        Decimal = 3,
        Truth = 4,
        Instant = 5,
        Date = 6,
        Count = 7,
    }

    /// <summary>Starts with the name of the operation, so that two operations with the same values differ.</summary>
    /// <param name="operation">Its stable name: <c>redeem</c>.</param>
    public static RequestHasher Start(string operation) => new(operation);

    /// <summary>Adds a text, or its absence.</summary>
    /// <param name="value">The text.</param>
    public void Add(string? value)
    {
        if (value is null)
        {
            AddMissing();
            return;
        }

        Head(Kind.Text, value.Length);
        _hash.Add(value.AsSpan());
    }

    /// <summary>Adds a whole number.</summary>
    /// <param name="value">The number.</param>
    public void Add(long value)
    {
        Head(Kind.Whole, 0);
        _hash.Add(unchecked((ulong)value));
    }

    /// <summary>Adds a decimal by its value: 1.5 and 1.50 are the same.</summary>
    /// <param name="value">The number.</param>
    public void Add(decimal value)
    {
#if NET8_0_OR_GREATER
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        if (ScaleOf(parts[3]) != 0) decimal.GetBits(Normal(value), parts);
#else
        var parts = decimal.GetBits(value);
        if (ScaleOf(parts[3]) != 0) parts = decimal.GetBits(Normal(value));
#endif
        Head(Kind.Decimal, value == 0m ? 0 : parts[3]);
        _hash.Add(unchecked((uint)parts[0] | ((ulong)(uint)parts[1] << 32)));
        _hash.Add(unchecked((uint)parts[2]));
    }

    /// <summary>Adds a truth value.</summary>
    /// <param name="value">The value.</param>
    public void Add(bool value) => Head(Kind.Truth, value ? 1 : 0);

    /// <summary>Adds an instant, to the nanosecond.</summary>
    /// <param name="value">The instant.</param>
    public void Add(Instant value)
    {
        var since = value - NodaConstants.UnixEpoch;
        Head(Kind.Instant, since.Days);
        _hash.Add(unchecked((ulong)since.NanosecondOfDay));
    }

    /// <summary>Adds a date.</summary>
    /// <param name="value">The date, in the ISO calendar.</param>
    public void Add(LocalDate value)
    {
        var iso = value.WithCalendar(CalendarSystem.Iso);
        Head(Kind.Date, (iso.Year * 512) + (iso.Month * 32) + iso.Day);
    }

    /// <summary>Adds a customer.</summary>
    /// <param name="value">The customer.</param>
    public void Add(CustomerId value) => Add(value.Value);

    /// <summary>Starts a list: say how many items follow, so that two lists beside each other cannot be cut elsewhere.</summary>
    /// <param name="count">Items that follow.</param>
    public void AddCount(int count) => Head(Kind.Count, count);

    /// <summary>Adds that a value is absent.</summary>
    public void AddMissing() => Head(Kind.Missing, 0);

    /// <summary>The hash of all that was added so far.</summary>
    public readonly RequestHash ToHash() => _hash.Finish();

    // Digits behind the point.
    private static int ScaleOf(int flags) => (flags >> 16) & 0xFF;

    // Dividing by a one with 28 zeros behind the point takes the trailing zeros away.
    private static decimal Normal(decimal value) => value / 1.0000000000000000000000000000m;

    private void Head(Kind kind, int length) => _hash.Add((byte)kind | ((ulong)unchecked((uint)length) << 8));
}
