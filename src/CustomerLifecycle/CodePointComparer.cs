namespace CustomerLifecycle;

/// <summary>Orders text by Unicode code point: the one order of text in every package and every store.</summary>
/// <remarks>
/// It is the order of the UTF-8 bytes, and of SQLite's BINARY and PostgreSQL's "C" collations. <see cref="StringComparer.Ordinal"/> orders by UTF-16
/// code unit instead, and so puts U+1F600 (😀) before U+FF21 (A). A lone surrogate compares as the code point of its own value would, above U+FFFF.
/// </remarks>
public sealed class CodePointComparer : IComparer<string>
{
    /// <summary>The only instance.</summary>
    public static CodePointComparer Instance { get; } = new();

    private CodePointComparer()
    {
    }

    /// <inheritdoc/>
    public int Compare(string? x, string? y) => CompareText(x, y);

    /// <summary>Compares two texts.</summary>
    /// <param name="x">One text; null comes before every text.</param>
    /// <param name="y">The other.</param>
    /// <returns>Below 0, 0 or above 0.</returns>
    public static int CompareText(string? x, string? y)
    {
        if (ReferenceEquals(x, y)) return 0;
        if (x is null) return -1;
        if (y is null) return 1;

        var shared = CommonPrefix(x, y);
        if (shared == Math.Min(x.Length, y.Length)) return x.Length.CompareTo(y.Length);
        return Rank(x[shared]) - Rank(y[shared]);
    }

    /// <summary>How many UTF-16 code units a <see cref="SortKey"/> tells of.</summary>
    internal const int SortKeyLength = 4;

    /// <summary>A number by which texts are in order of code points, as far as their next four UTF-16 code units tell.</summary>
    /// <param name="text">A text without U+0000.</param>
    /// <param name="start">What the texts have in common, in code units.</param>
    internal static ulong SortKey(string text, int start)
    {
        ulong key = 0;
        for (var i = start; i < start + SortKeyLength; i++) key = (key << 16) | (i < text.Length ? (uint)Rank(text[i]) : 0);
        return key;
    }

    // Surrogates stand for code points above U+FFFF, so they rank above U+E000 to U+FFFF.
    private static int Rank(char unit) => unit < 0xD800 ? unit : unit < 0xE000 ? unit + 0x2000 : unit - 0x800;

    /// <summary>How many UTF-16 code units two texts have in common from their beginnings on.</summary>
    internal static int CommonPrefix(string x, string y)
    {
#if NET8_0_OR_GREATER
        return x.AsSpan().CommonPrefixLength(y);
#else
        var length = Math.Min(x.Length, y.Length);
        var index = 0;
        while (index < length && x[index] == y[index]) index++;
        return index;
#endif
    }
}
