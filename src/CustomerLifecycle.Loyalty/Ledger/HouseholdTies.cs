namespace CustomerLifecycle.Loyalty;

/// <summary>How an account belongs to a household: as a member, or as the household itself.</summary>
internal sealed class HouseholdTies(CustomerId? household, bool mayRedeem, CustomerId[] members)
{
    public static readonly HouseholdTies None = new(null, false, []);

    /// <summary>The household that it is in.</summary>
    public CustomerId? Household { get; } = household;

    public bool MayRedeem { get; } = mayRedeem;

    /// <summary>Who joined this account as their household; some may have been merged into others since.</summary>
    public CustomerId[] Members { get; } = members;

    public HouseholdTies With(CustomerId member) => Array.IndexOf(Members, member) >= 0 ? this : new(Household, MayRedeem, [.. Members, member]);

    public HouseholdTies Without(CustomerId member) => new(Household, MayRedeem, [.. Members.Where(other => other != member)]);
}

/// <summary>Points of one member within a pooled redemption or hold.</summary>
internal readonly record struct PooledShare(CustomerId Member, long Points);

/// <summary>Whose points a pooled redemption or hold took, in the order in which they were taken, and how many of them came back; kept by who asked for it.</summary>
internal sealed class PooledPoints(string key, CustomerId owner, PooledShare[] shares, decimal restored = 0) : IReference
{
    public string Key { get; } = key;

    public CustomerId Owner { get; } = owner;

    public PooledShare[] Shares { get; } = shares;

    public decimal Restored { get; } = restored;

    public decimal Total => Shares.Sum(static share => (decimal)share.Points);

    /// <summary>The owner first, then everybody else who gave points in order of their ids, as a journal keeps their postings.</summary>
    public IEnumerable<CustomerId> Members =>
        Shares.Select(static share => share.Member).Where(member => member != Owner).Distinct().OrderBy(static member => member.Value, CodePointComparer.Instance).Prepend(Owner);

    public PooledPoints Restore(decimal points) => new(Key, Owner, Shares, Restored + points);

    /// <summary>How much of some points each member gives, when they are taken from the front of the shares.</summary>
    public static Dictionary<CustomerId, long> Split(IEnumerable<PooledShare> shares, decimal points)
    {
        var amounts = new Dictionary<CustomerId, long>();
        foreach (var share in shares)
        {
            var taken = Math.Min(share.Points, points);
            points -= taken;
            if (taken > 0) amounts[share.Member] = amounts.TryGetValue(share.Member, out var before) ? before + (long)taken : (long)taken;
        }

        return amounts;
    }

    /// <summary>The name of one member's part: the command's own key for its owner.</summary>
    public string KeyOf(string command, CustomerId member) => member == Owner ? command : PooledKey.Of(command, member);
}

/// <summary>Names for the parts of a pooled command: the length of the member's id, the id, the command's key.</summary>
internal static class PooledKey
{
    public static string Of(string command, CustomerId member) => FormattableString.Invariant($"{ReservedKeys.Pool}{member.Value.Length}/{member.Value}/{command}");

    public static bool IsPart(string key) => key.StartsWith(ReservedKeys.Pool, StringComparison.Ordinal);

    /// <summary>The key of the command that a posting belongs to.</summary>
    public static string CommandOf(string key)
    {
        if (!IsPart(key)) return key;
        var place = ReservedKeys.Pool.Length;
        var length = 0;
        for (; key[place] != '/'; place++) length = (length * 10) + key[place] - '0';
        return key.Substring(place + length + 2);
    }
}
