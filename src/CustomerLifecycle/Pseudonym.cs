namespace CustomerLifecycle;

/// <summary>Turns a key into a number that says nothing about it and is stable within the process only.</summary>
internal static class Pseudonym
{
    // String hashes are salted per process on modern .NET but not on .NET Framework, hence the salt of our own.
    private static readonly string Salt = Guid.NewGuid().ToString("N");

    public static uint Of(string value) => unchecked((uint)StringComparer.Ordinal.GetHashCode(Salt + value));
}
