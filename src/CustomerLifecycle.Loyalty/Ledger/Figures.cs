using System.Runtime.InteropServices;

namespace CustomerLifecycle.Loyalty;

/// <summary>A whole number of 128 bits: sums of any number of 64-bit points.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct Wide
{
    private ulong _low;
    private long _high;

    public readonly bool IsZero => (_low | unchecked((ulong)_high)) == 0;

    public void Add(long value)
    {
        var low = unchecked(_low + (ulong)value);
        _high += (value >> 63) + (low < _low ? 1 : 0);
        _low = low;
    }

    public readonly decimal ToDecimal()
    {
        if (_high == unchecked((long)_low) >> 63) return unchecked((long)_low);
        if (_high >= 0) return (_high * 18446744073709551616m) + _low;
        return -((~_high * 18446744073709551616m) + ~_low) - 1m;
    }

    public readonly long ToInt64() => checked((long)ToDecimal());
}

/// <summary>Sums of movements: what a balance is, computed from nothing but postings.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct Figures
{
    private Wide _available;
    private Wide _pending;
    private Wide _held;
    private Wide _due;
    private Wide _debt;
    private Wide _issued;
    private Wide _adjusted;
    private Wide _writtenOff;
    private Wide _redeemed;
    private Wide _expired;
    private Wide _forfeited;
    private Wide _transferred;
    private Wide _lifetimeEarned;
    private Wide _lifetimeRedeemed;
    private Wide _lifetimeExpired;

    /// <summary>All that the member holds, less what it owes.</summary>
    public readonly decimal Outstanding => _available.ToDecimal() + _pending.ToDecimal() + _held.ToDecimal() + _due.ToDecimal() - _debt.ToDecimal();

    public void Add(in Movement movement)
    {
        var points = movement.Points;
        var from = movement.From;
        var to = movement.To;
        switch (from)
        {
            case LedgerAccount.Open: _available.Add(-points); break;
            case LedgerAccount.Pending: _pending.Add(-points); break;
            case LedgerAccount.Held: _held.Add(-points); break;
            case LedgerAccount.Due: _due.Add(-points); break;
            case LedgerAccount.Debt: _debt.Add(points); break;
            case LedgerAccount.Issued: _issued.Add(points); break;
            case LedgerAccount.Adjusted: _adjusted.Add(points); break;
            case LedgerAccount.WrittenOff: _writtenOff.Add(points); break;
            case LedgerAccount.Redeemed: _redeemed.Add(-points); break;
            case LedgerAccount.Transferred: _transferred.Add(-points); break;
            case LedgerAccount.LifetimeEarned: _lifetimeEarned.Add(-points); break;
            case LedgerAccount.LifetimeRedeemed: _lifetimeRedeemed.Add(-points); break;
            case LedgerAccount.LifetimeExpired: _lifetimeExpired.Add(-points); break;
        }

        switch (to)
        {
            case LedgerAccount.Open: _available.Add(points); break;
            case LedgerAccount.Pending: _pending.Add(points); break;
            case LedgerAccount.Held: _held.Add(points); break;
            case LedgerAccount.Due: _due.Add(points); break;
            case LedgerAccount.Debt: _debt.Add(-points); break;
            case LedgerAccount.Issued: _issued.Add(-points); break;
            case LedgerAccount.Adjusted: _adjusted.Add(-points); break;
            case LedgerAccount.WrittenOff: _writtenOff.Add(-points); break;
            case LedgerAccount.Redeemed: _redeemed.Add(points); break;
            case LedgerAccount.Expired: _expired.Add(points); break;
            case LedgerAccount.Forfeited: _forfeited.Add(points); break;
            case LedgerAccount.Transferred: _transferred.Add(points); break;
            case LedgerAccount.LifetimeEarned: _lifetimeEarned.Add(points); break;
            case LedgerAccount.LifetimeRedeemed: _lifetimeRedeemed.Add(points); break;
            case LedgerAccount.LifetimeExpired: _lifetimeExpired.Add(points); break;
        }

        _lifetimeEarned.Add(Counters.Earned(from, to) * points);
        if (to == LedgerAccount.Redeemed) _lifetimeRedeemed.Add(points);
        else if (from == LedgerAccount.Redeemed) _lifetimeRedeemed.Add(-points);
        else if (Counters.IsLapse(from, to)) _lifetimeExpired.Add(points);
    }

    public readonly MemberBalance ToBalance(long version) => new(
        _available.ToInt64(),
        _pending.ToInt64(),
        _held.ToInt64(),
        _debt.ToDecimal(),
        _lifetimeExpired.ToDecimal(),
        _due.ToDecimal(),
        _lifetimeEarned.ToDecimal(),
        _lifetimeRedeemed.ToDecimal(),
        version);

    public readonly SystemTotals ToTotals() => new(
        _issued.ToDecimal(),
        _adjusted.ToDecimal(),
        _writtenOff.ToDecimal(),
        _redeemed.ToDecimal(),
        _expired.ToDecimal(),
        _forfeited.ToDecimal(),
        _transferred.ToDecimal());
}

/// <summary>Which movements a member's lifetime counters follow by themselves.</summary>
internal static class Counters
{
    /// <summary>1 for points that became the member's, -1 for points an earn was refunded by, else 0. Pending points are not yet earned.</summary>
    public static int Earned(LedgerAccount from, LedgerAccount to)
    {
        if (to == LedgerAccount.Open) return from is LedgerAccount.Issued or LedgerAccount.Pending ? 1 : 0;
        return to == LedgerAccount.Issued && from is (LedgerAccount.Open or LedgerAccount.Debt or LedgerAccount.WrittenOff) ? -1 : 0;
    }

    /// <summary>Whether points lapse; lapsed points that change members do not lapse again.</summary>
    public static bool IsLapse(LedgerAccount from, LedgerAccount to) => from == LedgerAccount.Open && to == LedgerAccount.Due;
}
