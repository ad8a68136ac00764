using System.Globalization;

namespace CustomerLifecycle.Loyalty;

/// <summary>What a sweep booked.</summary>
public sealed class SweepResult
{
    internal SweepResult(long lots, decimal points, bool isDuplicate)
    {
        Lots = lots;
        Points = points;
        IsDuplicate = isDuplicate;
    }

    /// <summary>Lots whose lapsed points were booked.</summary>
    public long Lots { get; }

    /// <summary>Points booked as expired.</summary>
    public decimal Points { get; }

    /// <summary>Whether this is the answer of an earlier sweep under the same key.</summary>
    public bool IsDuplicate { get; }

    internal static RequestHash Request { get; } = RequestHasher.Start("sweep").ToHash();

    internal static string KeyOf(StreamId stream, long version) => ReservedKeys.Sweep + version.ToString(CultureInfo.InvariantCulture) + "/" + stream.Value;

    /// <summary>The stream of a sweep that a host has named: longer than any member's id, so that no member can have it, and with the key's length, so that no other sweep can.</summary>
    internal static StreamId Stream(string key) => new(FormattableString.Invariant($"{ReservedKeys.Sweep}{key.Length}/{key}").PadRight(CustomerId.MaxLength + 1, '/'));

    internal static bool IsSweep(MemberState state) => state.Books.Length == 0 && state.Version == 0;

    internal static SweepResult Of(Posting posting) => new(posting.Detail!.Sweep!.Lots, posting.Detail.Sweep.Points, isDuplicate: true);

    /// <summary>The sweep's own stream: it only keeps the answer for those who ask again.</summary>
    internal Append<MemberState, Posting> ToAppend(string key, Instant at)
    {
        var stream = Stream(key);
        var nobody = MemberState.Empty(new(ReservedKeys.Sweep));
        var posting = new Posting(PostingKind.Sweep, key, nobody.Member, LedgerCommand.DefaultCurrency, at, at, 0, SpendingOrder.EarliestExpiryFirst, default, detail: new() { Sweep = this });
        return new(new(key), Request, new StreamAppend<MemberState, Posting>(stream, 0, nobody, null, posting));
    }
}
