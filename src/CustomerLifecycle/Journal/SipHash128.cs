using System.Runtime.CompilerServices;

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
        _v3 ^= block;
        Round();
        Round();
        _v0 ^= block;
        _blocks++;
    }

    /// <summary>Finishes a copy, so that more can still be added.</summary>
    public readonly RequestHash Finish()
    {
        var end = this;
        end.Add(unchecked(_blocks * 8) << 56);
        end._v2 ^= 0xee;
        for (var i = 0; i < 4; i++) end.Round();
        var high = end._v0 ^ end._v1 ^ end._v2 ^ end._v3;
        end._v1 ^= 0xdd;
        for (var i = 0; i < 4; i++) end.Round();
        return new RequestHash(unchecked((long)high), unchecked((long)(end._v0 ^ end._v1 ^ end._v2 ^ end._v3)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Round()
    {
        unchecked
        {
            _v0 += _v1;
            _v1 = Rotate(_v1, 13) ^ _v0;
            _v0 = Rotate(_v0, 32);
            _v2 += _v3;
            _v3 = Rotate(_v3, 16) ^ _v2;
            _v0 += _v3;
            _v3 = Rotate(_v3, 21) ^ _v0;
            _v2 += _v1;
            _v1 = Rotate(_v1, 17) ^ _v2;
            _v2 = Rotate(_v2, 32);
        }
    }

    private static ulong Rotate(ulong value, int bits) => (value << bits) | (value >> (64 - bits));
}
