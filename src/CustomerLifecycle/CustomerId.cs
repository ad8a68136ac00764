using System.Diagnostics;

namespace CustomerLifecycle;

/// <summary>Identifies one customer of one tenant.</summary>
/// <remarks>Opaque: never parsed, ordered by code point, so a host may use its own ERP key.</remarks>
[DebuggerDisplay("{_value}")]
public readonly record struct CustomerId : IComparable<CustomerId>
{
    /// <summary>The longest identifier every shipped store can index, in UTF-16 code units.</summary>
    public const int MaxLength = 128;

    private readonly string? _value;

    /// <summary>Wraps a host's own customer key.</summary>
    /// <param name="value">1 to <see cref="MaxLength"/> code units, not blank, without U+0000 and without half surrogate pairs.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> is blank, too long, or cannot be stored as UTF-8.</exception>
    public CustomerId(string value) => _value = KeyText.Check(value, MaxLength, nameof(value));

    /// <summary>The host's key.</summary>
    /// <exception cref="InvalidOperationException">This is <c>default(CustomerId)</c>.</exception>
    public string Value => _value ?? throw new InvalidOperationException("CustomerId was never assigned: construct it from the host's own key.");

    /// <summary>Compares by code point.</summary>
    /// <param name="other">The other identifier.</param>
    public int CompareTo(CustomerId other) => CodePointComparer.CompareText(_value, other._value);

    /// <summary>A pseudonym, stable within the process. Host keys are often phone numbers or addresses, and text ends up in logs.</summary>
    /// <returns><c>customer#</c> and eight hexadecimal digits.</returns>
    public override string ToString() => _value is null ? "customer#unassigned" : $"customer#{Pseudonym.Of(_value):x8}";
}
