namespace CustomerLifecycle.Rules;

/// <summary>One attribute of many customers. It is held as narrowly as its values allow, and held anew when a value comes that does not fit.</summary>
/// <param name="layout">Counts its changes of form.</param>
/// <param name="keepsForms">Whether doubles and other numbers are told apart, because sums of them are not the same.</param>
internal sealed class Column(ColumnLayout layout, bool keepsForms)
{
    private int _capacity;

    public ColumnData Data { get; private set; } = new NoData();

    public RuleValue Get(int row) => Data.Get(row);

    public string? Text(int row) => Data.Text(row);

    public void Grow(int capacity)
    {
        _capacity = capacity;
        Data.Grow(capacity);
    }

    public void Set(int row, in RuleValue value)
    {
        if (Data.TrySet(row, value)) return;
        foreach (var data in Candidates(value))
        {
            data.Grow(_capacity);
            if (!TryCopy(data) || !data.TrySet(row, value)) continue;
            Data = data;
            layout.Change();
            return;
        }
    }

    // From the fastest to the one that holds anything.
    private IEnumerable<ColumnData> Candidates(RuleValue value)
    {
        switch (value.Kind)
        {
            case RuleValueKind.Number:
                if (value.Form != NumberForm.Double && DecimalData.PlacesOf(value.AsDecimal) is { } places) yield return new DecimalData(layout, Math.Max(places, Data is DecimalData numbers ? numbers.Places : 0), keepsForms);
                yield return new DoubleData(keepsForms);
                break;
            case RuleValueKind.Text:
                yield return new DictionaryData(layout);
                yield return new TextData();
                break;
            case RuleValueKind.Boolean:
                yield return new BooleanData(layout);
                break;
            case RuleValueKind.Date:
                yield return new DateData(layout);
                break;
            case RuleValueKind.Instant:
                yield return new InstantData(layout);
                break;
            case RuleValueKind.Set:
                yield return new SetData(layout);
                break;
        }

        yield return new MixedData();
    }

    private bool TryCopy(ColumnData data)
    {
        if (Data is NoData) return true;
        for (var row = 0; row < _capacity; row++)
            if (!data.TrySet(row, Data.Get(row))) return false;
        return true;
    }
}

/// <summary>How one column is held.</summary>
internal abstract class ColumnData
{
    public abstract void Grow(int capacity);

    /// <summary>The value, equal by the language's own equality to the one that was set; its form may differ.</summary>
    public abstract RuleValue Get(int row);

    /// <summary>False when the value cannot be held; nothing has changed then.</summary>
    public abstract bool TrySet(int row, in RuleValue value);

    /// <summary>The text; null when it is missing or of another kind.</summary>
    public virtual string? Text(int row) => Get(row) is { Kind: RuleValueKind.Text } value ? value.AsText : null;
}

/// <summary>Every value is missing.</summary>
internal sealed class NoData : ColumnData
{
    public override void Grow(int capacity)
    {
    }

    public override RuleValue Get(int row) => default;

    public override bool TrySet(int row, in RuleValue value) => value.IsMissing;
}

/// <summary>Values as whole numbers that keep their order.</summary>
internal abstract class CodedData(ColumnLayout layout, RuleValueKind kind) : ColumnData
{
    public Codes Codes { get; } = new(layout);

    public RuleValueKind Kind => kind;

    public sealed override void Grow(int capacity) => Codes.Grow(capacity);

    public sealed override RuleValue Get(int row) => Codes[row] is var code && code == Codes.Missing ? default : Decode(code);

    public sealed override bool TrySet(int row, in RuleValue value)
    {
        var code = Codes.Missing;
        if (!value.IsMissing && (value.Kind != kind || !TryEncode(value, out code))) return false;
        Codes[row] = code;
        return true;
    }

    protected abstract bool TryEncode(in RuleValue value, out long code);

    protected abstract RuleValue Decode(long code);
}

/// <summary>Codes by whose order literals can be compared, also literals between and beyond them.</summary>
internal abstract class OrderedData(ColumnLayout layout, RuleValueKind kind) : CodedData(layout, kind)
{
    /// <summary>A literal of this kind on the scale of the codes; false when it is not exact there.</summary>
    public abstract bool TryPlace(in RuleValue literal, out RuleValue place);

