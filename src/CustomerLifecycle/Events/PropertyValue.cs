using System.Globalization;
using System.Runtime.InteropServices;

namespace CustomerLifecycle;

/// <summary>What kind of value a property has. Values of different kinds are never equal and never ordered.</summary>
public enum PropertyKind
{
    /// <summary>There is no value.</summary>
    Missing = 0,

    /// <summary>An exact decimal number.</summary>
    Number = 1,

    /// <summary>A text.</summary>
    Text = 2,

    /// <summary>True or false.</summary>
    Truth = 3,

    /// <summary>A point in time.</summary>
    Instant = 4,

    /// <summary>A calendar date without time and zone.</summary>
    Date = 5,
}

/// <summary>One small typed value. <c>default</c> is a missing one.</summary>
/// <remarks>32 bytes; made without allocating. <see cref="ToString"/> does not show texts, which may be personal.</remarks>
[StructLayout(LayoutKind.Explicit)]
public readonly struct PropertyValue : IEquatable<PropertyValue>
{
    /// <summary>The longest text, in UTF-16 code units.</summary>
    public const int MaxTextLength = 1_024;

    // Only one of the four is ever written, and the kind says which; they share their sixteen bytes.
    [FieldOffset(0)] private readonly string? _text;
    [FieldOffset(8)] private readonly decimal _number;
    [FieldOffset(8)] private readonly bool _truth;
    [FieldOffset(8)] private readonly Instant _instant;
    [FieldOffset(8)] private readonly LocalDate _date;
    [FieldOffset(24)] private readonly PropertyKind _kind;

    /// <summary>Makes a number.</summary>
    /// <param name="value">The number, exact.</param>
    public PropertyValue(decimal value)
        : this()
    {
        _number = value;
        _kind = PropertyKind.Number;
    }

    /// <summary>Makes a text.</summary>
    /// <param name="value">Up to <see cref="MaxTextLength"/> code units, without U+0000 and half surrogate pairs.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> is too long or cannot be stored as UTF-8.</exception>
    public PropertyValue(string value)
        : this()
    {
        _text = KeyText.CheckStorable(value, MaxTextLength, nameof(value));
        _kind = PropertyKind.Text;
    }

    /// <summary>Makes a truth value.</summary>
    /// <param name="value">True or false.</param>
    public PropertyValue(bool value)
        : this()
    {
        _truth = value;
        _kind = PropertyKind.Truth;
    }

    /// <summary>Makes an instant.</summary>
    /// <param name="value">The instant.</param>
    public PropertyValue(Instant value)
        : this()
    {
        _instant = value;
        _kind = PropertyKind.Instant;
    }

    /// <summary>Makes a date.</summary>
    /// <param name="value">The date, kept in the ISO calendar.</param>
    public PropertyValue(LocalDate value)
        : this()
    {
        _date = value.WithCalendar(CalendarSystem.Iso);
        _kind = PropertyKind.Date;
    }

    /// <summary>What kind of value it is.</summary>
    public PropertyKind Kind => _kind;

    /// <summary>Whether there is a value.</summary>
    public bool IsSet => _kind != PropertyKind.Missing;

    /// <summary>The number, or null when it is none.</summary>
    public decimal? AsNumber => _kind == PropertyKind.Number ? _number : null;

    /// <summary>The text, or null when it is none.</summary>
    public string? AsText => _text;

    /// <summary>The truth value, or null when it is none.</summary>
    public bool? AsTruth => _kind == PropertyKind.Truth ? _truth : null;

    /// <summary>The instant, or null when it is none.</summary>
    public Instant? AsInstant => _kind == PropertyKind.Instant ? _instant : null;

    /// <summary>The date, or null when it is none.</summary>
    public LocalDate? AsDate => _kind == PropertyKind.Date ? _date : null;

    /// <summary>Makes a number.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator PropertyValue(decimal value) => new(value);

    /// <summary>Makes a number.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator PropertyValue(long value) => new((decimal)value);

    /// <summary>Makes a number.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator PropertyValue(int value) => new((decimal)value);

    /// <summary>Makes a text.</summary>
    /// <param name="value">The text.</param>
    public static implicit operator PropertyValue(string value) => new(value);

    /// <summary>Makes a truth value.</summary>
    /// <param name="value">True or false.</param>
    public static implicit operator PropertyValue(bool value) => new(value);

    /// <summary>Makes an instant.</summary>
    /// <param name="value">The instant.</param>
    public static implicit operator PropertyValue(Instant value) => new(value);

    /// <summary>Makes a date.</summary>
    /// <param name="value">The date.</param>
    public static implicit operator PropertyValue(LocalDate value) => new(value);

    /// <summary>Whether two values are of one kind and equal; numbers by value.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(PropertyValue left, PropertyValue right) => left.Equals(right);

    /// <summary>Whether two values differ in kind or value.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(PropertyValue left, PropertyValue right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(PropertyValue other) => _kind == other._kind && _kind switch
    {
        PropertyKind.Number => _number == other._number,
        PropertyKind.Text => string.Equals(_text, other._text, StringComparison.Ordinal),
        PropertyKind.Truth => _truth == other._truth,
        PropertyKind.Instant => _instant == other._instant,
        PropertyKind.Date => _date == other._date,
        _ => true,
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PropertyValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _kind switch
    {
        PropertyKind.Number => _number.GetHashCode(),
        PropertyKind.Text => StringComparer.Ordinal.GetHashCode(_text!),
        PropertyKind.Truth => _truth ? 1 : 2,
        PropertyKind.Instant => _instant.GetHashCode(),
        PropertyKind.Date => _date.GetHashCode(),
        _ => 0,
    };

    /// <summary>The value in the condition language's literals; of a text only its length, because it may be personal.</summary>
    public override string ToString() => _kind switch
    {
        PropertyKind.Number => _number.ToString(CultureInfo.InvariantCulture),
        PropertyKind.Text => string.Format(CultureInfo.InvariantCulture, "text of {0}", _text!.Length),
        PropertyKind.Truth => _truth ? "true" : "false",
        PropertyKind.Instant => NodaTime.Text.InstantPattern.ExtendedIso.Format(_instant),
        PropertyKind.Date => NodaTime.Text.LocalDatePattern.Iso.Format(_date),
        _ => "missing",
    };

    /// <summary>Adds the value and its kind to a request's hash.</summary>
    internal void AddTo(ref RequestHasher hasher)
    {
        switch (_kind)
        {
            case PropertyKind.Number: hasher.Add(_number); break;
            case PropertyKind.Text: hasher.Add(_text); break;
            case PropertyKind.Truth: hasher.Add(_truth); break;
            case PropertyKind.Instant: hasher.Add(_instant); break;
            case PropertyKind.Date: hasher.Add(_date); break;
            default: hasher.AddMissing(); break;
        }
    }
}
