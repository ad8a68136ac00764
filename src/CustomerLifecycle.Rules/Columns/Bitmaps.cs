#if NET8_0_OR_GREATER
using System.Numerics;
#endif

namespace CustomerLifecycle.Rules;

/// <summary>Loops over bitmaps and columns: a bit for each row, 64 rows for each word. Each has a fast path beside it where the processor offers one.</summary>
internal static partial class Bitmaps
{
    /// <summary>Keeps the rows that are in both.</summary>
    /// <returns>Whether any is left.</returns>
    public static bool And(Span<ulong> rows, ReadOnlySpan<ulong> other) => Keep(rows, other, flip: 0);

    /// <summary>Keeps the rows that are not in the other.</summary>
    /// <returns>Whether any is left.</returns>
    public static bool AndNot(Span<ulong> rows, ReadOnlySpan<ulong> other) => Keep(rows, other, flip: ulong.MaxValue);

    private static bool Keep(Span<ulong> rows, ReadOnlySpan<ulong> other, ulong flip)
    {
#if NET10_0_OR_GREATER
        if (IsVectorized) return KeepVectors(rows, other, flip);
#endif
        var any = 0UL;
        for (var i = 0; i < rows.Length; i++) any |= rows[i] &= other[i] ^ flip;
        return any != 0;
    }

    /// <summary>Adds the rows whose codes are in a closed range.</summary>
    public static void AddInRange(Codes codes, int first, long low, long high, Span<ulong> rows)
    {
        if (!codes.TryCut(ref low, ref high)) return;
#if NET10_0_OR_GREATER
        if (IsVectorized)
        {
            AddInRangeVectors(codes, first, low, high, rows);
            return;
        }
#endif
        Span<long> values = stackalloc long[64];
        var least = codes.Width == 64 ? long.MinValue : long.MinValue >> (64 - codes.Width);
        for (var i = 0; i < rows.Length; i++)
        {
            codes.Read(first + (64 * i), values);
            var word = 0UL;
            for (var bit = 0; bit < 64; bit++)
            {
                var value = values[bit] == Codes.Missing ? least : values[bit];
                word |= (value >= low & value <= high ? 1UL : 0) << bit;
            }

            rows[i] |= word;
        }
    }

    /// <summary>Adds the rows whose values are in a closed range; NaN is in none.</summary>
    public static void AddInRange(ReadOnlySpan<double> values, double low, double high, Span<ulong> rows)
    {
#if NET10_0_OR_GREATER
        if (IsVectorized)
        {
            AddInRangeVectors(values, low, high, rows);
            return;
        }
#endif
        for (var i = 0; i < rows.Length; i++)
        {
            var word = 0UL;
            for (var bit = 0; bit < 64; bit++)
            {
                var value = values[(64 * i) + bit];
                word |= (value >= low & value <= high ? 1UL : 0) << bit;
            }

            rows[i] |= word;
        }
    }

    /// <summary>The rows whose codes have at least one of the bits, or all of them.</summary>
    public static void SetMasked(Codes codes, int first, long mask, bool all, Span<ulong> rows)
    {
#if NET10_0_OR_GREATER
        if (IsVectorized)
        {
            SetMaskedVectors(codes, first, mask, all, rows);
            return;
        }
#endif
        Span<long> values = stackalloc long[64];
        for (var i = 0; i < rows.Length; i++)
        {
            codes.Read(first + (64 * i), values);
            var word = 0UL;
            for (var bit = 0; bit < 64; bit++)
            {
                var common = values[bit] & mask;
                word |= ((all ? common == mask : common != 0) ? 1UL : 0) << bit;
            }

            rows[i] = word;
        }
    }

    /// <summary>The rows for whose codes the table says so; missing is the table's last entry.</summary>
    public static void SetListed(Codes codes, int first, ReadOnlySpan<bool> table, Span<ulong> rows)
    {
        Span<long> values = stackalloc long[64];
        for (var i = 0; i < rows.Length; i++)
        {
            codes.Read(first + (64 * i), values);
            var word = 0UL;
            for (var bit = 0; bit < 64; bit++) word |= (table[values[bit] == Codes.Missing ? table.Length - 1 : (int)values[bit]] ? 1UL : 0) << bit;
            rows[i] = word;
        }
    }

    /// <summary>The rows whose sets have so many elements; missing has none.</summary>
    public static void SetSized(Codes codes, int first, long low, long high, Span<ulong> rows)
    {
        Span<long> values = stackalloc long[64];
        for (var i = 0; i < rows.Length; i++)
        {
            codes.Read(first + (64 * i), values);
            var word = 0UL;
            for (var bit = 0; bit < 64; bit++)
            {
                var size = Count((ulong)(values[bit] & long.MaxValue));
                word |= (size >= low & size <= high ? 1UL : 0) << bit;
            }

            rows[i] = word;
        }
    }

    public static int Count(ulong word)
    {
#if NET8_0_OR_GREATER
        return BitOperations.PopCount(word);
#else
        var count = 0;
        for (; word != 0; word &= word - 1) count++;
        return count;
#endif
    }

    /// <summary>The place of the highest bit of a word that is not zero.</summary>
    public static int Highest(ulong word)
    {
#if NET8_0_OR_GREATER
        return BitOperations.Log2(word);
#else
        for (var shift = 1; shift < 64; shift *= 2) word |= word >> shift;
        return Count(word) - 1;
#endif
    }

    /// <summary>The place of the lowest bit of a word that is not zero.</summary>
    public static int Lowest(ulong word)
    {
#if NET8_0_OR_GREATER
        return BitOperations.TrailingZeroCount(word);
#else
        return Count((word & (~word + 1)) - 1);
#endif
    }
}
