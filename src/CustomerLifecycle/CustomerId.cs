using System.Diagnostics;

namespace CustomerLifecycle;

/// <summary>Identifies one customer of one tenant.</summary>
/// <remarks>Opaque: compared ordinally and never parsed, so a host may use its own ERP key.</remarks>
[DebuggerDisplay("{_value}")]
public readonly record struct CustomerId
{
    /// <summary>The longest identifier every shipped store can index, in UTF-16 code units.</summary>
    public const int MaxLength = 128;

    private readonly string? _value;

    /// <summary>Wraps a host's own customer key.</summary>
    /// <param name="value">1 to <see cref="MaxLength"/> code units, not blank.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> is blank or too long.</exception>
    public CustomerId(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, MaxLength, nameof(value));
        _value = value;
    }

    /// <summary>The host's key.</summary>
    /// <exception cref="InvalidOperationException">This is <c>default(CustomerId)</c>.</exception>
    public string Value => _value ?? throw new InvalidOperationException("CustomerId was never assigned: construct it from the host's own key.");

    /// <summary>A pseudonym, stable within the process. Host keys are often phone numbers or addresses, and text ends up in logs.</summary>
    /// <returns><c>customer#</c> and eight hexadecimal digits.</returns>
    public override string ToString() => _value is null ? "customer#unassigned" : $"customer#{Pseudonym.Of(_value):x8}";
}
