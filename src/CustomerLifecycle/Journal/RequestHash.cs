namespace CustomerLifecycle;

/// <summary>128 bits that stand for what was asked, so that a key said again can be told from a key used twice.</summary>
/// <remarks>Make it with a <see cref="RequestHasher"/>. Two longs, so that any store can hold it in two columns.</remarks>
public readonly record struct RequestHash
{
    /// <summary>Restores a stored hash.</summary>
    /// <param name="high">The first eight bytes, as a little-endian number.</param>
    /// <param name="low">The last eight bytes, as a little-endian number.</param>
    public RequestHash(long high, long low)
    {
        High = high;
        Low = low;
    }

    /// <summary>The first eight bytes, as a little-endian number.</summary>
    public long High { get; }

    /// <summary>The last eight bytes, as a little-endian number.</summary>
    public long Low { get; }

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => $"{High:x16}{Low:x16}";
}
