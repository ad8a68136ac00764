namespace CustomerLifecycle.Loyalty;

/// <summary>Beginnings of keys that no command can have, since the ledger makes keys of its own with them.</summary>
internal static class ReservedKeys
{
    /// <summary>What a sweep books for one member.</summary>
    public const string Sweep = "sweep/";

    /// <summary>Another member's part of a pooled command.</summary>
    public const string Pool = "pool/";

    /// <summary>Another posting of a command, as the outside is told of it.</summary>
    public const string Part = "part/";

    /// <summary>Refuses a key that is the ledger's own.</summary>
    /// <exception cref="ArgumentException">The key begins like one of the ledger's own.</exception>
    public static void Check(string key, string paramName)
    {
        if (Belongs(key, Sweep)) throw Taken(Sweep, "sweeps", paramName);
        if (Belongs(key, Pool)) throw Taken(Pool, "pooled postings", paramName);
        if (Belongs(key, Part)) throw Taken(Part, "messages", paramName);
    }

    private static bool Belongs(string key, string prefix) => key.StartsWith(prefix, StringComparison.Ordinal);

    private static ArgumentException Taken(string prefix, string owner, string paramName) => new($"Keys that start with '{prefix}' belong to the ledger's own {owner}. Choose another.", paramName);
}
