using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CustomerLifecycle;

/// <summary>SipHash-2-4 with 128 bits of output, over blocks of eight bytes.</summary>
/// <remarks>Aumasson and Bernstein (2012), "SipHash: a fast short-input PRF", with the authors' 128-bit variant; key 00 01 … 0f, as in their test vectors.</remarks>
internal struct SipHash128
{
    private ulong _v0, _v1, _v2, _v3;
    private ulong _blocks;

    public static SipHash128 Start() => new()
    {
        _v0 = 0x736f6d6570736575 ^ 0x0706050403020100,
        _v1 = 0x646f72616e646f6d ^ 0x0f0e0d0c0b0a0908 ^ 0xee,
        _v2 = 0x6c7967656e657261 ^ 0x0706050403020100,
        _v3 = 0x7465646279746573 ^ 0x0f0e0d0c0b0a0908,
    };

    public void Add(ulong block)
    {
        // In local variables, so that they stay in registers.
        var (v0, v1, v2, v3) = (_v0, _v1, _v2, _v3);
        Compress(block, ref v0, ref v1, ref v2, ref v3);
        (_v0, _v1, _v2, _v3) = (v0, v1, v2, v3);
        _blocks++;
    }

    /// <summary>Adds UTF-16 code units, four a block, the last block filled up with zeros.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        var (v0, v1, v2, v3) = (_v0, _v1, _v2, _v3);
        _blocks += (ulong)((text.Length + 3) / 4);
        for (; text.Length >= 4; text = text.Slice(4)) Compress(BlockOf(text), ref v0, ref v1, ref v2, ref v3);
        if (!text.IsEmpty)
        {
            ulong last = text[0];
            if (text.Length > 1) last |= (ulong)text[1] << 16;
            if (text.Length > 2) last |= (ulong)text[2] << 32;
            Compress(last, ref v0, ref v1, ref v2, ref v3);
        }

        (_v0, _v1, _v2, _v3) = (v0, v1, v2, v3);
    }

    /// <summary>The hash of all that was added; more can still be added.</summary>
    public readonly RequestHash Finish()
    {
        var end = this;
        end.Add(unchecked(_blocks * 8) << 56);
        var (v0, v1, v2, v3) = (end._v0, end._v1, end._v2 ^ 0xee, end._v3);
        for (var i = 0; i < 4; i++) Round(ref v0, ref v1, ref v2, ref v3);
        var high = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        for (var i = 0; i < 4; i++) Round(ref v0, ref v1, ref v2, ref v3);
        return new RequestHash(unchecked((long)high), unchecked((long)(v0 ^ v1 ^ v2 ^ v3)));
    }

    private static ulong BlockOf(ReadOnlySpan<char> text) => BitConverter.IsLittleEndian
        ? MemoryMarshal.Read<ulong>(MemoryMarshal.AsBytes(text))
        : text[0] | ((ulong)text[1] << 16) | ((ulong)text[2] << 32) | ((ulong)text[3] << 48);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Compress(ulong block, ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v3 ^= block;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= block;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        unchecked
        {
            v0 += v1;
            v1 = Rotate(v1, 13) ^ v0;
            v0 = Rotate(v0, 32);
            v2 += v3;
            v3 = Rotate(v3, 16) ^ v2;
            v0 += v3;
            v3 = Rotate(v3, 21) ^ v0;
            v2 += v1;
            v1 = Rotate(v1, 17) ^ v2;
            v2 = Rotate(v2, 32);
        }
    }

    private static ulong Rotate(ulong value, int bits) => (value << bits) | (value >> (64 - bits));
}
