using System.Diagnostics;

namespace CustomerLifecycle;

/// <summary>Names one stream of a journal: mostly one customer's, in one package.</summary>
/// <remarks>Opaque: never parsed, ordered by code point.</remarks>
[DebuggerDisplay("{_value}")]
public readonly record struct StreamId : IComparable<StreamId>
{
    /// <summary>The longest name every shipped store can index, in UTF-16 code units.</summary>
    public const int MaxLength = 256;

    private readonly string? _value;

    /// <summary>Names a stream.</summary>
    /// <param name="value">1 to <see cref="MaxLength"/> code units, not blank, without U+0000 and without half surrogate pairs.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> is blank, too long, or cannot be stored as UTF-8.</exception>
    public StreamId(string value) => _value = KeyText.Check(value, MaxLength, nameof(value));

    private StreamId(CustomerId customer) => _value = customer.Value;

    /// <summary>The name.</summary>
    /// <exception cref="InvalidOperationException">This is <c>default(StreamId)</c>.</exception>
    public string Value => _value ?? throw new InvalidOperationException("StreamId was never assigned: construct it from a name or a customer.");

    /// <summary>The stream of one customer, in a journal that has one for each.</summary>
    /// <param name="customer">The customer.</param>
    public static StreamId Of(CustomerId customer) => new(customer);

    /// <summary>Compares by code point.</summary>
    /// <param name="other">The other name.</param>
    public int CompareTo(StreamId other) => CodePointComparer.CompareText(_value, other._value);

    /// <summary>A pseudonym, stable within the process: names of streams hold customers' keys.</summary>
    /// <returns><c>stream#</c> and eight hexadecimal digits.</returns>
    public override string ToString() => _value is null ? "stream#unassigned" : $"stream#{Pseudonym.Of(_value):x8}";
}

/// <summary>Says the same request again: unique for all appends of one journal.</summary>
/// <remarks>A host uses what names the request in its own world: an order number, a message id. Opaque: never parsed.</remarks>
[DebuggerDisplay("{_value}")]
public readonly record struct IdempotencyKey
{
    /// <summary>The longest key every shipped store can index, in UTF-16 code units.</summary>
    public const int MaxLength = 200;

    private readonly string? _value;

    /// <summary>Wraps a key.</summary>
    /// <param name="value">1 to <see cref="MaxLength"/> code units, not blank, without U+0000 and without half surrogate pairs.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> is blank, too long, or cannot be stored as UTF-8.</exception>
    public IdempotencyKey(string value) => _value = KeyText.Check(value, MaxLength, nameof(value));

    /// <summary>The key.</summary>
    /// <exception cref="InvalidOperationException">This is <c>default(IdempotencyKey)</c>.</exception>
    public string Value => _value ?? throw new InvalidOperationException("IdempotencyKey was never assigned: construct it from the name of the request.");

    /// <summary>A pseudonym, stable within the process: keys often hold order numbers or customers' keys.</summary>
    /// <returns><c>key#</c> and eight hexadecimal digits.</returns>
    public override string ToString() => _value is null ? "key#unassigned" : $"key#{Pseudonym.Of(_value):x8}";
}
