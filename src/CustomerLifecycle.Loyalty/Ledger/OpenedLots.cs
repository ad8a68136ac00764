using System.Runtime.InteropServices;

namespace CustomerLifecycle.Loyalty;

/// <summary>The lots that a posting opened. Most postings open none, or one that is named by their key and earned when they take effect: of that one, only what the posting does not say is kept.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct OpenedLots
{
    private readonly Lot[]? _lots;
    private readonly long _original;
    private readonly PackedInstant _expires;
    private readonly int _sequence;
    private readonly byte _kind;
    private readonly bool _hasOwnExpiry;
    private readonly bool _isOne;

    private OpenedLots(ReadOnlySpan<Lot> lots) => _lots = lots.ToArray();

    private OpenedLots(in Lot lot)
    {
        _isOne = true;
        _original = lot.Original;
        _expires = lot.Expires;
        _sequence = lot.Sequence;
        _kind = (byte)lot.Kind;
        _hasOwnExpiry = lot.HasOwnExpiry;
    }

    /// <summary>Lots of a posting with a key that took effect at an instant.</summary>
    public static OpenedLots Of(ReadOnlySpan<Lot> lots, string key, Instant effective)
    {
        if (lots.IsEmpty) return default;
        ref readonly var only = ref lots[0];
        return lots.Length == 1 && only.IsPlain && only.Earned == effective && string.Equals(only.Key, key, StringComparison.Ordinal) ? new(only) : new(lots);
    }

    public Lot[] ToArray(string key, Instant effective) =>
        _isOne ? [new(key, (LotKind)_kind, _original, effective, effective, effective, _expires, _hasOwnExpiry, _sequence)] : _lots ?? [];
}
