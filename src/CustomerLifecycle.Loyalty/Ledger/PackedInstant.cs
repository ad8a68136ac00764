using System.Runtime.InteropServices;

namespace CustomerLifecycle.Loyalty;

/// <summary>An instant in twelve bytes in place of sixteen: a member's lots and postings hold many.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct PackedInstant : IComparable<PackedInstant>
{
    private readonly int _days;
    private readonly long _nanoseconds;

    private PackedInstant(Instant instant)
    {
        var since = instant - NodaConstants.UnixEpoch;
        _days = since.Days;
        _nanoseconds = since.NanosecondOfDay;
    }

    public static implicit operator PackedInstant(Instant instant) => new(instant);

    public static implicit operator Instant(PackedInstant packed) => (NodaConstants.UnixEpoch + Duration.FromDays(packed._days)).PlusNanoseconds(packed._nanoseconds);

    public int CompareTo(PackedInstant other) => _days != other._days ? _days.CompareTo(other._days) : _nanoseconds.CompareTo(other._nanoseconds);
}
