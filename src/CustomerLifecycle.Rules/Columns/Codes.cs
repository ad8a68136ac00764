namespace CustomerLifecycle.Rules;

/// <summary>Whole numbers of many rows in the narrowest of 8, 16, 32 and 64 bits that holds them all; the least number of each width means missing.</summary>
/// <remarks>Arrays end at a multiple of 64 rows, so that a bitmap word never needs a partial read.</remarks>
internal sealed class Codes
{
    /// <summary>The code of a missing value at any width.</summary>
    public const long Missing = long.MinValue;

    private readonly ColumnLayout _layout;
    private sbyte[]? _bytes = [];
    private short[]? _shorts;
    private int[]? _ints;
    private long[]? _longs;
    private int _capacity;

    public Codes(ColumnLayout layout) => _layout = layout;

    public ReadOnlySpan<sbyte> Bytes => _bytes;

    public ReadOnlySpan<short> Shorts => _shorts;

    public ReadOnlySpan<int> Ints => _ints;

    public ReadOnlySpan<long> Longs => _longs;

    /// <summary>Bits for each row.</summary>
    public int Width => _bytes is not null ? 8 : _shorts is not null ? 16 : _ints is not null ? 32 : 64;

    private long Least => long.MinValue >> (64 - Width);

    private long Greatest => long.MaxValue >> (64 - Width);

    public long this[int row]
    {
        get
        {
            var code = _bytes is not null ? _bytes[row] : _shorts is not null ? _shorts[row] : _ints is not null ? _ints[row] : _longs![row];
            return code == Least ? Missing : code;
        }

        set
        {
            if (value != Missing && (value <= Least || value > Greatest)) Widen(value);
            if (_bytes is not null) _bytes[row] = value == Missing ? sbyte.MinValue : (sbyte)value;
            else if (_shorts is not null) _shorts[row] = value == Missing ? short.MinValue : (short)value;
            else if (_ints is not null) _ints[row] = value == Missing ? int.MinValue : (int)value;
            else _longs![row] = value;
        }
    }

    /// <summary>Makes place for rows, which are missing until they are set.</summary>
    public void Grow(int capacity)
    {
        var rows = (capacity + 63) & ~63;
        if (rows <= _capacity) return;
        if (_bytes is not null) Resize(ref _bytes, rows, sbyte.MinValue);
        else if (_shorts is not null) Resize(ref _shorts, rows, short.MinValue);
        else if (_ints is not null) Resize(ref _ints, rows, int.MinValue);
        else Resize(ref _longs!, rows, long.MinValue);
        _capacity = rows;
    }

    /// <summary>Cuts a range of codes to this width. A range that starts with <see cref="Missing"/> takes missing rows in.</summary>
    /// <returns>False when no row can be in it.</returns>
    public bool TryCut(ref long low, ref long high)
    {
        if (low > high) return false;
        high = high == Missing ? Least : Math.Min(high, Greatest);
        low = low == Missing ? Least : Math.Max(low, Least + 1);
        return low <= high;
    }

    /// <summary>The codes of 64 rows.</summary>
    public void Read(int first, Span<long> into)
    {
        for (var i = 0; i < into.Length; i++) into[i] = this[first + i];
    }

    private static void Resize<T>(ref T[] array, int length, T missing)
    {
        var from = array.Length;
        Array.Resize(ref array, length);
        array.AsSpan(from).Fill(missing);
    }

    private void Widen(long value)
    {
        var old = new long[_capacity];
        Read(0, old);
        _bytes = null;
        _shorts = null;
        _ints = null;
        if (value is > short.MinValue and <= short.MaxValue) _shorts = new short[_capacity];
        else if (value is > int.MinValue and <= int.MaxValue) _ints = new int[_capacity];
        else _longs = new long[_capacity];
        for (var row = 0; row < old.Length; row++) this[row] = old[row];
        _layout.Change();
    }
}

/// <summary>Counts the changes after which a plan must look again at how columns are held.</summary>
internal sealed class ColumnLayout
{
    public int Version { get; private set; }

    public void Change() => Version++;
}
