using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace CustomerLifecycle.Stages;

/// <summary>What kind of thing a <see cref="StageValue"/> is.</summary>
public enum StageValueKind
{
    /// <summary>Missing: every comparison with it is false, but for "not equal".</summary>
    None,

    /// <summary>An exact decimal number.</summary>
    Number,

    /// <summary>Text, compared by code point.</summary>
    Text,

    /// <summary>A truth value; it has no order.</summary>
    Truth,

    /// <summary>A calendar date.</summary>
    Date,

    /// <summary>A point in time, to 100 nanoseconds.</summary>
    Instant,
}

/// <summary>A field of an event, or the value of a fact: a number, a text, a truth value, a date, an instant, or nothing. 16 bytes.</summary>
/// <remarks>Numbers are exact decimals. One whose digits fit in 63 bits, which is every amount of money met in practice, is held and added without
/// allocation; a longer one is held as a boxed <see cref="decimal"/>. A sum beyond the range of <see cref="decimal"/> stays at its end.</remarks>
[DebuggerDisplay("{ToInvariantText(),nq}")]
public struct StageValue : IEquatable<StageValue>
{
    private static readonly object TruthTag = new();
    private static readonly object DateTag = new();
    private static readonly object InstantTag = new();

    private static readonly LocalDate Epoch = new(1970, 1, 1);

    // Says what _bits means: a Scale (mantissa), TruthTag (0 or 1), DateTag (days), InstantTag (ticks), a boxed decimal or a string (no bits), null (nothing).
    private object? _tag;
    private long _bits;

    private StageValue(object? tag, long bits)
    {
        _tag = tag;
        _bits = bits;
    }

    /// <summary>Nothing.</summary>
    public static StageValue None => default;

    /// <summary>The whole number 0.</summary>
    internal static StageValue Zero => new(Scale.All[0], 0);

    /// <summary>What kind of thing this is.</summary>
    public readonly StageValueKind Kind => _tag switch
    {
        null => StageValueKind.None,
        string => StageValueKind.Text,
        Scale or decimal => StageValueKind.Number,
        _ => ReferenceEquals(_tag, TruthTag) ? StageValueKind.Truth : ReferenceEquals(_tag, DateTag) ? StageValueKind.Date : StageValueKind.Instant,
    };

    /// <summary>Whether this is nothing.</summary>
    public readonly bool IsNone => _tag is null;

    /// <summary>A number.</summary>
    /// <param name="value">Any decimal; its scale is kept.</param>
    public static StageValue Number(decimal value)
    {
#if NET8_0_OR_GREATER
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
#else
        var bits = decimal.GetBits(value);
#endif
        var magnitude = ((long)(uint)bits[1] << 32) | (uint)bits[0];
        return bits[2] == 0 && magnitude >= 0
            ? new(Scale.All[(bits[3] >> 16) & 0xFF], bits[3] < 0 ? -magnitude : magnitude)
            : new(value, 0);
    }

    /// <summary>A whole number.</summary>
    /// <param name="value">Any.</param>
    public static StageValue Number(long value) => new(Scale.All[0], value);

    /// <summary>A text.</summary>
    /// <param name="value">Any text; null is nothing.</param>
    public static StageValue Text(string? value) => new(value, 0);

    /// <summary>A truth value.</summary>
    /// <param name="value">True or false.</param>
    public static StageValue Truth(bool value) => new(TruthTag, value ? 1 : 0);

    /// <summary>A calendar date.</summary>
    /// <param name="value">The date, in any calendar.</param>
    public static StageValue Date(LocalDate value) => new(DateTag, Period.DaysBetween(Epoch, value.WithCalendar(CalendarSystem.Iso)));

    /// <summary>A point in time.</summary>
    /// <param name="value">The instant; what is finer than 100 nanoseconds is cut off.</param>
    public static StageValue Instant(Instant value) => new(InstantTag, StageTime.TicksOf(value));

    /// <summary>The value of an event's property.</summary>
    /// <param name="value">The property.</param>
    public static StageValue Of(PropertyValue value) => value.Kind switch
    {
        PropertyKind.Number => Number(value.AsNumber!.Value),
        PropertyKind.Text => Text(value.AsText),
        PropertyKind.Truth => Truth(value.AsTruth!.Value),
        PropertyKind.Date => Date(value.AsDate!.Value),
        PropertyKind.Instant => Instant(value.AsInstant!.Value),
        _ => None,
    };

    /// <summary>The number, if this is one.</summary>
    /// <param name="value">The number, or 0.</param>
    /// <returns>Whether this is a number.</returns>
    public readonly bool TryGetNumber(out decimal value)
    {
        if (_tag is Scale scale)
        {
            value = scale.ToDecimal(_bits);
            return true;
        }

        if (_tag is decimal boxed)
        {
            value = boxed;
            return true;
        }

        value = 0;
        return false;
    }