    /// <summary>Whether values of its form may be held.</summary>
    protected virtual bool Admits(in RuleValue value) => true;

    protected sealed override bool TryEncode(in RuleValue value, out long code)
    {
        code = 0;
        if (!Admits(value) || !TryPlace(value, out var place) || place.AsDecimal is var number && (number <= long.MinValue || number > long.MaxValue || decimal.Truncate(number) != number)) return false;
        code = (long)number;
        return true;
    }
}

/// <summary>Integers and decimals as multiples of one power of ten: money in cents.</summary>
internal sealed class DecimalData(ColumnLayout layout, int places, bool withoutDoubles) : OrderedData(layout, RuleValueKind.Number)
{
    private const int MostPlaces = 12;
    private readonly decimal _scale = PowerOfTen(places);

    /// <summary>Decimal places.</summary>
    public int Places => places;

    /// <summary>A code divided by this is the number.</summary>
    public decimal Scale => _scale;

    /// <summary>The decimal places that a number needs; null when it is too large or too fine.</summary>
    public static int? PlacesOf(decimal number)
    {
        for (var places = 0; places <= MostPlaces; places++)
        {
            var scale = PowerOfTen(places);
            if (Math.Abs(number) > long.MaxValue / scale) return null;
            if (number * scale is var scaled && decimal.Truncate(scaled) == scaled) return places;
        }

        return null;
    }

    protected override bool Admits(in RuleValue value) => !withoutDoubles || value.Form != NumberForm.Double;

    public override bool TryPlace(in RuleValue literal, out RuleValue place)
    {
        place = default;
        decimal exact;
        if (literal.Form == NumberForm.Double)
        {
            if (!ExactNumber.TryToDecimal(literal.AsDouble, out exact)) return false;
        }
        else
        {
            exact = literal.AsDecimal;
        }

        // Within decimal's range the product with a power of ten is exact: only zeros are cut from its end.
        if (Math.Abs(exact) > decimal.MaxValue / _scale) return false;
        place = RuleValue.Of(exact * _scale);
        return true;
    }

    protected override RuleValue Decode(long code) => places == 0 ? RuleValue.Of(code) : RuleValue.Of(code / _scale);

    private static decimal PowerOfTen(int exponent)
    {
        var power = 1m;
        for (var i = 0; i < exponent; i++) power *= 10;
        return power;
    }
}

internal sealed class BooleanData(ColumnLayout layout) : CodedData(layout, RuleValueKind.Boolean)
{
    protected override bool TryEncode(in RuleValue value, out long code)
    {
        code = value.AsBoolean ? 1 : 0;
        return true;
    }

    protected override RuleValue Decode(long code) => RuleValue.Of(code != 0);
}

/// <summary>Days since 1970.</summary>
internal sealed class DateData(ColumnLayout layout) : OrderedData(layout, RuleValueKind.Date)
{
    private static readonly LocalDate Epoch = new(1970, 1, 1);

    public static long Days(LocalDate day) => Period.DaysBetween(Epoch, day);

    public override bool TryPlace(in RuleValue literal, out RuleValue place)
    {
        place = RuleValue.Of(Days(literal.AsDate));
        return true;
    }

    protected override RuleValue Decode(long code) => RuleValue.Of(Epoch.PlusDays((int)code));
}

/// <summary>Nanoseconds since 1970, from 1677 to 2262.</summary>
internal sealed class InstantData(ColumnLayout layout) : OrderedData(layout, RuleValueKind.Instant)
{
    public static decimal Nanoseconds(Instant instant)
    {
        var sinceEpoch = instant - NodaConstants.UnixEpoch;
        return ((decimal)sinceEpoch.Days * NodaConstants.NanosecondsPerDay) + sinceEpoch.NanosecondOfDay;
    }

    public override bool TryPlace(in RuleValue literal, out RuleValue place)
    {
        place = RuleValue.Of(Nanoseconds(literal.AsInstant));
        return true;
    }

    protected override RuleValue Decode(long code) => RuleValue.Of(NodaConstants.UnixEpoch.PlusNanoseconds(code));
}

