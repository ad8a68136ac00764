using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;

namespace CustomerLifecycle.Rules;

/// <summary>One value of a rule or of a customer: missing, or of one kind.</summary>
/// <remarks>
/// <c>==</c> tells representations apart (the integer 2 is not the decimal 2.0), because a rule prints back as it was written. <see cref="SameAs"/> and
/// <see cref="TryCompare"/> are the language's own equality and order, by exact value.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
public readonly record struct RuleValue
{
    private readonly object? _reference;
    private readonly decimal _decimal;
    private readonly long _low;
    private readonly int _high;

    private RuleValue(RuleValueKind kind, NumberForm form = default, long low = 0, int high = 0, decimal number = 0, object? reference = null)
    {
        Kind = kind;
        Form = form;
        _low = low;
        _high = high;
        _decimal = number;
        _reference = reference;
    }

    /// <summary>No value.</summary>
    public static RuleValue Missing => default;

    /// <summary>The kind.</summary>
    public RuleValueKind Kind { get; }

    /// <summary>How the number is held; meaningful for <see cref="RuleValueKind.Number"/> only.</summary>
    public NumberForm Form { get; }

    /// <summary>Whether there is no value.</summary>
    public bool IsMissing => Kind == RuleValueKind.Missing;

    /// <summary>A truth value.</summary>
    /// <param name="value">The value.</param>
    public static RuleValue Of(bool value) => new(RuleValueKind.Boolean, low: value ? 1 : 0);

    /// <summary>An integer.</summary>
    /// <param name="value">The value.</param>
    public static RuleValue Of(long value) => new(RuleValueKind.Number, NumberForm.Integer, value);

    /// <summary>A decimal. Trailing zeros do not matter.</summary>
    /// <param name="value">The value.</param>
    public static RuleValue Of(decimal value) => new(RuleValueKind.Number, NumberForm.Decimal, number: value);

    /// <summary>A double. NaN is missing, minus zero is zero, infinities are values.</summary>
    /// <param name="value">The value.</param>
    public static RuleValue Of(double value) =>
        double.IsNaN(value) ? default : new(RuleValueKind.Number, NumberForm.Double, BitConverter.DoubleToInt64Bits(value == 0 ? 0 : value));

    /// <summary>Text; null is missing, the empty text is a value.</summary>
    /// <param name="value">The value.</param>
    public static RuleValue Of(string? value) => value is null ? default : new(RuleValueKind.Text, reference: value);

    /// <summary>A calendar day, converted to the ISO calendar.</summary>
    /// <param name="value">The value.</param>
    public static RuleValue Of(LocalDate value)
    {
        var iso = value.WithCalendar(CalendarSystem.Iso);
        return new(RuleValueKind.Date, low: ((long)iso.Year << 16) | ((long)iso.Month << 8) | (long)iso.Day);
    }

    /// <summary>A point on the time line.</summary>
    /// <param name="value">The value.</param>
    public static RuleValue Of(Instant value)
    {
        var sinceEpoch = value - NodaConstants.UnixEpoch;
        return new(RuleValueKind.Instant, high: sinceEpoch.Days, low: sinceEpoch.NanosecondOfDay);
    }

    /// <summary>A set; null is missing, and so is each missing element left out. Duplicates count once.</summary>
    /// <param name="values">The elements.</param>
    public static RuleValue Of(IEnumerable<RuleValue>? values) => values is null ? default : new(RuleValueKind.Set, reference: new RuleSet(values));

    /// <summary>A set of texts; null is missing.</summary>
    /// <param name="values">The elements.</param>
    public static RuleValue Of(IEnumerable<string>? values) => Of(values?.Select(value => Of(value)));

    /// <summary>A property of an event of the front door.</summary>
    /// <param name="value">The property's value.</param>
    public static RuleValue Of(PropertyValue value) => value.Kind switch
    {
        PropertyKind.Number => Of(value.AsNumber!.Value),
        PropertyKind.Text => Of(value.AsText),
        PropertyKind.Truth => Of(value.AsTruth!.Value),
        PropertyKind.Date => Of(value.AsDate!.Value),
        PropertyKind.Instant => Of(value.AsInstant!.Value),
        _ => default,
    };

    /// <summary>The truth value.</summary>
    /// <exception cref="InvalidOperationException">This is of another kind.</exception>
    public bool AsBoolean => Kind == RuleValueKind.Boolean ? _low != 0 : throw NotA(RuleValueKind.Boolean);

    /// <summary>The text.</summary>
    /// <exception cref="InvalidOperationException">This is of another kind.</exception>
    public string AsText => Kind == RuleValueKind.Text ? (string)_reference! : throw NotA(RuleValueKind.Text);

    /// <summary>The day.</summary>
    /// <exception cref="InvalidOperationException">This is of another kind.</exception>
    public LocalDate AsDate => Kind == RuleValueKind.Date ? new((int)(_low >> 16), (int)(_low >> 8) & 0xFF, (int)_low & 0xFF) : throw NotA(RuleValueKind.Date);

    /// <summary>The point on the time line.</summary>
    /// <exception cref="InvalidOperationException">This is of another kind.</exception>
    public Instant AsInstant => Kind == RuleValueKind.Instant ? NodaConstants.UnixEpoch + Duration.FromDays(_high) + Duration.FromNanoseconds(_low) : throw NotA(RuleValueKind.Instant);

    /// <summary>The set's elements, each once.</summary>
    /// <exception cref="InvalidOperationException">This is of another kind.</exception>
    public IReadOnlyList<RuleValue> AsSet => Set.Values;

    /// <summary>The number as a 64-bit integer.</summary>
    /// <exception cref="InvalidOperationException">This is not an integer.</exception>
    public long AsInteger => Kind == RuleValueKind.Number && Form == NumberForm.Integer ? _low : throw NotA(RuleValueKind.Number);

    /// <summary>The number as a decimal: exact for integers and decimals.</summary>
    /// <exception cref="InvalidOperationException">This is a double or of another kind.</exception>
    public decimal AsDecimal => Kind == RuleValueKind.Number && Form != NumberForm.Double ? Form == NumberForm.Integer ? _low : _decimal : throw NotA(RuleValueKind.Number);

    /// <summary>The nearest double.</summary>
    /// <exception cref="InvalidOperationException">This is not a number.</exception>
    public double AsDouble => Kind != RuleValueKind.Number ? throw NotA(RuleValueKind.Number) : Form switch
    {
        NumberForm.Integer => _low,
        NumberForm.Decimal => (double)_decimal,
        _ => BitConverter.Int64BitsToDouble(_low),
    };

    internal RuleSet Set => Kind == RuleValueKind.Set ? (RuleSet)_reference! : throw NotA(RuleValueKind.Set);

    /// <summary>The language's equality: one kind and the same value; numbers by exact value. Missing is equal to nothing, not even to missing.</summary>
    /// <param name="other">The other value.</param>
    public bool SameAs(in RuleValue other)
    {
        if (Kind != other.Kind) return false;
        return Kind switch
        {
            RuleValueKind.Missing => false,
            RuleValueKind.Number => Form == other.Form && Form == NumberForm.Integer ? _low == other._low : ExactNumber.Compare(this, other) == 0,
            RuleValueKind.Text => string.Equals((string)_reference!, (string)other._reference!, StringComparison.Ordinal),
            RuleValueKind.Set => Set.SameElements(other.Set),
            _ => _low == other._low && _high == other._high,
        };
    }

    /// <summary>The language's order. There is none between kinds, of truth values, of sets, and with missing.</summary>
    /// <param name="other">The other value.</param>
    /// <param name="order">Below 0, 0 or above 0, as this comes before, with or after <paramref name="other"/>.</param>
    /// <returns>Whether the two have an order.</returns>
    public bool TryCompare(in RuleValue other, out int order)
    {
        order = 0;
        if (Kind != other.Kind) return false;
        switch (Kind)
        {
            case RuleValueKind.Number:
                order = ExactNumber.Compare(this, other);
                return true;
            case RuleValueKind.Text:
                order = CodePointComparer.CompareText((string)_reference!, (string)other._reference!);
                return true;
            case RuleValueKind.Date:
                order = _low.CompareTo(other._low);
                return true;
            case RuleValueKind.Instant:
                order = _high != other._high ? _high.CompareTo(other._high) : _low.CompareTo(other._low);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Whether two values are held alike and equal.</summary>
    /// <param name="other">The other value.</param>
    public bool Equals(RuleValue other) =>
        Kind == other.Kind && Form == other.Form && _low == other._low && _high == other._high && _decimal == other._decimal &&
        Kind switch
        {
            RuleValueKind.Text => string.Equals((string)_reference!, (string)other._reference!, StringComparison.Ordinal),
            RuleValueKind.Set => Set.SameElements(other.Set),
            _ => true,
        };

    /// <inheritdoc/>
    public override int GetHashCode() => Kind switch
    {
        RuleValueKind.Text => StringComparer.Ordinal.GetHashCode((string)_reference!),
        RuleValueKind.Set => Set.Values.Count,
        RuleValueKind.Number when Form == NumberForm.Decimal => _decimal.GetHashCode(),
        _ => (_low, _high).GetHashCode(),
    };

    /// <summary>The kind only: a customer's values do not belong in logs.</summary>
    public override string ToString() => Kind.ToString();

    [SuppressMessage("Design", "CA1024", Justification = "An exception to be thrown by the caller.")]
    private InvalidOperationException NotA(RuleValueKind wanted) =>
        new(string.Format(CultureInfo.InvariantCulture, "The value is {0}, not {1}: look at Kind (and Form) first.", Kind == RuleValueKind.Number ? Form.ToString() : Kind.ToString(), wanted));
}