    /// <summary>The text, if this is one.</summary>
    /// <param name="value">The text, or an empty one.</param>
    /// <returns>Whether this is a text.</returns>
    public readonly bool TryGetText(out string value)
    {
        value = _tag as string ?? "";
        return _tag is string;
    }

    /// <summary>The truth value, if this is one.</summary>
    /// <param name="value">The truth value, or false.</param>
    /// <returns>Whether this is a truth value.</returns>
    public readonly bool TryGetTruth(out bool value)
    {
        value = ReferenceEquals(_tag, TruthTag) && _bits != 0;
        return ReferenceEquals(_tag, TruthTag);
    }

    /// <inheritdoc/>
    /// <remarks>Of the same kind and of the same value: 1.0 is 1; the number 1 is not the text "1".</remarks>
    public readonly bool Equals(StageValue other)
    {
        if (_tag is string text) return other._tag is string otherText && string.Equals(text, otherText, StringComparison.Ordinal);
        if (ReferenceEquals(_tag, other._tag)) return _bits == other._bits;
        return TryGetNumber(out var number) && other.TryGetNumber(out var otherNumber) && number == otherNumber;
    }

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is StageValue other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() =>
        _tag is string text ? StringComparer.Ordinal.GetHashCode(text)
        : TryGetNumber(out var number) ? number.GetHashCode()
        : _bits.GetHashCode();

    /// <summary>Whether both are of the same kind and of the same value.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(StageValue left, StageValue right) => left.Equals(right);

    /// <summary>Whether they differ in kind or value.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(StageValue left, StageValue right) => !left.Equals(right);

    /// <summary>A pseudonym of a text, for it may be personal; anything else as it is.</summary>
    /// <returns>Text that is fit for logs.</returns>
    public override readonly string ToString() => _tag is string text ? $"text of {text.Length} characters" : ToInvariantText();

    /// <summary>The value as text, in the invariant culture: what an explanation shows.</summary>
    /// <returns><c>none</c>, <c>true</c>, <c>false</c>, the number without trailing zeros, or the text itself.</returns>
    public readonly string ToInvariantText() =>
        _tag is string text ? text
        : TryGetTruth(out var truth) ? (truth ? "true" : "false")
        : TryGetNumber(out var number) ? Normalised(number).ToString(CultureInfo.InvariantCulture)
        : ReferenceEquals(_tag, DateTag) ? NodaTime.Text.LocalDatePattern.Iso.Format(Epoch.PlusDays((int)_bits))
        : ReferenceEquals(_tag, InstantTag) ? NodaTime.Text.InstantPattern.ExtendedIso.Format(StageTime.InstantOf(_bits))
        : "none";

    /// <summary>The value as the property of an event.</summary>
    public readonly PropertyValue ToProperty() => Kind switch
    {
        StageValueKind.Number when TryGetNumber(out var number) => number,
        StageValueKind.Text when TryGetText(out var text) => text,
        StageValueKind.Truth => _bits != 0,
        StageValueKind.Date => Epoch.PlusDays((int)_bits),
        StageValueKind.Instant => StageTime.InstantOf(_bits),
        _ => default,
    };

    /// <summary>Compares two values of one kind that has an order: numbers, texts by code point, dates, instants.</summary>
    /// <returns>False where there is none.</returns>
    internal static bool TryCompare(in StageValue left, in StageValue right, out int order)
    {
        order = 0;
        if (left._tag is string text && right._tag is string other)
        {
            order = CodePointComparer.CompareText(text, other);
            return true;
        }

        var kind = left.Kind;
        if (kind != right.Kind || kind is StageValueKind.None or StageValueKind.Truth or StageValueKind.Text) return false;
        order = kind == StageValueKind.Number ? CompareNumbers(in left, in right) : left._bits.CompareTo(right._bits);
        return true;
    }

    /// <summary>Compares two numbers.</summary>
    /// <param name="left">A number.</param>
    /// <param name="right">Another.</param>
    /// <returns>Below, equal to or above 0.</returns>
    internal static int CompareNumbers(in StageValue left, in StageValue right)
    {
        if (ReferenceEquals(left._tag, right._tag) && left._tag is Scale) return left._bits.CompareTo(right._bits);
        left.TryGetNumber(out var a);
        right.TryGetNumber(out var b);
        return decimal.Compare(a, b);
    }

    /// <summary>The sum of two numbers; a sum beyond the range of decimal stays at its end.</summary>
    /// <param name="left">A number.</param>
    /// <param name="right">Another.</param>
    internal static StageValue Add(in StageValue left, in StageValue right)
    {
        if (left._tag is Scale scale && right._tag is Scale otherScale)
        {
            long a = left._bits, b = right._bits;
            if (ReferenceEquals(scale, otherScale) || Scale.TryAlign(ref scale, ref a, otherScale, ref b))
            {
                var sum = unchecked(a + b);
                if (((a ^ sum) & (b ^ sum)) >= 0) return new(scale, sum);
            }
        }

        left.TryGetNumber(out var augend);
        right.TryGetNumber(out var addend);
        try
        {
            return Number(augend + addend);
        }
        catch (OverflowException)
        {
            return Number(addend < 0 ? decimal.MinValue : decimal.MaxValue);
        }
    }