/// <summary>Texts by their place in a dictionary, in order of first appearance.</summary>
internal sealed class DictionaryData(ColumnLayout layout) : CodedData(layout, RuleValueKind.Text)
{
    private const int MostTexts = short.MaxValue;
    private readonly ColumnLayout _layout = layout;
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];

    public IReadOnlyList<string> Texts => _texts;

    public override string? Text(int row) => Codes[row] is var code && code == Codes.Missing ? null : _texts[(int)code];

    protected override bool TryEncode(in RuleValue value, out long code)
    {
        var text = value.AsText;
        if (!_places.TryGetValue(text, out var place))
        {
            code = 0;
            if (_texts.Count == MostTexts) return false;
            _places.Add(text, place = _texts.Count);
            _texts.Add(text);
            _layout.Change();
        }

        code = place;
        return true;
    }

    protected override RuleValue Decode(long code) => RuleValue.Of(_texts[(int)code]);
}

/// <summary>Sets of at most 62 different elements, a bit for each.</summary>
internal sealed class SetData(ColumnLayout layout) : CodedData(layout, RuleValueKind.Set)
{
    private const int MostElements = 62;
    private readonly ColumnLayout _layout = layout;
    private readonly Dictionary<RuleValue, int> _places = new(SameValueComparer.Instance);
    private readonly List<RuleValue> _elements = [];

    /// <summary>The bits of elements; null when a set with all of them cannot be among the rows.</summary>
    public long? Mask(IEnumerable<RuleValue> elements, bool all)
    {
        var mask = 0L;
        foreach (var element in elements)
        {
            if (_places.TryGetValue(element, out var place)) mask |= 1L << place;
            else if (all) return null;
        }

        return mask;
    }

    protected override bool TryEncode(in RuleValue value, out long code)
    {
        code = 0;
        foreach (var element in value.AsSet)
        {
            if (!_places.TryGetValue(element, out var place))
            {
                if (_elements.Count == MostElements) return false;
                _places.Add(element, place = _elements.Count);
                _elements.Add(element);
                _layout.Change();
            }

            code |= 1L << place;
        }

        return true;
    }

    protected override RuleValue Decode(long code) => RuleValue.Of(_elements.Where((_, place) => (code >> place & 1) != 0));
}

/// <summary>Doubles, and numbers that a double holds exactly; NaN is missing.</summary>
internal sealed class DoubleData(bool onlyDoubles) : ColumnData
{
    private double[] _values = [];

    public ReadOnlySpan<double> Values => _values;

    public override void Grow(int capacity)
    {
        var from = _values.Length;
        if (capacity <= from) return;
        Array.Resize(ref _values, (capacity + 63) & ~63);
        _values.AsSpan(from).Fill(double.NaN);
    }

    public override RuleValue Get(int row) => RuleValue.Of(_values[row]);

    public override bool TrySet(int row, in RuleValue value)
    {
        if (!value.IsMissing && (value.Kind != RuleValueKind.Number || (value.Form != NumberForm.Double && (onlyDoubles || ExactNumber.Compare(value.AsDouble, value.AsDecimal) != 0)))) return false;
        _values[row] = value.IsMissing ? double.NaN : value.AsDouble;
        return true;
    }
}

/// <summary>Texts of which too many differ for a dictionary.</summary>
internal sealed class TextData : ColumnData
{
    private string?[] _texts = [];

    public override void Grow(int capacity) => Array.Resize(ref _texts, Math.Max(capacity, _texts.Length));

    public override RuleValue Get(int row) => RuleValue.Of(_texts[row]);

    public override string? Text(int row) => _texts[row];

    public override bool TrySet(int row, in RuleValue value)
    {
        if (!value.IsMissing && value.Kind != RuleValueKind.Text) return false;
        _texts[row] = value.IsMissing ? null : value.AsText;
        return true;
    }
}

/// <summary>Values of several kinds, or beyond what the other forms hold.</summary>
internal sealed class MixedData : ColumnData
{
    private RuleValue[] _values = [];

    public override void Grow(int capacity) => Array.Resize(ref _values, Math.Max(capacity, _values.Length));

    public override RuleValue Get(int row) => _values[row];

    public override bool TrySet(int row, in RuleValue value)
    {
        _values[row] = value;
        return true;
    }
}
