using System.Buffers;

namespace CustomerLifecycle.Storage.Sqlite;

/// <summary>A growing buffer for codecs to write into.</summary>
internal sealed class ByteBuffer : IBufferWriter<byte>
{
    private byte[] _bytes = new byte[512];
    private int _count;

    public void Advance(int count) => _count += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsMemory(_count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(sizeHint);
        return _bytes.AsSpan(_count);
    }

    /// <summary>What was written, and an empty buffer again.</summary>
    public byte[] Take()
    {
        var taken = _bytes.AsSpan(0, _count).ToArray();
        _count = 0;
        return taken;
    }

    private void Grow(int sizeHint)
    {
        var wanted = _count + Math.Max(sizeHint, 256);
        if (wanted > _bytes.Length) Array.Resize(ref _bytes, Math.Max(wanted, _bytes.Length * 2));
    }
}