    /// <summary>The difference of two numbers.</summary>
    /// <param name="left">A number.</param>
    /// <param name="right">What is taken from it.</param>
    internal static StageValue Subtract(in StageValue left, in StageValue right)
    {
        if (right._tag is Scale && right._bits != long.MinValue) return Add(left, new(right._tag, -right._bits));
        right.TryGetNumber(out var number);
        return Add(left, Number(-number));
    }

    /// <summary>Adds a number to this one in place: of one scale, as amounts of money are, it is one addition.</summary>
    /// <param name="value">Anything.</param>
    /// <returns>False when <see cref="Add"/> must be asked: it is no number, or one of them is long, or the digits after the point become more.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryAdd(in StageValue value)
    {
        if (_tag is not Scale scale || value._tag is not Scale other) return false;
        // Amounts of one currency differ in their trailing zeros only: shifting always is cheaper than guessing when to.
        if (!scale.TryTake(value._bits, other, out var addend)) return false;
        var sum = unchecked(_bits + addend);
        if (((_bits ^ sum) & (addend ^ sum)) < 0) return false;
        _bits = sum;
        return true;
    }

    /// <summary>Makes it another value. The tag is written only when it differs: storing a reference costs more than comparing it.</summary>
    /// <param name="value">The other value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Reset(in StageValue value)
    {
        if (!ReferenceEquals(_tag, value._tag)) _tag = value._tag;
        _bits = value._bits;
    }

    /// <summary>Adds 1 to a whole number in place.</summary>
    internal void Increment() => _bits++;

    /// <summary>The mantissa and its scale, when the number is held in 63 bits.</summary>
    /// <param name="mantissa">The digits.</param>
    /// <param name="power">How many of them stand after the point, or -1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly bool TryGetMantissa(out long mantissa, out int power)
    {
        mantissa = _bits;
        power = _tag is Scale scale ? scale.Power : -1;
        return power >= 0;
    }

    internal static decimal Normalised(decimal number) => number / 1.000000000000000000000000000000000m;

    /// <summary>How many digits stand after the point. One object for each, so that "same scale" is one comparison.</summary>
    private sealed class Scale(int power)
    {
        public static readonly Scale[] All = [.. Enumerable.Range(0, 29).Select(power => new Scale(power))];

        public int Power { get; } = power;

        public decimal ToDecimal(long mantissa)
        {
            var magnitude = mantissa < 0 ? unchecked((ulong)-mantissa) : (ulong)mantissa;
            return new((int)magnitude, (int)(magnitude >> 32), 0, mantissa < 0, (byte)Power);
        }

        /// <summary>Brings two mantissas to the larger of their scales.</summary>
        /// <returns>False when one does not fit in 63 bits there.</returns>
        public static bool TryAlign(ref Scale scale, ref long mantissa, Scale otherScale, ref long otherMantissa)
        {
            if (scale.Power < otherScale.Power)
            {
                if (!TryShift(ref mantissa, otherScale.Power - scale.Power)) return false;
                scale = otherScale;
                return true;
            }

            return TryShift(ref otherMantissa, scale.Power - otherScale.Power);
        }

        /// <summary>Brings a mantissa of the same or a smaller scale to this one.</summary>
        /// <returns>False when its scale is larger, or when it does not fit in 63 bits here.</returns>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool TryTake(long mantissa, Scale from, out long shifted)
        {
            var digits = Power - from.Power;
            shifted = 0;
            if ((uint)digits >= (uint)Shifts.Length) return false;
            ref readonly var shift = ref Shifts[digits];
            shifted = unchecked(mantissa * shift.Factor);
            return mantissa <= shift.Most && mantissa >= -shift.Most;
        }

        private static bool TryShift(ref long mantissa, int digits)
        {
            if (digits > 18) return mantissa == 0;
            ref readonly var shift = ref Shifts[digits];
            if (mantissa > shift.Most || mantissa < -shift.Most) return false;
            mantissa *= shift.Factor;
            return true;
        }

        /// <summary>By digits that are added after the point: the factor, and the largest mantissa that fits in 63 bits after it.</summary>
        private static readonly (long Factor, long Most)[] Shifts =
            [.. Enumerable.Range(0, 19).Select(digits => (long)decimal.Parse("1" + new string('0', digits), CultureInfo.InvariantCulture)).Select(factor => (factor, long.MaxValue / factor))];
    }
}
