#if NET10_0_OR_GREATER
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CustomerLifecycle.Rules;

/// <summary>The loops in vectors of 512 or 256 bits: the same bits as the scalar ones.</summary>
internal static partial class Bitmaps
{
    private static bool IsVectorized => Vector256.IsHardwareAccelerated;

    private static bool KeepVectors(Span<ulong> rows, ReadOnlySpan<ulong> other, ulong flip)
    {
        var any = 0UL;
        var done = 0;
        if (rows.Length >= Vector256<ulong>.Count)
        {
            var left = Vector256<ulong>.Zero;
            var flips = Vector256.Create(flip);
            ref var a = ref MemoryMarshal.GetReference(rows);
            ref var b = ref MemoryMarshal.GetReference(other[..rows.Length]);
            for (; done <= rows.Length - Vector256<ulong>.Count; done += Vector256<ulong>.Count)
            {
                var kept = Vector256.LoadUnsafe(ref a, (nuint)done) & (Vector256.LoadUnsafe(ref b, (nuint)done) ^ flips);
                kept.StoreUnsafe(ref a, (nuint)done);
                left |= kept;
            }

            if (left != Vector256<ulong>.Zero) any = 1;
        }

        for (; done < rows.Length; done++) any |= rows[done] &= other[done] ^ flip;
        return any != 0;
    }

    private static void AddInRangeVectors(Codes codes, int first, long low, long high, Span<ulong> rows)
    {
        // As unsigned numbers of the codes' width, a range is one subtraction and one comparison.
        switch (codes.Width)
        {
            case 8:
                AddInRange(MemoryMarshal.Cast<sbyte, byte>(codes.Bytes)[first..], unchecked((byte)low), unchecked((byte)(high - low)), rows);
                break;
            case 16:
                AddInRange(MemoryMarshal.Cast<short, ushort>(codes.Shorts)[first..], unchecked((ushort)low), unchecked((ushort)(high - low)), rows);
                break;
            case 32:
                AddInRange(MemoryMarshal.Cast<int, uint>(codes.Ints)[first..], unchecked((uint)low), unchecked((uint)(high - low)), rows);
                break;
            default:
                AddInRange(MemoryMarshal.Cast<long, ulong>(codes.Longs)[first..], unchecked((ulong)low), unchecked((ulong)(high - low)), rows);
                break;
        }
    }

    private static void AddInRange<T>(ReadOnlySpan<T> codes, T low, T width, Span<ulong> rows)
        where T : unmanaged, IBinaryInteger<T>
    {
        ref var code = ref MemoryMarshal.GetReference(codes[..(64 * rows.Length)]);
        if (Vector512.IsHardwareAccelerated)
        {
            var (from, reach) = (Vector512.Create(low), Vector512.Create(width));
            for (var i = 0; i < rows.Length; i++)
            {
                var word = 0UL;
                for (var bit = 0; bit < 64; bit += Vector512<T>.Count)
                    word |= Vector512.LessThanOrEqual(Vector512.LoadUnsafe(ref code, (nuint)((64 * i) + bit)) - from, reach).ExtractMostSignificantBits() << bit;
                rows[i] |= word;
            }
        }
        else
        {
            var (from, reach) = (Vector256.Create(low), Vector256.Create(width));
            for (var i = 0; i < rows.Length; i++)
            {
                var word = 0UL;
                for (var bit = 0; bit < 64; bit += Vector256<T>.Count)
                    word |= (ulong)Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref code, (nuint)((64 * i) + bit)) - from, reach).ExtractMostSignificantBits() << bit;
                rows[i] |= word;
            }
        }
    }

    private static void AddInRangeVectors(ReadOnlySpan<double> values, double low, double high, Span<ulong> rows)
    {
        ref var value = ref MemoryMarshal.GetReference(values[..(64 * rows.Length)]);
        if (Vector512.IsHardwareAccelerated)
        {
            var (from, to) = (Vector512.Create(low), Vector512.Create(high));
            for (var i = 0; i < rows.Length; i++)
            {
                var word = 0UL;
                for (var bit = 0; bit < 64; bit += Vector512<double>.Count)
                {
                    var eight = Vector512.LoadUnsafe(ref value, (nuint)((64 * i) + bit));
                    word |= (Vector512.GreaterThanOrEqual(eight, from) & Vector512.LessThanOrEqual(eight, to)).ExtractMostSignificantBits() << bit;
                }

                rows[i] |= word;
            }
        }
        else
        {
            var (from, to) = (Vector256.Create(low), Vector256.Create(high));
            for (var i = 0; i < rows.Length; i++)
            {
                var word = 0UL;
                for (var bit = 0; bit < 64; bit += Vector256<double>.Count)
                {
                    var four = Vector256.LoadUnsafe(ref value, (nuint)((64 * i) + bit));
                    word |= (ulong)(Vector256.GreaterThanOrEqual(four, from) & Vector256.LessThanOrEqual(four, to)).ExtractMostSignificantBits() << bit;
                }

                rows[i] |= word;
            }
        }
    }

    private static void SetMaskedVectors(Codes codes, int first, long mask, bool all, Span<ulong> rows)
    {
        // Bits beyond the width belong to elements that no row has.
        var within = codes.Width == 64 ? mask : mask & (long.MaxValue >> (64 - codes.Width));
        if (all && within != mask)
        {
            rows.Clear();
            return;
        }

        switch (codes.Width)
        {
            case 8:
                SetMasked(codes.Bytes[first..], (sbyte)within, all, rows);
                break;
            case 16:
                SetMasked(codes.Shorts[first..], (short)within, all, rows);
                break;
            case 32:
                SetMasked(codes.Ints[first..], (int)within, all, rows);
                break;
            default:
                SetMasked(codes.Longs[first..], within, all, rows);
                break;
        }
    }

    private static void SetMasked<T>(ReadOnlySpan<T> codes, T mask, bool all, Span<ulong> rows)
        where T : unmanaged, IBinaryInteger<T>
    {
        // No bit in common is the complement of any.
        var wanted = all ? mask : T.Zero;
        var flip = all ? 0UL : ulong.MaxValue;
        ref var code = ref MemoryMarshal.GetReference(codes[..(64 * rows.Length)]);
        if (Vector512.IsHardwareAccelerated)
        {
            var (bits, equal) = (Vector512.Create(mask), Vector512.Create(wanted));
            for (var i = 0; i < rows.Length; i++)
            {
                var word = 0UL;
                for (var bit = 0; bit < 64; bit += Vector512<T>.Count)
                    word |= Vector512.Equals(Vector512.LoadUnsafe(ref code, (nuint)((64 * i) + bit)) & bits, equal).ExtractMostSignificantBits() << bit;
                rows[i] = word ^ flip;
            }
        }
        else
        {
            var (bits, equal) = (Vector256.Create(mask), Vector256.Create(wanted));
            for (var i = 0; i < rows.Length; i++)
            {
                var word = 0UL;
                for (var bit = 0; bit < 64; bit += Vector256<T>.Count)
                    word |= (ulong)Vector256.Equals(Vector256.LoadUnsafe(ref code, (nuint)((64 * i) + bit)) & bits, equal).ExtractMostSignificantBits() << bit;
                rows[i] = word ^ flip;
            }
        }
    }
}
#endif
